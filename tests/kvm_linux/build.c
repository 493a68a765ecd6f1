/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building: which file is compiled, when it is compiled again, and what is said when the input or
 * the means are wrong.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kvm/linux/files.h"
#include "kvm/linux/source.h"
#include "tests/kvm_linux/suites.h"

static const char *const compilers[] = { "gcc", "clang" };
static const char *const versions[] = { "6.12", "6.1" };

/* Build; @part must be in the message. */
static void expect(const struct pv_build_request *request, int status, const char *part)
{
	struct pv_build_result result;
	int got = pv_build(request, &result);

	ck_assert_msg(got == status, "status %d: %s", got,
		      result.message != NULL ? result.message : "(none)");
	if (status != 0) {
		ck_assert_ptr_nonnull(result.message);
		ck_assert_msg(strncmp(result.message, "uvsim: ", 7) == 0, "%s", result.message);
		ck_assert_msg(strstr(result.message, part) != NULL, "'%s' is not in: %s", part,
			      result.message);
		ck_assert_ptr_null(result.module);
	}
	pv_build_free(&result);
}

/* Both kernels, with each compiler there is, and no word from it. */
START_TEST(builds_without_warning)
{
	const char *cc = compilers[_i / 2];
	char *module;

	if (!have(cc))
		return;
	module = built(versions[_i % 2], cc, false);
	ck_assert(file_is_regular(module));
	free(module);
}
END_TEST

/* The hash in the module is that of the file in the archive, taken out by other means. */
START_TEST(compiles_the_archive_s_file)
{
	const struct pv_build_request request = { .source = versions[_i] };
	struct pv_build_result result;
	char command[512], line[128] = "";
	FILE *pipe;

	snprintf(command, sizeof(command),
		 "tar -xJOf /usr/src/linux-source-%s.tar.xz --occurrence=1 "
		 "linux-source-%s/arch/s390/kvm/pv.c | sha256sum",
		 versions[_i], versions[_i]);
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), pipe));
	pclose(pipe);
	line[64] = '\0';
	ck_assert_int_eq(pv_build(&request, &result), 0);
	ck_assert_str_eq(result.sha256, line);
	pv_build_free(&result);
}
END_TEST

/* A second build takes what is there; any change of what went into it does not. */
START_TEST(builds_again_only_when_needed)
{
	char *data = text_copy(in_scratch("data"));
	struct pv_build_request request = { .source = in_scratch("again.c"),
					    .linux_version = "6.12",
					    .label = "again" };
	char *copy = text_format("cp -r '" SOURCE_DIR "/kvm/linux' '%s/kvm/'", data),
	     *kvm = text_format("%s/kvm", data);
	char *header = text_format("%s/linux/include/linux/pagewalk.h", kvm);
	struct pv_build_result result;
	bool reused[6];

	free(built("6.12", NULL, false));
	copy_file(pristine("6.12"), request.source, NULL, NULL);
	ck_assert_int_eq(folder_make(kvm), 0);
	ck_assert_int_eq(system(copy), 0);
	setenv("UVSIM_DATA", data, 1);
	for (int i = 0; i < 6; i++) {
		if (i == 2)
			copy_file(pristine("6.12"), request.source, "Hosting", "Housing");
		if (i == 3)
			ck_assert_int_eq(
				file_write(header, "#define CHANGED\n#include <linux/types.h>\n"),
				0);
		if (i == 4)
			request.linux_version = "6.11";
		if (i == 5)
			request.label = "other";
		ck_assert_int_eq(pv_build(&request, &result), 0);
		reused[i] = result.reused;
		pv_build_free(&result);
	}
	ck_assert(!reused[0] && reused[1]);
	ck_assert_msg(!reused[2], "another pv.c");
	ck_assert_msg(!reused[3], "another stub header");
	ck_assert_msg(!reused[4], "another version");
	ck_assert_msg(!reused[5], "another label");
	free(header);
	free(kvm);
	free(copy);
	free(data);
}
END_TEST

