/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a boot: phases that follow each other without a gap, each with the account of the
 * main thread's part in it.
 */
#include <assert.h>

#include <stdio.h>

#include "vmm/process.h"

void boot_begin(struct qemu *qemu, bool reboot, sim_time begin)
{
	struct vmm_boot *boot = sim_alloc(sizeof(*boot));

	phase_leave(qemu);
	assert(!qemu->phase);
	boot->reboot = reboot;
	boot->teardown = "none";
	boot->begin = begin;
	boot->plain_back = SIM_FOREVER;
	boot->protected_back = SIM_FOREVER;
	if (qemu->boot)
		qemu->boot->next = boot;
	else
		qemu->vmm.boots = boot;
	qemu->boot = boot;
	process_kill_phase(qemu, "boot");
}

void phase_end(struct qemu *qemu)
{
	if (!qemu->phase)
		return;
	qemu->phase->end = sim_now();
	qemu->phase = NULL;
}

void phase_leave(struct qemu *qemu)
{
	for (; qemu->spans; qemu->spans--)
		sim_span_pop();
}

static struct vmm_phase **phases_tail(struct vmm_boot *boot)
{
	struct vmm_phase **tail = &boot->phases;

	while (*tail)
		tail = &(*tail)->next;
	return tail;
}

/* A span of its own for each time the guest is gone: "boot", "reboot 1", "reboot 2" ... */
static const char *boot_span(const struct qemu *qemu)
{
	const struct vmm_boot *boot;
	unsigned reboots = 0;
	char name[32];

	for (boot = qemu->vmm.boots; boot; boot = boot->next) {
		reboots += boot->reboot;
		if (boot == qemu->boot)
			break;
	}
	if (!reboots)
		return "boot";
	snprintf(name, sizeof(name), "reboot %u", reboots);
	return sim_intern(name);
}

void phase_begin(struct qemu *qemu, const char *name)
{
	struct vmm_phase *phase = sim_alloc(sizeof(*phase));
	struct vmm_boot *boot = qemu->boot;

	phase_end(qemu);
	phase_leave(qemu);
	phase->name = name;
	phase->begin = boot->phases ? sim_now() : boot->begin;
	phase->end = SIM_FOREVER;
	*phases_tail(boot) = phase;
	qemu->phase = phase;
	sim_span_push(boot_span(qemu));
	sim_span_push(name);
	qemu->spans = 2;
	phase->account = sim_span_current();
	process_kill_phase(qemu, name);
}
