/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutex, rwsem, spinlock. First come, first served; the releasing thread hands over.
 *
 * Linux lets a mutex or rwsem be taken over by a thread that comes by; here the order of arrival holds, so
 * that a wait is explained by who came first.
 */
#include <assert.h>
#include <errno.h>

#include "sim/lockdep.h"

void wait_list_add(struct sim_wait_list *list, struct sim_waiter *waiter)
{
	waiter->list = list;
	waiter->next = NULL;
	waiter->prev = list->tail;
	if (list->tail)
		list->tail->next = waiter;
	else
		list->head = waiter;
	list->tail = waiter;
}

void wait_list_remove(struct sim_waiter *waiter)
{
	struct sim_wait_list *list = waiter->list;

	if (waiter->prev)
		waiter->prev->next = waiter->next;
	else
		list->head = waiter->next;
	if (waiter->next)
		waiter->next->prev = waiter->prev;
	else
		list->tail = waiter->prev;
	waiter->list = NULL;
}

/* Wait in @list until @lock is handed over; -EINTR as @mode lets a signal through. */
static int lock_block(const void *lock, const char *name, struct sim_wait_list *list, struct sim_waiter *waiter,
		      enum sim_wait_mode mode)
{
	int result;

	lockdep_wait(lock, name, list, waiter->write, mode != SIM_WAIT_UNINTERRUPTIBLE);
	result = thread_block(waiter, list, mode, SIM_KIND_WAIT_LOCK, name);
	lockdep_wait_over();
	return result;
}

/* --- mutex --------------------------------------------------------------------------------------- */

void sim_mutex_init(struct sim_mutex *mutex, const char *name)
{
	*mutex = (struct sim_mutex){ .name = name };
}

int sim_mutex_lock_mode(struct sim_mutex *mutex, enum sim_wait_mode mode)
{
	struct sim_waiter waiter = { .write = true };
	int result;

	lockdep_before(mutex, mutex->name, 0);
	if (!mutex->owner) {
		mutex->owner = sim->self;
	} else {
		result = lock_block(mutex, mutex->name, &mutex->waiters, &waiter, mode);
		if (result)
			return result;
		assert(mutex->owner == sim->self);
	}
	lockdep_taken(sim->self, mutex, mutex->name, 0);
	return 0;
}

void sim_mutex_lock(struct sim_mutex *mutex)
{
	(void)sim_mutex_lock_mode(mutex, SIM_WAIT_UNINTERRUPTIBLE);
}

bool sim_mutex_trylock(struct sim_mutex *mutex)
{
	if (mutex->owner)
		return false;
	mutex->owner = sim->self;
	lockdep_taken(sim->self, mutex, mutex->name, 0);
	return true;
}

void sim_mutex_unlock(struct sim_mutex *mutex)
{
	lockdep_released(mutex, mutex->name);
	if (!mutex->owner)
		return;
	mutex->owner = mutex->waiters.head ? mutex->waiters.head->thread : NULL;
	if (mutex->owner)
		thread_wake(mutex->owner, 0);
}

bool sim_mutex_held(const struct sim_mutex *mutex)
{
	return mutex->owner && mutex->owner == sim->self;
}

/* --- rwsem --------------------------------------------------------------------------------------- */

void sim_rwsem_init(struct sim_rwsem *sem, const char *name, struct sim_domain *domain)
{
	*sem = (struct sim_rwsem){ .name = name, .domain = domain };
}

/* The lock is free for its first waiter: hand it to that writer, or to all readers before the next writer. */
static void rwsem_hand_over(struct sim_rwsem *sem)
{
	struct sim_waiter *first = sem->waiters.head;

	if (first && first->write) {
		if (!sem->readers) {
			sem->writer = first->thread;
			thread_wake(first->thread, 0);
		}
		return;
	}
	while ((first = sem->waiters.head) && !first->write) {
		sem->readers++;
		thread_wake(first->thread, 0);
	}
}

static int down_read(struct sim_rwsem *sem, enum sim_wait_mode mode)
{
	struct sim_waiter waiter = { 0 };
	int result;

	lockdep_before(sem, sem->name, LOCK_READ);
	if (sim_rwsem_down_read_trylock(sem))
		return 0;
	result = lock_block(sem, sem->name, &sem->waiters, &waiter, mode);
	if (!result)
		lockdep_taken(sim->self, sem, sem->name, LOCK_READ);
	return result;
}

