/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Binary search trees that keep themselves shallow. Linux balances by colours; here each node has a priority
 * drawn from the count of insertions, and parents have the higher one (a treap): the order of nodes, which is
 * all that can be seen, is the same.
 */
#ifndef UVSIM_LINUX_RBTREE_H
#define UVSIM_LINUX_RBTREE_H

#include <linux/kernel.h>

struct rb_node {
	struct rb_node *rb_left, *rb_right, *uvsim_parent;
	u64 uvsim_priority;
};

struct rb_root {
	struct rb_node *rb_node;
	u64 uvsim_inserted;
};

struct rb_root_cached {
	struct rb_root rb_root;
};

#define RB_ROOT (struct rb_root){ NULL, 0 }
#define RB_ROOT_CACHED (struct rb_root_cached){ RB_ROOT }
#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
#define RB_CLEAR_NODE(node) ((void)((node)->uvsim_parent = (node)))
#define RB_EMPTY_NODE(node) ((node)->uvsim_parent == (node))
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member) \
	({ \
		struct rb_node *__rb = (ptr); \
		__rb ? rb_entry(__rb, type, member) : NULL; \
	})
#define rb_parent(node) ((node)->uvsim_parent)

UVSIM_STUB void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	*node = (struct rb_node){ .uvsim_parent = parent };
	*link = node;
}

/* Where the pointer to @node is. */
UVSIM_STUB struct rb_node **uvsim_rb_link(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *parent = node->uvsim_parent;

	if (!parent)
		return &root->rb_node;
	return parent->rb_left == node ? &parent->rb_left : &parent->rb_right;
}

/* @child, below @node, takes its place; @node becomes its child. */
UVSIM_STUB void uvsim_rb_lift(struct rb_node *child, struct rb_root *root)
{
	struct rb_node *node = child->uvsim_parent, *moved;
	struct rb_node **link = uvsim_rb_link(node, root);

	if (node->rb_left == child) {
		moved = child->rb_right;
		node->rb_left = moved;
		child->rb_right = node;
	} else {
		moved = child->rb_left;
		node->rb_right = moved;
		child->rb_left = node;
	}
	if (moved)
		moved->uvsim_parent = node;
	child->uvsim_parent = node->uvsim_parent;
	node->uvsim_parent = child;
	*link = child;
}

UVSIM_STUB void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	u64 mixed = ++root->uvsim_inserted * 0x9e3779b97f4a7c15ull;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ull;
	node->uvsim_priority = mixed ^ mixed >> 27;
	while (node->uvsim_parent && node->uvsim_parent->uvsim_priority < node->uvsim_priority)
		uvsim_rb_lift(node, root);
}

UVSIM_STUB void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *left, *right, *only;

	while ((left = node->rb_left) && (right = node->rb_right))
		uvsim_rb_lift(left->uvsim_priority > right->uvsim_priority ? left : right, root);
	only = node->rb_left ? node->rb_left : node->rb_right;
	*uvsim_rb_link(node, root) = only;
	if (only)
		only->uvsim_parent = node->uvsim_parent;
}

UVSIM_STUB void rb_replace_node(struct rb_node *old, struct rb_node *node, struct rb_root *root)
{
	*uvsim_rb_link(old, root) = node;
	*node = *old;
	if (node->rb_left)
		node->rb_left->uvsim_parent = node;
	if (node->rb_right)
		node->rb_right->uvsim_parent = node;
}

UVSIM_STUB struct rb_node *uvsim_rb_leftmost(struct rb_node *node)
{
	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}

UVSIM_STUB struct rb_node *uvsim_rb_rightmost(struct rb_node *node)
{
	while (node && node->rb_right)
		node = node->rb_right;
	return node;
}

#define rb_first(root) uvsim_rb_leftmost((root)->rb_node)
#define rb_last(root) uvsim_rb_rightmost((root)->rb_node)

UVSIM_STUB struct rb_node *rb_next(const struct rb_node *node)
{
	if (node->rb_right)
		return uvsim_rb_leftmost(node->rb_right);
	while (node->uvsim_parent && node->uvsim_parent->rb_right == node)
		node = node->uvsim_parent;
	return node->uvsim_parent;
}

UVSIM_STUB struct rb_node *rb_prev(const struct rb_node *node)
{
	if (node->rb_left)
		return uvsim_rb_rightmost(node->rb_left);
	while (node->uvsim_parent && node->uvsim_parent->rb_left == node)
		node = node->uvsim_parent;
	return node->uvsim_parent;
}

#define rb_first_cached(root) rb_first(&(root)->rb_root)
#define rb_insert_color_cached(node, root, leftmost) ((void)(leftmost), rb_insert_color(node, &(root)->rb_root))
#define rb_erase_cached(node, root) rb_erase(node, &(root)->rb_root)

/* Of equal nodes the one that came first stays first. */
UVSIM_STUB void rb_add(struct rb_node *node, struct rb_root *root,
		       bool (*less)(struct rb_node *a, const struct rb_node *b))
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = less(node, parent) ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(node, parent, link);
	rb_insert_color(node, root);
}

UVSIM_STUB struct rb_node *rb_find(const void *key, const struct rb_root *root,
				   int (*compare)(const void *key, const struct rb_node *node))
{
	struct rb_node *node = root->rb_node;

	while (node) {
		int order = compare(key, node);

		if (!order)
			break;
		node = order < 0 ? node->rb_left : node->rb_right;
	}
	return node;
}

/* Children before parents, so that each may be freed. */
UVSIM_STUB struct rb_node *uvsim_rb_deepest(struct rb_node *node)
{
	while (node && (node->rb_left || node->rb_right))
		node = node->rb_left ? node->rb_left : node->rb_right;
	return node;
}

UVSIM_STUB struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent = node->uvsim_parent;

	if (parent && parent->rb_left == node && parent->rb_right)
		return uvsim_rb_deepest(parent->rb_right);
	return parent;
}

#define rb_first_postorder(root) uvsim_rb_deepest((root)->rb_node)
#define rbtree_postorder_for_each_entry_safe(pos, n, root, field) \
	for (pos = rb_entry_safe(rb_first_postorder(root), typeof(*pos), field); \
	     pos && ({ n = rb_entry_safe(rb_next_postorder(&pos->field), typeof(*pos), field); 1; }); pos = n)

#endif
