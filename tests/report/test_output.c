/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing results: whole or not at all, also when the disk is full, the directory is missing or the
 * place is taken.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/output.h"
#include "report/result.h"
#include "suites.h"

static char folder[64];
static json_t *document;

static void setup(void)
{
	snprintf(folder, sizeof(folder), "%s/uvsim-test-XXXXXX", P_tmpdir);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	document = sample_reboot();
}

/* Every test leaves exactly the files it names: teardown of an empty folder must work. */
static void teardown(void)
{
	json_decref(document);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_msg(rmdir(folder) == 0, "something was left behind in %s", folder);
}

static unsigned files_here(void)
{
	DIR *directory = opendir(".");
	unsigned count = 0;

	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	closedir(directory);
	return count;
}

/* What result_write() says on standard error; its answer in *@answer. */
static char *said_by_write(const char *path, int *answer)
{
	FILE *said = tmpfile();
	int saved = dup(STDERR_FILENO);
	char *text = calloc(1, 512);

	fflush(stderr);
	dup2(fileno(said), STDERR_FILENO);
	*answer = result_write(document, path);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(said);
	ck_assert(fread(text, 1, 511, said) < 511);
	fclose(said);
	return text;
}

static void fails(const char *path, int error)
{
	int answer;
	char *said = said_by_write(path, &answer), expected[256];

	snprintf(expected, sizeof(expected), "uvsim: cannot write %s: %s\n", path, strerror(error));
	ck_assert_int_eq(answer, -error);
	ck_assert_str_eq(said, expected);
	free(said);
}

static void succeeds(const char *path)
{
	int answer;
	char *said = said_by_write(path, &answer);

	ck_assert_str_eq(said, "");
	ck_assert_int_eq(answer, 0);
	free(said);
}

static void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static bool file_holds(const char *path, const char *text)
{
	FILE *file = fopen(path, "r");
	char buffer[64] = "";
	size_t length;

	ck_assert_ptr_nonnull(file);
	length = fread(buffer, 1, sizeof(buffer) - 1, file);
	fclose(file);
	return length == strlen(text) && memcmp(buffer, text, length) == 0;
}

START_TEST(what_is_written_can_be_read)
{
	struct stat status;
	mode_t mask = umask(0027);
	json_t *read;

	succeeds("r.json");
	umask(mask);
	ck_assert_uint_eq(files_here(), 1);
	read = json_load_file("r.json", 0, NULL);
	ck_assert_ptr_nonnull(read);
	ck_assert(json_equal(read, document));
	json_decref(read);
	/* As open() would have made it. */
	ck_assert_int_eq(stat("r.json", &status), 0);
	ck_assert_uint_eq(status.st_mode & 0777, 0640);
	unlink("r.json");
}
END_TEST

START_TEST(equal_documents_give_equal_bytes)
{
	json_t *copy = json_deep_copy(document);
	char *a, *b;

	a = json_dumps(document, JSON_INDENT(1));
	b = json_dumps(copy, JSON_INDENT(1));
	ck_assert_str_eq(a, b);
	free(a);
	free(b);
	json_decref(copy);
}
END_TEST

START_TEST(an_old_result_is_replaced)
{
	put_file("r.json", "old");
	succeeds("r.json");
	ck_assert(!file_holds("r.json", "old"));
	ck_assert_uint_eq(files_here(), 1);
	unlink("r.json");
}
END_TEST

START_TEST(a_link_stays_a_link)
{
	struct stat status;

	put_file("real.json", "old");
	ck_assert_int_eq(symlink("real.json", "link.json"), 0);
	succeeds("link.json");
	ck_assert_int_eq(lstat("link.json", &status), 0);
	ck_assert(S_ISLNK(status.st_mode));
	ck_assert(!file_holds("real.json", "old"));
	unlink("link.json");
	unlink("real.json");
}
END_TEST

