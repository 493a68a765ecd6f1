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

static int part(const struct walk *walk, const json_t *left, const json_t *right)
{
	if (walk->but && strcmp(walk->path, walk->but) == 0)
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
