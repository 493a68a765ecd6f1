/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of pv.c: where an address is, and which lines have run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/files.h"
#include "tests/kvm_linux/fake_kernel.h"
#include "tests/kvm_linux/suites.h"

/* Line of the first @what in pv.c at or after line @from. */
static unsigned line_of(const char *what, unsigned from)
{
	char *text = file_read(pristine("6.12"), NULL), *p = text, *end;
	unsigned line = 1;

	while (line < from && (p = strchr(p, '\n')) != NULL) {
		p++;
		line++;
	}
	end = strstr(p, what);
	ck_assert_msg(end != NULL, "%s", what);
	for (; p < end; p++)
		line += *p == '\n';
	free(text);
	return line;
}

/* What the coverage report of @pv says of @line: 'h', 'm' or 0. */
static char line_state(const struct pv_algorithm *pv, unsigned line)
{
	char *text = NULL, *hit = text_format("\nhit  %u\n", line),
	     *miss = text_format("\nmiss %u\n", line), state;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputc('\n', out);
	ck_assert_int_eq(pv_module_coverage(pv, out), 0);
	fclose(out);
	state = strstr(text, hit) != NULL ? 'h' : strstr(text, miss) != NULL ? 'm' : 0;
	free(text);
	free(hit);
	free(miss);
	return state;
}

/* A function begins at its name or, when that line has no code, at its first bracket. */
START_TEST(knows_its_lines)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	unsigned line = 0, expected;
	char where[128], name[64];

	if (pv == NULL)
		return;
	expected = line_of("int kvm_s390_pv_init_vm(", 1);
	ck_assert_int_eq(pv_module_source_line(pv, (uintptr_t)pv->init_vm, where, sizeof(where)),
			 0);
	ck_assert_int_eq(sscanf(where, "pv.c:%u %63s", &line, name), 2);
	ck_assert_str_eq(name, "kvm_s390_pv_init_vm");
	ck_assert_uint_ge(line, expected);
	ck_assert_uint_le(line, expected + 1);
	ck_assert_int_eq(pv_module_source_line(pv, 16, where, sizeof(where)), -ENOENT);
	ck_assert_str_eq(where, "?");
	ck_assert_int_eq(pv_module_coverage(pv, stdout), -ENOTSUP);
}
END_TEST

/* Lines become hit when they run and not before; both sides of a branch are told apart. */
START_TEST(measures_coverage)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, true);
	unsigned call, refuse, good, other;
	struct fake_vm vm;

	if (pv == NULL)
		return;
	call = line_of("cc = uv_call(0, (u64)&uvcb);",
		       line_of("int kvm_s390_pv_set_cpu_state(", 1));
	refuse = line_of("return -EINVAL;", call);
	good = line_of("return 0;", call);
	other = line_of("return cc ? EIO : 0;", 1);
	fake_vm_init(&vm, 1024);
	ck_assert_int_eq(line_state(pv, call), 'm');
	ck_assert_int_eq(line_state(pv, 1), 0);
	fake.fail_cmd = 0x330;
	ck_assert_int_eq(pv->set_cpu_state(&vm.vcpu, 1), -EINVAL);
	ck_assert_int_eq(line_state(pv, call), 'h');
	ck_assert_int_eq(line_state(pv, refuse), 'h');
	ck_assert_int_eq(line_state(pv, good), 'm');
	fake.fail_cmd = 0;
	ck_assert_int_eq(pv->set_cpu_state(&vm.vcpu, 1), 0);
	ck_assert_int_eq(line_state(pv, good), 'h');
	ck_assert_int_eq(line_state(pv, other), 'm');
}
END_TEST

Suite *lines_suite(void)
{
	Suite *suite = suite_create("lines");
	TCase *tc = tcase_create("lines");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, knows_its_lines, 0, 2);
	tcase_add_loop_test(tc, measures_coverage, 0, 2);
	suite_add_tcase(suite, tc);
	return suite;
}
