/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtually contiguous memory. */
#ifndef UVSIM_LINUX_VMALLOC_H
#define UVSIM_LINUX_VMALLOC_H

#include <linux/gfp.h>

#define vzalloc(size) uvsim_api->vzalloc((size), GFP_KERNEL | __GFP_ZERO, __func__)

UVSIM_STUB void vfree(const void *address)
{
	uvsim_api->vfree(address);
}

#endif
