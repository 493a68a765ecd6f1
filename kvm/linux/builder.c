/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building a module: find pv.c, compute the key, compile unless the cache has it, put it there in
 * one step.
 */
#define _GNU_SOURCE
#include "kvm/linux/builder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm/linux/cache.h"
#include "kvm/linux/compiler.h"
#include "kvm/linux/files.h"
#include "kvm/linux/imports.h"
#include "kvm/linux/include/uvsim/version.h"
#include "kvm/linux/own_members.h"
#include "kvm/linux/source.h"

/* Append "@part\n" to *@text. */
static void append(char **text, const char *part)
{
	char *longer = text_format("%s%s\n", *text, part);

	free(*text);
	*text = longer;
}

/* Append the names and hashes of file @path, or of all files below folder @path. */
static int append_hashes(char **text, const char *path)
{
	char **names, hex[65];
	int error = 0;

	if (!file_is_folder(path)) {
		error = sha256_file(path, hex);
		if (error == 0)
			append(text, hex);
		return error;
	}
	names = folder_names(path);
	for (char **name = names; error == 0 && name != NULL && *name != NULL; name++) {
		char *below = text_format("%s/%s", path, *name);

		append(text, *name);
		error = append_hashes(text, below);
		free(below);
	}
	error = names == NULL ? -EIO : error;
	names_free(names);
	return error;
}

/* Everything that makes one module differ from another, hashed. */
static int make_key(const struct pv_source *source, const struct compiler *compiler,
		    const char *data, bool coverage, char key[65], char **message)
{
	static const char *const own[] = { "module.c", "module_abi.h", "include" };
	char *text = text_format("%u\n", source->version), *allowed = compiler_flags(coverage);
	int error = 0;

	append(&text, source->sha256);
	append(&text, source->label);
	append(&text, source->file);
	append(&text, source->own_imports ? "own imports" : "");
	append(&text, source->members != NULL ? source->members : "");
	for (unsigned i = 0; compiler->word[i] != NULL; i++)
		append(&text, compiler->word[i]);
	append(&text, compiler->path);
	append(&text, compiler->version);
	append(&text, allowed);
	for (unsigned i = 0; error == 0 && i < sizeof(own) / sizeof(own[0]); i++) {
		char *path = text_format("%s/kvm/linux/%s", data, own[i]);

		error = append_hashes(&text, path);
		if (error != 0)
			*message = text_format("uvsim: %s: %s", path, strerror(-error));
		free(path);
	}
	sha256_bytes(text, strlen(text), key);
	free(text);
	free(allowed);
	return error == 0 ? 0 : 3;
}

/* A failed build's output is kept; the message names it. */
static void keep_log(const char *cache, const char *work, const char *label, const char *key,
		     struct pv_build_result *result)
{
	char *from = text_format("%s/build.log", work), *logs = text_format("%s/logs", cache);
	char *to = text_format("%s/pv-%s-%.16s.log", logs, label, key), *message;

	if (file_is_regular(from) && folder_make(logs) == 0 && rename(from, to) == 0) {
		message = text_format("%s\nuvsim: the compiler's full output is in %s",
				      result->message, to);
		free(result->message);
		result->message = message;
		result->log = to;
		to = NULL;
	}
	free(from);
	free(logs);
	free(to);
}

static char *version_text(unsigned version)
{
	return text_format("%u.%u.%u", version >> 16, version >> 8 & 255, version & 255);
}

/* Write the info, drop what is not needed any more, and move @work to @folder. */
static int put_into_cache(const struct pv_build_request *request, const struct pv_source *source,
			  const struct compiler *compiler, const char *work, const char *folder,
			  struct pv_build_result *result)
{
	static const char *const leftovers[] = { "pv.c", "pv.o", "module.o" };
	struct cache_info info = {
		.label = source->label,
		.version = version_text(source->version),
		.file = source->file,
		.sha256 = (char *)source->sha256,
		.compiler = compiler->name,
		.coverage = (char *)(request->coverage_trace ? "1" : "0"),
	};
	int error = cache_info_write(work, &info);
	char *own = text_format("%s/" COMPILER_OWN_HEADERS, work);

