/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What memory management does about the LRU lists is left out. */
#ifndef UVSIM_LINUX_SWAP_H
#define UVSIM_LINUX_SWAP_H

#include <linux/pagemap.h>

#define lru_add_drain() ((void)0)

#endif
