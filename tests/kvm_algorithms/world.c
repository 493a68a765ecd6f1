/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the suites share: see suites.h.
 */
#include "suites.h"

#include <string.h>

#include "uv/fault.h"
#include "uv/uvcb.h"

#define LARGE_LIMIT ((uint64_t)4 << 30)

static struct {
	uint16_t cmd, rc, failed;
	unsigned skip, n;
	uint64_t heap_before, variable_bytes;
} world;

static bool due(uint16_t cmd)
{
	if (!world.n || cmd != world.cmd)
		return false;
	if (world.skip) {
		world.skip--;
		return false;
	}
	world.n--;
	return true;
}

static int allocation(void *ctx, const char *site, uint64_t bytes)
{
	(void)ctx;
	if (strcmp(site, "variable storage") == 0)
		world.variable_bytes = bytes;
	return due(0);
}

static bool asked(void *ctx, const struct uv_fault_call *call, struct uv_fault_answer *answer)
{
	(void)ctx;
	if (!due(call->cmd))
		return false;
	*answer = (struct uv_fault_answer){ .cc = UVC_CC_ERROR, .rc = world.rc, .rrc = ++world.failed };
	return true;
}

static void given(void *ctx, const struct uv_fault_call *call, const struct uv_fault_answer *answer)
{
	(void)ctx;
	(void)call;
	(void)answer;
}

void fail_next(uint16_t cmd, unsigned skip, unsigned n)
{
	world.cmd = cmd;
	world.skip = skip;
	world.n = n;
	world.rc = UVC_RC_SIM_FAULT;
	world.failed = 0;
	host->should_fail = allocation;
	uvc_faults(host->uv, &(struct uv_faults){ .asked = asked, .given = given });
}

void fail_next_with(uint16_t cmd, uint16_t rc)
{
	fail_next(cmd, 0, 1);
	world.rc = rc;
}

uint64_t variable_bytes(void)
{
	return world.variable_bytes;
}

void import_page(struct kvm_vm *vm, uint64_t gpage)
{
	uint64_t handle = kvm_face(vm)->arch.gmap->guest_handle;

	ck_assert_uint_ne(handle, 0);
	ck_assert_int_eq(gmap_fault(vm->gmap, gpage << PAGE_SHIFT), 0);
	ck_assert_int_eq(gmap_convert_to_secure(vm->gmap, gpage << PAGE_SHIFT, handle, kvm_protected_count(vm)), 0);
}

struct kvm_vm *protected_vm(const struct pv_algorithm *algorithm, unsigned cpus, bool small)
{
	uint64_t bytes;
	struct kvm_vm *vm;

	world.heap_before = host_heap_left(host, &bytes);
	vm = kvm_create_vm(mm, algorithm, small ? GUEST_BYTES : LARGE_LIMIT, "vm");
	ck_assert_ptr_nonnull(vm);
	ck_assert_int_eq(kvm_set_user_memory_region(vm, 0, 0, GUEST_BYTES, USER_AT), 0);
	for (unsigned i = 0; i < cpus; i++)
		ck_assert_ptr_nonnull(kvm_create_vcpu(vm, i, NULL, NULL));
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_uint_ne(kvm_pv_handle(vm), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	return vm;
}

uint64_t calls(uint16_t cmd)
{
	const struct uv_call_count *count;
	uint64_t n = 0;

	for (count = uv_call_counts(host->uv); count; count = count->next)
		n += count->cmd == cmd && count->cc == 0 ? count->count : 0;
	return n;
}

void close_clean(struct kvm_vm *vm)
{
	uint64_t bytes;

	kvm_put_vm(vm);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_ptr_null(uv_violations(host->uv));
	ck_assert_uint_eq(host_heap_left(host, &bytes), world.heap_before);
}
