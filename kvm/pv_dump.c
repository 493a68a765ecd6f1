/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM_PV_INFO, KVM_PV_DUMP and the vCPU's KVM_S390_PV_CPU_COMMAND: the commands that tell about a
 * VM and do not change what it is.
 *
 * Models kvm_s390_handle_pv_info(), kvm_s390_pv_dmp() and kvm_s390_handle_pv_vcpu_dump() of Linux
 * 6.12 arch/s390/kvm/kvm-s390.c. Left out: the list of installed calls and the feature bits in the
 * answer to INFO (zero).
 */
#include <errno.h>
#include <string.h>

#include "kvm/kvm_host.h"
#include "kvm/pv.h"
#include "uv/cost.h"

/* The limits of the machine; works for a plain VM, too. */
int kvm_s390_pv_query(struct kvm_pv_cmd *cmd)
{
	struct kvm_s390_pv_info *info = (struct kvm_s390_pv_info *)cmd->data;
	const struct machine *machine = &cost_profile()->machine;
	uint32_t length;

	if (!info)
		return -EFAULT;
	length = sizeof(info->header);
	if (info->header.id == KVM_PV_INFO_VM)
		length += sizeof(info->vm);
	else if (info->header.id == KVM_PV_INFO_DUMP)
		length += sizeof(info->dump);
	else
		return -EINVAL;
	if (info->header.len_max < length)
		return -EINVAL;
	if (info->header.id == KVM_PV_INFO_VM) {
		memset(&info->vm, 0, sizeof(info->vm));
		info->vm.max_cpus = machine->max_guest_cpu_id + 1u;
		info->vm.max_guests = machine->max_num_sec_conf;
		info->vm.max_guest_addr = machine->max_guest_stor_addr;
	} else {
		info->dump.dump_cpu_buffer_len = machine->cpu_stor_len;
		info->dump.dump_config_mem_buffer_per_1m = machine->conf_dump_storage_state_len;
		info->dump.dump_config_finalize_len = machine->conf_dump_finalize_len;
	}
	info->header.len_written = length;
	return 0;
}

static int pv_dump_init(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	if (vm->kvm.arch.pv.dumping)
		return -EINVAL;
	kvm_s390_vcpu_block_all(&vm->kvm);
	if (uv_cmd_nodata(vm->host->uv, vm->kvm.arch.pv.handle, UVC_CMD_DUMP_INIT, &cmd->rc,
			  &cmd->rrc)) {
		kvm_s390_vcpu_unblock_all(&vm->kvm);
		return -EINVAL;
	}
	vm->kvm.arch.pv.dumping = true;
	return 0;
}

int pv_dump(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	struct kvm_s390_pv_dmp dump;
	unsigned long long gaddr;

	if (!vm->kvm.arch.pv.handle)
		return -EINVAL;
	if (!cmd->data || host_user_fails(vm->host, USER_COPY_FROM))
		return -EFAULT;
	/* By value, as in Linux: the address where the dump stopped never reaches user space. */
	dump = *(const struct kvm_s390_pv_dmp *)cmd->data;
	gaddr = dump.gaddr;
	switch (dump.subcmd) {
	case KVM_PV_DUMP_INIT:
		return pv_dump_init(vm, cmd);
	case KVM_PV_DUMP_CONFIG_STOR_STATE:
		if (!vm->kvm.arch.pv.dumping)
			return -EINVAL;
		return vm->algorithm->dump_stor_state(&vm->kvm, dump.buff_addr, &gaddr,
						      dump.buff_len, &cmd->rc, &cmd->rrc);
	case KVM_PV_DUMP_COMPLETE:
		if (!vm->kvm.arch.pv.dumping ||
		    dump.buff_len < cost_profile()->machine.conf_dump_finalize_len)
			return -EINVAL;
		return vm->algorithm->dump_complete(&vm->kvm, dump.buff_addr, &cmd->rc, &cmd->rrc);
	}
	return -ENOTTY;
}

/* KVM_S390_PV_CPU_COMMAND: the only one there is dumps the secure CPU. */
static int dump_cpu(struct kvm_vcpu_sim *vcpu, struct kvm_pv_cmd *cmd)
{
	const struct kvm_s390_pv_dmp *dump = cmd->data;
	uint64_t length = cost_profile()->machine.cpu_stor_len;
	struct kvm_vm *vm = vcpu->vm;
	void *data;
	int result;

	if (!vm->kvm.arch.pv.dumping)
		return -EINVAL;
	if (!dump || host_user_fails(vm->host, USER_COPY_FROM))
		return -EFAULT;
	if (dump->subcmd != KVM_PV_DUMP_CPU || dump->buff_len != length)
		return -EINVAL;
	data = host_vzalloc(vm->host, length, "dump_cpu");
	if (!data)
		return -ENOMEM;
	result = vm->algorithm->dump_cpu(&vcpu->vcpu, data, &cmd->rc, &cmd->rrc) ? -EINVAL : 0;
	if (!result && host_user_fails(vm->host, USER_COPY_TO))
		result = -EFAULT;
	if (!result)
		memcpy(dump->buff_addr, data, length);
	host_vfree(vm->host, data);
	return result;
}

int kvm_pv_cpu_command(struct kvm_vcpu_sim *vcpu, struct kvm_pv_cmd *cmd)
{
	int result;

	sim_burn(cost(COST_HOST_SYSCALL), SIM_KIND_KERNEL, "KVM_S390_PV_CPU_COMMAND");
	if (!pv_rules(vcpu->vm->algorithm).dump)
		return -ENOTTY;
	if (host_user_fails(vcpu->vm->host, USER_COPY_FROM))
		return -EFAULT;
	if (cmd->flags)
		return -EINVAL;
	sim_mutex_lock(&vcpu->mutex);
	result = cmd->cmd == KVM_PV_DUMP ? dump_cpu(vcpu, cmd) : -EINVAL;
	sim_mutex_unlock(&vcpu->mutex);
	return host_user_fails(vcpu->vm->host, USER_COPY_TO) ? -EFAULT : result;
}
