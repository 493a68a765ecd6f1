/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCPUs in a rhythm: see the header. Asleep for a frame in the fault of the next page of the row, a vCPU has touched
 * all before it. What it does with a page is the same for each.
 */
#include "kvm/rhythm.h"

#include "kvm/run.h"
#include "mm/rhythm.h"

static bool state(void *ctx, struct sim_look_words *words)
{
	struct kvm_vcpu_sim *vcpu = ctx;
	unsigned reason;

	vcpu->row = vcpu->row_left = NULL;
	if (vcpu->vcpu.arch.pv.handle || vcpu->sie_block->pv_handle_config || vcpu->kicked || vcpu->woken ||
	    !vcpu->ops->row || vcpu_held_in_sie(vcpu))
		return false;
	if (!vcpu->ops->row(vcpu->guest, words, &vcpu->row, &vcpu->row_left))
		return false;
	sim_convoy_word(words, vcpu->sie_block->prog20);
	sim_convoy_word(words, vcpu->think_done);
	sim_rhythm_time(words, &vcpu->fault_begin);
	for (reason = 0; reason < KVM_REASON_COUNT; reason++)
		sim_convoy_tally(words, &vcpu->exits[reason], NULL);
	return mm_rhythm_state(vcpu->vm->mm, words);
}

/* Pages from @page on, at most @max, before another vCPU's row. */
static uint64_t own_run(const struct kvm_vcpu_sim *vcpu, uint64_t page, uint64_t max)
{
	const struct kvm_vcpu_sim *other;

	for (other = vcpu->vm->vcpus; other; other = other->next)
		if (other != vcpu && other->row && *other->row >= page && *other->row - page < max)
			max = *other->row - page;
	return max;
}

/* Two periods are left for what is planned ahead. */
static uint64_t room(void *ctx)
{
	struct kvm_vcpu_sim *vcpu = ctx;
	uint64_t each = sim_rhythm_grown(vcpu->row), run = *vcpu->row_left, page;
	struct mm_vma *vma;

	/* One that gets nothing in a period needs no room. */
	if (!each)
		return UINT64_MAX;
	vma = gmap_page(vcpu->vm->gmap, *vcpu->row, &page, &run);
	if (!vma)
		return 0;
	run = mm_rhythm_absent(vcpu->vm->mm, vma, page, own_run(vcpu, *vcpu->row, run));
	return run / each > 2 ? run / each - 2 : 0;
}

static void advance(void *ctx, uint64_t n)
{
	struct kvm_vcpu_sim *vcpu = ctx;
	uint64_t page;
	struct mm_vma *vma = gmap_page(vcpu->vm->gmap, *vcpu->row, &page, NULL);

	if (vma)
		mm_rhythm_came(vcpu->vm->mm, vma, page, n * sim_rhythm_grown(vcpu->row));
}

struct sim_rhythm_part vcpu_rhythm(struct kvm_vcpu_sim *vcpu)
{
	return (struct sim_rhythm_part){ .state = state, .room = room, .advance = advance, .ctx = vcpu };
}
