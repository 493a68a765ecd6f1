/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only door to SystemC: coroutines that hand over to one another, and a clock that follows.
 *
 * Plain C. At most one coroutine of ours is runnable through SystemC at any instant, so the order in which
 * SystemC would run several never matters. No exception crosses this boundary. Finished coroutines are kept
 * and used again: SystemC does not unwind stacks, and a process may run many simulations.
 */
#ifndef SIM_SYSTEMC_KERNEL_H
#define SIM_SYSTEMC_KERNEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct coro;

/** Room for a coroutine's stack. */
extern const unsigned kernel_stack_bytes;

/**
 * A coroutine that will run @body(@arg) when first switched to. @body must end by calling kernel_finish(). Owned by the
 * kernel. NULL when SystemC refuses.
 */
struct coro *kernel_coro(void (*body)(void *arg), void *arg);

/** Run from outside: switch to @to and return when a coroutine calls kernel_leave(). 0, or -1 when SystemC failed. */
int kernel_enter(struct coro *to);

/**
 * From coroutine @from: let @to go on, at @delta ps after the last hand-over; returns when @from is switched
 * to again.
 */
void kernel_switch(struct coro *from, struct coro *to, uint64_t delta);

/**
 * From coroutine @from: as kernel_switch(), but @from is done and may be used again by kernel_coro().
 * Returns: the body must return at once.
 */
void kernel_finish(struct coro *from, struct coro *to, uint64_t delta);

/** From coroutine @from: let kernel_enter() return. Returns when @from is switched to again, which may be never. */
void kernel_leave(struct coro *from);

/** From coroutine @from, which is done: let kernel_enter() return. Returns: the body must return at once. */
void kernel_finish_leave(struct coro *from);

#ifdef __cplusplus
}
#endif

#endif
