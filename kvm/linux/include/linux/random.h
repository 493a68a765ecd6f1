/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers from the stream kernel/random of the run's seed. */
#ifndef UVSIM_LINUX_RANDOM_H
#define UVSIM_LINUX_RANDOM_H

#include <linux/string.h>

#define get_random_u64() ((u64)uvsim_api->services->random())
#define get_random_u32() ((u32)get_random_u64())
#define get_random_long() ((unsigned long)get_random_u64())
#define get_random_u32_below(n) ((u32)(get_random_u64() % (n)))
#define prandom_u32() get_random_u32()

UVSIM_STUB void get_random_bytes(void *buffer, size_t n)
{
	for (unsigned char *at = buffer; n > 0; n--)
		*at++ = (unsigned char)get_random_u64();
}

#endif
