/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From "--pv SPEC" to a loaded algorithm, and what a module says about itself.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm/linux/builder.h"
#include "kvm/linux/cache.h"
#include "kvm/linux/files.h"
#include "kvm/linux/imports.h"
#include "kvm/linux/loader.h"

/* What there is to say of a module that was built: warnings when it is new, and its notes; NULL if nothing. */
static char *said(const struct pv_build_result *result)
{
	const char *warnings = result->warnings != NULL && !result->reused ? result->warnings : "";
	char *text = text_format("%s%s", warnings, result->notes != NULL ? result->notes : "");
	size_t n = strlen(text);

	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	if (n > 0)
		return text;
	free(text);
	return NULL;
}

static int build(const struct pv_build_request *request, char **module, char **message)
{
	struct pv_build_result result;
	int status = pv_build(request, &result);

	*module = result.module;
	*message = result.message;
	result.module = NULL;
	result.message = NULL;
	if (status == 0)
		*message = said(&result);
	pv_build_free(&result);
	return status;
}

/*
 * A label of the cache: build again from where it came, so that an edited pv.c is compiled anew; if
 * its source is gone, the module stays as it is. Returns false if no module has this label.
 */
static bool find_label(const char *label, char **module, int *status, char **message)
{
	char *cache = cache_folder(message), *folder;
	struct cache_info info;

	if (cache == NULL) {
		*status = 3;
		return true;
	}
	folder = strchr(label, '/') == NULL ? cache_find(cache, label) : NULL;
	free(cache);
	if (folder == NULL || !cache_info_read(folder, &info)) {
		free(folder);
		return false;
	}
	if (access(info.file, R_OK) == 0) {
		const struct pv_build_request request = {
			.source = info.file, .linux_version = info.version, .label = info.label,
			.coverage_trace = strcmp(info.coverage, "1") == 0,
		};

		*status = build(&request, module, message);
	} else {
		*module = cache_module(folder, label);
		*status = 0;
	}
	cache_info_free(&info);
	free(folder);
	return true;
}

/* The shared object that @spec means, built if need be. */
static int find_module(const char *spec, char **module, char **message)
{
	const struct pv_build_request request = { .source = spec };
	int status = 0;

	*module = NULL;
	*message = NULL;
	if (spec != NULL && text_ends(spec, ".so") && file_is_regular(spec)) {
		*module = text_copy(spec);
		return 0;
	}
	if (spec != NULL && access(spec, F_OK) != 0 && find_label(spec, module, &status, message))
		return status;
	return build(&request, module, message);
}

const struct pv_algorithm *pv_resolve(const char *spec, int *status, char **message)
{
	const struct pv_algorithm *algorithm = NULL;
	char *module, *error = NULL;

	*status = find_module(spec, &module, message);
	if (*status != 0)
		return NULL;
	algorithm = pv_module_load(module, &error);
	if (algorithm == NULL) {
		free(*message);
		*message = text_format("uvsim: %s", error);
		*status = 2;
	}
	free(error);
	free(module);
	return algorithm;
}

static void print_functions(const struct pv_algorithm *algorithm, FILE *out)
{
	const struct {
		const char *name;
		bool there;
	} functions[] = {
		{ "init_vm", algorithm->init_vm != NULL },
		{ "deinit_vm", algorithm->deinit_vm != NULL },
		{ "deinit_cleanup_all", algorithm->deinit_cleanup_all != NULL },
		{ "set_aside", algorithm->set_aside != NULL },
		{ "deinit_aside_vm", algorithm->deinit_aside_vm != NULL },
		{ "create_cpu", algorithm->create_cpu != NULL },
		{ "destroy_cpu", algorithm->destroy_cpu != NULL },
		{ "set_sec_parms", algorithm->set_sec_parms != NULL },
		{ "unpack", algorithm->unpack != NULL },
		{ "set_cpu_state", algorithm->set_cpu_state != NULL },
		{ "dump_cpu", algorithm->dump_cpu != NULL },
		{ "dump_stor_state", algorithm->dump_stor_state != NULL },
		{ "dump_complete", algorithm->dump_complete != NULL },
	};

	fprintf(out, "functions ");
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (functions[i].there)
			fprintf(out, " %s", functions[i].name);
	}
	fprintf(out, "\nabsent    ");
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (!functions[i].there)
			fprintf(out, " %s", functions[i].name);
	}
	fprintf(out, "\n");
}

static void print_imports(const struct pv_algorithm *algorithm, FILE *out)
{
	char sha256[65];

	if (algorithm->convert_to_secure == NULL)
		fprintf(out, "imports    by the kernel around it\n");
	else if (!algorithm->own_imports)
		fprintf(out, "imports    as Linux does, in bulk\n");
	else if (imports_known(algorithm->path, sha256))
		fprintf(out, "imports    its own, page by page\n");
	else
		fprintf(out, "imports    its own, page by page: %s\n", sha256);
}

int pv_info(const char *spec, FILE *out, char **message)
{
	const struct pv_algorithm *algorithm;
	const struct uvsim_pv_module *info;
	char *module, *error = NULL;
	struct stat st = { 0 };
	int status = find_module(spec, &module, message);

	if (status != 0)
		return status;
	algorithm = pv_module_load(module, &error);
	if (algorithm == NULL) {
		free(*message);
		*message = text_format("uvsim: %s", error);
		free(error);
		free(module);
		return 2;
	}
	info = pv_module_info(algorithm);
	(void)stat(module, &st);
	fprintf(out, "label      %s\n", algorithm->label);
	fprintf(out, "version    %u.%u.%u\n", algorithm->version >> 16,
		algorithm->version >> 8 & 255, algorithm->version & 255);
	fprintf(out, "source     %s\n", algorithm->path);
	fprintf(out, "sha256     %s\n", algorithm->sha256);
	fprintf(out, "compiler   %s\n", info->compiler);
	fprintf(out, "coverage   %s\n", info->coverage ? "yes" : "no");
	print_imports(algorithm, out);
	fprintf(out, "module     %s\n", module);
	fprintf(out, "size       %lld bytes\n", (long long)st.st_size);
	print_functions(algorithm, out);
	pv_module_unload(algorithm);
	free(module);
	return 0;
}
