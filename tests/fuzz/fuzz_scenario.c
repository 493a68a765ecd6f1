/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damages scenarios and profiles in many small ways and loads them.
 *
 *	fuzz_scenario COUNT SEED FILE...
 *
 * Each load must give either a scenario (or profile) that is sound and no error, or none and at
 *least one error that says where. With sanitizers nothing may leak or be touched out of bounds. The
 *same COUNT, SEED and files give the same damage. A file that fails is kept as fuzz-failure.yaml in
 *the working directory.
 */
#define _GNU_SOURCE /* memmem(), memfd_create() */
#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scenario/scenario.h"
#include "uv/cost.h"

#define TEXT_MAX 65536

struct text {
	char bytes[TEXT_MAX];
	size_t length;
};

/* splitmix64 */
static uint64_t random_state;

static uint64_t random_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static size_t random_below(size_t bound)
{
	return bound ? (size_t)(random_next() % bound) : 0;
}

/* --- damage ----------------------------------------------------------------------------------- */

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
		"",
		"0",
		"1",
		"-1",
		"4096",
		"4097",
		"99999999999999999999999",
		"0.5",
		"1e9",
		"0x10",
		"true",
		"false",
		"null",
		"~",
		"auto",
		"sync",
		"async",
		"boot",
		"touch",
		"reboot",
		"shutdown",
		"random",
		"working_set",
		"1GiB",
		"1G",
		"3us",
		"3h",
		"50%",
		"1000%",
		"*",
		"&a x",
		"*a",
		"!!str",
		"[",
		"]",
		"{",
		"}",
		"{}",
		"[]",
		"- ",
		": ",
		"|",
		">-",
		"---",
		"...",
		"\"",
		"'",
		"#",
		"\t",
		"? ",
		"<<",
		"%",
		"memory",
		"vms",
		"name",
		"costs",
		"value",
		"z16",
		"z15",
		"../x.yaml",
		"A",
		"E",
		"18446744073709551615ps",
		"16777216TiB",
		"vms.*.boots.1.x < 3s",
		"max(vms.vm0.x) > 1",
		"\xc3\xa4",
		"\xff",
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

static void damage(struct text *text)
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

/* --- what must hold --------------------------------------------------------------------------- */

/* "file:3:4: error: ", or "--set a=b: error: ". */
static bool says_where(const char *message)
{
	const char *error = strstr(message, ": error: ");

	if (!error)
		return false;
	if (strncmp(message, "--set ", 6) == 0 || strstr(error, "more errors are not shown"))
		return true;
	while (error > message && isdigit((unsigned char)error[-1]))
		error--;
	return error - message > 3 && error[-1] == ':' && isdigit((unsigned char)error[-2]) &&
	       isdigit((unsigned char)*error);
}

static bool check_messages(const struct messages *messages, bool good)
{
	size_t errors = 0;

	for (size_t i = 0; i < messages->count; i++) {
		bool warning = strstr(messages->text[i], ": warning: ") != NULL;

		if (!warning && !says_where(messages->text[i])) {
			fprintf(stderr, "no place: %s\n", messages->text[i]);
			return false;
		}
		errors += !warning;
	}
	if (good != (errors == 0))
		fprintf(stderr, "%s, and %zu errors\n", good ? "loaded" : "not loaded", errors);
	return good == (errors == 0);
}

static void check_vm(const struct vm_spec *vm)
{
	assert(vm->name && *vm->name && vm->count >= 1);
	assert(vm->memory && vm->memory % ((uint64_t)1 << 20) == 0 && vm->image < vm->memory);
	assert(vm->vcpus >= 1 && vm->vcpus <= 248);
	assert(vm->kill != KILL_IN_PHASE || vm->kill_phase);
	assert(vm->program_count >= 1 && vm->program[0].kind == STEP_BOOT);
	for (size_t i = 0; i < vm->program_count; i++) {
		const struct step *step = &vm->program[i];

		assert(step->kind <= STEP_SHUTDOWN && step->times >= 1 && step->vcpus <= vm->vcpus);
		assert(step->kind != STEP_TOUCH ||
		       (step->bytes && step->bytes % 4096 == 0 && step->offset % 4096 == 0));
		assert(step->kind != STEP_TOUCH || step->pattern != PATTERN_SEQUENTIAL ||
		       step->offset + step->bytes <= vm->memory);
		assert(step->kind != STEP_TOUCH || step->set_bytes <= vm->memory);
	}
}

