/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damages scenarios and profiles in many small ways and loads them.
 *
 *	fuzz_scenario COUNT SEED FILE...
 *
 * Each load must give either a scenario (or profile) that is sound and no error, or none and at
 * least one error that says where. With sanitizers nothing may leak or be touched out of bounds. The
 * same COUNT, SEED and files give the same damage. A file that fails is kept as fuzz-failure.yaml in
 * the working directory.
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
#include "tests/fuzz/damage.h"
#include "uv/cost.h"

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

static bool write_text(int fd, const struct text *text)
{
	return ftruncate(fd, 0) == 0 &&
	       pwrite(fd, text->bytes, text->length, 0) == (ssize_t)text->length;
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

	if (!text_read(text, file))
		return false;
	profile = is_profile(text);
	damage(text);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write_text(fd, text) && load(path, profile, loaded))
		return true;
	text_write(text, "fuzz-failure.yaml");
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
	random_seed(strtoull(argv[2], NULL, 10));

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