/*
 * Many builds of the same at once: all succeed, one module is there, nothing is left lying about.
 */
START_TEST(builds_at_the_same_time)
{
	pid_t child[3];
	char **names;

	free(built("6.12", NULL, false));
	copy_file(pristine("6.12"), in_scratch("race.c"), "Hosting", "Racing");
	for (int i = 0; i < 3; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			const struct pv_build_request request = { .source = in_scratch("race.c"),
								  .linux_version = "6.12" };
			struct pv_build_result result;

			_exit(pv_build(&request, &result));
		}
	}
	for (int i = 0; i < 3; i++) {
		int status;

		ck_assert_int_eq(waitpid(child[i], &status, 0), child[i]);
		ck_assert_int_eq(status, 0);
	}
	names = folder_names(in_scratch("cache"));
	for (char **name = names; *name != NULL; name++)
		ck_assert_msg(strchr(*name, '.') == NULL, "%s is left", *name);
	names_free(names);
}
END_TEST

/*
 * pv.c is compiled where it lies: an edited neighbour header is not looked at, and the file is not
 * touched.
 */
START_TEST(builds_a_tree)
{
	char *tree = text_copy(in_scratch("tree")), *folder = text_format("%s/arch/s390/kvm", tree);
	char *pv = text_format("%s/pv.c", folder),
	     *neighbour = text_format("%s/kvm-s390.h", folder);
	char *makefile = text_format("%s/Makefile", tree), hex[65];
	const struct pv_build_request request = { .source = tree };
	struct pv_source source;
	char *message = NULL;

	free(built("6.12", NULL, false));
	ck_assert_int_eq(folder_make(folder), 0);
	copy_file(pristine("6.12"), pv, NULL, NULL);
	ck_assert_int_eq(file_write(neighbour, "#error \"the neighbour header was included\"\n"),
			 0);
	ck_assert_int_eq(file_write(makefile, "# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = "
					      "9\nEXTRAVERSION = -rc3\n"),
			 0);
	expect(&request, 0, "");
	ck_assert_int_eq(pv_source_find(&request, in_scratch("cache"), &source, &message), 0);
	ck_assert_str_eq(source.label, "6.12.9-rc3");
	ck_assert_uint_eq(source.version, 6 << 16 | 12 << 8 | 9);
	ck_assert_str_eq(source.file, pv);
	ck_assert_int_eq(sha256_file(pristine("6.12"), hex), 0);
	ck_assert_str_eq(source.sha256, hex);
	pv_source_free(&source);
	free(makefile);
	free(neighbour);
	free(pv);
	free(folder);
	free(tree);
}
END_TEST

START_TEST(parses_versions)
{
	ck_assert_uint_eq(version_parse("6.12"), 0x060c00);
	ck_assert_uint_eq(version_parse("6.12.117"), 0x060c75);
	ck_assert_uint_eq(version_parse("6.1.300-rc1"), 0x0601ff);
	ck_assert_uint_eq(version_parse("6.12-mine"), 0x060c00);
	ck_assert_uint_eq(version_parse("6"), 0);
	ck_assert_uint_eq(version_parse("6."), 0);
	ck_assert_uint_eq(version_parse("6.x"), 0);
	ck_assert_uint_eq(version_parse("6.1.2.3"), 0);
	ck_assert_uint_eq(version_parse("nosuch"), 0);
	ck_assert_uint_eq(version_parse("300.1"), 0);
}
END_TEST

