/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Control blocks of the calls by which a guest proves what it is (attestation) and gets secrets,
 * and the requests they name.
 *
 * Blocks and response codes are those of Linux and of s390-tools' messages. The inside of a request
 * is encrypted for a machine whose key nobody outside has: a magic number of ours stands for "can
 * be unsealed here".
 */
#ifndef UV_UVCB_GUEST_H
#define UV_UVCB_GUEST_H

#include "uv/uvcb.h"

#define UVC_RC_ATTEST_TOKEN		0x0101
#define UVC_RC_ATTEST_USER_LEN		0x0102
#define UVC_RC_ATTEST_ARCB		0x0103
#define UVC_RC_ATTEST_MEAS		0x0104
#define UVC_RC_ATTEST_ADD		0x0105
#define UVC_RC_ATTEST_VERSION		0x0106
#define UVC_RC_ATTEST_ARCB_LEN		0x0107
#define UVC_RC_ATTEST_SLOTS		0x0108
#define UVC_RC_ATTEST_SEA		0x0109
#define UVC_RC_ATTEST_FLAGS		0x010a
#define UVC_RC_ATTEST_ALGORITHM		0x010b
#define UVC_RC_ATTEST_UNSEAL		0x010c
#define UVC_RC_ATTEST_MEAS_LEN		0x010d
#define UVC_RC_ATTEST_ADD_LEN		0x010e
#define UVC_RC_SECRET_NOT_ALLOWED	0x0101	/* add, lock */
#define UVC_RC_SECRET_LOCKED		0x0102	/* add, lock */
#define UVC_RC_SECRET_ACCESS		0x0103
#define UVC_RC_SECRET_VERSION		0x0104
#define UVC_RC_SECRET_SIZE		0x0105
#define UVC_RC_SECRET_SLOTS		0x0106
#define UVC_RC_SECRET_FLAGS		0x0107
#define UVC_RC_SECRET_UNSEAL		0x0108
#define UVC_RC_SECRET_TYPE		0x0109
#define UVC_RC_SECRET_LEN		0x010a
#define UVC_RC_SECRET_FULL		0x010b
#define UVC_RC_SECRET_CANNOT		0x010c	/* here: its name is taken */
#define UVC_RC_SECRET_DUMPING		0x010d
#define UVC_RC_LIST_AREA		0x0102	/* our choice */
#define UVC_RC_RETR_AREA		0x0102
#define UVC_RC_RETR_SIZE		0x0109
#define UVC_RC_RETR_EMPTY		0x010f
#define UVC_RC_RETR_INDEX		0x0110
#define UVC_RC_RETR_TYPE		0x0111

struct uv_cb_attest {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint64_t arcb_addr;
	uint64_t token;			/* continuation token */
	uint8_t reserved28[6];
	uint16_t user_data_len;
	uint8_t user_data[256];
	uint32_t reserved130[3];
	uint32_t meas_len;
	uint64_t meas_addr;
	uint8_t config_uid[16];		/* out */
	uint32_t reserved158;
	uint32_t add_len;
	uint64_t add_addr;
	uint64_t reserved168[4];
} UVCB_PACKED;

/** ADD_SECRET and LIST_SECRETS. */
struct uv_cb_secret {
	struct uv_cb_header header;
	uint16_t reserved08[11];
	uint16_t start;			/* list: first index wanted */
	uint64_t addr;			/* the request, or a page for the list */
	uint64_t reserved28[4];
} UVCB_PACKED;

struct uv_cb_retr_secret {
	struct uv_cb_header header;
	uint64_t reserved08[2];
	uint16_t index;
	uint16_t reserved1a;
	uint32_t buf_size;
	uint64_t buf_addr;
	uint64_t reserved28[4];
} UVCB_PACKED;

UVCB_LEN(uv_cb_attest, 0x188);
UVCB_AT(uv_cb_attest, user_data_len, 0x2e);
UVCB_AT(uv_cb_attest, meas_len, 0x13c);
UVCB_AT(uv_cb_attest, add_len, 0x15c);
UVCB_AT(uv_cb_attest, add_addr, 0x160);
UVCB_LEN(uv_cb_secret, 0x48);
UVCB_AT(uv_cb_secret, start, 0x1e);
UVCB_AT(uv_cb_secret, addr, 0x20);
UVCB_LEN(uv_cb_retr_secret, 0x48);
UVCB_AT(uv_cb_retr_secret, buf_addr, 0x20);

/**
 * Attestation request. The head is public (s390-tools); key slots of 80 bytes, the encrypted area
 * and a tag of 16 bytes follow. What a machine with the key would find inside the encrypted area is
 * replaced by a magic number of ours in its first doubleword.
 */
struct uv_arcb {
	uint64_t reserved00;
	uint32_t version;
	uint32_t length;		/* of all, with what follows */
	uint8_t iv[12];
	uint32_t reserved1c;
	uint8_t reserved20[7];
	uint8_t key_slots;
	uint32_t reserved28;
	uint32_t encrypted_len;
	uint64_t flags;
	uint32_t algorithm;
	uint32_t reserved3c;
	uint8_t key[160];
};
_Static_assert(sizeof(struct uv_arcb) == 0xe0, "length of uv_arcb");

#define UV_ARCB_VERSION		1u
#define UV_ARCB_SLOT_LEN	80u
#define UV_ARCB_ENCRYPTED_LEN	64u
#define UV_ARCB_TAG_LEN		16u
#define UV_ARCB_ALGORITHM	1u		/* HMAC-SHA512 */
#define UV_ARCB_MEAS_LEN	64u
#define UV_ARCB_FLAG_IMAGE_KEY	((uint64_t)1 << 61)	/* additional data: hash of a host key */
#define UV_ARCB_FLAG_ATTEST_KEY	((uint64_t)1 << 60)
#define UV_ARCB_FLAGS		(UV_ARCB_FLAG_IMAGE_KEY | UV_ARCB_FLAG_ATTEST_KEY)
#define UV_ARCB_HASH_LEN	32u		/* additional data for each of them */
#define UV_ARCB_MAGIC		0x5556415243424d47u

/** A request to add a secret: ours, as the SE header. */
struct uv_secret_request {
	uint64_t magic;		/* UV_SECRET_MAGIC: sealed for this machine and guest */
	uint32_t version;
	uint32_t length;
	uint16_t key_slots;
	uint16_t flags;
	uint16_t type;		/* UV_SECRET_* */
	uint16_t secret_len;
	uint8_t id[32];
	uint8_t secret[256];
};

#define UV_SECRET_MAGIC		0x5556534543524554u
#define UV_SECRET_VERSION	1u
#define UV_SECRET_NULL		1u	/* does nothing but take a place */
#define UV_SECRET_ASSOCIATION	2u	/* for crypto adapters, 32 bytes */
#define UV_SECRET_RETRIEVABLE	3u	/* up to 256 bytes */

/** What LIST_SECRETS writes: the layout is that of Linux. */
struct uv_secret_list {
	uint16_t count;		/* in this page */
	uint16_t total;
	uint16_t next;		/* index to go on with, if rc says so */
	uint16_t reserved06;
	uint64_t reserved08;
	struct {
		uint16_t index;
		uint16_t type;
		uint32_t length;
		uint64_t reserved;
		uint8_t id[32];
	} entry[85];
};
_Static_assert(sizeof(struct uv_secret_list) == 4096, "length of uv_secret_list");

#endif
