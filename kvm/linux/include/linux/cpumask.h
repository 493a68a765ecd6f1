/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All processors of the host are there and online. */
#ifndef UVSIM_LINUX_CPUMASK_H
#define UVSIM_LINUX_CPUMASK_H

#include <linux/preempt.h>

#define num_online_cpus() uvsim_api->services->processors()
#define num_possible_cpus() num_online_cpus()
#define num_present_cpus() num_online_cpus()
#define nr_cpu_ids num_online_cpus()
#define cpu_online(cpu) ((unsigned int)(cpu) < num_online_cpus())
#define get_cpu_id() 0
#define vcpu_is_preempted(cpu) ((void)(cpu), false)

/* A set of processors: which they are does not matter here. */
struct cpumask {
	unsigned long bits[8];
};
typedef struct cpumask cpumask_t;
typedef struct cpumask cpumask_var_t[1];
#define cpu_online_mask ((const struct cpumask *)NULL)
#define cpumask_clear(mask) ((void)(*(mask) = (struct cpumask){ { 0 } }))
#define cpumask_set_cpu(cpu, mask) ((void)((mask)->bits[(cpu) / 64 % 8] |= 1ul << (cpu) % 64))
#define cpumask_clear_cpu(cpu, mask) ((void)((mask)->bits[(cpu) / 64 % 8] &= ~(1ul << (cpu) % 64)))
#define cpumask_test_cpu(cpu, mask) (((mask)->bits[(cpu) / 64 % 8] >> (cpu) % 64 & 1) != 0)
#define zalloc_cpumask_var(mask, gfp) ((void)(gfp), cpumask_clear(*(mask)), true)
#define alloc_cpumask_var(mask, gfp) zalloc_cpumask_var(mask, gfp)
#define free_cpumask_var(mask) ((void)(mask))

/* Variables per processor have one instance. */
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)

#endif
