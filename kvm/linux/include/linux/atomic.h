/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Atomics. A simulated thread is atomic between two calls of the simulator, so plain accesses do.
 * Each change is told to the simulator: what other threads are in the midst of may hang on a count.
 */
#ifndef UVSIM_LINUX_ATOMIC_H
#define UVSIM_LINUX_ATOMIC_H

#include <linux/types.h>

UVSIM_STUB int atomic_read(const atomic_t *v)
{
	return v->counter;
}

UVSIM_STUB void atomic_set(atomic_t *v, int i)
{
	v->counter = i;
	uvsim_api->atomic_changed(v);
}

UVSIM_STUB void atomic_inc(atomic_t *v)
{
	v->counter++;
	uvsim_api->atomic_changed(v);
}

UVSIM_STUB void atomic_dec(atomic_t *v)
{
	v->counter--;
	uvsim_api->atomic_changed(v);
}

UVSIM_STUB bool atomic_inc_not_zero(atomic_t *v)
{
	if (v->counter == 0)
		return false;
	v->counter++;
	uvsim_api->atomic_changed(v);
	return true;
}

UVSIM_STUB bool atomic_dec_and_test(atomic_t *v)
{
	v->counter--;
	uvsim_api->atomic_changed(v);
	return v->counter == 0;
}

#endif
