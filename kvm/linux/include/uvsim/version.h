/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel versions: the one place where a version number becomes a named difference.
 *
 * UVSIM_LINUX_VERSION is given on the compiler's command line, as KERNEL_VERSION(a, b, c) computes
 * it. The other stub headers test only the names below, never the number. Where the text of pv.c
 * itself tells how it is built, the builder looks (kvm/linux/shape.c) and gives the name on the
 * command line, so that a vendor's file or one between two versions is taken as what it is; the
 * number decides what is left. What can be offered to every version without harm is offered to all
 * and has no name here (sida_origin() and sida_addr()).
 *
 * Checked by compiling the real files of 5.10, 6.1, 6.12 and 7.3. The rest of the range follows the
 * kernel's history; a pv.c that needs more is told so, symbol by symbol, when it is built.
 */
#ifndef UVSIM_VERSION_H
#define UVSIM_VERSION_H

#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))

/* The range served begins with the first kernel that has protected VMs. It has no end. */
#define UVSIM_LINUX_VERSION_FIRST KERNEL_VERSION(5, 7, 0)

/*
 * The worlds around pv.c (mm/world.h): how the kernel walks, imports and exits. A value is the
 * version whose world it is.
 */
#define UVSIM_WORLD_5_10 KERNEL_VERSION(5, 10, 0)
#define UVSIM_WORLD_6_1 KERNEL_VERSION(6, 1, 0)
#define UVSIM_WORLD_6_12 KERNEL_VERSION(6, 12, 0)
#define UVSIM_WORLD_7_3 KERNEL_VERSION(7, 3, 0)

#ifdef UVSIM_LINUX_VERSION

/* One flag per mm (context.is_protected), pages made accessible by s390_reset_acc() */
#ifndef UVSIM_SHAPE_RESET_ACC
#define UVSIM_SHAPE_RESET_ACC (UVSIM_LINUX_VERSION < KERNEL_VERSION(6, 0, 0))
#endif

/* kvm_s390_pv_dump_cpu() and the other dump functions */
#ifndef UVSIM_SHAPE_DUMP
#define UVSIM_SHAPE_DUMP (UVSIM_LINUX_VERSION >= KERNEL_VERSION(6, 0, 0))
#endif

/* kvm_s390_pv_set_aside(), _deinit_aside_vm(), _deinit_cleanup_all() */
#ifndef UVSIM_SHAPE_ASYNC_DESTROY
#define UVSIM_SHAPE_ASYNC_DESTROY (UVSIM_LINUX_VERSION >= KERNEL_VERSION(6, 2, 0))
#endif

/*
 * pv.c itself defines kvm_s390_pv_is_protected() and kvm_s390_pv_cpu_is_protected(); before, its
 * header does
 */
#ifndef UVSIM_SHAPE_IS_PROTECTED
#define UVSIM_SHAPE_IS_PROTECTED (UVSIM_LINUX_VERSION >= KERNEL_VERSION(6, 6, 0))
#endif

/* pv.c itself imports pages (kvm_s390_pv_make_secure()) */
#ifndef UVSIM_SHAPE_MAKE_SECURE
#define UVSIM_SHAPE_MAKE_SECURE (UVSIM_LINUX_VERSION >= KERNEL_VERSION(6, 14, 0))
#endif

/* the guest's tables are KVM's own: gmap->asce is a union, ranges are guest frame numbers */
#ifndef UVSIM_SHAPE_GUEST_TABLES
#define UVSIM_SHAPE_GUEST_TABLES (UVSIM_LINUX_VERSION >= KERNEL_VERSION(7, 0, 0))
#endif

#define UVSIM_WORLD (UVSIM_SHAPE_RESET_ACC ? UVSIM_WORLD_5_10 : \
		     UVSIM_SHAPE_GUEST_TABLES ? UVSIM_WORLD_7_3 : \
		     UVSIM_SHAPE_ASYNC_DESTROY ? UVSIM_WORLD_6_12 : UVSIM_WORLD_6_1)

#if UVSIM_SHAPE_GUEST_TABLES
#include <uvsim/asce.h>
#define UVSIM_ASCE_TYPE union asce
#define UVSIM_YOUNG_TYPE _Bool
#else
#define UVSIM_YOUNG_TYPE int
#endif

#endif

#endif
