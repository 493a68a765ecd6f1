/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One probe of a search: the scenario with one value changed and the conditions in the place of its expectations.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/find.h"
#include "cli/progress.h"
#include "kvm/linux/files.h"
#include "report/result.h"
#include "scenario/unit.h"

/* Names for what a search is mostly about. */
static const char *const short_names[][2] = {
	{ "oom_kills", "count(host.pressure.oom_kills)" },
	{ "longest_stall", "host.pressure.stalls.longest" },
	{ "stalls", "host.pressure.stalls.count" },
	{ "failed_allocations", "host.pressure.stalls.failed" },
	{ "swap_written", "host.pressure.swap.written" },
	{ "swap_read", "host.pressure.swap.read" },
	{ "lowest_free", "host.lowest_free" },
};

#define SHORT_NAMES (sizeof(short_names) / sizeof(short_names[0]))

/* @length bytes of @text without the spaces around them. */
static char *trimmed(const char *text, size_t length)
{
	while (length && *text == ' ') {
		text++;
		length--;
	}
	while (length && text[length - 1] == ' ')
		length--;
	return text_format("%.*s", (int)length, text);
}

/* A short name at the begin of @condition written out. */
static char *written_out(const char *condition)
{
	size_t length = strspn(condition, "abcdefghijklmnopqrstuvwxyz_");

	for (size_t i = 0; i < SHORT_NAMES; i++)
		if (strlen(short_names[i][0]) == length && strncmp(condition, short_names[i][0], length) == 0 &&
		    condition[length] != '.' && condition[length] != '(')
			return text_format("%s%s", short_names[i][1], condition + length);
	return text_copy(condition);
}

/* As a single-quoted scalar of YAML, behind what is there. */
static char *quoted(char *list, const char *condition)
{
	char *grown = text_format("%s%s'", list, list[strlen(list) - 1] == '[' ? "" : ", ");

	free(list);
	for (const char *at = condition; *at; at++) {
		list = grown;
		grown = text_format("%s%s%c", list, *at == '\'' ? "'" : "", *at);
		free(list);
	}
	list = text_format("%s'", grown);
	free(grown);
	return list;
}

char *find_conditions(const char *until)
{
	char *list = text_copy("expect=["), *set;

	for (;;) {
		const char *end = strstr(until, "&&");
		char *one = trimmed(until, end ? (size_t)(end - until) : strlen(until)), *whole;

		if (!*one) {
			fprintf(stderr, "uvsim run: --until: a condition is missing; write for example "
					"'oom_kills == 0 && longest_stall < 100ms'\n");
			free(one);
			free(list);
			return NULL;
		}
		whole = written_out(one);
		list = quoted(list, whole);
		free(whole);
		free(one);
		if (!end)
			break;
		until = end + 2;
	}
	set = text_format("%s]", list);
	free(list);
	return set;
}

char *find_value_text(const struct find *find, uint64_t value)
{
	switch (find->kind) {
	case FIND_SIZE:
		return text_copy(unit_show_bytes(value).text);
	case FIND_TIME:
		return text_copy(unit_show_time(value).text);
	default:
		return text_format("%llu", (unsigned long long)value);
	}
}

/* Is the scenario possible with these changes? If not, the first message is kept. */
static bool is_possible(const struct find *find, const struct run_options *options, struct find_probe *probe)
{
	struct messages messages = { 0 };
	struct scenario *scenario = scenario_load(find->file, options->sets, options->set_count, &messages);

	if (!scenario) {
		probe->answer = FIND_REFUSED;
		probe->why = text_copy(messages.count ? messages.text[0] : "refused");
	}
	scenario_free(scenario);
	messages_free(&messages);
	return !probe->why;
}

/* False when a condition could not be judged: then the search is about nothing. */
static bool conditions_are_good(const json_t *conditions)
{
	json_t *condition;
	size_t i;

	json_array_foreach(conditions, i, condition) {
		const char *error = json_string_value(json_object_get(condition, "error"));

		if (!error)
			continue;
		fprintf(stderr, "uvsim run: --until: '%s' cannot be judged: %s\n",
			json_string_value(json_object_get(condition, "text")), error);
		return false;
	}
	return true;
}

static int run_probe(const struct find *find, struct run_options *options, struct find_probe *probe)
{
	json_t *document = NULL;
	int status;

	if (!is_possible(find, options, probe))
		return CLI_OK;
	status = run_judged(options, find->file, &document);
	if (interrupt_seen())
		status = CLI_INTERRUPTED;
	if (status == CLI_OK) {
		probe->conditions = json_incref(json_object_get(document, "expect"));
		probe->answer = json_is_true(json_object_get(json_object_get(document, "verdict"), "ok"))
					? FIND_HOLDS
					: FIND_FAILS;
		if (!conditions_are_good(probe->conditions))
			status = CLI_INPUT;
	}
	json_decref(document);
	return status;
}

const struct find_probe *find_try(struct find *find, uint64_t value, int *status)
{
	struct run_options options = *find->options;
	struct find_probe *probe;
	char *set, *text;

	for (size_t i = 0; i < find->count; i++)
		if (find->probe[i].value == value)
			return &find->probe[i];
	find->probe = realloc(find->probe, (find->count + 1) * sizeof(*find->probe));
	options.sets = calloc(options.set_count + 2, sizeof(*options.sets));
	assert(find->probe && options.sets);
	probe = &find->probe[find->count++];
	*probe = (struct find_probe){ .value = value };
	text = find_value_text(find, value);
	set = text_format("%s=%s", find->address, text);
	memcpy(options.sets, find->options->sets, options.set_count * sizeof(*options.sets));
	options.sets[options.set_count++] = find->expect;
	options.sets[options.set_count++] = set;
	*status = run_probe(find, &options, probe);
	free(options.sets);
	free(set);
	free(text);
	return *status == CLI_OK ? probe : NULL;
}
