/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chart of `uvsim compare`: bars by gnuplot, which is started as a process of its own and gets
 * commands and data through a pipe.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/compare.h"
#include "report/text.h"

#define PANEL_WIDTH 900
#define PANEL_HEIGHT 420

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

/* @text in double quotes, for gnuplot, whose labels must not be taken for markup. */
static void print_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text == '\n' || *text == '`' ? ' ' : *text, out);
	}
	fputc('"', out);
}

/* The columns of a panel, by key of the summary. */
static const char *const column[][2] = {
	{ "gone_plain", "gone until plain boot" },
	{ "gone_protected", "gone until protected" },
	{ "cleanup_cpu", "processor time of cleanups" },
};

#define COLUMNS (sizeof(column) / sizeof(column[0]))

/* One line of data. @drawn: which columns have anything to draw; gnuplot will not have empty ones. */
static void print_line(FILE *out, const json_t *summary, bool drawn[COLUMNS])
{
	print_quoted(out, text_string(summary, "pv"));
	for (size_t i = 0; i < COLUMNS; i++) {
		const json_t *value = json_object_get(summary, column[i][0]);

		if (json_is_integer(value) && json_integer_value(value) > 0) {
			fprintf(out, " %.9g", (double)json_integer_value(value) / 1e12);
			drawn[i] = true;
		} else {
			fprintf(out, " NaN");
		}
	}
	fputc('\n', out);
}

static void print_panel(FILE *out, const json_t *scenario, size_t number)
{
	const json_t *results = json_object_get(scenario, "results");
	const json_t *run = json_object_get(json_array_get(results, 0), "run"), *document;
	bool drawn[COLUMNS] = { false }, any = false;
	size_t i;

	fprintf(out, "$data%zu << EOD\n", number);
	json_array_foreach(results, i, document) {
		json_t *summary = compare_summary(document);

		print_line(out, summary, drawn);
		json_decref(summary);
	}
	fprintf(out, "EOD\nset title ");
	print_quoted(out, text_string(json_object_get(run, "scenario"), "name"));
	fprintf(out, " noenhanced\n");
	for (i = 0; i < COLUMNS; i++) {
		if (!drawn[i])
			continue;
		fprintf(out, "%s $data%zu using %zu:xtic(1) title \"%s\"", any ? "," : "plot", number,
			i + 2, column[i][1]);
		any = true;
	}
	fprintf(out, "%s\n", any ? "" : "plot [0:1] [1:2] 0.5 title \"nothing to draw\"");
}

static void print_script(FILE *out, const json_t *scenarios, const char *terminal, const char *path)
{
	size_t panels = json_array_size(scenarios), i;
	const json_t *scenario;

	fprintf(out, "set terminal %s size %d,%zu\nset output ", terminal, PANEL_WIDTH,
		PANEL_HEIGHT * panels);
	print_quoted(out, path);
	fprintf(out, "\nset style data histograms\nset style fill solid 0.8 border -1\n"
		     "set logscale y\nset ylabel \"seconds\"\nset grid ytics\nset key above horizontal\n"
		     "set xtics noenhanced\nset multiplot layout %zu,1\n", panels);
	json_array_foreach(scenarios, i, scenario)
		print_panel(out, scenario, i);
	fprintf(out, "unset multiplot\nunset output\n");
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
	if (!*to)
		close(ends[1]);
	return error;
}

int compare_plot(const json_t *scenarios, const char *path)
{
	const char *terminal = terminal_of(path);
	void (*before)(int);
	FILE *to = NULL;
	pid_t child;
	int error, status = 0;

	if (!terminal) {
		fprintf(stderr, "uvsim: %s: a chart is a file that ends in .svg or .png\n", path);
		return -1;
	}
	error = start(&child, &to);
	if (error) {
		fprintf(stderr, "uvsim: cannot draw %s: gnuplot: %s%s\n", path, strerror(error),
			error == ENOENT ? " (Debian: package gnuplot-nox)" : "");
		return -1;
	}
	/* gnuplot may end before it has read everything. */
	before = signal(SIGPIPE, SIG_IGN);
	if (to) {
		print_script(to, scenarios, terminal, path);
		fclose(to);
	}
	signal(SIGPIPE, before);
	if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
	    access(path, R_OK) == 0)
		return 0;
	fprintf(stderr, "uvsim: gnuplot could not draw %s\n", path);
	return -1;
}
