/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim run --find`: the smallest value with which the conditions hold, by bisection.
 *
 * That more is better is what bisection takes for granted, and what a simulation need not keep: a little more memory
 * moves every meeting of threads. So a few more values are tried about the answer and across the bracket, and the
 * document says whether all probes agree.
 */
#include "cli/find.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "kvm/linux/files.h"
#include "report/find.h"
#include "report/result.h"
#include "scenario/unit.h"

#define MIB ((uint64_t)1 << 20)
#define SIZE_MAX_FOUND ((uint64_t)64 << 40)
#define STEPS_BY_DEFAULT 1024

/* --- what is asked for ------------------------------------------------------------------------ */

static bool parse_one(enum find_kind kind, const char *text, uint64_t *value)
{
	return !(kind == FIND_SIZE   ? unit_parse_bytes(text, value)
		 : kind == FIND_TIME ? unit_parse_time(text, value)
				     : unit_parse_count(text, value));
}

/* "LOW..HIGH"; the unit tells what is looked for. */
static bool parse_bracket(struct find *find, const char *text)
{
	const char *dots = strstr(text, "..");
	char *low = dots ? text_format("%.*s", (int)(dots - text), text) : NULL;
	bool good = false;

	for (int kind = FIND_SIZE; low && kind <= FIND_COUNT && !good; kind++) {
		find->kind = (enum find_kind)kind;
		good = parse_one(find->kind, low, &find->low) && parse_one(find->kind, dots + 2, &find->high);
	}
	free(low);
	if (good && find->low < find->high)
		return true;
	fprintf(stderr, "uvsim run: --between wants LOW..HIGH, two sizes, times or numbers, such as 1GiB..64GiB; "
			"not \"%s\"\n", text);
	return false;
}

static uint64_t default_step(const struct find *find)
{
	uint64_t step = 1;

	while (step * 2 <= find->high / STEPS_BY_DEFAULT)
		step *= 2;
	return find->kind == FIND_COUNT ? 1 : find->kind == FIND_SIZE && step < MIB ? MIB : step;
}

static bool parse_step(struct find *find, const char *text)
{
	if (!text) {
		find->step = default_step(find);
		return true;
	}
	if (parse_one(find->kind, text, &find->step) && find->step)
		return true;
	fprintf(stderr, "uvsim run: --step: \"%s\" is no step for what is looked for\n", text);
	return false;
}

/* Without a bracket: from the smallest host to that of the scenario, and more if that does not suffice. */
static void bracket_from_scenario(struct find *find, const struct scenario *scenario)
{
	find->kind = FIND_SIZE;
	find->low = 64 * MIB;
	find->high = scenario->host.memory > find->low ? scenario->host.memory : 2 * find->low;
	find->open = true;
}

/* The scenario as it is, with the conditions: what is wrong with them is told once, and nothing is run. */
static struct scenario *load(const struct find *find)
{
	const struct run_options *options = find->options;
	const char **sets = calloc(options->set_count + 1, sizeof(*sets));
	struct messages messages = { 0 };
	struct scenario *scenario;

	assert(sets);
	memcpy(sets, options->sets, options->set_count * sizeof(*sets));
	sets[options->set_count] = find->expect;
	scenario = scenario_load(find->file, sets, options->set_count + 1, &messages);
	run_print_messages(&messages);
	free(sets);
	return scenario;
}

static int prepare(struct find *find)
{
	const struct run_options *options = find->options;
	struct scenario *scenario;

	if (!options->between && strcmp(find->address, "host.memory") != 0) {
		fprintf(stderr, "uvsim run: --find %s needs --between LOW..HIGH\n", find->address);
		return CLI_INPUT;
	}
	find->expect = find_conditions(options->until);
	scenario = find->expect ? load(find) : NULL;
	if (!scenario)
		return CLI_INPUT;
	if (!options->between)
		bracket_from_scenario(find, scenario);
	scenario_free(scenario);
	if (options->between && !parse_bracket(find, options->between))
		return CLI_INPUT;
	return parse_step(find, options->step) ? CLI_OK : CLI_INPUT;
}

/* --- the search ------------------------------------------------------------------------------- */

/* *@holds: whether the conditions hold with @value. */
static int holds(struct find *find, uint64_t value, bool *holds)
{
	int status = CLI_OK;
	const struct find_probe *probe = find_try(find, value, &status);

	*holds = probe && probe->answer == FIND_HOLDS;
	return status;
}

/* The upper end must hold: raised if that may be done. */
static int settle_high(struct find *find, bool *good)
{
	int status = holds(find, find->high, good);

	while (status == CLI_OK && !*good && find->open && find->high <= SIZE_MAX_FOUND / 2) {
		find->low = find->high;
		find->high *= 2;
		status = holds(find, find->high, good);
	}
	return status;
}

/* Between @bad, which does not hold, and *@good, which does. */
static int bisect(struct find *find, uint64_t bad, uint64_t *good)
{
	int status = CLI_OK;

	while (status == CLI_OK && *good - bad > find->step) {
		uint64_t middle = (bad + (*good - bad) / 2) / find->step * find->step;
		bool yes;

		if (middle <= bad)
			middle = (bad / find->step + 1) * find->step;
		if (middle >= *good)
			break;
		status = holds(find, middle, &yes);
		if (yes)
			*good = middle;
		else
			bad = middle;
	}
	return status;
}

/* Neighbours of the answer, and the middles of what lies on both sides of it. */
static int look_around(struct find *find, uint64_t answer)
{
	const uint64_t up = find->high - answer, down = answer - find->low;
	const uint64_t at[] = { answer + find->step, answer + 2 * find->step, answer + up / 2,
				answer - 2 * find->step, answer - 3 * find->step, answer - down / 2 };
	int status = CLI_OK;
	bool yes;

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]) && status == CLI_OK; i++) {
		uint64_t value = at[i] / find->step * find->step;

		if (value > find->low && value < find->high && at[i] <= find->high)
			status = holds(find, value, &yes);
	}
	return status;
}

/* --- the document ----------------------------------------------------------------------------- */

static json_t *probe_part(const struct find *find, const struct find_probe *probe)
{
	static const char *const answers[] = { "holds", "fails", "refused" };
	char *text = find_value_text(find, probe->value);
	json_t *part = json_pack("{s:I, s:s, s:s}", "value", (json_int_t)probe->value, "text", text, "answer",
				 answers[probe->answer]);

	if (probe->conditions)
		json_object_set(part, "conditions", probe->conditions);
	if (probe->why)
		json_object_set_new(part, "why", json_string(probe->why));
	free(text);
	return part;
}

/* The least value from which on no probe failed; @answer if it is that. */
static uint64_t safe_from(const struct find *find, uint64_t answer)
{
	uint64_t failed = 0, safe = UINT64_MAX;

	for (size_t i = 0; i < find->count; i++)
		if (find->probe[i].answer != FIND_HOLDS && find->probe[i].value > failed)
			failed = find->probe[i].value;
	if (failed < answer)
		return answer;
	for (size_t i = 0; i < find->count; i++)
		if (find->probe[i].value > failed && find->probe[i].value < safe)
			safe = find->probe[i].value;
	return safe;
}

/* The smallest value that held in any probe, and the largest below it that did not. */
static void smallest(const struct find *find, json_t *document)
{
	uint64_t least = UINT64_MAX, below = 0;
	bool has_below = false;
	json_t *text = NULL;
	char *value;

	for (size_t i = 0; i < find->count; i++)
		if (find->probe[i].answer == FIND_HOLDS && find->probe[i].value < least)
			least = find->probe[i].value;
	for (size_t i = 0; i < find->count; i++)
		if (find->probe[i].value < least && find->probe[i].value >= below) {
			below = find->probe[i].value;
			has_below = true;
		}
	if (least == UINT64_MAX) {
		json_object_set_new(document, "answer", json_null());
		return;
	}
	value = find_value_text(find, least);
	text = json_string(value);
	free(value);
	json_object_set_new(document, "answer", json_integer((json_int_t)least));
	json_object_set_new(document, "text", text);
	json_object_set_new(document, "not_enough", has_below ? json_integer((json_int_t)below) : json_null());
	json_object_set_new(document, "monotone", json_boolean(safe_from(find, least) == least));
	json_object_set_new(document, "safe_from", safe_from(find, least) == UINT64_MAX
							   ? json_null()
							   : json_integer((json_int_t)safe_from(find, least)));
}

static json_t *build_document(const struct find *find)
{
	static const char *const kinds[] = { "size", "time", "count" };
	const char *slash = strrchr(find->file, '/');
	json_t *document = json_pack("{s:s, s:s, s:s, s:s, s:s, s:[I, I], s:I}", "schema", "uvsim.find/1", "file",
				     slash ? slash + 1 : find->file, "find", find->address, "until",
				     find->options->until, "kind", kinds[find->kind], "between",
				     (json_int_t)find->low, (json_int_t)find->high, "step", (json_int_t)find->step);
	json_t *probes = json_array();

	assert(document);
	smallest(find, document);
	for (size_t i = 0; i < find->count; i++)
		json_array_append_new(probes, probe_part(find, &find->probe[i]));
	json_object_set_new(document, "probes", probes);
	return document;
}

static void release(struct find *find)
{
	for (size_t i = 0; i < find->count; i++) {
		json_decref(find->probe[i].conditions);
		free(find->probe[i].why);
	}
	free(find->probe);
	free(find->expect);
}

static int deliver(const struct find *find, bool found)
{
	FILE *out = find->options->json && strcmp(find->options->json, "-") == 0 ? stderr : stdout;
	json_t *document = build_document(find);
	int status = found ? CLI_OK : CLI_FAILED;

	if (find->options->json && result_write(document, find->options->json) != 0)
		status = CLI_INTERNAL;
	find_print(document, out, cli_columns(out), cli_colour(out));
	json_decref(document);
	return status;
}

int run_find(const struct run_options *options, const char *file)
{
	struct find find = { .options = options, .file = file, .address = options->find };
	bool at_high = false, at_low = false;
	uint64_t answer;
	int status = prepare(&find);

	if (status == CLI_OK)
		status = settle_high(&find, &at_high);
	answer = find.high;
	/* What is not possible at all was not meant. */
	if (status == CLI_OK && !at_high && find.count && find.probe[find.count - 1].answer == FIND_REFUSED) {
		fprintf(stderr, "%s\n", find.probe[find.count - 1].why);
		status = CLI_INPUT;
	}
	if (status == CLI_OK && at_high)
		status = holds(&find, find.low, &at_low);
	if (status == CLI_OK && at_high && !at_low)
		status = bisect(&find, find.low, &answer);
	if (status == CLI_OK && at_high && !at_low)
		status = look_around(&find, answer);
	if (status == CLI_OK)
		status = deliver(&find, at_high);
	release(&find);
	return status;
}
