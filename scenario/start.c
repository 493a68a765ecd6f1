/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What starts after what: each name must be one of a VM or process, and none may wait for itself, be it through others.
 */
#include "scenario/model.h"

#include <string.h>

/* An entry of vms: or processes:, as far as starts go. */
struct entry {
	const char *name, *after;
	unsigned count;
	const struct mark *mark;
	int seen; /* 1: being looked at, 2: it will start */
};

static bool means(const struct entry *entry, const char *name)
{
	return strcmp(entry->name, name) == 0 || entry_has_instance(entry->name, entry->count, name);
}

static void check_name(struct sc_reader *reader, const struct entry *entry, size_t count,
		       const struct entry *one)
{
	struct sc_nearest nearest = { .word = one->after };

	for (size_t i = 0; i < count; i++) {
		if (means(&entry[i], one->after))
			return;
		sc_nearest_offer(&nearest, entry[i].name);
	}
	if (nearest.best)
		sc_error(reader->diag, *one->mark,
			 "start_after: no VM or process is called '%s'; did you mean '%s'?",
			 sc_show(one->after).text, nearest.best);
	else
		sc_error(reader->diag, *one->mark, "start_after: no VM or process is called '%s'",
			 sc_show(one->after).text);
}

/* False: reported, or part of what was. */
static bool will_start(struct sc_reader *reader, struct entry *entry, size_t count,
		       struct entry *one)
{
	bool good = true;

	if (one->seen == 2 || !one->after)
		return true;
	if (one->seen == 1) {
		sc_error(reader->diag, *one->mark, "'%s' never starts: it waits for itself",
			 one->name);
		return false;
	}
	one->seen = 1;
	for (size_t i = 0; i < count && good; i++)
		if (means(&entry[i], one->after))
			good = will_start(reader, entry, count, &entry[i]);
	one->seen = 2;
	return good;
}

void start_check(struct sc_reader *reader, const struct scenario *scenario)
{
	size_t count = scenario->vm_count + scenario->process_count, n = 0;
	struct entry *entry = sc_alloc(reader->arena, (count + 1) * sizeof(*entry));
	bool good = true;

	for (size_t i = 0; i < scenario->vm_count; i++) {
		const struct vm_spec *vm = &scenario->vm[i];

		entry[n++] = (struct entry){ vm->name, vm->start_after, vm->count, &vm->mark, 0 };
	}
	for (size_t i = 0; i < scenario->process_count; i++) {
		const struct process_spec *process = &scenario->process[i];

		entry[n++] = (struct entry){ process->name, process->start_after, process->count,
					     &process->mark, 0 };
	}
	for (size_t i = 0; i < count; i++)
		if (entry[i].after)
			check_name(reader, entry, count, &entry[i]);
	for (size_t i = 0; i < count && good; i++)
		good = will_start(reader, entry, count, &entry[i]);
}
