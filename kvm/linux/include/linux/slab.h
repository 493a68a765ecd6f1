/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small objects. */
#ifndef UVSIM_LINUX_SLAB_H
#define UVSIM_LINUX_SLAB_H

#include <linux/gfp.h>

#define kzalloc(size, gfp) ((void)(gfp), uvsim_api->kzalloc((size), __func__))
#define kzalloc_obj(object, gfp...) ((typeof(object) *)kzalloc(sizeof(object), GFP_KERNEL))
#define kzalloc_objs(object, n, gfp...) \
	((typeof(object) *)kzalloc((n) * sizeof(object), GFP_KERNEL))

UVSIM_STUB void kfree(const void *object)
{
	uvsim_api->kfree(object);
}

#endif
