/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists: doubly linked ones and those with a single pointer as head. list_add() is a function: pv.c hands it a void
 * pointer. The pointers of a deleted entry are poisoned: a second deletion stops at once.
 */
#ifndef UVSIM_LINUX_LIST_H
#define UVSIM_LINUX_LIST_H

#include <linux/kernel.h>

#define LIST_POISON1 ((void *)0x100)
#define LIST_POISON2 ((void *)0x122)
#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

UVSIM_STUB void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

UVSIM_STUB bool list_empty(const struct list_head *head)
{
	return head->next == head;
}
#define list_empty_careful(head) list_empty(head)

UVSIM_STUB bool list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

UVSIM_STUB bool list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return entry->prev == head;
}

UVSIM_STUB bool list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

UVSIM_STUB bool list_is_head(const struct list_head *entry, const struct list_head *head)
{
	return entry == head;
}

UVSIM_STUB void uvsim_list_insert(struct list_head *entry, struct list_head *prev,
				  struct list_head *next)
{
	next->prev = entry;
	entry->next = next;
	entry->prev = prev;
	prev->next = entry;
}

UVSIM_STUB void list_add(struct list_head *entry, struct list_head *head)
{
	uvsim_list_insert(entry, head, head->next);
}

UVSIM_STUB void list_add_tail(struct list_head *entry, struct list_head *head)
{
	uvsim_list_insert(entry, head->prev, head);
}

UVSIM_STUB void uvsim_list_unlink(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
}

UVSIM_STUB void list_del(struct list_head *entry)
{
	uvsim_list_unlink(entry);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

UVSIM_STUB void list_del_init(struct list_head *entry)
{
	uvsim_list_unlink(entry);
	INIT_LIST_HEAD(entry);
}

UVSIM_STUB void list_replace(struct list_head *old, struct list_head *entry)
{
	uvsim_list_insert(entry, old->prev, old->next);
}

UVSIM_STUB void list_replace_init(struct list_head *old, struct list_head *entry)
{
	list_replace(old, entry);
	INIT_LIST_HEAD(old);
}

UVSIM_STUB void list_move(struct list_head *entry, struct list_head *head)
{
	uvsim_list_unlink(entry);
	list_add(entry, head);
}

UVSIM_STUB void list_move_tail(struct list_head *entry, struct list_head *head)
{
	uvsim_list_unlink(entry);
	list_add_tail(entry, head);
}

UVSIM_STUB void list_rotate_left(struct list_head *head)
{
	if (!list_empty(head))
		list_move_tail(head->next, head);
}

/* All entries of @list between @prev and @next; @list keeps its pointers. */
UVSIM_STUB void uvsim_list_splice(const struct list_head *list, struct list_head *prev, struct list_head *next)
{
	if (list_empty(list))
		return;
	list->next->prev = prev;
	prev->next = list->next;
	list->prev->next = next;
	next->prev = list->prev;
}

UVSIM_STUB void list_splice(const struct list_head *list, struct list_head *head)
{
	uvsim_list_splice(list, head, head->next);
}

UVSIM_STUB void list_splice_tail(const struct list_head *list, struct list_head *head)
{
	uvsim_list_splice(list, head->prev, head);
}

UVSIM_STUB void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

UVSIM_STUB void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

UVSIM_STUB size_t list_count_nodes(const struct list_head *head)
{
	size_t n = 0;

	for (const struct list_head *at = head->next; at != head; at = at->next)
		n++;
	return n;
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member) \
	(list_empty(head) ? (type *)NULL : list_first_entry(head, type, member))
#define list_last_entry_or_null(head, type, member) \
	(list_empty(head) ? (type *)NULL : list_last_entry(head, type, member))
#define list_next_entry(pos, member) list_entry((pos)->member.next, typeof(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, typeof(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))
#define list_for_each(pos, head) for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_prev(pos, head) for (pos = (head)->prev; pos != (head); pos = pos->prev)
#define list_for_each_safe(pos, n, head) \
	for (pos = (head)->next, n = pos->next; pos != (head); pos = n, n = pos->next)
#define list_for_each_entry_from(pos, head, member) \
	for (; !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry(pos, head, member) \
	for (pos = list_first_entry(head, typeof(*pos), member); !list_entry_is_head(pos, head, member); \
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member) \
	for (pos = list_last_entry(head, typeof(*pos), member); !list_entry_is_head(pos, head, member); \
	     pos = list_prev_entry(pos, member))
#define list_for_each_entry_continue(pos, head, member) \
	for (pos = list_next_entry(pos, member); !list_entry_is_head(pos, head, member); \
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_safe(pos, n, head, member) \
	for (pos = list_first_entry(head, typeof(*pos), member), n = list_next_entry(pos, member); \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_reverse(pos, n, head, member) \
	for (pos = list_last_entry(head, typeof(*pos), member), n = list_prev_entry(pos, member); \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_prev_entry(n, member))

/* --- one pointer as head --- */

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define HLIST_HEAD_INIT { NULL }
#define HLIST_HEAD(name) struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head) ((void)((head)->first = NULL))

UVSIM_STUB void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

UVSIM_STUB bool hlist_empty(const struct hlist_head *head)
{
	return !head->first;
}

UVSIM_STUB bool hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}

UVSIM_STUB void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	node->next = head->first;
	if (node->next)
		node->next->pprev = &node->next;
	head->first = node;
	node->pprev = &head->first;
}

UVSIM_STUB void hlist_add_behind(struct hlist_node *node, struct hlist_node *before)
{
	node->next = before->next;
	before->next = node;
	node->pprev = &before->next;
	if (node->next)
		node->next->pprev = &node->next;
}

UVSIM_STUB void uvsim_hlist_unlink(struct hlist_node *node)
{
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
}

UVSIM_STUB void hlist_del(struct hlist_node *node)
{
	uvsim_hlist_unlink(node);
	node->next = LIST_POISON1;
	node->pprev = LIST_POISON2;
}

UVSIM_STUB void hlist_del_init(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	uvsim_hlist_unlink(node);
	INIT_HLIST_NODE(node);
}

#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member) \
	({ \
		struct hlist_node *__node = (ptr); \
		__node ? hlist_entry(__node, type, member) : NULL; \
	})
#define hlist_for_each(pos, head) for (pos = (head)->first; pos; pos = pos->next)
#define hlist_for_each_entry(pos, head, member) \
	for (pos = hlist_entry_safe((head)->first, typeof(*pos), member); pos; \
	     pos = hlist_entry_safe(pos->member.next, typeof(*pos), member))
#define hlist_for_each_entry_safe(pos, n, head, member) \
	for (pos = hlist_entry_safe((head)->first, typeof(*pos), member); pos && ({ n = pos->member.next; 1; }); \
	     pos = hlist_entry_safe(n, typeof(*pos), member))

UVSIM_STUB void list_bulk_move_tail(struct list_head *head, struct list_head *first, struct list_head *last)
{
	first->prev->next = last->next;
	last->next->prev = first->prev;
	head->prev->next = first;
	first->prev = head->prev;
	last->next = head;
	head->prev = last;
}

#endif
