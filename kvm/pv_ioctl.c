/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM_S390_PV_COMMAND: the state machine between user space and the algorithm (pv.c).
 *
 * Models kvm_s390_handle_pv() and what it calls, of Linux 6.12 arch/s390/kvm/kvm-s390.c, with the
 * differences of earlier versions from pv_rules(). Left out: GISA, the check of the caller's mm,
 * faults of the argument itself (a NULL payload answers -EFAULT).
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "kvm/kvm_host.h"
#include "kvm/pv.h"
#include "uv/cost.h"

#define SEC_PARMS_MAX (2 * PAGE_BYTES)
#define SEC_PARMS_MAX_7 ((uint64_t)1 << 20)
#define GMAP_FLAG_EXPORT_ON_UNMAP 8

struct pv_rules pv_rules(const struct pv_algorithm *algorithm)
{
	/* A vendor's pv.c may have more than its number says. */
	unsigned version = algorithm->world > algorithm->version ? algorithm->world : algorithm->version;
	bool v6_1 = version >= KVM_KERNEL_VERSION(6, 1, 0);
	bool v6_2 = version >= KVM_KERNEL_VERSION(6, 2, 0);

	return (struct pv_rules){
		.info = v6_1, .dump = v6_1, .async = v6_2, .lock_all = !v6_2,
		.sec_parms_max = version >= KVM_KERNEL_VERSION(7, 0, 0) ? SEC_PARMS_MAX_7 : SEC_PARMS_MAX,
	};
}

int pv_deinit(struct kvm_vm *vm, uint16_t *rc, uint16_t *rrc)
{
	const struct pv_algorithm *algorithm = vm->algorithm;

	if (algorithm->deinit_cleanup_all)
		return algorithm->deinit_cleanup_all(&vm->kvm, rc, rrc);
	if (vm->kvm.arch.pv.handle)
		return algorithm->deinit_vm(&vm->kvm, rc, rrc);
	return 0;
}

/*
 * Asks pv.c where it defines that function, which then checks that kvm->lock is held. No time passes in it: the hooks
 * need not speak.
 */
static bool is_protected(struct kvm_vm *vm)
{
	bool result;

	if (!vm->algorithm->is_protected)
		return vm->kvm.arch.pv.handle != 0;
	sim_span_mute(true);
	result = vm->algorithm->is_protected(&vm->kvm);
	sim_span_mute(false);
	return result;
}

/* --- all vCPUs -------------------------------------------------------------------------------- */

int kvm_s390_cpus_from_pv(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	struct kvm_vcpu_sim *vcpu;
	int result = 0;

	for (vcpu = vm->vcpus; vcpu; vcpu = vcpu->next) {
		uint16_t cpu_rc = 0, cpu_rrc = 0;

		sim_mutex_lock(&vcpu->mutex);
		if (vm->algorithm->destroy_cpu(&vcpu->vcpu, &cpu_rc, &cpu_rrc) && !result) {
			*rc = cpu_rc;
			*rrc = cpu_rrc;
			result = -EIO;
		}
		sim_mutex_unlock(&vcpu->mutex);
	}
	return result;
}

int kvm_s390_cpus_to_pv(struct kvm_vm *vm, uint16_t *rc, uint16_t *rrc)
{
	struct kvm_vcpu_sim *vcpu;
	uint16_t dummy;
	int result = 0;

	for (vcpu = vm->vcpus; vcpu && !result; vcpu = vcpu->next) {
		sim_mutex_lock(&vcpu->mutex);
		result = vm->algorithm->create_cpu(&vcpu->vcpu, rc, rrc);
		sim_mutex_unlock(&vcpu->mutex);
	}
	if (result)
		kvm_s390_cpus_from_pv(&vm->kvm, &dummy, &dummy);
	return result;
}

/* Is what user space points to there? Linux copies it; here it is used in place. */
static bool cannot_read(const struct kvm_vm *vm, const void *data)
{
	return !data || host_user_fails(vm->host, USER_COPY_FROM);
}

/* --- one function per command ----------------------------------------------------------------- */

