/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reference counts: an increment from zero and a decrement below it are warned of. */
#ifndef UVSIM_LINUX_REFCOUNT_H
#define UVSIM_LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>

typedef struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n) { ATOMIC_INIT(n) }

UVSIM_STUB void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

UVSIM_STUB unsigned int refcount_read(const refcount_t *r)
{
	return (unsigned int)atomic_read(&r->refs);
}

#define refcount_add(i, r) \
	((void)WARN(!refcount_add_not_zero(i, r), "refcount_t: addition on 0; use-after-free"))
#define refcount_inc(r) refcount_add(1, r)
#define refcount_dec(r) \
	((void)WARN(atomic_dec_return(&(r)->refs) <= 0, "refcount_t: decrement hit 0; leaking memory"))
#define refcount_sub_and_test(i, r) \
	({ \
		int __refs = atomic_sub_return(i, &(r)->refs); \
		WARN(__refs < 0, "refcount_t: underflow; use-after-free"); \
		__refs == 0; \
	})
#define refcount_dec_and_test(r) refcount_sub_and_test(1, r)

UVSIM_STUB bool refcount_add_not_zero(int i, refcount_t *r)
{
	return atomic_add_unless(&r->refs, i, 0);
}

UVSIM_STUB bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

UVSIM_STUB bool refcount_dec_if_one(refcount_t *r)
{
	return atomic_cmpxchg(&r->refs, 1, 0) == 1;
}

UVSIM_STUB bool refcount_dec_not_one(refcount_t *r)
{
	return atomic_add_unless(&r->refs, -1, 1);
}

#define refcount_dec_and_lock(r, lock) \
	({ \
		spin_lock(lock); \
		bool __last = refcount_dec_and_test(r); \
		if (!__last) \
			spin_unlock(lock); \
		__last; \
	})
#define refcount_dec_and_mutex_lock(r, lock) \
	({ \
		mutex_lock(lock); \
		bool __last = refcount_dec_and_test(r); \
		if (!__last) \
			mutex_unlock(lock); \
		__last; \
	})

#endif
