/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The references of pv.c: see the header. A pv.c holds few at a time, so a list of those in use will do. What it holds
 * beyond HELD_MAX is only counted, and one given back that the list does not have is taken for one of those.
 *
 * Modelled on what page_ref, refcount_t and lockdep's lists of holders tell a kernel developer. Left out: references
 * that algorithms of our own take (there is no line to name), and those of the kernel around pv.c.
 */
#include "mm/reference.h"

#include "mm/internal.h"

#include <string.h>

#define HELD_MAX 1024

struct mm_reference {
	enum reference_kind kind;
	const void *object;
	struct sim_site site;
	unsigned count;
	struct mm_reference *next;
};

static const struct {
	const char *finding, *to;
} kinds[] = {
	[REFERENCE_USER] = { "mm-users", "an address space in use" },
	[REFERENCE_MM] = { "mm-count", "an address space" },
	[REFERENCE_VM] = { "kvm-count", "a VM" },
	[REFERENCE_FOLIO] = { "folio-count", "a folio" },
	[REFERENCE_MODULE] = { "module-count", "a module" },
	[REFERENCE_TASK] = { "task-count", "a task" },
};

static bool same_site(const struct sim_site *a, const struct sim_site *b)
{
	return a->depth == b->depth && !memcmp(a->pc, b->pc, a->depth * sizeof(a->pc[0]));
}

/* Those of one place, which is the latest that has taken any; or @site, if it is not NULL. */
static struct mm_reference **find(struct host *host, enum reference_kind kind, const void *object,
				  const struct sim_site *site)
{
	struct mm_reference **at = &host->references;

	while (*at && ((*at)->kind != kind || (*at)->object != object || (site && !same_site(&(*at)->site, site))))
		at = &(*at)->next;
	return at;
}

static struct mm_reference *add(struct host *host, enum reference_kind kind, const void *object)
{
	struct mm_reference *reference = host->spare_references;

	if (reference)
		host->spare_references = reference->next;
	else
		reference = sim_alloc(sizeof(*reference));
	*reference = (struct mm_reference){ .kind = kind, .object = object, .next = host->references };
	host->references = reference;
	host->references_held++;
	return reference;
}

void reference_taken(struct host *host, enum reference_kind kind, const void *object)
{
	struct mm_reference *reference;
	struct sim_site site;

	sim_site_here(&site);
	reference = *find(host, kind, object, &site);
	if (!reference && host->references_held == HELD_MAX) {
		host->references_beyond++;
		return;
	}
	if (!reference)
		reference = add(host, kind, object);
	reference->count++;
	reference->site = site;
}

bool reference_held(struct host *host, enum reference_kind kind, const void *object)
{
	return *find(host, kind, object, NULL) != NULL;
}

bool reference_given(struct host *host, enum reference_kind kind, const void *object, const char *what,
		     const char *name)
{
	struct mm_reference **at = find(host, kind, object, NULL), *reference = *at;
	struct sim_site site;

	if (!reference) {
		if (host->references_beyond) {
			host->references_beyond--;
			return true;
		}
		sim_site_here(&site);
		sim_find(kinds[kind].finding, "%s of %s %s, which has taken no reference to it", what, name,
			 sim_site_text(&site));
		return false;
	}
	if (--reference->count)
		return true;
	*at = reference->next;
	reference->next = host->spare_references;
	host->spare_references = reference;
	host->references_held--;
	return true;
}

/* How many are held of those that one place took is no part of it: a page-by-page run may have met more of them. */
static bool told(const struct host *host, const struct mm_reference *reference)
{
	const struct mm_reference *other;

	for (other = host->references; other != reference; other = other->next)
		if (other->kind == reference->kind && same_site(&other->site, &reference->site))
			return true;
	return false;
}

void reference_check_end(struct host *host)
{
	const struct mm_reference *reference;

	if (host->references_beyond)
		sim_find("folio-count", "of the references beyond %u that were held at a time %llu are never "
			 "given back",
			 HELD_MAX, (unsigned long long)host->references_beyond);
	for (reference = host->references; reference; reference = reference->next)
		if (reference->kind != REFERENCE_USER && !told(host, reference))
			sim_find(kinds[reference->kind].finding, "a reference to %s, taken %s, is never given back",
				 kinds[reference->kind].to, sim_site_text(&reference->site));
}

void reference_check_livelock(void *ctx)
{
	struct host *host = ctx;
	const struct mm_reference *reference, *first = NULL;
	const void *folio = (const void *)(host->refused << PAGE_SHIFT);

	/* Later ones are those of the import itself. */
	for (reference = host->references; host->refused && reference; reference = reference->next)
		if (reference->kind == REFERENCE_FOLIO && reference->object == folio)
			first = reference;
	if (first)
		sim_find("folio-count", "a reference to a folio, taken %s, is held, and its import is refused",
			 sim_site_text(&first->site));
}
