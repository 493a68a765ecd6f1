/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uvsim: picks the subcommand. Each subcommand is a file of its own; help texts are in help.c.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "run", cmd_run },
	{ "compare", cmd_compare },
	{ "validate", cmd_validate },
	{ "list", cmd_list },
	{ "pv", cmd_pv },
	{ "uv", cmd_uv },
	{ "plot", cmd_plot },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *cli_program = "uvsim";

static bool is_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return true;
	}
	return false;
}

static int unknown(const char *name)
{
	static const char *const names[] = {
		"run", "compare", "plot", "validate", "list", "pv", "uv", "help", NULL };
	const char *nearest = cli_nearest(name, names);

	fprintf(stderr, "uvsim: there is no subcommand \"%s\"", name);
	if (nearest)
		fprintf(stderr, "; did you mean \"%s\"?\n", nearest);
	else
		fprintf(stderr, "; \"uvsim help\" lists them\n");
	return CLI_INPUT;
}

static int help(int argc, char **argv)
{
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		argc = 1;
	if (argc > 1 && !is_command(argv[1]) && strcmp(argv[1], "help") != 0)
		return unknown(argv[1]);
	if (argc > 1 && strcmp(argv[1], "pv") == 0)
		return cmd_pv(2, (char *[]){ argv[1], "--help", NULL });
	cli_help(argc > 1 ? argv[1] : "", stdout);
	return CLI_OK;
}

/* A result that nobody got is a failure: standard output is flushed and looked at. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "uvsim: cannot write standard output\n");
	return CLI_INTERNAL;
}

/* What was closed is opened: no file of a run is to take the place of the standard output. */
static bool open_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/full", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) != fd)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	/* Character set of the terminal only: numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	/* A file that grows over its limit, a pipe that nobody reads: errors of write(), told like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (!open_standard_files())
		return CLI_INTERNAL;
	if (argc > 0)
		cli_program = argv[0];
	if (argc < 2) {
		cli_help("", stderr);
		return CLI_INPUT;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("uvsim %s\n", UVSIM_VERSION);
		return finish(CLI_OK);
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)
		return finish(help(argc - 1, argv + 1));
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, argv[1]) == 0)
			return finish(commands[i].run(argc - 1, argv + 1));
	}
	return unknown(argv[1]);
}
