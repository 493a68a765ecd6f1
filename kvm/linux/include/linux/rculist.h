/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists under RCU: a thread is atomic between two calls of the simulator, so the ordinary ones do. */
#ifndef UVSIM_LINUX_RCULIST_H
#define UVSIM_LINUX_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

#define list_for_each_entry_srcu(pos, head, member, condition...) list_for_each_entry(pos, head, member)
#define list_splice_init_rcu(list, head, sync) do { (sync)(); list_splice_init((list), (head)); } while (0)
#define list_add_rcu(entry, head) list_add(entry, head)
#define list_add_tail_rcu(entry, head) list_add_tail(entry, head)
#define list_replace_rcu(old, entry) list_replace(old, entry)
#define list_entry_rcu(ptr, type, member) list_entry(ptr, type, member)
#define list_for_each_entry_rcu(pos, head, member, condition...) list_for_each_entry(pos, head, member)
#define list_first_or_null_rcu(head, type, member) list_first_entry_or_null(head, type, member)

/* Readers may be at it still: its way forward stays. */
UVSIM_STUB void list_del_rcu(struct list_head *entry)
{
	uvsim_list_unlink(entry);
	entry->prev = LIST_POISON2;
}

#define hlist_add_head_rcu(node, head) hlist_add_head(node, head)
#define hlist_for_each_entry_rcu(pos, head, member, condition...) hlist_for_each_entry(pos, head, member)

UVSIM_STUB void hlist_del_rcu(struct hlist_node *node)
{
	uvsim_hlist_unlink(node);
	node->pprev = LIST_POISON2;
}

UVSIM_STUB void hlist_del_init_rcu(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	uvsim_hlist_unlink(node);
	node->pprev = NULL;
}

#endif
