/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorting in place (heap sort, as the kernel's: not stable) and searching in sorted arrays. */
#ifndef UVSIM_LINUX_SORT_H
#define UVSIM_LINUX_SORT_H

#include <linux/types.h>

UVSIM_STUB void uvsim_swap_bytes(char *a, char *b, size_t size)
{
	while (size-- > 0) {
		char byte = a[size];

		a[size] = b[size];
		b[size] = byte;
	}
}

UVSIM_STUB void uvsim_sift(char *base, size_t at, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	size_t child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && cmp(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (cmp(base + at * size, base + child * size) >= 0)
			return;
		uvsim_swap_bytes(base + at * size, base + child * size, size);
		at = child;
	}
}

UVSIM_STUB void sort(void *base, size_t n, size_t size, int (*cmp)(const void *, const void *),
		     void (*swap_function)(void *, void *, int))
{
	(void)swap_function;
	for (size_t at = n / 2; at-- > 0;)
		uvsim_sift(base, at, n, size, cmp);
	for (size_t left = n; left-- > 1;) {
		uvsim_swap_bytes(base, (char *)base + left * size, size);
		uvsim_sift(base, 0, left, size, cmp);
	}
}

UVSIM_STUB void *bsearch(const void *key, const void *base, size_t n, size_t size,
			 int (*cmp)(const void *key, const void *element))
{
	const char *low = base;

	while (n > 0) {
		const char *middle = low + n / 2 * size;
		int order = cmp(key, middle);

		if (!order)
			return (void *)middle;
		if (order > 0) {
			low = middle + size;
			n--;
		}
		n /= 2;
	}
	return NULL;
}

#endif
