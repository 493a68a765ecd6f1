/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading: what a module must be to be let in, what the table then holds, several at once.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm/linux/files.h"
#include "kvm/linux/loader.h"
#include "tests/kvm_linux/suites.h"

/* Load @path, which must be refused with @part in the message. */
static void refused(const char *path, const char *part)
{
	char *error = NULL;

	ck_assert_ptr_null(pv_module_load(path, &error));
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(error, part) != NULL, "'%s' is not in: %s", part, error);
	free(error);
}

/* A shared object that exports a module description, with @body for its members. */
static void make_module(const char *so, const char *body)
{
	char *source = text_format("%s.c", so), *text, *command;

	text = text_format("#include \"kvm/linux/module_abi.h\"\n"
			   "struct uvsim_pv_module uvsim_pv_module = { %s };\n", body);
	ck_assert_int_eq(file_write(source, text), 0);
	command = text_format("cc -std=gnu11 -fPIC -shared -I'" SOURCE_DIR "' '%s' -o '%s'", source, so);
	ck_assert_int_eq(system(command), 0);
	free(command);
	free(text);
	free(source);
}

START_TEST(refuses_what_is_no_module)
{
	const char *text = in_scratch("text.so"), *cut = in_scratch("cut.so"),
		   *other = in_scratch("other.so");
	char *module = built("6.12", NULL, false), *command;

	ck_assert_int_eq(file_write(text, "this is not a shared object\n"), 0);
	refused(text, "cannot load module");
	command = text_format("head -c 3000 '%s' > '%s'", module, cut);
	ck_assert_int_eq(system(command), 0);
	refused(cut, "cannot load module");
	refused(in_scratch("nosuch.so"), "nosuch.so");
	make_module(other, ".magic = 1");
	refused(other, "not a pv.c module");
	free(command);
	free(module);
}
END_TEST

START_TEST(refuses_another_abi)
{
	const char *abi = in_scratch("abi.so"), *sizes = in_scratch("sizes.so");
	char *message = NULL;
	int status = 0;

	make_module(abi,
		    ".magic = UVSIM_ABI_MAGIC, .abi = UVSIM_ABI_VERSION + 1, .sizes = UVSIM_SIZES");
	refused(abi, "module ABI");
	make_module(sizes,
		    ".magic = UVSIM_ABI_MAGIC, .abi = UVSIM_ABI_VERSION, .sizes = { .kvm = 1 }");
	refused(sizes, "other sizes");
	ck_assert_ptr_null(pv_resolve(abi, &status, &message));
	ck_assert_int_eq(status, 2);
	ck_assert_msg(strncmp(message, "uvsim: ", 7) == 0, "%s", message);
	free(message);
}
END_TEST

/* Each size is compared: one too large in any place is noticed. */
START_TEST(compares_every_size)
{
	const char *so = in_scratch("one.so");
	char *body;

	body = text_format(
		".magic = UVSIM_ABI_MAGIC, .abi = UVSIM_ABI_VERSION, .sizes = UVSIM_SIZES };\n"
		"__attribute__((constructor)) static void spoil(void)\n"
		"{ ((unsigned *)&uvsim_pv_module.sizes)[%d]++; }\nstruct empty {",
		_i);
	make_module(so, body);
	refused(so, "other sizes");
	free(body);
}
END_TEST

/*
 * All functions of 6.12, and those that 6.1 has; label, version and hash of each; both at the same
 * time.
 */
