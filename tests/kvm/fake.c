/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recording algorithm and its world: see fake.h.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"

struct fake fake;
struct host *host;
struct mm *mm;
struct profile profile;
struct kvm_pv_cmd last_cmd;

static void note(const char *what, int id)
{
	size_t used = strlen(fake.log);

	if (id < 0)
		snprintf(fake.log + used, sizeof(fake.log) - used, "%s ", what);
	else
		snprintf(fake.log + used, sizeof(fake.log) - used, "%s%d ", what, id);
}

void fake_clear_log(void)
{
	fake.log[0] = '\0';
}

static struct sim_mutex *vm_lock(struct kvm *kvm)
{
	return kvm->lock.sim;
}

static int fake_init_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	note("init_vm", -1);
	ck_assert(sim_mutex_held(vm_lock(kvm)));
	*rc = 1;
	*rrc = 0;
	if (fake.init_vm)
		return fake.init_vm;
	kvm->arch.pv.handle = 0x77;
	kvm->arch.gmap->guest_handle = 0x77;
	kvm->mm->context.protected_count.counter++;
	return 0;
}

static void look_round(struct kvm *kvm)
{
	struct kvm_vm *vm = kvm->sim;

	fake.sca_there = vm->sca != 0;
	fake.sie_there = vm->vcpus && vm->vcpus->sie_block;
	fake.gmap_there = vm->gmap != NULL;
}

static void forget(struct kvm *kvm)
{
	kvm->arch.pv.handle = 0;
	kvm->arch.gmap->guest_handle = 0;
	kvm->mm->context.protected_count.counter = 0;
}

static int fake_deinit_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	note("deinit_vm", -1);
	look_round(kvm);
	*rc = 1;
	*rrc = 0;
	if (!fake.deinit)
		forget(kvm);
	return fake.deinit;
}

static int fake_cleanup_all(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	note("cleanup_all", -1);
	look_round(kvm);
	*rc = 1;
	*rrc = 0;
	if (!fake.deinit)
		forget(kvm);
	return fake.deinit;
}

static int fake_set_aside(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	note("set_aside", -1);
	ck_assert(sim_mutex_held(vm_lock(kvm)));
	*rc = 1;
	*rrc = 42;
	if (!fake.set_aside)
		kvm->arch.pv.handle = 0;
	return fake.set_aside;
}

static int fake_perform(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	note("perform", -1);
	ck_assert(!sim_mutex_held(vm_lock(kvm)));
	*rc = 1;
	*rrc = 43;
	if (fake.perform_time)
		sim_burn(fake.perform_time, SIM_KIND_KERNEL, "perform");
	return fake.perform;
}

static int fake_create_cpu(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc)
{
	note("create_cpu", vcpu->vcpu_id);
	ck_assert(sim_mutex_held(vm_lock(vcpu->kvm)));
	*rc = (uint16_t)(vcpu->vcpu_id == fake.fail_cpu ? 0x101 : 1);
	*rrc = 5;
	if (vcpu->vcpu_id == fake.fail_cpu)
		return -EIO;
	vcpu->arch.pv.handle = 0x100 + (unsigned)vcpu->vcpu_id;
	return 0;
}

/*
 * As pv.c: nothing to do without a handle; a positive EIO on failure; the handle is gone either
 * way.
 */
static int fake_destroy_cpu(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc)
{
	bool fails = fake.fail_destroy >= 0 && vcpu->vcpu_id >= fake.fail_destroy;

	if (!vcpu->arch.pv.handle)
		return 0;
	note("destroy_cpu", vcpu->vcpu_id);
	ck_assert_ptr_nonnull(vcpu->arch.sie_block);
	vcpu->arch.pv.handle = 0;
	*rc = (uint16_t)(fails ? 0x200 + vcpu->vcpu_id : 1);
	*rrc = (uint16_t)vcpu->vcpu_id;
	return fails ? EIO : 0;
}

static int fake_set_sec_parms(struct kvm *kvm, void *header, uint64_t length, uint16_t *rc,
			      uint16_t *rrc)
{
	(void)kvm;
	note("set_sec_parms", -1);
	ck_assert_uint_le(length, 2 * PAGE_BYTES);
	memcpy(fake.header, header, length < sizeof(fake.header) ? length : sizeof(fake.header));
	fake.header_at = header;
	*rc = *rrc = 1;
	return fake.set_sec_parms;
}

static int fake_unpack(struct kvm *kvm, unsigned long addr, unsigned long size, unsigned long tweak,
		       uint16_t *rc, uint16_t *rrc)
{
	(void)kvm;
	note("unpack", -1);
	fake.unpack_addr = addr;
	fake.unpack_size = size;
	fake.unpack_tweak = tweak;
	*rc = *rrc = 1;
	return fake.unpack;
}

static int fake_set_cpu_state(struct kvm_vcpu *vcpu, uint8_t state)
{
	note("cpu", vcpu->vcpu_id);
	note("state", state);
	return fake.set_cpu_state;
}

static int fake_dump_cpu(struct kvm_vcpu *vcpu, void *buff, uint16_t *rc, uint16_t *rrc)
{
	note("dump_cpu", vcpu->vcpu_id);
	memset(buff, 0xda, 16);
	*rc = *rrc = 1;
	return 0;
}

