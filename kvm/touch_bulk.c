/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * First touches of many pages in a row, in bulk.
 *
 * One round is one page: guest time, then for each exception on the way the exit, the handler's steps and the
 * entry. Which exceptions those are follows from what the guest sees first: an absent page is faulted in and
 * then (for a protected guest) imported; a page of an earlier configuration is destroyed and then imported; a
 * page that is the guest's own costs guest time only. Each step says which locks its thread holds meanwhile,
 * what takes effect when it is over, and from where the step-by-step code goes on if the bulk is stopped
 * right after it. The steps are those of vcpu_run.c, exception.c, mm/gmap.c, mm/fault.c and mm/make_secure.c,
 * in their order.
 */
#include <errno.h>

#include "kvm/run.h"
#include "mm/internal.h"
#include "mm/pressure.h"
#include "uv/uvcb.h"

enum effect { EFFECT_NONE, EFFECT_EXIT, EFFECT_TAKE, EFFECT_PRESENT, EFFECT_UVC };

/* Where step-by-step code goes on after a step. */
enum resume {
	RESUME_TOUCH,		/* in SIE: look at the page */
	RESUME_HANDLE,		/* out of SIE: handle_exception() */
	RESUME_FAULT,		/* gmap_fault_from() */
	RESUME_CONVERT,		/* gmap_convert_to_secure() after its exception step */
	RESUME_CONVERT_FROM,	/* gmap_convert_from() */
	RESUME_DESTROY,		/* gmap_destroy_page() after its exception step */
	RESUME_DESTROYED,	/* gmap_destroy_from() */
	RESUME_LOOP,		/* out of SIE: back to the loop */
};

#define HOLD_MMAP 1u
#define HOLD_PTL 2u
#define HOLD_FOLIO 4u

struct touch_step {
	enum effect effect;
	enum cost_id cost;	/* of a kernel step */
	uint16_t cmd;		/* of a UVC */
	unsigned holds;
	enum resume resume;
	unsigned stage;		/* for RESUME_FAULT and RESUME_CONVERT_FROM */
	enum guest_view view;	/* exception that is being handled */
};

struct touch_bulk {
	struct kvm_vcpu_sim *vcpu;
	struct kvm_vm *vm;
	struct sim_thread *thread;
	uint64_t handle;
	int protected_count;		/* as each import in this bulk has read it */
	uint64_t gpage;
	struct mm_vma *vma;
	uint64_t page;			/* of gpage in vma */
	unsigned segments, present, take;	/* present: the step that makes a page present; take: takes its frame */
	struct sim_segment segment[SIM_BULK_SEGMENTS_MAX];
	struct touch_step step[SIM_BULK_SEGMENTS_MAX];
	bool fixed;			/* every cost so far is known in advance */
	bool exposed;			/* the last step's end is left to the step-by-step code */
	bool left;			/* others have seen that the vCPU is out of SIE */
	sim_time latency;		/* of one touch */
	uint64_t max;			/* rounds for which the costs hold */
	struct frame_promise promise;	/* frames for absent pages */
};

/* --- the steps of a round -------------------------------------------------------------------------------- */

static void add(struct touch_bulk *bulk, sim_time time, enum sim_kind kind, const char *name, struct touch_step step)
{
	if (!time) {
		/* A free step cannot be stopped in; but one that does something must be a step of its own. */
		if (step.effect != EFFECT_NONE || step.resume == RESUME_TOUCH)
			bulk->fixed = false;
		return;
	}
	bulk->segment[bulk->segments] = (struct sim_segment){ .time = time, .repeat = 1, .kind = kind, .name = name };
	if (step.effect == EFFECT_TAKE)
		bulk->take = bulk->segments;
	if (step.effect == EFFECT_PRESENT)
		bulk->present = bulk->segments;
	bulk->step[bulk->segments++] = step;
}

static void add_kernel(struct touch_bulk *bulk, enum cost_id id, struct touch_step step)
{
	sim_time time = 0;

	if (!kernel_step_fixed(id, &time))
		bulk->fixed = false;
	step.cost = id;
	add(bulk, time, SIM_KIND_KERNEL, cost_key(id), step);
}

static void add_uvc(struct touch_bulk *bulk, uint16_t cmd, sim_time time, struct touch_step step)
{
	step.cmd = cmd;
	step.effect = EFFECT_UVC;
	add(bulk, time, SIM_KIND_UVC, uvc_name(cmd), step);
}

