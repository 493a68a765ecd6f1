/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run tells about the simulator and about pv.c, not about the simulated machine: counters of
 * the engine for benchmarks, line coverage for those who write scenarios. Neither is part of the
 * result document, which must not depend on how a simulation is run.
 */
#include <inttypes.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "kvm/linux/loader.h"
#include "sim/engine.h"

void run_print_counters(FILE *out)
{
	const struct sim_counters *counters = sim_counters_get();

	fprintf(out, "events %" PRIu64 "\n", counters->events);
	fprintf(out, "switches %" PRIu64 "\n", counters->switches);
	fprintf(out, "bulk_calls %" PRIu64 "\n", counters->bulk_calls);
	fprintf(out, "bulk_units %" PRIu64 "\n", counters->bulk_units);
	fprintf(out, "convoys %" PRIu64 "\n", counters->convoys);
	fprintf(out, "burns %" PRIu64 "\n", counters->burns);
	fprintf(out, "choices %" PRIu64 "\n", counters->choices);
	fprintf(out, "hash %016" PRIx64 "\n", counters->hash);
}

int run_check_coverage(const struct pv_algorithm *algorithm)
{
	const struct uvsim_pv_module *module = pv_module_info(algorithm);

	if (module && module->coverage)
		return CLI_OK;
	fprintf(stderr, "uvsim run: --pv-coverage wants a module made by \"uvsim pv build "
			"--coverage-trace\", and --pv with its label\n");
	return CLI_INPUT;
}

int run_print_coverage(const struct pv_algorithm *algorithm, FILE *out)
{
	if (pv_module_coverage(algorithm, out) == 0)
		return CLI_OK;
	fprintf(stderr, "uvsim run: --pv-coverage: the module has no debug information\n");
	return CLI_INTERNAL;
}
