/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report that a person reads, from the result document alone: what was run, how long the guests
 * were gone, what spent the time, what went wrong, what the numbers hang on, and the verdict.
 *
 * The sections on virtual machines are in text_vm.c and text_vms.c.
 */
#include <stdlib.h>
#include <string.h>

#include "report/result.h"
#include "report/text.h"

#define HANGS_ON_SHOWN 5

uint64_t text_number(const json_t *object, const char *key, uint64_t absent)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? (uint64_t)json_integer_value(value) : absent;
}

const char *text_string(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

const char *text_time(const json_t *object, const char *key, char *buffer)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value))
		return strcpy(buffer, "never");
	return draw_time((uint64_t)json_integer_value(value), buffer, TEXT_NUMBER);
}

static void text_run(const struct page *page, const json_t *document)
{
	const json_t *run = json_object_get(document, "run"),
		     *host = json_object_get(document, "host");
	const json_t *scenario = json_object_get(run, "scenario"), *pv = json_object_get(run, "pv");
	const json_t *limit;
	size_t i;
	char a[TEXT_NUMBER], b[TEXT_NUMBER], c[TEXT_NUMBER];

	draw_line(page, DRAW_TITLE, "%s", text_string(scenario, "name"));
	if (text_string(scenario, "description")[0])
		draw_wrapped(page, DRAW_PLAIN, 2, "  %s", text_string(scenario, "description"));
	draw_wrapped(page, DRAW_PLAIN, 12, "  scenario  %s (%.8s), seed %llu",
		     text_string(scenario, "file"), text_string(scenario, "hash"),
		     (unsigned long long)text_number(run, "seed", 0));
	if (text_string(pv, "sha256")[0])
		draw_wrapped(page, DRAW_PLAIN, 12, "  pv.c      %s (%.8s), Linux %s",
			     text_string(pv, "label"), text_string(pv, "sha256"), text_string(pv, "version"));
	else
		draw_wrapped(page, DRAW_PLAIN, 12, "  algorithm %s, as in Linux %s", text_string(pv, "label"),
			     text_string(pv, "version"));
	if (json_is_false(json_object_get(pv, "asynchronous")))
		draw_wrapped(page, DRAW_PLAIN, 12, "            KVM has no asynchronous teardown");
	json_array_foreach(json_object_get(run, "not_expressed"), i, limit)
		draw_wrapped(page, DRAW_BAD, 12, "            not expressed: %s", json_string_value(limit));
	draw_wrapped(page, DRAW_PLAIN, 12,
		     "  host      %s, %llu processor%s, %s; %s of it free at the tightest",
		     text_string(json_object_get(run, "profile"), "name"),
		     (unsigned long long)text_number(host, "processors", 0),
		     text_number(host, "processors", 0) == 1 ? "" : "s",
		     draw_size(text_number(host, "memory", 0), a, sizeof(a)),
		     draw_size(text_number(host, "lowest_free", 0), b, sizeof(b)));
	draw_wrapped(page, DRAW_PLAIN, 12, "  ended     %s, after %s of simulated time",
		     text_string(run, "end"), text_time(run, "time", c));
}

/* Answers other than cc 0 rc 0001, which is "executed". */
static void text_answers(const struct page *page, const json_t *answers)
{
	char number[TEXT_NUMBER];
	json_t *answer;
	size_t i;

	json_array_foreach(answers, i, answer) {
		unsigned cc = (unsigned)text_number(answer, "cc", 0),
			 rc = (unsigned)text_number(answer, "rc", 0);

		if (cc == 0 && rc == 1)
			continue;
		draw_line(page, DRAW_DIM, "    %10s x cc %u rc %04x rrc %04x%s",
			  draw_count((int64_t)text_number(answer, "count", 0), number,
				     sizeof(number)),
			  cc, rc, (unsigned)text_number(answer, "rrc", 0),
			  cc == 2   ? " (busy)"
			  : cc == 3 ? " (partial)"
				    : "");
	}
}

