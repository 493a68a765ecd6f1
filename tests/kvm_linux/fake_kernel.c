/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake kernel: plain allocations, counted locks, UVCs that succeed unless told otherwise.
 */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/kvm_linux/fake_kernel.h"
#include "tests/kvm_linux/suites.h"

struct fake fake;

static const struct pv_algorithm *attached;
static struct uvsim_kernel_api api;

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	size_t used = strlen(fake.log);
	va_list args;

	va_start(args, format);
	vsnprintf(fake.log + used, sizeof(fake.log) - used, format, args);
	va_end(args);
	strncat(fake.log, ";", sizeof(fake.log) - strlen(fake.log) - 1);
}

int fake_logged(const char *word)
{
	return strstr(fake.log, word) != NULL;
}

/* --- memory --- */

static void *allocate(size_t bytes, int zero)
{
	void *memory;

	if (++fake.allocations == fake.fail_allocation)
		return NULL;
	memory = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
	ck_assert_ptr_nonnull(memory);
	memset(memory, zero ? 0 : 0xa5, bytes);
	for (int i = 0; i < BLOCKS; i++) {
		if (fake.block[i] == NULL) {
			fake.block[i] = memory;
			break;
		}
	}
	fake.left++;
	return memory;
}

static void release(const void *memory)
{
	if (memory != NULL)
		fake.left--;
	for (int i = 0; i < BLOCKS; i++) {
		if (fake.block[i] == memory)
			fake.block[i] = NULL;
	}
	free((void *)memory);
}

static unsigned long get_free_pages(unsigned gfp, unsigned order, const char *site)
{
	int zero = (gfp & UVSIM_GFP_ZERO) != 0;

	note("pages %u%s %s", order, zero ? " zero" : "", site);
	return (unsigned long)allocate(4096ul << order, zero);
}

static void free_pages(unsigned long address, unsigned order)
{
	note("free %u", order);
	release((void *)address);
}

static void *vzalloc(unsigned long bytes, unsigned gfp, const char *site)
{
	(void)gfp;
	note("vzalloc %lu %s", bytes, site);
	return allocate(bytes, 1);
}

static void vfree(const void *address)
{
	note("vfree");
	release(address);
}

static void *kzalloc(unsigned long bytes, unsigned gfp, const char *site)
{
	(void)gfp;
	note("kzalloc %lu %s", bytes, site);
	return allocate(bytes, 1);
}

static void kfree(const void *object)
{
	note("kfree");
	release(object);
}

static unsigned long copy_to_user(void *to, const void *from, unsigned long n)
{
	note("copy %lu", n);
	if (to == NULL)
		return n;
	memcpy(to, from, n);
	return 0;
}

/* --- locks: sim of the object counts --- */

static void mutex_lock(struct mutex *lock, const char *name)
{
	ck_assert_ptr_null(lock->sim);
	lock->sim = lock;
	fake.locks++;
	note("lock %s", name);
}

static void mutex_unlock(struct mutex *lock)
{
	ck_assert_ptr_nonnull(lock->sim);
	lock->sim = NULL;
	fake.locks--;
}

static int mutex_is_held(struct mutex *lock)
{
	return lock->sim != NULL;
}

static int srcu_read_lock(struct srcu_struct *srcu, const char *name)
{
	srcu->sim = srcu;
	fake.locks++;
	note("srcu %s", name);
	return 7;
}

static void srcu_read_unlock(struct srcu_struct *srcu, int index)
{
	ck_assert_int_eq(index, 7);
	srcu->sim = NULL;
	fake.locks--;
}

static int srcu_is_held(struct srcu_struct *srcu)
{
	return srcu->sim != NULL;
}

/* --- thread, Ultravisor --- */

static struct task_struct running;

static struct task_struct *current_task(void)
{
	return &running;
}

static const struct uvsim_services services = { .size = sizeof(services), .current_task = current_task };

static int fatal_signal_pending(struct task_struct *task)
{
	ck_assert_ptr_eq(task, current_task());
	return fake.signal;
}

static void atomic_changed(atomic_t *v)
{
	(void)v;
}

static void cond_resched(void)
{
	note("resched");
}

