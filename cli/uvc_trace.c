/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim run --uvc-trace`: every call of the Ultravisor, a line each, in the order in which they took
 * effect:
 *
 *	TIME NAME handle=H address=A n=N cc=C rc=R rrc=R each=T
 *
 * TIME is when the call ended, T how long it took, both in ps. Calls that were done in bulk are one
 * line with their number N, and TIME is when they were taken note of; --exact-pages shows each.
 */
#include <inttypes.h>

#include "cli/run.h"
#include "sim/engine.h"
#include "uv/ultravisor.h"

static void print_call(void *ctx, uint16_t cmd, uint64_t handle, uint64_t address, uint64_t n, int cc,
		       uint16_t rc, uint16_t rrc, sim_time time)
{
	const char *name = uvc_name(cmd);

	fprintf(ctx, "%" PRIu64 " %s handle=%" PRIx64 " address=%" PRIx64 " n=%" PRIu64
		     " cc=%d rc=%04x rrc=%04x each=%" PRIu64 "\n",
		sim_now(), name ? name : "unknown", handle, address, n, cc, rc, rrc, time);
}

void run_trace_uvcs(struct uv *uv, FILE *out)
{
	uvc_watch(uv, print_call, out);
}
