/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Ultravisor interface: control blocks, commands, calls. Layouts as in
 * arch/s390/include/asm/uv.h; the bits in uv_cb_cgc.flags are declared the other way round, because
 * a little-endian compiler fills words from the other end.
 */
#ifndef UVSIM_ASM_UV_H
#define UVSIM_ASM_UV_H

#include <asm/gmap.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#define UVC_CC_OK 0
#define UVC_CC_ERROR 1
#define UVC_CC_BUSY 2
#define UVC_CC_PARTIAL 3

#define UVC_RC_EXECUTED 0x0001
#define UVC_RC_INV_CMD 0x0002
#define UVC_RC_INV_STATE 0x0003
#define UVC_RC_INV_LEN 0x0005
#define UVC_RC_NO_RESUME 0x0007
#define UVC_RC_NEED_DESTROY 0x8000	/* a bit beside the code */

#define UVC_CMD_CREATE_SEC_CONF 0x0100
#define UVC_CMD_DESTROY_SEC_CONF 0x0101
#define UVC_CMD_DESTROY_SEC_CONF_FAST 0x0102
#define UVC_CMD_CREATE_SEC_CPU 0x0120
#define UVC_CMD_DESTROY_SEC_CPU 0x0121
#define UVC_CMD_CONV_TO_SEC_STOR 0x0200
#define UVC_CMD_CONV_FROM_SEC_STOR 0x0201
#define UVC_CMD_DESTR_SEC_STOR 0x0202
#define UVC_CMD_SET_SEC_CONF_PARAMS 0x0300
#define UVC_CMD_UNPACK_IMG 0x0301
#define UVC_CMD_VERIFY_IMG 0x0302
#define UVC_CMD_CPU_RESET 0x0310
#define UVC_CMD_CPU_RESET_INITIAL 0x0311
#define UVC_CMD_PREPARE_RESET 0x0320
#define UVC_CMD_CPU_RESET_CLEAR 0x0321
#define UVC_CMD_CPU_SET_STATE 0x0330
#define UVC_CMD_SET_UNSHARE_ALL 0x0340
#define UVC_CMD_PIN_PAGE_SHARED 0x0341
#define UVC_CMD_UNPIN_PAGE_SHARED 0x0342
#define UVC_CMD_DUMP_INIT 0x0400
#define UVC_CMD_DUMP_CONF_STOR_STATE 0x0401
#define UVC_CMD_DUMP_CPU 0x0402
#define UVC_CMD_DUMP_COMPLETE 0x0403

#define PV_CPU_STATE_OPR 1
#define PV_CPU_STATE_STP 2
#define PV_CPU_STATE_CHKSTP 3
#define PV_CPU_STATE_OPR_LOAD 5

/* bits of uv_info.inst_calls_list and uv_feature_indications, counted from the most significant */
#define BIT_UVC_CMD_DESTROY_SEC_CONF_FAST 23
#define BIT_UVC_CMD_DUMP_INIT 24
#define BIT_UVC_CMD_DUMP_CONFIG_STOR_STATE 25
#define BIT_UVC_CMD_DUMP_CPU 26
#define BIT_UVC_CMD_DUMP_COMPLETE 27
#define BIT_UV_FEAT_MISC 0
#define BIT_UV_FEAT_AIV 1
#define BIT_UV_FEAT_AP 4
#define BIT_UV_FEAT_AP_INTR 5

struct uv_cb_header {
	u16 len;
	u16 cmd;
	u16 rc;
	u16 rrc;
} __packed __aligned(8);

/* CREATE_SEC_CONF */
struct uv_cb_cgc {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 guest_handle;
	u64 conf_base_stor_origin;
	u64 conf_virt_stor_origin;
	u8 reserved30[6];
	union {
		struct {
			u16 ap_allow_instr : 1;		/* 0x0001 */
			u16 ap_instr_intr : 1;		/* 0x0002 */
			u16 : 14;
		};
		u16 raw;
	} flags;
	u64 guest_stor_origin;
	u64 guest_stor_len;
	u64 guest_sca;
	u64 guest_asce;
	u64 reserved58[5];
} __packed __aligned(8);

