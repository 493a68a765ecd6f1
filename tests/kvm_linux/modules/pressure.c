/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that runs short, in a host with swap: shrinkers are asked, notifiers told, pages that are referred to stay. */
#include <linux/delay.h>
#include <linux/list_lru.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/shrinker.h>

#define HERE 0x100000000ul	/* a mapping of 4 MiB */

struct hoard {
	struct list_lru lru;
	struct shrinker *shrinker;
	unsigned int counted, scanned, given;
};

struct hoarded {
	struct list_head list;
	unsigned long page;
};

static struct hoard hoard;

static enum lru_status isolate(struct list_head *item, struct list_lru_one *one, spinlock_t *lock, void *argument)
{
	struct list_head *freed = argument;

	(void)lock;
	list_lru_isolate_move(one, item, freed);
	return LRU_REMOVED;
}

static unsigned long give(unsigned long n)
{
	struct hoarded *hoarded, *next;
	LIST_HEAD(freed);
	unsigned long given = 0;

	list_lru_walk(&hoard.lru, isolate, &freed, n);
	list_for_each_entry_safe(hoarded, next, &freed, list) {
		free_page(hoarded->page);
		kfree(hoarded);
		given++;
	}
	return given;
}

static unsigned long count(struct shrinker *shrinker, struct shrink_control *control)
{
	hoard.counted++;
	return shrinker->private_data == &hoard ? list_lru_shrink_count(&hoard.lru, control) : SHRINK_EMPTY;
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *control)
{
	unsigned long given;

	(void)shrinker;
	hoard.scanned++;
	given = give(control->nr_to_scan);
	hoard.given += (unsigned int)given;
	return given ? given : SHRINK_STOP;
}

static int keep(unsigned int n)
{
	for (; n; n--) {
		struct hoarded *hoarded = kzalloc(sizeof(*hoarded), GFP_KERNEL);

		CHECK(hoarded);
		INIT_LIST_HEAD(&hoarded->list);
		hoarded->page = __get_free_page(GFP_KERNEL);
		CHECK(hoarded->page && list_lru_add(&hoard.lru, &hoarded->list));
	}
	return 0;
}

#define BIG 7			/* order of the blocks that take most of the memory */
#define MAX 2000

static unsigned long big[MAX], filler[MAX];

/* Until nothing can be had without waiting; how many single pages that took in the end. */
static unsigned int fill(void)
{
	unsigned int n = 0;

	while (n < MAX && (big[n] = __get_free_pages(GFP_NOWAIT, BIG)) != 0)
		n++;
	for (n = 0; n < MAX / 2 && (filler[n] = __get_free_page(GFP_NOWAIT)) != 0;)
		n++;
	return n;
}

static void empty(unsigned int n)
{
	while (n)
		free_page(filler[--n]);
	for (n = 0; n < MAX && big[n]; n++) {
		free_pages(big[n], BIG);
		big[n] = 0;
	}
}

static int shrinks(struct kvm *kvm)
{
	unsigned int n, i;
	unsigned long page;

	(void)kvm;
	CHECK(list_lru_init(&hoard.lru) == 0 && keep(600) == 0 && list_lru_count(&hoard.lru) == 600);
	hoard.shrinker = shrinker_alloc(0, "hoard");
	CHECK(hoard.shrinker);
	hoard.shrinker->count_objects = count;
	hoard.shrinker->scan_objects = scan;
	hoard.shrinker->private_data = &hoard;
	shrinker_register(hoard.shrinker);
	CHECK(!hoard.counted);
	n = fill();
	CHECK(big[100] && n < MAX / 2);
	/* What has to wait asks the shrinker, and has the page. */
	for (i = 0; i < 100; i++) {
		page = __get_free_page(GFP_KERNEL);
		CHECK(page);
		free_page(page);
		filler[n] = __get_free_page(GFP_KERNEL);
		CHECK(filler[n]);
		n++;
	}
	CHECK(hoard.counted && hoard.scanned && hoard.given >= 100 && hoard.given <= 600);
	/* It waits for kswapd, which may be in the midst of it. */
	shrinker_free(hoard.shrinker);
	CHECK(list_lru_count(&hoard.lru) == 600 - hoard.given);
	i = hoard.counted;
	page = __get_free_page(GFP_KERNEL | __GFP_NORETRY);
	if (page)
		free_page(page);
	CHECK(hoard.counted == i);
	empty(n);
	give(1000);
	return 0;
}

