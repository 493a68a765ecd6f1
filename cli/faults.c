/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim run --faults`: kernel allocations and UVCs that fail now and then. Whether one does is a
 * choice on a stream of its own, so that a run with faults repeats as any other.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "mm/mm.h"
#include "sim/choice.h"
#include "uv/uvcb.h"

#define COMMANDS_END 0x2000
#define EVERY_MAX 1000000

static bool bad(const char *text, const char *why)
{
	fprintf(stderr, "uvsim run: --faults %s: %s\n", text, why);
	return false;
}

static bool find_command(const char *name, uint16_t *cmd)
{
	if (strcmp(name, "alloc") == 0) {
		*cmd = 0;
		return true;
	}
	for (uint16_t number = 1; number < COMMANDS_END; number++) {
		const char *known = uvc_name(number);

		if (known && strcmp(known, name) == 0 && uvc_may_fault(number)) {
			*cmd = number;
			return true;
		}
	}
	return false;
}

static bool read_one(struct run_faults *faults, const char *text, char *item)
{
	char *slash = strchr(item, '/');
	struct run_fault *fault = &faults->fault[faults->count];
	uint64_t every;

	if (!slash || !cli_number(slash + 1, &every) || every == 0 || every > EVERY_MAX)
		return bad(text, "each fault is written NAME/N: one in N fails, N from 1 to 1000000");
	*slash = '\0';
	if (!find_command(item, &fault->cmd))
		return bad(text, "names are alloc and UVCs that are not done in bulk, such as "
				 "DESTROY_SEC_CONF");
	fault->every = (unsigned)every;
	faults->count++;
	return true;
}

bool run_faults_read(struct run_faults *faults, const char *text)
{
	char *copy = text ? strdup(text) : NULL, *rest = copy, *item;
	bool good = true;

	faults->count = 0;
	while (good && (item = strsep(&rest, ","))) {
		if (faults->count == sizeof(faults->fault) / sizeof(faults->fault[0]))
			good = bad(text, "too many");
		else
			good = read_one(faults, text, item);
	}
	free(copy);
	return good;
}

static bool happens(const struct run_faults *faults, uint16_t cmd)
{
	bool any = false;

	for (unsigned i = 0; i < faults->count; i++) {
		const struct run_fault *fault = &faults->fault[i];

		if (fault->cmd == cmd && sim_choose(fault->stream, fault->every) == 0)
			any = true;
	}
	return any;
}

static int allocation_fails(void *ctx, const char *site, uint64_t bytes)
{
	(void)site;
	(void)bytes;
	return happens(ctx, 0);
}

static uint16_t call_fails(void *ctx, uint16_t cmd)
{
	return happens(ctx, cmd) ? UVC_RC_SIM_FAULT : 0;
}

void run_faults_begin(struct run_faults *faults, struct host *host)
{
	char name[64];

	for (unsigned i = 0; i < faults->count; i++) {
		uint16_t cmd = faults->fault[i].cmd;

		snprintf(name, sizeof(name), "fault/%s", cmd ? uvc_name(cmd) : "alloc");
		faults->fault[i].stream = sim_stream(name);
	}
	if (faults->count == 0)
		return;
	host->should_fail = allocation_fails;
	host->should_fail_ctx = faults;
	uvc_faults(host->uv, (struct uv_faults){ call_fails, faults });
}
