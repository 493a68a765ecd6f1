/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building pv.c modules with the user's own compiler, and the cache that keeps them.
 *
 * pv.c is compiled where it lies, through a symbolic link in a folder of its own (so that
 * "kvm-s390.h" is found among the stub headers and not beside it), and is never copied or changed.
 * A module is keyed by the content of pv.c, the kernel version, label and path, the compiler and
 *its version, the stub headers and the flags: it is built again only when one of these is another.
 *
 *	CACHE/modules/KEY/	pv-LABEL.so, build.log, info
 *	CACHE/sources/NAME/	Makefile and pv.c taken from a source archive
 *	CACHE/logs/		compiler output of builds that failed
 *
 * CACHE is $UVSIM_CACHE, else $XDG_CACHE_HOME/uvsim, else $HOME/.cache/uvsim. Nothing here takes
 * simulated time.
 *
 * Status codes: 0; 2 the input is wrong (no such file, not a tree, does not compile); 3 the means
 * are missing (no compiler, cache not writable, disk full).
 */
#ifndef KVM_LINUX_BUILDER_H
#define KVM_LINUX_BUILDER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "kvm/algorithms/algorithm.h"

struct pv_build_request {
	/*
	 * A kernel tree, a pv.c (with a version: FILE@X.Y), an archive linux-*.tar.xz, the label of
	 * a module built before, or a version X.Y whose archive is in /usr/src (Debian: package
	 * linux-source-X.Y). NULL: "6.12".
	 */
	const char *source;
	const char *linux_version;	/* "X.Y[.Z]", or NULL: that of the tree */
	const char *label;		/* NULL: the version (a lone file: and start of its hash) */
	const char *cc;			/* NULL: $CC, else the first of cc, gcc, clang in PATH */
	bool coverage_trace;		/* note the blocks that run: pv_module_coverage() */
};

/** What came of it; all texts are on the heap, NULL where there is none. */
struct pv_build_result {
	char *module;		/* path of the shared object */
	char *message;		/* when it failed: lines "uvsim: ...", no newline at the end */
	char *log;		/* when it did not compile: path of the compiler's output */
	char *warnings;		/* what the compiler said although it compiled; NULL if nothing */
	char *notes;		/* what should be known of the module whenever it is used; NULL if nothing */
	char sha256[65];	/* of pv.c, when it was read */
	bool reused;		/* taken from the cache */
};

/**
 * Build (or find) the module for @request. Returns the status; fills @result, to be given to
 * pv_build_free().
 */
int pv_build(const struct pv_build_request *request, struct pv_build_result *result);
void pv_build_free(struct pv_build_result *result);

/**
 * One line for each built module to @out. Returns the status; a message (heap) in *@message if it
 * is not 0.
 */
int pv_list(FILE *out, char **message);

/**
 * Everything about module @spec (as in pv_build_request, or a .so file) to @out; builds it if
 * needed. Status and message as above; with status 0 the message is what pv_resolve() says.
 */
int pv_info(const char *spec, FILE *out, char **message);

/**
 * The algorithm for "--pv @spec": as in pv_build_request, or a .so file; NULL: "6.12". Builds when
 * needed, then loads (give back with pv_module_unload()). NULL with *@status and *@message (heap)
 * on error; else *@message is NULL or what the user should know: warnings of a new build, and notes.
 */
const struct pv_algorithm *pv_resolve(const char *spec, int *status, char **message);

#endif
