/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulation of one run: the machine is set up, runs, and what there is to be said of it is gathered.
 *
 * Each of the three may break down (cli/crash.h), for want of memory or by a mistake of ours. What can still be said is
 * said then: the document has the run, the reason, and the findings.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/crash.h"
#include "cli/job.h"
#include "cli/progress.h"
#include "kvm/linux/loader.h"
#include "kvm/linux/shim.h"
#include "mm/memcg.h"
#include "mm/pressure.h"
#include "report/memory.h"
#include "report/result.h"
#include "report/trace_export.h"
#include "scenario/unit.h"
#include "sim/finding.h"

/** What stands between sim_create() and sim_destroy(). */
struct stage {
	struct job *job;
	struct run run;
	struct trace_export *trace;
	struct memory_record *memory;
	struct vmm_crew crew;
	struct sim_code code;
};

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

static bool set_up(void *ctx)
{
	struct stage *stage = ctx;
	const struct scenario *scenario = stage->job->scenario;
	const struct job *job = stage->job;
	struct run *run = &stage->run;

	if (job->trace.stream)
		stage->trace = trace_export_begin(job->trace.stream);
	cost_use(job->profile);
	kernel_log_reset();
	pv_modules_reset();
	kvm_set_async_destroy(scenario->host.async_destroy);
	kvm_set_import_lock(scenario->host.import_lock);
	run->host = host_create(scenario->host.memory, job->profile);
	if (!run->host) {
		sim_find("internal-error", "there is no room in the address space for a host of %s",
			 unit_show_bytes(scenario->host.memory).text);
		return false;
	}
	begin_pressure(run->host, &scenario->host);
	begin_cgroups(run->host, scenario);
#ifdef UVSIM_WATCH
	conservation_watch(run->host);
#endif
	run->faults = faults_begin(scenario, run->host);
	if (job->uvc_trace.stream)
		run_trace_uvcs(run->host->uv, job->uvc_trace.stream);
	pv_module_code(job->algorithm, &stage->code);
	sim_code_set(&stage->code);
	crew_start(&stage->crew, run->host, job->algorithm, scenario);
	run->vmms = stage->crew.vmms;
	run->neighbours = stage->crew.neighbours;
	if (run->faults)
		run->faults->vmms = run->vmms;
	if (job->options->memory || scenario->report.memory)
		stage->memory = memory_begin(run->host, scenario, &stage->crew, memory_points(scenario));
	return true;
}

static bool play(void *ctx)
{
	struct stage *stage = ctx;
	if (stage->job->options->progress || isatty(STDERR_FILENO))
		progress_begin(!isatty(STDERR_FILENO));
	watchdog_begin(stage->job->options->watchdog);
	/* It may have come before there was a simulation. */
	if (interrupt_seen())
		sim_end_early(interrupt_reason());
	stage->run.end = sim_run();
	return true;
}

static bool end_trace(void *ctx)
{
	struct stage *stage = ctx;
	struct trace_export *trace = stage->trace;

	stage->trace = NULL;
	if (trace)
		trace_export_end(trace);
	return true;
}

/* The run is over: what is there to be said of it. */
static bool look_back(void *ctx)
{
	struct stage *stage = ctx;
	struct run *run = &stage->run;
	struct job *job = stage->job;

	end_trace(stage);
	/* What a run cut short still holds is no leak. */
	if (run->end == SIM_END_DONE) {
		uv_check_end(run->host->uv);
		host_check_end(run->host);
	}
	host_frames_settle(run->host);
	if (!run->partial)
		conservation_check(run->host, run->end == SIM_END_DONE);
	if (stage->memory)
		memory_end(stage->memory);
	run->memory = stage->memory;
	run->warns = kernel_warns();
	if (job->counters.stream)
		run_print_counters(job->counters.stream);
	job->document = result_build(run);
	return true;
}

static bool add_findings(void *ctx)
{
	struct stage *stage = ctx;
	if (crash_text())
		sim_find("internal-error", "%s: %s", stage->run.partial, crash_text());
	else if (!sim_findings())
		sim_find("internal-error", "%s", stage->run.partial);
	result_add_findings(stage->job->document, &stage->run);
	return true;
}

/* What can be said after a breakdown: with what was found, unless that is what breaks down. */
static bool few_words(void *ctx)
{
	struct stage *stage = ctx;

	stage->job->document = result_minimal(&stage->run);
	return true;
}

static void conclude_briefly(struct stage *stage, const char *what)
{
	crash_attempt(few_words, stage);
	stage->run.partial = what;
	crash_attempt(add_findings, stage);
	crash_attempt(end_trace, stage);
}

/* What broke down may be in no state to be taken apart. */
static bool give_back(void *ctx)
{
	struct stage *stage = ctx;
	if (stage->run.host)
		host_destroy(stage->run.host);
	return true;
}

static bool begin_simulation(void *ctx)
{
	return sim_create(ctx) == 0;
}

static bool end_simulation(void *ctx)
{
	(void)ctx;
	if (sim_active())
		sim_destroy();
	return true;
}

/* Between sim_create() and sim_destroy(). */
static int simulate(struct stage *stage)
{
	int status = CLI_INTERNAL;

	if (crash_attempt(set_up, stage)) {
		bool played = crash_attempt(play, stage);

		watchdog_end();
		progress_end();
		status = status_after(stage->job, &stage->run);
		if (!played || !crash_attempt(look_back, stage)) {
			conclude_briefly(stage, "the result of the run cannot be built");
			status = CLI_INTERNAL;
		}
	} else {
		stage->run.end = SIM_END_STOPPED;
		conclude_briefly(stage, "the run cannot begin");
	}
	crash_attempt(give_back, stage);
	cost_use(NULL);
	return status;
}

int job_simulate(struct job *job)
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
	struct stage stage = { .job = job };
	int status = CLI_INTERNAL;

	job->replay_command = run_replay_command(job->options, job->file, job->header.seed);
	stage.run = (struct run){
		.scenario = job->scenario, .profile = job->profile, .algorithm = job->algorithm,
		.seed = job->header.seed, .replay = job->replay_command,
	};
	if (crash_attempt(begin_simulation, &config))
		status = simulate(&stage);
	else
		fprintf(stderr, "uvsim: out of memory\n");
	crash_attempt(end_simulation, NULL);
	return status;
}
