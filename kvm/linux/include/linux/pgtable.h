/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of page tables. */
#ifndef UVSIM_LINUX_PGTABLE_H
#define UVSIM_LINUX_PGTABLE_H

#include <asm/pgtable.h>

#endif
