/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result document from a real, tiny simulation: two threads that burn, wait and sleep on one
 * processor, and records of a virtual machine made by hand.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/parts.h"
#include "sim/lock.h"
#include "sim/thread.h"
#include "suites.h"

static struct profile *profile;
static struct sim_mutex mutex;
static const struct sim_account *span;

static void setup(void)
{
	struct messages messages = { 0 };

	profile = profile_load(SOURCE_DIR "/profiles/round.yaml", &messages);
	ck_assert_msg(profile != NULL, "%s", messages.count ? messages.text[0] : "no message");
	messages_free(&messages);
}

static void teardown(void)
{
	profile_free(profile);
}

/* Spans and leaves are met in an order that is not that of their names. */
static void worker(void *arg)
{
	sim_time longer = arg ? SIM_MS : 0;

	sim_span_push("zebra");
	span = sim_span_current();
	sim_mutex_lock(&mutex);
	sim_burn(5 * SIM_MS, SIM_KIND_UVC, "DESTR_SEC_STOR");
	sim_burn(2 * SIM_MS + longer, SIM_KIND_KERNEL, "host.walk_pte");
	sim_sleep(3 * SIM_MS, false, "nap");
	sim_mutex_unlock(&mutex);
	sim_span_pop();
	sim_span_push("ape");
	sim_burn_user(SIM_MS, SIM_KIND_USER, "vmm");
	cost_charge(COST_UVC_DESTROY_SECURE, 1000, 5000);
	cost_charge(COST_HOST_WALK_PTE, 10, 100);
	sim_span_pop();
}

/* Never ends. */
static void sleeper(void *arg)
{
	(void)arg;
	sim_sleep(3600 * SIM_S, false, "for an hour");
}

static const struct pv_algorithm algorithm = {
	.label = "6.12.9",
	.path = "/home/somebody/linux/pv.c",
	.sha256 = "abcd",
	.version = 6 << 16 | 12 << 8 | 9,
};

/* The document of one run, and its exit status were it judged without expectations. */
static json_t *run_once(struct vmm *vmms, bool with_sleeper)
{
	struct scenario scenario = { .file = "/home/somebody/x.yaml",
				     .hash = "ff",
				     .name = "x",
				     .description = "d\xff"
						    "e",
				     .host = { .processors = 1 } };
	struct sim_config config = { .seed = 7, .processors = 1, .time_limit = SIM_S };
	static const char *const warns[] = { "WARN pv.c:1 f: text", NULL };
	struct run run = { .scenario = &scenario,
			   .profile = profile,
			   .algorithm = &algorithm,
			   .seed = 7,
			   .vmms = vmms,
			   .warns = warns };
	json_t *document;

	ck_assert_int_eq(sim_create(&config), 0);
	cost_use(profile);
	run.host = host_create((uint64_t)4 << 30, profile);
	sim_mutex_init(&mutex, "kvm->lock");
	sim_spawn("first", worker, NULL, NULL);
	sim_spawn("second", worker, &mutex, NULL);
	if (with_sleeper)
		sim_spawn("sleeper", sleeper, NULL, NULL);
	run.end = sim_run();
	for (struct vmm *vmm = vmms; vmm; vmm = vmm->next)
		vmm->boots->phases->account = span;
	uv_report_violation(run.host->uv, "leak", "only a %s", "test");
	document = result_build(&run);
	host_destroy(run.host);
	cost_use(NULL);
	sim_destroy();
	return document;
}

static const json_t *at(const json_t *document, const char *key, const char *inner)
{
	const json_t *value = json_object_get(json_object_get(document, key), inner);

	ck_assert_msg(value != NULL, "no %s.%s", key, inner);
	return value;
}

START_TEST(keys_come_in_a_fixed_order)
{
	static const char *const expected[] = { "schema", "run",       "vms",	   "uvc",
						"host",	  "threads",   "hangs_on", "warns",
						"stalls", "violations" };
	json_t *document = run_once(NULL, false), *value;
	const char *key;
	size_t i = 0;

	json_object_foreach(document, key, value) {
		ck_assert_uint_lt(i, 10);
		ck_assert_str_eq(key, expected[i++]);
	}
	ck_assert_uint_eq(i, 10);
	ck_assert_str_eq(json_string_value(json_object_get(document, "schema")), "uvsim.result/1");
	json_decref(document);
}
END_TEST

