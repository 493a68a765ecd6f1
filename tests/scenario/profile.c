/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles: complete or derived, every number with a source, mistakes at their place.
 */
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uv/cost.h"

#define HEAD "uvsim_profile: 1\nname: test\nbased_on: round\n"

START_TEST(derived)
{
	struct loaded_text loaded =
		load_profile(HEAD "source: somewhere\n"
				  "machine: {destroy_fast: false, max_guest_cpu_id: 7}\n"
				  "costs:\n"
				  "  uvc.share: 3.5us\n"
				  "  uvc.misc: {value: 2ns, source: a book, confidence: A}\n"
				  "  uvc.busy: {uniform: [1us, 4us], source: b, confidence: C}\n");
	struct loaded_text base = { .profile = profile_load("round", &base.messages) };
	const struct profile *p = loaded.profile;

	expect_messages(&loaded, "");
	ck_assert_str_eq(p->name, "test");
	ck_assert(!p->machine.destroy_fast);
	ck_assert(p->machine.misc);
	ck_assert_uint_eq(p->machine.max_guest_cpu_id, 7);
	ck_assert_uint_eq(p->machine.uv_base_stor_len, base.profile->machine.uv_base_stor_len);
	ck_assert_uint_eq(p->cost[COST_UVC_SHARE].value, 3500 * SIM_NS);
	ck_assert_int_eq(p->cost[COST_UVC_SHARE].confidence, 'E');
	ck_assert_str_eq(p->cost[COST_UVC_SHARE].source, "somewhere");
	ck_assert_uint_eq(p->cost[COST_UVC_MISC].value, 2 * SIM_NS);
	ck_assert_int_eq(p->cost[COST_UVC_MISC].confidence, 'A');
	ck_assert_str_eq(p->cost[COST_UVC_MISC].source, "a book");
	ck_assert_int_eq(p->cost[COST_UVC_BUSY].dist, COST_UNIFORM);
	ck_assert_uint_eq(p->cost[COST_UVC_BUSY].low, SIM_US);
	ck_assert_uint_eq(p->cost[COST_UVC_BUSY].high, 4 * SIM_US);
	ck_assert_uint_eq(p->cost[COST_UVC_BUSY].value, 2500 * SIM_NS);
	ck_assert_uint_eq(p->cost[COST_UVC_INIT].value, base.profile->cost[COST_UVC_INIT].value);
	ck_assert_str_eq(p->cost[COST_UVC_INIT].source, base.profile->cost[COST_UVC_INIT].source);
	ck_assert_str_ne(p->hash, base.profile->hash);
	ck_assert_uint_eq(strlen(p->hash), 64);
	loaded_free(&loaded);
	loaded_free(&base);
}
END_TEST

