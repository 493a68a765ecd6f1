/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's program, step by step.
 *
 * Models what is needed to place load on KVM and the Ultravisor: first touches of storage in long
 * runs or at random, guest time, enabled waits, diag 308. Left out: what the guest computes, its
 * own memory management, interrupts other than the one that ends a wait. A program that ends
 * without shutdown powers the guest off.
 */
#include <assert.h>
#include <stdio.h>

#include "kvm/kvm_host.h"
#include "sim/engine.h"
#include "sim/rhythm.h"
#include "uv/cost.h"
#include "vmm/guest.h"

void guest_init(struct guest *guest, const struct vm_spec *spec, const char *name,
		const struct guest_events *events, void *ctx)
{
	unsigned i;

	guest->spec = spec;
	guest->name = name;
	guest->pages = spec->memory >> PAGE_SHIFT;
	guest->cpus = spec->vcpus;
	guest->events = events;
	guest->ctx = ctx;
	guest->cpu = sim_alloc(guest->cpus * sizeof(*guest->cpu));
	for (i = 0; i < guest->cpus; i++) {
		guest->cpu[i].guest = guest;
		guest->cpu[i].id = i;
	}
}

void guest_enter(struct guest *guest, enum guest_mode mode)
{
	guest->mode = mode;
	guest->started = false;
	guest->subcode = 0;
	if (mode == GUEST_MODE_LOADER) {
		guest->cpu[0].page = 0;
		guest->cpu[0].run =
			guest->pages < GUEST_LOADER_PAGES ? guest->pages : GUEST_LOADER_PAGES;
		guest->think = cost(COST_GUEST_TOUCH);
	}
}

void guest_go_on(struct guest *guest)
{
	guest->waiting = false;
	kvm_vcpu_wakeup(guest->cpu[0].vcpu);
}

static void ask(struct guest *guest, unsigned subcode)
{
	guest->subcode = subcode;
	guest->asked = sim_now();
}

static void wait_until(struct guest_next *next, sim_time until)
{
	next->action = GUEST_WAIT;
	next->until = until;
}

/* --- one vCPU's part -------------------------------------------------------------------------- */

static const struct step *current_step(const struct guest *guest)
{
	return &guest->spec->program[guest->step];
}

static uint64_t draw_page(struct guest_cpu *cpu, const struct step *step)
{
	const struct guest *guest = cpu->guest;
	uint64_t set = step->set_bytes >> PAGE_SHIFT;
	char name[192];

	if (!cpu->stream) {
		snprintf(name, sizeof(name), "guest/%s/cpu%u", guest->name, cpu->id);
		cpu->stream = sim_stream(name);
	}
	if (step->pattern == PATTERN_WORKING_SET && set &&
	    sim_choose(cpu->stream, 1000) < step->set_permille)
		return ((step->offset >> PAGE_SHIFT) + sim_choose(cpu->stream, set)) % guest->pages;
	return sim_choose(cpu->stream, guest->pages);
}

/* The next run of pages, once the last one is done. */
static void next_run(struct guest_cpu *cpu)
{
	if (cpu->wrapped) {
		cpu->page = 0;
		cpu->run = cpu->wrapped < cpu->guest->pages ? cpu->wrapped : cpu->guest->pages;
		cpu->wrapped -= cpu->run;
	} else if (cpu->draws) {
		cpu->page = draw_page(cpu, current_step(cpu->guest));
		cpu->run = 1;
		cpu->draws--;
	}
}

/*
 * Fill in @next with work of this vCPU's part; false when it has none left, which the last one
 * tells vCPU 0.
 */
static bool cpu_work(struct guest_cpu *cpu, struct guest_next *next)
{
	struct guest *guest = cpu->guest;

	if (!cpu->busy)
		return false;
	if (!cpu->run)
		next_run(cpu);
	if (cpu->run) {
		next->action = GUEST_TOUCH;
		next->gpage = cpu->page;
		next->pages = cpu->run;
		next->think = guest->think;
		return true;
	}
	if (cpu->compute) {
		next->action = GUEST_COMPUTE;
		next->think = cpu->compute;
		cpu->computing = true;
		return true;
	}
	cpu->busy = false;
	assert(guest->busy);
	if (!--guest->busy && cpu->id)
		kvm_vcpu_wakeup(guest->cpu[0].vcpu);
	return false;
}

