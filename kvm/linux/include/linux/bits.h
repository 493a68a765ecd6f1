/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Masks. */
#ifndef UVSIM_LINUX_BITS_H
#define UVSIM_LINUX_BITS_H

#include <linux/types.h>

#define BITS_PER_BYTE 8
#define BITS_PER_LONG 64
#define BITS_PER_LONG_LONG 64
#define BIT(nr) (1ul << (nr))
#define BIT_ULL(nr) (1ull << (nr))
#define BIT_MASK(nr) BIT((nr) % BITS_PER_LONG)
#define BIT_WORD(nr) ((nr) / BITS_PER_LONG)
#define BITS_TO_LONGS(nr) (((nr) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define BITS_TO_BYTES(nr) (((nr) + 7) / 8)
#define GENMASK(high, low) ((~0ul << (low)) & (~0ul >> (BITS_PER_LONG - 1 - (high))))
#define GENMASK_ULL(high, low) ((unsigned long long)GENMASK(high, low))

#endif
