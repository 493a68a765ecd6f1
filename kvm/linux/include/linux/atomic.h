/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Atomics. A simulated thread is atomic between two calls of the simulator, so plain accesses do.
 * Each change is told to the simulator: what other threads are in the midst of may hang on a count.
 */
#ifndef UVSIM_LINUX_ATOMIC_H
#define UVSIM_LINUX_ATOMIC_H

#include <asm/cmpxchg.h>

typedef struct {
	s64 counter;
} atomic64_t;
typedef atomic64_t atomic_long_t;

#define ATOMIC_INIT(i) { (i) }
#define ATOMIC64_INIT(i) { (i) }
#define ATOMIC_LONG_INIT(i) { (i) }

UVSIM_STUB void uvsim_atomic_told(atomic_t *v)
{
	uvsim_api->atomic_changed(v);
}

/* No count that the simulator knows has 64 bits. */
UVSIM_STUB void uvsim_atomic64_told(atomic64_t *v)
{
	(void)v;
}

/* All of one family: @p its prefix, @t its integer, @told what is done after a change. */
#define UVSIM_ATOMICS(p, t, told) \
	UVSIM_STUB t p##_read(const p##_t *v) { return v->counter; } \
	UVSIM_STUB t p##_read_acquire(const p##_t *v) { return v->counter; } \
	UVSIM_STUB void p##_set(p##_t *v, t i) { v->counter = i; told(v); } \
	UVSIM_STUB void p##_set_release(p##_t *v, t i) { v->counter = i; told(v); } \
	UVSIM_STUB t p##_add_return(t i, p##_t *v) { v->counter += i; told(v); return v->counter; } \
	UVSIM_STUB t p##_sub_return(t i, p##_t *v) { v->counter -= i; told(v); return v->counter; } \
	UVSIM_STUB t p##_inc_return(p##_t *v) { return p##_add_return(1, v); } \
	UVSIM_STUB t p##_inc_return_relaxed(p##_t *v) { return p##_inc_return(v); } \
	UVSIM_STUB t p##_add_return_relaxed(t i, p##_t *v) { return p##_add_return(i, v); } \
	UVSIM_STUB t p##_dec_return(p##_t *v) { return p##_sub_return(1, v); } \
	UVSIM_STUB void p##_add(t i, p##_t *v) { (void)p##_add_return(i, v); } \
	UVSIM_STUB void p##_sub(t i, p##_t *v) { (void)p##_sub_return(i, v); } \
	UVSIM_STUB void p##_inc(p##_t *v) { v->counter++; told(v); } \
	UVSIM_STUB void p##_dec(p##_t *v) { v->counter--; told(v); } \
	UVSIM_STUB t p##_fetch_add(t i, p##_t *v) { t old = v->counter; v->counter += i; told(v); return old; } \
	UVSIM_STUB t p##_fetch_sub(t i, p##_t *v) { t old = v->counter; v->counter -= i; told(v); return old; } \
	UVSIM_STUB t p##_fetch_inc(p##_t *v) { return p##_fetch_add(1, v); } \
	UVSIM_STUB t p##_fetch_dec(p##_t *v) { return p##_fetch_sub(1, v); } \
	UVSIM_STUB void p##_or(t i, p##_t *v) { v->counter |= i; told(v); } \
	UVSIM_STUB void p##_and(t i, p##_t *v) { v->counter &= i; told(v); } \
	UVSIM_STUB void p##_andnot(t i, p##_t *v) { v->counter &= ~i; told(v); } \
	UVSIM_STUB t p##_fetch_or(t i, p##_t *v) { t old = v->counter; v->counter |= i; told(v); return old; } \
	UVSIM_STUB t p##_fetch_and(t i, p##_t *v) { t old = v->counter; v->counter &= i; told(v); return old; } \
	UVSIM_STUB bool p##_inc_and_test(p##_t *v) { return p##_add_return(1, v) == 0; } \
	UVSIM_STUB bool p##_dec_and_test(p##_t *v) { return p##_sub_return(1, v) == 0; } \
	UVSIM_STUB bool p##_sub_and_test(t i, p##_t *v) { return p##_sub_return(i, v) == 0; } \
	UVSIM_STUB bool p##_add_negative(t i, p##_t *v) { return p##_add_return(i, v) < 0; } \
	UVSIM_STUB t p##_xchg(p##_t *v, t i) { t old = v->counter; v->counter = i; told(v); return old; } \
	UVSIM_STUB t p##_cmpxchg(p##_t *v, t old, t i) \
	{ \
		t found = v->counter; \
		if (found == old) { \
			v->counter = i; \
			told(v); \
		} \
		return found; \
	} \
	UVSIM_STUB bool p##_try_cmpxchg(p##_t *v, t *old, t i) \
	{ \
		t found = p##_cmpxchg(v, *old, i); \
		bool done = found == *old; \
		*old = found; \
		return done; \
	} \
	UVSIM_STUB t p##_fetch_add_unless(p##_t *v, t a, t u) \
	{ \
		t found = v->counter; \
		if (found != u) \
			p##_add(a, v); \
		return found; \
	} \
	UVSIM_STUB bool p##_add_unless(p##_t *v, t a, t u) { return p##_fetch_add_unless(v, a, u) != u; } \
	UVSIM_STUB bool p##_inc_not_zero(p##_t *v) { return p##_add_unless(v, 1, 0); } \
	UVSIM_STUB t p##_dec_if_positive(p##_t *v) \
	{ \
		t left = v->counter - 1; \
		if (left >= 0) \
			p##_set(v, left); \
		return left; \
	}

UVSIM_ATOMICS(atomic, int, uvsim_atomic_told)
UVSIM_ATOMICS(atomic64, s64, uvsim_atomic64_told)
UVSIM_ATOMICS(atomic_long, long, uvsim_atomic64_told)

#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic() barrier()
#define atomic_dec_and_lock(v, lock) \
	({ \
		spin_lock(lock); \
		bool __zero = atomic_dec_and_test(v); \
		if (!__zero) \
			spin_unlock(lock); \
		__zero; \
	})
#define atomic_dec_and_mutex_lock(v, lock) \
	({ \
		mutex_lock(lock); \
		bool __zero = atomic_dec_and_test(v); \
		if (!__zero) \
			mutex_unlock(lock); \
		__zero; \
	})

#endif
