/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Alignment, container_of and other small change. */
#ifndef UVSIM_LINUX_KERNEL_H
#define UVSIM_LINUX_KERNEL_H

#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/types.h>

#define ALIGN(x, a) (((x) + ((typeof(x))(a) - 1)) & ~((typeof(x))(a) - 1))
#define ALIGN_DOWN(x, a) ((x) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define PTR_ALIGN(p, a) ((typeof(p))ALIGN((unsigned long)(p), (a)))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define offsetofend(type, member) (offsetof(type, member) + sizeof_field(type, member))
#define struct_size(p, member, n) (sizeof(*(p)) + (n) * sizeof((p)->member[0]))
#define struct_size_t(type, member, n) (sizeof(type) + (n) * sizeof(((type *)0)->member[0]))
#define flex_array_size(p, member, n) ((n) * sizeof((p)->member[0]))
#define typeof_member(type, member) typeof(((type *)0)->member)
/* What does not fit is the largest number there is, which no allocation gives. */
#define size_mul(a, b) ({ size_t __size; __builtin_mul_overflow((a), (b), &__size) ? ~(size_t)0 : __size; })
#define size_add(a, b) ({ size_t __size; __builtin_add_overflow((a), (b), &__size) ? ~(size_t)0 : __size; })
#define array_size(a, b) size_mul(a, b)
#define array3_size(a, b, c) size_mul(size_mul(a, b), c)
#define mult_frac(x, n, d) ({ typeof(x) __frac = (x); __frac / (d) * (n) + __frac % (d) * (n) / (d); })
#define in_range(value, start, n) ((u64)(value) - (u64)(start) < (u64)(n))
#define abs_diff(a, b) ({ typeof(a) __x = (a), __y = (b); __x > __y ? __x - __y : __y - __x; })
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define DIV_ROUND_DOWN_ULL(n, d) ((unsigned long long)(n) / (d))
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_UP((unsigned long long)(n), d)
#define DIV_ROUND_CLOSEST(n, d) (((n) + (d) / 2) / (d))
#define round_up(x, y) ((((x) - 1) | ((typeof(x))(y) - 1)) + 1)
#define round_down(x, y) ((x) & ~((typeof(x))(y) - 1))
#define roundup(x, y) ((((x) + (y) - 1) / (y)) * (y))
#define rounddown(x, y) ((x) - (x) % (y))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define container_of_const(ptr, type, member) container_of(ptr, type, member)
#define upper_32_bits(n) ((u32)((u64)(n) >> 32))
#define lower_32_bits(n) ((u32)(n))
#define abs(x) ({ typeof(x) __abs = (x); __abs < 0 ? -__abs : __abs; })
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d) __builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d) __builtin_mul_overflow(a, b, d)
#define IS_ENABLED(option) UVSIM_IS_ENABLED(option)
#define UVSIM_IS_ENABLED(option) UVSIM_IS_1(UVSIM_ONE_##option)
#define UVSIM_ONE_1 0,
#define UVSIM_IS_1(one) UVSIM_IS_2(one 1, 0)
#define UVSIM_IS_2(ignored, value, rest...) value

#endif
