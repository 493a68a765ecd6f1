/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See world.h.
 */
#include <stdio.h>
#include <string.h>

#include "mm/pressure.h"
#include "sim/thread.h"
#include "world.h"

static struct profile profile;

static void make_profile(void)
{
	unsigned i;

	memset(&profile, 0, sizeof(profile));
	profile.name = (char *)"test";
	for (i = 0; i < COST_COUNT; i++)
		profile.cost[i].value = i < COST_HOST_SYSCALL ? 200 * SIM_NS : 20 * SIM_NS;
	profile.cost[COST_VMM_RESET].value = 100 * SIM_US;
	profile.cost[COST_VMM_THREAD].value = 10 * SIM_US;
	profile.machine = (struct machine){
		.uv_base_stor_len = MIB,
		.conf_base_phys_stor_len = 64 << 10,
		.conf_base_virt_stor_len = 64 << 10,
		.conf_virt_var_stor_len = 4096,
		.cpu_stor_len = 64 << 10,
		.max_guest_stor_addr = (uint64_t)1 << 44,
		.max_num_sec_conf = 100,
		.max_guest_cpu_id = 247,
		.conf_dump_storage_state_len = 4096,
		.conf_dump_finalize_len = 4096,
		.misc = true,
		.aiv = true,
		.dump = true,
		.partial_budget = SIM_MS,
	};
}

void world_defaults(struct world *world)
{
	memset(world, 0, sizeof(*world));
	memset(&mini, 0, sizeof(mini));
	world->spec = (struct vm_spec){
		.name = (char *)"vm",
		.count = 1,
		.memory = 16 * MIB,
		.vcpus = 2,
		.protected = true,
		.image = MIB,
	};
	world->algorithm = &mini_algorithm;
	world->processors = 4;
	world->memory = 4 * GIB;
	world->seed = 1;
	world_step(world, STEP_BOOT);
}

struct step *world_step(struct world *world, enum step_kind kind)
{
	struct step *step = &world->program[world->spec.program_count++];

	ck_assert_uint_le(world->spec.program_count, PROGRAM_MAX);
	step->kind = kind;
	return step;
}

/* All phases of a boot follow each other, from its begin to the guest's return. */
static void check_phases(const struct vmm *vmm, const struct vmm_boot *boot, bool last)
{
	sim_time back = vmm->spec->protected ? boot->protected_back : boot->plain_back;
	const struct vmm_phase *phase;
	sim_time at = boot->begin;

	ck_assert_ptr_nonnull(boot->phases);
	for (phase = boot->phases; phase; phase = phase->next) {
		ck_assert_uint_eq(phase->begin, at);
		ck_assert_uint_ge(phase->end, phase->begin);
		ck_assert_uint_ne(phase->end, SIM_FOREVER);
		ck_assert_ptr_nonnull(phase->account);
		ck_assert_str_eq(phase->account->name, phase->name);
		/* Nothing of the main thread's later life is charged to the phase. */
		ck_assert_uint_le(sim_account_total(phase->account), phase->end - phase->begin);
		at = phase->end;
	}
	/* Only the last boot may have been cut short. */
	if (back != SIM_FOREVER)
		ck_assert_uint_eq(at, back);
	else
		ck_assert(last && strcmp(vmm->outcome, "shut down") != 0);
	if (boot->protected_back != SIM_FOREVER)
		ck_assert_uint_gt(boot->protected_back, boot->plain_back);
}

static void check_vmm(const struct vmm *vmm)
{
	const struct vmm_cleanup *cleanup;
	const struct vmm_boot *boot;

	ck_assert_str_ne(vmm->outcome, "running");
	ck_assert_uint_ne(vmm->exited, SIM_FOREVER);
	for (boot = vmm->boots; boot; boot = boot->next)
		check_phases(vmm, boot, !boot->next);
	for (cleanup = vmm->cleanups; cleanup; cleanup = cleanup->next) {
		ck_assert_uint_ne(cleanup->end, SIM_FOREVER);
		ck_assert_uint_le(cleanup->cpu, cleanup->end - cleanup->begin);
	}
	if (!vmm->mm)
		return;
	ck_assert_uint_eq(vmm->mm->users, 0);
	ck_assert_uint_eq(vmm->mm->count, 0);
	if (vmm->kvm)
		ck_assert_int_eq(kvm_protected_count(vmm->kvm), 0);
}

static void check_neighbour(const struct neighbour *neighbour)
{
	ck_assert_str_ne(neighbour->outcome, "running");
	ck_assert_uint_ne(neighbour->exited, SIM_FOREVER);
	if (!neighbour->mm)
		return;
	ck_assert_uint_eq(neighbour->mm->users, 0);
	ck_assert_uint_eq(neighbour->mm->count, 0);
	ck_assert_uint_eq(neighbour->mm->rss, 0);
}

