/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address spaces: mappings, reference counts, notifiers.
 *
 * Modelled on mm_struct as far as a VMM's process needs it. A notifier's release() runs before anything is
 * unmapped, newest registration first; unregistering one from an address space that is still alive runs it
 * once more (mm/mmu_notifier.c).
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "mm/aside.h"
#include "mm/convoy.h"
#include "mm/memcg.h"
#include "mm/pressure.h"

struct mm *mm_create(struct host *host, const char *name)
{
	struct mm *mm = sim_alloc(sizeof(*mm));

	mm->name = sim_intern(name);
	mm->host = host;
	mm->world = mm_world_of(UINT32_C(0x060c00));
	sim_waitqueue_init(&mm->folio_wait, "folio lock");
	sim_waitqueue_init(&mm->notified, "MMU notifier");
	mm->users = 1;
	mm->count = 1;
	mm->finished = SIM_FOREVER;
	sim_domain_init(&mm->domain, mm->name, MM_TABLE_PAGES);
	mm_convoy_allow(mm);
	sim_rwsem_init(&mm->mmap_lock, "mmap_lock", &mm->domain);
	mm->next = host->mms;
	host->mms = mm;
	mm->older = host->all_mms;
	host->all_mms = mm;
	return mm;
}

int mm_mmap(struct mm *mm, uint64_t start, uint64_t bytes)
{
	struct mm_vma **at = &mm->vmas, *vma;
	uint64_t pages = bytes >> PAGE_SHIFT;

	if (!bytes || start % (1 << 20) || bytes % (1 << 20))
		return -EINVAL;
	while (*at && (*at)->end <= start)
		at = &(*at)->next;
	if (*at && (*at)->start < start + bytes)
		return -EINVAL;
	vma = sim_alloc(sizeof(*vma));
	vma->start = start;
	vma->end = start + bytes;
	vma->first_frame = storage_reserve(mm->host->storage, pages);
	vma->pages = page_map_create(pages, 0);
	if (mm->host->pressure) {
		vma->young = sim_alloc(pages / MM_TABLE_PAGES);
		vma->tables = sim_alloc(pages / MM_TABLE_PAGES);
		vma->segments = sim_alloc(pages / MM_TABLE_PAGES / MM_SEGMENT_TABLES + 1);
	}
	vma->region = storage_add(mm->host->storage, vma->first_frame, pages, &mm->domain, mm->name);
	vma->next = *at;
	*at = vma;
	return 0;
}

struct mm_vma *mm_vma_find(struct mm *mm, uint64_t address)
{
	struct mm_vma *vma = mm->vmas;

	while (vma && vma->end <= address)
		vma = vma->next;
	return vma && vma->start <= address ? vma : NULL;
}

struct mm_vma *mm_vma_of_frame(struct mm *mm, uint64_t frame)
{
	struct mm_vma *vma = mm->vmas;

	while (vma && (frame < vma->first_frame ||
		       frame - vma->first_frame >= (vma->end - vma->start) >> PAGE_SHIFT))
		vma = vma->next;
	return vma;
}

uint64_t vma_flags(struct mm_vma *vma, uint64_t page, uint64_t max, uint64_t *run)
{
	return run ? page_map_run(vma->pages, page, max, run) : page_map_get(vma->pages, page);
}

/* Uniform stretches looked at for one answer. */
#define PRESENT_STRETCHES 32

uint64_t vma_present_run(struct mm_vma *vma, uint64_t page, uint64_t max)
{
	uint64_t total = 0, run;
	unsigned stretch;

	for (stretch = 0; stretch < PRESENT_STRETCHES && total < max; stretch++) {
		if (!(vma_flags(vma, page + total, max - total, &run) & MM_PAGE_PRESENT))
			break;
		total += run;
	}
	return total;
}

void vma_set_flags(struct mm_vma *vma, uint64_t page, uint64_t n, uint64_t flags)
{
	unsigned level;

	page_map_set(vma->pages, page, n, flags);
	/* Who unmaps what a walk has changed page by page gets somewhere, too. */
	level = flags & MM_PAGE_PRESENT ? SIM_LEVEL_PAGE : SIM_LEVEL_GONE;
	sim_progress_to(level, vma->first_frame + page);
	sim_progress_to(level, vma->first_frame + page + n - 1);
}

void vma_clear_arch_1(struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uint64_t end = page + n, run;

	for (; page < end; page += run) {
		uint64_t flags = vma_flags(vma, page, end - page, &run);

		if (flags & MM_PAGE_ARCH_1)
			vma_set_flags(vma, page, run, flags & ~(uint64_t)MM_PAGE_ARCH_1);
	}
}

/* Page tables stay until the address space goes. */
static void count_tables(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uint64_t table = page / MM_TABLE_PAGES, last = (page + n - 1) / MM_TABLE_PAGES;

	for (; table <= last; table++) {
		mm->pte_tables += !vma->tables[table];
		vma->tables[table] = 1;
		mm->crst_tables += !vma->segments[table / MM_SEGMENT_TABLES];
		vma->segments[table / MM_SEGMENT_TABLES] = 1;
	}
}

void vma_count_present(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	vma_set_flags(vma, page, n, MM_PAGE_PRESENT);
	mm->rss += n;
	if (vma->tables)
		count_tables(mm, vma, page, n);
	pressure_touched(vma, page, n);
}

void vma_make_present(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n, const struct sim_thread *thread)
{
	vma_count_present(mm, vma, page, n);
	mm->host->pending -= n;
	mm_fresh_set(mm, thread, vma_frame(vma, page + n - 1));
}

