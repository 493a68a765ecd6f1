/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for a bit, or for anything about a variable: all waiters of this module share one queue and look again.
 * Source of behaviour: Linux 6.12 kernel/sched/wait_bit.c.
 */
#ifndef UVSIM_LINUX_WAIT_BIT_H
#define UVSIM_LINUX_WAIT_BIT_H

#include <linux/bitops.h>
#include <linux/wait.h>

static __maybe_unused DECLARE_WAIT_QUEUE_HEAD(uvsim_bit_queue);

#define wait_var_event(variable, condition) do { (void)(variable); wait_event(uvsim_bit_queue, condition); } while (0)
#define wait_var_event_killable(variable, condition) \
	((void)(variable), wait_event_killable(uvsim_bit_queue, condition))
#define wait_var_event_interruptible(variable, condition) \
	((void)(variable), wait_event_interruptible(uvsim_bit_queue, condition))
#define wait_var_event_timeout(variable, condition, timeout) \
	((void)(variable), wait_event_timeout(uvsim_bit_queue, condition, timeout))
#define wake_up_var(variable) do { (void)(variable); wake_up_all(&uvsim_bit_queue); } while (0)
#define store_release_wake_up(variable, value) do { WRITE_ONCE(*(variable), value); wake_up_var(variable); } while (0)
#define wake_up_bit(word, bit) do { (void)(word); (void)(bit); wake_up_all(&uvsim_bit_queue); } while (0)
#define clear_and_wake_up_bit(bit, word) do { clear_bit(bit, word); wake_up_bit(word, bit); } while (0)

/* 0, or -EINTR where a signal ends it. */
UVSIM_STUB int wait_on_bit(unsigned long *word, int bit, unsigned int mode)
{
	int error = 0;

	if (test_bit((unsigned long)bit, word))
		error = (int)uvsim_wait_event(&uvsim_bit_queue, !test_bit((unsigned long)bit, word), (int)mode, 0,
					      schedule());
	return error ? -EINTR : 0;
}
#define wait_on_bit_io(word, bit, mode) wait_on_bit(word, bit, mode)

/* Waits until it is clear and sets it. */
UVSIM_STUB int wait_on_bit_lock(unsigned long *word, int bit, unsigned int mode)
{
	int error = 0;

	while (!error && test_and_set_bit((unsigned long)bit, word))
		error = wait_on_bit(word, bit, mode);
	return error;
}

/* As wait_on_bit(), for at most @timeout ticks: -EAGAIN then. */
UVSIM_STUB int wait_on_bit_timeout(unsigned long *word, int bit, unsigned int mode, unsigned long timeout)
{
	long left = uvsim_event_timeout(uvsim_bit_queue, !test_bit((unsigned long)bit, word), (long)timeout, (int)mode);

	return left > 0 ? 0 : left ? -EINTR : -EAGAIN;
}

#endif
