/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page tables of s390, as far as pv.c names them. TASK_SIZE: the running thread is a 64-bit one. */
#ifndef UVSIM_ASM_PGTABLE_H
#define UVSIM_ASM_PGTABLE_H

#include <asm/page.h>

#define _ASCE_TYPE_MASK 0x0c
#define _ASCE_TYPE_REGION2 0x08
#define _ASCE_TYPE_REGION3 0x04
#define _ASCE_TYPE_SEGMENT 0x00

#define CRST_ALLOC_ORDER 2

#define TASK_SIZE_MAX (-PAGE_SIZE)
#define TASK_SIZE TASK_SIZE_MAX

#endif
