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
/* Variables per processor have one instance. */
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)

#endif
