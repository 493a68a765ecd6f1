/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said when a pv.c does not compile: the line, the name that is unknown, and where to add
 * it, by each compiler.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/compiler.h"
#include "kvm/linux/files.h"
#include "tests/kvm_linux/suites.h"

/* One edit of the 6.12 file, and what must be said of it. */
static const struct {
	const char *what, *with;
	const char *says;	/* part of the message, without the line */
} edits[] = {
	{ "static int unpack_one", "int foo bar;\nstatic int unpack_one", "error: expected" },
	{ "	int cc = uv_call(0", "	int cc = uv_frobnicate(0",
	  "unknown symbol 'uv_frobnicate'" },
	{ "SZ_2G / PAGE_SIZE", "SZ_3G / PAGE_SIZE", "unknown symbol 'SZ_3G'" },
	{ "kvm->arch.pv.guest_len = 0;", "kvm->arch.pv.brand_new = 0;",
	  "unknown member 'brand_new'" },
	{ "struct uv_cb_ssc uvcb", "struct uv_cb_new uvcb", "unknown type 'struct uv_cb_new'" },
	{ "	struct list_head list;", "	struct list_head list; brand_new_t x;",
	  "unknown type 'brand_new_t'" },
	{ "	struct list_head list;", "	struct list_head list; struct brand_new x;",
	  "unknown type 'struct brand_new'" },
	{ "#include <linux/pagewalk.h>", "DEFINE_FROB(x);\n#include <linux/frob.h>", "unknown symbol 'DEFINE_FROB'" },
	{ "int kvm_s390_pv_set_aside(",
	  "int kvm_s390_pv_put_aside(struct kvm *, u16 *, u16 *);\nint kvm_s390_pv_put_aside(",
	  "pv.c does not define 'kvm_s390_pv_set_aside'" },
	{ "	kvm_s390_destroy_lower_2g(kvm);", "	{ void zap(struct kvm *); zap(kvm); }",
	  "unknown symbol 'zap'" },
};

#define EDITS (int)(sizeof(edits) / sizeof(edits[0]))

/* Line of the edit in the 6.12 file. */
static unsigned line_of(const char *what)
{
	char *text = file_read(pristine("6.12"), NULL), *end = strstr(text, what);
	unsigned line = 1;

	for (char *p = text; p < end; p++)
		line += *p == '\n';
	free(text);
	return line;
}

START_TEST(names_what_is_wrong)
{
	const char *cc = _i < EDITS ? "gcc" : "clang";
	char *file = text_format("%s/edit%d.c", scratch, _i), *place;
	const struct pv_build_request request = { .source = file,
						  .linux_version = "6.12",
						  .cc = cc };
	struct pv_build_result result;
	int edit = _i % EDITS;

	if (!have(cc))
		return;
	free(built("6.12", NULL, false));
	copy_file(pristine("6.12"), file, edits[edit].what, edits[edit].with);
	ck_assert_int_eq(pv_build(&request, &result), 2);
	ck_assert_msg(strstr(result.message, edits[edit].says) != NULL, "%s", result.message);
	place = text_format("uvsim: pv.c:%u: ", line_of(edits[edit].what));
	/*
	 * clang speaks of the type where its size is wanted, two lines below; the linker has no
	 * line for what is missing.
	 */
	if (edit != 4 && strncmp(edits[edit].says, "pv.c does not", 13) != 0)
		ck_assert_msg(strncmp(result.message, place, strlen(place)) == 0, "not '%s': %s",
			      place, result.message);
	ck_assert_ptr_nonnull(result.log);
	ck_assert(file_is_regular(result.log));
	ck_assert_ptr_nonnull(strstr(result.message, result.log));
	free(place);
	pv_build_free(&result);
	free(file);
}
END_TEST

/* The header that is named is the one where such a name belongs. */
/* All that is unknown is told at once; a name that a header has is a missing #include. */
START_TEST(tells_all_at_once)
{
	const char *cc = _i == 0 ? "gcc" : "clang";
	char *file = text_format("%s/all%d.c", scratch, _i);
	const struct pv_build_request request = { .source = file, .linux_version = "6.12", .cc = cc };
	struct pv_build_result result;

	if (!have(cc))
		return;
	free(built("6.12", NULL, false));
	copy_file(pristine("6.12"), file, "	kvm_s390_destroy_lower_2g(kvm);",
		  "	msleep(5); frobnicate(kvm); frobnicate(kvm); kvm->arch.pv.brand_new = SZ_3G;");
	ck_assert_int_eq(pv_build(&request, &result), 2);
	ck_assert_msg(strstr(result.message, "'msleep': <linux/delay.h> of the stub headers has it") != NULL, "%s",
		      result.message);
	ck_assert_ptr_nonnull(strstr(result.message, "unknown symbol 'frobnicate'"));
	ck_assert_ptr_null(strstr(strstr(result.message, "frobnicate") + 1, "'frobnicate'"));
	ck_assert_ptr_nonnull(strstr(result.message, "unknown member 'brand_new'"));
	ck_assert_ptr_nonnull(strstr(result.message, "unknown symbol 'SZ_3G'"));
	ck_assert_ptr_nonnull(strstr(result.message, "kvm/linux/include/linux/sizes.h"));
	pv_build_free(&result);
	free(file);
}
END_TEST

