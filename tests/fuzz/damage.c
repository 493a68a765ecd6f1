/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small damages to a text: bytes, lines, words, numbers, nesting. What they are does not depend on the text's language,
 * but the words put in are ones that scenarios, conditions and documents know.
 */
#include "tests/fuzz/damage.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static uint64_t random_state;

void random_seed(uint64_t seed)
{
	random_state = seed;
}

uint64_t random_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

size_t random_below(size_t bound)
{
	return bound ? (size_t)(random_next() % bound) : 0;
}

/* Replace @gone bytes at @at by @length bytes of @with; what does not fit is dropped. */
static void splice(struct text *text, size_t at, size_t gone, const char *with, size_t length)
{
	char tail[TEXT_MAX];
	size_t rest = text->length - at - gone;

	memcpy(tail, text->bytes + at + gone, rest);
	if (length > TEXT_MAX - at)
		length = TEXT_MAX - at;
	memmove(text->bytes + at, with, length);
	if (rest > TEXT_MAX - at - length)
		rest = TEXT_MAX - at - length;
	memcpy(text->bytes + at + length, tail, rest);
	text->length = at + length + rest;
}

/* A random line: its beginning, and its length with the line end. */
static size_t random_line(const struct text *text, size_t *length)
{
	size_t at = random_below(text->length), end;

	while (at > 0 && text->bytes[at - 1] != '\n')
		at--;
	for (end = at; end < text->length && text->bytes[end] != '\n'; end++)
		continue;
	*length = end - at + (end < text->length);
	return at;
}

/* A random stretch of letters and digits. */
static size_t random_word(const struct text *text, size_t *length)
{
	size_t at = random_below(text->length), end;

	while (at < text->length && !isalnum((unsigned char)text->bytes[at]))
		at++;
	while (at > 0 && isalnum((unsigned char)text->bytes[at - 1]))
		at--;
	for (end = at; end < text->length && isalnum((unsigned char)text->bytes[end]); end++)
		continue;
	*length = end - at;
	return at;
}

static void flip_byte(struct text *text)
{
	if (text->length)
		text->bytes[random_below(text->length)] ^= (char)(1u << random_below(8));
}

static void random_byte(struct text *text)
{
	char byte = (char)random_next();

	splice(text, random_below(text->length), 0, &byte, 1);
}

static void delete_line(struct text *text)
{
	size_t length, at = random_line(text, &length);

	splice(text, at, length, "", 0);
}

static void duplicate_line(struct text *text)
{
	size_t length, at = random_line(text, &length);
	char line[TEXT_MAX];

	memcpy(line, text->bytes + at, length);
	splice(text, random_below(2) ? at : random_below(text->length), 0, line, length);
}

static void move_line(struct text *text)
{
	size_t length, at = random_line(text, &length), other;
	char line[TEXT_MAX];

	memcpy(line, text->bytes + at, length);
	splice(text, at, length, "", 0);
	at = random_line(text, &other);
	splice(text, at, 0, line, length);
}

static void replace_word(struct text *text)
{
	static const char *const words[] = {
		"", "0", "1", "-1", "4096", "4097", "99999999999999999999999", "0.5", "1e9", "0x10", "true",
		"false", "null", "~", "auto", "sync", "async", "boot", "touch", "reboot", "shutdown",
		"random", "working_set", "1GiB", "1G", "3us", "3h", "50%", "1000%", "*", "&a x", "*a",
		"!!str", "[", "]", "{", "}", "{}", "[]", "- ", ": ", "|", ">-", "---", "...", "\"", "'", "#",
		"\t", "? ", "<<", "%", "memory", "vms", "name", "costs", "value", "z16", "z15", "../x.yaml",
		"A", "E", "18446744073709551615ps", "16777216TiB", "vms.*.boots.1.x < 3s",
		"max(vms.vm0.x) > 1", "\xc3\xa4", "\xff",
	};
	const char *word = words[random_below(sizeof(words) / sizeof(words[0]))];
	size_t length, at = random_word(text, &length);

	splice(text, at, length, word, strlen(word));
}

static void swap_words(struct text *text)
{
	size_t one_length, two_length, one = random_word(text, &one_length), two;
	char word[TEXT_MAX];

	memcpy(word, text->bytes + one, one_length);
	two = random_word(text, &two_length);
	splice(text, two, two_length, word, one_length);
}

static void blow_up_number(struct text *text)
{
	size_t at = random_below(text->length), n = 1 + random_below(24);
	char digits[24];

	while (at < text->length && !isdigit((unsigned char)text->bytes[at]))
		at++;
	for (size_t i = 0; i < n; i++)
		digits[i] = (char)('0' + random_below(10));
	splice(text, at, 0, digits, n);
}

static void indent_line(struct text *text)
{
	size_t length, at = random_line(text, &length);

	if (random_below(2))
		splice(text, at, 0, "        ", 1 + random_below(8));
	else if (length && text->bytes[at] == ' ')
		splice(text, at, 1, "", 0);
}

static void truncate_text(struct text *text)
{
	text->length = random_below(text->length);
}

static void nest(struct text *text)
{
	char brackets[64];
	size_t length, at = random_word(text, &length), depth = 1 + random_below(sizeof(brackets));

	memset(brackets, random_below(2) ? '[' : '{', sizeof(brackets));
	splice(text, at, 0, brackets, depth);
}

void damage(struct text *text)
{
	static void (*const kinds[])(struct text * text) = {
		flip_byte,	random_byte,  delete_line,   duplicate_line,
		move_line,	replace_word, replace_word,  swap_words,
		blow_up_number, indent_line,  truncate_text, nest,
	};
	size_t times = 1 + random_below(4);

	for (size_t i = 0; i < times; i++)
		kinds[random_below(sizeof(kinds) / sizeof(kinds[0]))](text);
}

void damage_number(struct text *text)
{
	size_t at = random_below(text->length), end;
	char digits[24];

	while (at < text->length && !isdigit((unsigned char)text->bytes[at]))
		at++;
	while (at > 0 && isdigit((unsigned char)text->bytes[at - 1]))
		at--;
	for (end = at; end < text->length && isdigit((unsigned char)text->bytes[end]); end++)
		continue;
	/* Mostly small; with all bits now and then. */
	snprintf(digits, sizeof(digits), "%llu",
		 (unsigned long long)(random_next() >> (random_below(8) ? 48 + random_below(16) : random_below(64))));
	if (at < end)
		splice(text, at, end - at, digits, strlen(digits));
}

bool text_read(struct text *text, const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		return false;
	}
	text->length = fread(text->bytes, 1, sizeof(text->bytes), file);
	fclose(file);
	return true;
}

bool text_write(const struct text *text, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(text->bytes, 1, text->length, file) != text->length || fclose(file) != 0) {
		perror(path);
		return false;
	}
	return true;
}
