/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an allocation may do to get its memory, and what happens when it gets none.
 *
 * The flags are those of Linux that make a difference here, each a bit of its own. What they mean is told in
 * docs/memory.md. Left out: zones, movability, I/O and file-system recursion (reclaim here never calls back into
 * either), and highatomic reserves.
 *
 * Source: Linux 6.12 include/linux/gfp_types.h, mm/page_alloc.c (gfp_to_alloc_flags, __zone_watermark_ok).
 */
#ifndef MM_GFP_H
#define MM_GFP_H

#define ALLOC_DIRECT 0x1u	/* may sleep, reclaim and call the OOM killer: __GFP_DIRECT_RECLAIM */
#define ALLOC_KSWAPD 0x2u	/* wakes kswapd: __GFP_KSWAPD_RECLAIM */
#define ALLOC_HIGH 0x4u		/* half of what min keeps is for it: __GFP_HIGH */
#define ALLOC_MEMALLOC 0x8u	/* all of it is: __GFP_MEMALLOC */
#define ALLOC_NOMEMALLOC 0x10u	/* nothing beyond that half, whoever asks: __GFP_NOMEMALLOC */
#define ALLOC_NORETRY 0x20u	/* reclaims once, then fails: __GFP_NORETRY */
#define ALLOC_RETRY_MAYFAIL 0x40u /* reclaims while that helps, but nobody is killed for it */
#define ALLOC_NOFAIL 0x80u	/* never fails */
#define ALLOC_NOWARN 0x100u	/* a failure is not worth a message */
#define ALLOC_ZERO 0x200u	/* zeroed */
#define ALLOC_ACCOUNT 0x400u	/* charged to the memory cgroup of the running thread */

#define ALLOC_KERNEL (ALLOC_DIRECT | ALLOC_KSWAPD)
#define ALLOC_ATOMIC (ALLOC_HIGH | ALLOC_KSWAPD)
#define ALLOC_NOWAIT (ALLOC_KSWAPD | ALLOC_NOWARN)
#define ALLOC_KERNEL_ACCOUNT (ALLOC_KERNEL | ALLOC_ACCOUNT)

/** Blocks of a higher order do not exist: include/linux/mmzone.h of 6.12 (s390 of 5.10: 8). */
#define MAX_PAGE_ORDER 10

/** Above this order an allocation that finds no block fails rather than calling the OOM killer. */
#define ALLOC_COSTLY_ORDER 3

#endif
