/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small objects. */
#ifndef UVSIM_LINUX_SLAB_H
#define UVSIM_LINUX_SLAB_H

#include <linux/gfp.h>

#define kzalloc(size, gfp) ((void)(gfp), uvsim_api->kzalloc((size), __func__))

UVSIM_STUB void kfree(const void *object)
{
	uvsim_api->kfree(object);
}

#endif
