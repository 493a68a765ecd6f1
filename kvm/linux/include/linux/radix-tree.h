/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Radix trees: the older interface to what xarrays are. Tags are marks. */
#ifndef UVSIM_LINUX_RADIX_TREE_H
#define UVSIM_LINUX_RADIX_TREE_H

#include <linux/rcupdate.h>
#include <linux/xarray.h>

#define radix_tree_root xarray
#define RADIX_TREE(name, gfp) struct radix_tree_root name = XARRAY_INIT(name, 0)
#define RADIX_TREE_INIT(name, gfp) XARRAY_INIT(name, 0)
#define INIT_RADIX_TREE(root, gfp) xa_init(root)
#define RADIX_TREE_MAX_TAGS 3

struct radix_tree_iter {
	unsigned long index;
};

#define radix_tree_empty(root) xa_empty(root)
#define radix_tree_preload(gfp) ((void)(gfp), 0)
#define radix_tree_maybe_preload(gfp) ((void)(gfp), 0)
#define radix_tree_preload_end() ((void)0)
#define radix_tree_lookup(root, index) xa_load(root, index)

UVSIM_STUB int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *item)
{
	if (xa_load(root, index))
		return -EEXIST;
	return xa_err(xa_store(root, index, item, GFP_KERNEL));
}

UVSIM_STUB void *radix_tree_delete(struct radix_tree_root *root, unsigned long index)
{
	return xa_erase(root, index);
}

UVSIM_STUB void *radix_tree_delete_item(struct radix_tree_root *root, unsigned long index, void *item)
{
	return item && xa_load(root, index) != item ? NULL : xa_erase(root, index);
}

/* Valid until the tree changes. */
UVSIM_STUB void **radix_tree_lookup_slot(struct radix_tree_root *root, unsigned long index)
{
	struct uvsim_xa_node *node = uvsim_xa_leaf(root, index);
	void **slot = node ? &node->slot[index & XA_CHUNK_MASK] : NULL;

	return slot && *slot ? slot : NULL;
}

#define radix_tree_deref_slot(slot) (*(slot))
#define radix_tree_deref_slot_protected(slot, lock) (*(slot))
#define radix_tree_replace_slot(root, slot, item) ((void)(root), (void)(*(slot) = (item)))
#define radix_tree_tag_set(root, index, tag) (xa_set_mark(root, index, tag), xa_load(root, index))
#define radix_tree_tag_clear(root, index, tag) (xa_clear_mark(root, index, tag), xa_load(root, index))
#define radix_tree_tag_get(root, index, tag) xa_get_mark(root, index, tag)
#define radix_tree_tagged(root, tag) xa_marked(root, tag)

/* Up to @max items from @first on into @results. */
UVSIM_STUB unsigned int radix_tree_gang_lookup(struct radix_tree_root *root, void **results, unsigned long first,
					       unsigned int max)
{
	unsigned int n = 0;
	unsigned long index = first;
	void *entry;

	for (entry = xa_find(root, &index, ~0ul, XA_PRESENT); entry && n < max;
	     entry = xa_find_after(root, &index, ~0ul, XA_PRESENT))
		results[n++] = entry;
	return n;
}

UVSIM_STUB void **uvsim_radix_next(struct radix_tree_root *root, struct radix_tree_iter *iter, bool first)
{
	unsigned long index = iter->index;
	void *entry = first ? xa_find(root, &index, ~0ul, XA_PRESENT) :
		xa_find_after(root, &index, ~0ul, XA_PRESENT);

	iter->index = index;
	return entry ? radix_tree_lookup_slot(root, index) : NULL;
}

#define radix_tree_for_each_slot(slot, root, iter, start) \
	for ((iter)->index = (start), slot = uvsim_radix_next(root, iter, true); slot; \
	     slot = uvsim_radix_next(root, iter, false))
#define radix_tree_iter_delete(root, iter, slot) ((void)(slot), (void)xa_erase(root, (iter)->index))

#endif
