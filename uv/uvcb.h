/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UV control blocks: layouts, command codes, response codes, bits of the query answer.
 *
 * Names and numbers are those of Linux arch/s390/include/asm/uv.h, since the real pv.c fills these
 * blocks in; offsets and lengths are checked below. UVC_RC_SIM_* (0x0110 and above) are choices of
 * this model: nothing public says what the machine answers there. The SE header at the end is
 * ours, too: the real one is encrypted, and all that matters here is how many pages an image has
 * and what its owner allows.
 */
#ifndef UV_UVCB_H
#define UV_UVCB_H

#include <stddef.h>
#include <stdint.h>

/* --- commands --------------------------------------------------------------------------------- */

#define UVC_CMD_QUI			0x0001
#define UVC_CMD_INIT_UV			0x000f
#define UVC_CMD_CREATE_SEC_CONF		0x0100
#define UVC_CMD_DESTROY_SEC_CONF	0x0101
#define UVC_CMD_DESTROY_SEC_CONF_FAST	0x0102
#define UVC_CMD_CREATE_SEC_CPU		0x0120
#define UVC_CMD_DESTROY_SEC_CPU		0x0121
#define UVC_CMD_CONV_TO_SEC_STOR	0x0200
#define UVC_CMD_CONV_FROM_SEC_STOR	0x0201
#define UVC_CMD_DESTR_SEC_STOR		0x0202
#define UVC_CMD_SET_SEC_CONF_PARAMS	0x0300
#define UVC_CMD_UNPACK_IMG		0x0301
#define UVC_CMD_VERIFY_IMG		0x0302
#define UVC_CMD_CPU_RESET		0x0310
#define UVC_CMD_CPU_RESET_INITIAL	0x0311
#define UVC_CMD_PREPARE_RESET		0x0320
#define UVC_CMD_CPU_RESET_CLEAR		0x0321
#define UVC_CMD_CPU_SET_STATE		0x0330
#define UVC_CMD_SET_UNSHARE_ALL		0x0340
#define UVC_CMD_PIN_PAGE_SHARED		0x0341
#define UVC_CMD_UNPIN_PAGE_SHARED	0x0342
#define UVC_CMD_DUMP_INIT		0x0400
#define UVC_CMD_DUMP_CONF_STOR_STATE	0x0401
#define UVC_CMD_DUMP_CPU		0x0402
#define UVC_CMD_DUMP_COMPLETE		0x0403
#define UVC_CMD_SET_SHARED_ACCESS	0x1000
#define UVC_CMD_REMOVE_SHARED_ACCESS	0x1001
#define UVC_CMD_RETR_ATTEST		0x1020
#define UVC_CMD_ADD_SECRET		0x1031
#define UVC_CMD_LIST_SECRETS		0x1033
#define UVC_CMD_LOCK_SECRETS		0x1034
#define UVC_CMD_RETR_SECRET		0x1035