START_TEST(what_was_run)
{
	json_t *document = run_once(NULL, false);
	const json_t *scenario = at(document, "run", "scenario"), *pv = at(document, "run", "pv");
	char *text = json_dumps(document, 0);

	/* No paths of this machine, and nothing that is not UTF-8. */
	ck_assert_ptr_null(strstr(text, "somebody"));
	ck_assert_str_eq(json_string_value(json_object_get(scenario, "file")), "x.yaml");
	ck_assert_str_eq(json_string_value(json_object_get(scenario, "description")), "d?e");
	ck_assert_str_eq(json_string_value(json_object_get(pv, "version")), "6.12.9");
	ck_assert_str_eq(json_string_value(json_object_get(pv, "file")), "pv.c");
	ck_assert_int_eq(json_integer_value(at(document, "run", "seed")), 7);
	ck_assert_str_eq(json_string_value(at(document, "run", "end")), "done");
	ck_assert_int_eq(json_integer_value(at(document, "host", "memory")), (json_int_t)4 << 30);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(document, "warns"), 0)),
			 "WARN pv.c:1 f: text");
	ck_assert_str_eq(
		json_string_value(json_object_get(
			json_array_get(json_object_get(document, "violations"), 0), "text")),
		"only a test");
	free(text);
	json_decref(document);
}
END_TEST

static json_int_t tree_sum(const json_t *node)
{
	json_int_t sum = json_integer_value(json_object_get(node, "self"));
	const char *last = "";
	json_t *child;
	size_t i;

	json_array_foreach(json_object_get(node, "children"), i, child) {
		const char *name = json_string_value(json_object_get(child, "name"));

		/* Sorted by name, not by when they were met. */
		ck_assert_int_le(strcmp(last, name), 0);
		last = name;
		sum += tree_sum(child);
	}
	return sum;
}

START_TEST(every_picosecond_has_an_owner)
{
	json_t *document = run_once(NULL, true), *thread;
	size_t i;

	ck_assert_str_eq(json_string_value(at(document, "run", "end")), "time limit");
	ck_assert_uint_eq(json_array_size(json_object_get(document, "threads")), 3);
	json_array_foreach(json_object_get(document, "threads"), i, thread) {
		ck_assert_int_eq(json_integer_value(json_object_get(thread, "balance")), 0);
		ck_assert_int_eq(tree_sum(json_object_get(thread, "account")),
				 json_integer_value(json_object_get(thread, "life")));
		/* The third is alive: it has no end, and its life lasts until now. */
		ck_assert_int_eq(json_is_null(json_object_get(thread, "end")), i == 2);
	}
	thread = json_array_get(json_object_get(document, "threads"), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(thread, "life")), (json_int_t)SIM_S);
	json_decref(document);
}
END_TEST

START_TEST(what_it_hangs_on_most_comes_first)
{
	json_t *document = run_once(NULL, false), *hangs_on = json_object_get(document, "hangs_on"),
	       *entry;
	json_int_t last = INT64_MAX, shares = 0;
	size_t i;

	json_array_foreach(hangs_on, i, entry) {
		json_int_t total = json_integer_value(json_object_get(entry, "total"));

		ck_assert_int_gt(total, 0);
		ck_assert_int_le(total, last);
		last = total;
		shares += json_integer_value(json_object_get(entry, "share_permille"));
	}
	ck_assert_uint_ge(i, 2);
	ck_assert_int_le(shares, 1000);
	entry = json_array_get(hangs_on, 0);
	ck_assert_str_eq(json_string_value(json_object_get(entry, "key")),
			 "uvc.destroy_page.secure");
	ck_assert_int_eq(json_integer_value(json_object_get(entry, "charged")), 2000);
	ck_assert_int_eq(json_integer_value(json_object_get(entry, "total")), 10000000);
	json_decref(document);
}
END_TEST