static void add_exit(struct touch_bulk *bulk, enum guest_view view)
{
	add_kernel(bulk, COST_SIE_EXIT,
		   (struct touch_step){ .effect = EFFECT_EXIT, .resume = RESUME_HANDLE, .view = view });
}

/* The last step before SIE is entered is followed by the loop's resched point. */
static void add_enter(struct touch_bulk *bulk)
{
	if (bulk->segments)
		bulk->segment[bulk->segments - 1].resched = true;
	add_kernel(bulk, COST_SIE_ENTER, (struct touch_step){ .resume = RESUME_TOUCH });
}

static void add_fault(struct touch_bulk *bulk)
{
	const enum guest_view view = GUEST_ABSENT;

	add_exit(bulk, view);
	add_kernel(bulk, COST_HOST_FAULT, (struct touch_step){ .effect = EFFECT_TAKE, .holds = HOLD_MMAP,
		   .resume = RESUME_FAULT, .stage = GMAP_FAULT_CHECK, .view = view });
	add_kernel(bulk, COST_HOST_ALLOC_PAGE, (struct touch_step){ .holds = HOLD_MMAP,
		   .resume = RESUME_FAULT, .stage = GMAP_FAULT_CLEAR, .view = view });
	add_kernel(bulk, COST_HOST_CLEAR_PAGE, (struct touch_step){ .effect = EFFECT_PRESENT, .holds = HOLD_MMAP,
		   .resume = RESUME_FAULT, .stage = GMAP_FAULT_SET, .view = view });
	add_kernel(bulk, COST_HOST_GMAP_LINK, (struct touch_step){ .holds = HOLD_MMAP,
		   .resume = RESUME_FAULT, .stage = GMAP_FAULT_LINKED, .view = view });
	add_enter(bulk);
}

static bool guest_tables(const struct touch_bulk *bulk)
{
	return bulk->vm->mm->world->guest_tables;
}

static void add_destroy(struct touch_bulk *bulk, enum guest_view view, sim_time time)
{
	if (bulk->vm->algorithm->own_imports)
		bulk->fixed = false;
	add_exit(bulk, view);
	add_kernel(bulk, COST_HOST_SECURE_FAULT, (struct touch_step){ .resume = RESUME_DESTROY, .view = view });
	add_uvc(bulk, UVC_CMD_DESTR_SEC_STOR, time, (struct touch_step){
		.holds = guest_tables(bulk) ? HOLD_MMAP : HOLD_MMAP | HOLD_PTL,
		.resume = RESUME_DESTROYED, .view = view });
	add_enter(bulk);
}

/* From 7.0 on one vCPU of a VM imports at a time: where there are others, it may have to wait. */
static bool in_turn(const struct kvm_vm *vm)
{
	return vm->mm->world->guest_tables && !vm->kvm.arch.pv.import_lock.shared && vm->vcpus->next;
}

static void add_import(struct touch_bulk *bulk, sim_time time)
{
	const enum guest_view view = GUEST_NON_SECURE;
	uint64_t frame = vma_frame(bulk->vma, bulk->page), run;

	if (in_turn(bulk->vm) || bulk->vm->algorithm->own_imports)
		bulk->fixed = false;
	add_exit(bulk, view);
	add_kernel(bulk, COST_HOST_SECURE_FAULT, (struct touch_step){ .resume = RESUME_CONVERT, .view = view });
	add_kernel(bulk, COST_HOST_MAKE_SECURE, (struct touch_step){ .holds = guest_tables(bulk) ? 0 : HOLD_MMAP,
		   .resume = RESUME_CONVERT_FROM, .stage = MAKE_SECURE_LOCK, .view = view });
	if (should_export_before_import(bulk->vm->mm->world, UVC_CMD_CONV_TO_SEC_STOR, bulk->protected_count)) {
		run = cost_page_run(COST_UVC_EXPORT_PLAIN, frame);
		if (bulk->max > run)
			bulk->max = run;
		bulk->max = uvc_bulk_clear(bulk->vm->host->uv, UVC_CMD_CONV_FROM_SEC_STOR, 0, frame, bulk->max);
		add_uvc(bulk, UVC_CMD_CONV_FROM_SEC_STOR, cost_page(COST_UVC_EXPORT_PLAIN, frame),
			(struct touch_step){ .holds = HOLD_MMAP | HOLD_PTL | HOLD_FOLIO,
			.resume = RESUME_CONVERT_FROM, .stage = MAKE_SECURE_EXPORTED, .view = view });
	}
	add_uvc(bulk, UVC_CMD_CONV_TO_SEC_STOR, time, (struct touch_step){
		.holds = HOLD_MMAP | HOLD_PTL | HOLD_FOLIO, .resume = RESUME_CONVERT_FROM,
		.stage = MAKE_SECURE_DONE, .view = view });
	add_enter(bulk);
}

