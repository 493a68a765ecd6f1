/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables per processor have one instance: a thread is atomic between two calls of the simulator. */
#ifndef UVSIM_LINUX_PERCPU_H
#define UVSIM_LINUX_PERCPU_H

#include <linux/preempt.h>
#include <linux/slab.h>

#define DEFINE_PER_CPU(type, name) type name
#define DECLARE_PER_CPU(type, name) extern type name
#define alloc_percpu(type) ((type *)kzalloc(sizeof(type), GFP_KERNEL))
#define alloc_percpu_gfp(type, gfp) ((type *)kzalloc(sizeof(type), gfp))
#define free_percpu(pointer) kfree(pointer)
#define per_cpu(name, cpu) (*((void)(cpu), &(name)))
#define per_cpu_ptr(pointer, cpu) ((void)(cpu), (pointer))
#define this_cpu_ptr(pointer) (pointer)
#define raw_cpu_ptr(pointer) (pointer)
#define get_cpu_var(name) (*({ preempt_disable(); &(name); }))
#define put_cpu_var(name) ((void)&(name), preempt_enable())
#define get_cpu_ptr(pointer) (preempt_disable(), (pointer))
#define put_cpu_ptr(pointer) ((void)(pointer), preempt_enable())
#define this_cpu_read(name) (name)
#define this_cpu_write(name, value) ((void)((name) = (value)))
#define this_cpu_add(name, value) ((void)((name) += (value)))
#define this_cpu_inc(name) ((void)(name)++)
#define this_cpu_dec(name) ((void)(name)--)
#define this_cpu_inc_return(name) (++(name))
#define this_cpu_add_return(name, value) ((name) += (value))
#define this_cpu_sub(name, value) ((void)((name) -= (value)))
#define this_cpu_xchg(name, value) ({ typeof(name) __was = (name); (name) = (value); __was; })
#define this_cpu_cmpxchg(name, old, value) \
	({ typeof(name) __was = (name); if (__was == (old)) (name) = (value); __was; })
#define __this_cpu_read(name) this_cpu_read(name)
#define __this_cpu_write(name, value) this_cpu_write(name, value)
#define __this_cpu_add(name, value) this_cpu_add(name, value)
#define __this_cpu_inc(name) this_cpu_inc(name)
#define __this_cpu_dec(name) this_cpu_dec(name)
#define raw_cpu_read(name) this_cpu_read(name)
#define raw_cpu_write(name, value) this_cpu_write(name, value)
#define raw_cpu_add(name, value) this_cpu_add(name, value)
#define raw_cpu_inc(name) this_cpu_inc(name)

struct percpu_counter {
	s64 count;
};

#define percpu_counter_init(counter, value, gfp) ((counter)->count = (value), 0)
#define percpu_counter_destroy(counter) ((void)(counter))
#define percpu_counter_add(counter, n) ((void)((counter)->count += (n)))
#define percpu_counter_inc(counter) percpu_counter_add(counter, 1)
#define percpu_counter_dec(counter) percpu_counter_add(counter, -1)
#define percpu_counter_sum(counter) ((counter)->count)
#define percpu_counter_sum_positive(counter) percpu_counter_read_positive(counter)
#define percpu_counter_read(counter) ((counter)->count)
#define percpu_counter_set(counter, value) ((void)((counter)->count = (value)))
#define percpu_counter_sub(counter, n) percpu_counter_add(counter, -(s64)(n))
#define percpu_counter_add_batch(counter, n, batch) ((void)(batch), percpu_counter_add(counter, n))
#define percpu_counter_compare(counter, value) \
	((counter)->count < (s64)(value) ? -1 : (counter)->count > (s64)(value))
#define percpu_counter_read_positive(counter) ((counter)->count > 0 ? (counter)->count : 0)

#endif