/* The maps of an address space are gone: also for one that never got to exit. */
void mm_release_maps(struct mm *mm)
{
	struct mm_vma *vma;

	for (vma = mm->vmas; vma; vma = vma->next) {
		storage_remove(mm->host->storage, vma->region);
		page_map_destroy(vma->pages);
		if (vma->refs)
			page_map_destroy(vma->refs);
	}
	mm->vmas = NULL;
	mm->held = 0;
}

bool mm_is_protected(const struct mm *mm)
{
	return mm->is_protected && mm->is_protected(mm->ctx);
}

/* --- references --------------------------------------------------------------------------------------- */

static void note_got(struct mm *mm)
{
	struct sim_site site;
	unsigned i;

	sim_site_here(&site);
	if (!site.depth)
		return;
	for (i = 0; i < MM_GOT; i++) {
		/* The innermost place is in a header. */
		if (mm->got[i].count && memcmp(mm->got[i].site.pc, site.pc, 2 * sizeof(site.pc[0])) != 0)
			continue;
		mm->got[i].site = site;
		mm->got[i].count++;
		return;
	}
}

bool mm_get_not_zero(struct mm *mm)
{
	if (!mm->users)
		return false;
	mm->users++;
	note_got(mm);
	return true;
}

static void unlink_mm(struct mm *mm)
{
	struct mm **at = &mm->host->mms;

	while (*at != mm)
		at = &(*at)->next;
	*at = mm->next;
	oom_forget(mm);
	memcg_forget(mm);
	pressure_forget(mm);
}

void mm_finish(struct mm *mm)
{
	mm_release_maps(mm);
	unlink_mm(mm);
	mm->finished = sim_now();
}

void mm_put(struct mm *mm)
{
	struct mm_notifier *notifier;

	if (!mm->users) {
		sim_find("mm-users", "mmput() of %s, which nobody uses", mm->name);
		return;
	}
	mm->users--;
	if (mm->users && mm->user_left)
		mm->user_left(mm);
	if (mm->users)
		return;
	sim_span_push("exit_mmap");
	/* Reclaim looks at this. */
	if (mm->host->pressure)
		sim_domain_expose(&mm->domain);
	mm->exiting = true;
	for (notifier = mm->notifiers; notifier; notifier = notifier->next)
		if (notifier->release)
			notifier->release(notifier, mm);
	mm_exit_mmap(mm);
	if (!mm_aside_held(mm))
		mm_finish(mm);
	sim_span_pop();
	mm_drop(mm);
	if (mm->unmapped)
		mm->unmapped(mm->unmapped_ctx);
}

void mm_grab(struct mm *mm)
{
	mm->count++;
}

void mm_counter_add(struct mm *mm, unsigned member, int64_t add)
{
	mm->counted[member] += add;
	sim_site_here(&mm->counted_at[member]);
}

int64_t mm_counter_read(const struct mm *mm, unsigned member)
{
	uint64_t pages = member == MM_COUNTER_ANON ? mm->rss : member == MM_COUNTER_SWAP ? mm->swapped : 0;

	return (int64_t)pages + mm->counted[member];
}

/* check_mm() of kernel/fork.c: "Bad rss-counter state". */
static void check_counters(const struct mm *mm)
{
	static const char *const names[MM_COUNTERS] = { "MM_FILEPAGES", "MM_ANONPAGES", "MM_SWAPENTS",
							"MM_SHMEMPAGES" };
	unsigned member;

	for (member = 0; member < MM_COUNTERS; member++)
		if (mm->counted[member])
			sim_find("conservation", "%s ends with %s at %lld; pv.c has changed it %s", mm->name,
				 names[member], (long long)mm->counted[member],
				 sim_site_text(&mm->counted_at[member]));
}

void mm_drop(struct mm *mm)
{
	if (!mm->count) {
		sim_find("mm-count", "mmdrop() of %s, which nobody refers to", mm->name);
		return;
	}
	mm->count--;
	if (!mm->count)
		check_counters(mm);
}

/* --- notifiers ------------------------------------------------------------------------------------------ */

int mm_notifier_register_locked(struct mm *mm, struct mm_notifier *notifier)
{
	/* mm_take_all_locks() gives up for any pending signal. */
	if (sim_signal_pending(sim_self()))
		return -EINTR;
	kernel_step(COST_HOST_LOCK);
	/* Reclaim and the reaper ask whom to tell. */
	if (notifier->begin || notifier->end || notifier->young)
		sim_domain_expose(&mm->domain);
	notifier->next = mm->notifiers;
	mm->notifiers = notifier;
	mm_grab(mm);
	return 0;
}

int mm_notifier_register(struct mm *mm, struct mm_notifier *notifier)
{
	int result;

	assert(mm->users);
	kernel_step(COST_HOST_ALLOC_PAGE);
	sim_rwsem_down_write(&mm->mmap_lock);
	result = mm_notifier_register_locked(mm, notifier);
	sim_rwsem_up_write(&mm->mmap_lock);
	return result;
}

void mm_notifier_unregister(struct mm *mm, struct mm_notifier *notifier)
{
	struct mm_notifier **at = &mm->notifiers;

	while (*at && *at != notifier)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = notifier->next;
	if (!mm->exiting && notifier->release)
		notifier->release(notifier, mm);
	while (mm->notifying)
		sim_wait(&mm->notified, SIM_WAIT_UNINTERRUPTIBLE);
	mm_drop(mm);
}
