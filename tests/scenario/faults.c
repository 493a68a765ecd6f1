/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list "faults:": what each key comes to, and that what does not go together is reported at its place. Faults stand
 * in line 9 of the text.
 */
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "scenario/fault.h"

#define VM "    vcpus: 2\n    program: [boot]\n"

static struct loaded_text load(const char *fault)
{
	char rest[512];
	const char *text;

	snprintf(rest, sizeof(rest), "faults: [{%s}]\n", fault);
	text = scenario_text(NULL, VM, rest);
	return load_scenario(text, strlen(text), NULL, 0);
}

static void refused(const char *fault, const char *message)
{
	struct loaded_text loaded = load(fault);

	expect_messages(&loaded, message);
	ck_assert_ptr_null(loaded.scenario);
	loaded_free(&loaded);
}

START_TEST(mistakes)
{
	refused("uvc: DESTROY_SEC_CNF",
		"F:9:16: error: unknown UVC 'DESTROY_SEC_CNF'; did you mean 'DESTROY_SEC_CONF'?");
	refused("uvc: DESTR_SEC_STOR, alloc: any", "F:9:32: error: fault: 'uvc' and 'alloc' are two faults");
	refused("rc: 0x104",
		"F:9:10: error: fault: one of uvc, alloc, lock, enter, step, at, swap, sie, clock, user, random "
		"must be there");
	refused("uvc: any, line: 3", "F:9:21: error: fault: 'line' does not go with 'uvc'");
	refused("alloc: any, rc: 0x104", "F:9:23: error: fault: 'rc' does not go with 'alloc'");
	refused("uvc: VERIFY_IMG, rc: 0x104",
		"F:9:32: error: rc: VERIFY_IMG is not known to answer 0x0104, but 0x0102; with 'implausible: true' "
		"it does");
	refused("uvc: VERIFY_IMG, rc: 1", "F:9:32: error: rc: 0x0001 is no error");
	refused("uvc: VERIFY_IMG, rc: 0x1ffff, implausible: true",
		"F:9:32: error: rc: '0x1ffff': write a number from 0 to 0xffff, such as 0x104");
	refused("uvc: VERIFY_IMG, done: 50%", "F:9:28: error: fault: VERIFY_IMG is not done in parts");
	refused("uvc: VERIFY_IMG, answer: partial",
		"F:9:36: error: answer: VERIFY_IMG is not known to answer cc 3; with 'implausible: true' it does");
	refused("uvc: VERIFY_IMG, answer: busy, every: 1",
		"F:9:36: error: answer: busy for ever: give times, until, or for without every");
	refused("uvc: VERIFY_IMG, answer: busy, rc: 0x102", "F:9:42: error: fault: only an error has an rc");
	refused("uvc: any, signal: KILL, rc: 0x102", "F:9:21: error: fault: 'signal' does not go with 'rc'");
	refused("uvc: any, nth: 2, one_in: 3", "F:9:21: error: fault: 'nth' does not go with 'one_in'");
	refused("uvc: any, size: 8KiB", "F:9:21: error: fault: 'size' goes with address");
	refused("uvc: any, from: 2s, until: 1s", "F:9:38: error: until: is not after from");
	refused("lock: any", "F:9:10: error: fault: 'lock' needs a signal");
	refused("signal: KIL, at: 3s, vm: vm0", "F:9:19: error: unknown signal 'KIL'; did you mean 'KILL'?");
	refused("signal: KILL, at: 3s", "F:9:10: error: fault: 'at' needs a vm");
	refused("signal: KILL, step: 3", "F:9:10: error: fault: 'step' needs a thread or a vm");
	refused("sie: vm0", "F:9:10: error: fault: 'sie' needs a time: for");
	refused("sie: vm1, for: 3s", "F:9:10: error: fault: there is no VM 'vm1'");
	refused("uvc: any, thread: vm0-cpu2",
		"F:9:10: error: fault: there is no thread 'vm0-cpu2'; they are called VM, VM-cpuN and VM-cleanupN");
	refused("uvc: any, thread: vm0-cleanup0", "F:9:10: error: fault: there is no thread 'vm0-cleanup0'; they are "
		"called VM, VM-cpuN and VM-cleanupN");
	refused("swap: read", "F:9:10: error: fault: the host has no swap device");
	refused("clock: back", "F:9:10: error: fault: 'clock' needs a time: by");
	refused("clock: back, by: 3s, nth: 2", "F:9:32: error: fault: 'nth' does not go with 'clock'");
	refused("uvc: any, defect: nothing",
		"F:9:21: error: fault: a defect is that of one UVC: give its name");
	refused("uvc: CREATE_SEC_CONF, defect: nothing",
		"F:9:41: error: defect: CREATE_SEC_CONF cannot have this one");
	refused("uvc: CREATE_SEC_CPU, defect: nothing",
		"F:9:40: error: defect: CREATE_SEC_CPU cannot have this one");
	refused("uvc: CONV_TO_SEC_STOR, defect: keeps_content",
		"F:9:42: error: defect: CONV_TO_SEC_STOR cannot have this one");
	refused("uvc: DESTR_SEC_STOR, defect: unchecked",
		"F:9:40: error: defect: DESTR_SEC_STOR cannot have this one");
	refused("uvc: DESTR_SEC_STOR, rc: 0x112, defect: nothing",
		"F:9:32: error: fault: 'rc' does not go with 'defect'");
	refused("alloc: any, defect: nothing", "F:9:23: error: fault: 'defect' does not go with 'alloc'");
	refused("random: all", "F:9:10: error: fault: 'random' needs one_in");
	refused("random: uvc, one_in: 3, vm: vm0", "F:9:35: error: fault: 'vm' does not go with 'random'");
}
END_TEST

