/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There is no TLB. */
#ifndef UVSIM_ASM_TLBFLUSH_H
#define UVSIM_ASM_TLBFLUSH_H

#include <asm/pgtable.h>

#endif
