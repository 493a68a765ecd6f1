/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bits of unsigned long arrays. The _inv forms count from the most significant bit, as s390
 * firmware does.
 */
#ifndef UVSIM_LINUX_BITOPS_H
#define UVSIM_LINUX_BITOPS_H

#include <linux/bits.h>

UVSIM_STUB bool test_bit(unsigned long nr, const volatile unsigned long *words)
{
	return words[nr / BITS_PER_LONG] >> (nr % BITS_PER_LONG) & 1;
}

UVSIM_STUB void set_bit(unsigned long nr, volatile unsigned long *words)
{
	words[nr / BITS_PER_LONG] |= BIT(nr % BITS_PER_LONG);
}

UVSIM_STUB void clear_bit(unsigned long nr, volatile unsigned long *words)
{
	words[nr / BITS_PER_LONG] &= ~BIT(nr % BITS_PER_LONG);
}

UVSIM_STUB void change_bit(unsigned long nr, volatile unsigned long *words)
{
	words[nr / BITS_PER_LONG] ^= BIT(nr % BITS_PER_LONG);
}

UVSIM_STUB bool test_and_set_bit(unsigned long nr, volatile unsigned long *words)
{
	bool old = test_bit(nr, words);

	set_bit(nr, words);
	return old;
}

UVSIM_STUB bool test_and_clear_bit(unsigned long nr, volatile unsigned long *words)
{
	bool old = test_bit(nr, words);

	clear_bit(nr, words);
	return old;
}

UVSIM_STUB bool test_and_change_bit(unsigned long nr, volatile unsigned long *words)
{
	bool old = test_bit(nr, words);

	change_bit(nr, words);
	return old;
}

#define __set_bit(nr, words) set_bit(nr, words)
#define __clear_bit(nr, words) clear_bit(nr, words)
#define __change_bit(nr, words) change_bit(nr, words)
#define __test_and_set_bit(nr, words) test_and_set_bit(nr, words)
#define __test_and_clear_bit(nr, words) test_and_clear_bit(nr, words)
#define clear_bit_unlock(nr, words) clear_bit(nr, words)
#define test_and_set_bit_lock(nr, words) test_and_set_bit(nr, words)
#define assign_bit(nr, words, value) ((value) ? set_bit(nr, words) : clear_bit(nr, words))

#define UVSIM_INV(nr) ((nr) ^ (BITS_PER_LONG - 1))
#define test_bit_inv(nr, words) test_bit(UVSIM_INV(nr), words)
#define set_bit_inv(nr, words) set_bit(UVSIM_INV(nr), words)
#define clear_bit_inv(nr, words) clear_bit(UVSIM_INV(nr), words)
#define test_and_set_bit_inv(nr, words) test_and_set_bit(UVSIM_INV(nr), words)
#define test_and_clear_bit_inv(nr, words) test_and_clear_bit(UVSIM_INV(nr), words)

#define hweight8(x) ((unsigned int)__builtin_popcount((x) & 0xff))
#define hweight32(x) ((unsigned int)__builtin_popcount(x))
#define hweight64(x) ((unsigned long)__builtin_popcountll(x))
#define hweight_long(x) hweight64(x)
#define __ffs(x) ((unsigned long)__builtin_ctzl(x))
#define __fls(x) ((unsigned long)(BITS_PER_LONG - 1 - __builtin_clzl(x)))
#define ffz(x) __ffs(~(x))
#define ffs(x) __builtin_ffs(x)

UVSIM_STUB int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

UVSIM_STUB int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}
#define fls_long(x) fls64(x)

/* The next bit from @at on that is @on, or @bits. */
UVSIM_STUB unsigned long uvsim_find_bit(const unsigned long *words, unsigned long bits, unsigned long at, bool on)
{
	while (at < bits && test_bit(at, words) != on)
		at++;
	return at < bits ? at : bits;
}

#define find_next_bit(words, bits, at) uvsim_find_bit(words, bits, at, true)
#define find_next_zero_bit(words, bits, at) uvsim_find_bit(words, bits, at, false)
#define find_first_bit(words, bits) find_next_bit(words, bits, 0)
#define find_first_zero_bit(words, bits) find_next_zero_bit(words, bits, 0)
#define find_first_bit_inv(words, bits) uvsim_find_bit_inv(words, bits, 0)
#define find_next_bit_inv(words, bits, at) uvsim_find_bit_inv(words, bits, at)
#define for_each_set_bit(bit, words, bits) \
	for ((bit) = find_first_bit(words, bits); (bit) < (bits); (bit) = find_next_bit(words, bits, (bit) + 1))
#define for_each_clear_bit(bit, words, bits) \
	for ((bit) = find_first_zero_bit(words, bits); (bit) < (bits); \
	     (bit) = find_next_zero_bit(words, bits, (bit) + 1))

UVSIM_STUB unsigned long uvsim_find_bit_inv(const unsigned long *words, unsigned long bits, unsigned long at)
{
	while (at < bits && !test_bit_inv(at, words))
		at++;
	return at < bits ? at : bits;
}

UVSIM_STUB unsigned long find_last_bit(const unsigned long *words, unsigned long bits)
{
	for (unsigned long at = bits; at-- > 0;)
		if (test_bit(at, words))
			return at;
	return bits;
}

#endif
