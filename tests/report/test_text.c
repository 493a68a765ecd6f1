/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report that a person reads: goldens at two widths, and what holds at every width.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "report/draw.h"
#include "report/result.h"
#include "suites.h"

/* The report of @document; the caller frees it. */
static char *printed(const json_t *document, unsigned columns, bool colour)
{
	char *buffer = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&buffer, &size);

	report_print(document, out, columns, colour);
	fclose(out);
	return buffer;
}

static void judge_sample(json_t *document)
{
	struct expect expect[] = {
		{ .mark = { "x", 20, 5 },
		  .text = "max(vms.*.boots.*.gone_plain) < 2s",
		  .path = "max(vms.*.boots.*.gone_plain)",
		  .op = "<",
		  .value = "2s" },
		{ .mark = { "x", 21, 5 },
		  .text = "host.lowest_free > 16GiB",
		  .path = "host.lowest_free",
		  .op = ">",
		  .value = "16GiB" },
		{ .mark = { "x", 22, 5 },
		  .text = "vms.vm0.outcome == killed",
		  .path = "vms.vm0.outcome",
		  .op = "==",
		  .value = "killed" },
		{ .mark = { "x", 23, 5 },
		  .text = "vms.vm0.boots.1.fone == 1s",
		  .path = "vms.vm0.boots.1.fone",
		  .op = "==",
		  .value = "1s" },
	};
	struct scenario scenario = { .expect = expect, .expect_count = 4 };

	result_judge(document, &scenario);
}

/* Everything that can go wrong, in long words. */
static json_t *troubled_sample(void)
{
	json_t *document = sample_reboot(), *vm, *boot;

	json_array_append_new(json_object_get(document, "warns"),
			      json_string("WARN pv.c:123 kvm_s390_pv_deinit_vm: protvirt destroy "
					  "vm failed rc 108 rrc 0"));
	json_array_append_new(json_object_get(document, "stalls"),
			      json_pack("{s:s, s:s, s:I, s:I}", "thread", "vm0-main", "where",
					"kvm_s390_pv_set_aside", "begin",
					(json_int_t)10000000000000, "length",
					(json_int_t)25000000000000));
	json_array_append_new(
		json_object_get(document, "violations"),
		json_pack("{s:s, s:s, s:I, s:s}", "kind", "free-donated", "text",
			  "frames 0x1000 to 0x13ff were given back to the allocator while they were "
			  "still donated to the Ultravisor \xe2\x80\x94 by "
			  "kvm_s390_pv_dealloc_vm",
			  "time", (json_int_t)12345000000000, "thread", "vm0-cleanup0"));
	json_object_set_new(json_array_get(json_object_get(document, "threads"), 0), "balance",
			    json_integer(-17));
	vm = json_object_get(json_object_get(document, "vms"), "vm0");
	json_object_set_new(vm, "outcome", json_string("failed: KVM_PV_ENABLE answered ENOMEM"));
	boot = json_array_get(json_object_get(vm, "boots"), 1);
	json_object_set_new(boot, "gone_protected", json_null());
	json_object_set_new(boot, "prepare_errno", json_string("EINVAL"));
	json_object_set_new(json_array_get(json_object_get(boot, "phases"), 4), "time",
			    json_null());
	json_object_set_new(json_array_get(json_object_get(vm, "cleanups"), 0), "time",
			    json_null());
	judge_sample(document);
	return document;
}

/* Compare @text with the golden @name, or write it there. */
static void golden(const char *name, const char *text)
{
	char path[512], *expected;
	FILE *file;
	long length;

	snprintf(path, sizeof(path), SOURCE_DIR "/tests/golden/%s", name);
	if (getenv("UPDATE_GOLDEN")) {
		file = fopen(path, "w");
		ck_assert_ptr_nonnull(file);
		fputs(text, file);
		fclose(file);
		return;
	}
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s is missing", path);
	fseek(file, 0, SEEK_END);
	length = ftell(file);
	rewind(file);
	expected = calloc(1, (size_t)length + 1);
	ck_assert_uint_eq(fread(expected, 1, (size_t)length, file), (size_t)length);
	fclose(file);
	ck_assert_str_eq(text, expected);
	free(expected);
}

static void golden_report(json_t *document, const char *name, unsigned columns)
{
	char *text = printed(document, columns, false);

	golden(name, text);
	free(text);
	json_decref(document);
}

START_TEST(golden_reboot_80)
{
	json_t *document = sample_reboot();
	struct scenario scenario = { 0 };

	setlocale(LC_CTYPE, "C");
	result_judge(document, &scenario);
	golden_report(document, "report_reboot_80.txt", 80);
}
END_TEST

