/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields in masks. */
#ifndef UVSIM_LINUX_BITFIELD_H
#define UVSIM_LINUX_BITFIELD_H

#include <linux/bits.h>

#define FIELD_PREP(mask, value) (((typeof(mask))(value) << __builtin_ctzll(mask)) & (mask))
#define FIELD_GET(mask, word) (((word) & (mask)) >> __builtin_ctzll(mask))
#define FIELD_FIT(mask, value) (!(((typeof(mask))(value) << __builtin_ctzll(mask)) & ~(mask)))

#endif
