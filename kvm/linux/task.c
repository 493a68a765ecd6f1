/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks: the running one, kernel threads, sleeping and waking.
 *
 * Source of behaviour: Linux 6.12 kernel/kthread.c, kernel/sched/core.c (try_to_wake_up, schedule). A kernel
 * thread that sleeps without a deadline in a state that signals may end, or that does not count as load, waits
 * for work: the run does not wait for it. Left out: priorities of threads that run already, CPU masks, freezing.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "mm/internal.h"
#include "mm/reference.h"
#include "uv/cost.h"

#define PF_KTHREAD 0x00200000u

struct kernel_state *kernel_state(void)
{
	struct host *host = host_current();
	struct kernel_state *state = host->kernel;

	if (state)
		return state;
	state = host->kernel = sim_alloc(sizeof(*state));
	sim_rcu_init(&state->rcu);
	return state;
}

const char *kernel_thread_name(const char *base)
{
	const struct sim_thread *thread;
	char name[64];
	unsigned n = 1;

	snprintf(name, sizeof(name), "%s", base);
	do {
		for (thread = sim_thread_next(NULL); thread; thread = sim_thread_next(thread))
			if (strcmp(sim_thread_name(thread), name) == 0)
				break;
		if (thread)
			snprintf(name, sizeof(name), "%.48s/%u", base, ++n);
	} while (thread);
	return sim_intern(name);
}

/* --- who is who --------------------------------------------------------------------------------------------- */

/* The address space of the process called @group, as pv.c sees it. */
static struct mm_struct *mm_of_group(const char *group)
{
	for (struct mm *mm = host_current()->mms; group && mm; mm = mm->next)
		if (mm->ctx && strcmp(mm->name, group) == 0)
			return &((struct kvm_vm *)mm->ctx)->mm_face;
	return NULL;
}

static int leader_of(const struct sim_thread *thread)
{
	const char *group = sim_thread_group(thread);
	const struct sim_thread *other = group ? sim_thread_next(NULL) : thread;

	while (sim_thread_group(other) != group)
		other = sim_thread_next(other);
	return (int)sim_thread_id(other);
}

static struct kernel_task *task_make(const char *name)
{
	struct kernel_state *state = kernel_state();
	struct kernel_task *task = sim_alloc(sizeof(*task));

	task->face.sim = task;
	task->name = name;
	snprintf(task->face.comm, sizeof(task->face.comm), "%.15s", name);
	sim_waitqueue_init(&task->queue, "schedule");
	task->next = state->tasks;
	state->tasks = task;
	return task;
}

static void task_attach(struct kernel_task *task, struct sim_thread *thread)
{
	task->thread = thread;
	task->face.pid = (int)sim_thread_id(thread);
	task->face.tgid = leader_of(thread);
	sim_thread_set_data(thread, SIM_THREAD_TASK, task);
}

struct kernel_task *kernel_task_self(void)
{
	static const char idle[] = "swapper";
	struct kernel_state *state = kernel_state();
	struct sim_thread *thread = sim_self();
	struct kernel_task *task;

	if (!thread) {
		for (task = state->tasks; task; task = task->next)
			if (task->name == idle)
				return task;
		return task_make(idle);
	}
	task = sim_thread_data(thread, SIM_THREAD_TASK);
	if (!task) {
		task = task_make(sim_thread_name(thread));
		task_attach(task, thread);
	}
	if (!task->kthread)
		task->face.mm = mm_of_group(sim_thread_group(thread));
	return task;
}

static struct task_struct *current_task(void)
{
	return &kernel_task_self()->face;
}

/* --- sleeping and waking ------------------------------------------------------------------------------------ */

void kernel_idle(bool idle)
{
	sim_thread_set_daemon(sim_self(), idle);
}

static enum sim_wait_mode mode_of(unsigned state)
{
	if (state & UVSIM_TASK_INTERRUPTIBLE)
		return SIM_WAIT_INTERRUPTIBLE;
	return state & UVSIM_TASK_WAKEKILL ? SIM_WAIT_KILLABLE : SIM_WAIT_UNINTERRUPTIBLE;
}

