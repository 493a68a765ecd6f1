/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chart of `uvsim plot`: memory over time as areas one upon the other, up to all there is; swap as a line.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "report/gnuplot.h"
#include "report/memory_plot.h"
#include "report/text.h"

#define WIDTH 1000
#define HEIGHT 520
#define LAYERS_MAX 24
#define OWNERS_MAX 8 /* shown one by one; the rest as one */

/* One area: its height is the sum of some series less one. */
struct layer {
	char title[96];
	const char *colour;	/* NULL: the owner's own */
	uint64_t *value;	/* by point */
};

struct chart {
	const json_t *memory;
	size_t points, layers;
	struct layer layer[LAYERS_MAX];
};

static uint64_t at(const json_t *series, size_t point)
{
	return (uint64_t)json_integer_value(json_array_get(series, point));
}

static struct layer *add_layer(struct chart *chart, const char *title, const char *colour)
{
	struct layer *layer = &chart->layer[chart->layers++];

	assert(chart->layers <= LAYERS_MAX);
	snprintf(layer->title, sizeof(layer->title), "%s", title);
	layer->colour = colour;
	layer->value = calloc(chart->points + 1, sizeof(*layer->value));
	assert(layer->value);
	return layer;
}

static void add_series(const struct chart *chart, struct layer *layer, const json_t *series)
{
	for (size_t i = 0; i < chart->points && series; i++)
		layer->value[i] += at(series, i);
}

static bool ever(const struct chart *chart, const json_t *series)
{
	for (size_t i = 0; i < chart->points && series; i++)
		if (at(series, i))
			return true;
	return false;
}

static void add_kind(struct chart *chart, const char *key, const char *title, const char *colour)
{
	const json_t *series = json_object_get(chart->memory, key);

	if (ever(chart, series))
		add_series(chart, add_layer(chart, title, colour), series);
}

/* What a VM still has to have cleaned is a layer of its own, upon the rest of what it has. */
static void add_owner(struct chart *chart, const char *name, const json_t *owner)
{
	const json_t *left = json_object_get(owner, "left");
	struct layer *own = add_layer(chart, name, NULL), *dirty;
	char title[96];

	add_series(chart, own, json_object_get(owner, "resident"));
	add_series(chart, own, json_object_get(owner, "aside"));
	if (!ever(chart, left))
		return;
	snprintf(title, sizeof(title), "%.60s, to be cleaned", name);
	dirty = add_layer(chart, title, "#555555");
	for (size_t i = 0; i < chart->points; i++) {
		uint64_t value = at(left, i) < own->value[i] ? at(left, i) : own->value[i];

		dirty->value[i] = value;
		own->value[i] -= value;
	}
}

static void add_owners(struct chart *chart)
{
	struct layer *rest = NULL;
	const char *name;
	size_t count = 0;
	json_t *owner;

	json_object_foreach(json_object_get(chart->memory, "owners"), name, owner) {
		if (++count <= OWNERS_MAX) {
			add_owner(chart, name, owner);
			continue;
		}
		if (!rest)
			rest = add_layer(chart, "others", "#bbbb88");
		add_series(chart, rest, json_object_get(owner, "resident"));
		add_series(chart, rest, json_object_get(owner, "aside"));
	}
}

static void print_data(FILE *out, const struct chart *chart, uint64_t time_unit, uint64_t size_unit)
{
	const json_t *time = json_object_get(chart->memory, "time"), *swap = json_object_get(chart->memory, "swap");

	fprintf(out, "$data << EOD\n");
	for (size_t i = 0; i < chart->points; i++) {
		uint64_t sum = 0;

		fprintf(out, "%.9g", (double)at(time, i) / (double)time_unit);
		for (size_t layer = 0; layer < chart->layers; layer++) {
			sum += chart->layer[layer].value[i];
			fprintf(out, " %.9g", (double)sum / (double)size_unit);
		}
		fprintf(out, " %.9g\n", (double)at(swap, i) / (double)size_unit);
	}
	fprintf(out, "EOD\n");
}

