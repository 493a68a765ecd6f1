/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory management, as far as it can be asked about guest memory: every page is small and anonymous, and a page is
 * known by its frame. References to pages are counted, so that one too few or too many is found.
 */
#ifndef UVSIM_LINUX_MM_H
#define UVSIM_LINUX_MM_H

#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/pgtable.h>

#define FOLL_WRITE 0x01
#define FOLL_GET 0x02
#define PAGE_ALIGN(address) ALIGN(address, PAGE_SIZE)
#define PAGE_ALIGNED(address) IS_ALIGNED((unsigned long)(address), PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define is_vmalloc_addr(address) (((unsigned long)(address) & ~PAGE_MASK) == 0)

UVSIM_STUB void get_page(struct page *page)
{
	uvsim_api->services->page_reference((unsigned long)page, 1);
}

UVSIM_STUB void put_page(struct page *page)
{
	uvsim_api->services->page_reference((unsigned long)page, 0);
}

#define FAULT_FLAG_WRITE 0x01
#define FAULT_FLAG_RETRY_NOWAIT 0x08

/* The mmap lock is held for read and stays so. */
UVSIM_STUB int fixup_user_fault(struct mm_struct *mm, unsigned long address, unsigned int flags, bool *unlocked)
{
	(void)flags;
	if (unlocked)
		*unlocked = false;
	return uvsim_api->services->fault_in(mm, address);
}

#endif