void text_uvcs(const struct page *page, const json_t *uvc)
{
	const char *name;
	json_t *call;

	if (json_object_size(uvc) == 0)
		return;
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_TITLE, "Ultravisor calls               count       time");
	json_object_foreach((json_t *)uvc, name, call) {
		char padded[64], count[TEXT_NUMBER], time[TEXT_NUMBER];

		draw_line(page, DRAW_PLAIN, "  %s %11s %10s",
			  draw_pad(page, name, 22, padded, sizeof(padded)),
			  draw_count((int64_t)text_number(call, "count", 0), count, sizeof(count)),
			  text_time(call, "time", time));
		text_answers(page, json_object_get(call, "answers"));
	}
}

static void text_troubles(const struct page *page, const json_t *document)
{
	json_t *entry;
	size_t i;
	char a[TEXT_NUMBER], b[TEXT_NUMBER];

	json_array_foreach(json_object_get(document, "warns"), i, entry)
		draw_wrapped(page, DRAW_BAD, 4, "kernel: %s", json_string_value(entry));
	json_array_foreach(json_object_get(document, "stalls"), i, entry)
		draw_wrapped(page, DRAW_BAD, 4,
			     "stall: %s did not give up its processor for %s in %s, from %s on%s%s",
			     text_string(entry, "thread"), text_time(entry, "length", a),
			     text_string(entry, "where"), text_time(entry, "begin", b),
			     text_string(entry, "place")[0] ? ", " : "", text_string(entry, "place"));
	text_findings(page, json_object_get(document, "violations"));
	json_array_foreach(json_object_get(document, "threads"), i, entry) {
		if (json_integer_value(json_object_get(entry, "balance")))
			draw_wrapped(
				page, DRAW_BAD, 4,
				"account of %s does not add up: %lld ps of its life are missing",
				text_string(entry, "name"),
				(long long)json_integer_value(json_object_get(entry, "balance")));
	}
}

static bool has_troubles(const json_t *document)
{
	return json_array_size(json_object_get(document, "warns")) ||
	       json_array_size(json_object_get(document, "stalls")) ||
	       json_array_size(json_object_get(document, "violations")) ||
	       text_number(json_object_get(document, "verdict"), "unbalanced_threads", 0);
}

static const char *confidence_text(const char *confidence)
{
	switch (confidence[0]) {
	case 'A':
		return "A, measured and published";
	case 'B':
		return "B, published loosely";
	case 'C':
		return "C, derived from published";
	default:
		return "E, estimate";
	}
}

static void text_hangs_on(const struct page *page, const json_t *hangs_on)
{
	json_t *entry;
	size_t i;

	if (json_array_size(hangs_on) == 0)
		return;
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_TITLE, "What the result hangs on     share       each  confidence");
	json_array_foreach(hangs_on, i, entry) {
		char padded[64], share[TEXT_NUMBER], value[TEXT_NUMBER];

		if (i == HANGS_ON_SHOWN)
			break;
		draw_line(page, DRAW_PLAIN, "  %s %8s %10s  %s",
			  draw_pad(page, text_string(entry, "key"), 23, padded, sizeof(padded)),
			  draw_share(text_number(entry, "share_permille", 0), 1000, share,
				     sizeof(share)),
			  text_time(entry, "value", value),
			  confidence_text(text_string(entry, "confidence")));
	}
}

/* The value an expectation found, in the unit it was asked in. */
static void draw_actual(const json_t *expect, char *buffer, size_t size)
{
	const json_t *actual = json_object_get(expect, "actual");
	const char *unit = text_string(expect, "unit");
	json_int_t number = json_integer_value(actual);
	char *dump;

	if (json_is_integer(actual) && number >= 0 && strcmp(unit, "time") == 0)
		draw_time((uint64_t)number, buffer, size);
	else if (json_is_integer(actual) && number >= 0 && strcmp(unit, "size") == 0)
		draw_size((uint64_t)number, buffer, size);
	else if (json_is_integer(actual) && number >= 0 && strcmp(unit, "share") == 0)
		draw_share((uint64_t)number, 1000, buffer, size);
	else if (json_is_integer(actual))
		snprintf(buffer, size, "%lld", (long long)number);
	else {
		dump = json_dumps(actual, JSON_ENCODE_ANY | JSON_COMPACT);
		snprintf(buffer, size, "%.100s", dump ? dump : "?");
		free(dump);
	}
}

