/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MMU notifiers of pv.c: registered with the address space, or shared through mmu_notifier_get().
 *
 * Called from here: release, invalidate_range_start and _end, invalidate_range and arch_invalidate_secondary_tlbs
 * (both before the end: with them the entries are gone), clear_flush_young. Nothing here asks clear_young and
 * test_young.
 *
 * Source of behaviour: Linux 6.12 mm/mmu_notifier.c.
 */
#include <assert.h>
#include <errno.h>

#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"

#define BLOCKABLE 1u	/* MMU_NOTIFIER_RANGE_BLOCKABLE */

struct shim_notifier {
	struct mm_notifier notifier;	/* first: mmu_notifier.sim points here */
	struct mmu_notifier *face;
	struct mm_struct *mm;
	struct work_struct work;	/* its end, after the last mmu_notifier_put() */
	struct shim_notifier *next_got;
};

static struct shim_notifier *of(struct mm_notifier *notifier)
{
	return (struct shim_notifier *)notifier;
}

static struct mmu_notifier_range range_of(const struct shim_notifier *shim, const struct mm_range *range)
{
	return (struct mmu_notifier_range){
		.mm = shim->mm, .start = range->start, .end = range->end, .flags = range->may_block ? BLOCKABLE : 0,
		.event = (enum mmu_notifier_event)range->event,
	};
}

static void release(struct mm_notifier *notifier, struct mm *mm)
{
	struct shim_notifier *shim = of(notifier);

	assert(shim->mm->sim == mm);
	shim->face->ops->release(shim->face, shim->mm);
}

static int begin(struct mm_notifier *notifier, struct mm *mm, const struct mm_range *range)
{
	struct shim_notifier *shim = of(notifier);
	struct mmu_notifier_range told = range_of(shim, range);
	int result;

	(void)mm;
	result = shim->face->ops->invalidate_range_start(shim->face, &told);
	if (result && range->may_block)
		kernel_services()->print(4, "mmu_notifier.c", 0, "invalidate_range_start",
					 "%d for a range that may block\n", result);
	return result;
}

static void end(struct mm_notifier *notifier, struct mm *mm, const struct mm_range *range)
{
	struct shim_notifier *shim = of(notifier);
	const struct mmu_notifier_ops *ops = shim->face->ops;
	struct mmu_notifier_range told = range_of(shim, range);

	(void)mm;
	if (ops->invalidate_range)
		ops->invalidate_range(shim->face, shim->mm, told.start, told.end);
	if (ops->arch_invalidate_secondary_tlbs)
		ops->arch_invalidate_secondary_tlbs(shim->face, shim->mm, told.start, told.end);
	if (ops->invalidate_range_end)
		ops->invalidate_range_end(shim->face, &told);
}

static bool young(struct mm_notifier *notifier, struct mm *mm, uint64_t start, uint64_t end)
{
	struct shim_notifier *shim = of(notifier);

	(void)mm;
	return shim->face->ops->clear_flush_young(shim->face, shim->mm, start, end) != 0;
}

static int add(struct mmu_notifier *face, struct mm_struct *mm, bool locked)
{
	struct shim_notifier *shim = sim_alloc(sizeof(*shim));
	const struct mmu_notifier_ops *ops = face->ops;
	int error;

	shim->notifier.release = ops->release ? release : NULL;
	shim->notifier.begin = ops->invalidate_range_start ? begin : NULL;
	shim->notifier.end = ops->invalidate_range_end || ops->invalidate_range ||
			     ops->arch_invalidate_secondary_tlbs ? end : NULL;
	shim->notifier.young = ops->clear_flush_young ? young : NULL;
	shim->face = face;
	shim->mm = mm;
	error = locked ? mm_notifier_register_locked(mm->sim, &shim->notifier) :
			 mm_notifier_register(mm->sim, &shim->notifier);
	face->mm = mm;
	face->users = 1;
	face->sim = error == 0 ? shim : NULL;
	return error;
}

int shim_notifier_register(struct mmu_notifier *face, struct mm_struct *mm)
{
	return add(face, mm, false);
}

static int notifier_locked(struct mmu_notifier *face, struct mm_struct *mm)
{
	return add(face, mm, true);
}

void shim_notifier_unregister(struct mmu_notifier *face, struct mm_struct *mm)
{
	struct shim_notifier *shim = face->sim;

	if (shim)
		mm_notifier_unregister(mm->sim, &shim->notifier);
	face->sim = NULL;
}

/* --- shared ones ------------------------------------------------------------------------------ */

static struct mmu_notifier *notifier_get(const struct mmu_notifier_ops *ops, struct mm_struct *mm)
{
	struct shim_notifier *shim = kernel_state()->got;
	struct mmu_notifier *face;
	int error;

	while (shim && (shim->face->ops != ops || shim->mm != mm || !shim->face->users))
		shim = shim->next_got;
	if (shim) {
		shim->face->users++;
		return shim->face;
	}
	face = ops->alloc_notifier(mm);
	if ((unsigned long)face >= -4095ul)
		return face;
	face->ops = ops;
	error = add(face, mm, true);
	if (error) {
		ops->free_notifier(face);
		return (struct mmu_notifier *)(long)error;
	}
	shim = face->sim;
	shim->next_got = kernel_state()->got;
	kernel_state()->got = shim;
	return face;
}

static void put_later(struct work_struct *work)
{
	struct shim_notifier *shim = (struct shim_notifier *)((char *)work - offsetof(struct shim_notifier, work));
	struct shim_notifier **at = &kernel_state()->got;
	struct mmu_notifier *face = shim->face;

	while (*at != shim)
		at = &(*at)->next_got;
	*at = shim->next_got;
	kernel_services()->rcu_synchronize();
	face->ops->free_notifier(face);
	mm_drop(shim->mm->sim);
}

/* Off the list at once, and without release(); the rest when nobody can be in a call of it any more. */
static void notifier_put(struct mmu_notifier *face)
{
	struct shim_notifier *shim = face->sim;
	struct mm_notifier **at = &((struct mm *)face->mm->sim)->notifiers;

	if (--face->users)
		return;
	while (*at && *at != &shim->notifier)
		at = &(*at)->next;
	if (*at)
		*at = shim->notifier.next;
	shim->work.func = put_later;
	kernel_later(&shim->work);
}

static void notifier_synchronize(void)
{
	kernel_services()->queue_flush(kernel_later(NULL));
}

static int invalidate(struct mmu_notifier_range *range, int is_end, int may_block)
{
	const struct mm_range told = { range->start, range->end, (enum mm_event)range->event, may_block != 0 };

	if (!is_end)
		return mm_invalidate_begin(range->mm->sim, &told);
	mm_invalidate_end(range->mm->sim, &told);
	return 0;
}

void kernel_memory_notifiers(struct uvsim_memory *memory)
{
	memory->notifier_locked = notifier_locked;
	memory->notifier_get = notifier_get;
	memory->notifier_put = notifier_put;
	memory->notifier_synchronize = notifier_synchronize;
	memory->invalidate = invalidate;
}
