/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the machine can: see facility.h. */
#ifndef UVSIM_ASM_MACHINE_H
#define UVSIM_ASM_MACHINE_H

#include <asm/facility.h>

#endif
