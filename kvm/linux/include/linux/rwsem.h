/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sleeping locks for readers and writers. A queued writer holds new readers off. Zeroed memory is a free one. */
#ifndef UVSIM_LINUX_RWSEM_H
#define UVSIM_LINUX_RWSEM_H

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/types.h>

struct rw_semaphore {
	struct uvsim_rwsem_storage sim;
};

#define __RWSEM_INITIALIZER(name) { { { NULL } } }
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)

#define init_rwsem(sem) ((void)(*(sem) = (struct rw_semaphore)__RWSEM_INITIALIZER(sem)))
#define uvsim_down(sem, write, try, state) \
	uvsim_api->services->rwsem_down(&(sem)->sim, write, try, state, #sem)
#define down_read(sem) ((void)uvsim_down(sem, 0, 0, UVSIM_TASK_UNINTERRUPTIBLE))
#define down_write(sem) ((void)uvsim_down(sem, 1, 0, UVSIM_TASK_UNINTERRUPTIBLE))
#define down_read_nested(sem, subclass) down_read(sem)
#define down_write_nested(sem, subclass) down_write(sem)
#define down_read_trylock(sem) uvsim_down(sem, 0, 1, UVSIM_TASK_UNINTERRUPTIBLE)
#define down_write_trylock(sem) uvsim_down(sem, 1, 1, UVSIM_TASK_UNINTERRUPTIBLE)
#define uvsim_down_error(sem, write, state) (uvsim_down(sem, write, 0, state) < 0 ? -EINTR : 0)
#define down_read_interruptible(sem) uvsim_down_error(sem, 0, UVSIM_TASK_INTERRUPTIBLE)
#define down_read_killable(sem) uvsim_down_error(sem, 0, UVSIM_TASK_WAKEKILL)
#define down_write_killable(sem) uvsim_down_error(sem, 1, UVSIM_TASK_WAKEKILL)

UVSIM_STUB void up_read(struct rw_semaphore *sem)
{
	uvsim_api->services->rwsem_up(&sem->sim, 0);
}

UVSIM_STUB void up_write(struct rw_semaphore *sem)
{
	uvsim_api->services->rwsem_up(&sem->sim, 1);
}

/* Whoever waits may come in between: the hold is given up and taken again as a reader. */
#define downgrade_write(sem) do { up_write(sem); down_read(sem); } while (0)

UVSIM_STUB bool uvsim_rwsem_is_held(struct rw_semaphore *sem)
{
	return uvsim_api->services->rwsem_is_held(&sem->sim, 0);
}

UVSIM_GUARD(rwsem_read, struct rw_semaphore, down_read(held.lock), up_read(held.lock))
UVSIM_GUARD(rwsem_write, struct rw_semaphore, down_write(held.lock), up_write(held.lock))
UVSIM_GUARD_TRY(rwsem_read_try, struct rw_semaphore, down_read_trylock(held.lock) ? 0 : -EBUSY, up_read(held.lock))
UVSIM_GUARD_TRY(rwsem_write_try, struct rw_semaphore, down_write_trylock(held.lock) ? 0 : -EBUSY, up_write(held.lock))
UVSIM_GUARD_TRY(rwsem_read_intr, struct rw_semaphore, down_read_interruptible(held.lock), up_read(held.lock))
UVSIM_GUARD_TRY(rwsem_read_kill, struct rw_semaphore, down_read_killable(held.lock), up_read(held.lock))
UVSIM_GUARD_TRY(rwsem_write_kill, struct rw_semaphore, down_write_killable(held.lock), up_write(held.lock))

#endif
