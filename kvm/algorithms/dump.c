/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps of a protected VM: the same in all algorithms of our own.
 *
 * Source of behaviour: kvm_s390_pv_dump_cpu(), _dump_stor_state(), _dump_complete() of Linux 6.12
 * arch/s390/kvm/pv.c.
 */
#include <errno.h>
#include <string.h>

#include "kvm/algorithms/common.h"
#include "uv/cost.h"
#include "uv/uvcb.h"

#define STATE_GUEST_BYTES ((uint64_t)1 << 20)	/* guest memory that one call tells about */
#define BUFFER_BYTES ((uint64_t)1 << 20)

/* copy_to_user(): false when @user is not mapped, which NULL stands for. */
static bool copy_out(void *user, const void *from, uint64_t bytes)
{
	if (!user || host_user_fails(host_current(), USER_COPY_TO))
		return false;
	for (uint64_t done = 0; done < bytes; done += PAGE_BYTES)
		sim_burn(cost(COST_HOST_COPY_PAGE), SIM_KIND_KERNEL, "copy to user");
	memcpy(user, from, bytes);
	return true;
}

int algo_dump_cpu(struct kvm_vcpu *vcpu, void *buffer, uint16_t *rc, uint16_t *rrc)
{
	struct uv_cb_dump_cpu block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_DUMP_CPU },
		.cpu_handle = vcpu->arch.pv.handle,
		.dump_area_origin = (uint64_t)buffer,
	};
	int cc = uv_call_sched(to_kvm_vm(vcpu->kvm)->host->uv, &block);

	*rc = block.header.rc;
	*rrc = block.header.rrc;
	return cc;
}

/* As many records as fit into the buffer, then copy them; until the user's buffer is full. */
static int dump_state(struct host *host, struct uv_cb_dump_stor_state *block, char *buffer, char *user,
		      uint64_t length)
{
	const uint64_t record = cost_profile()->machine.conf_dump_storage_state_len;
	uint64_t filled = 0;

	while (length) {
		block->dump_area_origin = (uint64_t)buffer + filled;
		if (uv_call_sched(host->uv, block))
			return -EINVAL;
		block->gaddr += STATE_GUEST_BYTES;
		filled += record;
		length -= record;
		if (length && filled != BUFFER_BYTES)
			continue;
		if (!copy_out(user, buffer, filled))
			return -EFAULT;
		user += filled;
		filled = 0;
	}
	return 0;
}

int algo_dump_stor_state(struct kvm *kvm, void *user, unsigned long long *gaddr, uint64_t length,
			 uint16_t *rc, uint16_t *rrc)
{
	struct host *host = to_kvm_vm(kvm)->host;
	struct uv_cb_dump_stor_state block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_DUMP_CONF_STOR_STATE },
		.config_handle = kvm->arch.pv.handle,
		.gaddr = *gaddr,
	};
	char *buffer = NULL;
	int result = -EINVAL;

	if (*gaddr % STATE_GUEST_BYTES == 0 && length &&
	    length % cost_profile()->machine.conf_dump_storage_state_len == 0) {
		buffer = host_vzalloc(host, length < BUFFER_BYTES ? length : BUFFER_BYTES,
				      "dump buffer");
		result = -ENOMEM;
	}
	if (buffer) {
		result = dump_state(host, &block, buffer, user, length);
		*gaddr = block.gaddr;
	}
	*rc = block.header.rc;
	*rrc = block.header.rrc;
	host_vfree(host, buffer);
	return result;
}

int algo_dump_complete(struct kvm *kvm, void *user, uint16_t *rc, uint16_t *rrc)
{
	struct host *host = to_kvm_vm(kvm)->host;
	const uint64_t bytes = cost_profile()->machine.conf_dump_finalize_len;
	struct uv_cb_dump_complete block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_DUMP_COMPLETE },
		.config_handle = kvm->arch.pv.handle,
	};
	void *data = host_vzalloc(host, bytes, "dump completion");
	int result = 0;

	if (!data)
		return -ENOMEM;
	block.dump_area_origin = (uint64_t)data;
	if (uv_call_sched(host->uv, &block))
		result = -EINVAL;
	*rc = block.header.rc;
	*rrc = block.header.rrc;
	if (!result) {
		kvm->arch.pv.dumping = false;
		kvm_s390_vcpu_unblock_all(kvm);
		if (!copy_out(user, data, bytes))
			result = -EFAULT;
	}
	host_vfree(host, data);
	return result;
}
