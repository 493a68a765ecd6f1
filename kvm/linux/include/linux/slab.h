/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small objects. */
#ifndef UVSIM_LINUX_SLAB_H
#define UVSIM_LINUX_SLAB_H

#include <linux/gfp.h>

#define kzalloc(size, gfp) uvsim_api->kzalloc((size), (gfp), __func__)
/* Without flags, GFP_KERNEL. */
#define UVSIM_SECOND(first, second, ...) (second)
#define UVSIM_GFP(gfp...) UVSIM_SECOND(0, ##gfp, GFP_KERNEL, 0)
#define kzalloc_obj(object, gfp...) ((typeof(object) *)kzalloc(sizeof(object), UVSIM_GFP(gfp)))
#define kzalloc_objs(object, n, gfp...) \
	((typeof(object) *)kzalloc((n) * sizeof(object), UVSIM_GFP(gfp)))

UVSIM_STUB void kfree(const void *object)
{
	uvsim_api->kfree(object);
}

#endif
