/* SPDX-License-Identifier: GPL-2.0-or-later */
/* KVM, the s390 half. sida_addr is function-like, since pv.c has a variable of that name. */
#ifndef UVSIM_ASM_KVM_HOST_H
#define UVSIM_ASM_KVM_HOST_H

#include <asm/pgtable.h>

#define SIDAD_SIZE_MASK 0xff
#define sida_origin(sie_block) ((unsigned long)((sie_block)->sidad & PAGE_MASK))
#define sida_addr(sie_block) phys_to_virt(sida_origin(sie_block))
#define sida_size(sie_block) ((((sie_block)->sidad & SIDAD_SIZE_MASK) + 1) * PAGE_SIZE)

#endif
