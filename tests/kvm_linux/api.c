/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel around pv.c, tried by files of our own in the place of pv.c (modules/): each function in their
 * tables is one test, run in a VM of the simulated host. What they check themselves is order, time and effect;
 * here is checked what only shows at the end of a run: that it ends, that nothing is left, that it repeats.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/files.h"
#include "kvm/linux/loader.h"
#include "kvm/linux/shim.h"
#include "mm/pressure.h"
#include "sim/engine.h"
#include "sim/finding.h"
#include "tests/kvm_linux/suites.h"
#include "uv/cost.h"

#define MIB ((uint64_t)1 << 20)
#define GUEST_AT ((uint64_t)1 << 32)

static const struct {
	const char *file;
	unsigned tests;
	const char *version;		/* NULL: 6.12 */
	bool pressure;			/* the host has watermarks and a swap device */
} modules[] = {
	{ .file = "threads", .tests = 9 }, { .file = "work", .tests = 7 }, { .file = "locks", .tests = 7 },
	{ .file = "data", .tests = 10 }, { .file = "folios", .tests = 5 }, { .file = "walks", .tests = 7 },
	{ .file = "notify", .tests = 4 }, { .file = "pressure", .tests = 3, .pressure = true },
	{ .file = "calls", .tests = 10 }, { .file = "guest", .tests = 6 },
	{ .file = "tables", .tests = 2, .version = "7.1" },
};

#define MODULES (int)(sizeof(modules) / sizeof(modules[0]))

static const struct pv_algorithm *pv;
static struct profile profile;
static struct host *host;
static unsigned number;
static int failed_line;

static char *module_of(const char *name, const char *version, const char *cc)
{
	char *path = text_format("%s/api-%s.c", scratch, name);
	char *first = text_format("%s/tests/kvm_linux/modules/common.c", SOURCE_DIR), *common = file_read(first, NULL);
	char *second = text_format("%s/tests/kvm_linux/modules/%s.c", SOURCE_DIR, name), *own = file_read(second, NULL);
	char *both = text_format("%s%s", common, own), *module;
	char *spec = text_format("%s@%s", path, version ? version : "6.12");

	ck_assert_int_eq(file_write(path, both), 0);
	module = built(spec, cc, false);
	free(path);
	free(first);
	free(second);
	free(common);
	free(own);
	free(both);
	free(spec);
	return module;
}

static void make_profile(void)
{
	memset(&profile, 0, sizeof(profile));
	profile.name = (char *)"test";
	for (int i = 0; i < COST_COUNT; i++)
		profile.cost[i].value = 100 * SIM_NS;
	profile.cost[COST_HOST_RCU_GRACE].value = 5 * SIM_MS;
	profile.machine = (struct machine){
		.uv_base_stor_len = MIB,
		.max_guest_stor_addr = (uint64_t)1 << 44,
		.max_num_sec_conf = 100,
		.max_guest_cpu_id = 247,
	};
}

static void test_thread(void *arg)
{
	struct mm *mm = mm_create(host, "process");
	struct kvm_vm *vm;
	uint16_t rc, rrc;

	(void)arg;
	ck_assert_int_eq(mm_mmap(mm, GUEST_AT, 4 * MIB), 0);
	ck_assert_int_eq(mm_mmap(mm, GUEST_AT + 5 * MIB, MIB), 0);
	vm = kvm_create_vm(mm, pv, (uint64_t)1 << 42, "vm");
	ck_assert_ptr_nonnull(vm);
	ck_assert_int_eq(kvm_set_user_memory_region(vm, 0, 0, 2 * MIB, GUEST_AT), 0);
	ck_assert_ptr_nonnull(kvm_create_vcpu(vm, 0, NULL, NULL));
	ck_assert_ptr_nonnull(kvm_create_vcpu(vm, 1, NULL, NULL));
	failed_line = pv->set_sec_parms(&vm->kvm, (void *)(uintptr_t)number, 0, &rc, &rrc);
	/* What it left on its stack may be queued still. */
	if (failed_line)
		sim_stop();
	kvm_put_vm(vm);
	mm_put(mm);
}

/* One run of test @test; returns the hash of its steps. */
static uint64_t run_test(const char *name, unsigned test, bool pressure)
{
	const struct pressure_config tight = {
		.swap_bytes = 64 * MIB, .bandwidth = (uint64_t)1 << 30, .latency = 100 * SIM_US, .queue = 8,
	};
	struct sim_config config = { .processors = 4, .time_limit = 100 * SIM_S, .seed = 5 };
	const struct sim_thread_attr attr = { .group = "process" };
	uint64_t hash, bytes;
	enum sim_end end;

	number = test;
	make_profile();
	kernel_log_reset();
	pv_modules_reset();
	ck_assert_int_eq(sim_create(&config), 0);
	cost_use(&profile);
	host = host_create(256 * MIB, &profile);
	ck_assert_ptr_nonnull(host);
	conservation_watch(host);
	if (pressure)
		pressure_begin(host, &tight);
	sim_spawn("test", test_thread, NULL, &attr);
	end = sim_run();
	ck_assert_msg(failed_line == 0, "%s.c: test %u: line %d: %s", name, test, failed_line,
		      kernel_warns()[0] != NULL ? kernel_warns()[0] : "");
	ck_assert_msg(end == SIM_END_DONE, "%s.c: test %u: end %d", name, test, end);
	ck_assert_msg(kernel_warns()[0] == NULL, "%s.c: test %u: %s", name, test, kernel_warns()[0]);
	ck_assert_msg(sim_findings() == NULL, "%s.c: test %u: %s: %s", name, test, sim_findings()->kind,
		      sim_findings()->text);
	ck_assert_msg(host_heap_left(host, &bytes) == 0, "%s.c: test %u: %llu bytes are left", name, test,
		      (unsigned long long)bytes);
	hash = sim_counters_get()->hash;
	host_destroy(host);
	cost_use(NULL);
	sim_destroy();
	return hash;
}

START_TEST(kernel_holds)
{
	const char *cc = _i < MODULES ? "gcc" : "clang", *name = modules[_i % MODULES].file;
	char *module, *error = NULL;

	if (!have(cc))
		return;
	module = module_of(name, modules[_i % MODULES].version, cc);
	pv = pv_module_load(module, &error);
	ck_assert_msg(pv != NULL, "%s", error);
	for (unsigned test = 0; test < modules[_i % MODULES].tests; test++)
		ck_assert_uint_eq(run_test(name, test, modules[_i % MODULES].pressure),
				  run_test(name, test, modules[_i % MODULES].pressure));
	pv_module_unload(pv);
	free(module);
}
END_TEST

Suite *api_suite(void)
{
	Suite *suite = suite_create("api");
	TCase *tc = tcase_create("api");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, kernel_holds, 0, 2 * MODULES);
	suite_add_tcase(suite, tc);
	return suite;
}