static int uvc(const char *how, void *uvcb)
{
	unsigned short *header = uvcb;
	int failed = fake.fail_cmd != 0 && header[1] == fake.fail_cmd;

	note("%s %04x", how, header[1]);
	fake.uvcb_len = header[0];
	ck_assert_uint_le(header[0], sizeof(fake.uvcb));
	memcpy(fake.uvcb, uvcb, header[0]);
	header[2] = (unsigned short)(failed ? fake.fail_rc : 1);
	header[3] = (unsigned short)(failed ? fake.fail_rrc : 0);
	if (!failed && (header[1] == 0x100 || header[1] == 0x120))
		((unsigned long long *)uvcb)[3] = header[1] == 0x100 ? 0xc0ffee : 0xcb0;
	return failed;
}

static int uv_call(void *uvcb)
{
	return uvc("uvc", uvcb);
}

static int uv_call_sched(void *uvcb)
{
	return uvc("uvc sched", uvcb);
}

static int uv_cmd_nodata(unsigned long long handle, unsigned short cmd, unsigned short *rc,
			 unsigned short *rrc)
{
	int failed = fake.fail_cmd != 0 && cmd == fake.fail_cmd;

	note("uvc nodata %04x %llx", cmd, handle);
	*rc = (unsigned short)(failed ? fake.fail_rc : 1);
	*rrc = (unsigned short)(failed ? fake.fail_rrc : 0);
	return failed ? -22 : 0;
}

static struct uvsim_uv_info *uv_info(void)
{
	return &fake.info;
}

/* --- address spaces, KVM --- */

static int mmget_not_zero(struct mm_struct *mm)
{
	(void)mm;
	return !fake.mm_gone;
}

static void mmput(struct mm_struct *mm)
{
	(void)mm;
	note("mmput");
}

static int mmu_notifier_register(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	(void)mm;
	ck_assert_ptr_nonnull(notifier->ops);
	note("notifier");
	return 0;
}

static int uv_destroy_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			    int interruptible)
{
	(void)mm;
	note("range %lx %lx %d", start, end, interruptible);
	return interruptible ? fake.range_error : 0;
}

static int replace_asce(struct gmap *gmap)
{
	note("replace");
	if (fake.replace_error == 0)
		gmap->asce += 0x4000;
	return fake.replace_error;
}

static int gmap_make_secure(struct gmap *gmap, unsigned long gaddr, void *uvcb)
{
	int error = fake.secure_error;

	(void)gmap;
	note("secure %lx", gaddr);
	uvc("uvc", uvcb);
	fake.secure_error = 0;
	return error;
}

static struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, unsigned long long gfn)
{
	(void)kvm;
	for (int i = 0; i < 4; i++) {
		if (fake.slots[i] != NULL && gfn - fake.slots[i]->base_gfn < fake.slots[i]->npages)
			return fake.slots[i];
	}
	return NULL;
}

static void make_request(int request, struct kvm_vcpu *vcpu)
{
	vcpu->requests |= 1ull << request;
}

static int cpus_from_pv(struct kvm *kvm, unsigned short *rc, unsigned short *rrc)
{
	(void)kvm;
	*rc = *rrc = 0;
	note("cpus_from_pv");
	return fake.cpus_error;
}

static void vcpu_unblock_all(struct kvm *kvm)
{
	(void)kvm;
	note("unblock");
}

/* --- what is said, and the hooks --- */

static void warn(const char *file, int line, const char *function, const char *format, ...)
{
	int used = snprintf(fake.warn, sizeof(fake.warn), "%s:%d %s: ", file, line, function);
	va_list args;

	va_start(args, format);
	vsnprintf(fake.warn + used, sizeof(fake.warn) - (size_t)used, format, args);
	va_end(args);
	fake.warns++;
}

static void lockdep_failed(const char *file, int line, const char *function, const char *text)
{
	snprintf(fake.lockdep, sizeof(fake.lockdep), "%s:%d %s: %s", file, line, function, text);
}

static void uv_event(struct kvm *kvm, int level, const char *format, ...)
{
	(void)kvm;
	(void)format;
	ck_assert_int_eq(level, 3);
}

static void function_enter(void *owner, void *function)
{
	char where[128];
	size_t used = strlen(fake.functions);

	ck_assert_ptr_eq(owner, api.owner);
	ck_assert_int_eq(pv_module_source_line(attached, (uintptr_t)function, where, sizeof(where)),
			 0);
	snprintf(fake.functions + used, sizeof(fake.functions) - used, " >%s",
		 strchr(where, ' ') + 1);
	fake.depth++;
}

