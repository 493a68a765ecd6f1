/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Divisions. */
#ifndef UVSIM_LINUX_MATH64_H
#define UVSIM_LINUX_MATH64_H

#include <linux/types.h>

#define div_u64(a, b) ((u64)(a) / (u32)(b))
#define div64_u64(a, b) ((u64)(a) / (u64)(b))
#define div64_s64(a, b) ((s64)(a) / (s64)(b))
#define div64_ul(a, b) ((unsigned long)(a) / (unsigned long)(b))
#define mul_u64_u64_div_u64(a, b, c) ((u64)((unsigned __int128)(a) * (b) / (c)))
#define mul_u64_u32_div(a, b, c) ((u64)((unsigned __int128)(a) * (u32)(b) / (u32)(c)))
#define mul_u64_u64_shr(a, b, shift) ((u64)((unsigned __int128)(a) * (b) >> (shift)))
#define do_div(n, base) ({ u32 __rest = (u32)((n) % (base)); (n) /= (base); __rest; })

#endif
