/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MMU notifiers: told by zapping, by reclaim and at the end; those of a range; those that are shared. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>

#define HERE 0x100000000ul	/* a mapping of 4 MiB */

struct watch {
	struct mmu_notifier notifier;
	unsigned int starts, ends, releases, tlbs, freed, ages;
	unsigned long start, end;
	enum mmu_notifier_event event;
	bool blockable, old;
	u64 slept;
};

static struct watch *of(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct watch, notifier);
}

static int range_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct watch *watch = of(notifier);

	watch->starts++;
	watch->start = range->start;
	watch->end = range->end;
	watch->event = range->event;
	watch->blockable = mmu_notifier_range_blockable(range);
	if (!watch->blockable)
		return -EAGAIN;
	if (watch->slept)
		msleep(20);
	return 0;
}

static void range_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct watch *watch = of(notifier);

	watch->ends += range->start == watch->start && range->end == watch->end;
}

static void secondary(struct mmu_notifier *notifier, struct mm_struct *mm, unsigned long start, unsigned long end)
{
	of(notifier)->tlbs += mm == notifier->mm && end - start == of(notifier)->end - of(notifier)->start;
}

static void gone(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	of(notifier)->releases += mm == notifier->mm;
}

static int aged(struct mmu_notifier *notifier, struct mm_struct *mm, unsigned long start, unsigned long end)
{
	of(notifier)->ages += mm == notifier->mm && end > start;
	return !of(notifier)->old;
}

static struct mmu_notifier *make(struct mm_struct *mm)
{
	struct watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);

	(void)mm;
	return watch ? &watch->notifier : ERR_PTR(-ENOMEM);
}

static unsigned int freed;

static void unmake(struct mmu_notifier *notifier)
{
	freed++;
	kfree(of(notifier));
}

static const struct mmu_notifier_ops ops = {
	.invalidate_range_start = range_start, .invalidate_range_end = range_end, .release = gone,
	.arch_invalidate_secondary_tlbs = secondary, .clear_flush_young = aged,
	.alloc_notifier = make, .free_notifier = unmake,
};

static void zap(struct mm_struct *mm, unsigned long page, unsigned long n)
{
	mmap_read_lock(mm);
	fixup_user_fault(mm, HERE + page * PAGE_SIZE, FAULT_FLAG_WRITE, NULL);
	zap_page_range_single(vma_lookup(mm, HERE), HERE + page * PAGE_SIZE, n * PAGE_SIZE, NULL);
	mmap_read_unlock(mm);
}

static int told(struct kvm *kvm)
{
	struct watch watch = { .notifier.ops = &ops };
	struct mm_struct *mm = kvm->mm;
	u64 begin;

	CHECK(mmu_notifier_register(&watch.notifier, mm) == 0);
	zap(mm, 3, 2);
	CHECK(watch.starts == 1 && watch.ends == 1 && watch.tlbs == 1 && watch.blockable);
	CHECK(watch.start == HERE + 3 * PAGE_SIZE && watch.end == HERE + 5 * PAGE_SIZE);
	CHECK(watch.event == MMU_NOTIFY_CLEAR);
	/* It may sleep, and who zaps waits for it. */
	watch.slept = 1;
	begin = ktime_get_ns();
	zap(mm, 3, 1);
	CHECK(ktime_get_ns() - begin >= 20000000 && watch.ends == 2);
	mmu_notifier_unregister(&watch.notifier, mm);
	CHECK(watch.releases == 1);
	zap(mm, 3, 1);
	CHECK(watch.starts == 2);
	mmap_write_lock(mm);
	CHECK(__mmu_notifier_register(&watch.notifier, mm) == 0);
	mmap_write_unlock(mm);
	mmu_notifier_unregister(&watch.notifier, mm);
	CHECK(watch.releases == 2);
	return 0;
}

