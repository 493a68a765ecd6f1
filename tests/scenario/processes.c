/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes, what starts after what, the report's own keys: read as written, and every mistake at its place. The
 * lines of scenario_text() are: 4 vms, 5 the VM, 7 what the test puts into it, then the rest (8 after one line).
 */
#include "suites.h"

#include <stdio.h>
#include <string.h>

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

static struct loaded_text load(const char *vm, const char *rest)
{
	const char *text = scenario_text(NULL, vm, rest);

	return load_scenario(text, strlen(text), NULL, 0);
}

START_TEST(every_key)
{
	struct loaded_text loaded = load(
		"    program: [boot]\n"
		"    start_after: {name: hog1, delay: 3s}\n"
		"    async_teardown: true\n"
		"    kill: {phase: enable, after: 1us, all: true}\n",
		"processes:\n"
		"  - name: hog\n"
		"    count: 2\n"
		"    memory: 8GiB\n"
		"    stagger: 2s\n"
		"    start: 1s\n"
		"    nice: 5\n"
		"    oom_score_adj: -1000\n"
		"    kill: 9s\n"
		"    program:\n"
		"      - allocate\n"
		"      - allocate: 25%\n"
		"      - allocate: {amount: 1GiB, rate: 2GiB}\n"
		"      - hold: 1ms\n"
		"      - use\n"
		"      - use: {amount: 1MiB, times: 7, every: 2ms}\n"
		"      - free: 50%\n"
		"      - free: {amount: 4KiB}\n"
		"      - free\n"
		"  - {name: calm, memory: 1MiB, start_after: vm0, program: [use]}\n"
		"report: {points: 16}\n"
		"expect:\n"
		"  - processes.hog1.outcome == ended\n"
		"  - processes.calm.outcome == ended\n"
		"  - max(memory.free.*) > 1GiB\n");
	static const struct deed deeds[] = {
		{ .kind = DEED_ALLOCATE },
		{ .kind = DEED_ALLOCATE, .bytes = 2 * GIB },
		{ .kind = DEED_ALLOCATE, .bytes = GIB, .rate = 2 * GIB },
		{ .kind = DEED_HOLD, .time = SIM_MS },
		{ .kind = DEED_USE, .times = 1 },
		{ .kind = DEED_USE, .bytes = MIB, .times = 7, .time = 2 * SIM_MS },
		{ .kind = DEED_FREE, .bytes = 4 * GIB },
		{ .kind = DEED_FREE, .bytes = 4096 },
		{ .kind = DEED_FREE },
	};
	const struct scenario *s = loaded.scenario;
	const struct process_spec *hog;

	expect_messages(&loaded, "");
	ck_assert_str_eq(s->vm[0].start_after, "hog1");
	ck_assert_uint_eq(s->vm[0].start_delay, 3 * SIM_S);
	ck_assert(s->vm[0].async_teardown && s->vm[0].kill_all);
	ck_assert_str_eq(s->vm[0].kill_phase, "enable");
	ck_assert_uint_eq(s->process_count, 2);
	hog = &s->process[0];
	ck_assert_str_eq(hog->name, "hog");
	ck_assert_uint_eq(hog->mark.line, 12);
	ck_assert_uint_eq(hog->count, 2);
	ck_assert_uint_eq(hog->memory, 8 * GIB);
	ck_assert_uint_eq(hog->start, SIM_S);
	ck_assert_uint_eq(hog->stagger, 2 * SIM_S);
	ck_assert_ptr_null(hog->start_after);
	ck_assert_int_eq(hog->nice, 5);
	ck_assert_int_eq(hog->oom_score_adj, -1000);
	ck_assert_uint_eq(hog->kill_at, 9 * SIM_S);
	ck_assert_uint_eq(hog->program_count, sizeof(deeds) / sizeof(deeds[0]));
	for (size_t i = 0; i < hog->program_count; i++) {
		ck_assert_int_eq(hog->program[i].kind, deeds[i].kind);
		ck_assert_uint_eq(hog->program[i].bytes, deeds[i].bytes);
		ck_assert_uint_eq(hog->program[i].rate, deeds[i].rate);
		ck_assert_uint_eq(hog->program[i].time, deeds[i].time);
		ck_assert_uint_eq(hog->program[i].times, deeds[i].times);
	}
	ck_assert_str_eq(s->process[1].start_after, "vm0");
	ck_assert_uint_eq(s->process[1].start_delay, 0);
	ck_assert_uint_eq(s->process[1].kill_at, SIM_FOREVER);
	ck_assert(s->report.memory);
	ck_assert_uint_eq(s->report.points, 16);
	loaded_free(&loaded);
}
END_TEST

START_TEST(nothing_given)
{
	struct loaded_text loaded = load(NULL, NULL);

	ck_assert_uint_eq(loaded.scenario->process_count, 0);
	ck_assert_ptr_null(loaded.scenario->vm[0].start_after);
	ck_assert(!loaded.scenario->vm[0].async_teardown && !loaded.scenario->vm[0].kill_all);
	ck_assert(!loaded.scenario->report.memory);
	loaded_free(&loaded);
}
END_TEST

#define PROCESS "processes:\n  - name: hog\n    memory: 8MiB\n"
#define BOOT "    program: [boot]\n"