static void function_leave(void *owner, void *function)
{
	(void)owner;
	(void)function;
	fake.depth--;
	strncat(fake.functions, " <", sizeof(fake.functions) - strlen(fake.functions) - 1);
}

void fake_attach(const struct pv_algorithm *algorithm)
{
	for (int i = 0; i < BLOCKS; i++)
		free(fake.block[i]);
	memset(&fake, 0, sizeof(fake));
	attached = algorithm;
	fake.info = (struct uvsim_uv_info){
		.guest_base_stor_len = 0x4000,
		.guest_virt_base_stor_len = 0x3000,
		.guest_virt_var_stor_len = 0x20,
		.guest_cpu_stor_len = 0x2001,
		.conf_dump_storage_state_len = 0x2000,
		.conf_dump_finalize_len = 0x1000,
	};
	/* owner and edge hook stay the loader's: coverage is its business. */
	api = (struct uvsim_kernel_api){
		.abi = UVSIM_ABI_VERSION, .size = sizeof(api),
		.owner = pv_module_api(algorithm)->owner, .edge = pv_module_api(algorithm)->edge,
		.get_free_pages = get_free_pages, .free_pages = free_pages, .vzalloc = vzalloc,
		.vfree = vfree, .kzalloc = kzalloc, .kfree = kfree,
		.copy_to_user = copy_to_user, .mutex_lock = mutex_lock,
		.mutex_unlock = mutex_unlock, .mutex_is_held = mutex_is_held,
		.srcu_read_lock = srcu_read_lock, .srcu_read_unlock = srcu_read_unlock,
		.srcu_is_held = srcu_is_held, .services = &services,
		.fatal_signal_pending = fatal_signal_pending, .cond_resched = cond_resched,
		.atomic_changed = atomic_changed,
		.uv_call = uv_call, .uv_call_sched = uv_call_sched,
		.uv_cmd_nodata = uv_cmd_nodata, .uv_info = uv_info,
		.mmget_not_zero = mmget_not_zero, .mmput = mmput,
		.mmu_notifier_register = mmu_notifier_register,
		.uv_destroy_range = uv_destroy_range, .replace_asce = replace_asce,
		.gmap_make_secure = gmap_make_secure, .gfn_to_memslot = gfn_to_memslot,
		.make_request = make_request, .cpus_from_pv = cpus_from_pv,
		.vcpu_unblock_all = vcpu_unblock_all, .warn = warn,
		.lockdep_failed = lockdep_failed, .uv_event = uv_event,
		.function_enter = function_enter, .function_leave = function_leave,
	};
	pv_module_info(algorithm)->attach(&api);
}

const struct pv_algorithm *fake_load(const char *version, int i, bool coverage)
{
	static const char *const compilers[] = { "gcc", "clang" };
	const struct pv_algorithm *algorithm;
	char *module, *error = NULL;

	if (!have(compilers[i]))
		return NULL;
	module = built(version, compilers[i], coverage);
	algorithm = pv_module_load(module, &error);
	ck_assert_msg(algorithm != NULL, "%s", error);
	free(module);
	fake_attach(algorithm);
	return algorithm;
}

void fake_vm_init(struct fake_vm *vm, unsigned long pages)
{
	memset(vm, 0, sizeof(*vm));
	vm->slots.used_slots = 1;
	vm->slots.memslots[0] =
		(struct kvm_memory_slot){ .npages = pages, .userspace_addr = 1ul << 40 };
	vm->gmap = (struct gmap){ .asce = 0x10000 | 0x4, .mm = &vm->mm };
	vm->kvm.mm = &vm->mm;
	vm->kvm.memslots = &vm->slots;
	vm->kvm.arch.gmap = &vm->gmap;
	vm->kvm.arch.sca = (void *)0x123000;
	vm->kvm.arch.pv.need_cleanup =
		(struct list_head){ &vm->kvm.arch.pv.need_cleanup, &vm->kvm.arch.pv.need_cleanup };
	vm->vcpu.kvm = &vm->kvm;
	vm->vcpu.arch.sie_block = &vm->sie;
	vm->vcpu.arch.gmap = &vm->gmap;
	fake.slots[0] = &vm->slots.memslots[0];
}