/* Ranges that pv.c itself invalidates; one that may not block gives up, and who was told before is told of the end. */
static int tells(struct kvm *kvm)
{
	struct watch watch = { .notifier.ops = &ops };
	static const struct mmu_notifier_ops quiet_ops = { .invalidate_range_end = range_end };
	struct watch quiet = { .notifier.ops = &quiet_ops, .start = HERE, .end = HERE + PAGE_SIZE };
	struct mmu_notifier_range range;
	struct mm_struct *mm = kvm->mm;

	CHECK(mmu_notifier_register(&watch.notifier, mm) == 0 && mmu_notifier_register(&quiet.notifier, mm) == 0);
	mmu_notifier_range_init(&range, MMU_NOTIFY_UNMAP, 0, mm, HERE, HERE + PAGE_SIZE);
	mmu_notifier_invalidate_range_start(&range);
	CHECK(watch.starts == 1 && watch.event == MMU_NOTIFY_UNMAP && watch.blockable && quiet.ends == 0);
	mmu_notifier_invalidate_range_end(&range);
	CHECK(watch.ends == 1 && quiet.ends == 1);
	CHECK(mmu_notifier_invalidate_range_start_nonblock(&range) == -EAGAIN);
	CHECK(watch.starts == 2 && !watch.blockable && quiet.ends == 2 && watch.ends == 1);
	mmu_notifier_unregister(&watch.notifier, mm);
	mmu_notifier_unregister(&quiet.notifier, mm);
	return 0;
}

static int shared(struct kvm *kvm)
{
	struct mmu_notifier *one = mmu_notifier_get(&ops, kvm->mm), *two = mmu_notifier_get(&ops, kvm->mm);
	struct watch *watch = of(one);

	CHECK(!IS_ERR(one) && one == two && one->mm == kvm->mm);
	zap(kvm->mm, 1, 1);
	CHECK(watch->starts == 1);
	mmu_notifier_put(one);
	zap(kvm->mm, 1, 1);
	CHECK(watch->starts == 2 && !freed);
	mmu_notifier_put(two);
	mmu_notifier_synchronize();
	CHECK(freed == 1);
	zap(kvm->mm, 1, 1);
	return 0;
}

struct span {
	struct mmu_interval_notifier interval;
	unsigned int told;
	unsigned long sequence;
};

static bool overtaken(struct mmu_interval_notifier *interval, const struct mmu_notifier_range *range,
		      unsigned long sequence)
{
	struct span *span = container_of(interval, struct span, interval);

	span->told++;
	span->sequence = sequence;
	mmu_interval_set_seq(interval, sequence);
	if (mmu_notifier_range_blockable(range))
		msleep(20);
	return true;
}

static const struct mmu_interval_notifier_ops interval_ops = { .invalidate = overtaken };

static int zapper(void *mm)
{
	zap(mm, 2, 1);
	return 0;
}

static int intervals(struct kvm *kvm)
{
	struct span span = { .told = 0 };
	unsigned long sequence;
	u64 begin;

	CHECK(mmu_interval_notifier_insert(&span.interval, kvm->mm, HERE, 0, &interval_ops) == -75);
	CHECK(mmu_interval_notifier_insert(&span.interval, kvm->mm, HERE + 2 * PAGE_SIZE, 2 * PAGE_SIZE,
					   &interval_ops) == 0);
	sequence = mmu_interval_read_begin(&span.interval);
	zap(kvm->mm, 1, 1);
	zap(kvm->mm, 4, 1);
	CHECK(span.told == 0 && !mmu_interval_read_retry(&span.interval, sequence));
	zap(kvm->mm, 3, 1);
	CHECK(span.told == 1 && span.sequence & 1 && mmu_interval_read_retry(&span.interval, sequence) &&
	      mmu_interval_check_retry(&span.interval, sequence));
	sequence = mmu_interval_read_begin(&span.interval);
	CHECK(!mmu_interval_read_retry(&span.interval, sequence));
	/* While it is being told, who begins to read waits. */
	kthread_run(zapper, kvm->mm, "zapper");
	msleep(1);
	CHECK(span.told == 2);
	begin = ktime_get_ns();
	sequence = mmu_interval_read_begin(&span.interval);
	CHECK(ktime_get_ns() > begin + 5000000 && !mmu_interval_read_retry(&span.interval, sequence));
	mmu_interval_notifier_remove(&span.interval);
	zap(kvm->mm, 3, 1);
	CHECK(span.told == 2);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = { told, tells, shared, intervals };
