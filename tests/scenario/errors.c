/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each kind of mistake is reported at its very place, with what would be right. The lines of
 * scenario_text() are: 3 host.memory, then what the test puts into host, 4 vms (if it put nothing),
 * 5 the VM's name, 7 what the test puts into the VM.
 */
#include "suites.h"

#include <stdio.h>
#include <string.h>

struct mistake {
	const char *host, *vm, *rest;
	const char *message;
};

static void check_mistakes(const struct mistake *mistake, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = scenario_text(mistake[i].host, mistake[i].vm, mistake[i].rest);
		struct loaded_text loaded = load_scenario(text, strlen(text), NULL, 0);

		expect_messages(&loaded, mistake[i].message);
		ck_assert(!loaded.scenario == !strstr(mistake[i].message, "warning:"));
		loaded_free(&loaded);
	}
}

#define CHECK(table) check_mistakes(table, sizeof(table) / sizeof((table)[0]))
#define BOOT "    program: [boot]\n"

START_TEST(keys)
{
	static const struct mistake table[] = {
		{ "  procesors: 4\n", NULL, NULL,
		  "F:4:3: error: unknown key in host: 'procesors'; did you mean 'processors'?" },
		{ "  banana: 4\n", NULL, NULL,
		  "F:4:3: error: unknown key in host: 'banana'; known are: processors, memory, "
		  "async_destroy, import_lock, "
		  "destroy_fast, misc, dump, old_destroy_rc, old_cpu_handle_rc, slice, livelock_limit, "
		  "stall_limit, swap, watermarks" },
		{ NULL, BOOT "    teardwon: sync\n", NULL,
		  "F:8:5: error: unknown key in vm: 'teardwon'; did you mean 'teardown'?" },
		{ NULL, NULL, "profil: z16\n",
		  "F:8:1: error: unknown key in scenario: 'profil'; did you mean 'profile'?" },
		{ NULL, BOOT "    kill: {att: 3s}\n", NULL,
		  "F:8:11: error: kill: give either at: TIME or phase: NAME\n"
		  "F:8:12: error: unknown key in kill: 'att'; did you mean 'at'?" },
		{ NULL, "    program:\n      - boot\n      - touch: {pattren: random}\n", NULL,
		  "F:9:17: error: unknown key in touch: 'pattren'; did you mean 'pattern'?" },
		{ NULL, "    program:\n      - boot\n      - reboot: {time: 2}\n", NULL,
		  "F:9:18: error: unknown key in reboot: 'time'; did you mean 'times'?" },
		{ NULL, "    vcpus: 2\n", NULL,
		  "F:5:5: error: key 'program' is missing in vm: what the guest does" },
		{ NULL, "    <<: 2\n" BOOT, NULL,
		  "F:7:5: error: unknown key in vm: '<<'; known are: name, count, memory, vcpus, "
		  "protected, image, start, "
		  "stagger, start_after, async_teardown, teardown, "
		  "nice, oom_score_adj, cgroup, cleanup_nice, cleanup_delay, kill, program" },
	};

	CHECK(table);
}
END_TEST

