/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel thread of builtin:lazy, and its OOM notifier.
 *
 * After a reboot the thread walks the address space, which the new guest uses meanwhile. It stops early when only such
 * threads use the address space any more: its end comes next, and cleans faster. (The series asked whether the thread
 * was the only user, so that two of them kept each other walking.) When the last one lets go of the address space,
 * exit_mmap() runs in it; then nothing is set aside any more.
 *
 * After a shutdown there is no address space, only the list of pages set aside (mm/aside.h). While the thread works it
 * off, an OOM notifier is registered. It frees nothing: it makes whoever wants memory wait for the thread.
 *
 * Source of behaviour: the lazy destroy series of May to August 2021; what its second form of the notifier does was
 * agreed upon in the discussion of the first version, and not posted. Left out: the end of the wait in that form when
 * the thread makes no progress, since nothing here can stop it.
 */
#include <stdio.h>

#include "kvm/algorithms/builtin.h"
#include "kvm/algorithms/lazy.h"
#include "mm/aside.h"
#include "mm/pressure.h"
#include "sim/convoy.h"
#include "sim/engine.h"
#include "uv/cost.h"
#include "uv/uvcb.h"

#define STOP_SIGNAL 9	/* fatal, as a walk asks for */

/* The OOM notifier as posted. */
#define NOTIFIER_PRIORITY 70
#define NOTIFIER_SLEEP (20 * SIM_MS)
#define NOTIFIER_ENOUGH 1024	/* pages that others have freed: then it does nothing */

/* The OOM notifier as agreed upon. */
#define NOTIFIER_PAGES 256

/* --- after a reboot --------------------------------------------------------------------------- */

/* Does nobody else use the address space? Then walks are the slower way to its end. */
static void stop_walks(struct mm *mm)
{
	struct deferred *deferred;
	unsigned walks = 0;

	for (deferred = mm->user_left_ctx; deferred; deferred = deferred->next)
		walks++;
	if (mm->users > walks)
		return;
	for (deferred = mm->user_left_ctx; deferred; deferred = deferred->next)
		sim_signal_send(deferred->thread, STOP_SIGNAL, true);
}

static void walk(struct deferred *deferred)
{
	struct mm *mm = deferred->mm->sim;
	struct deferred **at = (struct deferred **)&mm->user_left_ctx;

	deferred->thread = sim_self();
	deferred->next = *at;
	*at = deferred;
	mm->user_left = stop_walks;
	stop_walks(mm);
	if (!sim_fatal_signal_pending(deferred->thread))
		mm_destroy_range(mm, 0, WHOLE_SPACE, true);
	while (*at != deferred)
		at = &(*at)->next;
	*at = deferred->next;
	/* Nobody would come to work off a list. */
	if (mm->users == 1)
		mm->aside->off = true;
	mm_put(mm);
}

/* --- after a shutdown ------------------------------------------------------------------------- */

/* A notifier that knows whose list is being worked off. */
struct lazy_oom {
	struct oom_notifier notifier;	/* first */
	struct mm *mm;
};

static bool notified_posted(struct oom_notifier *notifier, uint64_t *freed)
{
	struct mm *mm = ((struct lazy_oom *)notifier)->mm;
	uint64_t before;
	struct sim_place place = { .number = &before, .count = 1, .waits = true };

	if (*freed > NOTIFIER_ENOUGH)
		return false;
	before = mm_aside_cleaned(mm);
	sim_place_push(&place);
	sim_sleep(NOTIFIER_SLEEP, false, "lazy destroy");
	sim_place_pop(&place);
	*freed += mm_aside_cleaned(mm) - before;
	return false;
}

static bool notified_256(struct oom_notifier *notifier, uint64_t *freed)
{
	struct mm *mm = ((struct lazy_oom *)notifier)->mm;
	uint64_t before = mm_aside_cleaned(mm), pages;
	struct sim_place place = { .number = &before, .count = 1 };

	sim_place_push(&place);
	mm_aside_wait(mm, NOTIFIER_PAGES);
	sim_place_pop(&place);
	pages = mm_aside_cleaned(mm) - before;
	*freed += pages < NOTIFIER_PAGES ? pages : NOTIFIER_PAGES;
	return false;
}

void lazy_clean_list(struct mm *mm)
{
	if (mm_aside_held(mm))
		mm_aside_clean(mm);
}

static void clean_list_notified(struct deferred *deferred)
{
	struct mm *mm = deferred->mm->sim;
	struct lazy_oom oom = {
		.notifier.call = deferred->notifier == LAZY_NOTIFIER_256 ? notified_256 : notified_posted,
		.notifier.priority = NOTIFIER_PRIORITY,
		.mm = mm,
	};

	if (deferred->notifier != LAZY_NOTIFIER_NONE)
		oom_notifier_register(mm->host, &oom.notifier);
	lazy_clean_list(mm);
	if (deferred->notifier != LAZY_NOTIFIER_NONE)
		oom_notifier_unregister(mm->host, &oom.notifier);
}

/* --- both ------------------------------------------------------------------------------------- */

static void destroy_vm_thread(void *arg)
{
	struct deferred *deferred = arg;
	struct mm *mm = deferred->mm->sim;
	struct host *host = mm->host;
	uint16_t rc, rrc;

	sim_span_push("destroy_vm_thread");
	if (deferred->has_mm)
		walk(deferred);
	else
		clean_list_notified(deferred);
	/* When the call fails, everything the configuration holds is lost. */
	if (!uv_cmd_nodata(host->uv, deferred->handle, UVC_CMD_DESTROY_SEC_CONF, &rc, &rrc)) {
		algo_uncount(deferred->mm);
		host_free_pages(host, deferred->table, TOP_TABLE_ORDER);
		algo_storage_free(host, deferred->storage);
	}
	host_kfree(host, deferred);
	mm_drop(mm);
	sim_span_pop();
}

void lazy_start_thread(const struct kvm_vm *vm, struct deferred *deferred)
{
	struct sim_thread_attr attr = { .group = vm->name };
	char name[192];

	sim_burn(cost(COST_HOST_KTHREAD), SIM_KIND_KERNEL, cost_key(COST_HOST_KTHREAD));
	snprintf(name, sizeof(name), BUILTIN_LAZY_THREAD "/%s-%llx", vm->name,
		 (unsigned long long)deferred->handle);
	sim_spawn(name, destroy_vm_thread, deferred, &attr);
}
