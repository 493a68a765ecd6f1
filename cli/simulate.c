/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run from the scenario's file to the verdict: everything that is needed is loaded and opened
 * first, so that wrong input costs no simulation; then comes the simulation (stage.c); then its result is
 * judged, shown and written.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/crash.h"
#include "cli/job.h"
#include "cli/progress.h"
#include "kvm/linux/files.h"
#include "report/result.h"
#include "report/trace_export.h"
#include "scenario/fault.h"

/* --faults, beside those of the scenario. */
static bool add_faults(struct job *job)
{
	const char *text = job->options->faults;
	const char *wrong = text ? scenario_add_faults(job->scenario, text) : NULL;

	if (wrong)
		fprintf(stderr, "uvsim: --faults %s: %s\n", text, wrong);
	return !wrong;
}

static int load(struct job *job)
{
	const struct run_options *options = job->options;
	struct messages messages = { 0 };

	job->scenario = scenario_load(job->file, options->sets, options->set_count, &messages);
	if (job->scenario)
		job->profile = profile_load(
			options->profile ? options->profile : job->scenario->profile, &messages);
	run_print_messages(&messages);
	if (!job->profile || !add_faults(job))
		return CLI_INPUT;
	if (job->scenario->host.destroy_fast >= 0)
		job->profile->machine.destroy_fast = job->scenario->host.destroy_fast;
	if (job->scenario->host.misc >= 0)
		job->profile->machine.misc = job->scenario->host.misc;
	if (job->scenario->host.dump >= 0)
		job->profile->machine.dump = job->scenario->host.dump;
	if (job->scenario->host.old_destroy_rc >= 0)
		job->profile->machine.old_destroy_rc = job->scenario->host.old_destroy_rc;
	if (job->scenario->host.old_cpu_handle_rc >= 0)
		job->profile->machine.old_cpu_handle_rc = job->scenario->host.old_cpu_handle_rc;
	return CLI_OK;
}

static int find_pv(struct job *job)
{
	int status = CLI_OK;

	job->algorithm = run_find_algorithm(job->options->pv, &status);
	return job->algorithm ? CLI_OK : status;
}

static int open_output(struct output *output, const char *path)
{
	int error = path ? output_open(output, path) : 0;

	if (error)
		fprintf(stderr, "uvsim: cannot write %s: %s\n", path, strerror(-error));
	return error ? CLI_INPUT : CLI_OK;
}

/*
 * Where the result goes: the name of the scenario's file, without .yaml, is put in for %s, or names
 * the file in a directory; else --json as it is.
 */
static char *result_name(const struct job *job)
{
	const char *json = job->options->json, *slash = strrchr(job->file, '/');
	const char *percent = json ? strstr(json, "%s") : NULL;
	const char *name = slash ? slash + 1 : job->file;
	int length = (int)strlen(name) - (text_ends(name, ".yaml") ? (int)strlen(".yaml") : 0);
	struct stat status;

	if (!json)
		return NULL;
	if (percent)
		return text_format("%.*s%.*s%s", (int)(percent - json), json, length, name,
				   percent + 2);
	if (strcmp(json, "-") != 0 && stat(json, &status) == 0 && S_ISDIR(status.st_mode))
		return text_format("%s/%.*s.json", json, length, name);
	return text_copy(json);
}

/* A result that cannot be written is found out before the run, not after it. */
static int check_result_place(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	char *directory;
	int error;

	if (!path || strcmp(path, "-") == 0)
		return CLI_OK;
	directory = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	assert(directory);
	error = access(directory, F_OK) == 0 ? 0 : errno;
	free(directory);
	if (error)
		fprintf(stderr, "uvsim: cannot write %s: %s\n", path, strerror(error));
	return error ? CLI_INPUT : CLI_OK;
}

static int open_files(struct job *job)
{
	const struct run_options *options = job->options;
	int status;

	job->json = result_name(job);
	job->out = job->json && strcmp(job->json, "-") == 0 ? stderr : stdout;
	job->header.seed = options->seed_given ? options->seed : job->scenario->seed;
	memcpy(job->header.scenario, job->scenario->hash, sizeof(job->header.scenario));
	memcpy(job->header.profile, job->profile->hash, sizeof(job->header.profile));
	memcpy(job->header.pv, job->algorithm->sha256, sizeof(job->header.pv));
	if (options->replay) {
		job->replay = fopen(options->replay, "re");
		if (!job->replay) {
			fprintf(stderr, "uvsim: cannot read %s: %s\n", options->replay,
				strerror(errno));
			return CLI_INPUT;
		}
		if (!log_read_header(job->replay, options->replay, &job->header))
			return CLI_INPUT;
	}
	status = check_result_place(job->json);
	if (status == CLI_OK)
		status = open_output(&job->record, options->record);
	if (status == CLI_OK)
		status = open_output(&job->steps, options->steps);
	if (status == CLI_OK)
		status = open_output(&job->counters, options->counters);
	if (status == CLI_OK && options->coverage)
		status = run_check_coverage(job->algorithm);
	if (status == CLI_OK)
		status = open_output(&job->coverage, options->coverage);
	if (status == CLI_OK)
		status = open_output(&job->trace, options->trace);
	if (status == CLI_OK)
		status = open_output(&job->uvc_trace, options->uvc_trace);
	if (status == CLI_OK && job->record.stream)
		log_write_header(job->record.stream, &job->header);
	return status;
}