START_TEST(values)
{
	static const struct mistake table[] = {
		{ "  processors: 0\n", NULL, NULL,
		  "F:4:15: error: processors: '0' is out of range; allowed is 1 to 4096" },
		{ "  processors: 4097\n", NULL, NULL,
		  "F:4:15: error: processors: '4097' is out of range; allowed is 1 to 4096" },
		{ "  processors: 4294967297\n", NULL, NULL,
		  "F:4:15: error: processors: '4294967297' is out of range; allowed is 1 to 4096" },
		{ "  processors: 99999999999999999999\n", NULL, NULL,
		  "F:4:15: error: processors: '99999999999999999999': the number is too large" },
		{ "  processors: -1\n", NULL, NULL,
		  "F:4:15: error: processors: '-1': write a whole number such as 4, in decimal "
		  "digits, without sign or "
		  "unit" },
		{ "  processors: [4]\n", NULL, NULL,
		  "F:4:15: error: expected a whole number, found a list" },
		{ "  processors:\n", NULL, NULL,
		  "F:4:14: error: processors: no value; expected a whole number" },
		{ "  slice: 3\n", NULL, NULL,
		  "F:4:10: error: slice: '3': write a time with a unit, such as 500us, 3ms or 2.5s "
		  "(units ps, ns, us, ms, "
		  "s, min, h)" },
		{ "  slice: 3ns\n", NULL, NULL,
		  "F:4:10: error: slice: '3ns' is out of range; allowed is 1us to 10s" },
		{ "  slice: 3000h\n", NULL, NULL,
		  "F:4:10: error: slice: '3000h' is out of range; allowed is 1us to 10s" },
		{ "  async_destroy: yes\n", NULL, NULL,
		  "F:4:18: error: unknown value for async_destroy: 'yes'; known are: false, true" },
		{ "  destroy_fast: aut\n", NULL, NULL,
		  "F:4:17: error: unknown value for destroy_fast: 'aut'; did you mean 'auto'?" },
		{ NULL, BOOT "    image: 5000B\n", NULL,
		  "F:8:12: error: image: '5000B': must be a multiple of 4KiB" },
		{ NULL, BOOT "    nice: -21\n", NULL,
		  "F:8:11: error: nice: '-21' is out of range; allowed is -20 to 19" },
		{ NULL, BOOT "    nice: 1.5\n", NULL,
		  "F:8:11: error: nice: '1.5': write a whole number such as 5 or -5, in decimal "
		  "digits, without unit" },
		{ NULL, BOOT "    teardown: asynch\n", NULL,
		  "F:8:15: error: unknown value for teardown: 'asynch'; did you mean 'async'?" },
		{ NULL, BOOT "    vcpus: 249\n", NULL,
		  "F:8:12: error: vcpus: '249' is out of range; allowed is 1 to 248" },
		{ NULL, BOOT "    kill: {phase: preform}\n", NULL,
		  "F:8:19: error: unknown phase 'preform'; did you mean 'perform'?" },
		{ NULL, BOOT "    kill: {phase: run, at: 3s}\n", NULL,
		  "F:8:24: error: kill: give either at: TIME or phase: NAME, not both" },
		{ NULL, BOOT "    kill: {at: 3s, after: 2s}\n", NULL,
		  "F:8:20: error: kill: 'after' goes with phase, not with at" },
		{ NULL, BOOT "    kill: soon\n", NULL,
		  "F:8:11: error: expected a mapping for kill, found a single value" },
		{ NULL, NULL, "profile: z61\n",
		  "F:8:10: error: there is no profile 'z61'; did you mean 'z16'?" },
		{ NULL, NULL, "profile: banana\n", "F:8:10: error: there is no profile 'banana'" },
		{ NULL, NULL, "vms:\n",
		  "F:8:1: error: key 'vms' is given twice; the first is in line 4" },
	};

	CHECK(table);
}
END_TEST

#define SWAP "  swap: {size: 0B}\n"

