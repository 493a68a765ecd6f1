/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There are no huge pages. */
#ifndef UVSIM_LINUX_HUGETLB_H
#define UVSIM_LINUX_HUGETLB_H

#include <linux/mm.h>

struct hstate;

#define hugetlb_free_hugepages() 0ul
#define hstate_vma(vma) ((void)(vma), (struct hstate *)NULL)
#define hstate_file(file) ((void)(file), (struct hstate *)NULL)
#define huge_page_size(h) ((void)(h), HPAGE_SIZE)
#define huge_page_order(h) ((void)(h), 8u)
#define vma_kernel_pagesize(vma) ((void)(vma), PAGE_SIZE)
#define hugetlb_walk(vma, address, size) ((void)(vma), (pte_t *)NULL)
#define hugetlb_vma_lock_read(vma) ((void)(vma))
#define hugetlb_vma_unlock_read(vma) ((void)(vma))
#define transparent_hugepage_enabled(vma) ((void)(vma), false)
#define transhuge_vma_suitable(vma, address) ((void)(vma), false)

#endif
