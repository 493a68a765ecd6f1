/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See gnuplot.h.
 */
#define _GNU_SOURCE
#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *terminal_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && strcmp(dot, ".svg") == 0)
		return "svg";
	if (dot && strcmp(dot, ".png") == 0)
		return "png";
	return NULL;
}

void gnuplot_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text == '\n' || *text == '`' ? ' ' : *text, out);
	}
	fputc('"', out);
}

/* Start gnuplot with its input in *@to. 0 or an errno. */
static int start(pid_t *child, FILE **to)
{
	char *const argv[] = { (char *)"gnuplot", NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
	error = posix_spawnp(child, "gnuplot", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[0]);
	*to = error ? NULL : fdopen(ends[1], "w");
	if (*to)
		return 0;
	close(ends[1]);
	if (error)
		return error;
	waitpid(*child, NULL, 0);
	return ENOMEM;
}

bool gnuplot_begin(struct gnuplot *plot, const char *path)
{
	int error;

	*plot = (struct gnuplot){ .terminal = terminal_of(path), .path = path };
	if (!plot->terminal) {
		fprintf(stderr, "uvsim: %s: a chart is a file that ends in .svg or .png\n", path);
		return false;
	}
	error = start(&plot->child, &plot->to);
	if (error) {
		fprintf(stderr, "uvsim: cannot draw %s: gnuplot: %s%s\n", path, strerror(error),
			error == ENOENT ? " (Debian: package gnuplot-nox)" : "");
		return false;
	}
	/* gnuplot may end before it has read everything. */
	plot->before = signal(SIGPIPE, SIG_IGN);
	return true;
}

int gnuplot_end(struct gnuplot *plot)
{
	int status = 0;

	fclose(plot->to);
	signal(SIGPIPE, plot->before);
	if (waitpid(plot->child, &status, 0) == plot->child && WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
	    access(plot->path, R_OK) == 0)
		return 0;
	fprintf(stderr, "uvsim: gnuplot could not draw %s\n", plot->path);
	return -1;
}
