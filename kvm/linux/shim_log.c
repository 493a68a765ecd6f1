/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kernel code says: WARN_ONCE() texts and failed lock assertions, kept once per site, and
 * debug events, which become instants of the trace. None of it changes the state of the model.
 *
 * Leaves out: the levels of the s390 debug feature (every event is passed on), stack traces.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "sim/account.h"
#include "sim/engine.h"
#include "sim/finding.h"
#include "sim/thread.h"
#include "sim/trace.h"

/*
 * One run's reports; kept outside the simulation's memory so that they can be read after its end.
 */
static struct {
	char **site;
	const char **text;	/* NULL-terminated */
	size_t count;
} reports;

static void *must(void *memory)
{
	if (memory == NULL)
		sim_out_of_memory(0);
	return memory;
}

const char *const *kernel_warns(void)
{
	static const char *const none[] = { NULL };

	return reports.count > 0 ? reports.text : none;
}

void kernel_log_reset(void)
{
	for (size_t i = 0; i < reports.count; i++) {
		free(reports.site[i]);
		free((char *)reports.text[i]);
	}
	free(reports.site);
	free(reports.text);
	memset(&reports, 0, sizeof(reports));
}

/* Has this site spoken already? Sites are few, so a plain search serves. */
static bool site_known(const char *site)
{
	for (size_t i = 0; i < reports.count; i++) {
		if (strcmp(reports.site[i], site) == 0)
			return true;
	}
	return false;
}

static void report(const char *word, const char *file, int line, const char *function,
		   const char *text)
{
	const char *base = strrchr(file, '/');
	char site[256], full[768];

	snprintf(site, sizeof(site), "%s %s:%d %s", word, base != NULL ? base + 1 : file, line,
		 function);
	if (sim_active())
		sim_step("warn", (uint64_t)line, 0);
	if (site_known(site))
		return;
	snprintf(full, sizeof(full), "%s: %s", site, text);
	reports.site = must(realloc(reports.site, (reports.count + 1) * sizeof(*reports.site)));
	reports.text = must(realloc(reports.text, (reports.count + 2) * sizeof(*reports.text)));
	reports.site[reports.count] = must(strdup(site));
	reports.text[reports.count] = must(strdup(full));
	reports.text[++reports.count] = NULL;
	if (sim_active() && sim_tracing())
		sim_trace_instant(sim_intern(full), (uint64_t)line);
}

static void kernel_warn(const char *file, int line, const char *function, const char *format, ...)
{
	va_list args;
	char text[512];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text[strcspn(text, "\n")] = '\0';
	report("WARN", file, line, function, text);
}

static void kernel_lockdep_failed(const char *file, int line, const char *function,
				  const char *text)
{
	report("LOCKDEP", file, line, function, text);
}

static void kernel_uv_event(struct kvm *kvm, int level, const char *format, ...)
{
	va_list args;
	char text[256];

	(void)kvm;
	if (!sim_active() || !sim_tracing())
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	sim_trace_instant(sim_intern(text), (uint64_t)level);
}

__attribute__((format(printf, 5, 6))) static void kernel_print(int level, const char *file, int line,
								 const char *function, const char *format, ...)
{
	static const char *const word[] = { "EMERG", "ALERT", "CRIT", "ERR", "WARNING" };
	va_list args;
	char text[512];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text[strcspn(text, "\n")] = '\0';
	if (level >= 0 && (size_t)level < sizeof(word) / sizeof(word[0]))
		report(word[level], file, line, function, text);
	else if (sim_active() && sim_tracing())
		sim_trace_instant(sim_intern(text), (uint64_t)level);
}

/* The kernel stops there: so does the run. */
__attribute__((noreturn)) static void kernel_bug(const char *file, int line, const char *function, const char *text)
{
	const char *base = strrchr(file, '/');

	sim_find("bug", "%s:%d %s: BUG: %s", base != NULL ? base + 1 : file, line, function, text);
	sim_abandon("bug");
}

void kernel_services_log(struct uvsim_services *services)
{
	services->print = kernel_print;
	services->bug = kernel_bug;
}

void kernel_api_fill_log(struct uvsim_kernel_api *api)
{
	api->warn = kernel_warn;
	api->lockdep_failed = kernel_lockdep_failed;
	api->uv_event = kernel_uv_event;
}
