/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory slots: which guest frames are backed by which user addresses.
 *
 * Models __kvm_set_memory_region() (virt/kvm/kvm_main.c) and
 * kvm_arch_prepare/commit_memory_region() (arch/s390/kvm/kvm-s390.c) of Linux 6.12. The slots are
 * kept as 5.10 keeps them, highest guest frame first, since its pv.c reads the first one; later
 * versions only ask for the end and for the slot of a frame. Left out: dirty logging, read-only
 * slots, address spaces but the first.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "kvm/kvm_host.h"
#include "uv/cost.h"

#define SEGMENT_MASK (((uint64_t)1 << 20) - 1)

static int slot_index(const struct kvm_memslots *slots, unsigned id)
{
	int i;

	for (i = 0; i < slots->used_slots; i++)
		if (slots->memslots[i].id == id)
			return i;
	return -1;
}

struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, uint64_t gfn)
{
	struct kvm_memslots *slots = kvm->memslots;
	int i;

	for (i = 0; i < slots->used_slots; i++) {
		struct kvm_memory_slot *slot = &slots->memslots[i];

		if (gfn >= slot->base_gfn && gfn - slot->base_gfn < slot->npages)
			return slot;
	}
	return NULL;
}

uint64_t kvm_s390_get_gfn_end(struct kvm *kvm)
{
	const struct kvm_memslots *slots = kvm->memslots;

	if (!slots->used_slots)
		return 0;
	return slots->memslots[0].base_gfn + slots->memslots[0].npages;
}

/* Does any slot but @id reach into [@gfn, @gfn + @pages)? */
static bool slots_overlap(const struct kvm_memslots *slots, unsigned id, uint64_t gfn,
			  uint64_t pages)
{
	int i;

	for (i = 0; i < slots->used_slots; i++) {
		const struct kvm_memory_slot *slot = &slots->memslots[i];

		if (slot->id != id && gfn < slot->base_gfn + slot->npages &&
		    slot->base_gfn < gfn + pages)
			return true;
	}
	return false;
}

static void slot_remove(struct kvm_memslots *slots, int index)
{
	slots->used_slots--;
	memmove(&slots->memslots[index], &slots->memslots[index + 1],
		(slots->used_slots - index) * sizeof(slots->memslots[0]));
}

static void slot_insert(struct kvm_memslots *slots, struct kvm_memory_slot slot)
{
	int i = slots->used_slots++;

	assert(slots->used_slots <= UVSIM_MEMSLOTS_MAX);
	for (; i > 0 && slots->memslots[i - 1].base_gfn < slot.base_gfn; i--)
		slots->memslots[i] = slots->memslots[i - 1];
	slots->memslots[i] = slot;
}

/*
 * The guest range of @slot leaves the guest address space; readers of the slots have left before.
 */
static void slot_unmap(struct kvm_vm *vm, const struct kvm_memory_slot *slot)
{
	sim_synchronize_srcu(&vm->srcu);
	gmap_unmap_segment(vm->gmap, slot->base_gfn << PAGE_SHIFT,
			   (uint64_t)slot->npages << PAGE_SHIFT);
}

static int slot_delete(struct kvm_vm *vm, int index)
{
	struct kvm_memory_slot old;

	if (index < 0 || vm->kvm.arch.pv.handle)
		return -EINVAL;
	old = vm->slots.memslots[index];
	slot_remove(&vm->slots, index);
	slot_unmap(vm, &old);
	return 0;
}

static int slot_set(struct kvm_vm *vm, int index, struct kvm_memory_slot slot)
{
	uint64_t gpa = slot.base_gfn << PAGE_SHIFT, bytes = (uint64_t)slot.npages << PAGE_SHIFT;
	struct kvm_memory_slot old;

	if (index >= 0) {
		old = vm->slots.memslots[index];
		/* Only moving is allowed; a slot may not change its size or what backs it. */
		if (old.npages != slot.npages || old.userspace_addr != slot.userspace_addr)
			return -EINVAL;
		if (old.base_gfn == slot.base_gfn)
			return 0;
	}
	if (slots_overlap(&vm->slots, slot.id, slot.base_gfn, slot.npages))
		return -EEXIST;
	/* While protected, the slots are what the configuration was created with. */
	if (vm->kvm.arch.pv.handle)
		return -EINVAL;
	if ((slot.userspace_addr | bytes) & SEGMENT_MASK || gpa + bytes > vm->limit)
		return -EINVAL;
	if (index >= 0) {
		slot_remove(&vm->slots, index);
		slot_unmap(vm, &old);
	}
	slot_insert(&vm->slots, slot);
	/*
	 * As in Linux the slot stays when only this fails: a guest address that is not on a segment
	 * boundary.
	 */
	(void)gmap_map_segment(vm->gmap, slot.userspace_addr, gpa, bytes);
	return 0;
}

int kvm_set_user_memory_region(struct kvm_vm *vm, unsigned slot, uint64_t gpa, uint64_t bytes,
			       uint64_t address)
{
	int index, result;

	sim_burn(cost(COST_HOST_SYSCALL), SIM_KIND_KERNEL, "KVM_SET_USER_MEMORY_REGION");
	if (slot >= UVSIM_MEMSLOTS_MAX || (gpa | bytes | address) & (PAGE_BYTES - 1) ||
	    gpa + bytes < gpa)
		return -EINVAL;
	sim_mutex_lock(&vm->slots_lock);
	index = slot_index(&vm->slots, slot);
	if (!bytes)
		result = slot_delete(vm, index);
	else
		result = slot_set(vm, index, (struct kvm_memory_slot){
			.base_gfn = gpa >> PAGE_SHIFT, .npages = bytes >> PAGE_SHIFT,
			.userspace_addr = address, .id = (unsigned short)slot });
	sim_mutex_unlock(&vm->slots_lock);
	return result;
}