START_TEST(golden_reboot_120_utf8)
{
	json_t *document = sample_reboot();

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	judge_sample(document);
	golden_report(document, "report_reboot_120_utf8.txt", 120);
}
END_TEST

START_TEST(golden_troubled_80)
{
	setlocale(LC_CTYPE, "C");
	golden_report(troubled_sample(), "report_troubled_80.txt", 80);
}
END_TEST

START_TEST(golden_storm_80)
{
	json_t *document = sample_storm(12);
	struct scenario scenario = { 0 };

	setlocale(LC_CTYPE, "C");
	result_judge(document, &scenario);
	golden_report(document, "report_storm_80.txt", 80);
}
END_TEST

static void check_lines(const char *text, unsigned columns)
{
	char *copy = strdup(text), *last = copy;

	ck_assert_uint_eq(copy[strlen(copy) - 1], '\n');
	copy[strlen(copy) - 1] = '\0';
	for (char *line = copy; line;) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = '\0';
		ck_assert_msg(draw_width(line) <= columns, "%zu columns of %u: %s",
			      draw_width(line), columns, line);
		ck_assert_msg(*line == '\0' || line[strlen(line) - 1] != ' ',
			      "space at the end: \"%s\"", line);
		last = line;
		line = next;
	}
	ck_assert_msg(strncmp(last, "verdict: ", 9) == 0, "last line: %s", last);
	free(copy);
}

START_TEST(no_line_is_wider_than_the_page)
{
	static const char *const locales[] = { "C", "C.UTF-8" };
	json_t *documents[] = { sample_reboot(), troubled_sample(), sample_storm(30),
				sample_storm(2) };

	for (size_t l = 0; l < 2; l++) {
		ck_assert_ptr_nonnull(setlocale(LC_CTYPE, locales[l]));
		for (size_t d = 0; d < 4; d++) {
			judge_sample(documents[d]);
			for (unsigned columns = DRAW_COLUMNS_MIN; columns <= 250;
			     columns += columns < 130 ? 1 : 40) {
				char *text = printed(documents[d], columns, false);

				check_lines(text, columns);
				free(text);
			}
		}
	}
	for (size_t d = 0; d < 4; d++)
		json_decref(documents[d]);
}
END_TEST

/* Takes the escape sequences of colours out. */
static void bleach(char *text)
{
	char *to = text;

	for (char *from = text; *from;) {
		if (*from == '\033') {
			from += strcspn(from, "m") + 1;
			continue;
		}
		*to++ = *from++;
	}
	*to = '\0';
}

START_TEST(colour_changes_nothing_else)
{
	json_t *document = troubled_sample();
	char *plain = printed(document, 80, false), *coloured = printed(document, 80, true);

	setlocale(LC_CTYPE, "C");
	ck_assert_ptr_null(strchr(plain, '\033'));
	ck_assert_ptr_nonnull(strchr(coloured, '\033'));
	bleach(coloured);
	ck_assert_str_eq(plain, coloured);
	free(plain);
	free(coloured);
	json_decref(document);
}
END_TEST

START_TEST(the_worst_of_many_is_shown_in_full)
{
	json_t *document = sample_storm(30);
	struct scenario scenario = { 0 };
	json_t *boot;
	char *text;

	result_judge(document, &scenario);
	/* vm17 never came back: nothing is worse. */
	boot = json_array_get(
		json_object_get(json_object_get(json_object_get(document, "vms"), "vm17"), "boots"),
		1);
	json_object_set_new(boot, "gone_protected", json_null());
	text = printed(document, 80, false);
	ck_assert_ptr_nonnull(strstr(text, "\nvm17 (16 GiB): shut down\n"));
	ck_assert_ptr_null(strstr(text, "\nvm16 (16 GiB): shut down\n"));
	free(text);
	json_decref(document);
}
END_TEST

START_TEST(the_verdict_alone)
{
	json_t *document = troubled_sample();
	char *buffer = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&buffer, &size);

	report_print_verdict(document, out, 120, false);
	fclose(out);
	ck_assert_str_eq(
		buffer,
		"verdict: FAILED: 3 of 4 expectations not met, 1 violation, 1 account off\n");
	free(buffer);
	json_decref(document);
}
END_TEST

Suite *suite_text(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, golden_reboot_80);
	tcase_add_test(tcase, golden_reboot_120_utf8);
	tcase_add_test(tcase, golden_troubled_80);
	tcase_add_test(tcase, golden_storm_80);
	tcase_add_test(tcase, no_line_is_wider_than_the_page);
	tcase_add_test(tcase, colour_changes_nothing_else);
	tcase_add_test(tcase, the_worst_of_many_is_shown_in_full);
	tcase_add_test(tcase, the_verdict_alone);
	suite_add_tcase(suite, tcase);
	return suite;
}
