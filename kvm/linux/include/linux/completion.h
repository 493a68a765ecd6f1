/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completions: a count of what has been done, and those who wait for it, in order. */
#ifndef UVSIM_LINUX_COMPLETION_H
#define UVSIM_LINUX_COMPLETION_H

#include <linux/wait.h>

#define UVSIM_ALL_DONE (~0u >> 1)

struct completion {
	unsigned int done;
	struct wait_queue_head wait;
};

#define COMPLETION_INITIALIZER(name) { .done = 0 }
#define COMPLETION_INITIALIZER_ONSTACK(name) COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)

UVSIM_STUB void init_completion(struct completion *x)
{
	x->done = 0;
	init_waitqueue_head(&x->wait);
}

UVSIM_STUB void reinit_completion(struct completion *x)
{
	x->done = 0;
}

UVSIM_STUB void complete(struct completion *x)
{
	if (x->done != UVSIM_ALL_DONE)
		x->done++;
	uvsim_wake_up(&x->wait, TASK_NORMAL, 1);
}

UVSIM_STUB void complete_all(struct completion *x)
{
	x->done = UVSIM_ALL_DONE;
	wake_up_all(&x->wait);
}

UVSIM_STUB bool completion_done(struct completion *x)
{
	return x->done != 0;
}

UVSIM_STUB bool try_wait_for_completion(struct completion *x)
{
	if (!x->done)
		return false;
	if (x->done != UVSIM_ALL_DONE)
		x->done--;
	return true;
}

#define uvsim_complete_wait(x, state) uvsim_event_state((x)->wait, try_wait_for_completion(x), state, 1)
#define wait_for_completion(x) ((void)uvsim_complete_wait(x, TASK_UNINTERRUPTIBLE))
#define wait_for_completion_io(x) wait_for_completion(x)
#define wait_for_completion_interruptible(x) uvsim_complete_wait(x, TASK_INTERRUPTIBLE)
#define wait_for_completion_killable(x) uvsim_complete_wait(x, TASK_KILLABLE)
#define wait_for_completion_state(x, state) uvsim_complete_wait(x, state)
#define uvsim_complete_timeout(x, timeout, state) \
	({ \
		struct completion *__x = (x); \
		long __x_left = uvsim_event_timeout(__x->wait, __x->done, timeout, state); \
		if (__x_left > 0) \
			try_wait_for_completion(__x); \
		__x_left; \
	})
#define wait_for_completion_timeout(x, timeout) \
	((unsigned long)uvsim_complete_timeout(x, timeout, TASK_UNINTERRUPTIBLE))
#define wait_for_completion_interruptible_timeout(x, timeout) uvsim_complete_timeout(x, timeout, TASK_INTERRUPTIBLE)
#define wait_for_completion_killable_timeout(x, timeout) uvsim_complete_timeout(x, timeout, TASK_KILLABLE)

#endif
