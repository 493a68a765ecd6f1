/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim list`: the scenarios and profiles of the data directories, the algorithms of our own and the
 * pv.c modules in the cache, what UVCs could plausibly answer when a fault is put in, and what the
 * oracle finds.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "kvm/algorithms/builtin.h"
#include "kvm/linux/builder.h"
#include "report/draw.h"
#include "scenario/file.h"
#include "sim/finding.h"
#include "uv/cost.h"
#include "uv/fault.h"

#define NAME_COLUMNS 24

static int is_yaml(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

/* In the order of bytes, whatever the locale says. */
static int byte_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Name, and the first line of @text, on as many lines of the page as it takes. */
static void show(const struct page *page, const char *name, const char *text)
{
	char padded[128];
	int first_line = text ? (int)strcspn(text, "\n") : 0;
	unsigned indent = page->columns / 2 > NAME_COLUMNS + 3 ? NAME_COLUMNS + 3 : 4;

	draw_wrapped(page, DRAW_PLAIN, indent, "  %s %.*s",
		     draw_pad(page, name, NAME_COLUMNS, padded, sizeof(padded)), first_line, text ? text : "");
}

static void show_scenario(const struct page *page, const char *name, const char *path)
{
	struct messages messages = { 0 };
	struct scenario *scenario = scenario_load(path, NULL, 0, &messages);

	show(page, name, scenario ? scenario->description : "(not valid: see uvsim validate)");
	if (scenario)
		scenario_free(scenario);
	messages_free(&messages);
}

/* What a profile is worth: how many of its numbers were published. */
static void show_profile(const struct page *page, const char *name, const char *path)
{
	struct messages messages = { 0 };
	struct profile *profile = profile_load(path, &messages);
	unsigned estimates = 0;
	char text[80] = "(not valid)";

	for (int id = 0; profile && id < COST_COUNT; id++)
		estimates += profile->cost[id].confidence == 'E';
	if (profile)
		snprintf(text, sizeof(text), "%d costs, %u of them estimates", COST_COUNT,
			 estimates);
	show(page, name, text);
	if (profile)
		profile_free(profile);
	messages_free(&messages);
}

static int list_folder(const char *title, const char *folder,
		       void (*show_one)(const struct page *page, const char *name,
					const char *path))
{
	struct page page = draw_page(stdout, cli_columns(stdout), cli_colour(stdout));
	struct sc_arena arena = { 0 };
	const char *path = file_find_data(&arena, folder, ".", "");
	struct dirent **entries = NULL;
	int count = path ? scandir(path, &entries, is_yaml, byte_order) : 0;

	draw_line(&page, DRAW_TITLE, "%s", title);
	if (count <= 0)
		draw_line(&page, DRAW_PLAIN, "  none");
	for (int i = 0; i < count; i++) {
		const char *file = entries[i]->d_name;

		show_one(&page, sc_copy(&arena, file, strlen(file) - strlen(".yaml")),
			 sc_format(&arena, "%.*s%s", (int)strlen(path) - 1, path, file));
		free(entries[i]);
	}
	free(entries);
	sc_arena_free(&arena);
	return CLI_OK;
}

static int list_algorithms(void)
{
	struct page page = draw_page(stdout, cli_columns(stdout), cli_colour(stdout));
	char *message = NULL;
	int status;

	draw_line(&page, DRAW_TITLE, "Algorithms of uvsim's own");
	for (const struct builtin *builtin = builtins; builtin->name; builtin++)
		show(&page, builtin->algorithm->label, builtin->description);
	draw_line(&page, DRAW_TITLE, "Modules of pv.c");
	fflush(stdout);
	status = pv_list(stdout, &message);
	if (message)
		fprintf(stderr, "%s\n", message);
	free(message);
	return status;
}

/* The first answer is the one that is taken when none is asked for. */
static int list_faults(void)
{
	struct page page = draw_page(stdout, cli_columns(stdout), cli_colour(stdout));
	uint16_t rc, rrc;

	draw_line(&page, DRAW_TITLE, "What UVCs could answer");
	for (uint16_t cmd = uvc_fault_command(0); cmd; cmd = uvc_fault_command(cmd)) {
		char text[512] = "";
		size_t length = 0;

		for (unsigned i = 0; (rc = uvc_plausible(cmd, i, &rrc)) && length < sizeof(text); i++)
			length += (size_t)snprintf(text + length, sizeof(text) - length, rrc ? "%s%04x/%02x" : "%s%04x",
						   i ? " " : "", rc, rrc);
		show(&page, uvc_fault_name(cmd), text);
	}
	return CLI_OK;
}

static int list_findings(void)
{
	struct page page = draw_page(stdout, cli_columns(stdout), cli_colour(stdout));

	draw_line(&page, DRAW_TITLE, "What the oracle finds, and the rule that is broken then");
	for (const struct sim_finding_kind *kind = sim_finding_kinds; kind->kind; kind++)
		show(&page, kind->kind, kind->rule);
	return CLI_OK;
}

static int list_one(const char *what)
{
	if (strcmp(what, "scenarios") == 0)
		return list_folder("Scenarios", "scenarios", show_scenario);
	if (strcmp(what, "profiles") == 0)
		return list_folder("Profiles", "profiles", show_profile);
	if (strcmp(what, "faults") == 0)
		return list_faults();
	if (strcmp(what, "findings") == 0)
		return list_findings();
	return list_algorithms();
}

int cmd_list(int argc, char **argv)
{
	static const char *const known[] = { "scenarios", "profiles", "algorithms", "faults", "findings", NULL };
	int worst = CLI_OK;

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		cli_help("list", stdout);
		return CLI_OK;
	}
	for (int i = 1; i < argc; i++) {
		const char *nearest = cli_nearest(argv[i], known);

		if (nearest && strcmp(nearest, argv[i]) == 0)
			continue;
		fprintf(stderr, "uvsim list: \"%s\" is none of scenarios, profiles, algorithms, faults, "
			"findings",
			argv[i]);
		if (nearest)
			fprintf(stderr, "; did you mean %s?", nearest);
		fputc('\n', stderr);
		return CLI_INPUT;
	}
	for (size_t k = 0; known[k]; k++) {
		bool wanted = argc == 1;

		for (int i = 1; i < argc; i++)
			wanted = wanted || strcmp(argv[i], known[k]) == 0;
		if (wanted) {
			int status = list_one(known[k]);

			worst = status > worst ? status : worst;
		}
	}
	return worst;
}
