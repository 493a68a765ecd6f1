/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rest of what the kernel around pv.c offers: locks that are used in place, time, references, memory by address.
 * Tasks, work, timers and RCU are in files of their own.
 *
 * Source of behaviour: the functions of the same purpose in Linux 6.12. Left out: memory of user space that is
 * not there (a NULL pointer stands for it).
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"
#include "mm/kernel_heap.h"
#include "mm/pressure.h"
#include "sim/choice.h"
#include "uv/cost.h"

_Static_assert(sizeof(struct sim_spinlock) == sizeof(struct uvsim_spin_storage), "a spinlock is used in place");
_Static_assert(sizeof(struct sim_rwsem) == sizeof(struct uvsim_rwsem_storage), "a rwsem is used in place");

static enum sim_wait_mode mode_of(unsigned state)
{
	if (state & UVSIM_TASK_INTERRUPTIBLE)
		return SIM_WAIT_INTERRUPTIBLE;
	return state & UVSIM_TASK_WAKEKILL ? SIM_WAIT_KILLABLE : SIM_WAIT_UNINTERRUPTIBLE;
}

/* --- locks -------------------------------------------------------------------------------------------------- */

static int mutex_trylock(struct mutex *lock, const char *name)
{
	return lock->shared || sim_mutex_trylock(shim_mutex(lock, name));
}

static int mutex_lock_state(struct mutex *lock, unsigned state, const char *name)
{
	return lock->shared ? 0 : sim_mutex_lock_mode(shim_mutex(lock, name), mode_of(state));
}

/* In place, so zeroed memory is a lock: the name comes with the first use. */
static struct sim_spinlock *spin_of(struct uvsim_spin_storage *storage, const char *name)
{
	struct sim_spinlock *lock = (struct sim_spinlock *)storage;

	if (!lock->name)
		lock->name = shim_lock_name(name);
	return lock;
}

static void spin_lock(struct uvsim_spin_storage *lock, const char *name)
{
	sim_spin_lock(spin_of(lock, name));
}

static int spin_trylock(struct uvsim_spin_storage *lock, const char *name)
{
	return sim_spin_trylock(spin_of(lock, name));
}

static void spin_unlock(struct uvsim_spin_storage *lock)
{
	sim_spin_unlock((struct sim_spinlock *)lock);
}

static int spin_is_held(const struct uvsim_spin_storage *storage)
{
	const struct sim_spinlock *lock = (const struct sim_spinlock *)storage;

	return sim_spin_held(lock) ? 1 : lock->owner ? 2 : 0;
}

static int rwsem_down(struct uvsim_rwsem_storage *storage, int write, int try, unsigned state, const char *name)
{
	struct sim_rwsem *sem = (struct sim_rwsem *)storage;

	if (!sem->name)
		sem->name = shim_lock_name(name);
	if (try)
		return write ? sim_rwsem_down_write_trylock(sem) : sim_rwsem_down_read_trylock(sem);
	return sim_rwsem_down(sem, write != 0, mode_of(state)) ? -EINTR : 1;
}

static void rwsem_up(struct uvsim_rwsem_storage *storage, int write)
{
	if (write)
		sim_rwsem_up_write((struct sim_rwsem *)storage);
	else
		sim_rwsem_up_read((struct sim_rwsem *)storage);
}

static int rwsem_is_held(const struct uvsim_rwsem_storage *storage, int write)
{
	return sim_rwsem_held((const struct sim_rwsem *)storage, write != 0);
}

static void read_lock(rwlock_t *lock, const char *name)
{
	sim_read_lock(shim_rwlock(lock, name));
}

static void read_unlock(rwlock_t *lock)
{
	sim_read_unlock(shim_rwlock(lock, "rwlock"));
}

static int mmap_write(struct mm_struct *face, int lock, unsigned state)
{
	struct sim_rwsem *sem = &((struct mm *)face->sim)->mmap_lock;

	if (lock)
		return sim_rwsem_down(sem, true, mode_of(state));
	sim_rwsem_up_write(sem);
	return 0;
}

static void srcu_synchronize(struct srcu_struct *srcu, const char *name)
{
	sim_synchronize_srcu(shim_srcu(srcu, name));
	sim_sleep(cost(COST_HOST_RCU_GRACE), false, "SRCU grace period");
}

/* --- time --------------------------------------------------------------------------------------------------- */

static unsigned long long now(void)
{
	return sim_now();
}

static long long wall(void)
{
	return (long long)sim_now() + host_current()->clock_ahead;
}

static void burn(unsigned long long time, const char *what)
{
	sim_burn(time, SIM_KIND_KERNEL, sim_intern(what));
}

/* --- address spaces ----------------------------------------------------------------------------------------- */

static int users(struct mm_struct *mm)
{
	return (int)((const struct mm *)mm->sim)->users;
}

/* --- memory ------------------------------------------------------------------------------------------------- */

/* The simulator's registration of an OOM notifier. */
struct kernel_oom {
	struct oom_notifier notifier;	/* first */
	struct notifier_block *block;
};

