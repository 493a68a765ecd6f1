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
typedef unsigned int gfp_t;
typedef u64 phys_addr_t;
typedef u64 gfn_t;
typedef u64 gpa_t;
typedef unsigned long hva_t;
typedef u64 kvm_pfn_t;
typedef struct uvsim_pte_entry pte_t;

#define true 1
#define false 0
#define NULL ((void *)0)

#endif
