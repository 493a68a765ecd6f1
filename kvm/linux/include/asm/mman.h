/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Included by pv.c, nothing of it is used. */
#ifndef UVSIM_ASM_MMAN_H
#define UVSIM_ASM_MMAN_H

#include <linux/types.h>

#endif
