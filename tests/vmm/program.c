/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's program: who touches what, when steps begin and end, what is counted.
 */
#include <stdio.h>
#include <string.h>

#include "vmm/guest.h"
#include "world.h"

static struct world world;

/* --- whole runs ------------------------------------------------------------------------------- */

/*
 * After the boot the image and the loader are there; a sequential touch of everything leaves every
 * page present once.
 */
START_TEST(test_touch_all)
{
	struct step *step;
	uint64_t pages = 16 * MIB / PAGE_BYTES, known = MIB / PAGE_BYTES + GUEST_LOADER_PAGES;

	world_defaults(&world);
	world.spec.vcpus = 3;
	step = world_step(&world, STEP_TOUCH);
	step->bytes = 16 * MIB;
	world_run(&world);
	ck_assert_uint_eq(world.vmm[0]->pages_touched, pages);
	/*
	 * Only what was not there yet is a first touch; the loader's pages are not secure yet, so
	 * they count.
	 */
	ck_assert_uint_eq(world.vmm[0]->touch_first.count, pages - known + GUEST_LOADER_PAGES);
	ck_assert_uint_eq(world.vmm[0]->touch_again.count, 0);
	ck_assert_uint_gt(world.vmm[0]->touch_first.min, 0);
	world_end(&world);
}
END_TEST

START_TEST(test_touch_again)
{
	struct step *step;
	uint64_t pages = 16 * MIB / PAGE_BYTES;

	world_defaults(&world);
	step = world_step(&world, STEP_TOUCH);
	step->bytes = 16 * MIB;
	world_step(&world, STEP_REBOOT);
	*world_step(&world, STEP_TOUCH) = *step;
	world_run(&world);
	ck_assert_uint_eq(world.vmm[0]->pages_touched, 2 * pages);
	ck_assert_uint_eq(world.vmm[0]->touch_again.count, pages - MIB / PAGE_BYTES);
	world_end(&world);
}
END_TEST

static sim_time run_time(enum step_kind kind, sim_time time)
{
	sim_time end;

	world_defaults(&world);
	if (kind != STEP_BOOT)
		world_step(&world, kind)->time = time;
	world_run(&world);
	end = world.vmm[0]->exited - boot_at(world.vmm[0], 0)->protected_back;
	world_end(&world);
	return end;
}

START_TEST(test_idle_and_compute)
{
	sim_time base = run_time(STEP_BOOT, 0);

	ck_assert_uint_ge(run_time(STEP_IDLE, 70 * SIM_MS), 70 * SIM_MS);
	ck_assert_uint_le(run_time(STEP_IDLE, 70 * SIM_MS), 71 * SIM_MS + base);
	ck_assert_uint_ge(run_time(STEP_COMPUTE, 70 * SIM_MS), 70 * SIM_MS);
	ck_assert_uint_le(run_time(STEP_COMPUTE, 70 * SIM_MS), 71 * SIM_MS + base);
}
END_TEST

static sim_time guest_time(const char *thread_name)
{
	struct sim_thread *thread;

	for (thread = sim_thread_next(NULL); thread; thread = sim_thread_next(thread))
		if (!strcmp(sim_thread_name(thread), thread_name))
			return sim_account_total_kind(sim_thread_account(thread), SIM_KIND_GUEST);
	ck_abort_msg("no thread %s", thread_name);
}

/* Every vCPU computes for the whole time; on one processor they share it. */
START_TEST(test_compute_on_all)
{
	world_defaults(&world);
	world.processors = 1;
	world_step(&world, STEP_COMPUTE)->time = 20 * SIM_MS;
	world_run(&world);
	ck_assert_uint_ge(guest_time("vm-cpu0"), 20 * SIM_MS);
	ck_assert_uint_ge(guest_time("vm-cpu1"), 20 * SIM_MS);
	ck_assert_uint_le(guest_time("vm-cpu1"), 21 * SIM_MS);
	world_end(&world);
}
END_TEST

