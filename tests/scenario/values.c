/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key lands in its member, and what is left out gets its default.
 */
#include "suites.h"

#include <string.h>

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

static const char everything[] =
	"uvsim: 1\n"
	"name: Everything\n"
	"description: >-\n"
	"  two\n"
	"  lines\n"
	"seed: 9223372036854775807\n"
	"time_limit: 90min\n"
	"profile: round\n"
	"host:\n"
	"  processors: 7\n"
	"  memory: 96GiB\n"
	"  async_destroy: false\n"
	"  import_lock: true\n"
	"  destroy_fast: false\n"
	"  misc: true\n"
	"  slice: 1ms\n"
	"  stall_limit: 1.5s\n"
	"vms:\n"
	"  - name: big\n"
	"    count: 3\n"
	"    memory: 10GiB\n"
	"    vcpus: 5\n"
	"    protected: false\n"
	"    image: 8KiB\n"
	"    start: 1s\n"
	"    stagger: 2s\n"
	"    teardown: sync\n"
	"    nice: -20\n"
	"    cleanup_nice: 19\n"
	"    cleanup_delay: 1.5s\n"
	"    kill: {phase: run, after: 3us, instance: 2}\n"
	"    program:\n"
	"      - boot\n"
	"      - touch\n"
	"      - touch: {amount: 12.5%, offset: 1GiB, think: 7ns, vcpus: 2}\n"
	"      - touch: {offset: 25%}\n"
	"      - touch: {pattern: random, amount: 1000%}\n"
	"      - touch: {pattern: working_set, amount: 4KiB, set: 8KiB, share: 99.9%}\n"
	"      - touch: {pattern: working_set}\n"
	"      - idle: 10s\n"
	"      - compute: 2ms\n"
	"      - reboot\n"
	"      - reboot: {times: 3, pause: 1s}\n"
	"      - wait_cleanup\n"
	"      - shutdown\n"
	"  - name: killed\n"
	"    memory: 100MiB\n"
	"    kill: {at: 30s}\n"
	"    program: [boot]\n"
	"expect:\n"
	"  - vms.big1.boots.1.gone_plain < 2s\n"
	"  - count(vms.*.boots)==4\n";

static struct loaded_text load(const char *text)
{
	struct loaded_text loaded = load_scenario(text, strlen(text), NULL, 0);

	return loaded;
}

START_TEST(every_member)
{
	struct loaded_text loaded = load(everything);
	const struct scenario *s;
	const struct vm_spec *vm;

	expect_messages(&loaded, "");
	s = loaded.scenario;
	ck_assert_str_eq(s->name, "Everything");
	ck_assert_str_eq(s->description, "two lines");
	ck_assert_uint_eq(s->seed, INT64_MAX);
	ck_assert_uint_eq(s->time_limit, 5400 * SIM_S);
	ck_assert_str_eq(s->profile, "round");
	ck_assert_uint_eq(s->host.processors, 7);
	ck_assert_uint_eq(s->host.memory, 96 * GIB);
	ck_assert(!s->host.async_destroy);
	ck_assert(s->host.import_lock);
	ck_assert_int_eq(s->host.destroy_fast, 0);
	ck_assert_int_eq(s->host.misc, 1);
	ck_assert_uint_eq(s->host.slice, SIM_MS);
	ck_assert_uint_eq(s->host.stall_limit, 1500 * SIM_MS);
	ck_assert_uint_eq(s->vm_count, 2);
	vm = &s->vm[0];
	ck_assert_uint_eq(vm->mark.line, 19);
	ck_assert_uint_eq(vm->mark.column, 5);
	ck_assert_str_eq(vm->name, "big");
	ck_assert_uint_eq(vm->count, 3);
	ck_assert_uint_eq(vm->memory, 10 * GIB);
	ck_assert_uint_eq(vm->vcpus, 5);
	ck_assert(!vm->protected);
	ck_assert_uint_eq(vm->image, 8 * KIB);
	ck_assert_uint_eq(vm->start, SIM_S);
	ck_assert_uint_eq(vm->stagger, 2 * SIM_S);
	ck_assert_int_eq(vm->teardown, TEARDOWN_SYNC);
	ck_assert_int_eq(vm->nice, -20);
	ck_assert_int_eq(vm->cleanup_nice, 19);
	ck_assert_uint_eq(vm->cleanup_delay, 1500 * SIM_MS);
	ck_assert_int_eq(vm->kill, KILL_IN_PHASE);
	ck_assert_str_eq(vm->kill_phase, "run");
	ck_assert_uint_eq(vm->kill_after, 3 * SIM_US);
	ck_assert_uint_eq(vm->kill_instance, 2);
	ck_assert_int_eq(s->vm[1].kill, KILL_AT);
	ck_assert_uint_eq(s->vm[1].kill_at, 30 * SIM_S);
	ck_assert_uint_eq(s->expect_count, 2);
	ck_assert_str_eq(s->expect[0].text, "vms.big1.boots.1.gone_plain < 2s");
	ck_assert_str_eq(s->expect[0].path, "vms.big1.boots.1.gone_plain");
	ck_assert_str_eq(s->expect[0].op, "<");
	ck_assert_str_eq(s->expect[0].value, "2s");
	ck_assert_uint_eq(s->expect[0].mark.line, 51);
	ck_assert_str_eq(s->expect[1].path, "count(vms.*.boots)");
	ck_assert_str_eq(s->expect[1].op, "==");
	ck_assert_str_eq(s->expect[1].value, "4");
	loaded_free(&loaded);
}
END_TEST

