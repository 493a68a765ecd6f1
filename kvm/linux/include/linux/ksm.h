/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages are not merged: there is nothing to unmerge. */
#ifndef UVSIM_LINUX_KSM_H
#define UVSIM_LINUX_KSM_H

#include <linux/mm.h>

#define MADV_UNMERGEABLE 13

#define ksm_madvise(vma, start, end, advice, flags) ((void)(vma), (void)(flags), 0)
#define ksm_disable(mm) ((void)(mm), 0)
#define gmap_mark_unmergeable() 0

#endif
