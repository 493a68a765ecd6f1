/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run from the scenario's file to the verdict: everything that is needed is loaded and opened
 * first, so that wrong input costs no simulation; then comes the simulation; then its result is
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
#include "cli/progress.h"
#include "cli/run.h"
#include "kvm/linux/files.h"
#include "kvm/linux/loader.h"
#include "kvm/linux/shim.h"
#include "mm/memcg.h"
#include "mm/pressure.h"
#include "report/memory.h"
#include "report/output.h"
#include "report/result.h"
#include "report/trace_export.h"
#include "sim/finding.h"
#include "scenario/fault.h"

/* What a run holds; all of it is given back by release(). */
struct job {
	const struct run_options *options;
	const char *file;
	struct scenario *scenario;
	struct profile *profile;
	const struct pv_algorithm *algorithm;
	struct log_header header;
	struct output record, steps, trace, counters, coverage, uvc_trace;
	FILE *replay;
	FILE *out;  /* where the report goes */
	char *json; /* where the result goes, or NULL */
	json_t *document;
	char *replay_command; /* told with findings */
};

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

/* Did the run answer to the log to its end? */
static bool replay_is_good(const struct job *job)
{
	const struct sim_replay_error *found = sim_replay_error();
	struct sim_replay_error error = { 0 };
	char line[8];

	if (!job->replay)
		return true;
	if (found)
		error = *found;
	else if (fgets(line, sizeof(line), job->replay))
		error = (struct sim_replay_error){ sim_replay_line() + 1, "the run is over, and the log goes on" };
	/* The first line is the header. */
	if (error.text)
		fprintf(stderr, "%s:%llu: error: %s: another uvsim recorded it, or it was changed\n",
			job->options->replay, (unsigned long long)error.line + 1, error.text);
	return !error.text;
}

static void begin_pressure(struct host *host, const struct host_spec *spec)
{
	const struct pressure_config config = {
		.swap_bytes = spec->swap.size,
		.bandwidth = spec->swap.bandwidth,
		.latency = spec->swap.latency,
		.queue = spec->swap.queue,
		.min = spec->watermarks.min,
		.low = spec->watermarks.low,
		.high = spec->watermarks.high,
	};

	if (spec->swap.given)
		pressure_begin(host, &config);
}

static void begin_cgroups(struct host *host, const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->cgroup_count; i++) {
		const struct cgroup_spec *spec = &scenario->cgroup[i];
		const struct memcg_config config = {
			.name = spec->name, .max = spec->max, .high = spec->high, .swap_max = spec->swap_max,
		};

		memcg_create(host, &config);
	}
}

static unsigned memory_points(const struct scenario *scenario)
{
	return scenario->report.points ? scenario->report.points : 240;
}

/* Whether the run came to its own end; if not, why, in @run. Returns an exit status. */
static int status_after(const struct job *job, struct run *run)
{
	run->partial = sim_early_reason();
	if (interrupt_seen())
		return CLI_INTERRUPTED;
	if (run->partial)
		return strcmp(run->partial, "internal error") == 0 ? CLI_INTERNAL : CLI_OK;
	if (replay_is_good(job))
		return CLI_OK;
	run->partial = "the choice log does not fit";
	return CLI_INPUT;
}

/* The run is over: what is there to be said of it. */
static void look_back(struct job *job, struct run *run, struct memory_record *memory)
{
	/* What a run cut short still holds is no leak. */
	if (run->end == SIM_END_DONE) {
		uv_check_end(run->host->uv);
		host_check_end(run->host);
	}
	host_frames_settle(run->host);
	if (!run->partial)
		conservation_check(run->host, run->end == SIM_END_DONE);
	if (memory)
		memory_end(memory);
	run->memory = memory;
	run->warns = kernel_warns();
	if (job->counters.stream)
		run_print_counters(job->counters.stream);
	job->document = result_build(run);
}

/* False if that broke down. */
static bool conclude(struct job *job, struct run *run, struct trace_export *trace, struct memory_record *memory)
{
	if (sigsetjmp(crash_return, 1) != 0) {
		crash_arm(false);
		crash_give_spare();
		return false;
	}
	crash_arm(true);
	if (trace)
		trace_export_end(trace);
	look_back(job, run, memory);
	crash_arm(false);
	return true;
}

/* What can be said after that: with what was found, unless that is what breaks down. */
static void conclude_briefly(struct job *job, const struct run *run)
{
	job->document = result_minimal(run, "internal error");
	if (sigsetjmp(crash_return, 1) == 0) {
		crash_arm(true);
		sim_find("internal-error", "the result of the run cannot be built");
		result_add_findings(job->document, run);
	}
	crash_arm(false);
}

/* What broke down may be in no state to be taken apart. */
static void give_back(struct host *host)
{
	if (sigsetjmp(crash_return, 1) == 0) {
		crash_arm(true);
		host_destroy(host);
	}
	crash_arm(false);
}

