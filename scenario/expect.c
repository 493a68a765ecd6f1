/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expectations: PATH OPERATOR VALUE over the result document, taken apart and checked for form.
 *What a path leads to is known only after the run, and judged in report/; what can be known before
 *is checked here, with the place in the file.
 *
 *	path    := aggregate '(' steps ')' | steps        aggregate: min, max, sum, count
 *	steps   := step { '.' step }
 *	step    := '*' | '"' any '"' | letters, digits, '_', '-', '+'
 *	value   := null | true | false | number [unit] | text | '"' any '"'
 */
#include "scenario/model.h"

#include <ctype.h>
#include <string.h>

#include "scenario/unit.h"

#define FORM_HELP "an expectation is PATH OPERATOR VALUE, such as 'vms.vm0.boots.1.gone_plain < 2s'"

static const char *const operators[] = { "==", "!=", "<=", ">=", "<", ">", NULL };
static const char *const aggregates[] = { "min", "max", "sum", "count", NULL };
static const char *const parts[] = { "schema", "run",	 "vms",	     "processes", "uvc",    "host",
				     "memory", "threads", "hangs_on", "warns",	  "stalls", "violations",
				     "faults", NULL };

/* The place of @at, which lies in the text of @expect. Exact for text on one line without quotes
 * around it. */
static struct mark mark_at(const struct expect *expect, const char *at)
{
	struct mark mark = expect->mark;

	if (mark.line)
		mark.column += (size_t)(at - expect->text);
	return mark;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '+';
}

/* --- the path --------------------------------------------------------------------------------- */

/* Steps over one step; NULL if there is none. */
static const char *skip_step(const char *p)
{
	const char *first = p;

	if (*p == '*')
		return p + 1;
	if (*p == '"') {
		const char *end = strchr(p + 1, '"');

		return end && end > p + 1 ? end + 1 : NULL;
	}
	while (is_word(*p))
		p++;
	return p > first ? p : NULL;
}

/* Steps over "a.b.c"; NULL: reported. */
static const char *skip_steps(struct sc_reader *reader, const struct expect *expect, const char *p)
{
	for (;;) {
		const char *end = skip_step(p);

		if (!end) {
			sc_error(reader->diag, mark_at(expect, p),
				 "a name, a number or * is missing in the path; %s", FORM_HELP);
			return NULL;
		}
		if (*end != '.')
			return end;
		p = end + 1;
	}
}

static void check_first_step(struct sc_reader *reader, const struct expect *expect, const char *p)
{
	const char *end = skip_step(p);
	const char *word = sc_copy(reader->arena, p, (size_t)(end - p));

	for (const char *const *part = parts; *part; part++)
		if (strcmp(*part, word) == 0)
			return;
	sc_unknown_name(reader, mark_at(expect, p), "part of the result", word, parts);
}

/* Steps over a whole path; NULL: reported. */
static const char *skip_path(struct sc_reader *reader, const struct expect *expect)
{
	const char *p = expect->text;
	const char *open = p + strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (*open != '(') {
		p = skip_steps(reader, expect, p);
		if (p)
			check_first_step(reader, expect, expect->text);
		return p;
	}

	const char *word = sc_copy(reader->arena, p, (size_t)(open - p));
	bool known = false;

	for (const char *const *name = aggregates; *name; name++)
		known = known || strcmp(*name, word) == 0;
	if (!known) {
		sc_unknown_name(reader, mark_at(expect, p), "function", word, aggregates);
		return NULL;
	}
	p = skip_steps(reader, expect, open + 1);
	if (!p)
		return NULL;
	if (*p != ')') {
		sc_error(reader->diag, mark_at(expect, p), "a ) is missing");
		return NULL;
	}
	check_first_step(reader, expect, open + 1);
	return p + 1;
}

/* --- the value -------------------------------------------------------------------------------- */

static const char *check_hex(const char *text)
{
	size_t digits = strspn(text + 2, "0123456789abcdefABCDEF");

	return digits >= 1 && digits <= 15 && text[2 + digits] == '\0'
		       ? NULL
		       : "write a hexadecimal number of at most 15 digits";
}

/* NULL, or what is wrong with a value that begins like a number. */
static const char *check_number(const char *text)
{
	uint64_t number;
	int64_t integer;
	char last = text[strlen(text) - 1];

	if (strncmp(text, "0x", 2) == 0)
		return check_hex(text);
	if (isdigit((unsigned char)last))
		return unit_parse_integer(text, &integer);
	if (last == '%')
		return unit_parse_percent(text, &number);
	return strchr("snh", last) ? unit_parse_time(text, &number)
				   : unit_parse_bytes(text, &number);
}

static void check_value(struct sc_reader *reader, const struct expect *expect, const char *at)
{
	const char *text = expect->value;
	bool number = isdigit((unsigned char)text[*text == '-']);
	const char *wrong = number ? check_number(text) : NULL;

	if (*text == '\0')
		sc_error(reader->diag, mark_at(expect, at), "a value is missing; %s", FORM_HELP);
	else if (wrong)
		sc_error(reader->diag, mark_at(expect, at), "value '%s': %s", sc_show(text).text,
			 wrong);
	else if (!number && expect->op[0] != '=' && expect->op[0] != '!')
		sc_error(reader->diag, mark_at(expect, at),
			 "'%s' is not a number: it can be compared with == and != only",
			 sc_show(text).text);
	else if (!number && strchr(expect->path, '('))
		sc_error(reader->diag, mark_at(expect, at),
			 "min, max, sum and count are numbers; '%s' is none", sc_show(text).text);
}

