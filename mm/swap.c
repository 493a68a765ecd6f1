/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The swap device: requests are transferred one after the other at its bandwidth, each takes its latency on top, and
 * no more than a queue of them are in flight.
 *
 * A write covers a stretch of pages and a read one page (there is no read-ahead). A page that was wanted back while
 * it was being written keeps its frame. Left out: clusters, slots with addresses, several devices, a swap cache for
 * pages that were read.
 *
 * Source of behaviour: Linux 6.12 mm/page_io.c, mm/swap_state.c.
 */
#include <assert.h>

#include "mm/memcg.h"

static sim_time transfer_time(const struct swap *swap, uint64_t n)
{
	unsigned __int128 work = (unsigned __int128)n * PAGE_BYTES * SIM_S;

	return (sim_time)((work + swap->bandwidth - 1) / swap->bandwidth);
}

/*
 * They could not be written: they stay where they are, and reclaim is not to try them again at once. Linux keeps
 * them in the swap cache, from which the next fault takes them; here they are mapped again at once, which saves that
 * fault.
 */
static void kept(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	vma_set_flags(vma, page, n, MM_PAGE_PRESENT);
	mm->rss += n;
	mm->host->pressure->writeback -= n;
	memcg_writeback_end(mm->memcg, n);
	pressure_touched(vma, page, n);
}

/* The write of these pages is over: whoever was not wanted back gives up his frame. */
static void written(struct pressure *pressure, const struct swap_request *request)
{
	struct mm *mm = request->mm;
	struct mm_vma *vma = request->vma;
	uint64_t page = request->page, end = page + request->n, run, freed = 0, back = 0, returned = 0;

	sim_domain_touch(&mm->domain, vma_frame(vma, page), request->n);
	for (; page < end; page += run) {
		uint64_t flags = vma_flags(vma, page, end - page, &run);

		assert(flags & MM_PAGE_WRITEBACK);
		if (flags & MM_PAGE_PRESENT) {
			vma_set_flags(vma, page, run, flags & ~(uint64_t)MM_PAGE_WRITEBACK);
			back += run;
			returned += run;
			continue;
		}
		if (request->outcome == SWAP_ERROR) {
			kept(mm, vma, page, run);
			back += run;
			continue;
		}
		uv_check_free(mm->host->uv, vma_frame(vma, page), run, "swap");
		vma_set_flags(vma, page, run, MM_PAGE_SWAPPED);
		mm->swapped += run;
		freed += run;
	}
	pressure->returning -= returned;
	if (back)
		swap_give_slots(pressure, back);
	memcg_swap_free(mm->memcg, back);
	if (request->outcome != SWAP_ERROR)
		pressure->swap.written += request->n;
	pressure->writeback -= freed;
	memcg_writeback_end(mm->memcg, freed);
	mm->io--;
	if (freed)
		mm_give(mm, freed);
}

static void complete(void *ctx)
{
	struct pressure *pressure = ctx;
	struct swap *swap = &pressure->swap;

	while (swap->head && swap->head->due <= sim_now()) {
		struct swap_request *request = swap->head;

		swap->head = request->next;
		if (!swap->head)
			swap->tail = &swap->head;
		swap->in_flight--;
		request->done = true;
		if (request->write) {
			written(pressure, request);
			request->next = swap->spare;
			swap->spare = request;
		}
	}
	if (swap->head)
		sim_timer_start(swap->timer, swap->head->due);
	sim_wake(&swap->room, 0);
	sim_wake(&swap->io, 0);
	pressure_memory_back(pressure->host);
}

/* How it will end: otherwise than it should if a fault is put in. */
static enum swap_outcome swap_faulted(struct host *host, const struct swap_request *request, sim_time *delay)
{
	*delay = 0;
	if (!host->faults.swap)
		return SWAP_DONE;
	return host->faults.swap(host->faults.ctx, request->mm->name, request->write, request->n, delay);
}

static void submit(struct pressure *pressure, struct swap_request *request)
{
	struct swap *swap = &pressure->swap;
	sim_time now, delay;

	while (swap->in_flight >= swap->queue)
		sim_wait(&swap->room, SIM_WAIT_UNINTERRUPTIBLE);
	now = sim_now();
	if (swap->busy_until < now)
		swap->busy_until = now;
	request->outcome = swap_faulted(pressure->host, request, &delay);
	swap->busy_until += delay + transfer_time(swap, request->n);
	request->due = swap->busy_until + swap->latency;
	request->next = NULL;
	swap->in_flight++;
	if (!swap->head)
		sim_timer_start(swap->timer, request->due);
	*swap->tail = request;
	swap->tail = &request->next;
}

void swap_write(struct pressure *pressure, struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	struct swap *swap = &pressure->swap;
	struct swap_request *request = swap->spare;

	sim_domain_settle(&mm->domain);
	uv_check_seen(mm->host->uv, vma_frame(vma, page), n, "written to swap");
	if (request)
		swap->spare = request->next;
	else
		request = sim_alloc(sizeof(*request));
	*request = (struct swap_request){ .mm = mm, .vma = vma, .page = page, .n = n, .write = true };
	submit(pressure, request);
}

enum swap_outcome swap_read(struct pressure *pressure, struct mm *mm, struct mm_vma *vma, uint64_t page)
{
	struct swap_request request = { .mm = mm, .vma = vma, .page = page, .n = 1 };

	submit(pressure, &request);
	while (!request.done)
		sim_wait(&pressure->swap.io, SIM_WAIT_UNINTERRUPTIBLE);
	if (request.outcome != SWAP_ERROR)
		pressure->swap.read++;
	return request.outcome;
}

void swap_give_slots(struct pressure *pressure, uint64_t n)
{
	/* Those that a bulk has taken before. */
	if (pressure->reclaiming)
		host_frames_settle(pressure->host);
	pressure->swap.used -= n;
	pressure_is_hopeful(pressure);
}

void swap_wait_writeback(struct mm *mm, struct mm_vma *vma, uint64_t page)
{
	while (vma_flags(vma, page, 1, NULL) & MM_PAGE_WRITEBACK)
		sim_wait(&mm->host->pressure->swap.io, SIM_WAIT_UNINTERRUPTIBLE);
}

void swap_wait_mm(struct mm *mm)
{
	while (mm->io)
		sim_wait(&mm->host->pressure->swap.io, SIM_WAIT_UNINTERRUPTIBLE);
}

void swap_begin(struct pressure *pressure, const struct pressure_config *config)
{
	struct swap *swap = &pressure->swap;

	swap->slots = config->swap_bytes >> PAGE_SHIFT;
	swap->bandwidth = config->bandwidth;
	swap->latency = config->latency;
	swap->queue = config->queue;
	swap->tail = &swap->head;
	swap->timer = sim_timer_create("swap", complete, pressure);
	sim_waitqueue_init(&swap->room, "swap queue");
	sim_waitqueue_init(&swap->io, "swap");
}
