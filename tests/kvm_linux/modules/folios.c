/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folios: references, freezing, locks that sleep, pages that outlive their mapping, pages of the kernel, gup. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/swap.h>

#define HERE 0x100000000ul	/* a mapping of 4 MiB, see api.c */

static struct folio *shared;
static u64 released;

/* A page of user space, faulted in, with a reference of ours. */
static struct folio *fault_in(struct mm_struct *mm, unsigned long address)
{
	struct page *page;
	long had;

	mmap_read_lock(mm);
	had = get_user_pages_remote(mm, address, 1, FOLL_WRITE, &page, NULL);
	mmap_read_unlock(mm);
	return had == 1 ? page_folio(page) : NULL;
}

static int counts(struct kvm *kvm)
{
	struct folio *folio = fault_in(kvm->mm, HERE);

	CHECK(folio && folio_ref_count(folio) == 2 && folio_mapcount(folio) == 1);
	CHECK(pfn_folio(folio_pfn(folio)) == folio && page_folio(folio_page(folio, 0)) == folio);
	folio_get(folio);
	folio_get(folio);
	CHECK(folio_ref_count(folio) == 4);
	CHECK(!folio_ref_freeze(folio, 3));
	CHECK(folio_ref_freeze(folio, 4) && folio_ref_count(folio) == 0 && !folio_try_get(folio));
	folio_ref_unfreeze(folio, 4);
	CHECK(folio_try_get(folio) && folio_ref_count(folio) == 5);
	folio_put_refs(folio, 3);
	CHECK(folio_ref_count(folio) == 2 && page_count(folio_page(folio, 0)) == 2);
	CHECK(folio_test_anon(folio) && !folio_test_large(folio) && !folio_test_hugetlb(folio) &&
	      !folio_test_writeback(folio) && !folio_test_locked(folio) && !folio_test_arch_1(folio));
	folio_put(folio);
	CHECK(folio_ref_count(folio) == 1);
	return 0;
}

static int holder(void *data)
{
	(void)data;
	folio_lock(shared);
	msleep(20);
	released = ktime_get_ns();
	folio_unlock(shared);
	return 0;
}

static int locks(struct kvm *kvm)
{
	struct folio *folio = shared = fault_in(kvm->mm, HERE + PAGE_SIZE);
	u64 begin;

	CHECK(folio_trylock(folio) && folio_test_locked(folio) && !folio_trylock(folio));
	folio_unlock(folio);
	CHECK(!folio_test_locked(folio));
	kthread_run(holder, NULL, "holder");
	usleep_range(100, 100);
	begin = ktime_get_ns();
	CHECK(folio_test_locked(folio) && !folio_trylock(folio));
	folio_lock(folio);
	CHECK(released > begin && ktime_get_ns() >= released);
	unlock_page(folio_page(folio, 0));
	CHECK(folio_lock_killable(folio) == 0);
	folio_unlock(folio);
	folio_wait_writeback(folio);
	CHECK(split_folio(folio) == 0);
	lru_add_drain_all();
	folio_put(folio);
	return 0;
}

/* A page that is unmapped while it is referred to keeps its frame until it is let go. */
static int outlives(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	struct folio *folio = fault_in(mm, HERE + 2 * PAGE_SIZE);
	unsigned long pages = get_mm_rss(mm);
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, HERE);
	zap_page_range_single(vma, HERE + 2 * PAGE_SIZE, PAGE_SIZE, NULL);
	mmap_read_unlock(mm);
	CHECK(get_mm_rss(mm) == pages - 1);
	CHECK(folio_ref_count(folio) == 1 && folio_mapcount(folio) == 0);
	folio_get(folio);
	CHECK(folio_ref_count(folio) == 2);
	folio_put(folio);
	folio_put(folio);
	CHECK(folio_ref_count(folio) == 0);
	return 0;
}

/* The last reference to a block of the kernel frees it: the run's end would tell of one that is left. */
static int kernel_pages(struct kvm *kvm)
{
	struct page *page = alloc_page(GFP_KERNEL);

	(void)kvm;
	CHECK(page && page_count(page) == 1);
	get_page(page);
	CHECK(page_count(page) == 2 && get_page_unless_zero(page));
	put_page(page);
	put_page(page);
	CHECK(page_count(page) == 1 && trylock_page(page));
	unlock_page(page);
	put_page(page);
	CHECK(page_count(page) == 0);
	return 0;
}

static int pins(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	struct page *pages[4], *one;
	struct vm_area_struct *vma;
	unsigned int i;

	mmap_read_lock(mm);
	CHECK(pin_user_pages_remote(mm, HERE + 8 * PAGE_SIZE, 4, FOLL_WRITE | FOLL_LONGTERM, pages, NULL) == 4);
	vma = find_vma(mm, HERE);
	CHECK(vma && follow_page(vma, HERE + 9 * PAGE_SIZE, FOLL_GET) == pages[1]);
	CHECK(follow_page(vma, HERE + 100 * PAGE_SIZE, FOLL_GET) == NULL);
	/* Beyond the mapping: what was had before it. */
	CHECK(get_user_pages_remote(mm, vma->vm_end - PAGE_SIZE, 3, FOLL_WRITE, pages + 3, NULL) == 1);
	CHECK(get_user_pages_remote(mm, vma->vm_end, 1, FOLL_WRITE, &one, NULL) == -EFAULT);
	CHECK(get_user_pages_remote(mm, HERE + 200 * PAGE_SIZE, 1, FOLL_NOFAULT, &one, NULL) == -EFAULT);
	mmap_read_unlock(mm);
	for (i = 0; i < 3; i++)
		CHECK(page_to_pfn(pages[i]) == page_to_pfn(pages[0]) + i && page_count(pages[i]) == (i == 1 ? 3 : 2));
	put_page(pages[1]);
	unpin_user_pages_dirty_lock(pages, 4, true);
	CHECK(page_count(pages[1]) == 1);
	/* The fourth of the first call is not in the array any more. */
	put_page(pfn_to_page(page_to_pfn(pages[0]) + 3));
	CHECK(pin_user_pages_fast(HERE, 1, FOLL_WRITE, &one) == 1);
	unpin_user_page(one);
	CHECK(handle_mm_fault(vma, HERE + 300 * PAGE_SIZE, FAULT_FLAG_WRITE, NULL) == 0);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = { counts, locks, outlives, kernel_pages, pins };