/* --- taking effect ------------------------------------------------------------------------------------------ */

static uint64_t times_over(struct sim_position at, unsigned seg)
{
	return at.round + (at.seg > seg);
}

static void effect(struct touch_bulk *bulk, const struct touch_step *step, sim_time time, uint64_t first, uint64_t n)
{
	uint64_t page = bulk->page + first, flags = MM_PAGE_PRESENT;

	switch (step->effect) {
	case EFFECT_NONE:
		break;
	case EFFECT_EXIT:
		bulk->vcpu->exits[exit_reason_of(step->view)] += n;
		break;
	case EFFECT_TAKE:
		if (bulk->exposed)
			break;
		mm_take_promised(bulk->vm->mm, &bulk->promise, n);
		break;
	case EFFECT_PRESENT:
		if (!bulk->exposed)
			vma_make_present(bulk->vm->mm, bulk->vma, page, n, bulk->thread);
		break;
	case EFFECT_UVC:
		uvc_bulk_commit(bulk->vm->host->uv, step->cmd, bulk->handle, bulk->gpage + first,
				vma_frame(bulk->vma, page), n, time);
		if (step->cmd == UVC_CMD_CONV_TO_SEC_STOR)
			flags |= MM_PAGE_ARCH_1;
		if (step->cmd != UVC_CMD_CONV_FROM_SEC_STOR)
			vma_set_flags(bulk->vma, page, n, flags);
		break;
	}
}

static void touch_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct touch_bulk *bulk = ctx;
	uint64_t touched = to.round - from.round;
	unsigned seg;

	for (seg = 0; seg < bulk->segments; seg++) {
		uint64_t first = times_over(from, seg), n = times_over(to, seg) - first;

		if (!n)
			continue;
		if (bulk->segment[seg].kind == SIM_KIND_KERNEL)
			cost_charge(bulk->step[seg].cost, n, bulk->segment[seg].time);
		effect(bulk, &bulk->step[seg], bulk->segment[seg].time, first, n);
	}
	/* Who looked may have changed the page meanwhile: whether it is still there is for single steps to see. */
	if (touched && bulk->exposed && !to.seg)
		touched--;
	if (!touched)
		return;
	/* Unless the next page is under way. */
	if (to.seg <= bulk->present)
		mm_fresh_clear(bulk->vm->mm, bulk->thread);
	pressure_touched(bulk->vma, bulk->page + from.round, touched);
	bulk->vcpu->ops->touched(bulk->vcpu->guest, bulk->gpage + from.round, touched, bulk->latency);
}

static void touch_expose(void *ctx, struct sim_position at)
{
	struct touch_bulk *bulk = ctx;
	const struct touch_step *step = &bulk->step[at.seg];
	uint64_t page = bulk->page + at.round, frame = vma_frame(bulk->vma, page);
	struct mm *mm = bulk->vm->mm;

	bulk->exposed = true;
	/* In SIE are the guest's own time and the exit. */
	if (bulk->segment[at.seg].kind != SIM_KIND_GUEST && step->effect != EFFECT_EXIT) {
		sie_left(bulk->vcpu);
		bulk->left = true;
	}
	if (step->holds & HOLD_MMAP)
		sim_rwsem_expose_read(&mm->mmap_lock);
	if (step->holds & HOLD_PTL)
		ptl_expose(mm, frame, bulk->thread);
	if (step->holds & HOLD_FOLIO)
		folio_expose(mm, frame);
	if (step->effect == EFFECT_UVC)
		uvc_bulk_interlock(bulk->vm->host->uv, step->cmd, bulk->handle, frame, bulk->thread);
	if (step->cmd == UVC_CMD_CONV_TO_SEC_STOR)
		vma_set_flags(bulk->vma, page, 1, MM_PAGE_PRESENT | MM_PAGE_ARCH_1);
}