START_TEST(equal_runs_give_equal_bytes)
{
	json_t *a = run_once(NULL, true), *b;
	char *x, *y;

	teardown();
	setup();
	b = run_once(NULL, true);
	x = json_dumps(a, JSON_INDENT(1));
	y = json_dumps(b, JSON_INDENT(1));
	ck_assert_str_eq(x, y);
	free(x);
	free(y);
	json_decref(a);
	json_decref(b);
}
END_TEST

/* A VM that rebooted once; its second protected boot never came. */
static struct vmm *made_vmm(void)
{
	static struct vmm vmm;
	static struct vm_spec spec = { .memory = (uint64_t)1 << 30 };
	static struct vmm_phase phases[2];
	static struct vmm_boot boots[2];
	static struct vmm_cleanup cleanups[2];

	phases[1] = (struct vmm_phase){ .name = "unpack", .begin = 30, .end = SIM_FOREVER };
	phases[0] =
		(struct vmm_phase){ .name = "load", .begin = 10, .end = 30, .next = &phases[1] };
	boots[1] = (struct vmm_boot){ .reboot = true,
				      .teardown = "async",
				      .begin = 100,
				      .plain_back = 130,
				      .protected_back = SIM_FOREVER,
				      .prepare_errno = -EINVAL };
	boots[0] = (struct vmm_boot){ .teardown = "none",
				      .begin = 10,
				      .plain_back = 30,
				      .protected_back = 45,
				      .phases = phases,
				      .next = &boots[1] };
	cleanups[1] = (struct vmm_cleanup){ .begin = 60, .end = SIM_FOREVER, .cpu = 3 };
	cleanups[0] = (struct vmm_cleanup){ .begin = 50,
					    .end = 90,
					    .cpu = 33,
					    .error = -EINTR,
					    .rc = 0x101,
					    .rrc = 7,
					    .next = &cleanups[1] };
	vmm = (struct vmm){ .spec = &spec,
			    .name = "vm0",
			    .boots = boots,
			    .cleanups = cleanups,
			    .outcome = "killed",
			    .started = 10,
			    .exited = 200,
			    .pages_touched = 5 };
	sim_histogram_init(&vmm.touch_first);
	sim_histogram_init(&vmm.touch_again);
	sim_histogram_add(&vmm.touch_first, 17, 5);
	return &vmm;
}

START_TEST(a_virtual_machine)
{
	json_t *document = run_once(made_vmm(), false);
	const json_t *vm = at(document, "vms", "vm0"), *touch = json_object_get(vm, "touch");
	const json_t *boots = json_object_get(vm, "boots"),
		     *cleanups = json_object_get(vm, "cleanups");
	const json_t *first = json_array_get(boots, 0), *second = json_array_get(boots, 1);
	const json_t *phase = json_array_get(json_object_get(first, "phases"), 0);
	const json_t *empty = json_object_get(touch, "again");

	ck_assert_int_eq(json_integer_value(json_object_get(first, "gone_plain")), 20);
	ck_assert_int_eq(json_integer_value(json_object_get(first, "gone_protected")), 35);
	ck_assert(json_is_null(json_object_get(first, "prepare_errno")));
	ck_assert(json_is_false(json_object_get(first, "reboot")));
	ck_assert(json_is_true(json_object_get(second, "reboot")));
	ck_assert_int_eq(json_integer_value(json_object_get(second, "gone_plain")), 30);
	ck_assert(json_is_null(json_object_get(second, "gone_protected")));
	ck_assert_str_eq(json_string_value(json_object_get(second, "prepare_errno")), "EINVAL");
	ck_assert_int_eq(json_integer_value(json_object_get(phase, "time")), 20);
	ck_assert(json_is_null(
		json_object_get(json_array_get(json_object_get(first, "phases"), 1), "time")));
	ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(cleanups, 0), "time")),
			 40);
	ck_assert_str_eq(json_string_value(json_object_get(json_array_get(cleanups, 0), "error")),
			 "EINTR");
	ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(cleanups, 0), "rc")),
			 0x101);
	ck_assert(json_is_null(json_object_get(json_array_get(cleanups, 1), "time")));
	ck_assert_int_eq(
		json_integer_value(json_object_get(json_object_get(touch, "first"), "p999")), 17);
	/* No sample, no numbers: neither 0 nor the largest of all. */
	ck_assert_int_eq(json_integer_value(json_object_get(empty, "count")), 0);
	ck_assert(json_is_null(json_object_get(empty, "min")));
	ck_assert(json_is_null(json_object_get(empty, "max")));
	json_decref(document);
}
END_TEST

