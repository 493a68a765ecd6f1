/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists in the order of use, as shrinkers keep them: one list, since there are no nodes and no groups that ask. The
 * walker's callback says what becomes of each item. Source of behaviour: Linux 6.12 mm/list_lru.c.
 */
#ifndef UVSIM_LINUX_LIST_LRU_H
#define UVSIM_LINUX_LIST_LRU_H

#include <linux/list.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>

enum lru_status { LRU_REMOVED, LRU_REMOVED_RETRY, LRU_ROTATE, LRU_SKIP, LRU_RETRY, LRU_STOP };

struct list_lru_one {
	struct list_head list;
	unsigned long nr_items;
};

struct list_lru {
	spinlock_t lock;
	struct list_lru_one one;
};

UVSIM_STUB int list_lru_init(struct list_lru *lru)
{
	spin_lock_init(&lru->lock);
	INIT_LIST_HEAD(&lru->one.list);
	lru->one.nr_items = 0;
	return 0;
}
#define list_lru_init_memcg(lru, shrinker) ((void)(shrinker), list_lru_init(lru))
#define list_lru_destroy(lru) ((void)(lru))

UVSIM_STUB bool list_lru_add_obj(struct list_lru *lru, struct list_head *item)
{
	bool added;

	spin_lock(&lru->lock);
	added = list_empty(item);
	if (added) {
		list_add_tail(item, &lru->one.list);
		lru->one.nr_items++;
	}
	spin_unlock(&lru->lock);
	return added;
}

UVSIM_STUB bool list_lru_del_obj(struct list_lru *lru, struct list_head *item)
{
	bool removed;

	spin_lock(&lru->lock);
	removed = !list_empty(item);
	if (removed) {
		list_del_init(item);
		lru->one.nr_items--;
	}
	spin_unlock(&lru->lock);
	return removed;
}
/* (lru, item[, node, group]) */
#define list_lru_add(lru, item, where...) list_lru_add_obj(lru, item)
#define list_lru_del(lru, item, where...) list_lru_del_obj(lru, item)

UVSIM_STUB unsigned long list_lru_count(struct list_lru *lru)
{
	return lru->one.nr_items;
}
#define list_lru_shrink_count(lru, control) ((void)(control), list_lru_count(lru))

UVSIM_STUB void list_lru_isolate(struct list_lru_one *one, struct list_head *item)
{
	list_del_init(item);
	one->nr_items--;
}

UVSIM_STUB void list_lru_isolate_move(struct list_lru_one *one, struct list_head *item, struct list_head *head)
{
	list_move(item, head);
	one->nr_items--;
}

/* (item, list, argument), up to 6.12 with the lock before the argument: see UVSIM_LRU_LOCK. */
#if UVSIM_LINUX_VERSION < KERNEL_VERSION(6, 13, 0)
#define UVSIM_LRU_LOCK(lru) &(lru)->lock,
typedef enum lru_status (*list_lru_walk_cb)(struct list_head *item, struct list_lru_one *one, spinlock_t *lock,
					    void *argument);
#else
#define UVSIM_LRU_LOCK(lru)
typedef enum lru_status (*list_lru_walk_cb)(struct list_head *item, struct list_lru_one *one, void *argument);
#endif

/* Items isolated; what a callback did that gave up the lock is looked at from the start. */
UVSIM_STUB unsigned long list_lru_walk(struct list_lru *lru, list_lru_walk_cb isolate, void *argument, unsigned long n)
{
	struct list_head *item, *next;
	unsigned long isolated = 0;
	bool stop = false;

	spin_lock(&lru->lock);
restart:
	list_for_each_safe(item, next, &lru->one.list) {
		enum lru_status status;

		if (stop || !n)
			break;
		n--;
		status = isolate(item, &lru->one, UVSIM_LRU_LOCK(lru) argument);
		isolated += status == LRU_REMOVED || status == LRU_REMOVED_RETRY;
		if (status == LRU_ROTATE)
			list_move_tail(item, &lru->one.list);
		stop = status == LRU_STOP;
		if (status == LRU_RETRY || status == LRU_REMOVED_RETRY) {
			if (!spin_is_locked(&lru->lock))
				spin_lock(&lru->lock);
			goto restart;
		}
	}
	spin_unlock(&lru->lock);
	return isolated;
}
#define list_lru_shrink_walk(lru, control, isolate, argument) \
	list_lru_walk((lru), (isolate), (argument), (control)->nr_to_scan)

#endif