static bool oom_call(struct oom_notifier *notifier, uint64_t *freed)
{
	struct notifier_block *block = ((struct kernel_oom *)notifier)->block;
	unsigned long pages = *freed;
	int result = block->notifier_call(block, 0, &pages);

	*freed = pages;
	return (result & UVSIM_NOTIFY_STOP) != 0;
}

static int oom_register(struct notifier_block *block, int on)
{
	struct kernel_oom *oom = block->sim;

	if (!on) {
		block->sim = NULL;
		return oom ? oom_notifier_unregister(host_current(), &oom->notifier) : -ENOENT;
	}
	oom = block->sim = sim_alloc(sizeof(*oom));
	oom->notifier.call = oom_call;
	oom->notifier.priority = block->priority;
	oom->block = block;
	return oom_notifier_register(host_current(), &oom->notifier);
}

static int is_vmalloc(const void *address)
{
	struct kernel_heap *heap = host_current()->heap;

	return heap_block_frames(heap, (uint64_t)address) && heap_is_mapped(heap, (uint64_t)address);
}

static void kvfree(const void *address)
{
	if (is_vmalloc(address))
		host_vfree(host_current(), (void *)address);
	else
		shim_kfree(address);
}

/* --- KVM ---------------------------------------------------------------------------------------------------- */

static struct kvm_vcpu *vcpu_at(struct kvm *kvm, unsigned index)
{
	struct kvm_vcpu_sim *vcpu = to_kvm_vm(kvm)->vcpus;

	while (vcpu && index-- > 0)
		vcpu = vcpu->next;
	return vcpu ? &vcpu->vcpu : NULL;
}

static void vcpu_kick(struct kvm_vcpu *vcpu)
{
	kvm_kick_vcpu(to_vcpu_sim(vcpu));
}

static long gmap_address(struct gmap *gmap, unsigned long gaddr)
{
	uint64_t address;
	int error = gmap_translate(gmap->sim, gaddr, &address);

	return error ? error : (long)address;
}

static int gmap_fault_in(struct gmap *gmap, unsigned long gaddr)
{
	return gmap_fault(gmap->sim, gaddr);
}

static int gmap_import(struct gmap *gmap, unsigned long gaddr)
{
	return gmap_convert_to_secure(gmap->sim, gaddr, gmap->guest_handle, gmap->mm->context.protected_count.counter);
}

static int gmap_link(struct gmap *gmap, unsigned long gaddr)
{
	(void)gmap;
	(void)gaddr;
	kernel_step(COST_HOST_GMAP_LINK);
	return 0;
}

static int fault_in(struct mm_struct *face, unsigned long hva)
{
	struct mm *mm = face->sim;
	struct mm_vma *vma = mm_vma_find(mm, hva);
	uint64_t page;

	if (!vma)
		return -EFAULT;
	page = (hva - vma->start) >> PAGE_SHIFT;
	sim_domain_touch(&mm->domain, vma_frame(vma, page), 1);
	return vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT ? 0 : fault_locked(mm, vma, page, FAULT_BEGIN);
}

static int gmap_destroy(struct gmap *gmap, unsigned long gaddr)
{
	return gmap_destroy_page(gmap->sim, gaddr);
}

/* --- the rest ----------------------------------------------------------------------------------------------- */

static unsigned processors(void)
{
	return sim_config_get()->processors;
}

static unsigned long long random_number(void)
{
	struct kernel_state *state = kernel_state();

	if (!state->random)
		state->random = sim_stream("kernel/random");
	return (unsigned long long)sim_choose(state->random, 1u << 31) << 31 ^ sim_choose(state->random, 1u << 31) ^
	       (unsigned long long)sim_choose(state->random, 4) << 62;
}

const struct uvsim_services *kernel_services(void)
{
	static struct uvsim_services services;

	services = (struct uvsim_services){
		.size = sizeof(services),
		.now = now,
		.wall = wall,
		.burn = burn,
		.mutex_try = mutex_trylock,
		.mutex_take = mutex_lock_state,
		.spin_take = spin_lock,
		.spin_try = spin_trylock,
		.spin_give = spin_unlock,
		.spin_is_held = spin_is_held,
		.rwsem_down = rwsem_down,
		.rwsem_up = rwsem_up,
		.rwsem_is_held = rwsem_is_held,
		.rwlock_read = read_lock,
		.rwlock_unread = read_unlock,
		.mmap_write = mmap_write,
		.srcu_synchronize = srcu_synchronize,
		.mm_users = users,
		.mmu_notifier_unregister = shim_notifier_unregister,
		.oom_register = oom_register,
		.kvfree = kvfree,
		.is_vmalloc = is_vmalloc,
		.vcpu_at = vcpu_at,
		.vcpu_block_all = kvm_s390_vcpu_block_all,
		.vcpu_kick = vcpu_kick,
		.gmap_address = gmap_address,
		.gmap_fault_in = gmap_fault_in,
		.gmap_import = gmap_import,
		.gmap_destroy = gmap_destroy,
		.gmap_link = gmap_link,
		.fault_in = fault_in,
		.processors = processors,
		.random = random_number,
	};
	kernel_services_tasks(&services);
	kernel_services_work(&services);
	kernel_services_softirq(&services);
	kernel_services_log(&services);
	kernel_services_user(&services);
	kernel_services_references(&services);
	return &services;
}
