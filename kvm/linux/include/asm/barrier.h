/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory barriers: threads switch only in calls to the simulator, so the compiler's is enough. */
#ifndef UVSIM_ASM_BARRIER_H
#define UVSIM_ASM_BARRIER_H

#include <linux/types.h>

#define mb() barrier()
#define rmb() barrier()
#define wmb() barrier()
#define smp_mb() barrier()
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define smp_store_release(pointer, value) WRITE_ONCE(*(pointer), value)
#define smp_load_acquire(pointer) READ_ONCE(*(pointer))
#define smp_store_mb(variable, value) WRITE_ONCE(variable, value)
#define cpu_relax() uvsim_api->services->burn(1000000, "cpu_relax")

#endif
