/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where two documents part, by JSON path.
 */
#include "tools/campaign/campaign.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct walk {
	char path[1024];
	const char *but;
	const char *left, *right;
};

static void print_value(const char *file, const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	printf("    %s: %.200s\n", file, text ? text : "(nothing)");
	free(text);
}

/* How to see a finding again: by its seed, or by the choices. */
static bool tells_replay(const char *path)
{
	size_t length = strlen(path), tail = strlen(".replay");

	return length > tail && strcmp(path + length - tail, ".replay") == 0;
}

static int part(const struct walk *walk, const json_t *left, const json_t *right)
{
	if (walk->but && (strcmp(walk->path, walk->but) == 0 || tells_replay(walk->path)))
		return 0;
	printf("  differ at %s\n", walk->path);
	print_value(walk->left, left);
	print_value(walk->right, right);
	return 1;
}

static int compare(struct walk *walk, json_t *left, json_t *right);

/* One step down to @key. */
static int below(struct walk *walk, const char *key, json_t *left, json_t *right)
{
	size_t length = strlen(walk->path);
	int result;

	snprintf(walk->path + length, sizeof(walk->path) - length, "%s%s", length ? "." : "", key);
	result = left && right ? compare(walk, left, right) : part(walk, left, right);
	walk->path[length] = '\0';
	return result;
}

static int compare_objects(struct walk *walk, json_t *left, json_t *right)
{
	const char *key;
	json_t *value;
	int result = 0;

	json_object_foreach(left, key, value)
		if (!result)
			result = below(walk, key, value, json_object_get(right, key));
	json_object_foreach(right, key, value)
		if (!result && !json_object_get(left, key))
			result = below(walk, key, NULL, value);
	return result;
}

static int compare_arrays(struct walk *walk, json_t *left, json_t *right)
{
	size_t n = json_array_size(left), m = json_array_size(right);
	int result = 0;

	for (size_t i = 0; i < (n > m ? n : m) && !result; i++) {
		char index[24];

		snprintf(index, sizeof(index), "%zu", i);
		result = below(walk, index, json_array_get(left, i), json_array_get(right, i));
	}
	return result;
}

static int compare(struct walk *walk, json_t *left, json_t *right)
{
	if (json_is_object(left) && json_is_object(right))
		return compare_objects(walk, left, right);
	if (json_is_array(left) && json_is_array(right))
		return compare_arrays(walk, left, right);
	return json_equal(left, right) ? 0 : part(walk, left, right);
}

static bool same_bytes(const char *left, const char *right)
{
	FILE *a = fopen(left, "re"), *b = fopen(right, "re");
	bool same = a && b;
	size_t n = 1, m;
	char x[4096], y[4096];

	while (same && n) {
		n = fread(x, 1, sizeof(x), a);
		m = fread(y, 1, sizeof(y), b);
		same = n == m && memcmp(x, y, n) == 0;
	}
	if (a)
		fclose(a);
	if (b)
		fclose(b);
	return same;
}

int compare_documents(const char *left, const char *right, const char *but)
{
	struct walk walk = { .but = but, .left = left, .right = right };
	json_t *a, *b;
	int result;

	if (same_bytes(left, right))
		return 0;
	a = json_load_file(left, 0, NULL);
	b = json_load_file(right, 0, NULL);
	if (!a || !b) {
		printf("  %s is no JSON\n", a ? right : left);
		result = 1;
	} else {
		result = compare(&walk, a, b);
		if (!result && !but) {
			printf("  the same values, but not the same bytes\n");
			result = 1;
		}
	}
	json_decref(a);
	json_decref(b);
	return result;
}

int compare_lines(FILE *left, FILE *right)
{
	char x[512] = "", y[512] = "";
	bool more = true, too = true;
	unsigned long line = 0;
	int result = 0;

	/* To the end of both in any case: who writes them must not be left alone with a full pipe. */
	while (more || too) {
		more = more && fgets(x, sizeof(x), left);
		too = too && fgets(y, sizeof(y), right);
		line++;
		if (result || (more == too && (!more || strcmp(x, y) == 0)))
			continue;
		printf("  differ at line %lu\n    %s    %s", line, more ? x : "(end)\n", too ? y : "(end)\n");
		result = 1;
	}
	return result;
}

/* --- two algorithms --------------------------------------------------------------------------------- */

/* Add what @node and all below it spent to @flat, by kind and name, whatever functions it was spent in. */
static void flatten(const json_t *node, json_t *flat)
{
	const char *kind = json_string_value(json_object_get(node, "kind"));
	const json_t *child, *sum;
	json_int_t self, count;
	char key[256];
	size_t i;

	if (kind && strcmp(kind, "span") != 0) {
		snprintf(key, sizeof(key), "%s %s", kind, json_string_value(json_object_get(node, "name")));
		sum = json_object_get(flat, key);
		self = json_integer_value(json_array_get(sum, 0));
		count = json_integer_value(json_array_get(sum, 1));
		self += json_integer_value(json_object_get(node, "self"));
		count += json_integer_value(json_object_get(node, "count"));
		json_object_set_new(flat, key, json_pack("[I, I]", self, count));
	}
	json_array_foreach(json_object_get(node, "children"), i, child)
		flatten(child, flat);
}

/* What an algorithm calls the thing that it could not allocate is its own affair. */
static void forget_names(json_t *faults)
{
	json_t *orders = json_object_get(faults, "orders"), *entry;
	size_t i;

	json_array_foreach(json_object_get(faults, "list"), i, entry) {
		size_t order = (size_t)json_integer_value(json_object_get(entry, "order"));
		const char *text = json_string_value(json_object_get(json_array_get(orders, order), "order"));

		if (text && strncmp(text, "alloc", strlen("alloc")) == 0)
			json_object_del(entry, "what");
	}
}

/*
 * What the threads did before a finding is told by the functions of pv.c. So is where a stall was, which decides how
 * many count as the same: the list of stalls has their times.
 */
static void forget_places(json_t *findings)
{
	for (size_t i = json_array_size(findings); i-- > 0;) {
		json_t *entry = json_array_get(findings, i);
		const char *kind = json_string_value(json_object_get(entry, "kind"));

		json_object_del(entry, "events");
		json_object_del(entry, "stacks");
		json_object_del(entry, "replay");
		if (kind && strcmp(kind, "stall") == 0)
			json_array_remove(findings, i);
	}
}

static json_t *load_comparable(const char *file)
{
	json_t *document = json_load_file(file, 0, NULL), *entry;
	size_t i;

	if (!document) {
		printf("  %s is no JSON\n", file);
		return NULL;
	}
	json_object_del(json_object_get(document, "run"), "pv");
	json_object_del(document, "warns");
	json_array_foreach(json_object_get(document, "threads"), i, entry) {
		json_t *flat = json_object();

		flatten(json_object_get(entry, "account"), flat);
		json_object_set_new(entry, "account", flat);
	}
	json_array_foreach(json_object_get(document, "stalls"), i, entry) {
		json_object_del(entry, "where");
		json_object_del(entry, "place");
	}
	forget_places(json_object_get(document, "violations"));
	json_object_del(json_object_get(document, "verdict"), "violations");
	forget_names(json_object_get(document, "faults"));
	return document;
}

int compare_algorithms(const char *left, const char *right)
{
	struct walk walk = { .left = left, .right = right };
	json_t *a = load_comparable(left), *b = load_comparable(right);
	int result = a && b ? compare(&walk, a, b) : 1;

	json_decref(a);
	json_decref(b);
	return result;
}