/* A step with fewer vCPUs leaves the others idle. */
START_TEST(test_few_vcpus)
{
	struct step *step;

	world_defaults(&world);
	world.spec.vcpus = 4;
	step = world_step(&world, STEP_TOUCH);
	step->bytes = 8 * MIB;
	step->think = 10 * SIM_US;
	step->vcpus = 2;
	world_run(&world);
	ck_assert_uint_eq(world.vmm[0]->pages_touched, 8 * MIB / PAGE_BYTES);
	ck_assert_uint_ge(guest_time("vm-cpu1"), 1024 * 10 * SIM_US);
	ck_assert_uint_eq(guest_time("vm-cpu2"), 0);
	ck_assert_uint_eq(guest_time("vm-cpu3"), 0);
	world_end(&world);
}
END_TEST

/* The next step waits for cleanup threads only where the program says so. */
START_TEST(test_wait_cleanup)
{
	const struct vmm *vmm;

	world_defaults(&world);
	world.spec.memory = 2 * GIB + MIB;
	world_step(&world, STEP_TOUCH)->bytes = 64 * MIB;
	world_step(&world, STEP_REBOOT);
	world_step(&world, STEP_WAIT_CLEANUP);
	world_step(&world, STEP_REBOOT);
	world_run(&world);
	vmm = world.vmm[0];
	ck_assert_uint_ge(boot_at(vmm, 2)->begin, vmm->cleanups->end);
	ck_assert_str_eq(boot_at(vmm, 2)->teardown, "async");
	world_end(&world);
}
END_TEST

/* The end of the program is a shutdown. */
START_TEST(test_shutdown)
{
	sim_time implied = run_time(STEP_BOOT, 0);

	ck_assert_uint_eq(run_time(STEP_SHUTDOWN, 0), implied);
}
END_TEST

static uint64_t random_run(uint64_t seed, enum pattern pattern, uint64_t *touched)
{
	struct step *step;
	uint64_t hash;

	world_defaults(&world);
	world.seed = seed;
	step = world_step(&world, STEP_TOUCH);
	step->pattern = pattern;
	step->bytes = 3 * MIB;
	step->set_bytes = MIB;
	step->set_permille = 900;
	world_run(&world);
	hash = world.hash;
	*touched = world.vmm[0]->pages_touched;
	world_end(&world);
	return hash;
}

START_TEST(test_repeatable)
{
	enum pattern pattern = (enum pattern)_i;
	uint64_t touched, first = random_run(7, pattern, &touched);

	ck_assert_uint_eq(touched, 3 * MIB / PAGE_BYTES);
	ck_assert_uint_eq(random_run(7, pattern, &touched), first);
	if (pattern != PATTERN_SEQUENTIAL)
		ck_assert_uint_ne(random_run(8, pattern, &touched), first);
}
END_TEST

/* What a run is about, as one text. */
static const char *summary(void)
{
	static char text[4096];
	const struct vmm *vmm = world.vmm[0];
	const struct vmm_boot *boot;
	const struct vmm_phase *phase;
	int n;

	n = snprintf(
		text, sizeof(text),
		"exited %llu touched %llu first %llu/%llu/%llu again %llu/%llu/%llu\n",
		(unsigned long long)vmm->exited, (unsigned long long)vmm->pages_touched,
		(unsigned long long)vmm->touch_first.count,
		(unsigned long long)vmm->touch_first.max, (unsigned long long)vmm->touch_first.sum,
		(unsigned long long)vmm->touch_again.count,
		(unsigned long long)vmm->touch_again.max, (unsigned long long)vmm->touch_again.sum);
	for (boot = vmm->boots; boot; boot = boot->next)
		for (phase = boot->phases; phase; phase = phase->next)
			n += snprintf(text + n, sizeof(text) - (size_t)n, "%s %llu\n", phase->name,
				      (unsigned long long)phase->end);
	if (vmm->cleanups)
		snprintf(text + n, sizeof(text) - (size_t)n, "cleanup %llu cpu %llu\n",
			 (unsigned long long)vmm->cleanups->end,
			 (unsigned long long)vmm->cleanups->cpu);
	return text;
}

/*
 * In bulk and page by page: the same life, while touches, cleanup and vCPUs compete for _i
 * processors.
 */
