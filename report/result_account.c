/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The account in the result document: where every picosecond of every thread went.
 *
 * Models sim/account.h as JSON. Children are sorted by name and kind, not by when they were first
 * met: a bulk meets the parts of its round in another order than single steps do, and the document
 * may not tell the two apart.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/parts.h"
#include "sim/thread.h"

/* An owner is a kind of time and, where it says more, the name of the leaf. */
struct owner {
	enum sim_kind kind;
	const char *name;
	sim_time time;
};

struct owners {
	struct owner *owner;
	size_t count, room;
};

static bool kind_has_name(enum sim_kind kind)
{
	return kind != SIM_KIND_WAIT_CPU && kind != SIM_KIND_SWITCH;
}

static void owners_add(struct owners *owners, enum sim_kind kind, const char *name, sim_time time)
{
	for (size_t i = 0; i < owners->count; i++) {
		struct owner *owner = &owners->owner[i];

		if (owner->kind == kind &&
		    (!kind_has_name(kind) || strcmp(owner->name, name) == 0)) {
			owner->time += time;
			return;
		}
	}
	if (owners->count == owners->room) {
		owners->room = owners->room ? 2 * owners->room : 16;
		owners->owner = realloc(owners->owner, owners->room * sizeof(*owners->owner));
		assert(owners->owner);
	}
	owners->owner[owners->count++] = (struct owner){ kind, name, time };
}

static void owners_gather(struct owners *owners, const struct sim_account *node)
{
	if (node->self)
		owners_add(owners, node->kind, node->name, node->self);
	for (const struct sim_account *child = node->child; child; child = child->next)
		owners_gather(owners, child);
}

/* Longest first; equal times by kind and name, so that the order is total. */
static int owner_order(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

json_t *part_spent(const struct sim_account *account)
{
	json_t *spent = json_object();
	struct owners owners = { 0 };

	if (account)
		owners_gather(&owners, account);
	if (owners.count)
		qsort(owners.owner, owners.count, sizeof(*owners.owner), owner_order);
	for (size_t i = 0; i < owners.count; i++) {
		const struct owner *owner = &owners.owner[i];
		char label[160];

		snprintf(label, sizeof(label), "%s%s%s", sim_kind_name(owner->kind),
			 kind_has_name(owner->kind) ? " " : "",
			 kind_has_name(owner->kind) ? owner->name : "");
		json_object_set_new_nocheck(spent, label, part_time(owner->time));
	}
	free(owners.owner);
	return spent;
}

static int node_order(const void *a, const void *b)
{
	const struct sim_account *x = *(const struct sim_account *const *)a;
	const struct sim_account *y = *(const struct sim_account *const *)b;
	int order = strcmp(x->name, y->name);

	if (order == 0 && x->kind != y->kind)
		order = x->kind < y->kind ? -1 : 1;
	return order;
}

static bool node_is_empty(const struct sim_account *node)
{
	return node->count == 0 && sim_account_total(node) == 0;
}

static json_t *tree(const struct sim_account *node)
{
	json_t *children = json_array();
	const struct sim_account **sorted;
	size_t count = 0;

	for (const struct sim_account *child = node->child; child; child = child->next)
		count++;
	sorted = calloc(count + 1, sizeof(*sorted));
	assert(sorted);
	count = 0;
	for (const struct sim_account *child = node->child; child; child = child->next) {
		if (!node_is_empty(child))
			sorted[count++] = child;
	}
	qsort(sorted, count, sizeof(*sorted), node_order);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(children, tree(sorted[i]));
	free(sorted);
	return json_pack("{s:o, s:s, s:o, s:I, s:o}", "name", part_text(node->name), "kind",
			 sim_kind_name(node->kind), "self", part_time(node->self), "count",
			 (json_int_t)node->count, "children", children);
}

static json_t *thread_part(const struct sim_thread *thread)
{
	const struct sim_account *account = sim_thread_account(thread);
	sim_time begin = sim_thread_begin(thread), end = sim_thread_end(thread);
	/* A thread that is alive has lived until now. */
	sim_time life = (end == SIM_FOREVER ? sim_now() : end) - begin;
	json_int_t balance = (json_int_t)(life - sim_account_total(account));

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o}", "name",
			 part_text(sim_thread_name(thread)), "begin", part_time(begin), "end",
			 part_time(end), "life", part_time(life), "cpu",
			 part_time(sim_thread_cpu_time(thread)), "balance", balance, "account",
			 tree(account));
}

json_t *part_threads(void)
{
	json_t *threads = json_array();
	const struct sim_thread *thread = NULL;

	while ((thread = sim_thread_next(thread)) != NULL)
		json_array_append_new(threads, thread_part(thread));
	return threads;
}
