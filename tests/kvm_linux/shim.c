/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shim: the real pv.c on the simulated kernel, through KVM's ioctls. Its functions appear in
 * the account, its donations in the Ultravisor, its warnings in the list; what it replaced is what
 * the address space has.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/loader.h"
#include "kvm/linux/shim.h"
#include "sim/engine.h"
#include "tests/kvm_linux/suites.h"
#include "uv/cost.h"

#define MIB ((uint64_t)1 << 20)
#define GUEST_AT ((uint64_t)1 << 32)
#define GUEST_BYTES (16 * MIB)

static struct profile profile;
static struct host *host;
static struct mm *mm;
static const struct pv_algorithm *pv;

static void make_profile(void)
{
	memset(&profile, 0, sizeof(profile));
	profile.name = (char *)"test";
	for (int i = 0; i < COST_COUNT; i++)
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
		.conf_dump_finalize_len = 8192,
		.misc = true,
		.aiv = true,
		.dump = true,
		.partial_budget = SIM_MS,
	};
}

static void world_thread(void *body)
{
	mm = mm_create(host, "process");
	ck_assert_int_eq(mm_mmap(mm, GUEST_AT, GUEST_BYTES), 0);
	((void (*)(void))body)();
}

/* Run @body on a simulated thread of a host that runs the pv.c of @version. */
static void in_world(const char *version, void (*body)(void))
{
	struct sim_config config = { .processors = 2 };
	char *module = built(version, NULL, false), *error = NULL;

	pv = pv_module_load(module, &error);
	ck_assert_msg(pv != NULL, "%s", error);
	free(module);
	make_profile();
	kernel_log_reset();
	ck_assert_int_eq(sim_create(&config), 0);
	cost_use(&profile);
	host = host_create(256 * MIB, &profile);
	ck_assert_ptr_nonnull(host);
	sim_spawn("test", world_thread, (void *)body, NULL);
	ck_assert_int_eq(sim_run(), SIM_END_DONE);
	host_destroy(host);
	cost_use(NULL);
	sim_destroy();
	pv_module_unload(pv);
	kernel_log_reset();
}

static struct kvm_vm *make_vm(uint64_t limit)
{
	struct kvm_vm *vm = kvm_create_vm(mm, pv, limit, "vm");

	ck_assert_ptr_nonnull(vm);
	ck_assert_int_eq(kvm_set_user_memory_region(vm, 0, 0, GUEST_BYTES, GUEST_AT), 0);
	ck_assert_ptr_nonnull(kvm_create_vcpu(vm, 0, NULL, NULL));
	ck_assert_ptr_nonnull(kvm_create_vcpu(vm, 1, NULL, NULL));
	return vm;
}

static int command(struct kvm_vm *vm, uint32_t cmd)
{
	struct kvm_pv_cmd arg = { .cmd = cmd };

	return kvm_pv_command(vm, &arg);
}

/* The node called @name somewhere below @node. */
static const struct sim_account *find(const struct sim_account *node, const char *name)
{
	const struct sim_account *found;

	if (strcmp(node->name, name) == 0)
		return node;
	for (node = node->child; node != NULL; node = node->next) {
		found = find(node, name);
		if (found != NULL)
			return found;
	}
	return NULL;
}

/* --- the life of a protected VM --- */

