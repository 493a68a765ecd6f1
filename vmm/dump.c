/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU dumps a protected guest: the guest stands still meanwhile, and only the Ultravisor can say what the
 * storage holds.
 *
 * Models the protected part of dump-guest-memory (target/s390x/arch_dump.c and target/s390x/kvm/pv.c of QEMU
 * 8.1): init, a CPU at a time, the storage state in pieces, completion. Left out: the plain part, which
 * writes exported pages, and the file.
 */
#include <errno.h>
#include <stdlib.h>

#include "uv/cost.h"
#include "vmm/process.h"

/* QEMU asks for the storage state of this much of the guest at a time. */
#define DUMP_PIECE ((uint64_t)256 << 20)
#define MIB ((uint64_t)1 << 20)

static int dump_command(struct qemu *qemu, struct kvm_s390_pv_dmp dump)
{
	return qemu_pv(qemu, KVM_PV_DUMP, &dump);
}

static int dump_cpus(struct qemu *qemu)
{
	uint64_t length = cost_profile()->machine.cpu_stor_len;
	void *buffer = sim_alloc(length);
	unsigned i;
	int result = 0;

	for (i = 0; i < qemu->vmm.spec->vcpus && !result; i++) {
		struct kvm_s390_pv_dmp dump = {
			.subcmd = KVM_PV_DUMP_CPU, .buff_addr = buffer, .buff_len = length };
		struct kvm_pv_cmd cmd = { .cmd = KVM_PV_DUMP, .data = &dump };

		result = kvm_pv_cpu_command(qemu->cpu[i].vcpu, &cmd);
	}
	return result;
}

static int dump_storage(struct qemu *qemu)
{
	uint64_t each = cost_profile()->machine.conf_dump_storage_state_len, at, bytes;
	void *buffer = sim_alloc(DUMP_PIECE / MIB * each);
	int result = 0;

	for (at = 0; at < qemu->vmm.spec->memory && !result && !qemu->exiting; at += bytes) {
		bytes = qemu->vmm.spec->memory - at;
		if (bytes > DUMP_PIECE)
			bytes = DUMP_PIECE;
		result = dump_command(qemu, (struct kvm_s390_pv_dmp){
			.subcmd = KVM_PV_DUMP_CONFIG_STOR_STATE, .buff_addr = buffer,
			.buff_len = bytes / MIB * each, .gaddr = at });
	}
	return result;
}

static int dump_complete(struct qemu *qemu)
{
	uint64_t length = cost_profile()->machine.conf_dump_finalize_len;

	return dump_command(qemu, (struct kvm_s390_pv_dmp){
		.subcmd = KVM_PV_DUMP_COMPLETE, .buff_addr = sim_alloc(length), .buff_len = length });
}

static int dump_pieces(struct qemu *qemu)
{
	int result = dump_cpus(qemu);

	if (!result)
		result = dump_storage(qemu);
	if (!result && !qemu->exiting)
		result = dump_complete(qemu);
	return result;
}

int qemu_dump(struct qemu *qemu)
{
	int result;

	if (!qemu->protected)
		return -EINVAL;
	sim_span_push("dump");
	result = dump_command(qemu, (struct kvm_s390_pv_dmp){ .subcmd = KVM_PV_DUMP_INIT });
	if (!result) {
		result = dump_pieces(qemu);
		/* As arch_cleanup(): until a dump is complete, KVM lets no vCPU run. */
		if (result && !qemu->exiting)
			dump_complete(qemu);
	}
	sim_span_pop();
	return result;
}