START_TEST(test_bulk_is_exact)
{
	char bulk[4096];
	unsigned exact;

	for (exact = 0; exact < 2; exact++) {
		world_defaults(&world);
		world.spec.memory = 2 * GIB + 64 * MIB;
		world.spec.vcpus = 3;
		world.processors = (unsigned)_i;
		world.exact_pages = exact;
		world_step(&world, STEP_TOUCH)->bytes = 24 * MIB;
		world_step(&world, STEP_TOUCH)->bytes = 24 * MIB;
		world.program[2].offset = 2 * GIB;
		world_step(&world, STEP_REBOOT);
		*world_step(&world, STEP_TOUCH) = world.program[2];
		world_step(&world, STEP_SHUTDOWN);
		world_run(&world);
		if (!exact)
			strcpy(bulk, summary());
		else
			ck_assert_str_eq(summary(), bulk);
		world_end(&world);
	}
}
END_TEST

/* --- the program alone, one question at a time ------------------------------------------------ */

static struct guest guest;
static uint64_t guest_touched;
static uint8_t seen[65536];
static unsigned loader_calls, program_calls;

static void on_loader(void *ctx)
{
	(void)ctx;
	loader_calls++;
}

static void on_program(void *ctx)
{
	(void)ctx;
	program_calls++;
}

static void no_event(void *ctx)
{
	(void)ctx;
}

static const struct guest_events events = { on_loader, on_program, no_event, no_event };

/*
 * Let the vCPUs take turns, @portion pages at a time, until vCPU 0 asks for something. Returns the
 * subcode.
 */
static unsigned play(uint64_t portion)
{
	unsigned i, rounds;

	for (rounds = 0; rounds < 1000000; rounds++) {
		for (i = 0; i < guest.cpus; i++) {
			struct guest_next next;
			uint64_t n, page;

			guest_ops.next(&guest.cpu[i], &next);
			if (next.action == GUEST_DIAG308)
				return next.subcode;
			if (next.action != GUEST_TOUCH)
				continue;
			n = next.pages < portion ? next.pages : portion;
			for (page = next.gpage; page < next.gpage + n; page++)
				seen[page]++;
			ck_assert_uint_le(next.gpage + next.pages, guest.pages);
			guest_ops.touched(&guest.cpu[i], next.gpage, n, SIM_US);
		}
	}
	ck_abort_msg("the program does not end");
}

static void play_body(void *arg)
{
	struct mm *mm;
	struct kvm_vm *vm;
	unsigned i;

	(void)arg;
	mm = mm_create(world.host, "process");
	vm = kvm_create_vm(mm, &mini_algorithm, world.spec.memory, "vm");
	memset(&guest, 0, sizeof(guest));
	memset(seen, 0, sizeof(seen));
	guest_touched = loader_calls = program_calls = 0;
	guest_init(&guest, &world.spec, "vm", &events, NULL);
	guest.touch_first = sim_alloc(sizeof(*guest.touch_first));
	guest.touch_again = sim_alloc(sizeof(*guest.touch_again));
	sim_histogram_init(guest.touch_first);
	sim_histogram_init(guest.touch_again);
	guest.touched = &guest_touched;
	for (i = 0; i < guest.cpus; i++)
		guest.cpu[i].vcpu = kvm_create_vcpu(vm, i, &guest_ops, &guest.cpu[i]);
	guest_enter(&guest, GUEST_MODE_LOADER);
	ck_assert_uint_eq(play(5), DIAG308_PV_START);
	/* Asked again until granted. */
	ck_assert_uint_eq(play(5), DIAG308_PV_START);
	ck_assert_uint_eq(loader_calls, 1);
	for (i = 0; i < 20; i++)
		ck_assert_uint_eq(seen[i], i < GUEST_LOADER_PAGES);
	ck_assert_uint_eq(guest_touched, 0);
	memset(seen, 0, sizeof(seen));
	guest_enter(&guest, GUEST_MODE_PROGRAM);
	ck_assert_uint_eq(play(7), DIAG308_POWER_OFF);
	ck_assert_uint_eq(program_calls, 1);
	kvm_put_vm(vm);
	mm_put(mm);
}

