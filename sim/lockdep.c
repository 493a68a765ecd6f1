/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of locks, what is held, and sleep where there may be none: see sim/lockdep.h.
 */
#include <stdint.h>
#include <string.h>

#include "sim/finding_internal.h"
#include "sim/lockdep.h"

/* Classes beyond these are not ordered; the model and a pv.c have some twenty. */
#define CLASSES 64
#define NAMES 256

struct lock_edge {
	const char *where;	/* the second lock was taken here */
	const char *thread;
};

struct lock_order {
	const char *class_name[CLASSES];
	unsigned classes;
	struct {
		const char *name;
		unsigned class;
	} seen[NAMES];			/* by address of the name: look-up only */
	uint64_t after[CLASSES];	/* bit j of [i]: j was taken while i was held */
	struct lock_edge *edge[CLASSES][CLASSES];
};

static struct lock_order *order(void)
{
	if (!sim->lock_order)
		sim->lock_order = sim_alloc(sizeof(*sim->lock_order));
	return sim->lock_order;
}

static unsigned class_by_text(struct lock_order *o, const char *name)
{
	unsigned i;

	for (i = 0; i < o->classes; i++)
		if (!strcmp(o->class_name[i], name))
			return i;
	if (o->classes == CLASSES)
		return CLASSES;
	o->class_name[o->classes] = sim_intern(name);
	return o->classes++;
}

static unsigned class_of(struct lock_order *o, const char *name)
{
	unsigned slot = (unsigned)((uintptr_t)name >> 2) % NAMES;

	if (o->seen[slot].name != name) {
		o->seen[slot].class = class_by_text(o, name);
		o->seen[slot].name = name;
	}
	return o->seen[slot].class;
}

const char *lock_held_text(const struct sim_thread *thread)
{
	const char *text = "";
	unsigned i;

	for (i = 0; i < thread->held_count; i++) {
		const struct lock_held *held = &thread->held[i];

		text = sim_text("%s%s%s%s (taken %s)", text, *text ? ", " : "", held->name,
				held->use & LOCK_READ ? " for read" : "", sim_site_text(&held->site));
	}
	return text;
}

/* --- order --------------------------------------------------------------------------------------------------- */

/* The way from class @from to @to along known edges, as text; NULL if there is none. */
static const char *path(const struct lock_order *o, unsigned from, unsigned to, uint64_t *visited)
{
	uint64_t next = o->after[from];
	unsigned i;

	*visited |= (uint64_t)1 << from;
	for (i = 0; i < o->classes; i++) {
		const struct lock_edge *edge = o->edge[from][i];
		const char *rest = "";

		if (!(next >> i & 1) || (i != to && *visited >> i & 1))
			continue;
		if (i != to)
			rest = path(o, i, to, visited);
		if (rest)
			return sim_text("; %s under %s in %s, %s%s", o->class_name[i], o->class_name[from],
					edge->thread, edge->where, rest);
	}
	return NULL;
}

static void edge_add(struct lock_order *o, unsigned from, unsigned to)
{
	struct lock_edge *edge = sim_alloc(sizeof(*edge));
	uint64_t visited = 0;
	struct sim_site site;
	const char *back;

	sim_site_here(&site);
	edge->where = sim_site_text(&site);
	edge->thread = sim->self->name;
	back = path(o, to, from, &visited);
	if (back)
		sim_find("lock-order", "%s is taken under %s (%s), elsewhere the other way round%s",
			 o->class_name[to], o->class_name[from], edge->where, back);
	o->edge[from][to] = edge;
	o->after[from] |= (uint64_t)1 << to;
}

static void order_after_held(const char *name)
{
	struct lock_order *o = order();
	unsigned to = class_of(o, name), i;

	if (to == CLASSES)
		return;
	for (i = 0; i < sim->self->held_count; i++) {
		unsigned from = class_of(o, sim->self->held[i].name);

		if (from != to && from != CLASSES && !(o->after[from] >> to & 1))
			edge_add(o, from, to);
	}
}

/* A reader that reads again gets stuck behind a writer in between. What gets stuck at once is a deadlock. */
static void check_again(const void *lock, const char *name)
{
	const struct sim_thread *self = sim->self;
	unsigned i;

	for (i = 0; i < self->held_count; i++)
		if (self->held[i].lock == lock && self->held[i].use & LOCK_READ)
			sim_find("recursive-read", "%s is read-locked again by its reader, which a writer that queues "
				 "in between would stop for good; held: %s", name, lock_held_text(self));
}

void lockdep_before(const void *lock, const char *name, unsigned use)
{
	struct sim_thread *self = sim->self;

	if (sim->config.no_oracle || !self)
		return;
	if (!(use & (LOCK_SPINS | LOCK_SECTION)))
		sim_might_sleep(name);
	if (!self->held_count || use & LOCK_SECTION)
		return;
	if (use & LOCK_READ)
		check_again(lock, name);
	order_after_held(name);
}

void sim_lock_order(const char *const *names)
{
	struct lock_order *o = order();

	for (; names[0] && names[1]; names++) {
		unsigned from = class_of(o, names[0]), to = class_of(o, names[1]);
		struct lock_edge *edge = sim_alloc(sizeof(*edge));

		edge->where = "by the rules of mm";
		edge->thread = "the kernel";
		o->edge[from][to] = edge;
		o->after[from] |= (uint64_t)1 << to;
	}
}

void sim_might_lock(const char *name)
{
	if (!sim->config.no_oracle && sim->self && sim->self->held_count)
		order_after_held(name);
}

/* --- held ------------------------------------------------------------------------------------------------------ */

void lockdep_taken(struct sim_thread *thread, const void *lock, const char *name, unsigned use)
{
	struct lock_held *held;

	if (sim->config.no_oracle || !thread || thread->held_count == LOCK_HELD_MAX)
		return;
	held = &thread->held[thread->held_count++];
	held->lock = lock;
	held->name = name;
	held->use = (uint8_t)use;
	held->slept = false;
	held->site.depth = 0;
	held->site.span = thread->span->name;
	if (thread == sim->self && thread->in_code)
		sim_site_here(&held->site);
	thread->atomic += (use & LOCK_SPINS) != 0;
}

void lockdep_released(const void *lock, const char *name)
{
	struct sim_thread *self = sim->self;
	unsigned i;

	if (sim->config.no_oracle || !self)
		return;
	for (i = self->held_count; i-- > 0;) {
		if (self->held[i].lock != lock)
			continue;
		self->atomic -= (self->held[i].use & LOCK_SPINS) != 0;
		memmove(&self->held[i], &self->held[i + 1], (--self->held_count - i) * sizeof(self->held[0]));
		return;
	}
	if (self->held_count < LOCK_HELD_MAX)
		sim_find("unlock", "%s is released by a thread that does not hold it", name);
}

void sim_might_sleep(const char *what)
{
	struct sim_thread *self = sim->self;
	struct lock_held *last = self && self->atomic && self->held_count ? &self->held[self->held_count - 1] : NULL;

	/* Once while they are held: how often it might sleep is another matter in bulk than in single steps. */
	if (!last || last->slept)
		return;
	last->slept = true;
	sim_find("atomic-sleep", "%s may sleep, under %s", what, lock_held_text(self));
}

bool sim_atomic(void)
{
	return sim->self && sim->self->atomic;
}

void sim_check_user_return(const char *what)
{
	struct sim_thread *self = sim->self;

	if (self && self->held_count)
		sim_find("lock-held", "%s with %s", what, lock_held_text(self));
}
