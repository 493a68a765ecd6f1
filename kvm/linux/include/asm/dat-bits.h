/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bits of the structures of address translation. */
#ifndef UVSIM_ASM_DAT_BITS_H
#define UVSIM_ASM_DAT_BITS_H

#include <uvsim/asce.h>

#endif
