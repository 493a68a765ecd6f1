/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Account nodes, spans, and the table of interned names behind them.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/internal.h"

/* Open addressing; used for look-up only, its order is never seen. */
struct intern_table {
	const char **name;
	size_t size, count;
};

static uint64_t name_hash(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 0x100000001b3ULL;
	return hash;
}

void intern_init(void)
{
	struct intern_table *table = sim_alloc(sizeof(*table));

	table->size = 256;
	table->name = calloc(table->size, sizeof(*table->name));
	if (!table->name)
		sim_fatal("out of memory for names");
	sim->names = table;
}

void intern_free(void)
{
	free(sim->names->name);
}

static void intern_grow(struct intern_table *table)
{
	const char **old = table->name;
	size_t size = table->size, i, slot;

	table->size *= 2;
	table->name = calloc(table->size, sizeof(*table->name));
	if (!table->name)
		sim_fatal("out of memory for names");
	for (i = 0; i < size; i++) {
		if (!old[i])
			continue;
		slot = name_hash(old[i]) & (table->size - 1);
		while (table->name[slot])
			slot = (slot + 1) & (table->size - 1);
		table->name[slot] = old[i];
	}
	free(old);
}

const char *sim_intern(const char *name)
{
	struct intern_table *table = sim->names;
	size_t slot = name_hash(name) & (table->size - 1);
	size_t bytes;
	char *copy;

	while (table->name[slot]) {
		if (!strcmp(table->name[slot], name))
			return table->name[slot];
		slot = (slot + 1) & (table->size - 1);
	}
	bytes = strlen(name) + 1;
	copy = sim_alloc(bytes);
	memcpy(copy, name, bytes);
	table->name[slot] = copy;
	if (++table->count * 2 > table->size)
		intern_grow(table);
	return copy;
}

static const struct {
	const char *name;
	bool on_cpu;
} kinds[SIM_KIND_COUNT] = {
	[SIM_KIND_SPAN] = { "span", false },
	[SIM_KIND_KERNEL] = { "kernel", true },
	[SIM_KIND_UVC] = { "uvc", true },
	[SIM_KIND_GUEST] = { "guest", true },
	[SIM_KIND_USER] = { "user", true },
	[SIM_KIND_SPIN] = { "spin", true },
	[SIM_KIND_SWITCH] = { "switch", true },
	[SIM_KIND_WAIT_CPU] = { "wait-cpu", false },
	[SIM_KIND_WAIT_LOCK] = { "wait-lock", false },
	[SIM_KIND_SLEEP] = { "sleep", false },
};

const char *sim_kind_name(enum sim_kind kind)
{
	return kinds[kind].name;
}

bool sim_kind_on_cpu(enum sim_kind kind)
{
	return kinds[kind].on_cpu;
}

struct sim_account *account_root(const char *name)
{
	struct sim_account *node = sim_alloc(sizeof(*node));

	node->name = sim_intern(name);
	node->seen = name;
	return node;
}

static struct sim_account *account_add(struct sim_account *parent, enum sim_kind kind, const char *name)
{
	struct sim_account *node = account_root(name);

	node->kind = kind;
	node->parent = parent;
	if (parent->last)
		parent->last->next = node;
	else
		parent->child = node;
	parent->last = node;
	return node;
}

/* The same name mostly comes as the same pointer; only if it does not, text is compared. */
struct sim_account *account_child(struct sim_account *parent, enum sim_kind kind, const char *name)
{
	struct sim_account *node;

	for (node = parent->child; node; node = node->next)
		if (node->seen == name && node->kind == kind)
			return node;
	for (node = parent->child; node; node = node->next)
		if (node->kind == kind && !strcmp(node->name, name))
			break;
	if (!node)
		node = account_add(parent, kind, name);
	node->seen = name;
	return node;
}

void sim_span_mute(bool on)
{
	sim->self->spans_muted = on;
}

bool sim_span_muted(void)
{
	return sim->self->spans_muted;
}

void sim_span_push(const char *name)
{
	struct sim_thread *self = sim->self;

	self->span = account_child(self->span, SIM_KIND_SPAN, name);
	self->span->count++;
	if (sim->trace)
		sim->trace(sim->trace_ctx, &(struct sim_trace_event){
			SIM_TRACE_BEGIN, sim->now, self, self->span->name, 0 });
	if (sim->watch.entered)
		sim->watch.entered(sim->watch.ctx, self->span->name);
}

void sim_span_pop(void)
{
	struct sim_thread *self = sim->self;

	assert(self->span->parent);
	if (sim->trace)
		sim->trace(sim->trace_ctx, &(struct sim_trace_event){
			SIM_TRACE_END, sim->now, self, self->span->name, 0 });
	self->span = self->span->parent;
}

const struct sim_account *sim_span_current(void)
{
	return sim->self->span;
}

sim_time sim_account_total(const struct sim_account *node)
{
	sim_time total = node->self;
	const struct sim_account *child;

	for (child = node->child; child; child = child->next)
		total += sim_account_total(child);
	return total;
}

sim_time sim_account_total_kind(const struct sim_account *node, enum sim_kind kind)
{
	sim_time total = node->kind == kind ? node->self : 0;
	const struct sim_account *child;

	for (child = node->child; child; child = child->next)
		total += sim_account_total_kind(child, kind);
	return total;
}