/* Where a command stands in inst_calls_list: bit 0 is the leftmost of word 0. */
#define BIT_UVC_CMD_QUI				0
#define BIT_UVC_CMD_INIT_UV			1
#define BIT_UVC_CMD_CREATE_SEC_CONF		2
#define BIT_UVC_CMD_DESTROY_SEC_CONF		3
#define BIT_UVC_CMD_CREATE_SEC_CPU		4
#define BIT_UVC_CMD_DESTROY_SEC_CPU		5
#define BIT_UVC_CMD_CONV_TO_SEC_STOR		6
#define BIT_UVC_CMD_CONV_FROM_SEC_STOR		7
#define BIT_UVC_CMD_SET_SHARED_ACCESS		8
#define BIT_UVC_CMD_REMOVE_SHARED_ACCESS	9
#define BIT_UVC_CMD_SET_SEC_PARMS		11
#define BIT_UVC_CMD_UNPACK_IMG			13
#define BIT_UVC_CMD_VERIFY_IMG			14
#define BIT_UVC_CMD_CPU_RESET			15
#define BIT_UVC_CMD_CPU_RESET_INITIAL		16
#define BIT_UVC_CMD_CPU_SET_STATE		17
#define BIT_UVC_CMD_PREPARE_RESET		18
#define BIT_UVC_CMD_CPU_PERFORM_CLEAR_RESET	19
#define BIT_UVC_CMD_UNSHARE_ALL			20
#define BIT_UVC_CMD_PIN_PAGE_SHARED		21
#define BIT_UVC_CMD_UNPIN_PAGE_SHARED		22
#define BIT_UVC_CMD_DESTROY_SEC_CONF_FAST	23
#define BIT_UVC_CMD_DUMP_INIT			24
#define BIT_UVC_CMD_DUMP_CONFIG_STOR_STATE	25
#define BIT_UVC_CMD_DUMP_CPU			26
#define BIT_UVC_CMD_DUMP_COMPLETE		27
#define BIT_UVC_CMD_RETR_ATTEST			28
#define BIT_UVC_CMD_ADD_SECRET			29
#define BIT_UVC_CMD_LIST_SECRETS		30
#define BIT_UVC_CMD_LOCK_SECRETS		31
#define BIT_UVC_CMD_RETR_SECRET			33

/* Bits of uv_feature_indications, bit 0 leftmost. */
#define BIT_UV_FEAT_MISC	0
#define BIT_UV_FEAT_AIV		1
#define BIT_UV_FEAT_AP		4
#define BIT_UV_FEAT_AP_INTR	5

/* --- response codes --------------------------------------------------------------------------- */

#define UVC_RC_EXECUTED		0x0001
#define UVC_RC_INV_CMD		0x0002
#define UVC_RC_INV_STATE	0x0003
#define UVC_RC_INV_LEN		0x0005
#define UVC_RC_NO_RESUME	0x0007
#define UVC_RC_INV_GHANDLE	0x0020
#define UVC_RC_INV_CHANDLE	0x0021
#define UVC_RC_MORE_DATA	0x0100
#define UVC_RC_NEED_DESTROY	0x8000

/* One command each; the prefix says which. */
#define UVC_RC_INIT_DONE		0x0101
#define UVC_RC_INIT_CPUS		0x0102
#define UVC_RC_INIT_LEN			0x0103
#define UVC_RC_INIT_ORIGIN		0x0104
#define UVC_RC_INIT_END			0x0105
#define UVC_RC_INIT_IN_USE		0x0106	/* our choice */
#define UVC_RC_INIT_ALIGN		0x0107	/* our choice */
#define UVC_RC_INIT_BELOW_2G		0x0108
#define UVC_RC_CGC_ORIGIN		0x0101
#define UVC_RC_CGC_END			0x0102
#define UVC_RC_CGC_LEN			0x0103	/* our choice: none, or not whole pages */
#define UVC_RC_CGC_ASCE			0x0105
#define UVC_RC_CGC_ASCE_IN_USE		0x0106	/* our choice */
#define UVC_RC_CGC_BASE_ALIGN		0x0107	/* our choice */
#define UVC_RC_CGC_BASE			0x0108
#define UVC_RC_CGC_BASE_LOWCORE		0x0109
#define UVC_RC_CGC_BASE_IN_USE		0x010a	/* our choice */
#define UVC_RC_CGC_VAR_LOWCORE		0x010b
#define UVC_RC_CGC_SCA_ZERO		0x010c
#define UVC_RC_CGC_SCA			0x010d
#define UVC_RC_CGC_VAR			0x010e	/* our choice */
#define UVC_RC_CGC_VAR_IN_USE		0x010f	/* our choice */
#define UVC_RC_FAST_AP_BOUND		0x0104	/* destroy fast: adapter queues are still bound */
#define UVC_RC_CSC_NUMBER		0x0103
#define UVC_RC_CSC_NUMBER_IN_USE	0x0104
#define UVC_RC_CSC_STOR			0x0105
#define UVC_RC_CSC_STOR_LOWCORE		0x0106
#define UVC_RC_CSC_SIE			0x0107
#define UVC_RC_CSC_STOR_IN_USE		0x0108	/* our choice */
#define UVC_RC_CSC_SIE_LOWCORE		0x0109	/* our choice */
#define UVC_RC_SSC_HEADER		0x0103
#define UVC_RC_SSC_KEY			0x0108
#define UVC_RC_VERIFY_MISMATCH		0x0102
#define UVC_RRC_VERIFY_HASH		0x001a
#define UVC_RC_NOT_MAPPED		0x010a	/* import, unpack, unpin, share */
#define UVC_RC_NOT_SHARED		0x0101	/* pin: not shared; unpin: not pinned; our choice */
#define UVC_RC_SHARE_ADDRESS		0x0101	/* share, unshare: outside guest storage */
#define UVC_RC_DESTROY_PLAIN		0x0107	/* old firmware: page was not secure */
#define UVC_RRC_DESTROY_PLAIN		0x000d
#define UVC_RC_DUMP_NOT_ALLOWED		0x0101	/* our choice, as the next three */
#define UVC_RC_DUMP_GADDR		0x0102
#define UVC_RC_DUMP_ALIGN		0x0103
#define UVC_RC_DUMP_AREA		0x0104

