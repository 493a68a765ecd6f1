/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings: the list, and what is gathered for each.
 */
#include <stdio.h>
#include <string.h>

#include "sim/finding_internal.h"

const struct sim_finding_kind sim_finding_kinds[] = {
#define FINDING(kind, rule) { kind, rule },
#include "sim/findings.def"
#undef FINDING
	{ NULL, NULL },
};

/* Stacks of other threads in one finding. */
#define STACKS_MAX 16

static char *format_text(const char *format, va_list list)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = sim_alloc((size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, list);
	return text;
}

char *sim_text(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = format_text(format, list);
	va_end(list);
	return text;
}

const char *sim_time_text(sim_time time)
{
	static const struct {
		sim_time unit;
		const char *name;
	} units[] = { { SIM_S, "s" }, { SIM_MS, "ms" }, { SIM_US, "us" }, { SIM_NS, "ns" }, { SIM_PS, "ps" } };
	unsigned i = 0;

	while (time % units[i].unit)
		i++;
	return sim_text("%llu %s", (unsigned long long)(time / units[i].unit), units[i].name);
}

/* A kind that is not in the list cannot be told by those who read it. */
static const char *kind_of(const char *kind)
{
	unsigned i;

	for (i = 0; sim_finding_kinds[i].kind; i++)
		if (!strcmp(kind, sim_finding_kinds[i].kind))
			return sim_finding_kinds[i].kind;
	sim_fatal("\"%s\" is no kind of finding: see sim/findings.def", kind);
}

static struct sim_finding *known(const char *kind, const char *text)
{
	struct sim_finding *finding = sim->findings;

	while (finding && (finding->kind != kind || strcmp(finding->text, text)))
		finding = finding->next;
	return finding;
}

/* The stack of the thread it is about, then those of the others that are in the middle of something. */
static void gather(struct sim_finding *finding, const struct sim_site *fault)
{
	struct sim_stack **link = &finding->stacks;
	struct sim_thread *thread;
	unsigned others = 0;

	if (sim->self) {
		*link = stack_of(sim->self, fault);
		link = &(*link)->next;
	}
	for (thread = sim->threads; thread && others < STACKS_MAX; thread = thread->next) {
		if (thread == sim->self || thread->state == THREAD_ENDED)
			continue;
		*link = stack_of(thread, NULL);
		link = &(*link)->next;
		others++;
	}
	finding->event = events_text(&finding->events);
}

static void find(const struct sim_site *fault, const char *kind, const char *format, va_list list)
{
	struct sim_finding *finding;
	const char *text = format_text(format, list);

	kind = kind_of(kind);
	sim_step("finding", 0, 0);
	finding = known(kind, text);
	if (finding) {
		finding->count++;
		return;
	}
	if (sim->finding_count == SIM_FINDINGS_MAX) {
		sim->findings_more++;
		return;
	}
	finding = sim_alloc(sizeof(*finding));
	finding->kind = kind;
	finding->text = text;
	finding->time = sim->now;
	finding->thread = sim->self ? sim->self->name : "host";
	finding->count = 1;
	if (sim->finding_count++ < SIM_FINDINGS_FULL && !sim->config.no_oracle)
		gather(finding, fault);
	*sim->findings_tail = finding;
	sim->findings_tail = &finding->next;
}

void sim_vfind(const char *kind, const char *format, va_list list)
{
	find(NULL, kind, format, list);
}

void sim_find(const char *kind, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	find(NULL, kind, format, list);
	va_end(list);
}

void sim_find_at(const struct sim_site *fault, const char *kind, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	find(fault, kind, format, list);
	va_end(list);
}

const struct sim_finding *sim_findings(void)
{
	return sim->findings;
}

uint64_t sim_findings_more(void)
{
	return sim->findings_more;
}