static const struct sim_bulk_ops touch_ops = { .settle = touch_settle, .expose = touch_expose };

/* --- planning ----------------------------------------------------------------------------------------------------- */

/* The import of a page that is plain by then. */
static void plan_import_of_plain(struct touch_bulk *bulk)
{
	uint64_t frame = vma_frame(bulk->vma, bulk->page), run = cost_page_run(COST_UVC_IMPORT_NEW, frame);

	if (!bulk->handle)
		return;
	if (bulk->max > run)
		bulk->max = run;
	bulk->max = uvc_bulk_clear(bulk->vm->host->uv, UVC_CMD_CONV_TO_SEC_STOR, bulk->handle, bulk->gpage, bulk->max);
	add_import(bulk, cost_page(COST_UVC_IMPORT_NEW, frame));
}

/* Pages from @page on that swap has nothing to do with; may be too few where pages differ much. */
static uint64_t unswapped_run(struct mm_vma *vma, uint64_t page, uint64_t max)
{
	uint64_t n = 0, run;
	unsigned stretch;

	if (!vma->young)
		return max;
	for (stretch = 0; stretch < 16 && n < max; stretch++, n += run)
		if (vma_flags(vma, page + n, max - n, &run) & (MM_PAGE_WRITEBACK | MM_PAGE_SWAPPED))
			break;
	return n;
}

static bool plan(struct touch_bulk *bulk, enum guest_view view)
{
	struct uv *uv = bulk->vm->host->uv;
	uint64_t frame = vma_frame(bulk->vma, bulk->page), run;
	sim_time time;

	bulk->max = mm_quiet_run(bulk->vm->mm, frame, bulk->max);
	if (bulk->max)
		bulk->max = unswapped_run(bulk->vma, bulk->page, bulk->max);
	if (!bulk->max)
		return false;
	switch (view) {
	case GUEST_OK:
		break;
	case GUEST_ABSENT:
		if (storage_get(bulk->vm->host->storage, frame, bulk->max, &run).state != FRAME_PLAIN)
			return false;
		if (bulk->max > run)
			bulk->max = run;
		add_fault(bulk);
		plan_import_of_plain(bulk);
		break;
	case GUEST_NON_SECURE:
		bulk->max = uvc_bulk_plan(uv, UVC_CMD_CONV_TO_SEC_STOR, bulk->handle, bulk->gpage, frame, bulk->max,
					  &time);
		if (!bulk->max)
			return false;
		add_import(bulk, time);
		break;
	case GUEST_SECURE_ACCESS:
	case GUEST_VIOLATION:
		if (access_of(bulk->vm, view) != WORLD_DESTROY)
			return false;
		bulk->max = uvc_bulk_plan(uv, UVC_CMD_DESTR_SEC_STOR, 0, 0, frame, bulk->max, &time);
		if (!bulk->max)
			return false;
		add_destroy(bulk, view, time);
		plan_import_of_plain(bulk);
		break;
	default:
		return false;
	}
	return bulk->segments && bulk->fixed && bulk->max;
}

/*
 * --- going on step by step
 * -------------------------------------------------------------------------------------------
 */

static enum run_step repaired(int result)
{
	return result ? run_segv() : RUN_LOOP;
}

static enum run_step in_guest(struct touch_bulk *bulk)
{
	return bulk->left ? sie_entered(bulk->vcpu) : RUN_GUEST;
}

static enum run_step resume(struct touch_bulk *bulk, struct sim_position at)
{
	const struct touch_step *step = &bulk->step[at.seg - 1];
	struct gmap_space *gmap = bulk->vm->gmap;
	uint64_t gpage = bulk->gpage + at.round, gaddr = gpage << PAGE_SHIFT;
	uint64_t handle = kvm_import_handle(bulk->vm);

