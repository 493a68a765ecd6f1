/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bitmaps of any length. Bits beyond the length are never looked at. */
#ifndef UVSIM_LINUX_BITMAP_H
#define UVSIM_LINUX_BITMAP_H

#include <linux/bitops.h>
#include <linux/slab.h>
#include <linux/string.h>

#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define bitmap_zalloc(bits, gfp) ((unsigned long *)kzalloc(BITS_TO_LONGS(bits) * sizeof(unsigned long), gfp))
#define bitmap_alloc(bits, gfp) bitmap_zalloc(bits, gfp)
#define bitmap_free(bitmap) kfree(bitmap)
#define bitmap_zero(map, bits) memset(map, 0, BITS_TO_LONGS(bits) * sizeof(unsigned long))
#define bitmap_copy(to, from, bits) memcpy(to, from, BITS_TO_LONGS(bits) * sizeof(unsigned long))
#define bitmap_empty(map, bits) (find_first_bit(map, bits) == (bits))
#define bitmap_full(map, bits) (find_first_zero_bit(map, bits) == (bits))

UVSIM_STUB void bitmap_set(unsigned long *map, unsigned int start, unsigned int n)
{
	while (n-- > 0)
		set_bit(start++, map);
}

UVSIM_STUB void bitmap_clear(unsigned long *map, unsigned int start, unsigned int n)
{
	while (n-- > 0)
		clear_bit(start++, map);
}

#define bitmap_fill(map, bits) bitmap_set(map, 0, bits)

UVSIM_STUB unsigned int bitmap_weight(const unsigned long *map, unsigned int bits)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < bits; i++)
		n += test_bit(i, map);
	return n;
}

#define UVSIM_BITMAP(name, op) \
	UVSIM_STUB bool name(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits) \
	{ \
		for (unsigned int i = 0; i < BITS_TO_LONGS(bits); i++) \
			to[i] = a[i] op b[i]; \
		return !bitmap_empty(to, bits); \
	}

UVSIM_BITMAP(bitmap_and, &)
UVSIM_BITMAP(bitmap_andnot, & ~)
UVSIM_BITMAP(bitmap_or, |)
UVSIM_BITMAP(bitmap_xor, ^)

UVSIM_STUB bool bitmap_subset(const unsigned long *part, const unsigned long *map, unsigned int bits)
{
	for (unsigned int i = 0; i < bits; i++)
		if (test_bit(i, part) && !test_bit(i, map))
			return false;
	return true;
}

UVSIM_STUB bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int bits)
{
	for (unsigned int i = 0; i < bits; i++)
		if (test_bit(i, a) != test_bit(i, b))
			return false;
	return true;
}

/* As arrays of 64 bits, which they are. */
#define bitmap_to_arr64(array, map, bits) ((void)memcpy((array), (map), BITS_TO_LONGS(bits) * sizeof(u64)))
#define bitmap_from_arr64(map, array, bits) ((void)memcpy((map), (array), BITS_TO_LONGS(bits) * sizeof(u64)))

/* The first stretch of @n clear bits from @start on, @bits or more if there is none. @mask: alignment. */
UVSIM_STUB unsigned long bitmap_find_next_zero_area(const unsigned long *map, unsigned long bits, unsigned long start,
						    unsigned int n, unsigned long mask)
{
	for (;;) {
		unsigned long set;

		start = (find_next_zero_bit(map, bits, start) + mask) & ~mask;
		if (start + n > bits)
			return bits + 1;
		set = find_next_bit(map, start + n, start);
		if (set >= start + n)
			return start;
		start = set + 1;
	}
}

#endif
