/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user's C compiler: finding it, compiling one module with it, and saying what was wrong.
 */
#ifndef KVM_LINUX_COMPILER_H
#define KVM_LINUX_COMPILER_H

#include "kvm/linux/builder.h"
#include "kvm/linux/source.h"

struct compiler {
	char *word[8];		/* the command's words, NULL-terminated */
	char *path;		/* where the first word was found */
	char *version;		/* all that --version prints */
	char *name;		/* its first line */
};

/**
 * Find the compiler of @request. @scratch is a folder to write to. Status and message as in
 * builder.h.
 */
int compiler_find(const struct pv_build_request *request, const char *scratch,
		  struct compiler *compiler, char **message);
void compiler_free(struct compiler *compiler);

/** All flags that may be used, as one text: part of a module's key. */
char *compiler_flags(bool coverage_trace);

/** File below the folder of a build: what the user should know of a module whenever it is used, lines "uvsim: ...". */
#define COMPILER_NOTES "notes"
/** Folder below that of a build for headers that only this module has; not needed once it is built. */
#define COMPILER_OWN_HEADERS "own"

/**
 * Compile @source with the stub headers below @data in folder @work (its own), to
 * @work/pv-LABEL.so. What the compiler prints goes to @work/build.log, notes to @work/notes. Status and message as in
 * builder.h.
 */
int compiler_build(const struct compiler *compiler, const struct pv_source *source,
		   const char *data, const char *work, bool coverage_trace, char **message);

/** What the compiler output @log says was wrong first, if that is no unknown name, as a message of ours (heap). */
char *compiler_explain(const char *log);

/**
 * The same, and then all that the output says is unknown, each name once, a line each (heap): which header below folder
 * @headers has it if it only lacks its #include, else where to add it or why it is not there.
 */
char *compiler_explain_all(const char *log, const char *headers);

#endif
