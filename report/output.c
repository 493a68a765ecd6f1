/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output files that appear whole or not at all, and the result document written as one.
 *
 * A name that exists and is no regular file (a pipe, /dev/null) is written in place: a rename would
 * replace the device.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/output.h"
#include "report/result.h"

/* Those of the process that are not in their place yet, for its sudden end. */
#define TEMPORARIES 16
static const char *temporaries[TEMPORARIES];

static void remember(const char *before, const char *now)
{
	for (size_t i = 0; i < TEMPORARIES; i++) {
		if (temporaries[i] == before) {
			temporaries[i] = now;
			return;
		}
	}
}

void output_remove_temporaries(void)
{
	for (size_t i = 0; i < TEMPORARIES; i++) {
		if (temporaries[i])
			unlink(temporaries[i]);
	}
}

/* mkstemp() makes the file private; give it the mode that open() would have. */
static void mode_as_usual(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	/* A file system without modes may refuse: the file is then merely private. */
	if (fchmod(fd, 0666 & ~mask) != 0)
		errno = 0;
}

static int open_temporary(struct output *output)
{
	const char *slash = strrchr(output->path, '/');
	int directory = slash ? (int)(slash - output->path) + 1 : 0;
	size_t size = strlen(output->path) + sizeof(".uvsim-XXXXXX");
	int fd;

	output->temporary = malloc(size);
	assert(output->temporary);
	snprintf(output->temporary, size, "%.*s.uvsim-XXXXXX", directory, output->path);
	fd = mkstemp(output->temporary);
	if (fd < 0) {
		int error = -errno;

		free(output->temporary);
		output->temporary = NULL;
		return error;
	}
	remember(NULL, output->temporary);
	mode_as_usual(fd);
	return fd;
}

static void forget(struct output *output)
{
	if (output->temporary)
		remember(output->temporary, NULL);
	free(output->path);
	free(output->temporary);
	memset(output, 0, sizeof(*output));
}

/* A pipe, a terminal, a device: /dev/fd/N of a pipe is there, but the name that it stands for is not. */
static bool is_written_in_place(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/* A descriptor to write @output through, or -errno. */
static int open_target(struct output *output, bool exists)
{
	int fd;

	if (is_written_in_place(output->path)) {
		fd = open(output->path, O_WRONLY | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	if (exists && access(output->path, W_OK) != 0)
		return -errno;
	return open_temporary(output);
}

int output_open(struct output *output, const char *path)
{
	char *resolved;
	int fd;

	memset(output, 0, sizeof(*output));
	if (strcmp(path, "-") == 0) {
		output->stream = stdout;
		return 0;
	}
	resolved = is_written_in_place(path) ? NULL : realpath(path, NULL);
	output->path = resolved ? resolved : strdup(path);
	assert(output->path);
	fd = open_target(output, resolved != NULL);
	if (fd < 0) {
		forget(output);
		return fd;
	}
	output->stream = fdopen(fd, "w");
	assert(output->stream);
	return 0;
}

int output_commit(struct output *output)
{
	int error = 0;

	if (fflush(output->stream) != 0 || ferror(output->stream))
		error = errno ? -errno : -EIO;
	if (output->stream == stdout) {
		forget(output);
		return error;
	}
	if (error == 0 && output->temporary && fsync(fileno(output->stream)) != 0)
		error = -errno;
	if (fclose(output->stream) != 0 && error == 0)
		error = -errno;
	if (error == 0 && output->temporary && rename(output->temporary, output->path) != 0)
		error = -errno;
	if (error && output->temporary)
		unlink(output->temporary);
	forget(output);
	return error;
}

void output_abandon(struct output *output)
{
	if (output->stream && output->stream != stdout)
		fclose(output->stream);
	if (output->temporary)
		unlink(output->temporary);
	forget(output);
}

int result_write(const json_t *document, const char *path)
{
	struct output output;
	int error = output_open(&output, path);

	errno = 0;
	if (error == 0) {
		if (json_dumpf(document, output.stream, JSON_INDENT(1)) == 0 &&
		    fputc('\n', output.stream) != EOF) {
			error = output_commit(&output);
		} else {
			error = errno ? -errno : -EIO;
			output_abandon(&output);
		}
	}
	if (error)
		fprintf(stderr, "uvsim: cannot write %s: %s\n",
			strcmp(path, "-") ? path : "standard output", strerror(-error));
	return error;
}
