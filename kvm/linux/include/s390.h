/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The private header of KVM on s390 from 7.0 on, with the destruction of a page in it. */
#ifndef UVSIM_S390_H
#define UVSIM_S390_H

#include <uvsim/kvm_private.h>
#include <linux/pagemap.h>

/* Destroys the page, or exports it if that fails. */
UVSIM_STUB int __kvm_s390_pv_destroy_page(struct page *page)
{
	return uvsim_api->pv_destroy_page(page);
}

#endif