/* The highest area first, so that each lower one is drawn over it. */
static void print_plot(FILE *out, const struct chart *chart)
{
	static const char *const own[] = { "#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377", "#77aadd",
					   "#99ddbb" };
	const char *colour[LAYERS_MAX];
	size_t taken = 0;

	for (size_t i = 0; i < chart->layers; i++)
		colour[i] = chart->layer[i].colour ? chart->layer[i].colour
						   : own[taken++ % (sizeof(own) / sizeof(own[0]))];
	for (size_t i = chart->layers; i-- > 0;) {
		fprintf(out, "%s $data using 1:%zu with filledcurves x1 linecolor rgb \"%s\" title ",
			i + 1 == chart->layers ? "plot" : ",", i + 2, colour[i]);
		gnuplot_quoted(out, chart->layer[i].title);
	}
	if (ever(chart, json_object_get(chart->memory, "swap")))
		fprintf(out, ", $data using 1:%zu with lines linewidth 2 linecolor rgb \"#cc3311\" "
			     "title \"swap in use\"", chart->layers + 2);
	fputc('\n', out);
}

static void print_script(const struct gnuplot *plot, const struct chart *chart, const json_t *document)
{
	const json_t *run = json_object_get(document, "run"), *host = json_object_get(document, "host");
	uint64_t end = at(json_object_get(chart->memory, "time"), chart->points - 1);
	uint64_t whole = text_number(host, "memory", 1);
	bool short_run = end < 1000000000000;
	bool small = whole < (uint64_t)4 << 30, large = whole >= (uint64_t)4 << 40;
	uint64_t size_unit = (uint64_t)1 << (small ? 20 : large ? 40 : 30);
	uint64_t time_unit = short_run ? 1000000000 : 1000000000000;

	fprintf(plot->to, "set terminal %s size %d,%d\nset output ", plot->terminal, WIDTH, HEIGHT);
	gnuplot_quoted(plot->to, plot->path);
	fprintf(plot->to, "\nset title ");
	gnuplot_quoted(plot->to, text_string(json_object_get(run, "scenario"), "name"));
	fprintf(plot->to, " noenhanced\nset style fill solid 0.9 noborder\nset key outside right top noenhanced\n"
			  "set xlabel \"simulated time, %s\"\nset ylabel \"memory, %s\"\nset grid front\n"
			  "set tics front\n",
		short_run ? "ms" : "s", small ? "MiB" : large ? "TiB" : "GiB");
	fprintf(plot->to, "set xrange [0:%.9g]\nset yrange [0:*]\n", (double)end / (double)time_unit);
	print_data(plot->to, chart, time_unit, size_unit);
	print_plot(plot->to, chart);
	fprintf(plot->to, "unset output\n");
}

int memory_plot(const json_t *document, const char *path)
{
	struct chart chart = { .memory = json_object_get(document, "memory") };
	struct gnuplot plot;
	int status = -1;

	chart.points = json_array_size(json_object_get(chart.memory, "time"));
	if (chart.points < 2) {
		fprintf(stderr, "uvsim: there is no memory over time in the result; run with --memory, or with "
				"\"report: {}\" in the scenario\n");
		return -1;
	}
	add_kind(&chart, "kernel", "kernel", "#997755");
	add_kind(&chart, "tables", "page tables", "#ddaa77");
	add_kind(&chart, "donated", "donated to the Ultravisor", "#775599");
	add_owners(&chart);
	add_kind(&chart, "moving", "moving", "#dddd00");
	add_kind(&chart, "free", "free", "#eeeeee");
	if (gnuplot_begin(&plot, path)) {
		print_script(&plot, &chart, document);
		status = gnuplot_end(&plot);
	}
	for (size_t i = 0; i < chart.layers; i++)
		free(chart.layer[i].value);
	return status;
}
