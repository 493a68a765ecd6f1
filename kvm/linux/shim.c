/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated kernel as pv.c calls it: each function goes to the room that models it.
 *
 * Source of behaviour: the functions of the same names in Linux 6.12; what each must do is told in
 * mm/mm.h, mm/gfp.h, mm/gmap.h, kvm/kvm_host.h and sim/lock.h.
 */
#include <string.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "kvm/pv.h"
#include "mm/gfp.h"
#include "mm/gmap.h"
#include "mm/kernel_heap.h"
#include "mm/mm.h"
#include "mm/reference.h"
#include "sim/engine.h"
#include "sim/lock.h"
#include "sim/thread.h"
#include "uv/cost.h"
#include "uv/uvcb.h"

/* --- memory --- */

_Static_assert(UVSIM_GFP_DIRECT == ALLOC_DIRECT && UVSIM_GFP_KSWAPD == ALLOC_KSWAPD && UVSIM_GFP_HIGH == ALLOC_HIGH &&
	       UVSIM_GFP_MEMALLOC == ALLOC_MEMALLOC && UVSIM_GFP_NOMEMALLOC == ALLOC_NOMEMALLOC &&
	       UVSIM_GFP_NORETRY == ALLOC_NORETRY && UVSIM_GFP_RETRY_MAYFAIL == ALLOC_RETRY_MAYFAIL &&
	       UVSIM_GFP_NOFAIL == ALLOC_NOFAIL && UVSIM_GFP_NOWARN == ALLOC_NOWARN && UVSIM_GFP_ZERO == ALLOC_ZERO &&
	       UVSIM_GFP_ACCOUNT == ALLOC_ACCOUNT, "the flags of pv.c are those of mm/");

/*
 * pv.c asks for zeroed pages only where the kernel itself uses them (the SIDA); all others are
 * donated to the Ultravisor.
 */
static unsigned long shim_get_free_pages(unsigned gfp, unsigned order, const char *site)
{
	if (order > MAX_PAGE_ORDER && !(gfp & ALLOC_NOWARN))
		kernel_services()->print(4, "page_alloc.c", 0, "__alloc_pages",
					 "order %u, asked for by %s, is more than %d\n", order, site, MAX_PAGE_ORDER);
	if (order > MAX_PAGE_ORDER)
		return 0;
	return host_get_pages(host_current(), order, gfp, gfp & ALLOC_ZERO ? USE_KERNEL : USE_UV, site);
}

static void shim_free_pages(unsigned long address, unsigned order)
{
	if (address != 0)
		host_free_pages(host_current(), address, order);
}

static void *shim_vzalloc(unsigned long bytes, unsigned gfp, const char *site)
{
	return host_get_mapping(host_current(), bytes, gfp, site);
}

static void shim_vfree(const void *address)
{
	if (address != NULL)
		host_vfree(host_current(), (void *)address);
}

static unsigned order_of(uint64_t pages)
{
	unsigned order = 0;

	while ((uint64_t)1 << order < pages)
		order++;
	return order;
}

/* What does not fit in a page is made of pages, as by kmalloc(). */
static void *shim_kzalloc(unsigned long bytes, unsigned gfp, const char *site)
{
	if (bytes <= PAGE_BYTES)
		return host_get_object(host_current(), bytes, gfp, site);
	bytes = ((bytes - 1) >> PAGE_SHIFT) + 1;
	return (void *)shim_get_free_pages(gfp | ALLOC_ZERO, order_of(bytes), site);
}

void shim_kfree(const void *object)
{
	uint64_t pages = object != NULL ? heap_block_frames(host_current()->heap, (uint64_t)object) : 0;

	if (pages != 0)
		host_free_pages(host_current(), (uint64_t)object, order_of(pages));
	else if (object != NULL)
		host_kfree(host_current(), (void *)object);
}

/* --- locks --- */

/* "&kvm->lock" is called "kvm->lock". */
const char *shim_lock_name(const char *expression)
{
	return sim_intern(expression + (expression[0] == '&'));
}

struct sim_mutex *shim_mutex(struct mutex *lock, const char *name)
{
	if (lock->sim == NULL) {
		lock->sim = sim_alloc(sizeof(struct sim_mutex));
		sim_mutex_init(lock->sim, shim_lock_name(name));
	}
	return lock->sim;
}

static void shim_mutex_lock(struct mutex *lock, const char *name)
{
	if (!lock->shared)
		sim_mutex_lock(shim_mutex(lock, name));
}

