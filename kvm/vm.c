/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A VM's birth and end, and the small things asked of it in between.
 *
 * Models kvm_create_vm(), kvm_arch_init_vm(), kvm_arch_destroy_vm() and
 * kvm_vm_ioctl_check_extension() of Linux 6.12 (virt/kvm/kvm_main.c, arch/s390/kvm/kvm-s390.c).
 * Left out: interrupt controller, GISA, crypto, CMMA, nested virtualisation, user-controlled VMs;
 * vCPU files hold no reference of their own, since a process here closes all its files together.
 */
#include <assert.h>

#include "kvm/kvm_host.h"
#include "kvm/pv.h"
#include "mm/kernel_heap.h"
#include "sim/engine.h"
#include "uv/cost.h"

static bool async_destroy = true;	/* module parameter, fixed when the module is loaded */
static bool import_lock;			/* vCPUs wait for it */

void kvm_set_async_destroy(bool on)
{
	async_destroy = on;
}

void kvm_set_import_lock(bool on)
{
	import_lock = on;
}

bool kvm_async_destroy(void)
{
	return async_destroy;
}

static bool vm_mm_is_protected(void *ctx)
{
	const struct kvm_vm *vm = ctx;

	return vm->mm_face.context.protected_count.counter ||
	       vm->mm_face.context.is_protected.counter;
}

bool kvm_is_protected_count(const void *ctx, const atomic_t *v)
{
	const struct kvm_vm *vm = ctx;

	return v == &vm->mm_face.context.protected_count;
}

void kvm_gmap_sync(struct kvm_vm *vm)
{
	vm->gmap_face.asce = vm->gmap->asce;
	vm->gmap_face.table = (unsigned long *)vm->gmap->table;
	vm->mm_face.context.gmap_asce = vm->gmap->asce;
}

static void init_locks(struct kvm_vm *vm)
{
	sim_mutex_init(&vm->lock, "kvm->lock");
	sim_mutex_init(&vm->slots_lock, "kvm->slots_lock");
	sim_srcu_init(&vm->srcu, "kvm->srcu");
	vm->kvm.lock.sim = &vm->lock;
	vm->kvm.slots_lock.sim = &vm->slots_lock;
	vm->kvm.srcu.sim = &vm->srcu;
	vm->kvm.arch.pv.import_lock.shared = !import_lock;
}

/* What pv.c sees of the VM. */
static void init_faces(struct kvm_vm *vm)
{
	struct kvm *kvm = &vm->kvm;
	const struct machine *machine = &cost_profile()->machine;

	kvm->sim = vm;
	kvm->mm = &vm->mm_face;
	kvm->memslots = &vm->slots;
	kvm->arch.gmap = &vm->gmap_face;
	kvm->arch.sca = (void *)vm->sca;
	kvm->arch.model.uv_feat_guest.ap = machine->ap;
	kvm->arch.model.uv_feat_guest.ap_intr = machine->ap_intr;
	kvm->arch.pv.need_cleanup.next = &kvm->arch.pv.need_cleanup;
	kvm->arch.pv.need_cleanup.prev = &kvm->arch.pv.need_cleanup;
	vm->mm_face.sim = vm->mm;
	vm->gmap_face.sim = vm->gmap;
	vm->gmap_face.mm = &vm->mm_face;
	kvm_gmap_sync(vm);
}

/* module_init() of pv.c: when the first VM of the run is made. */
static int boot(struct host *host, const struct pv_algorithm *algorithm)
{
	int error;

	if (!algorithm->boot || host->booted == algorithm)
		return 0;
	host->booted = algorithm;
	heap_lasting(host->heap, true);
	error = algorithm->boot();
	heap_lasting(host->heap, false);
	return error;
}