START_TEST(cgroups)
{
	static const struct mistake table[] = {
		{ NULL, BOOT "    cgroup: web\n", NULL,
		  "F:8:13: error: cgroup: 'web': the scenario has no list cgroups:" },
		{ SWAP, BOOT "    cgroup: wbe\n", "cgroups:\n  - {name: db}\n  - {name: web, max: 1GiB}\n",
		  "F:9:13: error: unknown cgroup 'wbe'; did you mean 'web'?" },
		{ SWAP, BOOT "    cgroup: [web]\n", "cgroups:\n  - {name: web}\n",
		  "F:9:13: error: expected the name of a cgroup, found a list" },
		{ NULL, NULL, "cgroups:\n  - {name: web}\n",
		  "F:9:5: error: cgroups: without host.swap nothing is reclaimed and nobody is killed at their "
		  "limits; a host without a device has swap: {size: 0B}" },
		{ SWAP, NULL, "cgroups:\n  - {name: web, max: 0B}\n",
		  "F:10:22: error: max: '0B' is out of range; allowed is 4KiB to 64TiB" },
		{ SWAP, NULL, "cgroups:\n  - {name: web, high: 1000B}\n",
		  "F:10:23: error: high: '1000B': must be a multiple of 4KiB" },
		{ SWAP, NULL, "cgroups:\n  - {name: web}\n  - {name: web, max: 1MiB}\n",
		  "F:11:5: error: two cgroups are called 'web'" },
		{ SWAP, NULL, "cgroups:\n  - {max: 1MiB}\n",
		  "F:10:5: error: key 'name' is missing in cgroup: what VMs and processes call it, and its name in "
		  "results" },
		{ SWAP, NULL, "cgroups: []\n", "F:9:10: error: cgroups: 1 to 1024 cgroups are possible, found 0" },
		{ SWAP, NULL, "cgroups:\n  - {name: 3d}\n",
		  "F:10:12: error: name: '3d': a name is a letter and up to 31 letters, digits, '-' or '_'" },
		{ SWAP, NULL, "cgroups:\n  - {name: web, low: 1MiB}\n",
		  "F:10:17: error: unknown key in cgroup: 'low'; known are: name, max, high, swap_max" },
	};

	CHECK(table);
}
END_TEST

