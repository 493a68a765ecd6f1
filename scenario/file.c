/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files: reading, hashing (SHA-256 by libcrypto), finding those that come with the program. Models
 * nothing.
 */
#include "scenario/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenario/node.h"

/* A mark in a file does not say which other file could not be read. */
static void report(struct sc_diag *diag, struct mark mark, const char *path, const char *what,
		   const char *why)
{
	if (mark.line)
		sc_error(diag, mark, "%s: %s%s", sc_show(path).text, what, why);
	else
		sc_error(diag, mark, "%s%s", what, why);
}

static char *read_open_file(struct sc_arena *arena, int fd, const char *path, size_t *length,
			    struct mark mark, struct sc_diag *diag)
{
	struct stat status;

	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		report(diag, mark, path, "not a regular file", "");
		return NULL;
	}

	/* One byte more than allowed is enough for the parser to say "too large". */
	size_t room = (size_t)status.st_size <= SC_FILE_MAX ? (size_t)status.st_size
							    : SC_FILE_MAX + 1;
	char *text = sc_alloc(arena, room + 1);

	for (*length = 0; *length < room;) {
		ssize_t got = read(fd, text + *length, room - *length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			report(diag, mark, path, "cannot read: ", strerror(errno));
			return NULL;
		}
		if (got == 0)
			break;
		*length += (size_t)got;
	}
	return text;
}

/* Why a file could not be opened, and which of the scenarios that come with the program its name is near to. */
static const char *why_not(struct sc_arena *arena, const char *path, struct mark mark)
{
	const char *why = strerror(errno), *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *nearest;
	size_t length = strlen(name);

	if (errno != ENOENT || mark.line)
		return why;
	if (length > 5 && strcmp(name + length - 5, ".yaml") == 0)
		name = sc_copy(arena, name, length - 5);
	nearest = file_nearest_data(arena, "scenarios", name, ".yaml");
	return nearest ? sc_format(arena, "%s; did you mean '%s'?", why, nearest) : why;
}

char *input_read(struct sc_arena *arena, const char *path, size_t *length, struct mark mark,
		 struct sc_diag *diag)
{
	/* Not blocking: the open of a pipe that nobody writes to must not hang. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		report(diag, mark, path, "cannot open: ", why_not(arena, path, mark));
		return NULL;
	}

	char *text = read_open_file(arena, fd, path, length, mark, diag);

	close(fd);
	return text;
}

void file_hash(const struct file_piece *piece, size_t count, char hex[65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
		abort();
	for (size_t i = 0; i < count; i++)
		if (EVP_DigestUpdate(context, piece[i].data, piece[i].length) != 1)
			abort();
	if (EVP_DigestFinal_ex(context, digest, NULL) != 1)
		abort();
	EVP_MD_CTX_free(context);
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

bool file_is_path(const char *name)
{
	size_t length = strlen(name);

	return strchr(name, '/') || (length > 5 && strcmp(name + length - 5, ".yaml") == 0);
}

/* The data directories in order; NULL behind the last. */
static void data_directories(const char *directory[4])
{
	const char *set = getenv("UVSIM_DATA");
	size_t n = 0;

	if (set && *set)
		directory[n++] = set;
	directory[n++] = UVSIM_SOURCE_DIR;
	directory[n++] = UVSIM_INSTALLED_DIR;
	directory[n] = NULL;
}

char *file_find_data(struct sc_arena *arena, const char *folder, const char *name,
		     const char *suffix)
{
	const char *directory[4];

	data_directories(directory);
	for (size_t i = 0; directory[i]; i++) {
		char *path = sc_format(arena, "%s/%s/%s%s", directory[i], folder, name, suffix);

		if (access(path, R_OK) == 0)
			return path;
	}
	return NULL;
}

/* Of equally near names take the first in the alphabet: the order of a directory means nothing. */
static void offer_file(struct sc_arena *arena, struct sc_nearest *nearest, const char *file,
		       const char *suffix)
{
	size_t length = strlen(file), tail = strlen(suffix);

	if (length <= tail || strcmp(file + length - tail, suffix) != 0)
		return;

	struct sc_nearest before = *nearest;

	sc_nearest_offer(nearest, sc_copy(arena, file, length - tail));
	if (before.best && nearest->best == before.best) {
		const char *name = sc_copy(arena, file, length - tail);

		if (sc_distance(nearest->word, name) == nearest->distance &&
		    strcmp(name, nearest->best) < 0)
			nearest->best = name;
	}
}

const char *file_nearest_data(struct sc_arena *arena, const char *folder, const char *name,
			      const char *suffix)
{
	struct sc_nearest nearest = { .word = name };
	const char *directory[4];

	data_directories(directory);
	for (size_t i = 0; directory[i]; i++) {
		DIR *open = opendir(sc_format(arena, "%s/%s", directory[i], folder));

		if (!open)
			continue;
		for (struct dirent *entry = readdir(open); entry; entry = readdir(open))
			offer_file(arena, &nearest, entry->d_name, suffix);
		closedir(open);
	}
	return nearest.best;
}
