/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel versions: the one place where a version number becomes a named difference.
 *
 * UVSIM_LINUX_VERSION is given on the compiler's command line, as KERNEL_VERSION(a, b, c) computes
 * it. The other stub headers test only the names below, never the number. What can be offered to
 * every version without harm is offered to all and has no name here (sida_origin() and
 * sida_addr()).
 *
 * Checked by compiling the real file: 6.1 and 6.12. The rest of the range follows the kernel's
 * history; a pv.c that needs more is told so, symbol by symbol, when it is built.
 */
#ifndef UVSIM_VERSION_H
#define UVSIM_VERSION_H

#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))

/*
 * The range served: from the first pv.c that counts configurations in context.protected_count and
 * destroys pages by range (before, one flag served all VMs of a process) to the last one
 * before 7.0, where guest tables left struct gmap.
 */
#define UVSIM_LINUX_VERSION_FIRST KERNEL_VERSION(6, 0, 0)
#define UVSIM_LINUX_VERSION_LAST KERNEL_VERSION(6, 19, 255)

#ifdef UVSIM_LINUX_VERSION
/* kvm_s390_pv_set_aside(), _deinit_aside_vm(), _deinit_cleanup_all() */
#define UVSIM_HAS_ASYNC_DESTROY (UVSIM_LINUX_VERSION >= KERNEL_VERSION(6, 2, 0))

/*
 * pv.c itself defines kvm_s390_pv_is_protected() and kvm_s390_pv_cpu_is_protected(); before, its
 * header does
 */
#define UVSIM_PV_DEFINES_IS_PROTECTED (UVSIM_LINUX_VERSION >= KERNEL_VERSION(6, 6, 0))
#endif

#endif
