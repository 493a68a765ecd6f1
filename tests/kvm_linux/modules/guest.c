/* SPDX-License-Identifier: GPL-2.0-or-later */
/* KVM and the Ultravisor by guest address: slots, contents, requests, UVCs for single pages, the end of an mm. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/oom.h>
#include <asm/gmap.h>

/* Guest frames 0 to 511 are the 2 MiB at 4 GiB of user space: see api.c. */
#define HERE 0x100000000ul

static int slots(struct kvm *kvm)
{
	struct kvm_memory_slot *slot = gfn_to_memslot(kvm, 511);
	struct kvm_memslot_iter iter;
	unsigned int n = 0;

	CHECK(slot && slot->npages == 512 && !gfn_to_memslot(kvm, 512));
	CHECK(slot == __gfn_to_memslot(kvm_memslots(kvm), 0));
	CHECK(gfn_to_hva(kvm, 3) == HERE + 3 * PAGE_SIZE && kvm_is_error_hva(gfn_to_hva(kvm, 512)));
	CHECK(gfn_to_hva_memslot(slot, 3) == gfn_to_hva(kvm, 3) && kvm_is_gpa_in_memslot(kvm, 511 * PAGE_SIZE));
	CHECK(!kvm_is_gpa_in_memslot(kvm, 512 * PAGE_SIZE));
	kvm_for_each_memslot_in_gfn_range(&iter, kvm_memslots(kvm), 500, 600)
		n += iter.slot == slot;
	CHECK(n == 1);
	kvm_for_each_memslot_in_gfn_range(&iter, kvm_memslots(kvm), 512, 600)
		n++;
	CHECK(n == 1);
	return 0;
}

static int contents(struct kvm *kvm)
{
	unsigned long pages = get_mm_rss(kvm->mm);
	u64 data = 7, begin = ktime_get_ns();

	CHECK(kvm_read_guest(kvm, 0x10ff8, &data, 16 - 8) == 0 && data == 0);
	CHECK(get_mm_rss(kvm->mm) == pages + 1 && ktime_get_ns() > begin);
	CHECK(kvm_write_guest(kvm, 0x11ffc, &data, 8) == 0 && get_mm_rss(kvm->mm) == pages + 3);
	CHECK(kvm_write_guest(kvm, 512 * PAGE_SIZE - 4, &data, 8) == -EFAULT);
	CHECK(kvm_read_guest(kvm, 512 * PAGE_SIZE, &data, 0) == 0 && kvm_clear_guest(kvm, 0, PAGE_SIZE) == 0);
	return 0;
}

static int pages(struct kvm *kvm)
{
	struct page *page = gfn_to_page(kvm, 9);
	kvm_pfn_t pfn;

	CHECK(page && page_count(page) == 2);
	pfn = gfn_to_pfn(kvm, 9);
	CHECK(pfn == page_to_pfn(page) && !is_error_pfn(pfn) && page_count(page) == 3);
	kvm_release_pfn_clean(pfn);
	kvm_release_page_dirty(page);
	CHECK(page_count(page) == 1 && gfn_to_page(kvm, 600) == NULL && is_error_noslot_pfn(gfn_to_pfn(kvm, 600)));
	return 0;
}

/* Nothing is secure here, so each call has the answer for that; the time of the call passes. */
static int uvcs(struct kvm *kvm)
{
	struct page *page = gfn_to_page(kvm, 4);
	struct uv_cb_cfs uvcb = {
		.header.cmd = UVC_CMD_CONV_FROM_SEC_STOR, .header.len = sizeof(uvcb), .paddr = page_to_phys(page),
	};
	int once = __uv_call(0, (unsigned long)&uvcb);
	u64 begin = ktime_get_ns();

	CHECK(uv_convert_from_secure(page_to_phys(page)) == (once ? -EINVAL : 0) && ktime_get_ns() > begin);
	CHECK(uv_convert_from_secure_folio(page_folio(page)) == (once ? -EINVAL : 0));
	CHECK(uv_pin_shared(page_to_phys(page)) == -EINVAL);
	CHECK(arch_make_folio_accessible(page_folio(page)) == 0 && !mm_is_protected(kvm->mm));
	CHECK(uv_destroy_folio(page_folio(page)) == uv_destroy_owned_page(page_to_phys(page)));
	CHECK(s390_wiggle_split_folio(kvm->mm, page_folio(page)) == 0 && uv_has_feature(63) == false);
	put_page(page);
	CHECK(gmap_translate(kvm->arch.gmap, 5 * PAGE_SIZE) == HERE + 5 * PAGE_SIZE);
	CHECK(gmap_fault(kvm->arch.gmap, 5 * PAGE_SIZE, FAULT_FLAG_WRITE) == 0);
	once = (int)get_mm_rss(kvm->mm);
	gmap_discard(kvm->arch.gmap, 5 * PAGE_SIZE, 6 * PAGE_SIZE);
	CHECK((int)get_mm_rss(kvm->mm) == once - 1);
	return 0;
}

static int vcpus(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu = kvm_get_vcpu_by_id(kvm, 1);

	CHECK(vcpu && vcpu->vcpu_id == 1 && !kvm_get_vcpu_by_id(kvm, 2) && kvm_vcpu_get_idx(vcpu) == 1);
	CHECK(is_vcpu_stopped(vcpu));
	kvm_make_all_cpus_request(kvm, 5);
	CHECK(kvm_test_request(5, vcpu) && kvm_check_request(5, vcpu) && !kvm_check_request(5, vcpu));
	kvm_vcpu_srcu_read_lock(vcpu);
	CHECK(srcu_read_lock_held(&kvm->srcu));
	kvm_vcpu_srcu_read_unlock(vcpu);
	trace_kvm_s390_sie_enter(vcpu, 1);
	trace_kvm_s390_request_resets((u64)3);
	VCPU_EVENT(vcpu, 3, "%d", 1);
	kvm_s390_vcpu_block_all(kvm);
	kvm_s390_vcpu_unblock_all(kvm);
	return 0;
}

static int late(void *mm)
{
	msleep(20);
	mmput_async(mm);
	return 0;
}

/* Whoever drops the last use does not run the end of the address space: here it is only one of several. */
static int ends(struct kvm *kvm)
{
	CHECK(mmget_not_zero(kvm->mm));
	kthread_run(late, kvm->mm, "late");
	CHECK(!mm_flags_test(MMF_OOM_SKIP, kvm->mm) && check_stable_address_space(kvm->mm) == 0);
	CHECK(!tsk_is_oom_victim(current));
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = { slots, contents, pages, uvcs, vcpus, ends };