	if (step->resume == RESUME_TOUCH)
		return in_guest(bulk);
	if (!bulk->left)
		sie_left(bulk->vcpu);
	/* The last step of a handler that nobody looked into is the end of it. */
	if (!bulk->exposed && bulk->segment[at.seg - 1].resched)
		return RUN_LOOP;
	switch (step->resume) {
	case RESUME_HANDLE:
		return handle_exception(bulk->vcpu, gpage, step->view);
	case RESUME_FAULT:
		return repaired(gmap_fault_from(gmap, gaddr, step->stage));
	case RESUME_CONVERT:
		return exception_convert(bulk->vm, gaddr);
	case RESUME_CONVERT_FROM:
		return repaired(gmap_convert_from(gmap, gaddr, handle, bulk->protected_count, step->stage) == -EINVAL);
	case RESUME_DESTROY:
		return exception_destroy(bulk->vm, gaddr, WORLD_DESTROY);
	default:
		return repaired(gmap_destroy_from(gmap, gaddr, true));
	}
}

/* Time of the steps [from, to) of a round. */
static sim_time steps_time(const struct touch_bulk *bulk, unsigned from, unsigned to)
{
	sim_time time = 0;

	for (; from < to; from++)
		time += bulk->segment[from].time;
	return time;
}

/*
 * What the vCPU does after the bulk has ended at @at; @stopped: this much of the guest time is done,
 * SIM_FOREVER: not in it.
 */
static enum run_step go_on(struct touch_bulk *bulk, struct sim_position at, sim_time think, sim_time stopped)
{
	struct kvm_vcpu_sim *vcpu = bulk->vcpu;
	unsigned thinks = think ? 1 : 0;

	if (stopped != SIM_FOREVER) {
		vcpu->think_done = stopped;
		sie_exit(vcpu, KVM_REASON_EXTERNAL);
		return RUN_LOOP;
	}
	if (!at.seg)
		return in_guest(bulk);
	vcpu->think_done = think;
	if (at.seg > thinks)
		vcpu->fault_begin = sim_now() - steps_time(bulk, thinks, at.seg);
	return resume(bulk, at);
}

bool touch_in_bulk(struct kvm_vcpu_sim *vcpu, const struct guest_next *next, enum guest_view view, uint64_t run,
		   enum run_step *step)
{
	struct touch_bulk bulk = { .vcpu = vcpu, .vm = vcpu->vm, .thread = sim_self(), .gpage = next->gpage,
				   .present = SIM_BULK_SEGMENTS_MAX,
				   .handle = vcpu->sie_block->pv_handle_config, .fixed = true, .max = run,
				   .protected_count = vcpu->vm->mm_face.context.protected_count.counter };
	struct sim_bulk request = { .segment = bulk.segment, .stride = 1, .ops = &touch_ops, .ctx = &bulk };
	struct host *host = vcpu->vm->host;
	struct sim_position at;
	sim_time stopped;
	bool exposed;

	if (run < 2 || !sim_rwsem_quiet(&vcpu->vm->mm->mmap_lock) || vcpu_held_in_sie(vcpu))
		return false;
	bulk.vma = gmap_page(vcpu->vm->gmap, next->gpage, &bulk.page, NULL);
	if (bulk.vma && view == GUEST_ABSENT)
		bulk.max = host_user_pages_good(host, bulk.max);
	if (!bulk.vma || !bulk.max)
		return false;
	if (next->think) {
		add(&bulk, next->think, SIM_KIND_GUEST, "guest", (struct touch_step){ .resume = RESUME_TOUCH });
		bulk.segment[0].preemptible = true;
	}
	if (!plan(&bulk, view))
		return false;
	bulk.latency = steps_time(&bulk, next->think ? 1 : 0, bulk.segments);
	if (view == GUEST_ABSENT) {
		bulk.promise.seg = bulk.take;
		bulk.max = mm_promise(vcpu->vm->mm, &bulk.promise, bulk.max);
	}
	request.rounds = bulk.max;
	request.segments = bulk.segments;
	request.first = vma_frame(bulk.vma, bulk.page);
	at = sim_bulk_run(&vcpu->vm->mm->domain, &request, &exposed, &stopped);
	if (view == GUEST_ABSENT)
		host_promise_end(host, &bulk.promise);
	if (!at.round && !at.seg && stopped == SIM_FOREVER)
		return false;
	/* The page it was at has not been touched yet: see touch_settle(). */
	if (exposed && stopped == SIM_FOREVER && !at.seg)
		at = (struct sim_position){ .round = at.round - 1, .seg = bulk.segments };
	*step = go_on(&bulk, at, next->think, stopped);
	return true;
}
