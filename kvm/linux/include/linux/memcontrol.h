/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory cgroups. Who is charged for kernel memory follows from the task and from __GFP_ACCOUNT; pages of user space
 * are charged to the process when they are faulted in, and stay so.
 */
#ifndef UVSIM_LINUX_MEMCONTROL_H
#define UVSIM_LINUX_MEMCONTROL_H

#include <linux/gfp.h>

struct mem_cgroup;
struct obj_cgroup;

#define mem_cgroup_disabled() false
#define get_mem_cgroup_from_mm(mm) ((void)(mm), (struct mem_cgroup *)NULL)
#define get_mem_cgroup_from_folio(folio) ((void)(folio), (struct mem_cgroup *)NULL)
#define mem_cgroup_from_task(task) ((void)(task), (struct mem_cgroup *)NULL)
#define folio_memcg(folio) ((void)(folio), (struct mem_cgroup *)NULL)
#define get_obj_cgroup_from_current() ((struct obj_cgroup *)NULL)
#define obj_cgroup_put(objcg) ((void)(objcg))
#define obj_cgroup_charge(objcg, gfp, size) ((void)(objcg), 0)
#define obj_cgroup_uncharge(objcg, size) ((void)(objcg))
#define mem_cgroup_put(memcg) ((void)(memcg))
#define set_active_memcg(memcg) ((void)(memcg), (struct mem_cgroup *)NULL)
/* A page that is mapped has been charged. */
#define mem_cgroup_charge(folio, mm, gfp) ((void)(folio), (void)(mm), 0)
#define mem_cgroup_uncharge(folio) ((void)(folio))

#endif