START_TEST(every_step)
{
	static const struct {
		enum step_kind kind;
		uint64_t bytes, offset;
	} touched[] = {
		{ STEP_BOOT, 0, 0 },
		{ STEP_TOUCH, 10 * GIB, 0 },
		{ STEP_TOUCH, 10 * GIB / 8, GIB },
		{ STEP_TOUCH, 10 * GIB / 4 * 3, 10 * GIB / 4 },
		{ STEP_TOUCH, 100 * GIB, 0 },
		{ STEP_TOUCH, 4 * KIB, 0 },
		{ STEP_TOUCH, 10 * GIB, 0 },
		{ STEP_IDLE, 0, 0 },
		{ STEP_COMPUTE, 0, 0 },
		{ STEP_REBOOT, 0, 0 },
		{ STEP_REBOOT, 0, 0 },
		{ STEP_WAIT_CLEANUP, 0, 0 },
		{ STEP_SHUTDOWN, 0, 0 },
	};
	char text[sizeof(everything)];
	struct loaded_text loaded;
	const struct step *step;

	memcpy(text, everything, sizeof(text));
	*strstr(text, "expect:") = '\0';
	loaded = load(text);
	expect_messages(&loaded, "");
	step = loaded.scenario->vm[0].program;
	ck_assert_uint_eq(loaded.scenario->vm[0].program_count, 13);
	for (size_t i = 0; i < 13; i++) {
		ck_assert_int_eq(step[i].kind, touched[i].kind);
		ck_assert_uint_eq(step[i].mark.line, 33 + i);
		ck_assert_uint_eq(step[i].bytes, touched[i].bytes);
		ck_assert_uint_eq(step[i].offset, touched[i].offset);
	}
	ck_assert_int_eq(step[1].pattern, PATTERN_SEQUENTIAL);
	ck_assert_uint_eq(step[1].vcpus, 0);
	ck_assert_uint_eq(step[1].think, 0);
	ck_assert_uint_eq(step[2].think, 7 * SIM_NS);
	ck_assert_uint_eq(step[2].vcpus, 2);
	ck_assert_int_eq(step[4].pattern, PATTERN_RANDOM);
	ck_assert_int_eq(step[5].pattern, PATTERN_WORKING_SET);
	ck_assert_uint_eq(step[5].set_bytes, 8 * KIB);
	ck_assert_uint_eq(step[5].set_permille, 999);
	ck_assert_uint_eq(step[6].set_bytes, GIB);
	ck_assert_uint_eq(step[6].set_permille, 900);
	ck_assert_uint_eq(step[7].time, 10 * SIM_S);
	ck_assert_uint_eq(step[8].time, 2 * SIM_MS);
	ck_assert_uint_eq(step[9].times, 1);
	ck_assert_uint_eq(step[10].times, 3);
	ck_assert_uint_eq(step[10].pause, SIM_S);
	loaded_free(&loaded);
}
END_TEST

