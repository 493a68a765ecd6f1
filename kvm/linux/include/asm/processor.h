/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor. */
#ifndef UVSIM_ASM_PROCESSOR_H
#define UVSIM_ASM_PROCESSOR_H

#include <linux/smp.h>

#endif