START_TEST(loads_two_versions_side_by_side)
{
	char *path[2] = { built("6.12", NULL, false), built("6.1", NULL, false) }, hex[65],
	     *message = NULL;
	const struct pv_algorithm *new, *old, *again;
	int status;

	new = pv_resolve("6.12", &status, &message);
	ck_assert_msg(new != NULL, "%s", message);
	old = pv_module_load(path[1], &message);
	ck_assert_msg(old != NULL, "%s", message);
	ck_assert(new->init_vm);
	ck_assert(new->deinit_vm);
	ck_assert(new->deinit_cleanup_all);
	ck_assert(new->set_aside);
	ck_assert(new->deinit_aside_vm);
	ck_assert(new->create_cpu);
	ck_assert(new->destroy_cpu);
	ck_assert(new->set_sec_parms);
	ck_assert(new->unpack);
	ck_assert(new->set_cpu_state);
	ck_assert(new->dump_cpu && new->dump_stor_state && new->dump_complete);
	ck_assert(old->init_vm && old->deinit_vm && old->create_cpu && old->destroy_cpu &&
		  old->set_sec_parms);
	ck_assert(old->unpack && old->set_cpu_state && old->dump_cpu && old->dump_stor_state &&
		  old->dump_complete);
	ck_assert(!old->deinit_cleanup_all && !old->set_aside && !old->deinit_aside_vm);
	ck_assert(new->init_vm != old->init_vm);
	ck_assert_uint_eq(new->version >> 8, 0x060c);
	ck_assert_uint_eq(old->version >> 8, 0x0601);
	ck_assert_ptr_eq(strstr(new->label, "6.12."), new->label);
	ck_assert_ptr_eq(strstr(old->label, "6.1."), old->label);
	ck_assert_int_eq(sha256_file(pristine("6.12"), hex), 0);
	ck_assert_str_eq(new->sha256, hex);
	ck_assert_int_eq(sha256_file(pristine("6.1"), hex), 0);
	ck_assert_str_eq(old->sha256, hex);
	ck_assert_str_eq(new->path, pristine("6.12"));
	again = pv_module_load(path[0], &message);
	ck_assert_ptr_eq(again, new);
	pv_module_unload(again);
	ck_assert_ptr_nonnull(pv_module_info(new));
	pv_module_unload(new);
	ck_assert_ptr_null(pv_module_info(new));
	pv_module_unload(old);
	free(path[0]);
	free(path[1]);
}
END_TEST

/*
 * A label stands for the file it was built from: an edit is compiled anew, and without the file the
 * module stays.
 */
START_TEST(resolves_labels)
{
	const char *file = in_scratch("labelled.c");
	const struct pv_build_request request = { .source = file,
						  .linux_version = "6.12",
						  .label = "mine" };
	struct pv_build_result result;
	const struct pv_algorithm *first, *second, *third;
	char *message = NULL;
	int status;

	free(built("6.12", NULL, false));
	copy_file(pristine("6.12"), file, NULL, NULL);
	ck_assert_int_eq(pv_build(&request, &result), 0);
	pv_build_free(&result);
	first = pv_resolve("mine", &status, &message);
	ck_assert_msg(first != NULL, "%s", message);
	copy_file(pristine("6.12"), file, "Hosting", "Housing");
	second = pv_resolve("mine", &status, &message);
	ck_assert_msg(second != NULL, "%s", message);
	ck_assert_str_ne(first->sha256, second->sha256);
	ck_assert_str_eq(second->label, "mine");
	unlink(file);
	third = pv_resolve("mine", &status, &message);
	ck_assert_msg(third != NULL, "%s", message);
	ck_assert_ptr_eq(second, third);
	pv_module_unload(first);
	pv_module_unload(second);
	pv_module_unload(third);
	ck_assert_ptr_null(pv_resolve("not-mine", &status, &message));
	ck_assert_int_eq(status, 2);
	free(message);
}
END_TEST

START_TEST(lists_and_describes)
{
	char *module = built("6.12", NULL, false), *text = NULL, *message = NULL, hex[65];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_int_eq(sha256_file(pristine("6.12"), hex), 0);
	ck_assert_int_eq(pv_list(out, &message), 0);
	fflush(out);
	ck_assert_ptr_nonnull(strstr(text, "6.12."));
	ck_assert_ptr_nonnull(strstr(text, pristine("6.12")));
	rewind(out);
	ck_assert_int_eq(pv_info("6.12", out, &message), 0);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, hex));
	ck_assert_ptr_nonnull(strstr(text, module));
	ck_assert_ptr_nonnull(strstr(text, "set_aside"));
	free(text);
	free(module);
}
END_TEST

Suite *loader_suite(void)
{
	Suite *suite = suite_create("loader");
	TCase *tc = tcase_create("loader");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, refuses_what_is_no_module);
	tcase_add_test(tc, refuses_another_abi);
	tcase_add_loop_test(tc, compares_every_size, 0,
			    sizeof(struct uvsim_sizes) / sizeof(unsigned));
	tcase_add_test(tc, loads_two_versions_side_by_side);
	tcase_add_test(tc, resolves_labels);
	tcase_add_test(tc, lists_and_describes);
	suite_add_tcase(suite, tc);
	return suite;
}