START_TEST(refuses_wrong_input)
{
	const char *file = in_scratch("lone.c"), *empty = in_scratch("empty");
	char *at = text_format("%s@5.6", file);

	free(built("6.12", NULL, false));
	copy_file(pristine("6.12"), file, NULL, NULL);
	ck_assert_int_eq(folder_make(empty), 0);
	expect(&(struct pv_build_request){ .source = "nosuch" }, 2, "nosuch: no such file");
	expect(&(struct pv_build_request){ .source = "/no/such/pv.c" }, 2,
	       "/no/such/pv.c: no such file");
	expect(&(struct pv_build_request){ .source = "6.99" }, 2, "linux-source-6.99");
	expect(&(struct pv_build_request){ .source = empty }, 2, "not a kernel tree");
	expect(&(struct pv_build_request){ .source = file }, 2, "which kernel version");
	expect(&(struct pv_build_request){ .source = at }, 2, "outside the range");
	expect(&(struct pv_build_request){ .source = file, .linux_version = "4.19" }, 2,
	       "outside the range");
	expect(&(struct pv_build_request){ .source = file, .linux_version = "x" }, 2,
	       "not a kernel version");
	expect(&(struct pv_build_request){ .source = file,
					   .linux_version = "6.12",
					   .label = "a/b" },
	       2, "label 'a/b'");
	free(at);
}
END_TEST

START_TEST(says_what_is_missing)
{
	expect(&(struct pv_build_request){ .cc = "nosuchcc" }, 3, "'nosuchcc' not found");
	expect(&(struct pv_build_request){ .cc = "false" }, 3, "--version' failed");
	setenv("CC", "nosuchcc -m64", 1);
	expect(&(struct pv_build_request){ .source = NULL }, 3, "'nosuchcc' not found");
	unsetenv("CC");
	ck_assert_int_eq(file_write(in_scratch("plain"), ""), 0);
	setenv("UVSIM_CACHE", in_scratch("plain/cache"), 1);
	expect(&(struct pv_build_request){ .source = NULL }, 3, "cannot write to the cache");
	unsetenv("UVSIM_CACHE");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	expect(&(struct pv_build_request){ .source = NULL }, 3, "no place for the cache");
}
END_TEST

/* With nothing in PATH there is no compiler and no tar. */
START_TEST(needs_programs)
{
	free(built("6.12", NULL, false));
	setenv("PATH", scratch, 1);
	expect(&(struct pv_build_request){ .source = NULL }, 3, "none of cc, gcc, clang");
	setenv("UVSIM_CACHE", in_scratch("cache2"), 1);
	expect(&(struct pv_build_request){ .source = NULL }, 3, "tar");
}
END_TEST

/* The cache is found by $XDG_CACHE_HOME, then $HOME. */
START_TEST(places_the_cache)
{
	const char *xdg = in_scratch("xdg"), *home = in_scratch("home");

	unsetenv("UVSIM_CACHE");
	setenv("XDG_CACHE_HOME", xdg, 1);
	setenv("HOME", home, 1);
	expect(&(struct pv_build_request){ .source = "nosuch" }, 2, "nosuch");
	ck_assert(file_is_folder(in_scratch("xdg/uvsim/modules")));
	ck_assert(!file_is_folder(home));
	unsetenv("XDG_CACHE_HOME");
	expect(&(struct pv_build_request){ .source = "nosuch" }, 2, "nosuch");
	ck_assert(file_is_folder(in_scratch("home/.cache/uvsim/modules")));
}
END_TEST

Suite *build_suite(void)
{
	Suite *suite = suite_create("build");
	TCase *tc = tcase_create("build");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, builds_without_warning, 0, 4);
	tcase_add_loop_test(tc, compiles_the_archive_s_file, 0, 2);
	tcase_add_test(tc, builds_again_only_when_needed);
	tcase_add_test(tc, builds_at_the_same_time);
	tcase_add_test(tc, builds_a_tree);
	tcase_add_test(tc, parses_versions);
	tcase_add_test(tc, refuses_wrong_input);
	tcase_add_test(tc, says_what_is_missing);
	tcase_add_test(tc, needs_programs);
	tcase_add_test(tc, places_the_cache);
	suite_add_tcase(suite, tc);
	return suite;
}