/* Where nothing is published: choices of this model, the same for every command. */
#define UVC_RC_SIM_OWNED	0x0110	/* the frame is somebody else's, or another guest page */
#define UVC_RC_SIM_DONATED	0x0111	/* the frame is the Ultravisor's */
#define UVC_RC_SIM_HAS_CPUS	0x0112	/* the configuration still has secure CPUs */
#define UVC_RC_SIM_INTEGRITY	0x0113	/* exported content is that of another guest page */
#define UVC_RC_SIM_DYING	0x0114	/* a DESTROY_SEC_CONF of this configuration is half done */
#define UVC_RC_SIM_ADDRESS	0x0115	/* outside configured storage, or outside guest storage */
#define UVC_RC_SIM_CONF_STATE	0x0116	/* not in this state of the configuration or CPU */
#define UVC_RC_SIM_FULL		0x0117	/* no slot left, or a distance no record can hold */
#define UVC_RC_SIM_IN_SIE	0x0118	/* the CPU is in SIE */
#define UVC_RC_SIM_FAULT	0x0119	/* refused because a fault was put in */

/* --- control blocks --------------------------------------------------------------------------- */

#define UVCB_PACKED __attribute__((packed, aligned(8)))

struct uv_cb_header {
	uint16_t len;
	uint16_t cmd;
	uint16_t rc;
	uint16_t rrc;
} UVCB_PACKED;

struct uv_cb_qui {
	struct uv_cb_header header;
	uint64_t reserved08;
	uint64_t inst_calls_list[4];
	uint64_t reserved30[2];
	uint64_t uv_base_stor_len;
	uint64_t reserved48;
	uint64_t conf_base_phys_stor_len;
	uint64_t conf_base_virt_stor_len;
	uint64_t conf_virt_var_stor_len;
	uint64_t cpu_stor_len;
	uint32_t reserved70[3];
	uint32_t max_num_sec_conf;
	uint64_t max_guest_stor_addr;
	uint8_t reserved88[0x9e - 0x88];
	uint16_t max_guest_cpu_id;
	uint64_t uv_feature_indications;
	uint64_t reserveda8;
	uint64_t supp_se_hdr_versions;
	uint64_t supp_se_hdr_pcf;
	uint64_t reservedc0;
	uint64_t conf_dump_storage_state_len;
	uint64_t conf_dump_finalize_len;
	uint64_t reservedd8;
	uint64_t supp_att_req_hdr_ver;
	uint64_t supp_att_pflags;
	uint64_t reservedf0;
	uint64_t supp_add_secret_req_ver;
	uint64_t supp_add_secret_pcf;
	uint64_t supp_secret_types;
	uint16_t max_assoc_secrets;
	uint16_t max_retr_secrets;
	uint32_t reserved114[3];
} UVCB_PACKED;


