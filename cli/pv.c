/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uvsim pv: build, list and describe the modules made of pv.c files.
 *
 *	uvsim pv build ~/linux --label mine && uvsim run scenario.yaml --pv mine
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "kvm/linux/builder.h"

static const char help_pv[] =
	"Usage: uvsim pv build [OPTION]... [SOURCE]   compile a pv.c into a module\n"
	"       uvsim pv list                         modules in the cache\n"
	"       uvsim pv info [SOURCE]                describe one module, building it if\n"
	"                                             needed\n"
	"\n"
	"SOURCE is one of\n"
	"  TREE          a kernel tree (arch/s390/kvm/pv.c and the top Makefile are used)\n"
	"  FILE          a pv.c, with --linux-version or written FILE@X.Y\n"
	"  ARCHIVE       linux-source-X.Y.tar.xz or linux-X.Y.tar.xz\n"
	"  LABEL         a module built before, as \"uvsim pv list\" shows it\n"
	"  X.Y           /usr/src/linux-source-X.Y.tar.xz (Debian: linux-source-X.Y)\n"
	"Without SOURCE: 6.12.\n"
	"\n"
	"The cache is $UVSIM_CACHE, else $XDG_CACHE_HOME/uvsim, else ~/.cache/uvsim.\n"
	"Exit status: 0; 2 the input is wrong or pv.c does not compile; 3 there is no\n"
	"compiler, or the cache cannot be written.\n";

static const char help_build[] =
	"Usage: uvsim pv build [OPTION]... [SOURCE]\n"
	"\n"
	"Compiles the pv.c of SOURCE (see \"uvsim help pv\"), unchanged and in its place,\n"
	"into a module, and prints the module's path. Nothing is compiled if the cache has\n"
	"it already.\n"
	"\n"
	"  -V, --linux-version X.Y[.Z]  the kernel version (default: that of the tree)\n"
	"  -l, --label LABEL            the name for --pv and in results (default: the\n"
	"                               version)\n"
	"  -c, --cc COMMAND             the compiler (default: $CC, else cc, gcc or clang)\n"
	"      --coverage-trace         record which lines run\n"
	"  -q, --quiet                  print nothing if all is well\n"
	"  -h, --help                   this text\n";

static const char help_list[] =
	"Usage: uvsim pv list\n"
	"\n"
	"One line for each module in the cache: label, kernel version, start of the\n"
	"SHA-256 of pv.c, its path, compiler.\n";

static const char help_info[] =
	"Usage: uvsim pv info [SOURCE]\n"
	"\n"
	"Label, version, path and SHA-256 of pv.c, compiler, functions and size of the\n"
	"module of SOURCE (see \"uvsim help pv\"), or of a module's .so file.\n";

/* Print @message, if any, and free it. Returns @status. */
static int finish(int status, char *message)
{
	if (message != NULL)
		fprintf(stderr, "%s\n", message);
	free(message);
	return status;
}

static int misuse(const char *command, const char *what)
{
	fprintf(stderr, "uvsim %s: %s; \"uvsim %s --help\" tells more\n", command, what, command);
	return CLI_INPUT;
}

static int no_subcommand(void)
{
	fprintf(stderr, "uvsim pv: build, list or info? \"uvsim pv --help\" tells more\n");
	return CLI_INPUT;
}

enum { OPT_COVERAGE = 256 };

static int pv_build_command(int argc, char **argv)
{
	static const struct option options[] = {
		{ "linux-version", required_argument, NULL, 'V' },
		{ "label", required_argument, NULL, 'l' },
		{ "cc", required_argument, NULL, 'c' },
		{ "coverage-trace", no_argument, NULL, OPT_COVERAGE },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct pv_build_request request = { .source = NULL };
	struct pv_build_result result;
	bool quiet = false;
	int option, status;

	while ((option = getopt_long(argc, argv, ":V:l:c:qh", options, NULL)) != -1) {
		switch (option) {
		case 'V':
			request.linux_version = optarg;
			break;
		case 'l':
			request.label = optarg;
			break;
		case 'c':
			request.cc = optarg;
			break;
		case OPT_COVERAGE:
			request.coverage_trace = true;
			break;
		case 'q':
			quiet = true;
			break;
		case 'h':
			fputs(help_build, stdout);
			return CLI_OK;
		default:
			return cli_bad_option("pv build", argv, option, options);
		}
	}
	if (argc - optind > 1)
		return misuse("pv build", "more than one SOURCE");
	request.source = optind < argc ? argv[optind] : NULL;
	status = pv_build(&request, &result);
	if (status != 0) {
		fprintf(stderr, "%s\n", result.message);
	} else if (!quiet) {
		if (result.warnings != NULL && !result.reused)
			fputs(result.warnings, stderr);
		if (result.notes != NULL)
			fputs(result.notes, stderr);
		printf("%s%s\n", result.module, result.reused ? " (from the cache)" : "");
	}
	pv_build_free(&result);
	return status;
}

/* The one option of list and info. Returns -1 to go on. */
static int only_help(int argc, char **argv, const char *command, const char *help, int arguments)
{
	static const struct option options[] = { { "help", no_argument, NULL, 'h' },
						 { NULL, 0, NULL, 0 } };
	int option = getopt_long(argc, argv, ":h", options, NULL);

	if (option == 'h') {
		fputs(help, stdout);
		return CLI_OK;
	}
	if (option != -1)
		return cli_bad_option(command, argv, option, options);
	if (argc - optind > arguments)
		return misuse(command, "too many arguments");
	return -1;
}

static int pv_list_command(int argc, char **argv)
{
	char *message = NULL;
	int status = only_help(argc, argv, "pv list", help_list, 0);

	if (status >= 0)
		return status;
	status = pv_list(stdout, &message);
	return finish(status, message);
}

static int pv_info_command(int argc, char **argv)
{
	char *message = NULL;
	int status = only_help(argc, argv, "pv info", help_info, 1);

	if (status >= 0)
		return status;
	status = pv_info(optind < argc ? argv[optind] : NULL, stdout, &message);
	return finish(status, message);
}

int cmd_pv(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} commands[] = { { "build", pv_build_command },
			 { "list", pv_list_command },
			 { "info", pv_info_command } };

	if (argc < 2)
		return no_subcommand();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		fputs(help_pv, stdout);
		return CLI_OK;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			optind = 0;
			opterr = 0;
			return commands[i].run(argc - 1, argv + 1);
		}
	}
	return no_subcommand();
}
