/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of storage. */
#ifndef UVSIM_ASM_IO_H
#define UVSIM_ASM_IO_H

#include <asm/page.h>

#endif