/* CREATE_SEC_CPU */
struct uv_cb_csc {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 cpu_handle;
	u64 guest_handle;
	u64 stor_origin;
	u8 reserved30[6];
	u16 num;
	u64 state_origin;
	u64 reserved40[4];
} __packed __aligned(8);

/* commands with a handle and nothing else */
struct uv_cb_nodata {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 handle;
	u64 reserved20[4];
} __packed __aligned(8);

/* DESTROY_SEC_CONF_FAST: eight bytes longer */
struct uv_cb_destroy_fast {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 handle;
	u64 reserved20[5];
} __packed __aligned(8);

/* CONV_TO_SEC_STOR */
struct uv_cb_cts {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 guest_handle;
	u64 gaddr;
} __packed __aligned(8);

/* CONV_FROM_SEC_STOR, DESTR_SEC_STOR, PIN_PAGE_SHARED */
struct uv_cb_cfs {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 paddr;
} __packed __aligned(8);

/* SET_SEC_CONF_PARAMS */
struct uv_cb_ssc {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 guest_handle;
	u64 sec_header_origin;
	u32 sec_header_len;
	u32 reserved2c;
	u64 reserved30[4];
} __packed __aligned(8);

/* UNPACK_IMG */
struct uv_cb_unp {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 guest_handle;
	u64 gaddr;
	u64 tweak[2];
	u64 reserved38[3];
} __packed __aligned(8);

/* CPU_SET_STATE */
struct uv_cb_cpu_set_state {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 cpu_handle;
	u8 reserved20[7];
	u8 state;
	u64 reserved28[5];
};

/* DUMP_CPU */
struct uv_cb_dump_cpu {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 cpu_handle;
	u64 dump_area_origin;
	u64 reserved28[5];
} __packed __aligned(8);

/* DUMP_CONF_STOR_STATE */
struct uv_cb_dump_stor_state {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 config_handle;
	u64 dump_area_origin;
	u64 gaddr;
	u64 reserved28[4];
} __packed __aligned(8);

/* DUMP_COMPLETE */
struct uv_cb_dump_complete {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 config_handle;
	u64 dump_area_origin;
	u64 reserved30[5];
} __packed __aligned(8);

#define uv_info (*uvsim_api->uv_info())

/*
 * Repeats while the answer is busy or partial; the first operand is unused by every call. From 7.0 on the kernel is
 * preempted at least lazily, since ARCH_HAS_PREEMPT_LAZY leaves no other model: between two calls the scheduler takes
 * what it wants, and no pv.c of that age asks for resched points.
 */
UVSIM_STUB int uv_call(unsigned long r1, unsigned long r2)
{
	(void)r1;
#if UVSIM_SHAPE_GUEST_TABLES
	return uvsim_api->uv_call_preempted((void *)r2);
#else
	return uvsim_api->uv_call((void *)r2);
#endif
}

/* Once, whatever the answer. */
UVSIM_STUB int __uv_call(unsigned long r1, unsigned long r2)
{
	(void)r1;
	return UVSIM_MEMORY->uv_call_once((void *)r2);
}

UVSIM_STUB int uv_call_sched(unsigned long r1, unsigned long r2)
{
	(void)r1;
	return uvsim_api->uv_call_sched((void *)r2);
}

UVSIM_STUB int uv_cmd_nodata(u64 handle, u16 cmd, u16 *rc, u16 *rrc)
{
	WARN(!handle, "No handle provided to Ultravisor call cmd %x", cmd);
#if UVSIM_SHAPE_GUEST_TABLES
	struct uv_cb_nodata uvcb = {
		.header.cmd = cmd, .header.len = sizeof(uvcb), .handle = handle,
	};
	int cc = uv_call(0, (unsigned long)&uvcb);

	*rc = uvcb.header.rc;
	*rrc = uvcb.header.rrc;
	return cc ? -EINVAL : 0;
#else
	return uvsim_api->uv_cmd_nodata(handle, cmd, rc, rrc);
#endif
}

