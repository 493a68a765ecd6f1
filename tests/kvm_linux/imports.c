/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which import functions a pv.c has is told by their text: comments, spaces and the rest of the file do not count, a
 * word does.
 */
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/files.h"
#include "kvm/linux/imports.h"
#include "tests/kvm_linux/suites.h"
#include "tests/suite.h"

#define BEFORE "static int before(void)\n{\n\treturn 1;\n}\n\n"
#define EXPORT "static bool should_export_before_import(struct mm_struct *mm)\n{\n\treturn mm->shared;\n}\n\n"
#define CONVERT \
	"int kvm_s390_pv_convert_to_secure(struct kvm *kvm, unsigned long gaddr)\n{\n" \
	"\treturn import(kvm, gaddr);\n}\n\n"
#define DESTROY \
	"int kvm_s390_pv_destroy_page(struct kvm *kvm, unsigned long gaddr)\n{\n" \
	"\tdestroy(kvm);\n\treturn 0;\n}\n"
#define AFTER "\nint after(struct kvm *kvm)\n{\n\treturn kvm_s390_pv_destroy_page(kvm, 0);\n}\n"

/* The checksum of a file of @text, which is none that is known. */
static const char *sum(const char *text)
{
	static char sha256[8][65];
	static unsigned next;
	char *at = sha256[next++ % 8];

	ck_assert_int_eq(file_write(in_scratch("imports.c"), text), 0);
	ck_assert(!imports_known(in_scratch("imports.c"), at));
	ck_assert_uint_eq(strlen(at), 64);
	return at;
}

START_TEST(what_counts)
{
	char plain[65];

	strcpy(plain, sum(BEFORE EXPORT CONVERT DESTROY AFTER));
	ck_assert_str_eq(sum(EXPORT CONVERT DESTROY), plain);
	ck_assert_str_eq(sum("#include <linux/kvm.h>\n" BEFORE "/* words */\n" EXPORT CONVERT
			     "// words\n" DESTROY "int more;\n"),
			 plain);
	ck_assert_str_eq(sum("int kvm_s390_pv_destroy_page(struct kvm *kvm, unsigned long gaddr)"
			     " /* x */ {\n\n\tdestroy( kvm );\n return  0;\n}\n"),
			 sum(DESTROY));
	/* Words stay apart, and what stands between the functions counts. */
	ck_assert_str_ne(sum(EXPORT CONVERT "intx;\n" DESTROY), sum(EXPORT CONVERT "int x;\n" DESTROY));
	ck_assert_str_ne(sum(EXPORT CONVERT BEFORE DESTROY), plain);
	ck_assert_str_ne(sum(CONVERT DESTROY), plain);
	ck_assert_str_ne(sum(EXPORT CONVERT), plain);
	ck_assert_str_ne(sum(EXPORT CONVERT "int kvm_s390_pv_destroy_page(struct kvm *kvm, unsigned long gaddr)\n{\n"
			     "\tdestroy(kvm);\n\treturn 1;\n}\n"),
			 plain);
	/* A file that ends in the middle, a comment that does not end. */
	sum(EXPORT "int kvm_s390_pv_destroy_page(struct kvm *kvm");
	sum(EXPORT "int kvm_s390_pv_destroy_page(void) /* for ever");
	sum(EXPORT "int kvm_s390_pv_destroy_page(void) // for ever");
	/* A name at the beginning of its line, or of the file. */
	sum("kvm_s390_pv_make_secure(struct kvm *kvm)\n{\n}\n");
	ck_assert_str_ne(sum("int\nkvm_s390_pv_make_secure(struct kvm *kvm)\n{\n\ta();\n}\n"),
			 sum("int\nkvm_s390_pv_make_secure(struct kvm *kvm)\n{\n\tb();\n}\n"));
}
END_TEST

START_TEST(who_needs_none)
{
	char sha256[65];

	/* Calls and declarations are no definitions. */
	ck_assert_int_eq(file_write(in_scratch("calls.c"),
				    "int f(void)\n{\n\treturn kvm_s390_pv_make_secure(0, 0, 0);\n}\n"), 0);
	ck_assert(imports_known(in_scratch("calls.c"), sha256));
	ck_assert_str_eq(sha256, "");
	ck_assert(imports_known(in_scratch("calls.c"), NULL));
	ck_assert(!imports_known(in_scratch("nothing.c"), sha256));
}
END_TEST

Suite *imports_suite(void)
{
	const TTest *const tests[] = { what_counts, who_needs_none };

	return suite_of("imports", tests, sizeof(tests) / sizeof(tests[0]));
}