START_TEST(members)
{
	struct loaded_text loaded = load("uvc: DESTROY_SEC_CONF_FAST, thread: vm0-cleanup1, in: enable, from: 1s, "
					 "until: 2s, handle: 0x123, nth: 4, every: 5");
	const struct fault_spec *fault;

	ck_assert_ptr_nonnull(loaded.scenario);
	ck_assert_uint_eq(loaded.scenario->fault_count, 1);
	fault = &loaded.scenario->fault[0];
	ck_assert_int_eq(fault->kind, FAULT_UVC);
	ck_assert_uint_eq(fault->cmd, 0x102);
	/* The answer that says most is taken when none is asked for. */
	ck_assert_uint_eq(fault->rc, 0x104);
	ck_assert_str_eq(fault->thread, "vm0-cleanup1");
	ck_assert_str_eq(fault->in, "enable");
	ck_assert_uint_eq(fault->from, SIM_S);
	ck_assert_uint_eq(fault->until, 2 * SIM_S);
	ck_assert_uint_eq(fault->handle, 0x123);
	ck_assert_uint_eq(fault->nth, 4);
	ck_assert_uint_eq(fault->every, 5);
	ck_assert_uint_eq(fault->times, UINT64_MAX);
	loaded_free(&loaded);
}
END_TEST

START_TEST(defaults)
{
	struct loaded_text loaded = load("alloc: any");
	const struct fault_spec *fault = &loaded.scenario->fault[0];

	ck_assert_ptr_null(fault->name);
	ck_assert_uint_eq(fault->nth, 1);
	ck_assert_uint_eq(fault->times, 1);
	ck_assert_uint_eq(fault->from, 0);
	ck_assert_uint_eq(fault->until, SIM_FOREVER);
	ck_assert_uint_eq(fault->at_most, UINT64_MAX);
	ck_assert(!fault->address_given);
	loaded_free(&loaded);
}
END_TEST

/* What a device gives back, and which requests that goes with. */
START_TEST(a_device_that_gives_back_something_else)
{
	static const char device[] = "  swap: {size: 64MiB}\n";
	static const struct {
		const char *fault, *message;
	} cases[] = {
		{ "swap: read, returns: old", NULL },
		{ "swap: write, returns: old",
		  "F:10:24: error: fault: only what is read comes back: 'returns' goes with 'swap: read'" },
		{ "swap: both, returns: other",
		  "F:10:23: error: fault: only what is read comes back: 'returns' goes with 'swap: read'" },
		{ "swap: read, returns: damaged, stall: 1s",
		  "F:10:23: error: fault: 'returns' does not go with 'stall'" },
		{ "user: copy, returns: damaged", "F:10:23: error: fault: 'returns' does not go with 'user'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct loaded_text loaded;
		const char *text;
		char rest[512];

		snprintf(rest, sizeof(rest), "faults: [{%s}]\n", cases[i].fault);
		text = scenario_text(device, VM, rest);
		loaded = load_scenario(text, strlen(text), NULL, 0);
		expect_messages(&loaded, cases[i].message ? cases[i].message : "");
		if (!cases[i].message)
			ck_assert_int_eq(loaded.scenario->fault[0].returns, FAULT_RETURNS_OLD);
		loaded_free(&loaded);
	}
}
END_TEST

/* Each UVC has something plausible to say, and 0x8000 belongs to one of them. */
START_TEST(need_destroy)
{
	struct loaded_text good = load("uvc: CREATE_SEC_CONF, rc: 0x8102"), bad = load("uvc: VERIFY_IMG, rc: 0x8102");

	ck_assert_ptr_nonnull(good.scenario);
	ck_assert_uint_eq(good.scenario->fault[0].rc, 0x8102);
	ck_assert_ptr_null(bad.scenario);
	loaded_free(&good);
	loaded_free(&bad);
}
END_TEST

START_TEST(on_the_command_line)
{
	struct loaded_text loaded = load("uvc: VERIFY_IMG");
	const struct fault_spec *fault;

	ck_assert_ptr_null(scenario_add_faults(loaded.scenario, "alloc/7,CONV_TO_SEC_STOR/9,all/3"));
	ck_assert_uint_eq(loaded.scenario->fault_count, 4);
	fault = loaded.scenario->fault;
	ck_assert_int_eq(fault[0].cmd, 0x302);
	ck_assert_int_eq(fault[1].kind, FAULT_ALLOC);
	ck_assert_uint_eq(fault[1].one_in, 7);
	ck_assert_int_eq(fault[2].cmd, 0x200);
	ck_assert(fault[2].per_thread);
	ck_assert_int_eq(fault[3].kind, FAULT_RANDOM);
	ck_assert_int_eq(fault[3].random, FAULT_RANDOM_ALL);
	ck_assert_uint_eq(fault[3].times, UINT64_MAX);
	ck_assert_ptr_nonnull(scenario_add_faults(loaded.scenario, "alloc"));
	ck_assert_ptr_nonnull(scenario_add_faults(loaded.scenario, "alloc/0"));
	ck_assert_ptr_nonnull(scenario_add_faults(loaded.scenario, "nothing/3"));
	ck_assert_ptr_nonnull(scenario_add_faults(loaded.scenario, ""));
	loaded_free(&loaded);
}
END_TEST

Suite *faults_suite(void)
{
	const TTest *tests[] = { mistakes, members, defaults, need_destroy, on_the_command_line,
				 a_device_that_gives_back_something_else };

	return SUITE_OF("faults", tests);
}
