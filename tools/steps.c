/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first difference of two step streams.
 *
 * A line is "TIME THREAD KIND A B HASH" as sim/trace.c writes it; the kind may have spaces in it. The hash
 * rolls over all steps, so the first line that differs is the first step that does, and what differs in it
 * says how the runs parted: at another time, in another thread, in another kind of step or in other operands.
 */
#include "tools/steps.h"

#include <string.h>

#define LINE_MAX_LEN 1024
#define BEFORE 8		/* steps shown before the difference */

struct step {
	char time[32], thread[256], kind[512], a[32], b[32];
};

struct streams {
	char line[2][LINE_MAX_LEN];
	char before[BEFORE][LINE_MAX_LEN];
	unsigned long same;		/* lines alike so far */
};

/* The last word of @text, which is cut off. */
static const char *last_word(char *text)
{
	char *space = strrchr(text, ' ');

	if (!space)
		return "";
	*space = '\0';
	return space + 1;
}

static void parse(const char *line, struct step *step)
{
	char text[LINE_MAX_LEN];
	int kind = 0;

	memset(step, 0, sizeof(*step));
	snprintf(text, sizeof(text), "%s", line);
	text[strcspn(text, "\n")] = '\0';
	last_word(text);	/* the hash */
	snprintf(step->b, sizeof(step->b), "%s", last_word(text));
	snprintf(step->a, sizeof(step->a), "%s", last_word(text));
	if (sscanf(text, "%31s %255s %n", step->time, step->thread, &kind) >= 2)
		snprintf(step->kind, sizeof(step->kind), "%s", text + kind);
}

static void print_step(const char *label, const char *line, FILE *out)
{
	struct step step;

	if (!*line) {
		fprintf(out, "%s: ends here\n", label);
		return;
	}
	parse(line, &step);
	fprintf(out, "%s: at %s ps, thread %s: %s, operands %s %s\n", label, step.time, step.thread, step.kind, step.a,
		step.b);
}

/* What is different: in words, the first of time, thread, kind, operands. */
static const char *what_differs(const char *left, const char *right)
{
	struct step x, y;

	if (!*left || !*right)
		return "one run has no more steps";
	parse(left, &x);
	parse(right, &y);
	if (strcmp(x.time, y.time) != 0)
		return "the times differ";
	if (strcmp(x.thread, y.thread) != 0)
		return "the threads differ";
	if (strcmp(x.kind, y.kind) != 0)
		return "the kinds differ";
	if (strcmp(x.a, y.a) != 0 || strcmp(x.b, y.b) != 0)
		return "the operands differ";
	return "the hashes differ: a step of a kind that is not written before it";
}

static void report(const struct streams *streams, const char *left, const char *right, FILE *out)
{
	unsigned long n = streams->same < BEFORE ? streams->same : BEFORE, i;

	fprintf(out, "first difference at step %lu: %s\n", streams->same + 1,
		what_differs(streams->line[0], streams->line[1]));
	for (i = streams->same - n; i < streams->same; i++)
		print_step("  before", streams->before[i % BEFORE], out);
	print_step(left, streams->line[0], out);
	print_step(right, streams->line[1], out);
}

static void next_line(FILE *file, char *line)
{
	if (!fgets(line, LINE_MAX_LEN, file))
		*line = '\0';
}

static int compare(FILE *a, FILE *b, const char *left, const char *right, FILE *out)
{
	static struct streams streams;

	for (streams.same = 0;; streams.same++) {
		next_line(a, streams.line[0]);
		next_line(b, streams.line[1]);
		if (strcmp(streams.line[0], streams.line[1]) != 0) {
			report(&streams, left, right, out);
			return 1;
		}
		if (!*streams.line[0])
			return 0;
		memcpy(streams.before[streams.same % BEFORE], streams.line[0], LINE_MAX_LEN);
	}
}

int steps_compare(const char *left, const char *right, FILE *out)
{
	FILE *a = fopen(left, "re"), *b = a ? fopen(right, "re") : NULL;
	int result = a && b ? compare(a, b, left, right, out) : -1;

	if (a)
		fclose(a);
	if (b)
		fclose(b);
	return result;
}
