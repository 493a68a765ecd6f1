/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process around QEMU: threads, their end, the end of the last one, fatal signals.
 *
 * Models do_group_exit() and do_exit() of Linux as far as the order of things matters: a fatal
 * signal goes to every thread; each ending thread first drops its use of the address space
 * (exit_mm: the last one runs exit_mmap() with its notifiers), then its use of the files
 * (exit_files: the last one closes the VM). Left out: everything else a process has.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "mm/memcg.h"
#include "uv/cost.h"
#include "vmm/process.h"

/* The VM ends when nobody has its files open and none of their pages is mapped. */
static void leave_vm(void *ctx)
{
	struct qemu *qemu = ctx;

	assert(qemu->vm_users);
	if (!--qemu->vm_users)
		kvm_put_vm(qemu->vmm.kvm);
}

void process_vcpus_mapped(struct qemu *qemu)
{
	if (qemu->vmm.mm->unmapped)
		return;
	qemu->vm_users++;
	qemu->vmm.mm->unmapped = leave_vm;
	qemu->vmm.mm->unmapped_ctx = qemu;
}

static void thread_exit(struct qemu *qemu)
{
	sim_span_push("exit");
	if (qemu->vmm.mm)
		mm_put(qemu->vmm.mm);
	assert(qemu->files_users);
	if (!--qemu->files_users) {
		if (qemu->vmm.kvm)
			leave_vm(qemu);
		qemu->vmm.exited = sim_now();
		life_end(&qemu->vmm.life);
	}
	sim_span_pop();
}

static void thread_body(void *arg)
{
	struct qemu_thread *thread = arg;

	if (thread->qemu->memcg)
		memcg_join(thread->qemu->memcg);
	thread->body(thread->arg);
	thread_exit(thread->qemu);
	/* PR_SET_PDEATHSIG goes by the thread that made the child: the first one. */
	if (!thread->next) {
		thread->qemu->main_ended = true;
		sim_wake(&thread->qemu->parent_death, 0);
	}
}

void process_thread(struct qemu *qemu, const char *name, int nice, void (*body)(void *arg),
		    void *arg)
{
	struct sim_thread_attr attr = { .nice = nice, .group = qemu->vmm.name };
	struct qemu_thread *thread = sim_alloc(sizeof(*thread));
	bool alive = !qemu->vmm.mm || mm_get_not_zero(qemu->vmm.mm);

	assert(alive);
	(void)alive;
	qemu->files_users++;
	thread->qemu = qemu;
	thread->body = body;
	thread->arg = arg;
	thread->next = qemu->threads;
	qemu->threads = thread;
	thread->thread = sim_spawn(name, thread_body, thread, &attr);
}

void process_exit(struct qemu *qemu, const char *outcome)
{
	struct qemu_thread *thread;

	if (qemu->exiting || qemu->vmm.exited != SIM_FOREVER)
		return;
	qemu->exiting = true;
	qemu->vmm.outcome = sim_intern(outcome);
	qemu->vmm.ended = sim_now();
	for (thread = qemu->threads; thread; thread = thread->next)
		if (thread->thread != sim_self())
			sim_signal_send(thread->thread, SIGKILL_NUMBER, true);
}

void process_fail(struct qemu *qemu, const char *what, int error)
{
	const char *name = strerrorname_np(-error);
	char text[128];

	snprintf(text, sizeof(text), "failed: %s: %s", what, name ? name : "unknown error");
	process_exit(qemu, text);
}

bool process_work(struct qemu *qemu, enum cost_id id, const char *what)
{
	sim_time left = cost(id);

	while (left && !sim_fatal_signal_pending(sim_self())) {
		left -= sim_burn_user(left, SIM_KIND_USER, what);
		process_handle_signal();
	}
	return !qemu->exiting;
}

void process_handle_signal(void)
{
	sim_signal_take(sim_self());
}

void process_wait(struct sim_waitqueue *queue)
{
	if (sim_wait(queue, SIM_WAIT_INTERRUPTIBLE))
		process_handle_signal();
}

void process_sleep(sim_time until, const char *what)
{
	while (sim_now() < until && !sim_fatal_signal_pending(sim_self()))
		if (sim_sleep(until - sim_now(), true, what))
			process_handle_signal();
}

/* The thread that brings it upon itself gets it, too. */
void vmm_signal(struct vmm *vmm, int signal, bool fatal)
{
	struct qemu *qemu = (struct qemu *)vmm;
	struct qemu_thread *thread, *own = NULL, *main_thread = NULL;

	if (vmm->exited != SIM_FOREVER)
		return;
	for (thread = qemu->threads; thread; thread = thread->next) {
		main_thread = thread;
		if (thread->thread == sim_self())
			own = thread;
	}
	if (fatal)
		process_exit(qemu, "killed");
	else if (!own)
		sim_signal_send(main_thread->thread, signal, false);
	if (own)
		sim_signal_send(own->thread, signal, fatal);
}

/* --- kill: ------------------------------------------------------------------------------------ */

static void kill_now(void *ctx)
{
	struct qemu *qemu = ctx;

	process_exit(qemu, "killed");
	if (qemu->vmm.spec->kill_all)
		teardown_helper_kill(qemu);
}

void process_kill_setup(struct qemu *qemu)
{
	const struct vm_spec *spec = qemu->vmm.spec;

	if (spec->kill == KILL_NEVER)
		return;
	qemu->kill_timer = sim_timer_create(qemu->vmm.name, kill_now, qemu);
	if (spec->kill == KILL_AT)
		sim_timer_start(qemu->kill_timer, spec->kill_at);
}

void process_kill_phase(struct qemu *qemu, const char *name)
{
	const struct vm_spec *spec = qemu->vmm.spec;
	unsigned instance = spec->kill_instance ? spec->kill_instance : 1;

	if (spec->kill != KILL_IN_PHASE || strcmp(spec->kill_phase, name) != 0)
		return;
	if (++qemu->kill_seen == instance)
		sim_timer_start(qemu->kill_timer, sim_now() + spec->kill_after);
}