static void text_expectations(const struct page *page, const json_t *expectations)
{
	json_t *expect;
	size_t i;

	if (json_array_size(expectations) == 0)
		return;
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_TITLE, "Expectations");
	json_array_foreach(expectations, i, expect) {
		bool ok = json_is_true(json_object_get(expect, "ok"));
		const char *mark = page->utf8 ? (ok ? "\u2713" : "\u2717") : ok ? "ok  " : "FAIL";
		const char *error = text_string(expect, "error"),
			   *where = text_string(expect, "where");
		bool tell_where = where[0] && !ok && !strstr(text_string(expect, "text"), where);
		char actual[160];

		draw_actual(expect, actual, sizeof(actual));
		if (error[0])
			draw_wrapped(page, DRAW_BAD, 6, "  %s %s: cannot be judged: %s", mark,
				     text_string(expect, "text"), error);
		else
			draw_wrapped(page, ok ? DRAW_GOOD : DRAW_BAD, 6, "  %s %s: it is %s%s%s%s",
				     mark, text_string(expect, "text"), actual,
				     tell_where ? " (" : "", tell_where ? where : "",
				     tell_where ? ")" : "");
	}
}

static void text_verdict(const struct page *page, const json_t *verdict)
{
	unsigned long long expectations = text_number(verdict, "expectations", 0);
	unsigned long long failed = text_number(verdict, "expectations_failed", 0);
	unsigned long long violations = text_number(verdict, "violations", 0);
	unsigned long long unbalanced = text_number(verdict, "unbalanced_threads", 0);
	const char *partial = text_string(verdict, "partial");
	bool ok = json_is_true(json_object_get(verdict, "ok"));
	char text[256] = "";
	size_t length = 0;

	if (expectations == 0)
		length += (size_t)snprintf(text, sizeof(text), "no expectations");
	else if (failed)
		length += (size_t)snprintf(text, sizeof(text), "%llu of %llu expectations not met",
					   failed, expectations);
	else
		length += (size_t)snprintf(text, sizeof(text), "%llu expectation%s met",
					   expectations, expectations == 1 ? "" : "s");
	if (violations)
		length +=
			(size_t)snprintf(text + length, sizeof(text) - length, ", %llu violation%s",
					 violations, violations == 1 ? "" : "s");
	if (json_is_true(json_object_get(verdict, "deadlock")))
		length += (size_t)snprintf(text + length, sizeof(text) - length, ", deadlock");
	if (partial[0])
		length += (size_t)snprintf(text + length, sizeof(text) - length, ", cut short: %s", partial);
	if (unbalanced)
		snprintf(text + length, sizeof(text) - length, ", %llu account%s off", unbalanced,
			 unbalanced == 1 ? "" : "s");
	draw_line(page, ok ? DRAW_GOOD : DRAW_BAD, "verdict: %s: %s", ok ? "ok" : "FAILED", text);
}

void report_print(const json_t *document, FILE *out, unsigned columns, bool colour)
{
	struct page page = draw_page(out, columns, colour);

	text_run(&page, document);
	text_vms(&page, document);
	text_processes(&page, json_object_get(document, "processes"));
	text_memory(&page, document);
	text_oom(&page, json_object_get(document, "host"));
	text_uvcs(&page, json_object_get(document, "uvc"));
	text_hangs_on(&page, json_object_get(document, "hangs_on"));
	if (has_troubles(document)) {
		draw_line(&page, DRAW_PLAIN, "%s", "");
		text_troubles(&page, document);
	}
	text_faults(&page, json_object_get(document, "faults"));
	text_expectations(&page, json_object_get(document, "expect"));
	draw_line(&page, DRAW_PLAIN, "%s", "");
	text_verdict(&page, json_object_get(document, "verdict"));
}

void report_print_verdict(const json_t *document, FILE *out, unsigned columns, bool colour)
{
	struct page page = draw_page(out, columns, colour);

	text_verdict(&page, json_object_get(document, "verdict"));
}