START_TEST(mistakes)
{
	static const struct {
		const char *vm, *rest, *message;
	} table[] = {
		{ BOOT, "processes: 3\n", "F:8:12: error: expected a list of processes, found a single value" },
		{ BOOT, PROCESS, "F:9:5: error: key 'program' is missing in process: what it does" },
		{ BOOT, PROCESS "    program: []\n",
		  "F:11:14: error: program: 1 to 1000 steps are possible, found 0" },
		{ BOOT, PROCESS "    program: [alocate]\n",
		  "F:11:15: error: unknown step 'alocate'; did you mean 'allocate'?" },
		{ BOOT, PROCESS "    program: [{touch: 3}]\n",
		  "F:11:16: error: unknown step 'touch'; known are: allocate, hold, use, free" },
		{ BOOT, PROCESS "    program: [hold]\n",
		  "F:11:15: error: hold needs a time: write 'hold: 10s'" },
		{ BOOT, PROCESS "    program: [hold: 0s]\n",
		  "F:11:21: error: hold: '0s' is out of range; allowed is 1ps to 1000h" },
		{ BOOT, PROCESS "    program: [allocate: 9MiB]\n",
		  "F:11:25: error: allocate: '9MiB' is more than the process's memory allows (at most 8MiB)" },
		{ BOOT, PROCESS "    program: [allocate: {amount: 101%}]\n",
		  "F:11:34: error: amount: '101%' is more than the process's memory allows (at most 8MiB)" },
		{ BOOT, PROCESS "    program: [free: 0%]\n",
		  "F:11:21: error: free: '0%' is less than one page of 4KiB" },
		{ BOOT, PROCESS "    program: [free: 5KiB]\n",
		  "F:11:21: error: free: '5KiB': must be a multiple of 4KiB" },
		{ BOOT, PROCESS "    program: [use: 4KiB]\n",
		  "F:11:20: error: expected a mapping for use, found a single value" },
		{ BOOT, PROCESS "    program: [use: {time: 3s}]\n",
		  "F:11:21: error: unknown key in use: 'time'; did you mean 'times'?" },
		{ BOOT, PROCESS "    program: [allocate: {rate: 4}]\n",
		  "F:11:32: error: rate: '4': write a size with a unit, such as 64MiB or "
		  "512GiB (units B, KiB, MiB, GiB, TiB, PiB)" },
		{ BOOT, PROCESS "    program: [{allocate: 4KiB, free: 4KiB}]\n",
		  "F:11:15: error: a step is one word, or one key with its value; found 2 keys (what belongs to a "
		  "step is indented below it)" },
		{ BOOT, PROCESS "    program: [{}]\n",
		  "F:11:15: error: a step is one word, or one key with its value; found 0 keys (what belongs to a "
		  "step is indented below it)" },
		{ BOOT, PROCESS "    program: [[use]]\n", "F:11:15: error: expected a step, found a list" },
		{ BOOT, PROCESS "    start_after: vm1\n    program: [use]\n",
		  "F:9:5: error: start_after: no VM or process is called 'vm1'; did you mean 'vm0'?" },
		{ BOOT, PROCESS "    start_after: {delay: 3s}\n    program: [use]\n",
		  "F:11:18: error: key 'name' is missing in start_after: that must have exited; the name of an "
		  "entry with count: all of it" },
		{ BOOT, PROCESS "    start_after: vm0\n    start: 3s\n    program: [use]\n",
		  "F:12:5: error: give either start or start_after, not both" },
		{ "    program: [boot]\n    start_after: vm0\n", NULL,
		  "F:5:5: error: 'vm0' never starts: it waits for itself" },
		{ "    program: [boot]\n    start: 1s\n    start_after: vm0\n", NULL,
		  "F:8:5: error: give either start or start_after, not both" },
		{ "    program: [boot]\n    start_after: hog\n", PROCESS "    start_after: vm0\n    program: [use]\n",
		  "F:5:5: error: 'vm0' never starts: it waits for itself" },
		{ BOOT, "processes:\n  - {name: vm0, memory: 1MiB, program: [use]}\n",
		  "F:9:5: error: two of VMs and processes are called 'vm0'" },
		{ BOOT,
		  "processes:\n  - {name: a, count: 2, memory: 1MiB, program: [use]}\n"
		  "  - {name: a1, memory: 1MiB, program: [use]}\n",
		  "F:10:5: error: two processes are called 'a1'" },
		{ BOOT, "expect:\n  - processes.hog.outcome == ended\n",
		  "F:9:15: error: no process is called 'hog'" },
		{ BOOT, PROCESS "    program: [use]\nexpect:\n  - max(processes.hug.most) == 0\n",
		  "F:13:19: error: no process is called 'hug'; did you mean 'hog'?" },
		{ BOOT, "report: {points: 15}\n",
		  "F:8:18: error: points: '15' is out of range; allowed is 16 to 4096" },
		{ BOOT "    kill: {phase: enble}\n", NULL,
		  "F:8:19: error: unknown phase 'enble'; did you mean 'enable'?" },
		{ BOOT "    protected: false\n    kill: {phase: enable}\n", NULL,
		  "F:5:5: warning: 'vm0' is never killed in phase 'enable': the VM is not protected" },
		{ BOOT "    kill: {phase: stop}\n", NULL,
		  "F:5:5: warning: 'vm0' is never killed in phase 'stop': the program has no reboot" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct loaded_text loaded = load(table[i].vm, table[i].rest);

		expect_messages(&loaded, table[i].message);
		ck_assert(!loaded.scenario == !strstr(table[i].message, "warning:"));
		loaded_free(&loaded);
	}
}
END_TEST

/* One that starts when others are gone need not fit beside them. */
START_TEST(memory_in_turn)
{
	static const char rest[] = "  - name: next\n    memory: 15GiB\n    start_after: vm0\n"
				   "    program: [boot, touch]\n";
	struct loaded_text loaded = load("    program: [boot, touch]\n", rest);

	expect_messages(&loaded, "");
	loaded_free(&loaded);
}
END_TEST

Suite *processes_suite(void)
{
	const TTest *tests[] = { every_key, nothing_given, mistakes, memory_in_turn };

	return SUITE_OF("processes", tests);
}