/* Between sim_create() and sim_destroy(). */
static int simulate(struct job *job)
{
	struct run run = {
		.scenario = job->scenario,
		.profile = job->profile,
		.algorithm = job->algorithm,
		.seed = job->header.seed,
		.replay = job->replay_command,
	};
	struct trace_export *trace = NULL;
	struct sim_code code;
	struct memory_record *memory = NULL;
	struct vmm_crew crew = { .vmms = NULL };
	int status;

	cost_use(job->profile);
	kernel_log_reset();
	pv_modules_reset();
	kvm_set_async_destroy(job->scenario->host.async_destroy);
	run.host = host_create(job->scenario->host.memory, job->profile);
	if (!run.host) {
		cost_use(NULL);
		return CLI_INTERNAL;
	}
	begin_pressure(run.host, &job->scenario->host);
	begin_cgroups(run.host, job->scenario);
#ifdef UVSIM_WATCH
	conservation_watch(run.host);
#endif
	run.faults = faults_begin(job->scenario, run.host);
	if (job->uvc_trace.stream)
		run_trace_uvcs(run.host->uv, job->uvc_trace.stream);
	pv_module_code(job->algorithm, &code);
	sim_code_set(&code);
	if (job->trace.stream)
		trace = trace_export_begin(job->trace.stream);
	crew_start(&crew, run.host, job->algorithm, job->scenario);
	run.vmms = crew.vmms;
	run.neighbours = crew.neighbours;
	if (run.faults)
		run.faults->vmms = run.vmms;
	if (job->options->memory || job->scenario->report.memory)
		memory = memory_begin(run.host, job->scenario, &crew, memory_points(job->scenario));
	if (job->options->progress || isatty(STDERR_FILENO))
		progress_begin(!isatty(STDERR_FILENO));
	watchdog_begin(job->options->watchdog);
	run.end = sim_run();
	watchdog_end();
	progress_end();
	status = status_after(job, &run);
	if (!conclude(job, &run, trace, memory)) {
		conclude_briefly(job, &run);
		status = CLI_INTERNAL;
	}
	give_back(run.host);
	cost_use(NULL);
	return status;
}

static int run_simulation(struct job *job)
{
	const struct host_spec *host = &job->scenario->host;
	struct sim_config config = {
		.seed = job->header.seed,
		.processors = host->processors,
		.slice = host->slice,
		.context_switch = job->profile->cost[COST_HOST_SWITCH].value,
		.stall_limit = host->stall_limit,
		.livelock_limit = host->livelock_limit,
		.time_limit = job->scenario->time_limit,
		.exact_pages = job->options->exact_pages,
		.no_oracle = job->options->no_oracle,
		.steps = job->steps.stream,
		.record = job->record.stream,
		.replay = job->replay,
	};
	int status;

	job->replay_command = run_replay_command(job->options, job->file, job->header.seed);
	if (sim_create(&config) != 0) {
		fprintf(stderr, "uvsim: out of memory\n");
		return CLI_INTERNAL;
	}
	status = simulate(job);
	sim_destroy();
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

static int deliver(struct job *job)
{
	int status = result_judge(job->document, job->scenario);

	if (job->coverage.stream)
		status = worse(status, run_print_coverage(job->algorithm, job->coverage.stream));
	status = worse(status, commit(&job->record, job->options->record));
	status = worse(status, commit(&job->steps, job->options->steps));
	status = worse(status, commit(&job->counters, job->options->counters));
	status = worse(status, commit(&job->coverage, job->options->coverage));
	status = worse(status, commit(&job->trace, job->options->trace));
	status = worse(status, commit(&job->uvc_trace, job->options->uvc_trace));
	if (job->json && result_write(job->document, job->json) != 0)
		status = CLI_INTERNAL;
	if (job->options->quiet)
		report_print_verdict(job->document, job->out, cli_columns(job->out),
				     cli_colour(job->out));
	else
		report_print(job->document, job->out, cli_columns(job->out), cli_colour(job->out));
	return status;
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

static int run_for_document(const struct run_options *options, const char *file, bool judge, json_t **document)
{
	struct job job = { .options = options, .file = file };
	int status = load(&job);

	if (status == CLI_OK)
		status = find_pv(&job);
	if (status == CLI_OK)
		status = open_files(&job);
	if (status == CLI_OK)
		status = run_simulation(&job);
	if (status == CLI_OK && judge)
		result_judge(job.document, job.scenario);
	if (status == CLI_OK)
		*document = json_incref(job.document);
	release(&job);
	return status;
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
	struct job job = { .options = options, .file = file };
	int status = load(&job);

	if (status == CLI_OK)
		status = find_pv(&job);
	if (status == CLI_OK)
		status = open_files(&job);
	if (status == CLI_OK) {
		run_print_command(options, file, job.header.seed, job.out);
		status = run_simulation(&job);
	}
	/* Also of a run that was cut short: it says so. */
	if (job.document)
		status = worse(status, deliver(&job));
	if (interrupt_seen())
		status = CLI_INTERRUPTED;
	release(&job);
	return status;
}
