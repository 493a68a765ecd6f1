/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiler words of the kernel. Threads switch only inside calls to the simulator, so a single
 * access is a plain one.
 */
#ifndef UVSIM_LINUX_COMPILER_H
#define UVSIM_LINUX_COMPILER_H

#define __user
#define __packed __attribute__((packed))
#define __aligned(x) __attribute__((aligned(x)))
#define __always_inline inline __attribute__((always_inline))
#define __maybe_unused __attribute__((unused))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ volatile("" : : : "memory")

#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#define typeof __typeof__

#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) do { *(volatile typeof(x) *)&(x) = (value); } while (0)

#endif