struct uv_cb_init {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t stor_origin;
	uint64_t stor_len;
	uint64_t reserved28[4];
} UVCB_PACKED;

struct uv_cb_cgc {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t guest_handle;		/* out */
	uint64_t conf_base_stor_origin;	/* absolute */
	uint64_t conf_virt_stor_origin;	/* host virtual */
	uint8_t reserved30[6];
	uint16_t flags;			/* 0x0001 AP instructions, 0x0002 AP interrupts */
	uint64_t guest_stor_origin;
	uint64_t guest_stor_len;
	uint64_t guest_sca;
	uint64_t guest_asce;
	uint64_t reserved58[5];
} UVCB_PACKED;

struct uv_cb_csc {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t cpu_handle;		/* out */
	uint64_t guest_handle;
	uint64_t stor_origin;
	uint8_t reserved30[6];
	uint16_t num;
	uint64_t state_origin;		/* the state description (SIE block) */
	uint64_t reserved40[4];
} UVCB_PACKED;

struct uv_cb_nodata {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t handle;
	uint64_t reserved20[4];
} UVCB_PACKED;

struct uv_cb_destroy_fast {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t handle;
	uint64_t reserved20[5];
} UVCB_PACKED;

/** Import and unpin. */
struct uv_cb_cts {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t guest_handle;
	uint64_t gaddr;
} UVCB_PACKED;

/** Export, destroy and pin. */
struct uv_cb_cfs {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t paddr;
} UVCB_PACKED;

struct uv_cb_ssc {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t guest_handle;
	uint64_t sec_header_origin;
	uint32_t sec_header_len;
	uint32_t reserved2c;
	uint64_t reserved30[4];
} UVCB_PACKED;

struct uv_cb_unp {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t guest_handle;
	uint64_t gaddr;
	uint64_t tweak[2];
	uint64_t reserved38[3];
} UVCB_PACKED;

#define PV_CPU_STATE_OPR	1
#define PV_CPU_STATE_STP	2
#define PV_CPU_STATE_CHKSTP	3
#define PV_CPU_STATE_OPR_LOAD	5

struct uv_cb_cpu_set_state {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t cpu_handle;
	uint8_t reserved20[7];
	uint8_t state;
	uint64_t reserved28[5];
} UVCB_PACKED;

struct uv_cb_share {
	struct uv_cb_header header;
	uint64_t reserved08[3];
	uint64_t paddr;			/* guest absolute */
	uint64_t reserved28;
} UVCB_PACKED;

struct uv_cb_dump_cpu {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t cpu_handle;
	uint64_t dump_area_origin;
	uint64_t reserved28[5];
} UVCB_PACKED;

struct uv_cb_dump_stor_state {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t config_handle;
	uint64_t dump_area_origin;
	uint64_t gaddr;
	uint64_t reserved30[4];
} UVCB_PACKED;

struct uv_cb_dump_complete {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t config_handle;
	uint64_t dump_area_origin;
	uint64_t reserved28[5];
} UVCB_PACKED;