/* Part @i of @n of a sequential touch: a contiguous share, wrapping round at the end of storage. */
static void share_sequential(struct guest_cpu *cpu, const struct step *step, uint64_t total,
			     unsigned i, unsigned n)
{
	uint64_t pages = cpu->guest->pages;
	uint64_t from = total / n * i + total % n * i / n;
	uint64_t to = total / n * (i + 1) + total % n * (i + 1) / n;

	cpu->page = ((step->offset >> PAGE_SHIFT) + from) % pages;
	cpu->run = to - from;
	if (cpu->run > pages - cpu->page) {
		cpu->wrapped = cpu->run - (pages - cpu->page);
		cpu->run = pages - cpu->page;
	}
}

/* Give every vCPU that takes part its share. */
static void share_out(struct guest *guest, const struct step *step)
{
	unsigned n = step->vcpus && step->vcpus < guest->cpus ? step->vcpus : guest->cpus;
	uint64_t total = step->bytes >> PAGE_SHIFT;
	unsigned i;

	guest->think =
		step->think || step->kind != STEP_TOUCH ? step->think : cost(COST_GUEST_TOUCH);
	for (i = 0; i < n; i++) {
		struct guest_cpu *cpu = &guest->cpu[i];

		if (step->kind == STEP_COMPUTE)
			cpu->compute = step->time;
		else if (step->pattern == PATTERN_SEQUENTIAL)
			share_sequential(cpu, step, total, i, n);
		else
			cpu->draws = total / n + (i < total % n);
		cpu->busy = true;
		guest->busy++;
		if (i)
			kvm_vcpu_wakeup(cpu->vcpu);
	}
}

/* --- vCPU 0: the conductor -------------------------------------------------------------------- */

static void step_begin(struct guest *guest, const struct step *step)
{
	guest->begun = true;
	switch (step->kind) {
	case STEP_TOUCH:
	case STEP_COMPUTE:
		share_out(guest, step);
		break;
	case STEP_IDLE:
		guest->until = sim_now() + step->time;
		break;
	case STEP_REBOOT:
		guest->reboots = 0;
		guest->until = 0;
		break;
	case STEP_WAIT_CLEANUP:
		guest->waiting = true;
		guest->events->wait_cleanup(guest->ctx);
		break;
	case STEP_DUMP:
		guest->waiting = true;
		guest->events->dump(guest->ctx);
		break;
	case STEP_BOOT:
	case STEP_SHUTDOWN:
		break;
	}
}

/*
 * Something of the step is still to be waited or asked for: put into @next. False: the step is
 * over.
 */
static bool step_holds(struct guest *guest, const struct step *step, struct guest_next *next)
{
	unsigned times = step->times ? step->times : 1;

	if (guest->busy || guest->waiting) {
		wait_until(next, SIM_FOREVER);
		return true;
	}
	switch (step->kind) {
	case STEP_IDLE:
		break;
	case STEP_REBOOT:
		if (guest->reboots == times)
			return false;
		if (sim_now() >= guest->until) {
			guest->reboots++;
			ask(guest, DIAG308_LOAD_CLEAR);
			return true;
		}
		break;
	case STEP_SHUTDOWN:
		ask(guest, DIAG308_POWER_OFF);
		return true;
	default:
		return false;
	}
	if (sim_now() >= guest->until)
		return false;
	wait_until(next, guest->until);
	return true;
}

static void conduct(struct guest *guest, struct guest_next *next)
{
	for (;;) {
		const struct step *step;

		if (guest->step == guest->spec->program_count) {
			ask(guest, DIAG308_POWER_OFF);
			return;
		}
		step = current_step(guest);
		if (!guest->begun)
			step_begin(guest, step);
		if (cpu_work(&guest->cpu[0], next) || step_holds(guest, step, next))
			return;
		guest->step++;
		guest->begun = false;
	}
}

/* First instruction after a boot: pauses between reboots are measured from here. */
static void program_started(struct guest *guest)
{
	guest->started = true;
	if (guest->reboots && guest->step < guest->spec->program_count &&
	    current_step(guest)->kind == STEP_REBOOT)
		guest->until = sim_now() + current_step(guest)->pause;
	guest->events->program(guest->ctx);
}