void sim_rwsem_down_read(struct sim_rwsem *sem)
{
	(void)down_read(sem, SIM_WAIT_UNINTERRUPTIBLE);
}

bool sim_rwsem_down_read_trylock(struct sim_rwsem *sem)
{
	if (!sim_rwsem_quiet(sem))
		return false;
	sem->readers++;
	lockdep_taken(sim->self, sem, sem->name, LOCK_READ);
	return true;
}

void sim_rwsem_up_read(struct sim_rwsem *sem)
{
	lockdep_released(sem, sem->name);
	if (!sem->readers)
		return;
	if (!--sem->readers)
		rwsem_hand_over(sem);
}

static int down_write(struct sim_rwsem *sem, enum sim_wait_mode mode)
{
	struct sim_waiter waiter = { .write = true };
	int result;

	lockdep_before(sem, sem->name, 0);
	if (sem->domain)
		sim_domain_expose(sem->domain);
	if (!sem->readers && !sem->writer && !sem->waiters.head) {
		sem->writer = sim->self;
		lockdep_taken(sim->self, sem, sem->name, 0);
		return 0;
	}
	result = lock_block(sem, sem->name, &sem->waiters, &waiter, mode);
	if (!result)
		lockdep_taken(sim->self, sem, sem->name, 0);
	/* A writer that leaves the queue may have been all that held readers off. */
	if (result && !sem->writer)
		rwsem_hand_over(sem);
	return result;
}

void sim_rwsem_down_write(struct sim_rwsem *sem)
{
	down_write(sem, SIM_WAIT_UNINTERRUPTIBLE);
}

int sim_rwsem_down_write_killable(struct sim_rwsem *sem)
{
	return down_write(sem, SIM_WAIT_KILLABLE);
}

int sim_rwsem_down(struct sim_rwsem *sem, bool write, enum sim_wait_mode mode)
{
	return write ? down_write(sem, mode) : down_read(sem, mode);
}

bool sim_rwsem_down_write_trylock(struct sim_rwsem *sem)
{
	if (sem->domain)
		sim_domain_expose(sem->domain);
	if (sem->readers || sem->writer || sem->waiters.head)
		return false;
	sem->writer = sim->self;
	lockdep_taken(sim->self, sem, sem->name, 0);
	return true;
}

bool sim_rwsem_held(const struct sim_rwsem *sem, bool write)
{
	return sem->writer ? sem->writer == sim->self : !write && sem->readers;
}

void sim_rwsem_up_write(struct sim_rwsem *sem)
{
	lockdep_released(sem, sem->name);
	if (!sem->writer)
		return;
	sem->writer = NULL;
	rwsem_hand_over(sem);
}

bool sim_rwsem_quiet(const struct sim_rwsem *sem)
{
	return !sem->writer && !sem->waiters.head;
}

void sim_rwsem_expose_read(struct sim_rwsem *sem)
{
	assert(sim_rwsem_quiet(sem));
	sem->readers++;
	lockdep_taken(sim->exposing, sem, sem->name, LOCK_READ);
}

/* --- spinlock ------------------------------------------------------------------------------------ */

void sim_spin_init(struct sim_spinlock *lock, const char *name)
{
	*lock = (struct sim_spinlock){ .name = name };
}

void sim_spin_lock(struct sim_spinlock *lock)
{
	struct sim_thread *self = sim->self;
	struct sim_waiter waiter = { .thread = self, .write = true };

	lockdep_before(lock, lock->name, LOCK_SPINS);
	if (sim_spin_trylock(lock))
		return;
	sim_step("spin", self->id, 0);
	lockdep_wait(lock, lock->name, &lock->waiters, true, false);
	if (sim->watch.waits)
		sim->watch.waits(sim->watch.ctx, lock->name);
	wait_list_add(&lock->waiters, &waiter);
	self->state = THREAD_SPINNING;
	engine_dispatch();
	assert(lock->owner == self);
	lockdep_wait_over();
	lockdep_taken(self, lock, lock->name, LOCK_SPINS);
	thread_charge(self, sim->now - self->charged_to, SIM_KIND_SPIN, lock->name);
}

bool sim_spin_trylock(struct sim_spinlock *lock)
{
	if (lock->owner)
		return false;
	lock->owner = sim->self;
	lockdep_taken(sim->self, lock, lock->name, LOCK_SPINS);
	return true;
}