START_TEST(mistakes)
{
	static const char *const table[][2] = {
		{ HEAD "costs: {uvc.destroy_page.secur: 1us}\n",
		  "F:4:9: error: unknown cost 'uvc.destroy_page.secur'; did you mean "
		  "'uvc.destroy_page.secure'?" },
		{ HEAD "costs: {uvc.share: 1us}\n",
		  "F:4:20: error: uvc.share: a cost without source needs a 'source' for the whole "
		  "file; or write {value: 1us, "
		  "source: \"...\", confidence: E}" },
		{ HEAD "source: s\ncosts: {uvc.share: 0us}\n",
		  "F:5:20: error: value: '0us' is out of range; allowed is 1ps to 1h" },
		{ HEAD "source: s\ncosts: {uvc.share: 1}\n",
		  "F:5:20: error: value: '1': write a time with a unit, such as 500us, 3ms or 2.5s "
		  "(units ps, ns, us, ms, s, "
		  "min, h)" },
		{ HEAD "costs: {uvc.share: {value: 1us}}\n",
		  "F:4:20: error: key 'source' is missing in a cost: where the number comes from\n"
		  "F:4:20: error: key 'confidence' is missing in a cost: A measured, B stated "
		  "loosely, C derived from A or B, "
		  "E estimate" },
		{ HEAD "costs: {uvc.share: {source: s, confidence: E}}\n",
		  "F:4:20: error: uvc.share: give either value or uniform" },
		{ HEAD "costs: {uvc.share: {value: 1us, uniform: [1us, 2us], source: s, "
		       "confidence: E}}\n",
		  "F:4:20: error: uvc.share: give either value or uniform" },
		{ HEAD "costs: {uvc.share: {uniform: [2us, 1us], source: s, confidence: E}}\n",
		  "F:4:30: error: uniform: the lowest time comes first" },
		{ HEAD "costs: {uvc.share: {uniform: [2us], source: s, confidence: E}}\n",
		  "F:4:30: error: uniform: expected the lowest and the highest time: [0.5us, "
		  "1.5us]" },
		{ HEAD "costs: {uvc.share: {value: 1us, source: s, confidence: D}}\n",
		  "F:4:56: error: confidence: 'D': write A (measured), B (stated loosely), C "
		  "(derived) or E (estimate)" },
		{ HEAD "costs: {uvc.share: {vaule: 1us, source: s, confidence: E}}\n",
		  "F:4:21: error: unknown key in a cost: 'vaule'; did you mean 'value'?" },
		{ HEAD "machine: {destroy_fsat: true}\n",
		  "F:4:11: error: unknown key in machine: 'destroy_fsat'; did you mean "
		  "'destroy_fast'?" },
		{ HEAD "machine: {conf_dump_storage_state_len: 24B}\n",
		  "F:4:40: error: conf_dump_storage_state_len: must be a power of two (16B to "
		  "1MiB)" },
		{ HEAD "machine: {max_guest_cpu_id: 65536}\n",
		  "F:4:29: error: max_guest_cpu_id: '65536' is out of range; allowed is 1 to "
		  "65535" },
		{ "uvsim_profile: 1\nname: x\nbased_on: rund\n",
		  "F:3:11: error: there is no profile 'rund'; did you mean 'round'?" },
		{ "uvsim_profile: 1\nname: x\nbased_on: /nonexistent/x.yaml\n",
		  "F:3:11: error: /nonexistent/x.yaml: cannot open: No such file or directory" },
		{ "uvsim_profile: 1\nname: x\nbased_on: /\n",
		  "F:3:11: error: /: not a regular file" },
		{ "uvsim_profile: 2\nname: x\nbased_on: round\n",
		  "F:1:16: error: uvsim_profile: this program reads format 1" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct loaded_text loaded = load_profile(table[i][0]);

		ck_assert_ptr_null(loaded.profile);
		expect_messages(&loaded, table[i][1]);
		loaded_free(&loaded);
	}
}
END_TEST

START_TEST(nothing_may_be_missing)
{
	struct loaded_text loaded =
		load_profile("uvsim_profile: 1\nname: x\nmachine: {}\ncosts: {}\n");

	/* 18 members and all costs, of which 20 are shown. */
	ck_assert_ptr_null(loaded.profile);
	ck_assert_uint_eq(loaded.messages.count, 21);
	ck_assert_str_eq(loaded.messages.text[0],
			 "F:3:10: error: key 'uv_base_stor_len' is missing in machine: storage "
			 "donated to the Ultravisor when "
			 "the host starts");
	ck_assert_str_eq(loaded.messages.text[18],
			 "F:4:8: error: cost 'uvc.misc' is missing: any UVC without a key of its "
			 "own: query, refused calls, pure look-ups");
	loaded_free(&loaded);

	loaded = load_profile("uvsim_profile: 1\nname: x\n");
	expect_messages(
		&loaded,
		"F:1:1: error: key 'machine' is missing in profile (or base it on another one with "
		"based_on)\n"
		"F:1:1: error: key 'costs' is missing in profile (or base it on another one with "
		"based_on)");
	loaded_free(&loaded);
}
END_TEST

START_TEST(based_on_itself)
{
	struct messages messages = { 0 };
	char path[] = "/tmp/uvsim-test-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	fprintf(file, "uvsim_profile: 1\nname: x\nbased_on: %s\n", path);
	fclose(file);
	ck_assert_ptr_null(profile_load(path, &messages));
	ck_assert_uint_eq(messages.count, 1);
	ck_assert_ptr_nonnull(
		strstr(messages.text[0],
		       ":3:11: error: based_on: more than 4 profiles on top of each other"));
	messages_free(&messages);
	remove(path);
}
END_TEST

START_TEST(not_there)
{
	struct messages messages = { 0 };

	ck_assert_ptr_null(profile_load("z61", &messages));
	ck_assert_ptr_null(profile_load("./z61.yaml", &messages));
	ck_assert_uint_eq(messages.count, 2);
	ck_assert_str_eq(messages.text[0],
			 "profile: error: there is no profile 'z61'; did you mean 'z16'?");
	ck_assert_str_eq(messages.text[1],
			 "./z61.yaml: error: cannot open: No such file or directory");
	messages_free(&messages);
}
END_TEST

START_TEST(data_directory_from_the_environment)
{
	struct messages messages = { 0 };
	struct profile *profile;

	setenv("UVSIM_DATA", "/nonexistent", 1); /* the next one in line has it */
	profile = profile_load("z16", &messages);
	ck_assert_ptr_nonnull(profile);
	profile_free(profile);
	setenv("UVSIM_DATA", SOURCE_DIR, 1);
	profile = profile_load("z16", &messages);
	ck_assert_ptr_nonnull(profile);
	ck_assert_str_eq(profile->path, "z16");
	profile_free(profile);
	unsetenv("UVSIM_DATA");
	ck_assert_uint_eq(messages.count, 0);
}
END_TEST

Suite *profile_suite(void)
{
	const TTest *tests[] = { derived,	  mistakes,  nothing_may_be_missing,
				 based_on_itself, not_there, data_directory_from_the_environment };

	return SUITE_OF("profile", tests);
}