/* --- one line --------------------------------------------------------------------------------- */

static const char *skip_spaces(const char *p)
{
	return p + strspn(p, " ");
}

static bool read_one(struct sc_reader *reader, struct expect *expect)
{
	size_t errors = reader->diag->errors;
	const char *end = skip_path(reader, expect);

	if (!end)
		return false;
	expect->path = sc_copy(reader->arena, expect->text, (size_t)(end - expect->text));

	const char *p = skip_spaces(end);

	for (const char *const *op = operators; *op && !expect->op; op++)
		if (strncmp(p, *op, strlen(*op)) == 0)
			expect->op = sc_copy(reader->arena, *op, strlen(*op));
	if (!expect->op) {
		sc_error(reader->diag, mark_at(expect, p),
			 "an operator is missing (== != < <= > >=); %s", FORM_HELP);
		return false;
	}
	p = skip_spaces(p + strlen(expect->op));

	size_t length = strlen(p);

	while (length && p[length - 1] == ' ')
		length--;
	expect->value = sc_copy(reader->arena, p, length);
	check_value(reader, expect, p);
	return reader->diag->errors == errors;
}

void expect_read(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct scenario *scenario = object;

	if (!sc_expect_kind(reader, node, SC_LIST, "a list of expectations"))
		return;
	if (node->count > SC_EXPECT_MAX) {
		sc_error(reader->diag, node->mark,
			 "expect: at most %d expectations are possible, found %zu", SC_EXPECT_MAX,
			 node->count);
		return;
	}
	scenario->expect = sc_alloc(reader->arena, (node->count + 1) * sizeof(*scenario->expect));
	for (const struct sc_node *entry = node->child; entry; entry = entry->next) {
		struct expect *expect = &scenario->expect[scenario->expect_count];

		if (!sc_expect_kind(reader, entry, SC_SCALAR, "PATH OPERATOR VALUE"))
			continue;
		*expect = (struct expect){ .mark = entry->mark };
		expect->text = sc_copy(reader->arena, entry->text, strlen(entry->text));
		if (read_one(reader, expect))
			scenario->expect_count++;
	}
}

/* --- names of VMs and processes ----------------------------------------------------------- */

static void offer_instance(struct sc_reader *reader, struct sc_nearest *nearest, const char *entry,
			   unsigned count)
{
	if (count == 1) {
		sc_nearest_offer(nearest, entry);
		return;
	}
	sc_nearest_offer(nearest, sc_format(reader->arena, "%s0", entry));
	sc_nearest_offer(nearest, sc_format(reader->arena, "%s%u", entry, count - 1));
}

static void unknown_instance(struct sc_reader *reader, struct mark mark, const char *kind,
			     const char *nearest, const char *name, bool numbered)
{
	if (nearest)
		sc_error(reader->diag, mark, "no %s is called '%s'; did you mean '%s'?", kind,
			 sc_show(name).text, nearest);
	else
		sc_error(reader->diag, mark, "no %s is called '%s'%s", kind, sc_show(name).text,
			 numbered ? " (with count: names end in a number from 0)" : "");
}

static void check_vm_name(struct sc_reader *reader, const struct scenario *scenario,
			  struct mark mark, const char *name)
{
	struct sc_nearest nearest = { .word = name };

	for (size_t i = 0; i < scenario->vm_count; i++) {
		if (vm_has_instance(&scenario->vm[i], name))
			return;
		offer_instance(reader, &nearest, scenario->vm[i].name, scenario->vm[i].count);
	}
	unknown_instance(reader, mark, "VM", nearest.best, name, scenario->vm[0].count > 1);
}

static void check_process_name(struct sc_reader *reader, const struct scenario *scenario,
			       struct mark mark, const char *name)
{
	struct sc_nearest nearest = { .word = name };

	for (size_t i = 0; i < scenario->process_count; i++) {
		const struct process_spec *process = &scenario->process[i];

		if (entry_has_instance(process->name, process->count, name))
			return;
		offer_instance(reader, &nearest, process->name, process->count);
	}
	unknown_instance(reader, mark, "process", nearest.best, name,
			 scenario->process_count && scenario->process[0].count > 1);
}

void expect_check(struct sc_reader *reader, const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->expect_count; i++) {
		const struct expect *expect = &scenario->expect[i];
		const char *open = strchr(expect->path, '(');
		const char *path = open ? open + 1 : expect->path;
		bool process = strncmp(path, "processes.", 10) == 0;
		const char *name = path + (process ? 10 : 4), *end;

		if ((!process && strncmp(path, "vms.", 4) != 0) || *name == '*')
			continue;
		end = skip_step(name);

		size_t quote = *name == '"';
		struct mark mark = mark_at(expect, expect->text + (name - expect->path));

		name = sc_copy(reader->arena, name + quote, (size_t)(end - name) - 2 * quote);
		if (process)
			check_process_name(reader, scenario, mark, name);
		else
			check_vm_name(reader, scenario, mark, name);
	}
}