static void shim_mutex_unlock(struct mutex *lock)
{
	if (!lock->shared)
		sim_mutex_unlock(shim_mutex(lock, "mutex"));
}

static int shim_mutex_is_held(struct mutex *lock)
{
	return lock->shared || (lock->sim != NULL && sim_mutex_held(lock->sim));
}

struct sim_srcu *shim_srcu(struct srcu_struct *srcu, const char *name)
{
	if (srcu->sim == NULL) {
		srcu->sim = sim_alloc(sizeof(struct sim_srcu));
		sim_srcu_init(srcu->sim, shim_lock_name(name));
	}
	return srcu->sim;
}

static int shim_srcu_read_lock(struct srcu_struct *srcu, const char *name)
{
	return sim_srcu_read_lock(shim_srcu(srcu, name));
}

static void shim_srcu_read_unlock(struct srcu_struct *srcu, int index)
{
	sim_srcu_read_unlock(shim_srcu(srcu, "srcu"), index);
}

static int shim_srcu_is_held(struct srcu_struct *srcu)
{
	return srcu->sim != NULL && sim_srcu_held(srcu->sim);
}

/* --- the running thread --- */

static int shim_fatal_signal_pending(struct task_struct *task)
{
	const struct sim_thread *thread = kernel_task_of(task)->thread;

	return thread && sim_fatal_signal_pending(thread);
}

static void shim_cond_resched(void)
{
	sim_cond_resched();
}

static void shim_atomic_changed(atomic_t *v)
{
	struct mm *mm;

	for (mm = host_current()->mms; mm; mm = mm->next)
		if (mm->is_protected && kvm_is_protected_count(mm->ctx, v)) {
			mm_protected_count_changed(mm);
			pv_check_count(mm, v->counter);
		}
}

/* --- the Ultravisor --- */

static int shim_uv_call(void *uvcb)
{
	return uv_call(host_current()->uv, uvcb);
}

static int shim_uv_call_sched(void *uvcb)
{
	return uv_call_sched(host_current()->uv, uvcb);
}

static int shim_uv_call_preempted(void *uvcb)
{
	return uv_call_preempted(host_current()->uv, uvcb);
}

static int shim_uv_cmd_nodata(unsigned long long handle, unsigned short cmd, unsigned short *rc,
			      unsigned short *rrc)
{
	return uv_cmd_nodata(host_current()->uv, handle, cmd, rc, rrc);
}

/* Bit @nr as firmware counts: from the most significant one of word 0. */
static void set_bit_inv(unsigned long *words, unsigned nr, bool on)
{
	if (on)
		words[nr / 64] |= 1ul << (63 - nr % 64);
}

/* Filled anew at each look, so that it is always that of the machine in use. */
static struct uvsim_uv_info *shim_uv_info(void)
{
	static struct uvsim_uv_info info;
	const struct machine *m = &cost_profile()->machine;

	memset(&info, 0, sizeof(info));
	for (unsigned nr = BIT_UVC_CMD_QUI; nr <= BIT_UVC_CMD_CONV_FROM_SEC_STOR; nr++)
		set_bit_inv(info.inst_calls_list, nr, true);
	for (unsigned nr = BIT_UVC_CMD_VERIFY_IMG; nr <= BIT_UVC_CMD_UNPIN_PAGE_SHARED; nr++)
		set_bit_inv(info.inst_calls_list, nr, true);
	set_bit_inv(info.inst_calls_list, BIT_UVC_CMD_SET_SEC_PARMS, true);
	set_bit_inv(info.inst_calls_list, BIT_UVC_CMD_UNPACK_IMG, true);
	set_bit_inv(info.inst_calls_list, BIT_UVC_CMD_DESTROY_SEC_CONF_FAST, m->destroy_fast);
	for (unsigned nr = BIT_UVC_CMD_DUMP_INIT; nr <= BIT_UVC_CMD_DUMP_COMPLETE; nr++)
		set_bit_inv(info.inst_calls_list, nr, m->dump);
	set_bit_inv(&info.uv_feature_indications, BIT_UV_FEAT_MISC, m->misc);
	set_bit_inv(&info.uv_feature_indications, BIT_UV_FEAT_AIV, m->aiv);
	set_bit_inv(&info.uv_feature_indications, BIT_UV_FEAT_AP, m->ap);
	set_bit_inv(&info.uv_feature_indications, BIT_UV_FEAT_AP_INTR, m->ap_intr);
	info.uv_base_stor_len = m->uv_base_stor_len;
	info.guest_base_stor_len = m->conf_base_phys_stor_len;
	info.guest_virt_base_stor_len = m->conf_base_virt_stor_len;
	info.guest_virt_var_stor_len = m->conf_virt_var_stor_len;
	info.guest_cpu_stor_len = m->cpu_stor_len;
	info.max_sec_stor_addr = m->max_guest_stor_addr;
	info.max_num_sec_conf = m->max_num_sec_conf;
	info.max_guest_cpu_id = m->max_guest_cpu_id;
	info.conf_dump_storage_state_len = m->conf_dump_storage_state_len;
	info.conf_dump_finalize_len = m->conf_dump_finalize_len;
	return &info;
}