/* The plain loader: touches its own pages, then starts the image. */
static void run_loader(struct guest *guest, struct guest_next *next)
{
	struct guest_cpu *cpu = &guest->cpu[0];

	if (!guest->started) {
		guest->started = true;
		guest->events->loader(guest->ctx);
	}
	if (cpu->run) {
		next->action = GUEST_TOUCH;
		next->gpage = cpu->page;
		next->pages = cpu->run;
		next->think = guest->think;
	} else if (guest->spec->protected) {
		ask(guest, DIAG308_PV_START);
	} else {
		guest_enter(guest, GUEST_MODE_PROGRAM);
		program_started(guest);
		conduct(guest, next);
	}
}

/* --- what KVM_RUN asks ------------------------------------------------------------------------ */

static void next_conductor(struct guest *guest, struct guest_next *next)
{
	if (guest->mode == GUEST_MODE_LOADER && !guest->subcode) {
		run_loader(guest, next);
	} else if (!guest->subcode) {
		if (!guest->started)
			program_started(guest);
		conduct(guest, next);
	}
	/*
	 * What was asked for is asked again until it is granted: KVM_RUN may have been left in
	 * between.
	 */
	if (guest->subcode) {
		next->action = GUEST_DIAG308;
		next->subcode = guest->subcode;
	}
}

static void guest_next(void *arg, struct guest_next *next)
{
	struct guest_cpu *cpu = arg;

	*next = (struct guest_next){ 0 };
	if (!cpu->id)
		next_conductor(cpu->guest, next);
	else if (!cpu_work(cpu, next))
		wait_until(next, SIM_FOREVER);
}

static void guest_touched(void *arg, uint64_t gpage, uint64_t pages, sim_time latency)
{
	struct guest_cpu *cpu = arg;
	struct guest *guest = cpu->guest;

	assert(gpage == cpu->page);
	assert(pages <= cpu->run);
	cpu->page += pages;
	cpu->run -= pages;
	if (guest->mode == GUEST_MODE_LOADER)
		return;
	*guest->touched += pages;
	if (latency)
		sim_histogram_add(guest->rebooted ? guest->touch_again : guest->touch_first,
				  latency, pages);
}

static void guest_spent(void *arg, sim_time spent)
{
	struct guest_cpu *cpu = arg;

	/* The end of a wait, too, comes here. */
	if (!cpu->computing)
		return;
	assert(spent <= cpu->compute);
	cpu->compute -= spent;
	cpu->computing = false;
}

/* What all vCPUs of the guest count. */
static void tally_touches(struct guest *guest, struct sim_look_words *words)
{
	struct sim_histogram *touch = guest->rebooted ? guest->touch_again : guest->touch_first;
	unsigned i;

	if (!sim_rhythm_once(words, guest))
		return;
	sim_convoy_word(words, guest->step);
	sim_convoy_word(words, guest->busy);
	sim_convoy_word(words, guest->think);
	sim_convoy_tally(words, guest->touched, NULL);
	sim_convoy_tally(words, &touch->count, NULL);
	sim_convoy_word(words, touch->min);
	sim_convoy_word(words, touch->max);
	sim_rhythm_wide(words, &touch->sum);
	for (i = 0; i < SIM_HISTOGRAM_BUCKETS; i++)
		if (touch->bucket[i])
			sim_convoy_tally(words, &touch->bucket[i], NULL);
}

static bool guest_row(void *arg, struct sim_look_words *words, uint64_t **page, uint64_t **left)
{
	struct guest_cpu *cpu = arg;
	struct guest *guest = cpu->guest;

	if (guest->mode != GUEST_MODE_PROGRAM || guest->subcode || !cpu->busy || !cpu->run || cpu->draws)
		return false;
	tally_touches(guest, words);
	sim_convoy_tally(words, &cpu->page, NULL);
	sim_convoy_tally(words, &cpu->run, NULL);
	*page = &cpu->page;
	*left = &cpu->run;
	return true;
}

const struct guest_ops guest_ops = {
	.next = guest_next,
	.touched = guest_touched,
	.row = guest_row,
	.spent = guest_spent,
};
