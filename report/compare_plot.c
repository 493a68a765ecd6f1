/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chart of `uvsim compare`: for each scenario a panel with a group of bars for each algorithm, on a logarithmic
 * scale of time, each with its value.
 */
#include <string.h>

#include "report/compare.h"
#include "report/draw.h"
#include "report/gnuplot.h"
#include "report/text.h"

/** Pixels. */
#define WIDTH 960
#define TITLE_HEIGHT 44		/* above a panel's bars */
#define BAR_HEIGHT 17
#define GROUP_GAP 13
#define FOOT_HEIGHT 76		/* below them: scale, legend */
#define SCALE_HEIGHT 24
#define LEFT 175
#define RIGHT 80		/* where the values of long bars go */

/** What a bar shows: a key of the summary. The colours can be told apart by everybody (Okabe and Ito). */
static const struct bar {
	const char *key, *title, *colour;
} bars[] = {
	{ "gone_plain", "reboot: gone until plain boot", "#0072B2" },
	{ "gone_protected", "reboot: gone until protected", "#56B4E9" },
	{ "exit_gone", "end: process gone", "#D55E00" },
	{ "memory_back", "end: memory back", "#E69F00" },
	{ "cleanup_cpu", "processor time of cleanups", "#999999" },
};

#define BARS (sizeof(bars) / sizeof(bars[0]))

static json_int_t value_of(const json_t *summary, size_t bar)
{
	return json_integer_value(json_object_get(summary, bars[bar].key));
}

/* Which bars have anything to show in @summaries: how many. */
static size_t choose_bars(const json_t *summaries, bool drawn[BARS])
{
	const json_t *summary;
	size_t i, bar, n = 0;

	for (bar = 0; bar < BARS; bar++) {
		drawn[bar] = false;
		json_array_foreach(summaries, i, summary)
			drawn[bar] = drawn[bar] || value_of(summary, bar) > 0;
		n += drawn[bar];
	}
	return n;
}

/* The powers of ten around all that is drawn. */
static void find_range(const json_t *summaries, const bool *drawn, json_int_t *low, json_int_t *high)
{
	json_int_t least = INT64_MAX, most = 1;
	const json_t *summary;
	size_t i, bar;

	json_array_foreach(summaries, i, summary) {
		for (bar = 0; bar < BARS; bar++) {
			json_int_t value = drawn[bar] ? value_of(summary, bar) : 0;

			least = value > 0 && value < least ? value : least;
			most = value > most ? value : most;
		}
	}
	for (*low = 1; *low <= least / 20; *low *= 10)
		;
	for (*high = *low; *high < most; *high *= 10)
		;
}

/* A line of data for each bar: its value in seconds, its lower and upper edge, and the value in words. */
static void print_bar(FILE *out, const json_t *summaries, size_t panel, size_t bar, double top, double height)
{
	const json_t *summary;
	char text[TEXT_NUMBER];
	size_t i;

	fprintf(out, "$panel%zu_%zu << EOD\n", panel, bar);
	json_array_foreach(summaries, i, summary) {
		json_int_t value = value_of(summary, bar);

		if (value <= 0)
			continue;
		fprintf(out, "%.9g %.6f %.6f ", (double)value / 1e12, (double)i + top, (double)i + top + height);
		gnuplot_quoted(out, draw_time((uint64_t)value, text, sizeof(text)));
		fputc('\n', out);
	}
	fprintf(out, "EOD\n");
}

/* An algorithm's options go on lines of their own. */
static void print_label(FILE *out, const char *label, size_t at)
{
	fputc('"', out);
	for (; *label; label++) {
		if (*label == ',')
			fputs("\\n", out);
		else if (*label != '"' && *label != '\\' && *label != '`')
			fputc(*label, out);
	}
	fprintf(out, "\" %zu", at);
}

static void print_labels(FILE *out, const json_t *summaries)
{
	const json_t *summary;
	size_t i;

	fprintf(out, "set yrange [%zu.5:-0.5]\nset ytics (", json_array_size(summaries) - 1);
	json_array_foreach(summaries, i, summary) {
		if (i)
			fprintf(out, ", ");
		print_label(out, text_string(summary, "pv"), i);
	}
	fprintf(out, ")\n");
}

/* One scenario. */
struct panel {
	const json_t *summaries;
	const char *title;
	bool drawn[BARS];
	size_t number, bars;
	unsigned height;	/* pixels */
};

static struct panel panel_of(const json_t *scenario, size_t number)
{
	const json_t *run = json_object_get(json_array_get(json_object_get(scenario, "results"), 0), "run");
	struct panel panel = { .summaries = json_object_get(scenario, "summaries"), .number = number };
	size_t groups = json_array_size(panel.summaries);