START_TEST(defaults)
{
	struct loaded_text loaded = load(scenario_text(NULL, NULL, NULL));
	const struct scenario *s = loaded.scenario;
	const struct vm_spec *vm;

	expect_messages(&loaded, "");
	ck_assert_str_ne(s->name, "");
	ck_assert_str_eq(s->description, "");
	ck_assert_uint_eq(s->seed, 1);
	ck_assert_uint_eq(s->time_limit, SIM_FOREVER);
	ck_assert_str_eq(s->profile, "z16");
	ck_assert_uint_eq(s->host.processors, 2);
	ck_assert(s->host.async_destroy);
	ck_assert(!s->host.import_lock);
	ck_assert_int_eq(s->host.destroy_fast, -1);
	ck_assert_int_eq(s->host.misc, -1);
	ck_assert_uint_eq(s->host.slice, 3 * SIM_MS);
	ck_assert_uint_eq(s->host.stall_limit, 20 * SIM_S);
	ck_assert_uint_eq(s->expect_count, 0);
	vm = s->vm;
	ck_assert_uint_eq(vm->count, 1);
	ck_assert_uint_eq(vm->vcpus, 1);
	ck_assert(vm->protected);
	ck_assert_uint_eq(vm->image, 64 * MIB);
	ck_assert_uint_eq(vm->start, 0);
	ck_assert_uint_eq(vm->stagger, 0);
	ck_assert_int_eq(vm->teardown, TEARDOWN_AUTO);
	ck_assert_int_eq(vm->nice, 0);
	ck_assert_int_eq(vm->cleanup_nice, 0);
	ck_assert_uint_eq(vm->cleanup_delay, 0);
	ck_assert_int_eq(vm->kill, KILL_NEVER);
	ck_assert_uint_eq(vm->kill_instance, 1);
	loaded_free(&loaded);
}
END_TEST

START_TEST(hash_of_file_and_sets)
{
	/* SHA-256 of the text, by sha256sum. */
	const char *text = "uvsim: 1\nhost: {memory: 1GiB}\nvms: [{name: a, memory: 256MiB, "
			   "program: [boot]}]\n";
	const char *sets[] = { "seed=1", "seed=2" }, *swapped[] = { "seed=2", "seed=1" };
	struct loaded_text plain = load(text), one = load_scenario(text, strlen(text), sets, 1),
			   two = load_scenario(text, strlen(text), sets, 2),
			   other = load_scenario(text, strlen(text), swapped, 2);

	ck_assert_str_eq(plain.scenario->hash,
			 "6832bc3c1b9e9c61187f8a7ab8a1dc9ad8a65ccd36cba5e48503d7a41183d368");
	ck_assert_str_ne(plain.scenario->hash, one.scenario->hash);
	ck_assert_str_ne(one.scenario->hash, two.scenario->hash);
	ck_assert_str_ne(two.scenario->hash, other.scenario->hash);
	loaded_free(&plain);
	loaded_free(&one);
	loaded_free(&two);
	loaded_free(&other);
}
END_TEST

START_TEST(memory_that_fits_exactly)
{
	/* 1 GiB touched, 1 % and 4 MiB beside it, 160 MiB for the host: 1198.24 MiB. */
	const char *fits = "uvsim: 1\nhost: {memory: 1199MiB}\nvms: [{name: a, memory: 1GiB, "
			   "program: [boot, touch]}]\n";
	const char *not = "uvsim: 1\nhost: {memory: 1198MiB}\nvms: [{name: a, memory: 1GiB, "
			  "program: [boot, touch]}]\n";
	struct loaded_text loaded = load(fits);

	expect_messages(&loaded, "");
	loaded_free(&loaded);
	loaded = load(not );
	expect_messages(&loaded, "F:3:7: error: when 'a' runs, the guests' touched memory and what "
				 "belongs to it need "
				 "1199MiB; host.memory is 1198MiB, and there is no swap");
	loaded_free(&loaded);
}
END_TEST

START_TEST(memory_of_many)
{
	static const char *const bad[] = { "vms.0.count=16", "vms.0.count=1000" };
	static const char *const good[] = { "vms.0.count=16", "vms.0.stagger=1s" };
	static const char *const barely[] = { "vms.0.count=15" };
	const char *text = scenario_text(NULL, "    program: [boot, touch]\n", NULL);
	struct loaded_text loaded = load_scenario(text, strlen(text), bad, 1);

	ck_assert_ptr_null(loaded.scenario);
	loaded_free(&loaded);
	loaded = load_scenario(text, strlen(text), bad + 1, 1);
	ck_assert_ptr_null(loaded.scenario);
	loaded_free(&loaded);
	loaded = load_scenario(text, strlen(text), barely, 1);
	expect_messages(&loaded, "");
	loaded_free(&loaded);
	/* One after the other they may fit: not for the reader to decide. */
	loaded = load_scenario(text, strlen(text), good, 2);
	expect_messages(&loaded, "");
	loaded_free(&loaded);
}
END_TEST

Suite *values_suite(void)
{
	const TTest *tests[] = { every_member,
				 every_step,
				 defaults,
				 hash_of_file_and_sets,
				 memory_that_fits_exactly,
				 memory_of_many };

	return SUITE_OF("values", tests);
}
