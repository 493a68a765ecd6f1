/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is charged for memory follows from the task and from __GFP_ACCOUNT. */
#ifndef UVSIM_LINUX_MEMCONTROL_H
#define UVSIM_LINUX_MEMCONTROL_H

#include <linux/gfp.h>

struct mem_cgroup;

#define get_mem_cgroup_from_mm(mm) ((void)(mm), (struct mem_cgroup *)NULL)
#define mem_cgroup_put(memcg) ((void)(memcg))
#define set_active_memcg(memcg) ((void)(memcg), (struct mem_cgroup *)NULL)

#endif
