/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays with an index of 64 bits, of which few entries are in use, each with three marks. A tree of nodes with
 * 64 slots, grown from the bottom, allocated from the simulated kernel's heap; nodes that become empty are
 * freed at once.
 *
 * Left out: entries that span several indices. The xas_ interface is in xas.h.
 */
#ifndef UVSIM_LINUX_XARRAY_H
#define UVSIM_LINUX_XARRAY_H

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define XA_CHUNK_SHIFT 6
#define XA_CHUNK_SIZE (1u << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK (XA_CHUNK_SIZE - 1)

typedef unsigned int xa_mark_t;
#define XA_MARK_0 0u
#define XA_MARK_1 1u
#define XA_MARK_2 2u
#define XA_PRESENT 8u
#define XA_FREE_MARK XA_MARK_0

#define XA_FLAGS_LOCK_IRQ 0x1u
#define XA_FLAGS_LOCK_BH 0x2u
#define XA_FLAGS_ACCOUNT 0x8u
#define XA_FLAGS_ALLOC 0x10u
#define XA_FLAGS_ALLOC1 0x30u	/* from 1 on */

struct uvsim_xa_node {
	unsigned int shift, count;
	u64 mark[3];			/* of slots, or of anything below them */
	void *slot[XA_CHUNK_SIZE];
};

struct xarray {
	spinlock_t xa_lock;
	unsigned int xa_flags;
	struct uvsim_xa_node *xa_head;	/* NULL: empty */
};

struct xa_limit {
	u32 max, min;
};

#define XA_LIMIT(low, high) (struct xa_limit){ .min = (low), .max = (high) }
#define xa_limit_32b XA_LIMIT(0, 0xffffffffu)
#define xa_limit_31b XA_LIMIT(0, 0x7fffffffu)
#define xa_limit_16b XA_LIMIT(0, 0xffffu)

#define XARRAY_INIT(name, flags) { .xa_flags = (flags) }
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name) DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)
#define xa_init_flags(xa, flags) ((void)(*(xa) = (struct xarray){ .xa_flags = (flags) }))
#define xa_init(xa) xa_init_flags(xa, 0)
#define xa_empty(xa) ((xa)->xa_head == NULL)

#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define xa_trylock(xa) spin_trylock(&(xa)->xa_lock)
#define xa_lock_irq(xa) xa_lock(xa)
#define xa_unlock_irq(xa) xa_unlock(xa)
#define xa_lock_bh(xa) xa_lock(xa)
#define xa_unlock_bh(xa) xa_unlock(xa)
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)

/* Values in entries: bit 0 tells them. Errors: the two bits below. XA_ZERO_ENTRY reserves, and is loaded as NULL. */
#define xa_mk_value(v) ((void *)((unsigned long)(v) << 1 | 1))
#define xa_to_value(entry) ((unsigned long)(entry) >> 1)
#define xa_is_value(entry) (((unsigned long)(entry) & 1) != 0)
#define UVSIM_XA_ERROR(error) ((void *)((unsigned long)(error) << 2 | 2))
#define XA_ZERO_ENTRY ((void *)(257ul << 2 | 2))
#define xa_is_zero(entry) ((entry) == XA_ZERO_ENTRY)
#define xa_is_err(entry) ((unsigned long)(entry) >= (unsigned long)UVSIM_XA_ERROR(-4095) && \
			  ((unsigned long)(entry) & 3) == 2)
#define xa_err(entry) (xa_is_err(entry) ? (int)((long)(entry) >> 2) : 0)

UVSIM_STUB unsigned int uvsim_xa_at(const struct uvsim_xa_node *node, u64 index)
{
	return (unsigned int)(index >> node->shift) & XA_CHUNK_MASK;
}

UVSIM_STUB bool uvsim_xa_covers(const struct uvsim_xa_node *head, u64 index)
{
	return head && (head->shift + XA_CHUNK_SHIFT >= 64 || index >> (head->shift + XA_CHUNK_SHIFT) == 0);
}

/* The lowest node on the way to @index, NULL if there is none. */
UVSIM_STUB struct uvsim_xa_node *uvsim_xa_leaf(const struct xarray *xa, u64 index)
{
	struct uvsim_xa_node *node = xa->xa_head;

	if (!uvsim_xa_covers(node, index))
		return NULL;
	while (node && node->shift)
		node = node->slot[uvsim_xa_at(node, index)];
	return node;
}

UVSIM_STUB void *uvsim_xa_get(const struct xarray *xa, u64 index)
{
	const struct uvsim_xa_node *node = uvsim_xa_leaf(xa, index);

	return node ? node->slot[index & XA_CHUNK_MASK] : NULL;
}

UVSIM_STUB void *xa_load(struct xarray *xa, unsigned long index)
{
	void *entry = uvsim_xa_get(xa, index);

	return xa_is_zero(entry) ? NULL : entry;
}

