/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields in masks. */
#ifndef UVSIM_LINUX_BITFIELD_H
#define UVSIM_LINUX_BITFIELD_H

#include <linux/bits.h>

#define FIELD_PREP(mask, value) (((typeof(mask))(value) << __builtin_ctzll(mask)) & (mask))
#define FIELD_GET(mask, word) (((word) & (mask)) >> __builtin_ctzll(mask))
#define FIELD_FIT(mask, value) (!(((typeof(mask))(value) << __builtin_ctzll(mask)) & ~(mask)))

#define UVSIM_REPLACE(type) \
	UVSIM_STUB type type##_replace_bits(type old, type value, type field) \
	{ \
		return (type)((old & ~field) | ((type)(value << __builtin_ctzll(field)) & field)); \
	} \
	UVSIM_STUB type type##_get_bits(type word, type field) \
	{ \
		return (type)((word & field) >> __builtin_ctzll(field)); \
	} \
	UVSIM_STUB type type##_encode_bits(type value, type field) \
	{ \
		return type##_replace_bits(0, value, field); \
	}
UVSIM_REPLACE(u8)
UVSIM_REPLACE(u16)
UVSIM_REPLACE(u32)
UVSIM_REPLACE(u64)

#endif
