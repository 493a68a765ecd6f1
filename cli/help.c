/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts of `uvsim help`, but for `pv`, which has its own. They fit 80 columns. The manual page
 * docs/uvsim.1 says the same at length.
 */
#include <string.h>

#include "cli/cli.h"

static const char help_uvsim[] =
	"uvsim simulates an IBM z host that runs protected virtual machines, with your\n"
	"own pv.c inside.\n"
	"\n"
	"Usage: uvsim SUBCOMMAND ...\n"
	"\n"
	"  run       run scenarios and judge their results\n"
	"  compare   run scenarios with several pv.c side by side\n"
	"  plot      draw the memory over time of a result\n"
	"  validate  check scenario files without running them\n"
	"  list      what there is: scenarios, profiles, pv.c modules\n"
	"  pv        build a pv.c into a module, list and describe modules\n"
	"  uv        check the model of the Ultravisor against the public test suite\n"
	"  help      this text; \"uvsim help run\" tells more of one subcommand\n"
	"\n"
	"  uvsim --version\n"
	"\n"
	"Exit status: 0 all is well; 1 an expectation failed or something was violated;\n"
	"2 the input is wrong; 3 uvsim itself failed.\n";

static const char help_run[] =
	"Usage: uvsim run SCENARIO.yaml... [OPTION]...\n"
	"\n"
	"Runs each scenario, prints a report and judges its expectations. The first line\n"
	"printed is the command that repeats the run, the last one the verdict. A\n"
	"scenario of uvsim's own can be given by its name (uvsim list scenarios).\n"
	"\n"
	"  --pv SOURCE          the pv.c to run: a kernel tree, a pv.c (outside a tree:\n"
	"                       FILE@X.Y), an archive, a version, the label of a module\n"
	"                       built before, or builtin:NAME, an algorithm of uvsim\n"
	"                       (uvsim list algorithms) (default: $UVSIM_PV, else 6.12)\n"
	"  --seed N             seed of all choices (default: the scenario's)\n"
	"  --profile FILE|NAME  machine costs (default: the scenario's)\n"
	"  --set PATH=VALUE     change the scenario, e.g. host.processors=4; repeatable\n"
	"  --json FILE|-        write the result document; with several scenarios: a\n"
	"                       directory, or a name with %s for the scenario file's name\n"
	"  --exact-pages        do every page as a step of its own: slow, same result\n"
	"  --watchdog SECONDS   end a loop of pv.c that calls nothing (30; 0: never)\n"
	"  --no-oracle          watch neither locks nor memory, to measure the cost\n"
	"  --record FILE        write the choices made\n"
	"  --replay FILE        make recorded choices again\n"
	"  --steps FILE         write every step of the engine as a line of text\n"
	"  --counters FILE      write counters of the engine, for benchmarks\n"
	"  --pv-coverage FILE   write which lines of pv.c ran; wants a module built with\n"
	"                       \"uvsim pv build --coverage-trace\"\n"
	"  --uvc-trace FILE     write every Ultravisor call as a line of text\n"
	"  --faults LIST        NAME/N,...: of N requests one fails; NAME is alloc\n"
	"                       (kernel memory), an Ultravisor call such as\n"
	"                       DESTROY_SEC_CONF, or all, uvc, signal, swap, user for\n"
	"                       whatever is plausible, or defect for firmware that is\n"
	"                       wrong (docs/faults.md)\n"
	"  --memory             put memory over time into the result and the report\n"
	"  --trace FILE         write a trace for ui.perfetto.dev or chrome://tracing\n"
	"  -q, --quiet          print only the first and the last line\n"
	"  --progress           tell how far it is, even if stderr is no terminal\n"
	"\n"
	"Instead of one run, a search for the smallest value that suffices:\n"
	"\n"
	"  --find PATH          what is looked for, e.g. host.memory\n"
	"  --until CONDITIONS   expectations joined by &&; for short: oom_kills, stalls,\n"
	"                       longest_stall, failed_allocations, swap_written,\n"
	"                       swap_read, lowest_free\n"
	"  --between LOW..HIGH  where to look (default for host.memory: from 64MiB up)\n"
	"  --step SIZE          how close (default: a thousandth, at least 1MiB)\n"
	"\n"
	"Examples:\n"
	"  uvsim run reboot-async.yaml --pv ~/linux\n"
	"  uvsim run oom-hog.yaml --find host.memory --until 'oom_kills == 0'\n"
	"  uvsim run reboot-async.yaml --set host.processors=1 --json result.json\n"
	"  uvsim run *.yaml --pv ~/linux --quiet --json results/\n";