UVSIM_STUB struct uvsim_xa_node *uvsim_xa_node_make(unsigned int shift, gfp_t gfp)
{
	struct uvsim_xa_node *node = kzalloc(sizeof(*node), gfp);

	if (node)
		node->shift = shift;
	return node;
}

/* All nodes on the way to @index. */
UVSIM_STUB struct uvsim_xa_node *uvsim_xa_make(struct xarray *xa, u64 index, gfp_t gfp)
{
	struct uvsim_xa_node *node;

	while (!uvsim_xa_covers(xa->xa_head, index)) {
		struct uvsim_xa_node *old = xa->xa_head;

		node = uvsim_xa_node_make(old ? old->shift + XA_CHUNK_SHIFT : 0, gfp);
		if (!node)
			return NULL;
		if (old) {
			node->slot[0] = old;
			node->count = 1;
			for (int m = 0; m < 3; m++)
				node->mark[m] = old->mark[m] != 0;
		}
		xa->xa_head = node;
	}
	for (node = xa->xa_head; node->shift;) {
		void **slot = &node->slot[uvsim_xa_at(node, index)];

		if (!*slot) {
			*slot = uvsim_xa_node_make(node->shift - XA_CHUNK_SHIFT, gfp);
			if (!*slot)
				return NULL;
			node->count++;
		}
		node = *slot;
	}
	return node;
}

/* Free what is empty on the way to @index, and set the inner marks right. Returns whether @node is empty. */
UVSIM_STUB bool uvsim_xa_tidy(struct uvsim_xa_node *node, u64 index)
{
	unsigned int at = uvsim_xa_at(node, index);

	if (node->shift && node->slot[at]) {
		struct uvsim_xa_node *below = node->slot[at];

		if (uvsim_xa_tidy(below, index)) {
			kfree(below);
			node->slot[at] = NULL;
			node->count--;
			below = NULL;
		}
		for (int m = 0; m < 3; m++)
			node->mark[m] = (node->mark[m] & ~(1ull << at)) |
					(u64)(below && below->mark[m]) << at;
	}
	return !node->count;
}

UVSIM_STUB void uvsim_xa_settle(struct xarray *xa, u64 index)
{
	struct uvsim_xa_node *head = xa->xa_head;

	if (uvsim_xa_covers(head, index) && uvsim_xa_tidy(head, index)) {
		kfree(head);
		xa->xa_head = NULL;
	}
	/* One slot at 0 needs no root above it. */
	while ((head = xa->xa_head) && head->shift && head->count == 1 && head->slot[0]) {
		xa->xa_head = head->slot[0];
		kfree(head);
	}
}

/* The old entry, or an error. */
UVSIM_STUB void *uvsim_xa_put(struct xarray *xa, u64 index, void *entry, gfp_t gfp)
{
	struct uvsim_xa_node *node = entry ? uvsim_xa_make(xa, index, gfp) : uvsim_xa_leaf(xa, index);
	unsigned int at = index & XA_CHUNK_MASK;
	void *old;

	if (!node) {
		uvsim_xa_settle(xa, index);
		return entry ? UVSIM_XA_ERROR(-ENOMEM) : NULL;
	}
	old = node->slot[at];
	node->slot[at] = entry;
	node->count += (entry != NULL) - (old != NULL);
	if (!entry)
		for (int m = 0; m < 3; m++)
			node->mark[m] &= ~(1ull << at);
	uvsim_xa_settle(xa, index);
	return xa_is_zero(old) ? NULL : old;
}

#define __xa_store(xa, index, entry, gfp) uvsim_xa_put(xa, index, entry, gfp)
#define __xa_erase(xa, index) uvsim_xa_put(xa, index, NULL, 0)
#define xa_store(xa, index, entry, gfp) uvsim_xa_put(xa, index, entry, gfp)
#define xa_store_irq(xa, index, entry, gfp) xa_store(xa, index, entry, gfp)
#define xa_store_bh(xa, index, entry, gfp) xa_store(xa, index, entry, gfp)
#define xa_erase(xa, index) uvsim_xa_put(xa, index, NULL, 0)
#define xa_erase_irq(xa, index) xa_erase(xa, index)
#define xa_erase_bh(xa, index) xa_erase(xa, index)

UVSIM_STUB void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	void *found = xa_load(xa, index), *result;

	if (found != old)
		return found;
	result = uvsim_xa_put(xa, index, entry, gfp);
	return xa_is_err(result) ? result : found;
}

UVSIM_STUB int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	if (uvsim_xa_get(xa, index))
		return -EBUSY;
	return xa_err(uvsim_xa_put(xa, index, entry ? entry : XA_ZERO_ENTRY, gfp));
}

