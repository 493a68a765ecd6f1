/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interlocks: which frames calls are at work on, so that another call there answers cc 2.
 *
 * Two lists: of single calls, on their stacks, and of bulks that were exposed in the midst of a call. Both are short: a
 * processor is in one call at a time.
 */
#include "uv/uvc.h"

void interlock_set(struct interlock **list, struct interlock *lock)
{
	lock->next = *list;
	lock->at = list;
	if (lock->next != NULL)
		lock->next->at = &lock->next;
	*list = lock;
	if (lock->conf != NULL)
		lock->conf->in_flight++;
	if (lock->owner != NULL)
		lock->owner->in_flight++;
}

void interlock_clear(struct interlock *lock)
{
	*lock->at = lock->next;
	if (lock->next != NULL)
		lock->next->at = lock->at;
	if (lock->conf != NULL)
		lock->conf->in_flight--;
	if (lock->owner != NULL)
		lock->owner->in_flight--;
}

uint64_t interlock_next(const struct uv *uv, uint64_t number, uint64_t n)
{
	uint64_t lowest = n;

	for (const struct interlock *lock = uv->calls; lock != NULL; lock = lock->next)
		if (lock->number - number < lowest)
			lowest = lock->number - number;
	for (const struct interlock *lock = uv->held; lock != NULL; lock = lock->next)
		if (lock->number - number < lowest)
			lowest = lock->number - number;
	return number + lowest;
}
