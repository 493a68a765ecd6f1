/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The campaign: random scenarios, each run in several ways that must come to the same result.
 */
#ifndef TOOLS_CAMPAIGN_H
#define TOOLS_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/** A campaign, and the scenario at hand. */
struct campaign {
	const char *uvsim, *directory;
	const char *pv[2];		/* both: compare these; NULL: the default one */
	const char *faults;		/* put into the scenario at hand, or NULL */
	bool pressure;			/* the hosts are too small */
	bool mix;			/* and there is more on them than VMs */
	bool varied;			/* neither, one or both of these, by the number of the scenario */
	bool patient;			/* no stall is one that Linux would not speak of */
	bool quick;			/* only in bulk and page by page, up to the first that differ */
	char faults_text[256];
	char stem[512];			/* of the files of one scenario */
	uint64_t same, different, refused, failed, violated, faulty;
};

/** Name of the scenario's file with this suffix. Valid for the next 31 calls. */
const char *campaign_file(const struct campaign *campaign, const char *suffix);

/** Open a file to write; ends the program when that is not possible. */
FILE *campaign_create(const char *name);

/** Write scenario @seed and its profile. */
void campaign_write(struct campaign *campaign, uint64_t seed);

/** Remove all files of the scenario. */
void campaign_clean(const struct campaign *campaign);

/**
 * One way of running it: uvsim run with the scenario's faults and @arguments, what it prints in @log. False when
 * uvsim itself failed; *@status is its exit status, or 128 and the number of a signal.
 */
bool campaign_run(struct campaign *campaign, const char *log, const char *const *arguments, int *status);

/** Where a run that campaign_begin() starts can write to, and by which name. */
#define CAMPAIGN_PIPE 9
#define CAMPAIGN_PIPE_NAME "/dev/fd/9"

/** A run under way. */
struct campaign_child {
	pid_t pid;
	const char *log;
	FILE *out;		/* what it writes to the pipe */
};

/** As campaign_run(), but do not wait: ->out must be read to its end, then campaign_end() called. */
void campaign_begin(struct campaign *campaign, struct campaign_child *child, const char *log,
		    const char *const *arguments);
bool campaign_end(struct campaign_child *child, int *status);

/**
 * Run scenarios [@seed, @seed + @count) without faults under each of @pvs (NULL ends them): none may have a
 * finding. Prints what each has, and how to see it again; a tally at the end, or when SIGINT or SIGTERM stops it.
 * Exit status of the program.
 */
int campaign_findings(struct campaign *campaign, uint64_t count, uint64_t seed, char **pvs);

/**
 * Run scenarios [@seed, @seed + @count) with faults of their own under each of @pvs, in bulk and page by page: the two
 * must be the same, and uvsim must not fail. Prints a tally. Exit status of the program.
 */
int campaign_faulted(struct campaign *campaign, uint64_t count, uint64_t seed, char **pvs);

/** SplitMix64; seeded with the number of a scenario, so that each can be made again alone. */
struct dice {
	uint64_t state;
};
uint64_t dice_roll(struct dice *dice, uint64_t bound);
/** True in one of @n cases. */
bool dice_one_in(struct dice *dice, unsigned n);
/**
 * Write random scenario @seed, which uses the profile file @profile, and that profile. Of the kind that @campaign asks
 * for; @pressure: on a host that is too small for it, with swap or without.
 */
void generate_scenario(FILE *out, uint64_t seed, const char *profile, const struct campaign *campaign);
void generate_profile(FILE *out, uint64_t seed, bool pressure);

/** What is mixed into a scenario, while it is written. */
struct mix {
	struct dice dice;
	struct dice groups;		/* for cgroups: of their own */
	unsigned n_groups;
};

/** Begin what is mixed into scenario @seed, and write what VMs refer to. */
void mix_begin(FILE *out, struct mix *mix, uint64_t seed);
/** Write what VM @index has of it; true if that says when it starts. */
bool mix_vm(FILE *out, struct mix *mix, unsigned index);
/** Write a kill of a VM, or none. */
void mix_kill(FILE *out, struct mix *mix);
/** Write all that is not about one VM. */
void mix_end(FILE *out, struct mix *mix, unsigned vms);

/**
 * What scenario @seed has for --faults, in @text; NULL for every other one. @wide: of all kinds, also those that do not
 * come alike under two algorithms.
 */
const char *generate_faults(uint64_t seed, bool wide, char *text, size_t size);

/**
 * Compare two result documents. 0: the same; else 1, and the first JSON path at which they part is printed.
 * @but: a path that may differ, or NULL.
 */
int compare_documents(const char *left, const char *right, const char *but);

/** Compare two texts, read to their ends; where they part is printed. 0: the same, else 1. */
int compare_lines(FILE *left, FILE *right);

/**
 * Compare the documents of two algorithms that should be the same machine: all but run.pv, warnings of
 * kernel code, the names of what could not be allocated, and of the functions that time was spent in; what it
 * was spent on must agree.
 */
int compare_algorithms(const char *left, const char *right);

#endif
