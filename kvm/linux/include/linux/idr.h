/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers for objects (idr) and numbers alone (ida): the least free one. */
#ifndef UVSIM_LINUX_IDR_H
#define UVSIM_LINUX_IDR_H

#include <linux/xarray.h>

struct idr {
	struct xarray xa;
	u32 next;
};

#define IDR_INIT(name) { .next = 0 }
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)
#define idr_init(idr) ((void)(*(idr) = (struct idr)IDR_INIT(idr)))
#define idr_preload(gfp) ((void)(gfp))
#define idr_preload_end() ((void)0)
#define idr_is_empty(idr) xa_empty(&(idr)->xa)

/* The number, or -ENOSPC or -ENOMEM. An end of 0 or less is no end. */
UVSIM_STUB int idr_alloc(struct idr *idr, void *object, int start, int end, gfp_t gfp)
{
	struct xa_limit limit = { .min = (u32)start, .max = end > 0 ? (u32)end - 1 : 0x7fffffffu };
	u32 id;
	int error = xa_alloc(&idr->xa, &id, object, limit, gfp);

	return error == -EBUSY ? -ENOSPC : error ? error : (int)id;
}

UVSIM_STUB int idr_alloc_cyclic(struct idr *idr, void *object, int start, int end, gfp_t gfp)
{
	struct xa_limit limit = { .min = (u32)start, .max = end > 0 ? (u32)end - 1 : 0x7fffffffu };
	u32 id;
	int error = xa_alloc_cyclic(&idr->xa, &id, object, limit, &idr->next, gfp);

	return error == -EBUSY ? -ENOSPC : error < 0 ? error : (int)id;
}

#define ida_simple_get(ida, start, end, gfp) ida_alloc_range((ida), (start), (end) ? (end) - 1 : ~0u, (gfp))
#define ida_simple_remove(ida, id) ida_free((ida), (id))
#define idr_find(idr, id) xa_load(&(idr)->xa, (unsigned long)(id))
#define idr_remove(idr, id) xa_erase(&(idr)->xa, (unsigned long)(id))
#define idr_destroy(idr) xa_destroy(&(idr)->xa)

UVSIM_STUB void *idr_replace(struct idr *idr, void *object, unsigned long id)
{
	void *old = xa_load(&idr->xa, id);

	if (!old)
		return ERR_PTR(-ENOENT);
	xa_store(&idr->xa, id, object, 0);
	return old;
}

/* The first object at or after *@id. */
UVSIM_STUB void *idr_get_next(struct idr *idr, int *id)
{
	unsigned long index = (unsigned long)*id;
	void *object = xa_find(&idr->xa, &index, 0x7fffffff, XA_PRESENT);

	if (object)
		*id = (int)index;
	return object;
}

#define idr_for_each_entry(idr, object, id) \
	for (id = 0; ((object) = idr_get_next(idr, &(id))) != NULL; ++(id))

struct ida {
	struct xarray xa;
};

#define IDA_INIT(name) { .xa = XARRAY_INIT(name, 0) }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)
#define ida_init(ida) ((void)(*(ida) = (struct ida)IDA_INIT(ida)))

UVSIM_STUB int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)
{
	u32 id;
	int error = xa_alloc(&ida->xa, &id, xa_mk_value(0), XA_LIMIT(min, max > 0x7fffffffu ? 0x7fffffffu : max), gfp);

	return error == -EBUSY ? -ENOSPC : error ? error : (int)id;
}

#define ida_alloc(ida, gfp) ida_alloc_range(ida, 0, ~0u, gfp)
#define ida_alloc_min(ida, min, gfp) ida_alloc_range(ida, min, ~0u, gfp)
#define ida_alloc_max(ida, max, gfp) ida_alloc_range(ida, 0, max, gfp)
#define ida_free(ida, id) ((void)xa_erase(&(ida)->xa, (unsigned long)(id)))
#define ida_is_empty(ida) xa_empty(&(ida)->xa)
#define ida_destroy(ida) xa_destroy(&(ida)->xa)

#endif