void sim_spin_unlock(struct sim_spinlock *lock)
{
	struct sim_waiter *first = lock->waiters.head;

	lockdep_released(lock, lock->name);
	lock->owner = NULL;
	if (!first)
		return;
	wait_list_remove(first);
	lock->owner = first->thread;
	first->thread->state = THREAD_RUNNING;
	event_post(&first->thread->event, sim_key(sim->now, SIM_CLASS_THREAD, first->thread->id));
}

bool sim_spin_held(const struct sim_spinlock *lock)
{
	return lock->owner && lock->owner == sim->self;
}

void sim_spin_expose(struct sim_spinlock *lock, struct sim_thread *thread)
{
	assert(!lock->owner);
	lock->owner = thread;
	lockdep_taken(thread, lock, lock->name, LOCK_SPINS);
}

/* --- rwlock -------------------------------------------------------------------------------------- */

void sim_rwlock_init(struct sim_rwlock *lock, const char *name)
{
	*lock = (struct sim_rwlock){ .name = name };
}

/* Keep the processor until @lock has been handed over. */
static void rwlock_spin(struct sim_rwlock *lock, bool write)
{
	struct sim_waiter waiter = { .thread = sim->self, .write = write };
	struct sim_thread *self = sim->self;

	lockdep_wait(lock, lock->name, &lock->waiters, write, false);
	sim_step("spin", self->id, write);
	if (sim->watch.waits)
		sim->watch.waits(sim->watch.ctx, lock->name);
	wait_list_add(&lock->waiters, &waiter);
	self->state = THREAD_SPINNING;
	engine_dispatch();
	lockdep_wait_over();
	thread_charge(self, sim->now - self->charged_to, SIM_KIND_SPIN, lock->name);
}

static void spinner_go(struct sim_waiter *waiter)
{
	wait_list_remove(waiter);
	waiter->thread->state = THREAD_RUNNING;
	event_post(&waiter->thread->event, sim_key(sim->now, SIM_CLASS_THREAD, waiter->thread->id));
}

static void rwlock_hand_over(struct sim_rwlock *lock)
{
	struct sim_waiter *first = lock->waiters.head;

	if (first && first->write) {
		if (lock->readers)
			return;
		lock->writer = first->thread;
		spinner_go(first);
		return;
	}
	while ((first = lock->waiters.head) && !first->write) {
		lock->readers++;
		spinner_go(first);
	}
}

void sim_read_lock(struct sim_rwlock *lock)
{
	lockdep_before(lock, lock->name, LOCK_SPINS | LOCK_READ);
	if (lock->writer || lock->waiters.head)
		rwlock_spin(lock, false);
	else
		lock->readers++;
	lockdep_taken(sim->self, lock, lock->name, LOCK_SPINS | LOCK_READ);
}

void sim_read_unlock(struct sim_rwlock *lock)
{
	lockdep_released(lock, lock->name);
	if (!lock->readers)
		return;
	if (!--lock->readers)
		rwlock_hand_over(lock);
}

void sim_write_lock(struct sim_rwlock *lock)
{
	lockdep_before(lock, lock->name, LOCK_SPINS);
	if (lock->writer || lock->readers || lock->waiters.head)
		rwlock_spin(lock, true);
	else
		lock->writer = sim->self;
	lockdep_taken(sim->self, lock, lock->name, LOCK_SPINS);
}

bool sim_read_trylock(struct sim_rwlock *lock)
{
	if (lock->writer || lock->waiters.head)
		return false;
	lock->readers++;
	lockdep_taken(sim->self, lock, lock->name, LOCK_SPINS | LOCK_READ);
	return true;
}

bool sim_write_trylock(struct sim_rwlock *lock)
{
	if (lock->writer || lock->readers || lock->waiters.head)
		return false;
	lock->writer = sim->self;
	lockdep_taken(sim->self, lock, lock->name, LOCK_SPINS);
	return true;
}

bool sim_rwlock_held(const struct sim_rwlock *lock, bool write)
{
	return lock->writer == sim->self || (!write && lock->readers);
}

void sim_write_unlock(struct sim_rwlock *lock)
{
	lockdep_released(lock, lock->name);
	if (!lock->writer)
		return;
	lock->writer = NULL;
	rwlock_hand_over(lock);
}