	panel.title = text_string(json_object_get(run, "scenario"), "name");
	panel.bars = choose_bars(panel.summaries, panel.drawn);
	panel.height = (unsigned)(TITLE_HEIGHT + FOOT_HEIGHT + groups * (panel.bars * BAR_HEIGHT + GROUP_GAP));
	return panel;
}

/* @above: pixels of the panels above; @all: of the chart. */
static void print_frame(FILE *out, const struct panel *panel, unsigned above, unsigned all)
{
	double height = all;

	fprintf(out, "set tmargin at screen %.6f\nset bmargin at screen %.6f\n", 1 - (above + TITLE_HEIGHT) / height,
		1 - (above + panel->height - FOOT_HEIGHT) / height);
	fprintf(out, "set key at screen %.6f, screen %.6f left top vertical maxrows 2 Left reverse samplen 1.2\n",
		8.0 / WIDTH, 1 - (above + panel->height - FOOT_HEIGHT + SCALE_HEIGHT) / height);
	fprintf(out, "set label 1 ");
	gnuplot_quoted(out, panel->title);
	fprintf(out, " at screen %.6f, screen %.6f left noenhanced font \",15\"\n", 14.0 / WIDTH,
		1 - (above + TITLE_HEIGHT / 2.0) / height);
}

static void print_panel(FILE *out, const struct panel *panel, unsigned above, unsigned all)
{
	double room = panel->bars * BAR_HEIGHT + GROUP_GAP, step = BAR_HEIGHT / room, top = GROUP_GAP / room / 2 - 0.5;
	json_int_t low, high;
	size_t bar, at = 0;

	print_frame(out, panel, above, all);
	if (!panel->bars) {
		fprintf(out, "plot [0.1:1] [0:1] 2 title \"nothing to draw\"\n");
		return;
	}
	for (bar = 0; bar < BARS; bar++)
		if (panel->drawn[bar])
			print_bar(out, panel->summaries, panel->number, bar, top + (double)at++ * step, step * 0.9);
	print_labels(out, panel->summaries);
	find_range(panel->summaries, panel->drawn, &low, &high);
	fprintf(out, "low = %.9g\nset xrange [low:%.9g]\n", (double)low / 1e12, (double)high / 1e12);
	for (bar = 0, at = 0; bar < BARS; bar++) {
		if (!panel->drawn[bar])
			continue;
		fprintf(out, "%s $panel%zu_%zu using 1:(($2+$3)/2):(low):1:2:3 with boxxyerror linecolor rgb \"%s\" "
			     "title \"%s\", $panel%zu_%zu using 1:(($2+$3)/2):4 with labels left offset 0.5,0 "
			     "font \",9\" noenhanced notitle",
			at++ ? "," : "plot", panel->number, bar, bars[bar].colour, bars[bar].title, panel->number, bar);
	}
	fputc('\n', out);
}

static void print_script(const struct gnuplot *plot, const json_t *scenarios)
{
	unsigned all = 0, above = 0;
	const json_t *scenario;
	FILE *out = plot->to;
	size_t i;

	json_array_foreach(scenarios, i, scenario)
		all += panel_of(scenario, i).height;
	fprintf(out, "set terminal %s size %d,%u font \"Sans,11\" background rgb \"white\"%s\nset output ",
		plot->terminal, WIDTH, all, strcmp(plot->terminal, "svg") == 0 ? " dynamic" : "");
	gnuplot_quoted(out, plot->path);
	fprintf(out, "\nset style fill solid 1.0 noborder\nset logscale x\nset format x \"%%.0s %%cs\"\n"
		     "set border 3 linecolor rgb \"#888888\"\nset tics nomirror textcolor rgb \"#333333\"\n"
		     "set grid xtics linetype 1 linecolor rgb \"#dddddd\"\nset ytics noenhanced scale 0\n"
		     "set lmargin at screen %.6f\nset rmargin at screen %.6f\nset multiplot\n",
		(double)LEFT / WIDTH, 1 - (double)RIGHT / WIDTH);
	json_array_foreach(scenarios, i, scenario) {
		struct panel panel = panel_of(scenario, i);

		print_panel(out, &panel, above, all);
		above += panel.height;
	}
	fprintf(out, "unset multiplot\nunset output\n");
}

int compare_plot(const json_t *scenarios, const char *path)
{
	struct gnuplot plot;

	if (!gnuplot_begin(&plot, path))
		return -1;
	print_script(&plot, scenarios);
	return gnuplot_end(&plot);
}
