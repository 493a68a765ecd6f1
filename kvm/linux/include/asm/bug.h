/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Warnings. */
#ifndef UVSIM_ASM_BUG_H
#define UVSIM_ASM_BUG_H

#include <linux/bug.h>

#endif
