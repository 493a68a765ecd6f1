/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Powers of two. */
#ifndef UVSIM_LINUX_LOG2_H
#define UVSIM_LINUX_LOG2_H

#include <linux/bitops.h>

#define ilog2(n) (63 - __builtin_clzll((unsigned long long)(n)))
#define is_power_of_2(n) ({ unsigned long long __p = (n); __p && !(__p & (__p - 1)); })
#define roundup_pow_of_two(n) ({ unsigned long long __r = (n); __r <= 1 ? 1ull : 1ull << fls64(__r - 1); })
#define rounddown_pow_of_two(n) (1ull << ilog2(n))
#define order_base_2(n) ({ unsigned long long __o = (n); __o <= 1 ? 0 : fls64(__o - 1); })

#endif
