/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There are no huge pages. */
#ifndef UVSIM_LINUX_HUGETLB_H
#define UVSIM_LINUX_HUGETLB_H

#include <linux/mm.h>

#define is_vm_hugetlb_page(vma) ((void)(vma), false)

#endif
