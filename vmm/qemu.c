/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU: a main loop that boots, protects, reboots and shuts down its guest, and a thread for each
 * vCPU.
 *
 * Models s390_machine_reset() (hw/s390x/s390-virtio-ccw.c), handle_diag_308()
 * (target/s390x/diag.c), pause_all_vcpus() and the vCPU thread's loop of QEMU 8.1. What
 * run_on_cpu() would do on a vCPU's thread is done by the main thread while all are paused. Left
 * out: the big lock, devices (a cost), the boot device: the image is written to guest memory by
 * QEMU, one page at a time. All CPUs of a protected guest start at once, where a real guest starts
 * the others by SIGP.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "kvm/kvm_host.h"
#include "mm/memcg.h"
#include "uv/cost.h"
#include "uv/uvcb.h"
#include "vmm/neighbour.h"
#include "vmm/process.h"

#define GUEST_MEMORY_AT ((uint64_t)1 << 40)		/* user address of guest storage */
#define SLOT_MAX_BYTES ((uint64_t)4 << 40)		/* KVM_SLOT_MAX_BYTES */
#define LOAD_CHUNK_PAGES 256				/* pages between two looks for a signal */

/* --- vCPU threads ----------------------------------------------------------------------------- */

/* Wait in user space until the main loop lets this vCPU run. False when the process ends. */
static bool cpu_runnable(struct qemu_cpu *cpu)
{
	struct qemu *qemu = cpu->qemu;

	while ((cpu->stop || cpu->halted) && !qemu->exiting) {
		cpu->parked = true;
		if (cpu->stop)
			sim_wake(&qemu->event, 0);
		process_wait(&cpu->wake);
	}
	cpu->parked = false;
	return !qemu->exiting;
}

/*
 * The guest needs QEMU: hand it to the main loop and stop here, as qemu_system_reset_request()
 * does.
 */
static void cpu_exit_to_user(struct qemu_cpu *cpu, unsigned subcode)
{
	struct qemu *qemu = cpu->qemu;

	assert(!qemu->request);
	switch (subcode) {
	case DIAG308_LOAD_CLEAR:
		qemu->request = REQUEST_REBOOT;
		break;
	case DIAG308_PV_START:
		qemu->request = REQUEST_PROTECT;
		break;
	default:
		assert(subcode == DIAG308_POWER_OFF);
		qemu->request = REQUEST_SHUTDOWN;
	}
	cpu->stop = true;
	sim_wake(&qemu->event, 0);
}

static void cpu_thread(void *arg)
{
	struct qemu_cpu *cpu = arg;
	struct guest_next next;

	while (cpu_runnable(cpu)) {
		switch (kvm_run(cpu->vcpu, &next)) {
		case KVM_EXIT_INTR:
			process_handle_signal();
			break;
		case KVM_EXIT_GUEST:
			if (!cpu->qemu->exiting)
				cpu_exit_to_user(cpu, next.subcode);
			break;
		case KVM_EXIT_FAILED:
			process_exit(cpu->qemu, "failed: KVM_RUN");
			break;
		}
	}
}

/* --- all vCPUs, from the main thread ---------------------------------------------------------- */

static bool all_parked(const struct qemu *qemu)
{
	unsigned i;

	for (i = 0; i < qemu->vmm.spec->vcpus; i++)
		if (!qemu->cpu[i].parked)
			return false;
	return true;
}

static bool wait_parked(struct qemu *qemu)
{
	while (!all_parked(qemu) && !qemu->exiting)
		process_wait(&qemu->event);
	return !qemu->exiting;
}

/* pause_all_vcpus(). False when the process ends. */
static bool pause_cpus(struct qemu *qemu)
{
	unsigned i;

	for (i = 0; i < qemu->vmm.spec->vcpus; i++) {
		qemu->cpu[i].stop = true;
		if (!qemu->cpu[i].parked)
			kvm_kick_vcpu(qemu->cpu[i].vcpu);
	}
	return wait_parked(qemu);
}

