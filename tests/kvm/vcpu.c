/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCPUs outside KVM_RUN: CPU state, resets, kicks, requests, the mutex that conversion waits for.
 */
#include <errno.h>

#include "fake.h"

static void cpu_state(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct kvm_vcpu_sim *vcpu = vm->vcpus;

	ck_assert(vcpu->stopped);
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_OPR_LOAD), -ENXIO);
	ck_assert(vm->user_cpu_state);
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_CHKSTP), -ENXIO);
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_OPR), 0);
	ck_assert(!vcpu->stopped);
	ck_assert_uint_eq(vcpu->vcpu.requests, 1u << KVM_REQ_TLB_FLUSH);
	ck_assert_str_eq(fake.log, "");
}

START_TEST(test_cpu_state)
{
	in_world(cpu_state);
}
END_TEST

/* The Ultravisor is asked, once per change, and may refuse. */
static void cpu_state_protected(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct kvm_vcpu_sim *vcpu = vm->vcpus;

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_STP), 0);
	ck_assert_str_eq(fake.log, "");
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_OPR_LOAD), 0);
	ck_assert(vcpu->stopped);
	fake.set_cpu_state = -EINVAL;
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_OPR), -EINVAL);
	ck_assert(vcpu->stopped);
	fake.set_cpu_state = 0;
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_OPR), 0);
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_OPR), 0);
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_STP), 0);
	ck_assert_str_eq(fake.log, "cpu0 state5 cpu0 state1 cpu0 state1 cpu0 state2 ");
	ck_assert(vcpu->stopped);
}

START_TEST(test_cpu_state_protected)
{
	in_world(cpu_state_protected);
}
END_TEST

static uint64_t resets_seen(uint16_t cmd)
{
	const struct uv_call_count *count;
	uint64_t n = 0;

	for (count = uv_call_counts(host->uv); count; count = count->next)
		n += count->cmd == cmd ? count->count : 0;
	return n;
}

/*
 * A plain CPU is reset without the Ultravisor; a protected one by a UVC (refused here: it does not
 * know the CPU).
 */
static void reset(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);

	vm->vcpus->sie_block->gbea = 7;
	ck_assert_int_eq(kvm_vcpu_reset(vm->vcpus, true), 0);
	ck_assert_uint_eq(vm->vcpus->sie_block->gbea, 1);
	ck_assert_uint_eq(resets_seen(UVC_CMD_CPU_RESET_CLEAR), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	vm->vcpus->sie_block->sidad = 7;
	ck_assert_int_eq(kvm_vcpu_reset(vm->vcpus, true), -EINVAL);
	ck_assert_int_eq(kvm_vcpu_reset(vm->vcpus, false), -EINVAL);
	/* The same bytes are the SIDA designation now. */
	ck_assert_uint_eq(vm->vcpus->sie_block->sidad, 7);
	ck_assert_uint_eq(resets_seen(UVC_CMD_CPU_RESET_CLEAR), 1);
	ck_assert_uint_eq(resets_seen(UVC_CMD_CPU_RESET_INITIAL), 1);
}

START_TEST(test_reset)
{
	in_world(reset);
}
END_TEST

/* Kick and wake-up stick until KVM_RUN sees them. */
static void flags_stick(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);

	kvm_kick_vcpu(vm->vcpus);
	kvm_vcpu_wakeup(vm->last_vcpu);
	ck_assert(vm->vcpus->kicked && !vm->vcpus->woken);
	ck_assert(!vm->last_vcpu->kicked && vm->last_vcpu->woken);
	/* Nobody runs the vCPU: user mode of the caller is not disturbed. */
	ck_assert_uint_eq(sim_burn_user(SIM_MS, SIM_KIND_USER, "user"), SIM_MS);
}

START_TEST(test_flags_stick)
{
	in_world(flags_stick);
}
END_TEST

static void waiter(void *arg)
{
	struct kvm_vcpu_sim *vcpu = arg;

	while (!vcpu->woken && !vcpu->kicked)
		sim_wait(&vcpu->wait, SIM_WAIT_INTERRUPTIBLE);
}

