/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalar types. u64 is unsigned long long, as on s390: pv.c prints it with %llx. */
#ifndef UVSIM_LINUX_TYPES_H
#define UVSIM_LINUX_TYPES_H

#include <uvsim/api.h>
#include <linux/compiler.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

typedef _Bool bool;
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ssize_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s8 __s8;
typedef s16 __s16;
typedef s32 __s32;
typedef s64 __s64;
typedef u8 uint8_t;
typedef u16 uint16_t;
typedef u32 uint32_t;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef long long loff_t;
typedef int pid_t;
typedef unsigned short umode_t;
typedef u64 dma_addr_t;
typedef unsigned int gfp_t;
typedef u64 phys_addr_t;
typedef u64 gfn_t;
typedef u64 gpa_t;
typedef unsigned long hva_t;
typedef u64 kvm_pfn_t;

/* Entries of page tables: asm/pgtable.h. */
typedef struct {
	unsigned long pte;
} pte_t;
typedef struct {
	unsigned long pmd;
} pmd_t;
typedef struct {
	unsigned long pud;
} pud_t;
typedef struct {
	unsigned long p4d;
} p4d_t;
typedef struct {
	unsigned long pgd;
} pgd_t;
typedef struct {
	unsigned long pgprot;
} pgprot_t;
typedef unsigned long pgoff_t;
typedef unsigned int vm_fault_t;

#define true 1
#define false 0
#define NULL ((void *)0)

#endif
