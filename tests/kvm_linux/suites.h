/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The suites of kvm/linux and what they share: a scratch folder with a module cache, and modules
 * built once.
 */
#ifndef TESTS_KVM_LINUX_SUITES_H
#define TESTS_KVM_LINUX_SUITES_H

#include <check.h>
#include <stdbool.h>

#include "kvm/linux/builder.h"

Suite *build_suite(void);
Suite *explain_suite(void);
Suite *imports_suite(void);
Suite *loader_suite(void);
Suite *pv_suite(void);
Suite *lines_suite(void);
Suite *shim_suite(void);
Suite *api_suite(void);

/** Archives of the kernel sources that the tests compile. */
#define ARCHIVE_6_12 "/usr/src/linux-source-6.12.tar.xz"
#define ARCHIVE_6_1 "/usr/src/linux-source-6.1.tar.xz"

/** The scratch folder of this run; $UVSIM_CACHE is its subfolder "cache". Removed at the end. */
extern char *scratch;

/** A path below scratch, in one of a few static buffers. */
const char *in_scratch(const char *name);

/**
 * Copy file @from to @to with the first @what replaced by @with (@what NULL: as it is); asserts
 * that there is one.
 */
void copy_file(const char *from, const char *to, const char *what, const char *with);

/** The unmodified pv.c of "6.12" or "6.1", as the cache has it. */
const char *pristine(const char *version);

/**
 * Build @source (a spec) with compiler @cc (NULL: any), coverage as said; asserts success without a
 * word from the compiler. Module path on the heap.
 */
char *built(const char *source, const char *cc, bool coverage);

/** Is program @name in PATH? */
bool have(const char *name);

#endif