	free(info.version);
	for (unsigned i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
		char *path = text_format("%s/%s", work, leftovers[i]);

		unlink(path);
		free(path);
	}
	folder_remove(own);
	free(own);
	/* Another process may have built the same module meanwhile: then ours is dropped. */
	if (error == 0 && rename(work, folder) != 0 && errno != ENOTEMPTY && errno != EEXIST)
		error = -errno;
	if (error == 0)
		return 0;
	result->message =
		text_format("uvsim: cannot write to the cache: %s: %s", folder, strerror(-error));
	return 3;
}

static char *make_work_folder(const char *cache, char **message)
{
	char *work = text_format("%s/build.XXXXXX", cache);

	if (mkdtemp(work) != NULL)
		return work;
	*message = text_format("uvsim: cannot write to the cache: %s: %s", cache, strerror(errno));
	free(work);
	return NULL;
}

/* The text of file @name that is kept with a module, if there is any. */
static char *kept(const char *folder, const char *name)
{
	char *path = text_format("%s/%s", folder, name), *text = file_read(path, NULL);

	free(path);
	if (text != NULL && *text != '\0')
		return text;
	free(text);
	return NULL;
}

/* Taken out of an archive of a kernel? An archive given by hand is believed what its name says. */
static bool is_from_archive(const struct pv_source *source, const char *cache)
{
	char *real = realpath(cache, NULL), *folder = text_format("%s/sources/linux-source-", real);
	bool is = strncmp(source->file, folder, strlen(folder)) == 0;

	free(folder);
	free(real);
	return is;
}

int pv_build(const struct pv_build_request *request, struct pv_build_result *result)
{
	struct pv_source source = { .file = NULL };
	struct compiler compiler = { .path = NULL };
	char *cache, *data = NULL, *work = NULL, *folder = NULL, *module = NULL, key[65];
	int status = 3;

	*result = (struct pv_build_result){ 0 };
	cache = cache_folder(&result->message);
	if (cache == NULL)
		return 3;
	data = data_folder(&result->message);
	if (data == NULL)
		goto out;
	status = pv_source_find(request, cache, &source, &result->message);
	if (status != 0)
		goto out;
	strcpy(result->sha256, source.sha256);
	source.own_imports = !is_from_archive(&source, cache) && !imports_known(source.file, NULL);
	source.members = own_members(source.file, data, &source.members_note);
	status = 3;
	work = make_work_folder(cache, &result->message);
	if (work == NULL)
		goto out;
	status = compiler_find(request, work, &compiler, &result->message);
	if (status == 0)
		status = make_key(&source, &compiler, data, request->coverage_trace, key,
				  &result->message);
	if (status != 0)
		goto out;
	folder = text_format("%s/modules/%.32s", cache, key);
	module = cache_module(folder, source.label);
	result->reused = file_is_regular(module);
	if (!result->reused) {
		status = compiler_build(&compiler, &source, data, work, request->coverage_trace,
					&result->message);
		if (status != 0)
			keep_log(cache, work, source.label, key, result);
		else
			status = put_into_cache(request, &source, &compiler, work, folder, result);
	}
	if (status == 0) {
		result->module = module;
		result->warnings = kept(folder, "build.log");
		result->notes = kept(folder, COMPILER_NOTES);
		module = NULL;
	}
out:
	if (work != NULL)
		folder_remove(work);
	free(work);
	free(module);
	free(folder);
	free(data);
	free(cache);
	compiler_free(&compiler);
	pv_source_free(&source);
	return status;
}

void pv_build_free(struct pv_build_result *result)
{
	free(result->module);
	free(result->message);
	free(result->log);
	free(result->warnings);
	free(result->notes);
	*result = (struct pv_build_result){ 0 };
}
