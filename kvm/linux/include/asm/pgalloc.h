/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables are allocated by the simulator: asm/gmap.h has what gives a guest another one. */
#ifndef UVSIM_ASM_PGALLOC_H
#define UVSIM_ASM_PGALLOC_H

#include <asm/pgtable.h>

#endif