static int commit(struct output *output, const char *path)
{
	int error = output->stream ? output_commit(output) : 0;

	if (error)
		fprintf(stderr, "uvsim: cannot write %s: %s\n", path, strerror(-error));
	return error ? CLI_INTERNAL : CLI_OK;
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

/* Whoever looks for it finds a document, also when there is no memory for a run. */
static bool say_unbegun(void *ctx)
{
	struct job *job = ctx;

	if (!job->json)
		job->json = result_name(job);
	if (!job->trace.stream)
		open_output(&job->trace, job->options->trace);
	if (job->trace.stream)
		trace_export_nothing(job->trace.stream);
	if (!job->replay_command)
		job->replay_command = run_replay_command(job->options, job->file, job->header.seed);
	job->document = result_unbegun(job->scenario ? job->scenario->name : job->file, job->header.seed,
				       job->replay_command);
	return true;
}

static bool judge(void *ctx)
{
	struct job *job = ctx;

	job->status = worse(job->status, result_judge(job->document, job->scenario));
	return true;
}

static bool put_in_place(void *ctx)
{
	struct job *job = ctx;

	if (job->coverage.stream)
		job->status = worse(job->status, run_print_coverage(job->algorithm, job->coverage.stream));
	job->status = worse(job->status, commit(&job->record, job->options->record));
	job->status = worse(job->status, commit(&job->steps, job->options->steps));
	job->status = worse(job->status, commit(&job->counters, job->options->counters));
	job->status = worse(job->status, commit(&job->coverage, job->options->coverage));
	job->status = worse(job->status, commit(&job->trace, job->options->trace));
	job->status = worse(job->status, commit(&job->uvc_trace, job->options->uvc_trace));
	return true;
}

static bool write_result(void *ctx)
{
	struct job *job = ctx;

	if (job->json && result_write(job->document, job->json) != 0)
		job->status = CLI_INTERNAL;
	return true;
}

static bool print(void *ctx)
{
	struct job *job = ctx;

	if (job->options->quiet)
		report_print_verdict(job->document, job->out, cli_columns(job->out), cli_colour(job->out));
	else
		report_print(job->document, job->out, cli_columns(job->out), cli_colour(job->out));
	return true;
}

/* Each for itself: what has no memory, or breaks down, shall not take the others with it. */
static void deliver(struct job *job)
{
	bool good = crash_attempt(judge, job) && crash_attempt(put_in_place, job);

	if (!crash_attempt(write_result, job)) {
		output_remove_temporaries();
		good = false;
		/* Some memory has been given back. */
		crash_attempt(write_result, job);
	}
	if (!crash_attempt(print, job) || !good)
		job->status = CLI_INTERNAL;
}

static void release(struct job *job)
{
	output_abandon(&job->record);
	output_abandon(&job->steps);
	output_abandon(&job->counters);
	output_abandon(&job->coverage);
	output_abandon(&job->trace);
	output_abandon(&job->uvc_trace);
	if (job->replay)
		fclose(job->replay);
	json_decref(job->document);
	free(job->json);
	free(job->replay_command);
	run_drop_algorithm(job->algorithm);
	if (job->profile)
		profile_free(job->profile);
	if (job->scenario)
		scenario_free(job->scenario);
}

/* All that is to be there before the run. */
static bool prepare(void *ctx)
{
	struct job *job = ctx;

	job->status = load(job);
	if (job->status == CLI_OK)
		job->status = find_pv(job);
	if (job->status == CLI_OK)
		job->status = open_files(job);
	return true;
}

static int run_for_document(const struct run_options *options, const char *file, bool judge, json_t **document)
{
	struct job job = { .options = options, .file = file };

	prepare(&job);
	if (job.status == CLI_OK)
		job.status = job_simulate(&job);
	if (job.status == CLI_OK && judge)
		result_judge(job.document, job.scenario);
	*document = json_incref(job.document);
	release(&job);
	return job.status;
}

int run_document(const struct run_options *options, const char *file, json_t **document)
{
	return run_for_document(options, file, false, document);
}

int run_judged(const struct run_options *options, const char *file, json_t **document)
{
	return run_for_document(options, file, true, document);
}

int run_scenario(const struct run_options *options, const char *file)
{
	struct job job = { .options = options, .file = file, .out = stdout };
	bool prepared = crash_attempt(prepare, &job);

	if (prepared && job.status == CLI_OK) {
		run_print_command(options, file, job.header.seed, job.out);
		job.status = job_simulate(&job);
	} else if (!prepared) {
		job.status = CLI_INTERNAL;
	}
	if (job.status == CLI_INTERNAL && !job.document)
		crash_attempt(say_unbegun, &job);
	/* Also of a run that was cut short: it says so. */
	if (job.document)
		deliver(&job);
	if (interrupt_seen())
		job.status = CLI_INTERRUPTED;
	release(&job);
	return job.status;
}