static void wakes(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);
	struct sim_thread *one = sim_spawn("one", waiter, vm->vcpus, NULL);
	struct sim_thread *two = sim_spawn("two", waiter, vm->last_vcpu, NULL);

	sim_sleep(SIM_MS, false, "let them begin");
	kvm_vcpu_wakeup(vm->vcpus);
	kvm_kick_vcpu(vm->last_vcpu);
	ck_assert_int_eq(sim_join(one, false), 0);
	ck_assert_int_eq(sim_join(two, false), 0);
}

START_TEST(test_wakes)
{
	in_world(wakes);
}
END_TEST

static void runner(void *arg)
{
	struct kvm_vcpu_sim *vcpu = arg;

	sim_mutex_lock(&vcpu->mutex);
	sim_sleep(SIM_S, false, "in KVM_RUN");
	sim_mutex_unlock(&vcpu->mutex);
}

/* Conversion waits until a vCPU has left KVM_RUN, and holds the VM's lock meanwhile. */
static void conversion_waits(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);

	sim_spawn("runner", runner, vm->last_vcpu, NULL);
	sim_sleep(SIM_MS, false, "let it begin");
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_uint_ge(sim_now(), SIM_S);
}

START_TEST(test_conversion_waits)
{
	in_world(conversion_waits);
}
END_TEST

static void cpu_command(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	static unsigned char buffer[64 << 10];
	struct kvm_s390_pv_dmp dmp = { .subcmd = KVM_PV_DUMP_CPU,
				       .buff_addr = buffer,
				       .buff_len = sizeof(buffer) };
	struct kvm_pv_cmd cmd = { .cmd = KVM_PV_DUMP, .data = &dmp };

	ck_assert_int_eq(kvm_pv_cpu_command(vm->vcpus, &cmd), -EINVAL);
	vm->kvm.arch.pv.dumping = true;
	ck_assert_int_eq(kvm_pv_cpu_command(vm->vcpus, &cmd), 0);
	ck_assert_uint_eq(buffer[15], 0xda);
	dmp.buff_len--;
	ck_assert_int_eq(kvm_pv_cpu_command(vm->vcpus, &cmd), -EINVAL);
	cmd.data = NULL;
	ck_assert_int_eq(kvm_pv_cpu_command(vm->vcpus, &cmd), -EFAULT);
	cmd.flags = 1;
	ck_assert_int_eq(kvm_pv_cpu_command(vm->vcpus, &cmd), -EINVAL);
	cmd = (struct kvm_pv_cmd){ .cmd = KVM_PV_ENABLE };
	ck_assert_int_eq(kvm_pv_cpu_command(vm->vcpus, &cmd), -EINVAL);
	ck_assert_str_eq(fake.log, "dump_cpu0 ");
	ck_assert(!sim_mutex_held(&vm->vcpus->mutex));
}

START_TEST(test_cpu_command)
{
	in_world(cpu_command);
}
END_TEST

/* Every call into the kernel costs what a system call costs. */
static void calls_cost(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct kvm_pv_cmd cmd = { .cmd = 99 };
	sim_time begin = sim_now();

	kvm_pv_command(vm, &cmd);
	ck_assert_uint_eq(sim_now() - begin, 100 * SIM_NS);
	kvm_check_extension(vm, KVM_CAP_S390_PROTECTED);
	kvm_vcpu_reset(vm->vcpus, true);
	kvm_vcpu_set_state(vm->vcpus, PV_CPU_STATE_OPR);
	kvm_pv_cpu_command(vm->vcpus, &cmd);
	kvm_set_user_memory_region(vm, 99, 0, 0, 0);
	ck_assert_uint_eq(sim_now() - begin, 600 * SIM_NS);
	ck_assert_uint_eq(profile.cost[COST_HOST_SYSCALL].total,
			  profile.cost[COST_HOST_SYSCALL].charged * 100 * SIM_NS);
}

START_TEST(test_calls_cost)
{
	in_world(calls_cost);
}
END_TEST

Suite *vcpu_suite(void)
{
	Suite *suite = suite_create("vcpu");

	suite_test(suite, "state", test_cpu_state, test_cpu_state_protected, test_reset,
		   test_cpu_command);
	suite_test(suite, "threads", test_flags_stick, test_wakes, test_conversion_waits,
		   test_calls_cost);
	return suite;
}
