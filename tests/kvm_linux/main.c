/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of kvm/linux: the modules made of the real pv.c files of Linux 6.12 and 6.1 (Debian
 * packages linux-source-6.12 and linux-source-6.1, read from /usr/src), in a cache of their own.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm/linux/files.h"
#include "tests/kvm_linux/suites.h"
#include "tests/suite.h"

char *scratch;

const char *in_scratch(const char *name)
{
	static char path[8][512];
	static unsigned next;
	char *p = path[next++ % 8];

	snprintf(p, sizeof(path[0]), "%s/%s", scratch, name);
	return p;
}

void copy_file(const char *from, const char *to, const char *what, const char *with)
{
	char *text = file_read(from, NULL), *at = NULL, *changed;

	ck_assert_ptr_nonnull(text);
	if (what != NULL) {
		at = strstr(text, what);
		ck_assert_msg(at != NULL, "'%s' is not in %s", what, from);
	}
	changed = at == NULL ? text_copy(text) :
		text_format("%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
	ck_assert_int_eq(file_write(to, changed), 0);
	free(changed);
	free(text);
}

const char *pristine(const char *version)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/cache/sources/linux-source-%s/arch/s390/kvm/pv.c", scratch,
		 version);
	return path;
}

char *built(const char *source, const char *cc, bool coverage)
{
	const struct pv_build_request request = { .source = source,
						  .cc = cc,
						  .coverage_trace = coverage };
	struct pv_build_result result;
	int status = pv_build(&request, &result);
	char *module;

	ck_assert_msg(status == 0, "%s with %s: %s", source, cc != NULL ? cc : "cc",
		      result.message);
	ck_assert_msg(result.warnings == NULL, "%s with %s: %s", source, cc != NULL ? cc : "cc",
		      result.warnings);
	module = text_copy(result.module);
	pv_build_free(&result);
	return module;
}

bool have(const char *name)
{
	char *path = process_find(name);
	bool found = path != NULL;

	free(path);
	return found;
}

int main(void)
{
	Suite *(*const suites[])(void) = { build_suite, explain_suite, imports_suite, loader_suite, pv_suite,
					   lines_suite, shim_suite, api_suite };
	char folder[] = P_tmpdir "/uvsim-test.XXXXXX";
	int status;

	if (!file_is_regular(ARCHIVE_6_12) || !file_is_regular(ARCHIVE_6_1)) {
		fprintf(stderr, "needs " ARCHIVE_6_12 " and " ARCHIVE_6_1 "\n");
		return 1;
	}
	scratch = mkdtemp(folder);
	if (scratch == NULL)
		return 1;
	setenv("UVSIM_CACHE", in_scratch("cache"), 1);
	setenv("UVSIM_DATA", SOURCE_DIR, 1);
	unsetenv("CC");
	status = RUN_SUITES_FORKED(suites);
	folder_remove(scratch);
	return status;
}
