/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiling a module: pv.c with compiler hooks, module.c without, both with nothing but the stub
 * headers.
 */
#define _GNU_SOURCE
#include "kvm/linux/compiler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm/linux/explain.h"
#include "kvm/linux/files.h"
#include "kvm/linux/shape.h"

/*
 * Every function of pv.c stays a function of its own, so that the account and the function hooks
 * see what the source says. Undeclared functions and confused pointers are errors, as they are in
 * the kernel's own build.
 */
static const char *const flags[] = {
	"-std=gnu11", "-g", "-fPIC", "-ffreestanding", "-nostdinc", "-fvisibility=hidden",
	"-fno-inline", "-fno-strict-aliasing", "-fno-common", "-fno-omit-frame-pointer",
	"-fno-optimize-sibling-calls", "-Wall", "-Werror=implicit-function-declaration",
	"-Werror=implicit-int", "-Werror=int-conversion", "-Werror=incompatible-pointer-types",
	NULL,
};

/*
 * Used if the compiler has them. What is left uninitialised on a stack is the same in every run, and no zeros.
 */
static const char *const optional_flags[] = {
	"-ftrivial-auto-var-init=pattern",
	"-fno-ipa-cp", "-fno-ipa-sra", "-fno-ipa-pure-const", "-fno-partial-inlining",
	"-fno-stack-protector", "-fcf-protection=none", NULL,
};

/* Lines are counted in code as it was written: not optimised, each block with its hook. */
static const char *const coverage_flags[] = { "-O0", "-fsanitize-coverage=trace-pc", NULL };
static const char *const plain_flags[] = { "-O1", NULL };

/* clang leaves out hooks that follow from others unless told not to. */
#define COVERAGE_ALL "-fsanitize-coverage=trace-pc,no-prune"

#define ARGS_MAX 96

struct args {
	char *word[ARGS_MAX + 1];
	unsigned count;
};

static void add(struct args *args, const char *word)
{
	if (args->count < ARGS_MAX)
		args->word[args->count++] = (char *)word;
	args->word[args->count] = NULL;
}

static void add_all(struct args *args, const char *const *words)
{
	while (*words != NULL)
		add(args, *words++);
}

static void split_words(const char *command, struct compiler *compiler)
{
	unsigned n = 0;

	while (n < 7 && *(command += strspn(command, " \t")) != '\0') {
		size_t length = strcspn(command, " \t");

		compiler->word[n++] = text_format("%.*s", (int)length, command);
		command += length;
	}
}

int compiler_find(const struct pv_build_request *request, const char *scratch,
		  struct compiler *compiler, char **message)
{
	static const char *const usual[] = { "cc", "gcc", "clang", NULL };
	const char *asked = request->cc != NULL ? request->cc : getenv("CC");
	struct args args = { .count = 0 };
	char *log;
	int status;

	*compiler = (struct compiler){ 0 };
	if (asked != NULL && asked[strspn(asked, " \t")] == '\0')
		asked = NULL;
	if (asked != NULL) {
		split_words(asked, compiler);
		compiler->path = process_find(compiler->word[0]);
	}
	for (unsigned i = 0; asked == NULL && compiler->path == NULL && usual[i] != NULL; i++) {
		compiler->path = process_find(usual[i]);
		if (compiler->path != NULL)
			compiler->word[0] = text_copy(usual[i]);
	}
	if (compiler->path == NULL) {
		*message = asked != NULL ? text_format("uvsim: no compiler: '%s' not found",
						       compiler->word[0])
					 : text_format("uvsim: no compiler: none of cc, gcc, clang "
						       "is in PATH (or set CC, or --cc)");
		return 3;
	}
	for (unsigned i = 0; compiler->word[i] != NULL; i++)
		add(&args, compiler->word[i]);
	add(&args, "--version");
	log = text_format("%s/compiler-version", scratch);
	status = process_run(args.word, NULL, log);
	compiler->version = status == 0 ? file_read(log, NULL) : NULL;
	unlink(log);
	free(log);
	if (compiler->version == NULL) {
		*message = text_format("uvsim: no compiler: '%s --version' failed", compiler->path);
		return 3;
	}
	compiler->name =
		text_format("%.*s", (int)strcspn(compiler->version, "\n"), compiler->version);
	return 0;
}

void compiler_free(struct compiler *compiler)
{
	for (unsigned i = 0; compiler->word[i] != NULL; i++)
		free(compiler->word[i]);
	free(compiler->path);
	free(compiler->version);
	free(compiler->name);
}

