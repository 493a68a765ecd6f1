/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See find.h.
 */
#include "report/find.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

static const char *draw_value(const json_t *document, uint64_t value, char *buffer)
{
	const char *kind = text_string(document, "kind");

	if (strcmp(kind, "size") == 0)
		return draw_size(value, buffer, TEXT_NUMBER);
	if (strcmp(kind, "time") == 0)
		return draw_time(value, buffer, TEXT_NUMBER);
	snprintf(buffer, TEXT_NUMBER, "%llu", (unsigned long long)value);
	return buffer;
}

/* The name that condition @i was asked for by: what stands before its operator. Its length. */
static int asked_name(const char *until, size_t i, const char **name)
{
	for (; i; i--) {
		const char *joint = strstr(until, "&&");

		until = joint ? joint + 2 : until;
	}
	*name = until + strspn(until, " ");
	return (int)strcspn(*name, " =<>!");
}

/* "NAME is 3" for each condition of a probe. */
static void draw_conditions(const char *until, const json_t *probe, char *buffer, size_t size)
{
	size_t length = 0, i;
	json_t *condition;

	json_array_foreach(json_object_get(probe, "conditions"), i, condition) {
		const char *unit = text_string(condition, "unit"), *name;
		int name_length = asked_name(until, i, &name);
		const json_t *actual = json_object_get(condition, "actual");
		char number[TEXT_NUMBER];

		if (!json_is_integer(actual))
			snprintf(number, sizeof(number), "%.20s",
				 json_is_string(actual) ? json_string_value(actual) : "?");
		else if (strcmp(unit, "time") == 0)
			draw_time((uint64_t)json_integer_value(actual), number, sizeof(number));
		else if (strcmp(unit, "size") == 0)
			draw_size((uint64_t)json_integer_value(actual), number, sizeof(number));
		else
			snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(actual));
		if (length < size)
			length += (size_t)snprintf(buffer + length, size - length, "%s%.*s is %s", i ? ", " : "",
						   name_length, name, number);
	}
}

static int by_value(const void *left, const void *right)
{
	const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
	uint64_t x = text_number(a, "value", 0), y = text_number(b, "value", 0);

	return (x > y) - (x < y);
}

static void draw_probes(const struct page *page, const json_t *document)
{
	const json_t *probes = json_object_get(document, "probes");
	size_t count = json_array_size(probes);
	const json_t **sorted = calloc(count + 1, sizeof(*sorted));

	assert(sorted);
	for (size_t i = 0; i < count; i++)
		sorted[i] = json_array_get(probes, i);
	qsort(sorted, count, sizeof(*sorted), by_value);
	for (size_t i = 0; i < count; i++) {
		const char *answer = text_string(sorted[i], "answer"), *why = text_string(sorted[i], "why");
		char value[TEXT_NUMBER], said[512] = "";

		draw_conditions(text_string(document, "until"), sorted[i], said, sizeof(said));
		draw_wrapped(page, strcmp(answer, "holds") ? DRAW_BAD : DRAW_GOOD, 24, "  %10s  %-7s  %s",
			     draw_value(document, text_number(sorted[i], "value", 0), value), answer,
			     why[0] ? why : said);
	}
	free(sorted);
}

static void draw_answer(const struct page *page, const json_t *document)
{
	uint64_t answer = text_number(document, "answer", 0);
	const json_t *below = json_object_get(document, "not_enough"), *safe = json_object_get(document, "safe_from");
	char value[TEXT_NUMBER], other[TEXT_NUMBER], step[TEXT_NUMBER];

	draw_wrapped(page, DRAW_GOOD, 2, "%s: %s is enough for %s", text_string(document, "find"),
		     draw_value(document, answer, value), text_string(document, "until"));
	if (json_is_integer(below))
		draw_wrapped(page, DRAW_PLAIN, 2, "  %s is not; found to within %s, with %zu runs",
			     draw_value(document, (uint64_t)json_integer_value(below), other),
			     draw_value(document, text_number(document, "step", 0), step),
			     json_array_size(json_object_get(document, "probes")));
	else
		draw_wrapped(page, DRAW_PLAIN, 2, "  that is the lower end of where it was looked for");
	if (json_is_true(json_object_get(document, "monotone")))
		draw_wrapped(page, DRAW_PLAIN, 2,
			     "  all runs agree that more is no worse; the values between them were not tried");
	else if (json_is_integer(safe))
		draw_wrapped(page, DRAW_BAD, 2, "  but more is not always better: only from %s on no run failed",
			     draw_value(document, (uint64_t)json_integer_value(safe), other));
	else
		draw_wrapped(page, DRAW_BAD, 2, "  but more is not always better: the largest value failed");
}

void find_print(const json_t *document, FILE *out, unsigned columns, bool colour)
{
	const json_t *between = json_object_get(document, "between");
	struct page page = draw_page(out, columns, colour);
	char low[TEXT_NUMBER], high[TEXT_NUMBER];

	draw_line(&page, DRAW_TITLE, "%s between %s and %s", text_string(document, "find"),
		  draw_value(document, (uint64_t)json_integer_value(json_array_get(between, 0)), low),
		  draw_value(document, (uint64_t)json_integer_value(json_array_get(between, 1)), high));
	draw_probes(&page, document);
	if (json_is_null(json_object_get(document, "answer")))
		draw_wrapped(&page, DRAW_BAD, 2, "%s: not even %s is enough for %s", text_string(document, "find"),
			     high, text_string(document, "until"));
	else
		draw_answer(&page, document);
}
