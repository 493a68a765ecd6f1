/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kernel code leaves to be done by others: the end of an address space, callbacks after an SRCU grace period, work
 * on the way to user space; shrinkers, which are asked by whoever reclaims memory.
 *
 * Work of a task runs when it leaves KVM_S390_PV_COMMAND, where it is known to return to user space; one that never
 * does so again keeps it. Source of behaviour: Linux 6.12 kernel/fork.c (mmput_async), kernel/rcu/srcutree.c,
 * kernel/task_work.c, mm/shrinker.c.
 */
#include <errno.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"
#include "mm/shrinker.h"

/* --- a queue of its own ----------------------------------------------------------------------- */

struct workqueue_struct *kernel_later(struct work_struct *work)
{
	struct kernel_state *state = kernel_state();

	if (!state->later)
		state->later = kernel_services()->queue_create("later", 0, 0);
	if (work)
		kernel_services()->queue_work(state->later, work);
	return state->later;
}

struct put_work {
	struct work_struct work;	/* first */
	struct mm *mm;
};

static void put_mm(struct work_struct *work)
{
	mm_put(((struct put_work *)work)->mm);
}

/* The count goes down at once, unless it is the last: that one is left to the thread. */
static void mmput_async(struct mm_struct *face)
{
	struct mm *mm = face->sim;
	struct put_work *put;

	if (mm->users != 1) {
		mm_put(mm);
		return;
	}
	put = sim_alloc(sizeof(*put));
	put->work.func = put_mm;
	put->mm = mm;
	kernel_later(&put->work);
}

/* --- SRCU ------------------------------------------------------------------------------------- */

struct srcu_work {
	struct work_struct work;	/* first */
	struct srcu_struct *srcu;
	struct rcu_head *head;
	const char *name;
};

static void srcu_run(struct work_struct *work)
{
	struct srcu_work *call = (struct srcu_work *)work;

	kernel_services()->srcu_synchronize(call->srcu, call->name);
	call->head->func(call->head);
}

static void srcu_call(struct srcu_struct *srcu, struct rcu_head *head, void (*func)(struct rcu_head *head),
		      const char *name)
{
	struct srcu_work *call = sim_alloc(sizeof(*call));

	head->func = func;
	call->work.func = srcu_run;
	call->srcu = srcu;
	call->head = head;
	call->name = name;
	kernel_later(&call->work);
}

static void srcu_callbacks_done(void)
{
	kernel_services()->queue_flush(kernel_later(NULL));
}

/* --- on the way to user space ----------------------------------------------------------------- */

static void to_user(void)
{
	struct kernel_task *task = kernel_task_self();
	struct rcu_head *head;

	while ((head = task->works) != NULL) {
		task->works = head->next;
		head->func(head);
	}
}

static int task_work(struct task_struct *face, struct rcu_head *head, int add)
{
	struct kernel_task *task = kernel_task_of(face);
	struct rcu_head **at = &task->works;

	if (add && (!task->thread || task->kthread || sim_thread_ended(task->thread)))
		return -ESRCH;
	host_current()->to_user = to_user;
	while (*at && *at != head)
		at = &(*at)->next;
	if (!add && !*at)
		return -ESRCH;
	if (!add) {
		*at = head->next;
		return 0;
	}
	head->next = NULL;
	*at = head;
	return 0;
}

/* --- shrinkers -------------------------------------------------------------------------------- */

struct kernel_shrinker {
	struct mm_shrinker shrinker;	/* first */
	struct uvsim_shrinker *face;
};

static uint64_t count(struct mm_shrinker *shrinker)
{
	struct uvsim_shrinker *face = ((struct kernel_shrinker *)shrinker)->face;

	return face->count(face);
}

static uint64_t scan(struct mm_shrinker *shrinker, uint64_t n, uint64_t *looked_at)
{
	struct uvsim_shrinker *face = ((struct kernel_shrinker *)shrinker)->face;
	unsigned long looked = *looked_at, result = face->scan(face, n, &looked);

	*looked_at = looked;
	return result;
}

static int shrinker(struct uvsim_shrinker *face, int on)
{
	struct kernel_shrinker *kernel = face->sim;

	if (!on) {
		if (kernel)
			shrinker_remove(host_current(), &kernel->shrinker);
		face->sim = NULL;
		return 0;
	}
	kernel = face->sim = sim_alloc(sizeof(*kernel));
	kernel->face = face;
	kernel->shrinker.count = count;
	kernel->shrinker.scan = scan;
	kernel->shrinker.batch = face->batch;
	kernel->shrinker.seeks = face->seeks;
	shrinker_add(host_current(), &kernel->shrinker);
	return 0;
}

/* --- the rest --------------------------------------------------------------------------------- */

static void might_sleep(const char *what)
{
	sim_might_sleep(sim_intern(what));
}

static int rwlock_is_held(const rwlock_t *lock, int write)
{
	return lock->sim && sim_rwlock_held(lock->sim, write != 0);
}

static int rwlock_try(rwlock_t *lock, int write, const char *name)
{
	struct sim_rwlock *sim = shim_rwlock(lock, name);

	return write ? sim_write_trylock(sim) : sim_read_trylock(sim);
}

static int vcpu_is_stopped(const struct kvm_vcpu *vcpu)
{
	return to_vcpu_sim(vcpu)->stopped;
}

void kernel_memory_later(struct uvsim_memory *memory)
{
	memory->mmput_async = mmput_async;
	memory->srcu_call = srcu_call;
	memory->srcu_callbacks_done = srcu_callbacks_done;
	memory->task_work = task_work;
	memory->shrinker = shrinker;
	memory->might_sleep = might_sleep;
	memory->rwlock_is_held = rwlock_is_held;
	memory->rwlock_try = rwlock_try;
	memory->vcpu_is_stopped = vcpu_is_stopped;
}
