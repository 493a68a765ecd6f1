/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who waits for whom: a circle of threads that wait for each other's locks is found the moment it closes.
 *
 * A thread that wants a lock waits for those that hold it and for those before it in the queue that it cannot share
 * the lock with. A circle in which somebody can be killed out of his wait is left alone. Waits for events
 * (wait queues, completions) have no holder; if they are what keeps everybody, the run ends with nothing left to
 * do and all that is known is who sleeps on what.
 */
#include "sim/finding_internal.h"
#include "sim/lockdep.h"

static const struct lock_held *held_by(const struct sim_thread *thread, const void *lock)
{
	unsigned i;

	for (i = 0; i < thread->held_count; i++)
		if (thread->held[i].lock == lock)
			return &thread->held[i];
	return NULL;
}

static bool queued_before(const struct sim_thread *first, const struct sim_thread *second)
{
	const struct sim_waiter *waiter;

	for (waiter = second->wants_list->head; waiter && waiter->thread != second; waiter = waiter->next)
		if (waiter->thread == first)
			return waiter->write || second->wants_write;
	return false;
}

/* Must @other go on before @thread, which wants a lock, can? */
static bool blocks(const struct sim_thread *other, const struct sim_thread *thread)
{
	const struct lock_held *held = held_by(other, thread->wants);

	if (held && (thread->wants_write || !(held->use & LOCK_READ)))
		return true;
	return other != thread && other->wants == thread->wants && queued_before(other, thread);
}

static const struct sim_thread *holder_of(const struct sim_thread *thread)
{
	const struct sim_thread *other;

	for (other = sim->threads; other; other = other->next)
		if (other->state != THREAD_ENDED && blocks(other, thread))
			return other;
	return NULL;
}

const char *lock_wait_text(const struct sim_thread *thread)
{
	const struct sim_thread *other = holder_of(thread);
	const struct lock_held *held = other ? held_by(other, thread->wants) : NULL;
	const char *to = thread->wants_write ? "" : " for read";

	if (!other)
		return sim_text("waits for %s%s", thread->wants_name, to);
	if (!held)
		return sim_text("waits for %s%s, behind %s", thread->wants_name, to, other->name);
	return sim_text("waits for %s%s, held %sby %s", thread->wants_name, to,
			held->use & LOCK_READ ? "for read " : "", other == thread ? "itself" : other->name);
}

/*
 * Follow the waits from @thread; the text of the circle if one leads back to the running thread. A thread that was
 * looked at leads nowhere else.
 */
static const char *circle(struct sim_thread *thread)
{
	struct sim_thread *other;

	thread->mark = sim->mark;
	if (!thread->wants || thread->wants_killable)
		return NULL;
	for (other = sim->threads; other; other = other->next) {
		const char *rest = "";

		if (other->state == THREAD_ENDED || !blocks(other, thread))
			continue;
		if (other != sim->self && other->mark == sim->mark)
			continue;
		if (other != sim->self)
			rest = circle(other);
		if (rest)
			return sim_text("%s %s%s%s", thread->name, lock_wait_text(thread), *rest ? "; " : "", rest);
	}
	return NULL;
}

void lockdep_wait(const void *lock, const char *name, const struct sim_wait_list *list, bool write, bool killable)
{
	struct sim_thread *self = sim->self;
	const char *text;

	sim_event_note(SIM_EVENT_WAIT, name, 0, 0);
	self->wants = lock;
	self->wants_name = name;
	self->wants_list = list;
	self->wants_write = write;
	self->wants_killable = killable;
	if (sim->config.no_oracle)
		return;
	sim->mark++;
	text = circle(self);
	if (!text)
		return;
	sim_find("deadlock", "%s", text);
	sim->deadlocked = true;
}

void lockdep_wait_over(void)
{
	sim_event_note(SIM_EVENT_RESUME, sim->self->wants_name, 0, 0);
	sim->self->wants = NULL;
}

void lockdep_stuck(void)
{
	const struct sim_thread *thread;
	const char *text = "";
	unsigned count = 0;

	if (sim->deadlocked)
		return;
	for (thread = sim->threads; thread; thread = thread->next) {
		if (thread->state != THREAD_BLOCKED && thread->state != THREAD_SPINNING)
			continue;
		if (thread->daemon)
			continue;
		if (count++ < 8)
			text = sim_text("%s%s%s %s", text, *text ? "; " : "", thread->name,
					thread->wants ? lock_wait_text(thread) :
							sim_text("sleeps: %s", thread->wait_name));
	}
	sim_find("deadlock", "nothing can run and %u thread%s left: %s%s", count, count == 1 ? " is" : "s are", text,
		 count > 8 ? "; ..." : "");
}
