/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a patch to pv.c might do with its MMU notifier beside release(): count, and find every seventh table of pages in
 * use. Put into the real pv.c by tests/own.sh, with the three functions in its operations.
 */
static unsigned long own_begun, own_ended, own_asked;

static int own_start(struct mmu_notifier *subscription, const struct mmu_notifier_range *range)
{
	WARN_ON(!subscription->ops || range->start >= range->end);
	own_begun++;
	return 0;
}

static void own_end(struct mmu_notifier *subscription, const struct mmu_notifier_range *range)
{
	WARN_ON(!subscription->ops || range->start >= range->end || own_ended >= own_begun);
	own_ended++;
}

static int own_young(struct mmu_notifier *subscription, struct mm_struct *mm, unsigned long start, unsigned long end)
{
	WARN_ON(!subscription->ops || !mm || start >= end);
	own_asked++;
	return own_asked % 7 == 0;
}

