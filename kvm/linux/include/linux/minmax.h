/* SPDX-License-Identifier: GPL-2.0-or-later */
/* min and max, each argument evaluated once. */
#ifndef UVSIM_LINUX_MINMAX_H
#define UVSIM_LINUX_MINMAX_H

#include <linux/compiler.h>

#define min_t(type, a, b) \
	({ \
		type __min_a = (a); \
		type __min_b = (b); \
		__min_a < __min_b ? __min_a : __min_b; \
	})
#define max_t(type, a, b) \
	({ \
		type __max_a = (a); \
		type __max_b = (b); \
		__max_a > __max_b ? __max_a : __max_b; \
	})
#define min(a, b) min_t(typeof(a), a, b)
#define max(a, b) max_t(typeof(a), a, b)
#define umin(a, b) min_t(unsigned long long, a, b)
#define umax(a, b) max_t(unsigned long long, a, b)
#define min3(a, b, c) min(min(a, b), c)
#define max3(a, b, c) max(max(a, b), c)
#define min_not_zero(a, b) \
	({ \
		typeof(a) __nz_a = (a); \
		typeof(b) __nz_b = (b); \
		!__nz_a ? __nz_b : !__nz_b ? __nz_a : min(__nz_a, __nz_b); \
	})
#define clamp_t(type, value, low, high) min_t(type, max_t(type, value, low), high)
#define clamp(value, low, high) clamp_t(typeof(value), value, low, high)
#define clamp_val(value, low, high) clamp(value, low, high)
#define swap(a, b) \
	do { \
		typeof(a) __swap = (a); \
		(a) = (b); \
		(b) = __swap; \
	} while (0)

#endif