static int fake_dump_stor_state(struct kvm *kvm, void *buff_user, unsigned long long *gaddr,
				uint64_t buff_user_len, uint16_t *rc, uint16_t *rrc)
{
	(void)kvm;
	(void)buff_user;
	(void)buff_user_len;
	note("dump_stor_state", -1);
	*gaddr += MIB;
	*rc = *rrc = 1;
	return 0;
}

static int fake_dump_complete(struct kvm *kvm, void *buff_user, uint16_t *rc, uint16_t *rrc)
{
	(void)buff_user;
	note("dump_complete", -1);
	kvm->arch.pv.dumping = false;
	kvm_s390_vcpu_unblock_all(kvm);
	*rc = *rrc = 1;
	return 0;
}

#define COMMON_OPS                                                        \
	.path = "", .init_vm = fake_init_vm, .deinit_vm = fake_deinit_vm, \
	.create_cpu = fake_create_cpu, .destroy_cpu = fake_destroy_cpu,   \
	.set_sec_parms = fake_set_sec_parms, .unpack = fake_unpack,       \
	.set_cpu_state = fake_set_cpu_state, .dump_cpu = fake_dump_cpu,   \
	.dump_stor_state = fake_dump_stor_state, .dump_complete = fake_dump_complete

struct pv_algorithm fake_6_12 = {
	.label = "fake:6.12",
	.version = KVM_KERNEL_VERSION(6, 12, 0),
	COMMON_OPS,
	.deinit_cleanup_all = fake_cleanup_all,
	.set_aside = fake_set_aside,
	.deinit_aside_vm = fake_perform,
};
struct pv_algorithm fake_6_1 = { .label = "fake:6.1",
				 .version = KVM_KERNEL_VERSION(6, 1, 192),
				 COMMON_OPS };
struct pv_algorithm fake_5_10 = { .label = "fake:5.10",
				  .version = KVM_KERNEL_VERSION(5, 10, 223),
				  COMMON_OPS };

/* --- the world -------------------------------------------------------------------------------- */

static void make_profile(void)
{
	unsigned i;

	memset(&profile, 0, sizeof(profile));
	profile.name = (char *)"test";
	for (i = 0; i < COST_COUNT; i++)
		profile.cost[i].value = 100 * SIM_NS;
	profile.machine = (struct machine){
		.uv_base_stor_len = MIB,
		.conf_base_phys_stor_len = 64 << 10,
		.conf_base_virt_stor_len = 64 << 10,
		.conf_virt_var_stor_len = 4096,
		.cpu_stor_len = 64 << 10,
		.max_guest_stor_addr = (uint64_t)1 << 44,
		.max_num_sec_conf = 100,
		.max_guest_cpu_id = 247,
		.conf_dump_storage_state_len = 4096,
		.conf_dump_finalize_len = 4096,
		.destroy_fast = true,
		.misc = true,
		.aiv = true,
		.dump = true,
		.partial_budget = SIM_MS,
	};
}

static void world_thread(void *body)
{
	mm = mm_create(host, "process");
	ck_assert_int_eq(mm_mmap(mm, USER_AT, GUEST_BYTES), 0);
	((void (*)(void))body)();
}

void in_world_of(const struct sim_config *config, void (*body)(void))
{
	memset(&fake, 0, sizeof(fake));
	fake.fail_cpu = fake.fail_destroy = -1;
	make_profile();
	ck_assert_int_eq(sim_create(config), 0);
	cost_use(&profile);
	host = host_create(256 * MIB, &profile);
	ck_assert_ptr_nonnull(host);
	sim_spawn("test", world_thread, (void *)body, NULL);
	ck_assert_int_eq(sim_run(), SIM_END_DONE);
	host_destroy(host);
	cost_use(NULL);
	sim_destroy();
	kvm_set_async_destroy(true);
}

void in_world(void (*body)(void))
{
	in_world_of(&(struct sim_config){ .processors = 2 }, body);
}

struct kvm_vm *make_vm(const struct pv_algorithm *algorithm, unsigned cpus)
{
	struct kvm_vm *vm = kvm_create_vm(mm, algorithm, GUEST_BYTES, "vm");
	unsigned i;

	ck_assert_ptr_nonnull(vm);
	ck_assert_int_eq(kvm_set_user_memory_region(vm, 0, 0, GUEST_BYTES, USER_AT), 0);
	for (i = 0; i < cpus; i++)
		ck_assert_ptr_nonnull(kvm_create_vcpu(vm, i, NULL, NULL));
	return vm;
}

int command(struct kvm_vm *vm, uint32_t cmd, const void *data)
{
	last_cmd = (struct kvm_pv_cmd){ .cmd = cmd, .data = data };
	return kvm_pv_command(vm, &last_cmd);
}

unsigned violations(const char *kind)
{
	const struct sim_finding *violation;
	unsigned n = 0;

	for (violation = uv_violations(host->uv); violation; violation = violation->next)
		n += !strcmp(violation->kind, kind);
	return n;
}

void suite_add(Suite *suite, const char *name, const TTest *const *tests)
{
	TCase *tcase = tcase_create(name);

	for (; *tests; tests++)
		tcase_add_test(tcase, *tests);
	suite_add_tcase(suite, tcase);
}
