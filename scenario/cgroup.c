/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory cgroups in a scenario: their list, and who belongs to which. Names are checked once all is read, since the
 * list may come after the VMs.
 */
#include "scenario/model.h"

#include <stdlib.h>
#include <string.h>

#define KIB ((uint64_t)1 << 10)
#define TIB ((uint64_t)1 << 40)

#define IN(type, member) .offset = offsetof(struct type, member)

static void read_name(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct cgroup_spec *cgroup = object;

	cgroup->name = name_read(reader, node);
}

static const struct sc_row cgroup_rows[] = {
	{ "name", SC_CUSTOM, .required = true, .shape = NAME_SHAPE, .read = read_name,
	  .doc = "what VMs and processes call it, and its name in results" },
	{ "max", SC_BYTES, IN(cgroup_spec, max), .min = 4 * KIB, .max = 64 * TIB, .multiple = 4 * KIB,
	  .doc = "memory.max; without it there is no limit" },
	{ "high", SC_BYTES, IN(cgroup_spec, high), .max = 64 * TIB, .multiple = 4 * KIB,
	  .doc = "memory.high: above it threads reclaim and are slowed down" },
	{ "swap_max", SC_BYTES, IN(cgroup_spec, swap_max), .max = 64 * TIB, .multiple = 4 * KIB,
	  .doc = "memory.swap.max; 0: nothing of it is swapped" },
};

const struct sc_table cgroup_table = SC_TABLE("cgroup", cgroup_rows);

void cgroups_read(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct scenario *scenario = object;

	if (!sc_expect_kind(reader, node, SC_LIST, "a list of cgroups"))
		return;
	if (node->count == 0 || node->count > SC_CGROUPS_MAX) {
		sc_error(reader->diag, node->mark, "cgroups: 1 to %d cgroups are possible, found %zu", SC_CGROUPS_MAX,
			 node->count);
		return;
	}
	scenario->cgroup = sc_alloc(reader->arena, node->count * sizeof(*scenario->cgroup));
	for (const struct sc_node *entry = node->child; entry; entry = entry->next) {
		struct cgroup_spec *cgroup = &scenario->cgroup[scenario->cgroup_count++];

		*cgroup = (struct cgroup_spec){ .mark = entry->mark, .max = UINT64_MAX, .high = UINT64_MAX,
						.swap_max = UINT64_MAX };
		sc_table_read(reader, &cgroup_table, entry, cgroup);
	}
}

void cgroup_name_read(struct sc_reader *reader, const struct sc_node *node, struct cgroup_name *name)
{
	if (!sc_expect_kind(reader, node, SC_SCALAR, "the name of a cgroup"))
		return;
	name->mark = node->mark;
	name->text = sc_copy(reader->arena, node->text, strlen(node->text));
}

/* --- checks --------------------------------------------------------------------------------------------------- */

static void check_twice(struct sc_reader *reader, const struct scenario *scenario)
{
	for (size_t i = 1; i < scenario->cgroup_count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(scenario->cgroup[i].name, scenario->cgroup[j].name) == 0) {
				sc_error(reader->diag, scenario->cgroup[i].mark, "two cgroups are called '%s'",
					 scenario->cgroup[i].name);
				return;
			}
}

void cgroup_check_name(struct sc_reader *reader, const struct scenario *scenario, const struct cgroup_name *name)
{
	const char **names;

	if (!name->text)
		return;
	names = sc_alloc(reader->arena, (scenario->cgroup_count + 1) * sizeof(*names));
	for (size_t i = 0; i < scenario->cgroup_count; i++) {
		names[i] = scenario->cgroup[i].name;
		if (strcmp(names[i], name->text) == 0)
			return;
	}
	if (scenario->cgroup_count == 0)
		sc_error(reader->diag, name->mark, "cgroup: '%s': the scenario has no list cgroups:",
			 sc_show(name->text).text);
	else
		sc_unknown_name(reader, name->mark, "cgroup", name->text, names);
}

void cgroup_check(struct sc_reader *reader, const struct scenario *scenario)
{
	if (scenario->cgroup_count && !scenario->host.swap.given)
		sc_error(reader->diag, scenario->cgroup[0].mark,
			 "cgroups: without host.swap nothing is reclaimed and nobody is killed at their limits; "
			 "a host without a device has swap: {size: 0B}");
	check_twice(reader, scenario);
	for (size_t i = 0; i < scenario->vm_count; i++)
		cgroup_check_name(reader, scenario, &scenario->vm[i].cgroup);
	for (size_t i = 0; i < scenario->process_count; i++)
		cgroup_check_name(reader, scenario, &scenario->process[i].cgroup);
}
