/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists to which all add and from which one takes all: newest first. */
#ifndef UVSIM_LINUX_LLIST_H
#define UVSIM_LINUX_LLIST_H

#include <linux/kernel.h>

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

#define LLIST_HEAD_INIT(name) { NULL }
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)
#define init_llist_head(head) ((void)((head)->first = NULL))

UVSIM_STUB bool llist_empty(const struct llist_head *head)
{
	return !head->first;
}

/* Was the list empty before? */
UVSIM_STUB bool llist_add(struct llist_node *node, struct llist_head *head)
{
	node->next = head->first;
	head->first = node;
	return !node->next;
}

UVSIM_STUB struct llist_node *llist_del_all(struct llist_head *head)
{
	struct llist_node *first = head->first;

	head->first = NULL;
	return first;
}

UVSIM_STUB struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *first = head->first;

	if (first)
		head->first = first->next;
	return first;
}

UVSIM_STUB struct llist_node *llist_reverse_order(struct llist_node *node)
{
	struct llist_node *reversed = NULL;

	while (node) {
		struct llist_node *next = node->next;

		node->next = reversed;
		reversed = node;
		node = next;
	}
	return reversed;
}

#define llist_entry(ptr, type, member) container_of(ptr, type, member)
#define llist_for_each(pos, node) for (pos = (node); pos; pos = pos->next)
#define llist_for_each_safe(pos, n, node) for (pos = (node); pos && ({ n = pos->next; 1; }); pos = n)
#define uvsim_llist_entry(node, type, member) \
	({ \
		struct llist_node *__llist = (node); \
		__llist ? llist_entry(__llist, type, member) : NULL; \
	})
#define llist_for_each_entry(pos, node, member) \
	for (pos = uvsim_llist_entry(node, typeof(*pos), member); pos; \
	     pos = uvsim_llist_entry(pos->member.next, typeof(*pos), member))
#define llist_for_each_entry_safe(pos, n, node, member) \
	for (pos = uvsim_llist_entry(node, typeof(*pos), member); \
	     pos && ({ n = uvsim_llist_entry(pos->member.next, typeof(*n), member); 1; }); pos = n)

#endif
