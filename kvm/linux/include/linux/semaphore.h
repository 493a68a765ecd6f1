/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting semaphores. */
#ifndef UVSIM_LINUX_SEMAPHORE_H
#define UVSIM_LINUX_SEMAPHORE_H

#include <linux/wait.h>

struct semaphore {
	unsigned int count;
	struct wait_queue_head wait;
};

#define DEFINE_SEMAPHORE(name, n) struct semaphore name = { .count = (n) }

UVSIM_STUB void sema_init(struct semaphore *sem, int count)
{
	sem->count = (unsigned int)count;
	init_waitqueue_head(&sem->wait);
}

UVSIM_STUB bool uvsim_sema_take(struct semaphore *sem)
{
	return sem->count && sem->count--;
}

/* 0: taken, as the kernel has it. */
UVSIM_STUB int down_trylock(struct semaphore *sem)
{
	return !uvsim_sema_take(sem);
}

#define down(sem) ((void)uvsim_event_state((sem)->wait, uvsim_sema_take(sem), TASK_UNINTERRUPTIBLE, 1))
#define down_interruptible(sem) \
	(uvsim_event_state((sem)->wait, uvsim_sema_take(sem), TASK_INTERRUPTIBLE, 1) ? -EINTR : 0)
#define down_killable(sem) (uvsim_event_state((sem)->wait, uvsim_sema_take(sem), TASK_KILLABLE, 1) ? -EINTR : 0)

UVSIM_STUB void up(struct semaphore *sem)
{
	sem->count++;
	wake_up(&sem->wait);
}

#endif
