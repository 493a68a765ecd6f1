/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secure CPUs: the same in all algorithms of our own.
 *
 * A CPU that could not be created keeps its storage, as Linux up to 6.12 has it: nothing is freed
 * that the Ultravisor may have taken.
 *
 * Source of behaviour: kvm_s390_pv_create_cpu(), kvm_s390_pv_destroy_cpu(),
 * kvm_s390_pv_set_cpu_state() of Linux 6.12 arch/s390/kvm/pv.c.
 */
#include <errno.h>
#include <string.h>

#include "kvm/algorithms/common.h"
#include "uv/cost.h"
#include "uv/uvcb.h"

#define SDF_SECURE 2	/* format of a protected CPU's state description */
#define GBEA_RESET 1	/* the word shared with the SIDA designation, after a reset */

static unsigned cpu_order(void)
{
	return algo_order(cost_profile()->machine.cpu_stor_len);
}

int algo_destroy_cpu(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc)
{
	struct host *host = to_kvm_vm(vcpu->kvm)->host;
	struct kvm_s390_sie_block *sie = vcpu->arch.sie_block;
	int error;

	if (!vcpu->arch.pv.handle)
		return 0;
	error = uv_cmd_nodata(host->uv, vcpu->arch.pv.handle, UVC_CMD_DESTROY_SEC_CPU, rc, rrc);
	if (!error)
		host_free_pages(host, vcpu->arch.pv.stor_base, cpu_order());
	/* The SIDA was only registered, not donated. */
	host_free_pages(host, sie->sidad & ~(PAGE_BYTES - 1), 0);
	memset(&vcpu->arch.pv, 0, sizeof(vcpu->arch.pv));
	sie->pv_handle_cpu = 0;
	sie->pv_handle_config = 0;
	sie->sdf = 0;
	sie->gbea = GBEA_RESET;
	kvm_make_request(KVM_REQ_TLB_FLUSH, vcpu);
	return error ? EIO : 0;
}

int algo_create_cpu(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc)
{
	struct host *host = to_kvm_vm(vcpu->kvm)->host;
	struct kvm_s390_sie_block *sie = vcpu->arch.sie_block;
	struct uv_cb_csc block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CREATE_SEC_CPU },
		.guest_handle = vcpu->kvm->arch.pv.handle,
		.num = (uint16_t)sie->icpua,
		.state_origin = (uint64_t)sie,
	};
	uint64_t sida;

	if (vcpu->arch.pv.handle)
		return -EINVAL;
	block.stor_origin = host_get_pages(host, cpu_order(), ALLOC_KERNEL_ACCOUNT, USE_UV, "CPU storage");
	vcpu->arch.pv.stor_base = block.stor_origin;
	if (!block.stor_origin)
		return -ENOMEM;
	sida = host_get_pages(host, 0, ALLOC_KERNEL_ACCOUNT | ALLOC_ZERO, USE_KERNEL, "SIDA");
	if (!sida) {
		host_free_pages(host, block.stor_origin, cpu_order());
		return -ENOMEM;
	}
	sie->sidad = sida;
	if (uv_call(host->uv, &block)) {
		*rc = block.header.rc;
		*rrc = block.header.rrc;
		return -EIO;
	}
	*rc = block.header.rc;
	*rrc = block.header.rrc;
	vcpu->arch.pv.handle = block.cpu_handle;
	sie->pv_handle_cpu = block.cpu_handle;
	sie->pv_handle_config = block.guest_handle;
	sie->sdf = SDF_SECURE;
	kvm_make_request(KVM_REQ_TLB_FLUSH, vcpu);
	return 0;
}

int algo_set_cpu_state(struct kvm_vcpu *vcpu, uint8_t state)
{
	struct uv_cb_cpu_set_state block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CPU_SET_STATE },
		.cpu_handle = vcpu->arch.pv.handle,
		.state = state,
	};

	return uv_call(to_kvm_vm(vcpu->kvm)->host->uv, &block) ? -EINVAL : 0;
}
