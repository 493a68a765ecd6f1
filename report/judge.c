/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges a result document by the scenario's expectations and by what no run may have: violations
 * of the Ultravisor's rules, a deadlock, a thread whose account does not add up.
 *
 * Leaves out WARNs of kernel code: they are reported, and an expectation may forbid them.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/judge.h"
#include "report/parts.h"

enum op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_COUNT };

static const char *const op_name[OP_COUNT] = { "==", "!=", "<", "<=", ">", ">=" };

/* The judgement of one expectation while it is made. */
struct judgement {
	bool ok;
	const char *where; /* where the value that decided stands; NULL: nowhere */
	json_t *actual;	   /* that value, owned; NULL: none */
	char error[256];   /* why it could not be judged; "" if it could */
};

static enum op op_find(const char *name)
{
	for (int op = 0; op < OP_COUNT; op++) {
		if (strcmp(op_name[op], name) == 0)
			return (enum op)op;
	}
	return OP_COUNT;
}

static const char *type_name(const json_t *value)
{
	static const char *const name[] = { "an object", "an array", "a text", "a number",
					    "a number",	 "true",     "false",  "null" };

	return name[json_typeof(value)];
}

/* @order: actual against expected, as strcmp(). */
static bool op_holds(enum op op, int order)
{
	switch (op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

/* Whether @actual @op @value holds; sets the error of @judgement if the two cannot be compared. */
static bool holds(const json_t *actual, enum op op, const struct judge_value *value,
		  struct judgement *judgement)
{
	if (json_is_integer(actual) && value->kind == JUDGE_NUMBER) {
		json_int_t number = json_integer_value(actual);

		return op_holds(op, (number > value->number) - (number < value->number));
	}
	if (op != OP_EQ && op != OP_NE) {
		snprintf(judgement->error, sizeof(judgement->error),
			 "%s %s %.80s compares no two numbers", type_name(actual), op_name[op],
			 value->text);
		return false;
	}
	/* Anything may be asked to be null or not. */
	if (json_is_null(actual) || value->kind == JUDGE_NULL)
		return (json_is_null(actual) && value->kind == JUDGE_NULL) == (op == OP_EQ);
	if (json_is_boolean(actual) && value->kind == JUDGE_BOOLEAN)
		return (json_is_true(actual) == value->boolean) == (op == OP_EQ);
	if (json_is_string(actual))
		return (strcmp(json_string_value(actual), value->text) == 0) == (op == OP_EQ);
	snprintf(judgement->error, sizeof(judgement->error), "%s cannot be compared with %.80s",
		 type_name(actual), value->text);
	return false;
}

/* Is @a closer to breaking the limit of @op than @b? */
static bool is_tighter(const json_t *a, const json_t *b, enum op op)
{
	if (!json_is_integer(a) || !json_is_integer(b))
		return false;
	if (op == OP_LT || op == OP_LE)
		return json_integer_value(a) > json_integer_value(b);
	if (op == OP_GT || op == OP_GE)
		return json_integer_value(a) < json_integer_value(b);
	return false;
}

/* All matches must hold. Shown is the first that does not, or the one that came closest to it. */
static void judge_each(const struct judge_matches *matches, enum op op,
		       const struct judge_value *value, struct judgement *judgement)
{
	const struct judge_match *shown = NULL;

	judgement->ok = true;
	for (size_t i = 0; i < matches->count && judgement->ok; i++) {
		const struct judge_match *match = &matches->match[i];

		judgement->ok = holds(match->value, op, value, judgement);
		if (!judgement->ok || !shown || is_tighter(match->value, shown->value, op))
			shown = match;
	}
	judgement->where = shown->where;
	judgement->actual = json_incref((json_t *)shown->value);
}

static json_t *aggregate_count(const struct judge_matches *matches)
{
	json_int_t count = 0;

	for (size_t i = 0; i < matches->count; i++) {
		const json_t *value = matches->match[i].value;
		bool open =
			!matches->last_is_star && (json_is_array(value) || json_is_object(value));

		count += !open ? 1
			       : (json_int_t)(json_is_array(value) ? json_array_size(value)
								   : json_object_size(value));
	}
	return json_integer(count);
}

/*
 * min, max, sum over numbers; NULL with the error set if there is another value among them, or the
 * sum is too large.
 */
static json_t *aggregate(const struct judge_matches *matches, struct judgement *judgement)
{
	__int128 sum = 0;
	const struct judge_match *shown = NULL;

	if (matches->aggregate == JUDGE_COUNT)
		return aggregate_count(matches);
	for (size_t i = 0; i < matches->count; i++) {
		const struct judge_match *match = &matches->match[i];

		if (!json_is_integer(match->value)) {
			snprintf(judgement->error, sizeof(judgement->error),
				 "%.120s is %s, not a number", match->where,
				 type_name(match->value));
			return NULL;
		}
		sum += json_integer_value(match->value);
		if (!shown || is_tighter(match->value, shown->value,
					 matches->aggregate == JUDGE_MAX ? OP_LT : OP_GT))
			shown = match;
	}
	if (matches->aggregate != JUDGE_SUM) {
		judgement->where = shown->where;
		return json_incref((json_t *)shown->value);
	}
	if (sum > INT64_MAX || sum < INT64_MIN) {
		snprintf(judgement->error, sizeof(judgement->error), "the sum is too large");
		return NULL;
	}
	return json_integer((json_int_t)sum);
}

static void judge_matched(const struct expect *expect, const struct judge_matches *matches,
			  enum op op, const struct judge_value *value, struct judgement *judgement)
{
	if (value->unit == JUDGE_SHARE && !strstr(expect->path, "permille")) {
		snprintf(judgement->error, sizeof(judgement->error),
			 "%.100s: only a path to a share (..._permille) takes %%", value->text);
		return;
	}
	if (matches->aggregate == JUDGE_EACH) {
		judge_each(matches, op, value, judgement);
		return;
	}
	judgement->actual = aggregate(matches, judgement);
	judgement->ok = judgement->actual && holds(judgement->actual, op, value, judgement);
}

static json_t *judge_one(const json_t *document, const struct expect *expect)
{
	struct judge_matches matches = { 0 };
	struct judge_value value = { 0 };
	struct judgement judgement = { 0 };
	enum op op = op_find(expect->op);
	json_t *result;

	if (op == OP_COUNT)
		snprintf(judgement.error, sizeof(judgement.error),
			 "\"%.40s\" is not an operator (== != < <= > >=)", expect->op);
	else if (judge_value_parse(expect->value, &value, judgement.error,
				   sizeof(judgement.error))) {
		if (judge_find(document, expect->path, &matches))
			judge_matched(expect, &matches, op, &value, &judgement);
		else
			memcpy(judgement.error, matches.error, sizeof(judgement.error));
	}
	if (judgement.error[0])
		judgement.ok = false;
	result = json_pack("{s:o, s:I, s:o, s:o, s:s, s:b, s:o}", "text", part_text(expect->text),
			   "line", (json_int_t)expect->mark.line, "where",
			   part_text(judgement.where), "actual",
			   judgement.actual ? judgement.actual : json_null(), "unit",
			   judge_unit_name(value.unit), "ok", (int)judgement.ok, "error",
			   part_text(judgement.error[0] ? judgement.error : NULL));
	assert(result);
	judge_matches_free(&matches);
	return result;
}

static json_int_t unbalanced_threads(const json_t *document)
{
	json_int_t count = 0;
	json_t *thread;
	size_t i;

	json_array_foreach(json_object_get(document, "threads"), i, thread)
		count += json_integer_value(json_object_get(thread, "balance")) != 0;
	return count;
}

/* A panic that is what the scenario asks for is no failure. */
static bool asks_for_end(const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->expect_count; i++)
		if (strcmp(scenario->expect[i].path, "run.end") == 0)
			return true;
	return false;
}

int result_judge(json_t *document, const struct scenario *scenario)
{
	json_t *expect = json_array();
	size_t failed = 0, violations = json_array_size(json_object_get(document, "violations"));
	json_int_t unbalanced = unbalanced_threads(document);
	const char *end =
		json_string_value(json_object_get(json_object_get(document, "run"), "end"));
	const json_t *partial = json_object_get(json_object_get(document, "partial"), "reason");
	bool deadlock = end && strcmp(end, "deadlock") == 0;
	bool panic = end && strcmp(end, "panic") == 0 && !asks_for_end(scenario);
	size_t expectations = scenario ? scenario->expect_count : 0;
	bool ok;

	for (size_t i = 0; i < expectations; i++) {
		json_t *result = judge_one(document, &scenario->expect[i]);

		failed += !json_is_true(json_object_get(result, "ok"));
		json_array_append_new(expect, result);
	}
	ok = failed == 0 && violations == 0 && !partial && !deadlock && !panic && unbalanced == 0;
	json_object_set_new(document, "expect", expect);
	json_object_set_new(document, "verdict",
			    json_pack("{s:b, s:I, s:I, s:I, s:b, s:I}", "ok", (int)ok,
				      "expectations", (json_int_t)expectations,
				      "expectations_failed", (json_int_t)failed, "violations",
				      (json_int_t)violations, "deadlock", (int)deadlock,
				      "unbalanced_threads", unbalanced));
	if (partial)
		json_object_set(json_object_get(document, "verdict"), "partial", (json_t *)partial);
	return ok ? 0 : 1;
}