static void check_scenario(const struct scenario *scenario)
{
	assert(scenario->name && scenario->description && scenario->profile &&
	       strlen(scenario->hash) == 64);
	assert(scenario->vm_count >= 1 && scenario->host.memory && scenario->host.processors);
	for (size_t i = 0; i < scenario->vm_count; i++)
		check_vm(&scenario->vm[i]);
	for (size_t i = 0; i < scenario->expect_count; i++)
		assert(*scenario->expect[i].path && *scenario->expect[i].op &&
		       *scenario->expect[i].value);
}

static void check_profile(const struct profile *profile)
{
	assert(profile->name && profile->path && strlen(profile->hash) == 64 &&
	       profile->machine.partial_budget);
	for (int id = 0; id < COST_COUNT; id++) {
		const struct cost_entry *cost = &profile->cost[id];

		assert(cost->value && cost->source && strchr("ABCE", cost->confidence));
		assert(cost->dist == COST_FIXED || (cost->low && cost->low <= cost->high));
	}
}

static const char *const sets[] = { "host.memory=1TiB",
				    "vms.0.vcpus=8",
				    "vms.vm0.memory=4GiB",
				    "seed=",
				    "vms.1.name=x",
				    "vms.0.program.1=shutdown",
				    "expect.0=host.x > [",
				    "host.processors.x=1",
				    "vms={}" };

static bool load(const char *path, bool is_profile, size_t *loaded)
{
	struct messages messages = { 0 };
	size_t set = random_below(4 * sizeof(sets) / sizeof(sets[0]));
	bool good;

	if (is_profile) {
		struct profile *profile = profile_load(path, &messages);

		good = check_messages(&messages, profile != NULL);
		if (profile)
			check_profile(profile);
		*loaded += profile != NULL;
		profile_free(profile);
	} else {
		bool with_set = set < sizeof(sets) / sizeof(sets[0]);
		struct scenario *scenario =
			scenario_load(path, sets + (with_set ? set : 0), with_set, &messages);

		good = check_messages(&messages, scenario != NULL);
		if (scenario)
			check_scenario(scenario);
		*loaded += scenario != NULL;
		scenario_free(scenario);
	}
	messages_free(&messages);
	return good;
}

/* --- the run ---------------------------------------------------------------------------------- */

static bool read_text(const char *path, struct text *text)
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

static bool write_text(int fd, const struct text *text)
{
	return ftruncate(fd, 0) == 0 &&
	       pwrite(fd, text->bytes, text->length, 0) == (ssize_t)text->length;
}

static void keep_failure(const struct text *text)
{
	FILE *file = fopen("fuzz-failure.yaml", "w");

	if (!file || fwrite(text->bytes, 1, text->length, file) != text->length ||
	    fclose(file) != 0)
		perror("fuzz-failure.yaml");
}

static bool is_profile(const struct text *text)
{
	return memmem(text->bytes, text->length, "uvsim_profile", 13) != NULL;
}

/* One damaged copy of @file. The loaders see it through @fd, which is a file in memory. */
static bool run_one(const char *file, int fd, struct text *text, size_t *loaded)
{
	char path[32];
	bool profile;

	if (!read_text(file, text))
		return false;
	profile = is_profile(text);
	damage(text);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write_text(fd, text) && load(path, profile, loaded))
		return true;
	keep_failure(text);
	return false;
}

int main(int argc, char **argv)
{
	struct text *text = malloc(sizeof(*text));
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	size_t loaded = 0;

	if (argc < 4 || !text || fd < 0) {
		fprintf(stderr, "usage: fuzz_scenario COUNT SEED FILE...\n");
		return EXIT_FAILURE;
	}
	random_state = strtoull(argv[2], NULL, 10);

	unsigned long count = strtoul(argv[1], NULL, 10), done = 0;

	while (done < count &&
	       run_one(argv[3 + done % (unsigned long)(argc - 3)], fd, text, &loaded))
		done++;
	if (done < count)
		fprintf(stderr, "number %lu of seed %s failed; see fuzz-failure.yaml\n", done,
			argv[2]);
	else
		printf("%lu damaged files: %zu could still be loaded\n", count, loaded);
	close(fd);
	free(text);
	return done < count ? EXIT_FAILURE : EXIT_SUCCESS;
}