static void resume_cpus(struct qemu *qemu)
{
	unsigned i;

	for (i = 0; i < qemu->vmm.spec->vcpus; i++) {
		qemu->cpu[i].stop = false;
		sim_wake(&qemu->cpu[i].wake, 0);
	}
}

/* A QEMU CPU reset leaves the CPU stopped. */
static bool reset_cpus(struct qemu *qemu, bool clear)
{
	unsigned i;
	int result;

	for (i = 0; i < qemu->vmm.spec->vcpus && !qemu->exiting; i++) {
		result = kvm_vcpu_reset(qemu->cpu[i].vcpu, clear);
		if (!result)
			result = kvm_vcpu_set_state(qemu->cpu[i].vcpu, PV_CPU_STATE_STP);
		if (result)
			process_fail(qemu, "reset", result);
		qemu->cpu[i].halted = true;
	}
	return !qemu->exiting;
}

static bool start_cpu(struct qemu *qemu, unsigned i)
{
	struct qemu_cpu *cpu = &qemu->cpu[i];
	int result = 0;

	/* Firmware wants the load state before a protected CPU that is loaded becomes operating. */
	if (!i && qemu->protected)
		result = kvm_vcpu_set_state(cpu->vcpu, PV_CPU_STATE_OPR_LOAD);
	if (!result)
		result = kvm_vcpu_set_state(cpu->vcpu, PV_CPU_STATE_OPR);
	if (result)
		process_fail(qemu, "start", result);
	cpu->halted = false;
	return !qemu->exiting;
}

/*
 * Start the guest in @mode on all its CPUs, the plain loader of a guest to be protected on the
 * first only.
 */
static bool start_guest(struct qemu *qemu, enum guest_mode mode)
{
	bool all = mode == GUEST_MODE_PROGRAM || !qemu->vmm.spec->protected;
	unsigned n = all ? qemu->vmm.spec->vcpus : 1, i;

	for (i = 0; i < n; i++)
		if (!start_cpu(qemu, i))
			return false;
	guest_enter(&qemu->guest, mode);
	resume_cpus(qemu);
	return true;
}

/* --- what the guest lets us know -------------------------------------------------------------- */

static void on_loader(void *ctx)
{
	struct qemu *qemu = ctx;

	qemu->boot->plain_back = sim_now();
	if (!qemu->vmm.spec->protected)
		phase_end(qemu);
}

static void on_program(void *ctx)
{
	struct qemu *qemu = ctx;

	phase_end(qemu);
	if (qemu->protected)
		qemu->boot->protected_back = sim_now();
	process_kill_phase(qemu, "run");
}

static void on_wait_cleanup(void *ctx)
{
	struct qemu *qemu = ctx;

	qemu->request = REQUEST_WAIT_CLEANUP;
	sim_wake(&qemu->event, 0);
}

static void on_dump(void *ctx)
{
	struct qemu *qemu = ctx;

	qemu->request = REQUEST_DUMP;
	sim_wake(&qemu->event, 0);
}

static const struct guest_events guest_events = { on_loader, on_program, on_wait_cleanup, on_dump };

/* --- boots ------------------------------------------------------------------------------------ */

static bool load_image(struct qemu *qemu)
{
	uint64_t pages = qemu_image_bytes(qemu->vmm.spec) >> PAGE_SHIFT, page, n;

	for (page = 0; page < pages && !qemu->exiting; page += n) {
		uint64_t at = GUEST_MEMORY_AT + ((page + GUEST_LOADER_PAGES) << PAGE_SHIFT);
		int result;

		n = pages - page < LOAD_CHUNK_PAGES ? pages - page : LOAD_CHUNK_PAGES;
		result = mm_user_access(qemu->vmm.mm, at, n, "load", COST_VMM_LOAD_PAGE);
		if (result && !qemu->exiting)
			process_fail(qemu, "load", result);
	}
	return !qemu->exiting;
}

/*
 * Reset, load, start in plain mode. Device reset comes after the protection is gone, since it
 * resets the CPUs.
 */