START_TEST(sizes)
{
	static const struct {
		const char *size, *message;
	} table[] = {
		{ "512G", "F:1:59: error: memory: '512G': the unit is written GiB (1024 MiB)" },
		{ "512", "F:1:59: error: memory: '512': write a size with a unit, such as 64MiB or "
			 "512GiB (units B, KiB, "
			 "MiB, GiB, TiB, PiB)" },
		{ "1MiB",
		  "F:1:59: error: memory: '1MiB' is out of range; allowed is 2MiB to 64TiB" },
		{ "1.5KiB",
		  "F:1:59: error: memory: '1.5KiB' is out of range; allowed is 2MiB to 64TiB" },
		{ "2.5MiB", "F:1:59: error: memory: '2.5MiB': must be a multiple of 1MiB" },
		{ "65TiB",
		  "F:1:59: error: memory: '65TiB' is out of range; allowed is 2MiB to 64TiB" },
		{ "99999PiB", "F:1:59: error: memory: '99999PiB': the number is too large" },
		{ "64MiB",
		  "F:1:41: error: 'a': the image of 64MiB does not fit into memory of 64MiB" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[256];
		struct loaded_text loaded;

		snprintf(text, sizeof(text),
			 "{uvsim: 1, host: {memory: 64TiB}, vms: [{name: a, memory: %s, program: "
			 "[boot]}]}\n",
			 table[i].size);
		loaded = load_scenario(text, strlen(text), NULL, 0);
		ck_assert_ptr_null(loaded.scenario);
		expect_messages(&loaded, table[i].message);
		loaded_free(&loaded);
	}
}
END_TEST

START_TEST(programs)
{
	static const struct mistake table[] = {
		{ NULL, "    program: []\n", NULL,
		  "F:7:14: error: program: 1 to 1000 steps are possible, found 0" },
		{ NULL, "    program: boot\n", NULL,
		  "F:7:14: error: expected a list of steps, found a single value" },
		{ NULL, "    program: [touch]\n", NULL,
		  "F:7:15: error: a program begins with 'boot'" },
		{ NULL, "    program: [boot, boot]\n", NULL,
		  "F:7:21: error: 'boot' stands once, at the beginning; to start again use "
		  "'reboot'" },
		{ NULL, "    program: [boot, shutdown, idle: 1s]\n", NULL,
		  "F:7:31: error: nothing can follow 'shutdown'" },
		{ NULL, "    program: [boot, tuoch]\n", NULL,
		  "F:7:21: error: unknown step 'tuoch'; did you mean 'touch'?" },
		{ NULL, "    program: [boot, idle]\n", NULL,
		  "F:7:21: error: idle needs a time: write 'idle: 10s'" },
		{ NULL, "    program: [boot, idle: 0s]\n", NULL,
		  "F:7:27: error: idle: '0s' is out of range; allowed is 1ps to 1000h" },
		{ NULL, "    program: [boot, idle: 2001h]\n", NULL,
		  "F:7:27: error: idle: '2001h' is out of range; allowed is 1ps to 1000h" },
		{ NULL, "    program: [boot: now]\n", NULL,
		  "F:7:21: error: boot takes no value: write '- boot'" },
		{ NULL, "    program: [boot, [touch]]\n", NULL,
		  "F:7:21: error: expected a step, found a list" },
		{ NULL, "    program: [boot, {idle: 1s, touch: {}}]\n", NULL,
		  "F:7:21: error: a step is one word, or one key with its value; found 2 keys "
		  "(what belongs to a step is "
		  "indented below it)" },
		{ NULL, "    program: [boot, touch: 50%]\n", NULL,
		  "F:7:28: error: expected a mapping for touch, found a single value" },
		{ NULL, "    program: [boot, touch: {amount: 101%}]\n", NULL,
		  "F:7:37: error: amount: '101%' is more than the guest's memory allows (at most "
		  "1GiB)" },
		{ NULL, "    program: [boot, touch: {amount: 2GiB}]\n", NULL,
		  "F:7:37: error: amount: '2GiB' is more than the guest's memory allows (at most "
		  "1GiB)" },
		{ NULL, "    program: [boot, touch: {amount: 4000B}]\n", NULL,
		  "F:7:37: error: amount: '4000B': must be a multiple of 4KiB" },
		{ NULL, "    program: [boot, touch: {amount: 0.0001%}]\n", NULL,
		  "F:7:37: error: amount: '0.0001%' is less than one page of 4KiB" },
		{ NULL, "    program: [boot, touch: {amount: half}]\n", NULL,
		  "F:7:37: error: amount: 'half': write a size with a unit, such as 64MiB or "
		  "512GiB (units B, KiB, MiB, GiB, "
		  "TiB, PiB), or a share of memory such as 50%" },
		{ NULL, "    program: [boot, touch: {amount: 60%, offset: 50%}]\n", NULL,
		  "F:7:28: error: touch: offset and amount reach beyond the guest's memory of "
		  "1GiB" },
		{ NULL, "    program: [boot, touch: {offset: 100%}]\n", NULL,
		  "F:7:28: error: touch: nothing is left behind offset" },
		{ NULL, "    program: [boot, touch: {pattern: random, offset: 4KiB}]\n", NULL,
		  "F:7:46: error: offset goes with pattern: sequential only" },
		{ NULL, "    program: [boot, touch: {set: 4KiB, share: 5%}]\n", NULL,
		  "F:7:29: error: set goes with pattern: working_set only\n"
		  "F:7:40: error: share goes with pattern: working_set only" },
		{ NULL, "    program: [boot, touch: {pattern: working_set, share: 12.55%}]\n", NULL,
		  "F:7:58: error: share: '12.55%': at most one decimal, such as 12.5%" },
		{ NULL, "    program: [boot, touch: {pattern: working_set, share: 101%}]\n", NULL,
		  "F:7:58: error: share: '101%' is out of range; allowed is 0% to 100%" },
		{ NULL, "    program: [boot, touch: {vcpus: 2}]\n", NULL,
		  "F:7:36: error: vcpus: 2 is more than the VM has (1)" },
		{ NULL, "    program: [boot, reboot: {times: 0}]\n", NULL,
		  "F:7:37: error: times: '0' is out of range; allowed is 1 to 1000000" },
	};

	CHECK(table);
}
END_TEST

START_TEST(names)
{
	static const struct mistake table[] = {
		{ NULL, BOOT "  - name: vm0\n    memory: 1GiB\n" BOOT, NULL,
		  "F:8:5: error: two VMs are called 'vm0'" },
		{ NULL, BOOT "  - name: vm\n    count: 2\n    memory: 1GiB\n" BOOT, NULL,
		  "F:8:5: error: two VMs are called 'vm0'" },
		{ NULL, BOOT "  - name: a.b\n    memory: 1GiB\n" BOOT, NULL,
		  "F:8:11: error: name: 'a.b': a name is a letter and up to 31 letters, digits, "
		  "'-' or '_'" },
		{ NULL, BOOT "  - name: a b\n    memory: 1GiB\n" BOOT, NULL,
		  "F:8:11: error: name: 'a b': a name is a letter and up to 31 letters, digits, "
		  "'-' or '_'" },
		{ NULL, BOOT "  - name: \"\"\n    memory: 1GiB\n" BOOT, NULL,
		  "F:8:11: error: name: '': a name is a letter and up to 31 letters, digits, '-' "
		  "or '_'" },
		{ NULL, BOOT "  - name: 1st\n    memory: 1GiB\n" BOOT, NULL,
		  "F:8:11: error: name: '1st': a name is a letter and up to 31 letters, digits, "
		  "'-' or '_'" },
		{ NULL,
		  BOOT "    count: 4096\n  - name: x\n    memory: 64MiB\n    image: 4KiB\n" BOOT,
		  NULL, "F:5:5: error: 4097 VMs in all; at most 4096 are possible" },
	};

	CHECK(table);
}
END_TEST

START_TEST(warnings)
{
	static const struct mistake table[] = {
		{ NULL, BOOT "    teardown: async\n", NULL,
		  "F:5:5: warning: 'vm0': teardown: async with 1GiB: KVM refuses to set aside a "
		  "guest of up to 2GiB "
		  "(-EINVAL); QEMU falls back to sync" },
		{ "  async_destroy: false\n",
		  BOOT "  - name: b\n    memory: 4GiB\n    teardown: async\n" BOOT, NULL,
		  "F:9:5: warning: 'b': teardown: async, but host.async_destroy is false: KVM "
		  "refuses it (-EINVAL); QEMU "
		  "falls back to sync" },
		{ NULL, BOOT "    kill: {phase: perform}\n", NULL,
		  "F:5:5: warning: 'vm0' is never killed in phase 'perform': the program has no "
		  "reboot" },
		{ NULL, "    program: [boot, reboot]\n    kill: {phase: prepare}\n", NULL,
		  "F:5:5: warning: 'vm0' is never killed in phase 'prepare': its reboots are "
		  "synchronous" },
		{ NULL, BOOT "    protected: false\n    kill: {phase: unpack}\n", NULL,
		  "F:5:5: warning: 'vm0' is never killed in phase 'unpack': the VM is not "
		  "protected" },
	};

	CHECK(table);
}
END_TEST

START_TEST(all_errors_at_once)
{
	const char *text = "uvsim: 2\nhost: {processors: x, memory: 5}\nvms: [{name: a, memory: "
			   "1GiB, program: [bot]}]\n"
			   "sed: 1\n";
	struct loaded_text loaded = load_scenario(text, strlen(text), NULL, 0);

	expect_messages(&loaded,
			"F:1:8: error: uvsim: this program reads format 1\n"
			"F:2:20: error: processors: 'x': write a whole number such as 4, in "
			"decimal digits, without sign or "
			"unit\n"
			"F:2:31: error: memory: '5': write a size with a unit, such as 64MiB or "
			"512GiB (units B, KiB, MiB, "
			"GiB, TiB, PiB)\n"
			"F:3:41: error: unknown step 'bot'; did you mean 'boot'?\n"
			"F:4:1: error: unknown key in scenario: 'sed'; did you mean 'seed'?");
	loaded_free(&loaded);
}
END_TEST

START_TEST(columns_count_characters)
{
	const char *text = "{name: \"\xc3\xa4\xc3\xa4\", sed: 1}";
	struct loaded_text loaded = load_scenario(text, strlen(text), NULL, 0);

	ck_assert_str_eq(loaded.messages.text[loaded.messages.count - 1],
			 "F:1:14: error: unknown key in scenario: 'sed'; did you mean 'seed'?");
	loaded_free(&loaded);
}
END_TEST

Suite *errors_suite(void)
{
	const TTest *tests[] = { keys,
				 values,
				 cgroups,
				 sizes,
				 programs,
				 names,
				 warnings,
				 all_errors_at_once,
				 columns_count_characters };

	return SUITE_OF("errors", tests);
}
