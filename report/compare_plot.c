/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chart of `uvsim compare`: bars by gnuplot.
 */
#include "report/compare.h"
#include "report/gnuplot.h"
#include "report/text.h"

#define PANEL_WIDTH 900
#define PANEL_HEIGHT 420

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
	gnuplot_quoted(out, text_string(summary, "pv"));
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
	gnuplot_quoted(out, text_string(json_object_get(run, "scenario"), "name"));
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
	gnuplot_quoted(out, path);
	fprintf(out, "\nset style data histograms\nset style fill solid 0.8 border -1\n"
		     "set logscale y\nset ylabel \"seconds\"\nset grid ytics\nset key above horizontal\n"
		     "set xtics noenhanced\nset multiplot layout %zu,1\n", panels);
	json_array_foreach(scenarios, i, scenario)
		print_panel(out, scenario, i);
	fprintf(out, "unset multiplot\nunset output\n");
}

int compare_plot(const json_t *scenarios, const char *path)
{
	struct gnuplot plot;

	if (!gnuplot_begin(&plot, path))
		return -1;
	print_script(plot.to, scenarios, plot.terminal, path);
	return gnuplot_end(&plot);
}