START_TEST(owners_of_a_phase)
{
	json_t *document = run_once(made_vmm(), false), *spent, *time;
	json_int_t last = INT64_MAX;
	const char *owner;

	spent = json_object_get(
		json_array_get(
			json_object_get(
				json_array_get(json_object_get(at(document, "vms", "vm0"), "boots"),
					       0),
				"phases"),
			0),
		"spent");
	/*
	 * "second" waited for the lock while "first" held it: 5 + 2 + 3 ms, less what it waited for
	 * the processor.
	 */
	ck_assert_int_eq(json_integer_value(json_object_get(spent, "uvc DESTR_SEC_STOR")),
			 5 * (json_int_t)SIM_MS);
	ck_assert_int_eq(json_integer_value(json_object_get(spent, "kernel host.walk_pte")),
			 3 * (json_int_t)SIM_MS);
	ck_assert_int_eq(json_integer_value(json_object_get(spent, "sleep nap")),
			 3 * (json_int_t)SIM_MS);
	ck_assert_ptr_nonnull(json_object_get(spent, "wait-lock kvm->lock"));
	json_object_foreach(spent, owner, time) {
		ck_assert_int_le(json_integer_value(time), last);
		last = json_integer_value(time);
	}
	json_decref(document);
}
END_TEST

START_TEST(error_names)
{
	static const struct {
		int error;
		const char *name;
	} cases[] = { { -EINVAL, "EINVAL" },
		      { EINVAL, "EINVAL" },
		      { -ENOMEM, "ENOMEM" },
		      { -4095, "errno 4095" } };

	ck_assert(json_is_null(part_errno(0)));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *name = part_errno(cases[i].error);

		ck_assert_str_eq(json_string_value(name), cases[i].name);
		json_decref(name);
	}
}
END_TEST

START_TEST(any_bytes_become_text)
{
	static const struct {
		const char *bytes, *text;
	} cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "\xc3\xa4 \xe2\x80\x94 \xf0\x9f\x98\x80",
		  "\xc3\xa4 \xe2\x80\x94 \xf0\x9f\x98\x80" },
		{ "\x80", "?" },
		{ "\xc3", "?" },
		{ "\xc0\xaf", "??" }, /* overlong */
		{ "\xe0\x80\xaf", "???" },
		{ "\xed\xa0\x80", "???" },	/* surrogate */
		{ "\xf4\x90\x80\x80", "????" }, /* beyond Unicode */
		{ "a\xffz", "a?z" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *text = part_text(cases[i].bytes);

		ck_assert_str_eq(json_string_value(text), cases[i].text);
		json_decref(text);
	}
	ck_assert(json_is_null(part_text(NULL)));
}
END_TEST

Suite *suite_result(void)
{
	Suite *suite = suite_create("result");
	TCase *tcase = tcase_create("result");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, keys_come_in_a_fixed_order);
	tcase_add_test(tcase, what_was_run);
	tcase_add_test(tcase, every_picosecond_has_an_owner);
	tcase_add_test(tcase, what_it_hangs_on_most_comes_first);
	tcase_add_test(tcase, equal_runs_give_equal_bytes);
	tcase_add_test(tcase, a_virtual_machine);
	tcase_add_test(tcase, owners_of_a_phase);
	tcase_add_test(tcase, error_names);
	tcase_add_test(tcase, any_bytes_become_text);
	suite_add_tcase(suite, tcase);
	return suite;
}
