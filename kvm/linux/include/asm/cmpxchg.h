/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exchange and compare in one step, for values of any size. */
#ifndef UVSIM_ASM_CMPXCHG_H
#define UVSIM_ASM_CMPXCHG_H

#include <asm/barrier.h>

#define xchg(pointer, value) \
	({ \
		typeof(pointer) __xchg_at = (pointer); \
		typeof(*(pointer)) __xchg_old = *__xchg_at; \
		WRITE_ONCE(*__xchg_at, (value)); \
		__xchg_old; \
	})
#define xchg_relaxed(pointer, value) xchg(pointer, value)
#define xchg_acquire(pointer, value) xchg(pointer, value)
#define xchg_release(pointer, value) xchg(pointer, value)

#define cmpxchg(pointer, old, value) \
	({ \
		typeof(pointer) __cmp_at = (pointer); \
		typeof(*(pointer)) __cmp_old = (old), __cmp_found = READ_ONCE(*__cmp_at); \
		if (__cmp_found == __cmp_old) \
			WRITE_ONCE(*__cmp_at, (value)); \
		__cmp_found; \
	})
#define cmpxchg_relaxed(pointer, old, value) cmpxchg(pointer, old, value)
#define cmpxchg_acquire(pointer, old, value) cmpxchg(pointer, old, value)
#define cmpxchg_release(pointer, old, value) cmpxchg(pointer, old, value)
#define cmpxchg64(pointer, old, value) cmpxchg(pointer, old, value)

#define try_cmpxchg(pointer, oldp, value) \
	({ \
		typeof(oldp) __try_oldp = (oldp); \
		typeof(*(pointer)) __try_old = *__try_oldp; \
		typeof(*(pointer)) __try_found = cmpxchg(pointer, __try_old, value); \
		*__try_oldp = __try_found; \
		__try_found == __try_old; \
	})

#endif