UVSIM_STUB int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp)
{
	return uvsim_xa_get(xa, index) ? 0 : xa_insert(xa, index, NULL, gfp);
}

UVSIM_STUB void xa_release(struct xarray *xa, unsigned long index)
{
	if (xa_is_zero(uvsim_xa_get(xa, index)))
		xa_erase(xa, index);
}

/* --- marks --- */

UVSIM_STUB bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	const struct uvsim_xa_node *node = uvsim_xa_leaf(xa, index);

	return node && node->mark[mark] >> (index & XA_CHUNK_MASK) & 1;
}

UVSIM_STUB void uvsim_xa_mark(struct xarray *xa, u64 index, xa_mark_t mark, bool on)
{
	struct uvsim_xa_node *node = uvsim_xa_leaf(xa, index);
	unsigned int at = index & XA_CHUNK_MASK;

	if (!node || !node->slot[at])
		return;
	node->mark[mark] = (node->mark[mark] & ~(1ull << at)) | (u64)on << at;
	uvsim_xa_settle(xa, index);
}

#define xa_set_mark(xa, index, m) uvsim_xa_mark(xa, index, m, true)
#define xa_clear_mark(xa, index, m) uvsim_xa_mark(xa, index, m, false)

UVSIM_STUB bool xa_marked(const struct xarray *xa, xa_mark_t mark)
{
	return xa->xa_head && xa->xa_head->mark[mark];
}

/* --- looking --- */

/* The first entry from @from to @max that bears @filter, below @node, whose first index is @first. */
UVSIM_STUB void *uvsim_xa_next(const struct uvsim_xa_node *node, u64 first, u64 from, u64 max, xa_mark_t filter,
			       u64 *index)
{
	for (unsigned int at = 0; at < XA_CHUNK_SIZE; at++) {
		u64 low = first + ((u64)at << node->shift), high = low + ((1ull << node->shift) - 1);
		void *entry = node->slot[at];

		if (!entry || high < from || low > max)
			continue;
		if (filter != XA_PRESENT && !(node->mark[filter] >> at & 1))
			continue;
		if (node->shift)
			entry = uvsim_xa_next(entry, low, from, max, filter, index);
		else
			*index = low;
		if (entry && !xa_is_zero(entry))
			return entry;
	}
	return NULL;
}

UVSIM_STUB void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	u64 found = 0;
	void *entry = xa->xa_head ? uvsim_xa_next(xa->xa_head, 0, *index, max, filter, &found) : NULL;

	if (entry)
		*index = found;
	return entry;
}

UVSIM_STUB void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	unsigned long next = *index + 1;
	void *entry = next && next <= max ? xa_find(xa, &next, max, filter) : NULL;

	if (entry)
		*index = next;
	return entry;
}

#define xa_for_each_range(xa, index, entry, start, last) \
	for (index = (start), entry = xa_find(xa, &index, last, XA_PRESENT); entry; \
	     entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each_start(xa, index, entry, start) xa_for_each_range(xa, index, entry, start, ~0ul)
#define xa_for_each(xa, index, entry) xa_for_each_start(xa, index, entry, 0)
#define xa_for_each_marked(xa, index, entry, filter) \
	for (index = 0, entry = xa_find(xa, &index, ~0ul, filter); entry; \
	     entry = xa_find_after(xa, &index, ~0ul, filter))

UVSIM_STUB void xa_destroy(struct xarray *xa)
{
	unsigned long index = 0;

	while (xa->xa_head) {
		const struct uvsim_xa_node *node = xa->xa_head;

		for (index = 0; node->shift;) {
			unsigned int at = 0;

			while (!node->slot[at])
				at++;
			index |= (u64)at << node->shift;
			node = node->slot[at];
		}
		while (!node->slot[index & XA_CHUNK_MASK])
			index++;
		xa_erase(xa, index);
	}
}

/* --- free indices --- */

UVSIM_STUB int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	u64 at = limit.min;

	if (!at && (xa->xa_flags & XA_FLAGS_ALLOC1) == XA_FLAGS_ALLOC1)
		at = 1;
	while (at <= limit.max && uvsim_xa_get(xa, at))
		at++;
	if (at > limit.max)
		return -EBUSY;
	*id = (u32)at;
	return xa_insert(xa, at, entry, gfp);
}

/* From *@next on, then from the beginning; 1 when it went round. */
UVSIM_STUB int xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next, gfp_t gfp)
{
	struct xa_limit from = { .min = *next > limit.min ? *next : limit.min, .max = limit.max };
	int error = xa_alloc(xa, id, entry, from, gfp), wrapped = 0;

	if (error == -EBUSY && from.min > limit.min) {
		error = xa_alloc(xa, id, entry, limit, gfp);
		wrapped = 1;
	}
	if (error)
		return error;
	*next = *id + 1;
	return wrapped;
}

#include <linux/xas.h>

#endif
