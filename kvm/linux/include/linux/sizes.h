/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes. */
#ifndef UVSIM_LINUX_SIZES_H
#define UVSIM_LINUX_SIZES_H

#define SZ_4K 0x00001000
#define SZ_1M 0x00100000
#define SZ_2G 0x80000000
#define SZ_4G 0x100000000ull

#endif
