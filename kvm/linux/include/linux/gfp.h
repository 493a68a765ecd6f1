/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page allocator. Of the flags only the wish for zeroed pages has an effect. */
#ifndef UVSIM_LINUX_GFP_H
#define UVSIM_LINUX_GFP_H

#include <asm/page.h>

#define GFP_KERNEL 0x0u
#define __GFP_ZERO 0x100u
#define __GFP_ACCOUNT 0x400u
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)

#define __get_free_pages(gfp, order) \
	uvsim_api->get_free_pages(((gfp)&__GFP_ZERO) != 0, (order), __func__)
#define __get_free_page(gfp) __get_free_pages(gfp, 0)
#define get_zeroed_page(gfp) __get_free_pages((gfp) | __GFP_ZERO, 0)
#define free_page(address) free_pages((address), 0)

UVSIM_STUB void free_pages(unsigned long address, unsigned int order)
{
	uvsim_api->free_pages(address, order);
}

#endif