UVSIM_STUB bool uv_has_feature(u8 bit)
{
	return bit < 64 && test_bit_inv(bit, &uv_info.uv_feature_indications);
}

UVSIM_STUB int gmap_make_secure(struct gmap *gmap, unsigned long gaddr, void *uvcb)
{
	return uvsim_api->gmap_make_secure(gmap, gaddr, uvcb);
}

/* 6.14 to 6.19: by host virtual address. */
UVSIM_STUB int make_hva_secure(struct mm_struct *mm, unsigned long hva, struct uv_cb_header *uvcb)
{
	return uvsim_api->make_hva_secure(mm, hva, uvcb);
}

/* One try under the locks that the caller holds. */
UVSIM_STUB int __make_folio_secure(struct folio *folio, struct uv_cb_header *uvcb)
{
	return uvsim_api->make_folio_secure(folio, uvcb);
}

/* The pages of a configuration that is gone; 0 as well for a page that never was secure. */
UVSIM_STUB int uv_destroy_folio(struct folio *folio)
{
	return uvsim_api->uv_destroy_folio(folio);
}

UVSIM_STUB int s390_wiggle_split_folio(struct mm_struct *mm, struct folio *folio)
{
	return uvsim_api->wiggle_split_folio(mm, folio);
}

/* --- one page: by address the call alone; of a folio or an entry, the page counts as the host's afterwards --- */

UVSIM_STUB int uvsim_uv_page(unsigned long address, unsigned int command)
{
	return UVSIM_MEMORY->folio_uv((const void *)(address & PAGE_MASK), command);
}
#define uv_convert_from_secure(address) uvsim_uv_page((address), UVC_CMD_CONV_FROM_SEC_STOR | UVSIM_UV_RAW)
#define uv_pin_shared(address) uvsim_uv_page((address), UVC_CMD_PIN_PAGE_SHARED | UVSIM_UV_RAW)
#define uv_destroy_page(address) uvsim_uv_page((address), UVC_CMD_DESTR_SEC_STOR | UVSIM_UV_RAW)
#define uv_convert_from_secure_folio(folio) uvsim_uv_page((unsigned long)(folio), UVC_CMD_CONV_FROM_SEC_STOR)
#define uv_convert_owned_from_secure(address) uvsim_uv_page((address), UVC_CMD_CONV_FROM_SEC_STOR)
#define uv_destroy_owned_page(address) uvsim_uv_page((address), UVC_CMD_DESTR_SEC_STOR)
#define uv_convert_from_secure_pte(pte) uvsim_uv_page(pte_val(pte), UVC_CMD_CONV_FROM_SEC_STOR)
#define uv_destroy_pte(pte) uvsim_uv_page(pte_val(pte), UVC_CMD_DESTR_SEC_STOR)

UVSIM_STUB int arch_make_folio_accessible(struct folio *folio)
{
	return UVSIM_MEMORY->folio_accessible(folio);
}
#define arch_make_page_accessible(page) arch_make_folio_accessible((struct folio *)(page))
/* The host runs no guest of its own kind: nothing can be shared with an Ultravisor above. */
#define uv_set_shared(address) ((void)(address), 0)
#define uv_remove_shared(address) ((void)(address), 0)

/* The variable storage of a configuration from 7.0 on: pages of a kernel area, as vzalloc() gives. */
UVSIM_STUB void *uv_alloc_stor_var(unsigned long size)
{
	return vzalloc(size);
}

UVSIM_STUB void uv_free_stor_var(void *address)
{
	uvsim_api->vfree(address);
}

/* The host runs protected guests and is none. */
#define is_prot_virt_host() true
#define is_prot_virt_guest() false

#endif