char *compiler_flags(bool coverage_trace)
{
	const char *const *lists[] = { flags, optional_flags,
				       coverage_trace ? coverage_flags : plain_flags };
	char *text = text_copy(coverage_trace ? COVERAGE_ALL : "");

	for (unsigned l = 0; l < 3; l++) {
		for (const char *const *flag = lists[l]; *flag != NULL; flag++) {
			char *longer = text_format("%s %s", text, *flag);

			free(text);
			text = longer;
		}
	}
	return text;
}

static void add_command(struct args *args, const struct compiler *compiler)
{
	for (unsigned i = 0; compiler->word[i] != NULL; i++)
		add(args, compiler->word[i]);
}

/* Does the compiler take @flag without a word? */
static bool has_flag(const struct compiler *compiler, const char *flag, const char *work)
{
	struct args args = { .count = 0 };
	char *log = text_format("%s/probe.log", work);
	int status;

	add_command(&args, compiler);
	add_all(&args, (const char *const[]){ "-Werror", flag, "-c", "-x", "c", "/dev/null", "-o",
					      "probe.o", NULL });
	status = process_run(args.word, work, log);
	unlink(log);
	free(log);
	log = text_format("%s/probe.o", work);
	unlink(log);
	free(log);
	return status == 0;
}

/* -DNAME="text", with what C and the preprocessor would misread escaped. */
static char *define_text(const char *name, const char *value)
{
	char *escaped = calloc(strlen(value) * 4 + 1, 1), *out = escaped, *define;

	for (; escaped != NULL && *value != '\0'; value++) {
		if (*value == '"' || *value == '\\') {
			*out++ = '\\';
			*out++ = *value;
		} else if ((unsigned char)*value < ' ') {
			*out++ = '?';
		} else {
			*out++ = *value;
		}
	}
	define = text_format("-D%s=\"%s\"", name, escaped != NULL ? escaped : "");
	free(escaped);
	return define;
}

/*
 * Run one step; a compiler that cannot be started, or that finds no room on the disk, is no fault
 * of the input.
 */
static int step(const struct args *args, const char *work, const char *headers, const char *log, char **message)
{
	int status = process_run(args->word, work, log);
	char *said;

	if (status == 0)
		return 0;
	if (status < 0) {
		*message =
			text_format("uvsim: cannot run %s: %s", args->word[0], strerror(-status));
		return 3;
	}
	said = file_read(log, NULL);
	if (said != NULL && (strstr(said, "No space left on device") != NULL ||
			     strstr(said, "Disk quota exceeded") != NULL)) {
		*message = text_format("uvsim: %s: no space left on device", work);
		status = 3;
	} else {
		*message = compiler_explain_all(said != NULL ? said : "", headers);
		status = 2;
	}
	free(said);
	return status;
}

static void add_common(struct args *args, const struct compiler *compiler, const char *const *mode,
		       char *const *owned)
{
	add_command(args, compiler);
	add_all(args, flags);
	add_all(args, mode);
	for (unsigned i = 0; owned[i] != NULL; i++)
		add(args, owned[i]);
}

/* @text goes behind what @work/notes has; no more than a lost note if it cannot be written. */
static void note(const char *work, const char *text)
{
	char *path = text_format("%s/" COMPILER_NOTES, work), *before = file_read(path, NULL);
	char *all = text_format("%s%s", before != NULL ? before : "", text);

	(void)file_write(path, all);
	free(all);
	free(before);
	free(path);
}

/*
 * A header of the kernel that the stub headers do not have, as the compiler says in @log: an empty one in @work stands
 * in for it, since what a patch needs of a header is often there already or nothing. What it does need is told by name
 * when it is compiled again. False if the compiler misses something else, or missed this before.
 */
static bool empty_header(const char *work, const char *log)
{
	char *said = file_read(log, NULL), *place = NULL;
	char *name = said != NULL ? explain_missing_header(said, &place) : NULL;
	char *path = text_format("%s/" COMPILER_OWN_HEADERS "/%s", work, name != NULL ? name : ""), *folder, *text;
	bool made = false;

	if (name != NULL && name[0] != '/' && strstr(name, "..") == NULL && !file_is_regular(path)) {
		folder = text_format("%.*s", (int)(strrchr(path, '/') - path), path);
		made = folder_make(folder) == 0 && file_write(path, "") == 0 && unlink(log) == 0;
		free(folder);
	}
	if (made) {
		text = text_format("uvsim: %s: header '%s' is unknown here and taken as empty\n", place, name);
		note(work, text);
		free(text);
	}
	free(path);
	free(name);
	free(place);
	free(said);
	return made;
}

