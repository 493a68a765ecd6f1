/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Atomics. */
#ifndef UVSIM_ASM_ATOMIC_H
#define UVSIM_ASM_ATOMIC_H

#include <linux/atomic.h>

#endif
