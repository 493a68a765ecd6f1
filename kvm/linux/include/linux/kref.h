/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reference counts with a function for the last one. */
#ifndef UVSIM_LINUX_KREF_H
#define UVSIM_LINUX_KREF_H

#include <linux/refcount.h>

struct kref {
	refcount_t refcount;
};

#define KREF_INIT(n) { REFCOUNT_INIT(n) }
#define kref_init(kref) refcount_set(&(kref)->refcount, 1)
#define kref_read(kref) refcount_read(&(kref)->refcount)
#define kref_get(kref) refcount_inc(&(kref)->refcount)
#define kref_get_unless_zero(kref) refcount_inc_not_zero(&(kref)->refcount)
/* 1 if that was the last one. */
#define kref_put(k, release) \
	({ \
		struct kref *__kref = (k); \
		bool __kref_last = refcount_dec_and_test(&__kref->refcount); \
		if (__kref_last) \
			(release)(__kref); \
		(int)__kref_last; \
	})

#endif
