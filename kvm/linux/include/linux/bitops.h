/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bits of unsigned long arrays. The _inv form counts from the most significant bit, as s390
 * firmware does.
 */
#ifndef UVSIM_LINUX_BITOPS_H
#define UVSIM_LINUX_BITOPS_H

#include <linux/types.h>

#define BITS_PER_LONG 64
#define BIT(nr) (1ul << (nr))

UVSIM_STUB bool test_bit(unsigned long nr, const unsigned long *words)
{
	return words[nr / BITS_PER_LONG] >> (nr % BITS_PER_LONG) & 1;
}

UVSIM_STUB void set_bit(unsigned long nr, unsigned long *words)
{
	words[nr / BITS_PER_LONG] |= BIT(nr % BITS_PER_LONG);
}

UVSIM_STUB void clear_bit(unsigned long nr, unsigned long *words)
{
	words[nr / BITS_PER_LONG] &= ~BIT(nr % BITS_PER_LONG);
}

UVSIM_STUB bool test_bit_inv(unsigned long nr, const unsigned long *words)
{
	return test_bit(nr ^ (BITS_PER_LONG - 1), words);
}

#endif
