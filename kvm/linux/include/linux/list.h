/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doubly linked lists. list_add() is a function: pv.c hands it a void pointer. */
#ifndef UVSIM_LINUX_LIST_H
#define UVSIM_LINUX_LIST_H

#include <linux/kernel.h>

UVSIM_STUB void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

UVSIM_STUB bool list_empty(const struct list_head *head)
{
	return head->next == head;
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

/* The pointers of a deleted entry are poisoned: a second deletion stops at once. */
UVSIM_STUB void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	entry->next = (struct list_head *)0x100;
	entry->prev = (struct list_head *)0x122;
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_first_entry_or_null(head, type, member) \
	(list_empty(head) ? (type *)NULL : list_first_entry(head, type, member))
#define list_for_each_entry(pos, head, member) \
	for (pos = list_first_entry(head, typeof(*pos), member); &pos->member != (head); \
	     pos = list_entry(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_safe(pos, n, head, member) \
	for (pos = list_first_entry(head, typeof(*pos), member), \
	     n = list_entry(pos->member.next, typeof(*pos), member); \
	     &pos->member != (head); pos = n, n = list_entry(n->member.next, typeof(*n), member))

#endif