struct watch {
	struct mmu_notifier notifier;
	unsigned int starts, ends, ages;
	bool young;
};

static int range_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct watch *watch = container_of(notifier, struct watch, notifier);

	watch->starts++;
	might_sleep();
	return range->end > range->start && mmu_notifier_range_blockable(range) ? 0 : -EINVAL;
}

static void range_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	(void)range;
	container_of(notifier, struct watch, notifier)->ends++;
}

static int aged(struct mmu_notifier *notifier, struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct watch *watch = container_of(notifier, struct watch, notifier);

	(void)mm;
	watch->ages += start >= HERE && end <= HERE + 0x400000;
	return watch->young;
}

static const struct mmu_notifier_ops ops = {
	.invalidate_range_start = range_start, .invalidate_range_end = range_end, .clear_flush_young = aged,
};

/* Evicted are pages of the mapping, as its owner is told; not the one that is pinned. */
static int evicts(struct kvm *kvm)
{
	struct watch watch = { .notifier.ops = &ops };
	struct mm_struct *mm = kvm->mm;
	struct page *pinned;
	unsigned int n, i;
	spinlock_t *ptl;
	pte_t *ptep;

	mmap_read_lock(mm);
	for (i = 0; i < 512; i++)
		CHECK(fixup_user_fault(mm, HERE + i * PAGE_SIZE, FAULT_FLAG_WRITE, NULL) == 0);
	CHECK(pin_user_pages_remote(mm, HERE + 7 * PAGE_SIZE, 1, FOLL_WRITE, &pinned, NULL) == 1);
	mmap_read_unlock(mm);
	CHECK(mmu_notifier_register(&watch.notifier, mm) == 0);
	n = fill();
	CHECK(big[100] && n < MAX / 2 && !watch.starts);
	for (i = 0; i < 300; i++, n++) {
		filler[n] = __get_free_page(GFP_KERNEL);
		CHECK(filler[n]);
	}
	CHECK(watch.ages && watch.starts && watch.starts >= watch.ends);
	CHECK(get_mm_rss(mm) < 512);
	mmap_read_lock(mm);
	ptep = get_locked_pte(mm, HERE + 7 * PAGE_SIZE, &ptl);
	CHECK(ptep && pte_present(*ptep) && pte_page(*ptep) == pinned);
	pte_unmap_unlock(ptep, ptl);
	mmap_read_unlock(mm);
	unpin_user_page(pinned);
	mmu_notifier_unregister(&watch.notifier, mm);
	/* Whoever is between the two does not call any more. */
	CHECK(watch.starts - watch.ends <= 1);
	empty(n);
	return 0;
}

/* Who keeps them young keeps them. */
static int stays_young(struct kvm *kvm)
{
	struct watch watch = { .notifier.ops = &ops, .young = true };
	struct mm_struct *mm = kvm->mm;
	unsigned int n, i;

	mmap_read_lock(mm);
	for (i = 0; i < 512; i++)
		CHECK(fixup_user_fault(mm, HERE + i * PAGE_SIZE, FAULT_FLAG_WRITE, NULL) == 0);
	mmap_read_unlock(mm);
	CHECK(mmu_notifier_register(&watch.notifier, mm) == 0);
	n = fill();
	for (i = 0; i < 10; i++) {
		filler[n] = __get_free_page(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
		if (!filler[n])
			break;
		n++;
	}
	CHECK(watch.ages && !watch.starts && get_mm_rss(mm) == 512);
	mmu_notifier_unregister(&watch.notifier, mm);
	empty(n);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = { shrinks, evicts, stays_young };
