/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's own half: compiled with the same stub headers and linked with one pv.c into a shared
 * object.
 *
 * It holds the one pointer to the simulator, describes pv.c (label, version, hash), lists its
 * functions, and forwards the compiler hooks. This file itself is compiled without hooks. Functions
 * that the version must have are named plainly, so that a missing one fails the build; others are
 * weak and may be absent.
 */
#include <asm/uv.h>
#if UVSIM_SHAPE_GUEST_TABLES
#include "s390.h"
#else
#include "kvm-s390.h"
#endif

#define UVSIM_OPTIONAL __attribute__((weak, visibility("hidden")))

extern int uvsim_module_init(void) UVSIM_OPTIONAL;

#if !UVSIM_SHAPE_ASYNC_DESTROY
extern typeof(kvm_s390_pv_set_aside) kvm_s390_pv_set_aside UVSIM_OPTIONAL;
extern typeof(kvm_s390_pv_deinit_aside_vm) kvm_s390_pv_deinit_aside_vm UVSIM_OPTIONAL;
extern typeof(kvm_s390_pv_deinit_cleanup_all) kvm_s390_pv_deinit_cleanup_all UVSIM_OPTIONAL;
#endif
#if !UVSIM_SHAPE_DUMP
extern typeof(kvm_s390_pv_dump_cpu) kvm_s390_pv_dump_cpu UVSIM_OPTIONAL;
extern typeof(kvm_s390_pv_dump_stor_state) kvm_s390_pv_dump_stor_state UVSIM_OPTIONAL;
extern typeof(kvm_s390_pv_dump_complete) kvm_s390_pv_dump_complete UVSIM_OPTIONAL;
#endif
#if !UVSIM_SHAPE_MAKE_SECURE
extern typeof(kvm_s390_pv_convert_to_secure) kvm_s390_pv_convert_to_secure UVSIM_OPTIONAL;
extern typeof(kvm_s390_pv_destroy_page) kvm_s390_pv_destroy_page UVSIM_OPTIONAL;
#endif

const struct uvsim_kernel_api *uvsim_api;

static void attach(const struct uvsim_kernel_api *api)
{
	uvsim_api = api;
}

/* u64 and the simulator's uint64_t are different types of one size; the table uses the latter. */
static int set_sec_parms(struct kvm *kvm, void *hdr, unsigned long length, u16 *rc, u16 *rrc)
{
	return kvm_s390_pv_set_sec_parms(kvm, hdr, length, rc, rrc);
}

#if UVSIM_SHAPE_DUMP
static int forward_dump_stor_state(struct kvm *kvm, void *buff_user, u64 *gaddr,
			   unsigned long buff_user_len, u16 *rc, u16 *rrc)
{
	return kvm_s390_pv_dump_stor_state(kvm, buff_user, gaddr, buff_user_len, rc, rrc);
}
#else
#define forward_dump_stor_state NULL
#endif

extern struct uvsim_pv_module uvsim_pv_module;

__attribute__((visibility("default"))) struct uvsim_pv_module uvsim_pv_module = {
	.magic = UVSIM_ABI_MAGIC,
	.abi = UVSIM_ABI_VERSION,
	.sizes = UVSIM_SIZES,
	.version = UVSIM_LINUX_VERSION,
	.world = UVSIM_WORLD,
	.label = UVSIM_LABEL,
	.path = UVSIM_PATH,
	.sha256 = UVSIM_SHA256,
	.compiler = UVSIM_COMPILER,
	.coverage = UVSIM_COVERAGE,
	.attach = attach,
	.boot = uvsim_module_init,
	.init_vm = kvm_s390_pv_init_vm,
	.deinit_vm = kvm_s390_pv_deinit_vm,
	.deinit_cleanup_all = kvm_s390_pv_deinit_cleanup_all,
	.set_aside = kvm_s390_pv_set_aside,
	.deinit_aside_vm = kvm_s390_pv_deinit_aside_vm,
	.create_cpu = kvm_s390_pv_create_cpu,
	.destroy_cpu = kvm_s390_pv_destroy_cpu,
	.set_sec_parms = set_sec_parms,
	.unpack = kvm_s390_pv_unpack,
	.set_cpu_state = kvm_s390_pv_set_cpu_state,
	.dump_cpu = kvm_s390_pv_dump_cpu,
	.dump_stor_state = forward_dump_stor_state,
	.dump_complete = kvm_s390_pv_dump_complete,
	.own_imports = UVSIM_OWN_IMPORTS,
	.convert_to_secure = kvm_s390_pv_convert_to_secure,
	.destroy_page = kvm_s390_pv_destroy_page,
#if UVSIM_SHAPE_IS_PROTECTED
	.is_protected = kvm_s390_pv_is_protected,
	.cpu_is_protected = kvm_s390_pv_cpu_is_protected,
#endif
};

void __cyg_profile_func_enter(void *function, void *call_site);
void __cyg_profile_func_exit(void *function, void *call_site);
void __sanitizer_cov_trace_pc(void);

void __cyg_profile_func_enter(void *function, void *call_site)
{
	(void)call_site;
	uvsim_api->function_enter(uvsim_api->owner, function);
}

void __cyg_profile_func_exit(void *function, void *call_site)
{
	(void)call_site;
	uvsim_api->function_leave(uvsim_api->owner, function);
}

void __sanitizer_cov_trace_pc(void)
{
	uvsim_api->edge(uvsim_api->owner, __builtin_return_address(0));
}
