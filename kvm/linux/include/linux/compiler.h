/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiler words of the kernel. Threads switch only inside calls to the simulator, so a single
 * access is a plain one.
 */
#ifndef UVSIM_LINUX_COMPILER_H
#define UVSIM_LINUX_COMPILER_H

#define __user
#define __kernel
#define __iomem
#define __rcu
#define __percpu
#define __force
#define __bitwise
#define __must_hold(lock)
#define __acquires(lock)
#define __releases(lock)
#define __acquire(lock) ((void)0)
#define __release(lock) ((void)0)
#define __init
#define __exit
#define __initdata
#define __initconst
#define __ro_after_init
#define __read_mostly
#define __cold
#define __sched
#define notrace
#define asmlinkage
#define __packed __attribute__((packed))
#define __aligned(x) __attribute__((aligned(x)))
#define ____cacheline_aligned
#define ____cacheline_aligned_in_smp
#define __always_inline inline __attribute__((always_inline))
#define noinline __attribute__((noinline))
#define __maybe_unused __attribute__((unused))
#define __always_unused __attribute__((unused))
#define __used __attribute__((used))
#define __must_check __attribute__((warn_unused_result))
#define __weak __attribute__((weak))
#define __noreturn __attribute__((noreturn))
#define __pure __attribute__((pure))
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __counted_by(member)
#define __nonstring
#define __no_sanitize_address
#define fallthrough __attribute__((fallthrough))
#define unreachable() __builtin_unreachable()
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ volatile("" : : : "memory")
#define data_race(x) (x)
#define __same_type(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define __is_constexpr(x) __builtin_constant_p(x)
#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)

#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#define typeof __typeof__

#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) do { *(volatile typeof(x) *)&(x) = (value); } while (0)

#endif
