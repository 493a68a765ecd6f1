/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address spaces. */
#ifndef UVSIM_ASM_MMU_CONTEXT_H
#define UVSIM_ASM_MMU_CONTEXT_H

#include <linux/sched/mm.h>

#endif
