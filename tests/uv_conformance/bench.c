/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bench: a profile, a row made of a test's body.
 */
#include "bench.h"

#include "sim/time.h"

struct profile *bench_profile(void)
{
	static struct profile profile;
	struct machine *m = &profile.machine;

	for (unsigned id = 0; id < COST_COUNT; id++)
		profile.cost[id].value = (id + 1) * SIM_NS;
	*m = (struct machine){
		.uv_base_stor_len = 2 * MIB,
		.conf_base_phys_stor_len = 16 * FRAME_SIZE,
		.conf_base_virt_stor_len = FRAME_SIZE,
		.conf_virt_var_stor_len = FRAME_SIZE,
		.cpu_stor_len = 2 * FRAME_SIZE,
		.max_guest_stor_addr = (uint64_t)1 << 47,
		.max_num_sec_conf = 100,
		.max_guest_cpu_id = 256,
		.conf_dump_storage_state_len = FRAME_SIZE,
		.conf_dump_finalize_len = FRAME_SIZE,
		.destroy_fast = true, .misc = true, .aiv = true, .ap = true, .dump = true,
		.partial_budget = SIM_US,
		.max_retr_secrets = 2,
	};
	return &profile;
}

void bench_run(enum conformance_stage stage, void (*body)(struct rig *rig))
{
	const struct conformance_row row = { .name = "test", .stage = stage, .run = body };
	struct conformance_result result;

	conformance_run(bench_profile(), &row, 0, &result);
	ck_assert_msg(result.ok, "%s", result.got);
}

static void (*guest_calls)(struct rig *rig);
static uint32_t guest_flags;

static void guest_body(struct rig *rig)
{
	const struct guest_op program[] = {
		{ OP_CALL, 0, 0, guest_calls },
		{ OP_DIAG, 0x44, 0, NULL },
	};
	struct vcpu vcpu;

	rig->image_flags = guest_flags;
	ck_assert(rig_boot(rig, &vcpu, 0, program, 0));
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_NOTIFICATION);
}

void bench_guest(uint32_t flags, void (*calls)(struct rig *rig))
{
	guest_calls = calls;
	guest_flags = flags;
	bench_run(STAGE_CPU, guest_body);
}