static void life(void)
{
	const struct sim_account *account = sim_thread_account(sim_self()), *node;
	struct kvm_vm *vm = make_vm((uint64_t)1 << 42);
	uint64_t donated = uv_donated_frames(host->uv);

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE), 0);
	ck_assert_uint_ne(kvm_pv_handle(vm), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_uint_eq(uv_conf_count(host->uv), 1);
	/* base 16 pages, variable part 16 + 16, two CPUs of 16 */
	ck_assert_uint_eq(uv_donated_frames(host->uv) - donated, 16 + 32 + 32);
	ck_assert_uint_eq(host->used[USE_UV] >= 80, 1);
	node = find(account, "kvm_s390_pv_init_vm");
	ck_assert_ptr_nonnull(node);
	ck_assert_uint_eq(node->count, 1);
	ck_assert_ptr_nonnull(find(node, "kvm_s390_pv_alloc_vm"));
	ck_assert_uint_gt(sim_account_total_kind(node, SIM_KIND_UVC), 0);
	ck_assert_uint_eq(find(account, "kvm_s390_pv_create_cpu")->count, 2);

	ck_assert_int_eq(command(vm, KVM_PV_DISABLE), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_uint_eq(uv_donated_frames(host->uv), donated);
	ck_assert_ptr_nonnull(find(account, "kvm_s390_pv_deinit_vm"));
	kvm_put_vm(vm);
	mm_put(mm);
	ck_assert_ptr_null(kernel_warns()[0]);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(lives)
{
	in_world(_i == 0 ? "6.12" : "6.1", life);
}
END_TEST

/* --- asynchronous teardown --- */

static void async(void)
{
	struct kvm_vm *vm = make_vm((uint64_t)1 << 42);
	unsigned long asce, *table;

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE), 0);
	asce = vm->gmap_face.asce;
	table = vm->gmap_face.table;
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE), 0);
	ck_assert_uint_ne(vm->gmap_face.asce, asce);
	ck_assert_ptr_ne(vm->gmap_face.table, table);
	ck_assert_uint_eq(vm->gmap_face.asce, vm->gmap->asce);
	ck_assert_uint_eq((uint64_t)vm->gmap_face.table, vm->gmap->table);
	ck_assert_uint_eq(vm->mm_face.context.gmap_asce, vm->gmap->asce);
	ck_assert_uint_eq(uv_conf_count(host->uv), 1);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 2);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM), -EINVAL);
	ck_assert_uint_eq(uv_conf_count(host->uv), 1);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_ptr_null(kernel_warns()[0]);
	/* The process ends first: the notifier destroys the CPUs; the VM goes with its file. */
	mm_put(mm);
	ck_assert_uint_eq(vm->vcpus->vcpu.arch.pv.handle, 0);
	kvm_put_vm(vm);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(tears_down_asynchronously)
{
	in_world("6.12", async);
}
END_TEST

/* A guest of less than 2 GiB has a segment table, which cannot be replaced. */
static void small(void)
{
	struct kvm_vm *vm = make_vm((uint64_t)1 << 31);

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE), 0);
	kvm_put_vm(vm);
	mm_put(mm);
}

START_TEST(refuses_segment_tables)
{
	in_world("6.12", small);
}
END_TEST

/* --- faults --- */

static int fail_countdown;

static int fail_nth(void *ctx, const char *site, uint64_t bytes)
{
	(void)ctx;
	(void)bytes;
	return strncmp(site, "kvm_s390_pv_", 12) == 0 && --fail_countdown == 0;
}

/*
 * Each allocation of pv.c in ENABLE fails once: base, variable part, and for two CPUs base and
 * SIDA.
 */
static void allocations(void)
{
	struct kvm_vm *vm = make_vm((uint64_t)1 << 42);
	uint64_t bytes, after, blocks;

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE), 0);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE), 0);
	blocks = host_heap_left(host, &bytes);
	host->should_fail = fail_nth;
	for (int nth = 1; nth <= 6; nth++) {
		fail_countdown = nth;
		ck_assert_msg(command(vm, KVM_PV_ENABLE) == -ENOMEM, "allocation %d", nth);
		ck_assert_uint_eq(host_heap_left(host, &after), blocks);
		ck_assert_uint_eq(after, bytes);
		ck_assert_int_eq(kvm_protected_count(vm), 0);
		ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	}
	fail_countdown = 7;
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE), 0);
	ck_assert_int_eq(fail_countdown, 1);
	kvm_put_vm(vm);
	mm_put(mm);
}

START_TEST(fails_allocations)
{
	in_world(_i == 0 ? "6.12" : "6.1", allocations);
}
END_TEST

/* --- what the kernel says --- */

