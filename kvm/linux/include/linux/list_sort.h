/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorting a list; equal ones keep their order. */
#ifndef UVSIM_LINUX_LIST_SORT_H
#define UVSIM_LINUX_LIST_SORT_H

#include <linux/list.h>

typedef int (*list_cmp_func_t)(void *priv, const struct list_head *a, const struct list_head *b);

/* By insertion: lists of leftovers are short. @compare is above 0 when its first argument belongs behind the second. */
UVSIM_STUB void list_sort(void *priv, struct list_head *head, list_cmp_func_t compare)
{
	struct list_head *at, *next, *place;

	for (at = head->next; at != head; at = next) {
		next = at->next;
		for (place = at->prev; place != head && compare(priv, place, at) > 0; place = place->prev)
			;
		list_move(at, place);
	}
}

#endif