static bool boot_plain(struct qemu *qemu)
{
	phase_begin(qemu, "reset");
	if (!process_work(qemu, COST_VMM_RESET, "reset devices") || !reset_cpus(qemu, true))
		return false;
	phase_begin(qemu, "load");
	if (!load_image(qemu))
		return false;
	phase_begin(qemu, "plain");
	if (!start_guest(qemu, GUEST_MODE_LOADER))
		return false;
	if (!qemu->vmm.spec->protected)
		phase_leave(qemu);
	return true;
}

/* diag 308 subcode 3. */
static bool reboot(struct qemu *qemu)
{
	boot_begin(qemu, true, qemu->guest.asked);
	qemu->guest.rebooted = true;
	phase_begin(qemu, "stop");
	if (!pause_cpus(qemu))
		return false;
	if (qemu->protected && !qemu_unprotect(qemu))
		return false;
	return boot_plain(qemu);
}

/* diag 308 subcode 10. */
static bool enter_protected(struct qemu *qemu)
{
	if (!pause_cpus(qemu) || !reset_cpus(qemu, false) || !qemu_protect(qemu))
		return false;
	phase_begin(qemu, "start");
	if (!start_guest(qemu, GUEST_MODE_PROGRAM))
		return false;
	phase_leave(qemu);
	return true;
}

/* Nobody in the guest runs while it is dumped. A dump that fails is an error message, not the end. */
static bool dump(struct qemu *qemu)
{
	if (!pause_cpus(qemu))
		return false;
	qemu->vmm.dump_error = qemu_dump(qemu);
	qemu->vmm.dumps++;
	guest_go_on(&qemu->guest);
	resume_cpus(qemu);
	return !qemu->exiting;
}

/* --- the machine ------------------------------------------------------------------------------ */

/* The thread that found no memory may be one of ours: then the signal is for it, too. */
static void oom_killed(void *ctx)
{
	struct qemu *qemu = ctx;
	struct qemu_thread *thread;

	process_exit(qemu, "killed: out of memory");
	/* __oom_kill_process(): all processes that share the address space. */
	teardown_helper_kill(qemu);
	for (thread = qemu->threads; thread; thread = thread->next)
		if (thread->thread == sim_self())
			sim_signal_send(thread->thread, SIGKILL_NUMBER, true);
}

static bool create_memory(struct qemu *qemu)
{
	uint64_t memory = qemu->vmm.spec->memory, at, bytes;
	unsigned slot = 0;
	int result;

	qemu->vmm.mm = mm_create(qemu->host, qemu->vmm.name);
	qemu->vmm.mm->memcg = qemu->memcg;
	qemu->vmm.mm->kill = oom_killed;
	qemu->vmm.mm->kill_ctx = qemu;
	qemu->vmm.mm->oom_score_adj = qemu->vmm.spec->oom_score_adj;
	if (qemu->vmm.spec->async_teardown && !teardown_helper_start(qemu))
		return false;
	result = mm_mmap(qemu->vmm.mm, GUEST_MEMORY_AT, memory);
	if (result) {
		process_fail(qemu, "mmap", result);
		return false;
	}
	qemu->vmm.kvm = kvm_create_vm(qemu->vmm.mm, qemu->algorithm, memory, qemu->vmm.name);
	if (!qemu->vmm.kvm) {
		process_fail(qemu, "KVM_CREATE_VM", -ENOMEM);
		return false;
	}
	qemu->vm_users = 1;
	for (at = 0; at < memory && !result; at += bytes) {
		bytes = memory - at < SLOT_MAX_BYTES ? memory - at : SLOT_MAX_BYTES;
		result = kvm_set_user_memory_region(qemu->vmm.kvm, slot++, at, bytes,
						    GUEST_MEMORY_AT + at);
	}
	if (result)
		process_fail(qemu, "KVM_SET_USER_MEMORY_REGION", result);
	return !qemu->exiting;
}