/* Format-4 SIE needs the extended SCA; there is no way back. */
static int sca_switch_to_extended(struct kvm_vm *vm)
{
	uint64_t sca;

	if (vm->use_esca)
		return 0;
	sca = host_get_pages(vm->host, SCA_ORDER_EXTENDED, mm_world_alloc(vm->mm->world) | ALLOC_ZERO,
			     USE_KERNEL, "esca");
	if (!sca)
		return -ENOMEM;
	kvm_s390_vcpu_block_all(&vm->kvm);
	host_free_pages(vm->host, vm->sca, SCA_ORDER_BASIC);
	vm->sca = sca;
	vm->use_esca = true;
	vm->kvm.arch.sca = (void *)sca;
	kvm_s390_vcpu_unblock_all(&vm->kvm);
	return 0;
}

static int pv_enable(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	uint16_t dummy;
	int result;

	if (is_protected(vm))
		return -EINVAL;
	result = sca_switch_to_extended(vm);
	if (result)
		return result;
	if (vm->mm->world->guest_tables)
		vm->gmap_face.flags |= 1ul << GMAP_FLAG_EXPORT_ON_UNMAP;
	result = mm_disable_cow_sharing(vm->mm);
	if (result)
		return result;
	result = vm->algorithm->init_vm(&vm->kvm, &cmd->rc, &cmd->rrc);
	if (result)
		return result;
	result = kvm_s390_cpus_to_pv(vm, &cmd->rc, &cmd->rrc);
	if (result)
		vm->algorithm->deinit_vm(&vm->kvm, &dummy, &dummy);
	/* As in Linux also when the conversion has just failed. */
	vm->service_masked = true;
	return result;
}

static int pv_disable(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	int result;

	if (!is_protected(vm))
		return -EINVAL;
	result = kvm_s390_cpus_from_pv(&vm->kvm, &cmd->rc, &cmd->rrc);
	if (result)
		return result;
	result = pv_deinit(vm, &cmd->rc, &cmd->rrc);
	vm->service_masked = false;
	return result;
}

static int pv_prepare(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	int result;

	if (!is_protected(vm) || !kvm_async_destroy())
		return -EINVAL;
	result = kvm_s390_cpus_from_pv(&vm->kvm, &cmd->rc, &cmd->rrc);
	if (result)
		return result;
	result = vm->algorithm->set_aside(&vm->kvm, &cmd->rc, &cmd->rrc);
	if (!result)
		pv_check_prepared(vm);
	vm->service_masked = false;
	return result;
}

static int pv_perform(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	if (!kvm_async_destroy())
		return -EINVAL;
	assert(!sim_mutex_held(&vm->lock));
	return vm->algorithm->deinit_aside_vm(&vm->kvm, &cmd->rc, &cmd->rrc);
}

static int pv_set_sec_parms(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	const struct kvm_s390_pv_sec_parm *parms = cmd->data;
	int result = -EFAULT;
	void *header;

	if (!is_protected(vm))
		return -EINVAL;
	if (cannot_read(vm, parms))
		return -EFAULT;
	if (parms->length > pv_rules(vm->algorithm).sec_parms_max)
		return -EINVAL;
	header = parms->length ? host_vzalloc(vm->host, parms->length, "sec_parms") : NULL;
	if (!header)
		return -ENOMEM;
	if (!cannot_read(vm, parms->origin)) {
		memcpy(header, parms->origin, parms->length);
		result = vm->algorithm->set_sec_parms(&vm->kvm, header, parms->length, &cmd->rc,
						      &cmd->rrc);
	}
	host_vfree(vm->host, header);
	return result;
}

static int pv_unpack(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	const struct kvm_s390_pv_unp *unpack = cmd->data;

	if (!is_protected(vm) || !mm_is_protected(vm->mm))
		return -EINVAL;
	if (cannot_read(vm, unpack))
		return -EFAULT;
	return vm->algorithm->unpack(&vm->kvm, unpack->addr, unpack->size, unpack->tweak, &cmd->rc,
				     &cmd->rrc);
}

/* VERIFY, PREP_RESET, UNSHARE_ALL: one UVC that takes the handle. */
static int pv_nodata(struct kvm_vm *vm, struct kvm_pv_cmd *cmd, uint16_t uvc_cmd)
{
	if (!is_protected(vm))
		return -EINVAL;
	return uv_cmd_nodata(vm->host->uv, vm->kvm.arch.pv.handle, uvc_cmd, &cmd->rc, &cmd->rrc);
}