/* --- address spaces --- */

static int shim_mmget_not_zero(struct mm_struct *mm)
{
	if (!mm_get_not_zero(mm->sim))
		return 0;
	reference_taken(host_current(), REFERENCE_USER, mm->sim);
	return 1;
}

static void shim_mmput(struct mm_struct *face)
{
	struct mm *mm = face->sim;

	if (reference_given(host_current(), REFERENCE_USER, mm, "mmput()", mm->name))
		mm_put(mm);
}

static int shim_uv_destroy_range(struct mm_struct *mm, unsigned long start, unsigned long end,
				 int interruptible)
{
	return mm_destroy_range(mm->sim, start, end, interruptible != 0);
}

static int shim_replace_asce(struct gmap *face)
{
	struct gmap_space *gmap = face->sim;
	int error = gmap_replace_asce(gmap);

	if (error != 0)
		return error;
	face->asce = gmap->asce;
	face->mm->context.gmap_asce = gmap->asce;
	face->table = (unsigned long *)gmap->table;
	return 0;
}

static int shim_gmap_make_secure(struct gmap *face, unsigned long gaddr, void *uvcb)
{
	return gmap_make_secure(face->sim, gaddr, uvcb, face->mm->context.protected_count.counter);
}

static void shim_reset_acc(struct mm_struct *mm)
{
	mm_reset_acc(mm->sim);
}

/* --- the rest of KVM --- */

static struct kvm_memory_slot *shim_gfn_to_memslot(struct kvm *kvm, unsigned long long gfn)
{
	return gfn_to_memslot(kvm, gfn);
}

void kernel_api_fill(struct uvsim_kernel_api *api)
{
	*api = (struct uvsim_kernel_api){
		.abi = UVSIM_ABI_VERSION,
		.size = sizeof(*api),
		.get_free_pages = shim_get_free_pages,
		.free_pages = shim_free_pages,
		.vzalloc = shim_vzalloc,
		.vfree = shim_vfree,
		.kzalloc = shim_kzalloc,
		.kfree = shim_kfree,
		.mutex_lock = shim_mutex_lock,
		.mutex_unlock = shim_mutex_unlock,
		.mutex_is_held = shim_mutex_is_held,
		.srcu_read_lock = shim_srcu_read_lock,
		.srcu_read_unlock = shim_srcu_read_unlock,
		.srcu_is_held = shim_srcu_is_held,
		.fatal_signal_pending = shim_fatal_signal_pending,
		.cond_resched = shim_cond_resched,
		.atomic_changed = shim_atomic_changed,
		.services = kernel_services(),
		.memory = kernel_memory(),
		.uv_call = shim_uv_call,
		.uv_call_sched = shim_uv_call_sched,
		.uv_call_preempted = shim_uv_call_preempted,
		.uv_cmd_nodata = shim_uv_cmd_nodata,
		.uv_info = shim_uv_info,
		.mmget_not_zero = shim_mmget_not_zero,
		.mmput = shim_mmput,
		.mmu_notifier_register = shim_notifier_register,
		.uv_destroy_range = shim_uv_destroy_range,
		.replace_asce = shim_replace_asce,
		.gmap_make_secure = shim_gmap_make_secure,
		.reset_acc = shim_reset_acc,
		.gfn_to_memslot = shim_gfn_to_memslot,
		.make_request = kvm_make_request,
		.cpus_from_pv = kvm_s390_cpus_from_pv,
		.vcpu_unblock_all = kvm_s390_vcpu_unblock_all,
	};
	kernel_api_fill_pages(api);
	kernel_api_fill_log(api);
	kernel_api_fill_user(api);
}