struct kvm_vm *kvm_create_vm(struct mm *mm, const struct pv_algorithm *algorithm, uint64_t limit,
			     const char *name)
{
	struct kvm_vm *vm = sim_alloc(sizeof(*vm));

	assert(!mm->is_protected);
	sim_burn(cost(COST_HOST_SYSCALL), SIM_KIND_KERNEL, "KVM_CREATE_VM");
	if (boot(mm->host, algorithm))
		return NULL;
	vm->name = sim_intern(name);
	vm->host = mm->host;
	vm->algorithm = algorithm;
	vm->limit = limit;
	vm->users = 1;
	mm->world = mm_world_of(algorithm->world ? algorithm->world : algorithm->version);
	init_locks(vm);
	vm->sca = host_get_pages(vm->host, SCA_ORDER_BASIC, mm_world_alloc(mm->world) | ALLOC_ZERO, USE_KERNEL, "sca");
	if (!vm->sca)
		return NULL;
	vm->gmap = gmap_create(mm, limit);
	if (!vm->gmap) {
		host_free_pages(vm->host, vm->sca, SCA_ORDER_BASIC);
		return NULL;
	}
	vm->mm = mm;
	mm_grab(mm);
	vm->kvm.mmu_lock.sim = &vm->gmap->mmu_lock;
	mm->is_protected = vm_mm_is_protected;
	mm->ctx = vm;
	init_faces(vm);
	return vm;
}

/*
 * mmu_notifier_unregister(), if a notifier was ever set up. When its registration had failed, Linux
 * up to 6.12 drops a reference to the mm that it never took: reported, and not done here.
 */
static void unregister_notifier(struct kvm_vm *vm)
{
	struct mmu_notifier *notifier = &vm->kvm.arch.pv.mmu_notifier;

	if (!notifier->ops)
		return;
	if (notifier->sim) {
		mm_notifier_unregister(vm->mm, notifier->sim);
		notifier->sim = NULL;
	} else {
		uv_report_violation(vm->host->uv, "mm-count",
				    "%s: mmu notifier unregistered that was never registered: "
				    "mm_count is dropped twice",
				    vm->name);
	}
}

/* The order of the steps is that of Linux: see there before moving one. */
static void destroy_vm(struct kvm_vm *vm)
{
	struct kvm_vcpu_sim *vcpu;
	uint16_t rc, rrc;

	for (vcpu = vm->vcpus; vcpu; vcpu = vcpu->next)
		kvm_vcpu_destroy(vcpu);
	/* kvm_destroy_vcpus(): what pv.c asks of all vCPUs from here on concerns none. */
	vm->vcpus = NULL;
	vm->last_vcpu = NULL;
	host_free_pages(vm->host, vm->sca, vm->use_esca ? SCA_ORDER_EXTENDED : SCA_ORDER_BASIC);
	vm->sca = 0;
	pv_deinit(vm, &rc, &rrc);
	unregister_notifier(vm);
	gmap_remove(vm->gmap);
	vm->gmap = NULL;
	vm->destroyed = true;
	/*
	 * The count of protected configurations is the mm's: mm->is_protected stays, as does what
	 * it reads.
	 */
	mm_drop(vm->mm);
}

void kvm_put_vm(struct kvm_vm *vm)
{
	assert(vm->users);
	if (--vm->users)
		return;
	sim_span_push("kvm_destroy_vm");
	destroy_vm(vm);
	sim_span_pop();
}

int kvm_check_extension(struct kvm_vm *vm, enum kvm_cap cap)
{
	sim_burn(cost(COST_HOST_SYSCALL), SIM_KIND_KERNEL, "KVM_CHECK_EXTENSION");
	switch (cap) {
	case KVM_CAP_S390_PROTECTED:
		return 1;
	case KVM_CAP_S390_PROTECTED_DUMP:
		return pv_rules(vm->algorithm).dump && cost_profile()->machine.dump;
	case KVM_CAP_S390_PROTECTED_ASYNC_DISABLE:
		return pv_rules(vm->algorithm).async && async_destroy;
	}
	return 0;
}

struct kvm *kvm_face(struct kvm_vm *vm)
{
	return &vm->kvm;
}

int kvm_protected_count(const struct kvm_vm *vm)
{
	return vm->mm_face.context.protected_count.counter;
}

uint64_t kvm_pv_handle(const struct kvm_vm *vm)
{
	return vm->kvm.arch.pv.handle;
}
