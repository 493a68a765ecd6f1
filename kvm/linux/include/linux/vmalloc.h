/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtually contiguous memory. What is not asked for zeroed is zeroed all the same. */
#ifndef UVSIM_LINUX_VMALLOC_H
#define UVSIM_LINUX_VMALLOC_H

#include <linux/gfp.h>

#define vzalloc(size) uvsim_api->vzalloc((size), GFP_KERNEL | __GFP_ZERO, __func__)
#define vmalloc(size) vzalloc(size)
#define vmalloc_no_huge(size) vzalloc(size)
#define vzalloc_node(size, node) ((void)(node), vzalloc(size))
#define vmalloc_array(n, size) vzalloc((size_t)(n) * (size))
#define vcalloc(n, size) vzalloc((size_t)(n) * (size))
#define __vmalloc(size, gfp) uvsim_api->vzalloc((size), (gfp) | __GFP_ZERO, __func__)

UVSIM_STUB void vfree(const void *address)
{
	uvsim_api->vfree(address);
}

#endif