/* --- the dispatcher --------------------------------------------------------------------------- */

static const char *const command_name[] = {
	"KVM_PV_ENABLE",
	"KVM_PV_DISABLE",
	"KVM_PV_SET_SEC_PARMS",
	"KVM_PV_UNPACK",
	"KVM_PV_VERIFY",
	"KVM_PV_PREP_RESET",
	"KVM_PV_UNSHARE_ALL",
	"KVM_PV_INFO",
	"KVM_PV_DUMP",
	"KVM_PV_ASYNC_CLEANUP_PREPARE",
	"KVM_PV_ASYNC_CLEANUP_PERFORM",
};

#define COMMANDS (sizeof(command_name) / sizeof(command_name[0]))

static bool command_exists(const struct pv_rules *rules, uint32_t cmd)
{
	if (cmd == KVM_PV_INFO)
		return rules->info;
	if (cmd == KVM_PV_DUMP)
		return rules->dump;
	if (cmd == KVM_PV_ASYNC_CLEANUP_PREPARE || cmd == KVM_PV_ASYNC_CLEANUP_PERFORM)
		return rules->async;
	return cmd < COMMANDS;
}

static int dispatch(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	switch (cmd->cmd) {
	case KVM_PV_ENABLE:
		return pv_enable(vm, cmd);
	case KVM_PV_DISABLE:
		return pv_disable(vm, cmd);
	case KVM_PV_SET_SEC_PARMS:
		return pv_set_sec_parms(vm, cmd);
	case KVM_PV_UNPACK:
		return pv_unpack(vm, cmd);
	case KVM_PV_VERIFY:
		return pv_nodata(vm, cmd, UVC_CMD_VERIFY_IMG);
	case KVM_PV_PREP_RESET:
		return pv_nodata(vm, cmd, UVC_CMD_PREPARE_RESET);
	case KVM_PV_UNSHARE_ALL:
		return pv_nodata(vm, cmd, UVC_CMD_SET_UNSHARE_ALL);
	case KVM_PV_INFO:
		return kvm_s390_pv_query(cmd);
	case KVM_PV_DUMP:
		return pv_dump(vm, cmd);
	case KVM_PV_ASYNC_CLEANUP_PREPARE:
		return pv_prepare(vm, cmd);
	case KVM_PV_ASYNC_CLEANUP_PERFORM:
		return pv_perform(vm, cmd);
	}
	return -ENOTTY;
}

int kvm_pv_command(struct kvm_vm *vm, struct kvm_pv_cmd *cmd)
{
	struct pv_rules rules = pv_rules(vm->algorithm);
	bool lock = rules.lock_all || cmd->cmd != KVM_PV_ASYNC_CLEANUP_PERFORM;
	const char *name = cmd->cmd < COMMANDS ? command_name[cmd->cmd] : "KVM_S390_PV_COMMAND";
	int result = -ENOTTY;

	sim_span_push(name);
	sim_event_note(SIM_EVENT_ENTER, name, 0, 0);
	sim_burn(cost(COST_HOST_SYSCALL), SIM_KIND_KERNEL, "system call");
	/*
	 * Protected virtualisation means that user space controls the CPU state, even if the call
	 * fails.
	 */
	vm->user_cpu_state = true;
	if (host_user_fails(vm->host, USER_COPY_FROM)) {
		result = -EFAULT;
	} else if (cmd->flags) {
		result = -EINVAL;
	} else {
		if (lock)
			sim_mutex_lock(&vm->lock);
		if (command_exists(&rules, cmd->cmd))
			result = dispatch(vm, cmd);
		if (lock)
			sim_mutex_unlock(&vm->lock);
		/* The answer: what was done is done. */
		if (host_user_fails(vm->host, USER_COPY_TO))
			result = -EFAULT;
	}
	sim_event_note(SIM_EVENT_RESULT, name, (uint64_t)(int64_t)result, 0);
	if (vm->host->to_user)
		vm->host->to_user();
	sim_check_user_return("return to user space");
	sim_span_pop();
	return result;
}