static bool create_cpu(struct qemu *qemu, unsigned i)
{
	struct qemu_cpu *cpu = &qemu->cpu[i];
	char name[192];

	cpu->qemu = qemu;
	cpu->stop = true;
	sim_waitqueue_init(&cpu->wake, "parked");
	cpu->vcpu = kvm_create_vcpu(qemu->vmm.kvm, i, &guest_ops, &qemu->guest.cpu[i]);
	if (!cpu->vcpu) {
		process_fail(qemu, "KVM_CREATE_VCPU", -ENOMEM);
		return false;
	}
	qemu->guest.cpu[i].vcpu = cpu->vcpu;
	process_vcpus_mapped(qemu);
	if (!process_work(qemu, COST_VMM_THREAD, "create thread"))
		return false;
	snprintf(name, sizeof(name), "%s-cpu%u", qemu->vmm.name, i);
	process_thread(qemu, name, qemu->vmm.spec->nice, cpu_thread, cpu);
	return true;
}

/* From the start of the process to the first instruction of the loader. */
static bool power_on(struct qemu *qemu)
{
	unsigned i;

	qemu->vmm.started = sim_now();
	boot_begin(qemu, false, sim_now());
	phase_begin(qemu, "create");
	if (!create_memory(qemu))
		return false;
	for (i = 0; i < qemu->vmm.spec->vcpus; i++)
		if (qemu->exiting || !create_cpu(qemu, i))
			return false;
	return wait_parked(qemu) && boot_plain(qemu);
}

static bool handle_request(struct qemu *qemu, enum qemu_request request)
{
	switch (request) {
	case REQUEST_NONE:
		break;
	case REQUEST_REBOOT:
		return reboot(qemu);
	case REQUEST_PROTECT:
		return enter_protected(qemu);
	case REQUEST_WAIT_CLEANUP:
		while (qemu->cleanups_running && !qemu->exiting)
			process_wait(&qemu->event);
		guest_go_on(&qemu->guest);
		break;
	case REQUEST_DUMP:
		return dump(qemu);
	case REQUEST_SHUTDOWN:
		process_exit(qemu, "shut down");
		return false;
	}
	return !qemu->exiting;
}

static void main_loop(struct qemu *qemu)
{
	bool alive = true;

	while (alive && !qemu->exiting) {
		enum qemu_request request = qemu->request;

		qemu->request = REQUEST_NONE;
		if (request)
			alive = handle_request(qemu, request);
		else
			process_wait(&qemu->event);
	}
}

static void main_thread(void *arg)
{
	struct qemu *qemu = arg;

	life_await_start(&qemu->vmm.life);
	qemu->vmm.started = sim_now();
	if (!qemu->exiting && power_on(qemu))
		main_loop(qemu);
	phase_end(qemu);
	phase_leave(qemu);
	assert(qemu->exiting);
}

struct vmm *vmm_start(struct host *host, const struct pv_algorithm *algorithm,
		      const struct vm_spec *spec, unsigned index)
{
	struct qemu *qemu = sim_alloc(sizeof(*qemu));
	struct vmm *vmm = &qemu->vmm;

	vmm->spec = spec;
	vmm->name = instance_name(spec->name, spec->count, index);
	vmm->outcome = "running";
	vmm->started = spec->start_after ? SIM_FOREVER : spec->start + index * spec->stagger;
	vmm->ended = SIM_FOREVER;
	vmm->exited = SIM_FOREVER;
	life_init(&vmm->life, spec->name, vmm->name, spec->start_after,
		  (spec->start_after ? spec->start_delay : spec->start) + index * spec->stagger);
	sim_histogram_init(&vmm->touch_first);
	sim_histogram_init(&vmm->touch_again);
	qemu->host = host;
	qemu->memcg = spec->cgroup.text ? memcg_find(host, spec->cgroup.text) : NULL;
	qemu->algorithm = algorithm;
	qemu->index = index;
	qemu->cpu = sim_alloc(spec->vcpus * sizeof(*qemu->cpu));
	sim_waitqueue_init(&qemu->event, "main loop");
	sim_waitqueue_init(&qemu->parent_death, "parent");
	guest_init(&qemu->guest, spec, vmm->name, &guest_events, qemu);
	qemu->guest.touch_first = &vmm->touch_first;
	qemu->guest.touch_again = &vmm->touch_again;
	qemu->guest.touched = &vmm->pages_touched;
	process_kill_setup(qemu);
	process_thread(qemu, vmm->name, spec->nice, main_thread, qemu);
	return vmm;
}
