/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest address translation from 7.0 on: tables that KVM owns. */
#ifndef UVSIM_DAT_H
#define UVSIM_DAT_H

#include <asm/pgtable.h>

UVSIM_STUB unsigned long *dereference_asce(union asce asce)
{
	return (unsigned long *)(asce.val & PAGE_MASK);
}

/* First guest frame number past what a table of this type can hold. */
UVSIM_STUB gfn_t asce_end(union asce asce)
{
	return 1ull << ((asce.dt + 1) * 11 + 8);
}

#endif
