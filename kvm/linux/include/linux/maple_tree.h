/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Maple trees: entries over ranges of indices that do not overlap. Kept as a sorted list, since nothing that can be
 * seen hangs on the shape of the tree; each range is an allocation, as far as an entry of the kernel's tree may be.
 *
 * Left out: the mas_ interface. Source of behaviour: Linux 6.12 lib/maple_tree.c (mtree_ and mt_ functions).
 */
#ifndef UVSIM_LINUX_MAPLE_TREE_H
#define UVSIM_LINUX_MAPLE_TREE_H

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define MT_FLAGS_ALLOC_RANGE 0x01u
#define MT_FLAGS_USE_RCU 0x02u

struct uvsim_maple_range {
	struct uvsim_maple_range *next;
	unsigned long first, last;
	void *entry;
};

struct maple_tree {
	spinlock_t ma_lock;
	unsigned int ma_flags;
	struct uvsim_maple_range *ma_root;	/* the lowest; NULL: empty */
};

#define MTREE_INIT(name, flags) { .ma_flags = (flags) }
#define DEFINE_MTREE(name) struct maple_tree name = MTREE_INIT(name, 0)
#define mt_init_flags(mt, flags) ((void)(*(mt) = (struct maple_tree)MTREE_INIT(mt, flags)))
#define mt_init(mt) mt_init_flags(mt, 0)
#define mtree_empty(mt) ((mt)->ma_root == NULL)
#define mtree_lock(mt) spin_lock(&(mt)->ma_lock)
#define mtree_unlock(mt) spin_unlock(&(mt)->ma_lock)

/* Where the first range is that ends at @index or behind it. */
UVSIM_STUB struct uvsim_maple_range **uvsim_maple_from(struct maple_tree *mt, unsigned long index)
{
	struct uvsim_maple_range **link = &mt->ma_root;

	while (*link && (*link)->last < index)
		link = &(*link)->next;
	return link;
}

UVSIM_STUB void *mtree_load(struct maple_tree *mt, unsigned long index)
{
	struct uvsim_maple_range *range = *uvsim_maple_from(mt, index);

	return range && range->first <= index ? range->entry : NULL;
}

/* Takes what lies in [first, last] out; a range around it keeps its ends, for which @spare is used up. */
UVSIM_STUB struct uvsim_maple_range **uvsim_maple_cut(struct maple_tree *mt, unsigned long first, unsigned long last,
						      struct uvsim_maple_range **spare)
{
	struct uvsim_maple_range **link = uvsim_maple_from(mt, first), *range;

	range = *link;
	if (range && range->first < first) {
		if (range->last > last) {
			**spare = (struct uvsim_maple_range){ range->next, last + 1, range->last, range->entry };
			range->next = *spare;
			*spare = NULL;
		}
		range->last = first - 1;
		link = &range->next;
	}
	while ((range = *link) != NULL && range->first <= last) {
		if (range->last > last) {
			range->first = last + 1;
			break;
		}
		*link = range->next;
		kfree(range);
	}
	return link;
}

/* @alone: -EEXIST if anything is there. An entry of NULL takes out what is. */
UVSIM_STUB int uvsim_maple_store(struct maple_tree *mt, unsigned long first, unsigned long last, void *entry,
				 gfp_t gfp, bool alone)
{
	struct uvsim_maple_range *range = kmalloc(sizeof(*range), gfp), *spare = kmalloc(sizeof(*spare), gfp), **link;
	int error = !range || !spare ? -ENOMEM : first > last ? -EINVAL : 0;

	mtree_lock(mt);
	link = uvsim_maple_from(mt, first);
	if (!error && alone && *link && (*link)->first <= last)
		error = -EEXIST;
	if (!error)
		link = uvsim_maple_cut(mt, first, last, &spare);
	if (!error && entry) {
		*range = (struct uvsim_maple_range){ *link, first, last, entry };
		*link = range;
		range = NULL;
	}
	mtree_unlock(mt);
	kfree(range);
	kfree(spare);
	return error;
}
#define mtree_store_range(mt, first, last, entry, gfp) uvsim_maple_store((mt), (first), (last), (entry), (gfp), false)
#define mtree_store(mt, index, entry, gfp) mtree_store_range((mt), (index), (index), (entry), (gfp))
#define mtree_insert_range(mt, first, last, entry, gfp) uvsim_maple_store((mt), (first), (last), (entry), (gfp), true)
#define mtree_insert(mt, index, entry, gfp) mtree_insert_range((mt), (index), (index), (entry), (gfp))

/* The lowest free range of @size indices in [min, max]. */
UVSIM_STUB int mtree_alloc_range(struct maple_tree *mt, unsigned long *start, void *entry, unsigned long size,
				 unsigned long min, unsigned long max, gfp_t gfp)
{
	struct uvsim_maple_range *range;
	int error = -EEXIST;

	/* Somebody else may have taken it while memory was allocated. */
	while (error == -EEXIST) {
		*start = min;
		range = *uvsim_maple_from(mt, min);
		for (; range && range->first <= max && (range->first < *start || range->first - *start < size);
		     range = range->next) {
			if (range->last >= max)
				return -EBUSY;
			*start = range->last + 1;
		}
		if (!size || *start > max || max - *start < size - 1)
			return -EBUSY;
		error = mtree_insert_range(mt, *start, *start + size - 1, entry, gfp);
	}
	return error;
}

/* The whole range around @index goes; its entry. */
UVSIM_STUB void *mtree_erase(struct maple_tree *mt, unsigned long index)
{
	struct uvsim_maple_range **link, *range;
	void *entry = NULL;

	mtree_lock(mt);
	link = uvsim_maple_from(mt, index);
	range = *link;
	if (range && range->first <= index) {
		entry = range->entry;
		*link = range->next;
		kfree(range);
	}
	mtree_unlock(mt);
	return entry;
}

UVSIM_STUB void mtree_destroy(struct maple_tree *mt)
{
	while (!mtree_empty(mt))
		(void)mtree_erase(mt, mt->ma_root->first);
}
#define __mt_destroy(mt) mtree_destroy(mt)

/* The entry at *@index or the next one up to @max; *@index is then behind it. */
UVSIM_STUB void *mt_find(struct maple_tree *mt, unsigned long *index, unsigned long max)
{
	struct uvsim_maple_range *range = *uvsim_maple_from(mt, *index);

	if (!range || range->first > max || *index > max)
		return NULL;
	*index = range->last + 1;
	return range->entry;
}
#define mt_find_after(mt, index, max) (*(index) == 0 ? NULL : mt_find((mt), (index), (max)))
#define mt_for_each(mt, entry, index, max) \
	for ((entry) = mt_find((mt), &(index), (max)); (entry); (entry) = mt_find_after((mt), &(index), (max)))

#endif
