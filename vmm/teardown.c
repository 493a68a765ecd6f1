/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's helper process for -run-with async-teardown=on: it shares the address space, so that QEMU's own end does not
 * take it apart; when QEMU is gone it ends itself, and pays for that.
 *
 * Models util/async-teardown.c of QEMU 8.1: clone(CLONE_VM) at the start, all files closed, SIGHUP when the thread that
 * made it dies, then a look each second whether the whole process has been reaped. It keeps the VM alive as well: the
 * page that KVM_RUN talks through is mapped in the address space, and a mapping holds its file. Left out: its stack and
 * name, the time that closing inherited files takes.
 */
#include <stdio.h>

#include "uv/cost.h"
#include "vmm/process.h"

#define LOOK_EACH SIM_S

/* pause(), then the handler of SIGHUP; only SIGKILL ends them early. */
static void wait_for_parent(struct qemu *qemu)
{
	while (!qemu->main_ended && !sim_fatal_signal_pending(sim_self()))
		sim_wait(&qemu->parent_death, SIM_WAIT_KILLABLE);
	while (qemu->files_users && !sim_fatal_signal_pending(sim_self()))
		sim_sleep(LOOK_EACH, true, "parent alive");
}

static void helper_thread(void *arg)
{
	struct qemu *qemu = arg;
	struct vmm_helper *helper = qemu->vmm.helper;
	sim_time cpu = sim_thread_cpu_time(sim_self());

	wait_for_parent(qemu);
	helper->noticed = sim_now();
	helper->killed = sim_fatal_signal_pending(sim_self());
	sim_span_push("exit");
	helper->account = sim_span_current();
	mm_put(qemu->vmm.mm);
	sim_span_pop();
	helper->ended = sim_now();
	helper->cpu = sim_thread_cpu_time(sim_self()) - cpu;
}

bool teardown_helper_start(struct qemu *qemu)
{
	const struct sim_thread_attr attr = { .nice = qemu->vmm.spec->nice, .group = qemu->vmm.name };
	char name[192];

	if (!process_work(qemu, COST_VMM_THREAD, "create process"))
		return false;
	snprintf(name, sizeof(name), "%s-teardown", qemu->vmm.name);
	mm_get_not_zero(qemu->vmm.mm);
	qemu->vmm.helper = sim_alloc(sizeof(*qemu->vmm.helper));
	qemu->vmm.helper->noticed = SIM_FOREVER;
	qemu->vmm.helper->ended = SIM_FOREVER;
	qemu->helper = sim_spawn(name, helper_thread, qemu, &attr);
	return true;
}

void teardown_helper_kill(struct qemu *qemu)
{
	if (qemu->helper && !sim_thread_ended(qemu->helper))
		sim_signal_send(qemu->helper, SIGKILL_NUMBER, true);
}
