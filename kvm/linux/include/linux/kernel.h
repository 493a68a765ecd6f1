/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Alignment, container_of and other small change. */
#ifndef UVSIM_LINUX_KERNEL_H
#define UVSIM_LINUX_KERNEL_H

#include <linux/minmax.h>
#include <linux/types.h>

#define ALIGN(x, a) (((x) + ((typeof(x))(a) - 1)) & ~((typeof(x))(a) - 1))
#define ALIGN_DOWN(x, a) ((x) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

#endif
