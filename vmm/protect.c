/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU takes a guest into protected mode and out of it.
 *
 * Models s390_machine_protect() and s390_machine_unprotect() (hw/s390x/s390-virtio-ccw.c),
 * s390_pv_vm_try_disable_async() and the s390_pv_cmd() wrappers (target/s390x/kvm/pv.c) of QEMU
 * 8.1. As there, a failing DISABLE or PERFORM ends the process. Left out: the INFO queries for
 * dumps, migration blockers; a guest that cannot become protected ends the process, where QEMU lets
 * it go on in its loader.
 */
#include <errno.h>
#include <stdio.h>

#include "uv/cost.h"
#include "uv/uvcb.h"
#include "vmm/process.h"

#define ASYNC_MIN_BYTES ((uint64_t)2 << 30)	/* guests up to this size are not worth it */
#define IMAGE_ADDRESS ((uint64_t)GUEST_LOADER_PAGES << PAGE_SHIFT)

uint64_t qemu_image_bytes(const struct vm_spec *spec)
{
	uint64_t room = spec->memory > IMAGE_ADDRESS ? spec->memory - IMAGE_ADDRESS : 0;
	uint64_t image = (spec->image + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);

	return image < room ? image : room;
}

int qemu_pv(struct qemu *qemu, uint32_t cmd, const void *data)
{
	struct kvm_pv_cmd args = { .cmd = cmd, .data = data };
	int result;

	do {
		process_handle_signal();
		result = kvm_pv_command(qemu->vmm.kvm, &args);
	} while (result == -EINTR && !qemu->exiting);
	return result;
}

/* One command of the way into protected mode. False when the process ends. */
static bool protect_command(struct qemu *qemu, const char *phase, uint32_t cmd, const void *data)
{
	int result;

	phase_begin(qemu, phase);
	result = qemu_pv(qemu, cmd, data);
	if (result && !qemu->exiting)
		process_fail(qemu, phase, result);
	return !qemu->exiting;
}

bool qemu_protect(struct qemu *qemu)
{
	uint64_t image = qemu_image_bytes(qemu->vmm.spec);
	struct uv_se_header header = {
		.magic = UV_SE_MAGIC, .version = UV_SE_VERSION, .length = sizeof(header),
		.image_pages = image >> PAGE_SHIFT, .flags = UV_SE_DUMP_ALLOWED | UV_SE_KEY_MATCHES,
	};
	struct kvm_s390_pv_sec_parm parms = { .origin = &header, .length = sizeof(header) };
	struct kvm_s390_pv_unp unpack = { .addr = IMAGE_ADDRESS, .size = image };

	if (!protect_command(qemu, "enable", KVM_PV_ENABLE, NULL))
		return false;
	qemu->protected = true;
	return protect_command(qemu, "parms", KVM_PV_SET_SEC_PARMS, &parms) &&
	       (!image || protect_command(qemu, "unpack", KVM_PV_UNPACK, &unpack)) &&
	       protect_command(qemu, "verify", KVM_PV_VERIFY, NULL);
}

/* --- out of it -------------------------------------------------------------------------------- */

static struct vmm_cleanup *record_cleanup(struct qemu *qemu)
{
	struct vmm_cleanup *cleanup = sim_alloc(sizeof(*cleanup)), **tail = &qemu->vmm.cleanups;

	while (*tail)
		tail = &(*tail)->next;
	*tail = cleanup;
	cleanup->begin = sim_now();
	cleanup->end = SIM_FOREVER;
	return cleanup;
}

static void perform(struct qemu *qemu, struct vmm_cleanup *cleanup)
{
	struct kvm_pv_cmd args = { .cmd = KVM_PV_ASYNC_CLEANUP_PERFORM };
	sim_time cpu = sim_thread_cpu_time(sim_self());

	cleanup->begin = sim_now();
	sim_span_push("cleanup");
	cleanup->account = sim_span_current();
	process_kill_phase(qemu, "perform");
	cleanup->error = kvm_pv_command(qemu->vmm.kvm, &args);
	cleanup->rc = args.rc;
	cleanup->rrc = args.rrc;
	cleanup->end = sim_now();
	cleanup->cpu = sim_thread_cpu_time(sim_self()) - cpu;
	sim_span_pop();
	if (cleanup->error)
		process_fail(qemu, "perform", cleanup->error);
}

/* The thread "async_cleanup". With a delay it may be killed before it comes to PERFORM. */
static void cleanup_thread(void *arg)
{
	struct qemu *qemu = arg;
	struct vmm_cleanup *cleanup = record_cleanup(qemu);

	if (qemu->vmm.spec->cleanup_delay)
		process_sleep(sim_now() + qemu->vmm.spec->cleanup_delay, "before PERFORM");
	cleanup->account = sim_thread_account(sim_self());
	if (sim_fatal_signal_pending(sim_self()))
		cleanup->end = sim_now();
	else
		perform(qemu, cleanup);
	qemu->cleanups_running--;
	sim_wake(&qemu->event, 0);
}

static bool start_cleanup(struct qemu *qemu)
{
	char name[192];

	if (!process_work(qemu, COST_VMM_THREAD, "create thread"))
		return false;
	snprintf(name, sizeof(name), "%s-cleanup%u", qemu->vmm.name, ++qemu->cleanups_made);
	qemu->cleanups_running++;
	process_thread(qemu, name, qemu->vmm.spec->cleanup_nice, cleanup_thread, qemu);
	return true;
}

static bool wants_async(struct qemu *qemu)
{
	const struct vm_spec *spec = qemu->vmm.spec;

	if (spec->teardown != TEARDOWN_AUTO)
		return spec->teardown == TEARDOWN_ASYNC;
	return spec->memory > ASYNC_MIN_BYTES &&
	       kvm_check_extension(qemu->vmm.kvm, KVM_CAP_S390_PROTECTED_ASYNC_DISABLE);
}

bool qemu_unprotect(struct qemu *qemu)
{
	struct vmm_boot *boot = qemu->boot;
	int result;

	if (wants_async(qemu)) {
		phase_begin(qemu, "prepare");
		boot->prepare_errno = qemu_pv(qemu, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL);
		if (!boot->prepare_errno) {
			boot->teardown = "async";
			qemu->protected = false;
			return !qemu->exiting && start_cleanup(qemu);
		}
	}
	if (qemu->exiting)
		return false;
	phase_begin(qemu, "disable");
	boot->teardown = "sync";
	result = qemu_pv(qemu, KVM_PV_DISABLE, NULL);
	if (result)
		process_fail(qemu, "disable", result);
	qemu->protected = false;
	return !qemu->exiting;
}
