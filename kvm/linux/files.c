/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts, files and folders for building modules.
 */
#define _GNU_SOURCE
#include "kvm/linux/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/engine.h"

static void *must(void *memory)
{
	if (memory == NULL)
		sim_out_of_memory(0);
	return memory;
}

char *text_format(const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return must(text);
}

char *text_copy(const char *text)
{
	return must(strdup(text));
}

bool text_ends(const char *text, const char *tail)
{
	size_t n = strlen(text), m = strlen(tail);

	return n >= m && strcmp(text + n - m, tail) == 0;
}

char *file_read(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *data = NULL;
	size_t size = 0, used = 0, got;
	int error;

	if (file == NULL)
		return NULL;
	do {
		size = size == 0 ? 65536 : size * 2;
		data = must(realloc(data, size));
		got = fread(data + used, 1, size - used - 1, file);
		used += got;
	} while (used == size - 1);
	error = ferror(file) ? EIO : 0;
	fclose(file);
	if (error != 0) {
		free(data);
		errno = error;
		return NULL;
	}
	data[used] = '\0';
	if (length != NULL)
		*length = used;
	return data;
}

int file_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	int error = 0;

	if (file == NULL)
		return -errno;
	errno = 0;
	if (fputs(text, file) < 0)
		error = errno != 0 ? -errno : -EIO;
	if (fclose(file) != 0 && error == 0)
		error = -errno;
	if (error != 0)
		unlink(path);
	return error;
}

bool file_is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool file_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int folder_make(const char *path)
{
	char *copy = text_copy(path);
	int error = 0;

	for (char *p = copy + 1; error == 0; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
			error = -errno;
		*p = c;
		if (c == '\0')
			break;
	}
	free(copy);
	if (error == 0 && !file_is_folder(path))
		error = -ENOTDIR;
	return error;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	(void)remove(path);
	return 0;
}

void folder_remove(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* By bytes, not by locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

char **folder_names(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, visible, by_name);
	char **names;

	if (n < 0)
		return NULL;
	names = must(calloc((size_t)n + 1, sizeof(*names)));
	for (int i = 0; i < n; i++) {
		names[i] = text_copy(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return names;
}

void names_free(char **names)
{
	for (char **name = names; name != NULL && *name != NULL; name++)
		free(*name);
	free(names);
}

void sha256_bytes(const void *data, size_t length, char hex[65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	if (EVP_Digest(data, length, digest, &size, EVP_sha256(), NULL) != 1 || size != 32) {
		fprintf(stderr, "uvsim: SHA-256 is not available\n");
		exit(3);
	}
	for (unsigned i = 0; i < size; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

int sha256_file(const char *path, char hex[65])
{
	size_t length;
	char *data = file_read(path, &length);

	if (data == NULL)
		return -errno;
	sha256_bytes(data, length, hex);
	free(data);
	return 0;
}