/* Play the program of world.spec without any KVM_RUN. */
static void play_program(void)
{
	struct sim_config config = { .processors = 1, .seed = 3 };
	static struct profile profile = { .machine = { .uv_base_stor_len = MIB } };

	ck_assert_int_eq(sim_create(&config), 0);
	cost_use(&profile);
	world.spec.program = world.program;
	world.host = host_create(64 * MIB, &profile);
	sim_spawn("player", play_body, NULL, NULL);
	ck_assert_int_eq(sim_run(), SIM_END_DONE);
	world_end(&world);
}

static uint64_t pages_seen(uint64_t from, uint64_t to, unsigned times)
{
	uint64_t page, n = 0;

	for (page = from; page < to; page++)
		n += seen[page] == times;
	return n;
}

/*
 * Contiguous shares, from the offset, round the end of storage: each page exactly once, with every
 * number of vCPUs.
 */
START_TEST(test_shares)
{
	struct step *step;
	unsigned vcpus;

	for (vcpus = 1; vcpus <= 7; vcpus++) {
		world_defaults(&world);
		world.spec.vcpus = vcpus;
		step = world_step(&world, STEP_TOUCH);
		step->offset = 10 * MIB;
		step->bytes = 9 * MIB + 3 * PAGE_BYTES;
		play_program();
		ck_assert_uint_eq(guest_touched, step->bytes / PAGE_BYTES);
		ck_assert_uint_eq(pages_seen(2560, 4096, 1), 1536);
		ck_assert_uint_eq(pages_seen(0, 768 + 3, 1), 771);
		ck_assert_uint_eq(pages_seen(771, 2560, 0), 2560 - 771);
	}
}
END_TEST

/* More than there is: round and round. */
START_TEST(test_round_and_round)
{
	world_defaults(&world);
	world_step(&world, STEP_TOUCH)->bytes = 48 * MIB;
	play_program();
	ck_assert_uint_eq(pages_seen(0, 4096, 3), 4096);
}
END_TEST

START_TEST(test_working_set)
{
	struct step *step;
	uint64_t inside = 0, page;

	world_defaults(&world);
	step = world_step(&world, STEP_TOUCH);
	step->pattern = PATTERN_WORKING_SET;
	step->bytes = 16 * MIB;
	step->offset = 4 * MIB;
	step->set_bytes = MIB;
	step->set_permille = 1000;
	play_program();
	ck_assert_uint_eq(guest_touched, 4096);
	ck_assert_uint_eq(pages_seen(0, 1024, 0), 1024);
	ck_assert_uint_eq(pages_seen(1280, 4096, 0), 2816);
	/* Half of it: about half the touches and a little are inside. */
	step->set_permille = 500;
	play_program();
	for (page = 1024; page < 1280; page++)
		inside += seen[page];
	ck_assert_uint_gt(inside, 1900);
	ck_assert_uint_lt(inside, 2500);
}
END_TEST

/* Random touches reach all of storage, the first page and the last. */
START_TEST(test_random)
{
	struct step *step;

	world_defaults(&world);
	world.spec.memory = MIB;
	step = world_step(&world, STEP_TOUCH);
	step->pattern = PATTERN_RANDOM;
	step->bytes = 16 * MIB;
	play_program();
	ck_assert_uint_eq(guest_touched, 4096);
	ck_assert_uint_eq(pages_seen(0, 256, 0), 0);
}
END_TEST

Suite *program_suite(void)
{
	Suite *suite = suite_create("program");
	TCase *tcase = tcase_create("program");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, test_touch_all);
	tcase_add_test(tcase, test_touch_again);
	tcase_add_test(tcase, test_idle_and_compute);
	tcase_add_test(tcase, test_compute_on_all);
	tcase_add_test(tcase, test_few_vcpus);
	tcase_add_test(tcase, test_wait_cleanup);
	tcase_add_test(tcase, test_shutdown);
	tcase_add_loop_test(tcase, test_repeatable, PATTERN_SEQUENTIAL, PATTERN_WORKING_SET + 1);
	tcase_add_loop_test(tcase, test_bulk_is_exact, 1, 5);
	tcase_add_test(tcase, test_shares);
	tcase_add_test(tcase, test_round_and_round);
	tcase_add_test(tcase, test_working_set);
	tcase_add_test(tcase, test_random);
	suite_add_tcase(suite, tcase);
	return suite;
}
