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

#endif