START_TEST(missing_directory)
{
	fails("none/r.json", ENOENT);
	ck_assert_uint_eq(files_here(), 0);
}
END_TEST

START_TEST(the_name_is_a_directory)
{
	ck_assert_int_eq(mkdir("r.json", 0755), 0);
	fails("r.json", EISDIR);
	ck_assert_uint_eq(files_here(), 1);
	rmdir("r.json");
}
END_TEST

START_TEST(a_directory_that_may_not_be_written)
{
	/* Nothing is forbidden to root. */
	if (geteuid() == 0)
		return;
	ck_assert_int_eq(mkdir("closed", 0555), 0);
	fails("closed/r.json", EACCES);
	rmdir("closed");
}
END_TEST

START_TEST(a_full_disk_leaves_the_old_result)
{
	static char text[1 << 20];
	struct rlimit limit, small;

	put_file("r.json", "old");
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	/* The document is longer; what is said, and what Check notes of this test, is shorter. */
	small.rlim_cur = sizeof(text) / 2;
	memset(text, 'x', sizeof(text) - 1);
	json_object_set_new(document, "long", json_string(text));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	fails("r.json", EFBIG);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert(file_holds("r.json", "old"));
	ck_assert_uint_eq(files_here(), 1);
	unlink("r.json");
}
END_TEST

START_TEST(a_device_is_written_in_place)
{
	struct stat status;

	succeeds("/dev/null");
	ck_assert_int_eq(stat("/dev/null", &status), 0);
	ck_assert(S_ISCHR(status.st_mode));
	fails("/dev/full", ENOSPC);
	ck_assert_int_eq(stat("/dev/full", &status), 0);
	ck_assert(S_ISCHR(status.st_mode));
}
END_TEST

/* What a shell makes of >(program): a name that is there, for a thing that has none. */
START_TEST(a_pipe_without_a_name_is_written_in_place)
{
	struct output output = { 0 };
	char name[32], text[8] = "";
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
	ck_assert_int_eq(output_open(&output, name), 0);
	fputs("whole", output.stream);
	ck_assert_int_eq(output_commit(&output), 0);
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], text, sizeof(text)), 5);
	ck_assert_str_eq(text, "whole");
	close(ends[0]);
}
END_TEST

START_TEST(abandoned_output_leaves_nothing)
{
	struct output output = { 0 };

	output_abandon(&output);
	put_file("log", "old");
	ck_assert_int_eq(output_open(&output, "log"), 0);
	fputs("half", output.stream);
	output_abandon(&output);
	ck_assert(file_holds("log", "old"));
	ck_assert_uint_eq(files_here(), 1);
	unlink("log");
	/* Committed, it is there; not before. */
	ck_assert_int_eq(output_open(&output, "log"), 0);
	fputs("whole", output.stream);
	ck_assert_int_ne(access("log", F_OK), 0);
	ck_assert_int_eq(output_commit(&output), 0);
	ck_assert(file_holds("log", "whole"));
	ck_assert_uint_eq(files_here(), 1);
	unlink("log");
}
END_TEST

Suite *suite_output(void)
{
	Suite *suite = suite_create("output");
	TCase *tcase = tcase_create("output");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_is_written_can_be_read);
	tcase_add_test(tcase, equal_documents_give_equal_bytes);
	tcase_add_test(tcase, an_old_result_is_replaced);
	tcase_add_test(tcase, a_link_stays_a_link);
	tcase_add_test(tcase, missing_directory);
	tcase_add_test(tcase, the_name_is_a_directory);
	tcase_add_test(tcase, a_directory_that_may_not_be_written);
	tcase_add_test(tcase, a_full_disk_leaves_the_old_result);
	tcase_add_test(tcase, a_device_is_written_in_place);
	tcase_add_test(tcase, a_pipe_without_a_name_is_written_in_place);
	tcase_add_test(tcase, abandoned_output_leaves_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}