static void schedule_until(unsigned long long until, const char *where)
{
	struct kernel_task *task = kernel_task_self();
	unsigned state = task->face.__state;
	bool idle;

	assert(task->thread);
	if (state == UVSIM_TASK_RUNNING) {
		sim_cond_resched();
		return;
	}
	idle = task->kthread && until == UVSIM_FOREVER && state & (UVSIM_TASK_INTERRUPTIBLE | UVSIM_TASK_NOLOAD);
	task->queue.name = sim_intern(where);
	if (idle)
		kernel_idle(true);
	(void)sim_wait_until(&task->queue, mode_of(state), until);
	if (idle)
		kernel_idle(false);
	task->face.__state = UVSIM_TASK_RUNNING;
}

static void kthread_main(void *arg)
{
	struct kernel_task *task = arg;

	task->result = task->stop ? -EINTR : task->body(task->data);
}

/*
 * A task is freed when it has ended and nobody has a reference; who looks it up in an RCU read section may find it
 * still.
 */
static bool is_gone(const struct kernel_task *task, const char *what)
{
	if (!task->thread || !sim_thread_ended(task->thread) || kernel_task_self()->rcu.depth ||
	    reference_held(host_current(), REFERENCE_TASK, &task->face))
		return false;
	sim_find("use-after-free", "%s of %s, which has ended, without a reference to it", what, task->name);
	return true;
}

static int task_wake(struct task_struct *face)
{
	struct kernel_task *task = kernel_task_of(face);
	const struct sim_thread_attr attr = { .nice = task->nice };

	if (is_gone(task, "wake_up_process()"))
		return 0;
	if (!task->thread) {
		task_attach(task, sim_spawn(task->name, kthread_main, task, &attr));
		return 1;
	}
	if (task->face.__state == UVSIM_TASK_RUNNING)
		return 0;
	task->face.__state = UVSIM_TASK_RUNNING;
	sim_wake(&task->queue, 0);
	return 1;
}

/* --- kernel threads ----------------------------------------------------------------------------------------- */

static struct task_struct *task_create(int (*body)(void *data), void *data, const char *name)
{
	struct kernel_task *task;

	kernel_step(COST_HOST_KTHREAD);
	task = task_make(kernel_thread_name(name));
	task->kthread = true;
	task->face.flags = PF_KTHREAD;
	task->body = body;
	task->data = data;
	return &task->face;
}

static int task_stop(struct task_struct *face)
{
	struct kernel_task *task = kernel_task_of(face);

	if (!task->kthread) {
		sim_find("bug", "kthread_stop() of %s, which is no kernel thread", task->face.comm);
		sim_abandon("bug");
	}
	if (is_gone(task, "kthread_stop()"))
		return -EINTR;
	task->stop = true;
	if (!task->thread)
		return -EINTR;
	task_wake(face);
	sim_join(task->thread, false);
	return task->result;
}

static int task_should_stop(void)
{
	return kernel_task_self()->stop;
}

static void borrow_mm(struct mm_struct *mm)
{
	kernel_task_self()->face.mm = mm;
}

static void set_nice(struct task_struct *face, int nice)
{
	kernel_task_of(face)->nice = nice;
}

/* --- signals ------------------------------------------------------------------------------------------------ */

static int signal_pending(struct task_struct *face)
{
	const struct kernel_task *task = kernel_task_of(face);

	return task->thread && sim_signal_pending(task->thread);
}

static int want_resched(void)
{
	return sim_self() && sim_need_resched();
}

static void send_signal(struct task_struct *face, int signal, int fatal)
{
	struct kernel_task *task = kernel_task_of(face);

	if (task->thread && !is_gone(task, "send_sig()"))
		sim_signal_send(task->thread, signal, fatal != 0);
}

void kernel_services_tasks(struct uvsim_services *services)
{
	services->current_task = current_task;
	services->task_create = task_create;
	services->task_wake = task_wake;
	services->task_stop = task_stop;
	services->task_should_stop = task_should_stop;
	services->signal_pending = signal_pending;
	services->want_resched = want_resched;
	services->send_signal = send_signal;
	services->set_nice = set_nice;
	services->borrow_mm = borrow_mm;
	services->sleep_until = schedule_until;
}