/* What is known and not modelled is told with the reason, also when it is not the first thing unknown. */
START_TEST(tells_the_reason)
{
	const char *cc = _i == 0 ? "gcc" : "clang";
	char *file = text_format("%s/reason%d.c", scratch, _i);
	const struct pv_build_request request = { .source = file, .linux_version = "6.12", .cc = cc };
	struct pv_build_result result;
	unsigned lines = 0;
	const char *at;

	if (!have(cc))
		return;
	free(built("6.12", NULL, false));
	copy_file(pristine("6.12"), file, "	kvm_s390_destroy_lower_2g(kvm);",
		  "	sie64a(kvm); frobnicate(kvm); struct page *p = NULL; p->flags = dat_free_crst(p);");
	ck_assert_int_eq(pv_build(&request, &result), 2);
	at = strstr(result.message, "symbol 'sie64a' is known, but not modelled:\n    registers");
	ck_assert_msg(at != NULL, "%s", result.message);
	ck_assert_ptr_nonnull(strstr(at, "kvm/linux/include/linux/kernel.h\n"));
	/* The reason goes over three lines, none wider than a terminal. */
	for (at = strchr(at, '\n') + 1; at[0] == ' '; at = strchr(at, '\n') + 1) {
		ck_assert_uint_le(strcspn(at, "\n"), 80);
		lines++;
	}
	ck_assert_uint_eq(lines, 3);
	ck_assert_ptr_nonnull(strstr(result.message, ": unknown symbol 'frobnicate': add it to kvm/linux/include/"));
	ck_assert_ptr_nonnull(strstr(result.message,
				     "'dat_free_crst' is known, but not modelled:\n    the guest's tables"));
	at = strstr(result.message, "type 'struct page' is known, but not modelled:\n    their members");
	ck_assert_msg(at != NULL, "%s", result.message);
	pv_build_free(&result);
	free(file);
}
END_TEST

START_TEST(names_the_header)
{
	static const struct {
		const char *log, *header;
	} cases[] = {
		{ "pv.c:1:2: error: 'UVC_CMD_X' undeclared (first use)", "include/asm/uv.h" },
		{ "/x/pv.c:1:2: error: implicit declaration of function 'gmap_x'",
		  "include/asm/gmap.h" },
		{ "pv.c:1:2: error: call to undeclared function 'folio_x'",
		  "include/linux/pagemap.h" },
		{ "pv.c:1:2: error: 'struct kvm' has no member named 'x'",
		  "include/uvsim/kvm_objects.h" },
		{ "pv.c:1:2: error: use of undeclared identifier 'kvm_s390_x'",
		  "include/kvm-s390.h" },
		{ "pv.c:1:2: error: use of undeclared identifier 'zzz'", "include/linux/kernel.h" },
	};
	char *message = compiler_explain_all(cases[_i].log, SOURCE_DIR "/kvm/linux/include");

	ck_assert_msg(strstr(message, cases[_i].header) != NULL, "%s", message);
	ck_assert_msg(strncmp(message, "uvsim: pv.c:1: ", 15) == 0, "%s", message);
	free(message);
}
END_TEST

/* Words that no rule knows are passed on; an empty log is no crash. */
START_TEST(passes_on_the_rest)
{
	char *message = compiler_explain("note\npv.c:7:1: error: too many ducks\n");

	ck_assert_str_eq(message, "uvsim: pv.c:7: error: too many ducks");
	free(message);
	message = compiler_explain("");
	ck_assert_str_eq(message, "uvsim: pv.c does not compile: ");
	free(message);
}
END_TEST

Suite *explain_suite(void)
{
	Suite *suite = suite_create("explain");
	TCase *tc = tcase_create("explain");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, names_what_is_wrong, 0, 2 * EDITS);
	tcase_add_loop_test(tc, tells_all_at_once, 0, 2);
	tcase_add_loop_test(tc, tells_the_reason, 0, 2);
	tcase_add_loop_test(tc, names_the_header, 0, 6);
	tcase_add_test(tc, passes_on_the_rest);
	suite_add_tcase(suite, tc);
	return suite;
}