/* What a module has beside the stub headers: members of its kernel's own; the option that names their header. */
static char *own_header(const struct pv_source *source, const char *work)
{
	char *folder = text_format("%s/" COMPILER_OWN_HEADERS, work);
	char *path = text_format("%s/uvsim-own-members.h", folder), *option = NULL;

	if (folder_make(folder) == 0 && source->members != NULL && file_write(path, source->members) == 0) {
		option = text_copy("-DUVSIM_OWN_FILE=<uvsim-own-members.h>");
		note(work, source->members_note);
	}
	free(path);
	free(folder);
	return option != NULL ? option : text_copy("-DUVSIM_NO_OWN_FILE");
}

int compiler_build(const struct compiler *compiler, const struct pv_source *source,
		   const char *data, const char *work, bool coverage_trace, char **message)
{
	char *link = text_format("%s/pv.c", work), *log = text_format("%s/build.log", work);
	char *headers = text_format("%s/kvm/linux/include", data);
	char *module = text_format("%s/kvm/linux/module.c", data),
	     *so = text_format("pv-%s.so", source->label);
	char *owned[] = {
		text_format("-I%s/kvm/linux/include", data),
		text_format("-ffile-prefix-map=%s=.", work),
		text_format("-DUVSIM_LINUX_VERSION=%u", source->version),
		text_format("-I%s/" COMPILER_OWN_HEADERS, work),
		own_header(source, work),
		NULL
	};
	char *about[] = { define_text("UVSIM_LABEL", source->label),
			  define_text("UVSIM_PATH", source->file),
			  define_text("UVSIM_SHA256", source->sha256),
			  define_text("UVSIM_COMPILER", compiler->name),
			  text_format("-DUVSIM_COVERAGE=%d", coverage_trace),
			  text_format("-DUVSIM_OWN_IMPORTS=%d", source->own_imports),
			  NULL };
	struct args first = { .count = 0 }, second = { .count = 0 }, third = { .count = 0 };
	char *shape[SHAPES_MAX + 1] = { NULL };
	int status = 3;

	if (symlink(source->file, link) != 0) {
		*message = text_format("uvsim: cannot write to the cache: %s: %s", link,
				       strerror(errno));
		goto out;
	}
	shape_options(source->file, shape);
	add_common(&first, compiler, plain_flags, owned);
	add_all(&first, (const char *const *)shape);
	if (coverage_trace) {
		add_all(&first, coverage_flags);
		if (has_flag(compiler, COVERAGE_ALL, work))
			add(&first, COVERAGE_ALL);
	}
	for (unsigned i = 0; optional_flags[i] != NULL; i++) {
		if (has_flag(compiler, optional_flags[i], work))
			add(&first, optional_flags[i]);
	}
	add_all(&first, (const char *const[]){ "-finstrument-functions", "-c", "pv.c", "-o", "pv.o",
					       NULL });
	while ((status = step(&first, work, headers, log, message)) == 2 && empty_header(work, log)) {
		free(*message);
		*message = NULL;
	}
	if (status != 0)
		goto out;

	add_common(&second, compiler, plain_flags, owned);
	add_all(&second, (const char *const *)shape);
	add_all(&second, (const char *const *)about);
	add_all(&second, (const char *const[]){ "-c", module, "-o", "module.o", NULL });
	status = step(&second, work, headers, log, message);
	if (status != 0)
		goto out;

	/*
	 * The relocations stay in the file, but are not loaded: they tell where the hooks are
	 * called.
	 */
	add_command(&third, compiler);
	add_all(&third,
		(const char *const[]){ "-shared", "-Wl,-z,defs", "-Wl,-Bsymbolic",
				       "-Wl,--emit-relocs", "pv.o", "module.o", "-o", so, NULL });
	status = step(&third, work, headers, log, message);
out:
	for (unsigned i = 0; owned[i] != NULL; i++)
		free(owned[i]);
	for (unsigned i = 0; about[i] != NULL; i++)
		free(about[i]);
	for (unsigned i = 0; shape[i] != NULL; i++)
		free(shape[i]);
	free(link);
	free(log);
	free(headers);
	free(module);
	free(so);
	return status;
}