static void start_all(struct world *world)
{
	struct scenario scenario = { .vm = sim_alloc((1 + world->other_count) * sizeof(struct vm_spec)),
				     .vm_count = 1 + world->other_count,
				     .process = world->processes,
				     .process_count = world->process_count };
	/* The threads look for it when they run. */
	struct vmm_crew *crew = sim_alloc(sizeof(*crew));
	struct neighbour *neighbour;
	struct vmm *vmm;
	unsigned i = 0;

	scenario.vm[0] = world->spec;
	for (i = 0; i < world->other_count; i++)
		scenario.vm[1 + i] = world->others[i];
	crew_start(crew, world->host, world->algorithm, &scenario);
	memset(world->vmm, 0, sizeof(world->vmm));
	memset(world->neighbour, 0, sizeof(world->neighbour));
	for (i = 0, vmm = crew->vmms; vmm; vmm = vmm->next)
		world->vmm[i++] = vmm;
	for (i = 0, neighbour = crew->neighbours; neighbour; neighbour = neighbour->next)
		world->neighbour[i++] = neighbour;
}

static int fail_site(void *ctx, const char *site, uint64_t bytes)
{
	(void)bytes;
	return !strcmp(site, ctx);
}

void world_run(struct world *world)
{
	struct sim_config config = { .processors = world->processors,
				     .seed = world->seed,
				     .context_switch = SIM_US,
				     .exact_pages = world->exact_pages };
	uint64_t blocks, bytes, free_frames;
	struct sim_thread *thread;
	unsigned i;

	make_profile();
	ck_assert_int_eq(sim_create(&config), 0);
	cost_use(&profile);
	world->spec.program = world->program;
	world->host = host_create(world->memory, &profile);
	ck_assert_ptr_nonnull(world->host);
	blocks = host_heap_left(world->host, &bytes);
	free_frames = world->host->free;
	if (world->fail_site) {
		world->host->should_fail = fail_site;
		world->host->should_fail_ctx = (void *)world->fail_site;
	}
	if (world->pressure)
		pressure_begin(world->host, &(struct pressure_config){ .bandwidth = 1, .queue = 1 });
	start_all(world);
	ck_assert_int_eq(sim_run(), SIM_END_DONE);
	for (i = 0; world->vmm[i]; i++)
		check_vmm(world->vmm[i]);
	for (i = 0; world->neighbour[i]; i++)
		check_neighbour(world->neighbour[i]);
	conservation_check(world->host, true);
	for (thread = sim_thread_next(NULL); thread; thread = sim_thread_next(thread)) {
		/* Kernel threads live on. */
		if (world->pressure && (!strcmp(sim_thread_name(thread), "kswapd") ||
					!strcmp(sim_thread_name(thread), "oom_reaper")))
			continue;
		ck_assert(sim_thread_ended(thread));
		ck_assert_uint_eq(sim_account_total(sim_thread_account(thread)),
				  sim_thread_end(thread) - sim_thread_begin(thread));
	}
	uv_check_end(world->host->uv);
	ck_assert_uint_eq(violation_count(world), 0);
	ck_assert_uint_eq(uv_conf_count(world->host->uv), 0);
	ck_assert_uint_eq(host_heap_left(world->host, &bytes), blocks);
	ck_assert_uint_eq(world->host->free, free_frames);
	world->hash = sim_counters_get()->hash;
	world->end = sim_now();
}

void world_end(struct world *world)
{
	host_destroy(world->host);
	cost_use(NULL);
	sim_destroy();
	kvm_set_async_destroy(true);
}

const char *phase_names(const struct vmm_boot *boot)
{
	static char text[512];
	const struct vmm_phase *phase;

	text[0] = '\0';
	for (phase = boot->phases; phase; phase = phase->next) {
		strcat(text, phase->name);
		strcat(text, " ");
	}
	return text;
}

unsigned boot_count(const struct vmm *vmm)
{
	const struct vmm_boot *boot;
	unsigned n = 0;

	for (boot = vmm->boots; boot; boot = boot->next)
		n++;
	return n;
}

const struct vmm_boot *boot_at(const struct vmm *vmm, unsigned index)
{
	const struct vmm_boot *boot = vmm->boots;

	while (boot && index--)
		boot = boot->next;
	ck_assert_ptr_nonnull(boot);
	return boot;
}

unsigned violation_count(const struct world *world)
{
	const struct sim_finding *violation;
	unsigned n = 0;

	for (violation = uv_violations(world->host->uv); violation; violation = violation->next) {
		fprintf(stderr, "%s: %s\n", violation->kind, violation->text);
		n++;
	}
	return n;
}
