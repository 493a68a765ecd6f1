/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache of built modules: where it is, what is in it.
 */
#define _GNU_SOURCE
#include "kvm/linux/cache.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm/linux/builder.h"
#include "kvm/linux/files.h"

char *cache_folder(char **message)
{
	const char *own = getenv("UVSIM_CACHE"), *xdg = getenv("XDG_CACHE_HOME"),
		   *home = getenv("HOME");
	char *path, *modules;
	int error;

	if (own != NULL && *own != '\0')
		path = text_copy(own);
	else if (xdg != NULL && *xdg == '/')
		path = text_format("%s/uvsim", xdg);
	else if (home != NULL && *home == '/')
		path = text_format("%s/.cache/uvsim", home);
	else {
		*message = text_format(
			"uvsim: no place for the cache: set UVSIM_CACHE, XDG_CACHE_HOME or HOME");
		return NULL;
	}
	modules = text_format("%s/modules", path);
	error = folder_make(modules);
	free(modules);
	if (error == 0)
		return path;
	*message = text_format(
		"uvsim: cannot write to the cache: %s: %s (UVSIM_CACHE names another place)", path,
		strerror(-error));
	free(path);
	return NULL;
}

char *data_folder(char **message)
{
	const char *const places[] = { getenv("UVSIM_DATA"), UVSIM_SOURCE_DIR,
				       UVSIM_INSTALLED_DIR };

	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *module, *real;
		bool found;

		if (places[i] == NULL || *places[i] == '\0')
			continue;
		module = text_format("%s/kvm/linux/module.c", places[i]);
		found = file_is_regular(module);
		free(module);
		real = found ? realpath(places[i], NULL) : NULL;
		if (real != NULL)
			return real;
	}
	*message = text_format("uvsim: cannot find kvm/linux/module.c and the stub headers: set "
			       "UVSIM_DATA to uvsim's source "
			       "or data folder");
	return NULL;
}

static const struct { const char *key; size_t offset; } keys[] = {
	{ "label", offsetof(struct cache_info, label) },
	{ "version", offsetof(struct cache_info, version) },
	{ "file", offsetof(struct cache_info, file) },
	{ "sha256", offsetof(struct cache_info, sha256) },
	{ "compiler", offsetof(struct cache_info, compiler) },
	{ "coverage", offsetof(struct cache_info, coverage) },
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static char **field(const struct cache_info *info, size_t key)
{
	return (char **)((char *)info + keys[key].offset);
}

void cache_info_free(struct cache_info *info)
{
	for (size_t i = 0; i < KEYS; i++)
		free(*field(info, i));
	*info = (struct cache_info){ 0 };
}

bool cache_info_read(const char *folder, struct cache_info *info)
{
	char *path = text_format("%s/info", folder), *text = file_read(path, NULL), *next;
	bool complete = text != NULL;

	*info = (struct cache_info){ 0 };
	free(path);
	for (char *line = text; line != NULL && *line != '\0'; line = next) {
		char *equals = strchr(line, '=');

		next = strchr(line, '\n');
		if (next == NULL)
			break;
		*next++ = '\0';
		for (size_t i = 0; equals != NULL && i < KEYS; i++) {
			size_t n = strlen(keys[i].key);

			if ((size_t)(equals - line) == n && strncmp(line, keys[i].key, n) == 0 &&
			    *field(info, i) == NULL)
				*field(info, i) = text_copy(equals + 1);
		}
	}
	free(text);
	for (size_t i = 0; i < KEYS; i++)
		complete = complete && *field(info, i) != NULL;
	if (!complete)
		cache_info_free(info);
	return complete;
}

int cache_info_write(const char *folder, const struct cache_info *info)
{
	char *path = text_format("%s/info", folder), *text = text_copy("");
	int error;

	for (size_t i = 0; i < KEYS; i++) {
		char *longer = text_format("%s%s=%s\n", text, keys[i].key, *field(info, i));

		free(text);
		text = longer;
	}
	error = file_write(path, text);
	free(text);
	free(path);
	return error;
}

char *cache_module(const char *folder, const char *label)
{
	return text_format("%s/pv-%s.so", folder, label);
}

char *cache_find(const char *cache, const char *label)
{
	char *modules = text_format("%s/modules", cache), **names = folder_names(modules),
	     *best = NULL;
	struct timespec best_time = { 0, 0 };

	for (char **name = names; name != NULL && *name != NULL; name++) {
		char *folder = text_format("%s/%s", modules, *name),
		     *module = cache_module(folder, label);
		struct stat st;

		if (stat(module, &st) == 0 &&
		    (best == NULL || st.st_mtim.tv_sec > best_time.tv_sec ||
		     (st.st_mtim.tv_sec == best_time.tv_sec &&
		      st.st_mtim.tv_nsec > best_time.tv_nsec))) {
			free(best);
			best = text_copy(folder);
			best_time = st.st_mtim;
		}
		free(module);
		free(folder);
	}
	names_free(names);
	free(modules);
	return best;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The line of the module in @folder, on the heap; NULL if there is none. */
static char *list_line(const char *folder)
{
	struct cache_info info;
	char *line;

	if (!cache_info_read(folder, &info))
		return NULL;
	line = text_format("%-20s %-10s %.12s  %s  [%s%s]", info.label, info.version, info.sha256,
			   info.file, info.compiler,
			   strcmp(info.coverage, "1") == 0 ? ", coverage" : "");
	cache_info_free(&info);
	return line;
}

int pv_list(FILE *out, char **message)
{
	char *cache = cache_folder(message), *modules, **names;
	size_t count = 0;

	if (cache == NULL)
		return 3;
	*message = NULL;
	modules = text_format("%s/modules", cache);
	names = folder_names(modules);
	for (char **name = names; name != NULL && *name != NULL; name++) {
		char *folder = text_format("%s/%s", modules, *name), *line = list_line(folder);

		free(folder);
		free(*name);
		*name = line != NULL ? line : text_copy("");
		count++;
	}
	if (names != NULL)
		qsort(names, count, sizeof(*names), by_text);
	for (size_t i = 0; i < count; i++) {
		if (*names[i] != '\0')
			fprintf(out, "%s\n", names[i]);
	}
	names_free(names);
	free(modules);
	free(cache);
	return 0;
}