#define UVCB_LEN(type, len) \
	_Static_assert(sizeof(struct type) == (len), "length of " #type)
#define UVCB_AT(type, member, at) \
	_Static_assert(offsetof(struct type, member) == (at), "offset of " #type "." #member)

UVCB_LEN(uv_cb_header, 8);
UVCB_LEN(uv_cb_qui, 0x120);
UVCB_AT(uv_cb_qui, uv_base_stor_len, 0x40);
UVCB_AT(uv_cb_qui, max_num_sec_conf, 0x7c);
UVCB_AT(uv_cb_qui, max_guest_cpu_id, 0x9e);
UVCB_AT(uv_cb_qui, uv_feature_indications, 0xa0);
UVCB_AT(uv_cb_qui, supp_se_hdr_versions, 0xb0);
UVCB_AT(uv_cb_qui, conf_dump_storage_state_len, 0xc8);
UVCB_AT(uv_cb_qui, conf_dump_finalize_len, 0xd0);
UVCB_LEN(uv_cb_init, 0x48);
UVCB_AT(uv_cb_init, stor_origin, 0x18);
UVCB_LEN(uv_cb_cgc, 0x80);
UVCB_AT(uv_cb_cgc, guest_handle, 0x18);
UVCB_AT(uv_cb_cgc, conf_base_stor_origin, 0x20);
UVCB_AT(uv_cb_cgc, flags, 0x36);
UVCB_AT(uv_cb_cgc, guest_stor_len, 0x40);
UVCB_AT(uv_cb_cgc, guest_asce, 0x50);
UVCB_LEN(uv_cb_csc, 0x60);
UVCB_AT(uv_cb_csc, guest_handle, 0x20);
UVCB_AT(uv_cb_csc, num, 0x36);
UVCB_AT(uv_cb_csc, state_origin, 0x38);
UVCB_LEN(uv_cb_nodata, 0x40);
UVCB_AT(uv_cb_nodata, handle, 0x18);
UVCB_LEN(uv_cb_destroy_fast, 0x48);
UVCB_LEN(uv_cb_cts, 0x28);
UVCB_AT(uv_cb_cts, gaddr, 0x20);
UVCB_LEN(uv_cb_cfs, 0x20);
UVCB_AT(uv_cb_cfs, paddr, 0x18);
UVCB_LEN(uv_cb_ssc, 0x50);
UVCB_AT(uv_cb_ssc, sec_header_len, 0x28);
UVCB_LEN(uv_cb_unp, 0x50);
UVCB_AT(uv_cb_unp, tweak, 0x28);
UVCB_LEN(uv_cb_cpu_set_state, 0x50);
UVCB_AT(uv_cb_cpu_set_state, state, 0x27);
UVCB_LEN(uv_cb_share, 0x30);
UVCB_AT(uv_cb_share, paddr, 0x20);
UVCB_LEN(uv_cb_dump_cpu, 0x50);
UVCB_LEN(uv_cb_dump_stor_state, 0x50);
UVCB_AT(uv_cb_dump_stor_state, gaddr, 0x28);
UVCB_LEN(uv_cb_dump_complete, 0x50);
UVCB_AT(uv_cb_dump_complete, dump_area_origin, 0x20);
UVCB_AT(uv_cb_qui, supp_att_req_hdr_ver, 0xe0);
UVCB_AT(uv_cb_qui, supp_add_secret_req_ver, 0xf8);
UVCB_AT(uv_cb_qui, max_assoc_secrets, 0x110);

/* --- the address-space-control element of a guest --------------------------------------------- */

#define UV_ASCE_PRIVATE	0x100u	/* must be on */
#define UV_ASCE_REAL	0x20u	/* bit 58, real-space designation: must be off */

/* --- the SE header of this simulator ---------------------------------------------------------- */

#define UV_SE_MAGIC		0x5556534953454844u
#define UV_SE_VERSION		1u
#define UV_SE_DUMP_ALLOWED	1u	/* flags: the host may dump the guest (encrypted) */
#define UV_SE_KEY_MATCHES	2u	/* flags: one key slot is for this machine */
#define UV_SE_SECRETS_ALLOWED	4u	/* flags: secrets may be added */

struct uv_se_header {
	uint64_t magic;
	uint32_t version;
	uint32_t length;	/* of the header, >= sizeof(struct uv_se_header) */
	uint64_t image_pages;	/* pages that UNPACK_IMG must have seen when VERIFY_IMG comes */
	uint32_t flags;
	uint32_t reserved;
};

#endif