static void talk(void)
{
	const struct uvsim_kernel_api *api = pv_module_api(pv);
	const char *const *warns;

	api->warn("/x/pv.c", 10, "f", "number %d\n", 1);
	api->warn("pv.c", 10, "f", "number %d", 2);
	api->warn("pv.c", 11, "f", "other");
	api->lockdep_failed("pv.c", 10, "f", "&kvm->lock is not held");
	warns = kernel_warns();
	ck_assert_str_eq(warns[0], "WARN pv.c:10 f: number 1");
	ck_assert_str_eq(warns[1], "WARN pv.c:11 f: other");
	ck_assert_str_eq(warns[2], "LOCKDEP pv.c:10 f: &kvm->lock is not held");
	ck_assert_ptr_null(warns[3]);
	kernel_log_reset();
	ck_assert_ptr_null(kernel_warns()[0]);
	mm_put(mm);
}

START_TEST(collects_warnings)
{
	in_world("6.12", talk);
}
END_TEST

/* Locks nobody made yet are made at first use, with the name they have in the source. */
static void locks(void)
{
	const struct uvsim_kernel_api *api = pv_module_api(pv);
	struct mutex mutex = { 0 };
	struct srcu_struct srcu = { NULL };
	char buffer[8] = "";
	int index;

	ck_assert(!api->mutex_is_held(&mutex));
	api->mutex_lock(&mutex, "&kvm->lock");
	ck_assert(api->mutex_is_held(&mutex));
	ck_assert_str_eq(((struct sim_mutex *)mutex.sim)->name, "kvm->lock");
	api->mutex_unlock(&mutex);
	ck_assert(!api->mutex_is_held(&mutex));
	index = api->srcu_read_lock(&srcu, "&kvm->srcu");
	ck_assert(api->srcu_is_held(&srcu));
	api->srcu_read_unlock(&srcu, index);
	ck_assert(!api->srcu_is_held(&srcu));
	ck_assert_uint_eq(api->copy_to_user(buffer, "1234567", 8), 0);
	ck_assert_str_eq(buffer, "1234567");
	ck_assert_uint_eq(api->copy_to_user(NULL, "1234567", 8), 8);
	api->vfree(NULL);
	api->kfree(NULL);
	mm_put(mm);
}

START_TEST(makes_locks)
{
	in_world("6.12", locks);
}
END_TEST

/* The answer to the query follows the machine in use, bit by bit. */
static void info(void)
{
	const struct uvsim_kernel_api *api = pv_module_api(pv);
	const struct uvsim_uv_info *info = api->uv_info();

	ck_assert_uint_eq(info->guest_base_stor_len, 64 << 10);
	ck_assert_uint_eq(info->guest_virt_var_stor_len, 4096);
	ck_assert_uint_eq(info->guest_cpu_stor_len, 64 << 10);
	ck_assert_uint_eq(info->conf_dump_finalize_len, 8192);
	ck_assert_uint_eq(info->uv_feature_indications, 3ul << 62);
	/* bits from the left: 0-7, 11, 13-22, 24-27 */
	ck_assert_uint_eq(info->inst_calls_list[0], 0xff17fef000000000ul);
	profile.machine.destroy_fast = true;
	profile.machine.dump = false;
	ck_assert_uint_eq(api->uv_info()->inst_calls_list[0], 0xff17ff0000000000ul);
	mm_put(mm);
}

START_TEST(answers_the_query)
{
	in_world("6.12", info);
}
END_TEST

Suite *shim_suite(void)
{
	Suite *suite = suite_create("shim");
	TCase *tc = tcase_create("shim");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, lives, 0, 2);
	tcase_add_test(tc, tears_down_asynchronously);
	tcase_add_test(tc, refuses_segment_tables);
	tcase_add_loop_test(tc, fails_allocations, 0, 2);
	tcase_add_test(tc, collects_warnings);
	tcase_add_test(tc, makes_locks);
	tcase_add_test(tc, answers_the_query);
	suite_add_tcase(suite, tc);
	return suite;
}
