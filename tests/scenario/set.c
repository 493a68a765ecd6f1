/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --set: what it can reach, that it is checked like the file, and that its errors name the
 * argument.
 */
#include "suites.h"

#include <string.h>

static struct loaded_text load_set(const char *set)
{
	const char *text = scenario_text(
		NULL,
		"    program:\n      - boot\n      - touch: {amount: 50%}\n      - idle: 1s\n",
		"expect:\n  - host.free_at_end > 0\n");

	return load_scenario(text, strlen(text), &set, 1);
}

START_TEST(reaches)
{
	struct loaded_text loaded = load_set("host.memory=1TiB");

	expect_messages(&loaded, "");
	ck_assert_uint_eq(loaded.scenario->host.memory, (uint64_t)1 << 40);
	loaded_free(&loaded);

	loaded = load_set("vms.0.vcpus=8"); /* a key the file does not have */
	expect_messages(&loaded, "");
	ck_assert_uint_eq(loaded.scenario->vm[0].vcpus, 8);
	loaded_free(&loaded);

	loaded = load_set("vms.vm0.memory=2GiB"); /* by name; shares follow */
	expect_messages(&loaded, "");
	ck_assert_uint_eq(loaded.scenario->vm[0].memory, (uint64_t)2 << 30);
	ck_assert_uint_eq(loaded.scenario->vm[0].program[1].bytes, (uint64_t)1 << 30);
	loaded_free(&loaded);

	loaded = load_set("vms.vm0.program.1.touch.amount=100%");
	expect_messages(&loaded, "");
	ck_assert_uint_eq(loaded.scenario->vm[0].program[1].bytes, (uint64_t)1 << 30);
	loaded_free(&loaded);

	loaded = load_set("vms.vm0.program.1=shutdown"); /* a mapping becomes a word */
	ck_assert_ptr_null(loaded.scenario);
	expect_messages(&loaded, "F:10:9: error: nothing can follow 'shutdown'");
	loaded_free(&loaded);

	loaded = load_set("vms.0.kill={at: 3s}");
	expect_messages(&loaded, "");
	ck_assert_uint_eq(loaded.scenario->vm[0].kill_at, 3 * SIM_S);
	loaded_free(&loaded);

	loaded = load_set("vms.0.kill.phase=run"); /* two levels that were not there */
	expect_messages(&loaded, "");
	ck_assert_str_eq(loaded.scenario->vm[0].kill_phase, "run");
	loaded_free(&loaded);

	loaded = load_set("expect.0=host.lowest_free >= 1GiB"); /* = in the value */
	expect_messages(&loaded, "");
	ck_assert_str_eq(loaded.scenario->expect[0].op, ">=");
	loaded_free(&loaded);
}
END_TEST

START_TEST(errors_name_the_argument)
{
	static const char *const table[][2] = {
		{ "seed", "--set seed: error: write PATH=VALUE, for example host.memory=1TiB" },
		{ "=1", "--set =1: error: write PATH=VALUE, for example host.memory=1TiB" },
		{ "host..memory=1TiB",
		  "--set host..memory=1TiB: error: empty step in the path; write for example "
		  "host.memory=1TiB" },
		{ "host.memroy=1TiB", "--set host.memroy=1TiB: error: unknown key in host: "
				      "'memroy'; did you mean 'memory'?" },
		{ "hots.memory=1TiB", "--set hots.memory=1TiB: error: unknown key in scenario: "
				      "'hots'; did you mean 'host'?" },
		{ "host.memory=1T",
		  "--set host.memory=1T: error: memory: '1T': the unit is written TiB (1024 GiB)" },
		{ "host.memory=", "--set host.memory=: error: memory: no value; expected a size "
				  "with unit, such as 512GiB" },
		{ "host.memory=[1GiB]", "--set host.memory=[1GiB]: error: expected a size with "
					"unit, such as 512GiB, found a "
					"list" },
		{ "host.processors=9999", "--set host.processors=9999: error: processors: '9999' "
					  "is out of range; allowed is "
					  "1 to 4096" },
		{ "vms.1.vcpus=2", "--set vms.1.vcpus=2: error: no element '1' in the list; its "
				   "elements are 0 to 0" },
		{ "vms.vm1.vcpus=2",
		  "--set vms.vm1.vcpus=2: error: no element is called 'vm1'; did you mean 'vm0'?" },
		{ "seed.x=1", "--set seed.x=1: error: expected a whole number, found a mapping" },
		{ "host.memory.x=1", "--set host.memory.x=1: error: nothing can be set at 'x': "
				     "'16GiB' is a single value" },
		{ "seed=[1", "--set seed=[1: error: not valid YAML: did not find expected ',' or "
			     "']' (while parsing a flow "
			     "sequence)" },
		{ "seed=*a",
		  "--set seed=*a: error: aliases (*name) are not supported; write the value out" },
		{ "seed=\xff", "--set seed=\xff: error: not UTF-8 text" },
		{ "profile=z61",
		  "--set profile=z61: error: there is no profile 'z61'; did you mean 'z16'?" },
		{ "expect.0=host.free > x",
		  "--set expect.0=host.free > x: error: 'x' is not a number: it can be compared "
		  "with == and != only" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct loaded_text loaded = load_set(table[i][0]);

		ck_assert_ptr_null(loaded.scenario);
		expect_messages(&loaded, table[i][1]);
		loaded_free(&loaded);
	}
}
END_TEST

START_TEST(the_last_one_counts)
{
	const char *sets[] = { "seed=5", "host.misc=true", "seed=6" };
	const char *text = scenario_text(NULL, NULL, NULL);
	struct loaded_text loaded = load_scenario(text, strlen(text), sets, 3);

	expect_messages(&loaded, "");
	ck_assert_uint_eq(loaded.scenario->seed, 6);
	ck_assert_int_eq(loaded.scenario->host.misc, 1);
	loaded_free(&loaded);
}
END_TEST

START_TEST(replaces_a_bad_value)
{
	const char *set = "host.slice=1ms";
	const char *text = scenario_text("  slice: bad\n", NULL, NULL);
	struct loaded_text loaded = load_scenario(text, strlen(text), &set, 1);

	expect_messages(&loaded, "");
	ck_assert_uint_eq(loaded.scenario->host.slice, SIM_MS);
	loaded_free(&loaded);
}
END_TEST

START_TEST(profile_paths)
{
	/* In the file a path is seen from the file; in --set from where the command is given. */
	const char *text = scenario_text(NULL, NULL, "profile: mine/x.yaml\n"),
		   *set = "profile=mine/x.yaml";
	struct loaded_text loaded = load_scenario(text, strlen(text), NULL, 0);

	ck_assert_str_eq(loaded.scenario->profile, "/tmp/mine/x.yaml");
	loaded_free(&loaded);
	loaded = load_scenario(text, strlen(text), &set, 1);
	ck_assert_str_eq(loaded.scenario->profile, "mine/x.yaml");
	loaded_free(&loaded);
}
END_TEST

Suite *set_suite(void)
{
	const TTest *tests[] = { reaches, errors_name_the_argument, the_last_one_counts,
				 replaces_a_bad_value, profile_paths };

	return SUITE_OF("set", tests);
}