static const char help_compare[] =
	"Usage: uvsim compare --pv A --pv B [--pv C]... SCENARIO.yaml... [OPTION]...\n"
	"\n"
	"Runs each scenario with each algorithm and prints the results side by side: how\n"
	"long guests are gone, what cleaning costs, memory, touches, Ultravisor calls. Of\n"
	"several VMs and reboots the worst is shown. Expectations are not judged.\n"
	"\n"
	"  --pv SOURCE          as for run; at least twice\n"
	"  --seed N, --profile FILE|NAME, --set PATH=VALUE, --faults LIST,\n"
	"  --watchdog SECONDS, --progress\n"
	"                       as for run\n"
	"  --json FILE|-        write all result documents\n"
	"  --plot FILE.svg|.png draw a chart; needs gnuplot\n"
	"\n"
	"Exit status: 0; 1 something was violated; 2 the input is wrong; 3 uvsim failed.\n"
	"\n"
	"Example:\n"
	"  uvsim compare --pv 6.1 --pv builtin:lazy --pv 6.12 reboot-async.yaml\n";

static const char help_validate[] =
	"Usage: uvsim validate SCENARIO.yaml... [--set PATH=VALUE]...\n"
	"\n"
	"Checks scenarios, and the profiles they name, without running them. Prints\n"
	"\"FILE: ok\", or messages with file, line and column, and what would be right.\n"
	"Exit status 0 or 2.\n"
	"\n"
	"Example:\n"
	"  uvsim validate scenarios/*.yaml\n";

static const char help_list[] =
	"Usage: uvsim list [scenarios] [profiles] [algorithms] [faults] [findings]\n"
	"\n"
	"Lists the scenarios and machine profiles that come with uvsim, its own\n"
	"algorithms, the modules built from pv.c files, what Ultravisor calls could\n"
	"answer when a fault is put in, and what the oracle finds. Without an argument:\n"
	"everything.\n";

static const char help_plot[] =
	"Usage: uvsim plot RESULT.json -o CHART.svg|CHART.png\n"
	"\n"
	"Draws the memory over time that a result of \"uvsim run --memory --json\" holds, by\n"
	"owner and kind. Needs gnuplot.\n"
	"\n"
	"Example:\n"
	"  uvsim run oom-hog.yaml --memory --json result.json\n"
	"  uvsim plot result.json -o memory.svg\n";

static const char help_uv[] =
	"Usage: uvsim uv conformance [OPTION]...\n"
	"\n"
	"Runs what the public s390x test suite asserts about the Ultravisor, against the\n"
	"model in uvsim: one line for each row of the table, and at the end how many rows\n"
	"and assertions held. Exit status 0, or 1 if any did not.\n"
	"\n"
	"  --profile FILE|NAME  the machine (default: z16); repeatable\n"
	"  --row NAME           only this row, such as H29; repeatable\n"
	"  --json FILE|-        write the table as a JSON document\n"
	"\n"
	"Examples:\n"
	"  uvsim uv conformance\n"
	"  uvsim uv conformance --profile z15 --profile z17 --json conformance.json\n"
	"  uvsim uv conformance --row C5 --row C6\n";

static const struct {
	const char *name, *text;
} texts[] = {
	{ "", help_uvsim },
	{ "run", help_run },
	{ "compare", help_compare },
	{ "validate", help_validate },
	{ "list", help_list },
	{ "uv", help_uv },
	{ "plot", help_plot },
	{ "help", "Usage: uvsim help [SUBCOMMAND]\n" },
};

void cli_help(const char *subcommand, FILE *out)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].name, subcommand) == 0)
			fputs(texts[i].text, out);
	}
}
