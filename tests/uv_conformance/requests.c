/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attestation and secrets beyond the rows: what a request that can be unsealed gets, and every
 * response code of the secret store.
 */
#include <string.h>

#include "bench.h"

#define REQUEST 0x6000u
#define PAGE 0x8000u
#define SECRETS UV_SE_SECRETS_ALLOWED

static void put(struct rig *rig, uint64_t gaddr, const void *from, size_t bytes)
{
	rig_store(rig, rig_guest_address(0) + gaddr, from, bytes);
}

static void get(struct rig *rig, uint64_t gaddr, void *to, size_t bytes)
{
	rig_load(rig, rig_guest_address(0) + gaddr, to, bytes);
}

/* --- attestation ------------------------------------------------------------------------------ */

static struct uv_cb_attest sealed_request(struct rig *rig)
{
	struct uv_arcb arcb = {
		.version = UV_ARCB_VERSION,
		.length = sizeof(arcb) + 2 * UV_ARCB_SLOT_LEN + UV_ARCB_ENCRYPTED_LEN +
			  UV_ARCB_TAG_LEN,
		.key_slots = 2,
		.encrypted_len = UV_ARCB_ENCRYPTED_LEN,
		.flags = UV_ARCB_FLAG_ATTEST_KEY,
		.algorithm = UV_ARCB_ALGORITHM,
	};
	uint64_t magic = UV_ARCB_MAGIC;

	put(rig, REQUEST, &arcb, sizeof(arcb));
	put(rig, REQUEST + sizeof(arcb) + 2 * UV_ARCB_SLOT_LEN, &magic, sizeof(magic));
	return (struct uv_cb_attest){
		.header = { .len = sizeof(struct uv_cb_attest), .cmd = UVC_CMD_RETR_ATTEST },
		.arcb_addr = REQUEST,
		.user_data_len = 1,
		.meas_len = 100,
		.meas_addr = PAGE,
		.add_len = 100,
		.add_addr = PAGE + 0x100,
	};
}

GUEST_TEST(a_measurement, 0)
{
	struct uv_cb_attest block = sealed_request(rig);
	uint8_t area[0x200], want[0x200];

	memset(area, 0xff, sizeof(area));
	put(rig, PAGE, area, sizeof(area));
	ck_done(rig_guest_uvc(rig, &block, false));
	ck_assert_uint_eq(block.meas_len, 64);
	ck_assert_uint_eq(block.add_len, 32);
	get(rig, PAGE, area, sizeof(area));
	memset(want, 0xff, sizeof(want));
	memset(want, 0, 64);
	memset(want + 0x100, 0, 32);
	ck_assert_mem_eq(area, want, sizeof(area));
	/* Its name is told only to itself, and is not zero. */
	ck_assert_mem_eq(block.config_uid, &rig->conf, sizeof(rig->conf));
}

GUEST_TEST(areas_of_an_attestation, 0)
{
	struct uv_cb_attest block = sealed_request(rig), good = block;
	struct uv_arcb arcb;

	block.meas_addr = RIG_GUEST_LEN;
	ck_refused(rig_guest_uvc(rig, &block, false), UVC_RC_ATTEST_MEAS);
	block = good;
	/* Not imported: the guest cannot reach it. */
	block.meas_addr = MIB;
	ck_refused(rig_guest_uvc(rig, &block, false), UVC_RC_ATTEST_MEAS);
	block = good;
	block.add_addr = RIG_GUEST_LEN - 8;
	ck_refused(rig_guest_uvc(rig, &block, false), UVC_RC_ATTEST_ADD);
	block = good;
	block.meas_len = 63;
	ck_refused(rig_guest_uvc(rig, &block, false), UVC_RC_ATTEST_MEAS_LEN);
	block = good;
	block.add_len = 31;
	ck_refused(rig_guest_uvc(rig, &block, false), UVC_RC_ATTEST_ADD_LEN);
	/* The whole request must be readable, not only its head. */
	block = good;
	block.arcb_addr = 0x10000 - sizeof(struct uv_arcb);
	get(rig, REQUEST, &arcb, sizeof(arcb));
	put(rig, block.arcb_addr, &arcb, sizeof(arcb));
	ck_refused(rig_guest_uvc(rig, &block, false), UVC_RC_ATTEST_ARCB);
}

/* --- secrets ---------------------------------------------------------------------------------- */

static struct uv_secret_request request_of(uint16_t type, uint16_t length, unsigned id)
{
	struct uv_secret_request request = {
		.magic = UV_SECRET_MAGIC, .version = UV_SECRET_VERSION, .length = sizeof(request),
		.key_slots = 1, .type = type, .secret_len = length,
	};

	memcpy(request.id, &id, sizeof(id));
	memset(request.secret, 0x33, length);
	return request;
}

static struct answer call(struct rig *rig, uint16_t cmd, uint64_t addr, uint16_t start)
{
	struct uv_cb_secret block = {
		.header = { .len = sizeof(block), .cmd = cmd }, .start = start, .addr = addr,
	};

	return rig_guest_uvc(rig, &block, false);
}

static struct answer add(struct rig *rig, struct uv_secret_request request)
{
	put(rig, REQUEST, &request, sizeof(request));
	return call(rig, UVC_CMD_ADD_SECRET, REQUEST, 0);
}

static struct answer lock(struct rig *rig)
{
	struct uv_cb_nodata block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_LOCK_SECRETS },
	};

	return rig_guest_uvc(rig, &block, false);
}

static struct answer retrieve(struct rig *rig, uint16_t index, uint32_t size, uint64_t addr)
{
	struct uv_cb_retr_secret block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_RETR_SECRET },
		.index = index, .buf_size = size, .buf_addr = addr,
	};

	return rig_guest_uvc(rig, &block, false);
}

GUEST_TEST(secrets_not_allowed, 0)
{
	ck_refused(add(rig, request_of(UV_SECRET_NULL, 0, 1)), UVC_RC_SECRET_NOT_ALLOWED);
	ck_refused(lock(rig), UVC_RC_SECRET_NOT_ALLOWED);
}

GUEST_TEST(every_fault_of_a_request, SECRETS)
{
	const struct uv_secret_request good = request_of(UV_SECRET_ASSOCIATION, 32, 1);
	struct uv_secret_request bad;

#define FAULT(member, value, rc)				\
	do {							\
		bad = good;					\
		bad.member = value;				\
		ck_refused(add(rig, bad), rc);			\
	} while (0)
	FAULT(version, 2, UVC_RC_SECRET_VERSION);
	FAULT(length, sizeof(good) + 1, UVC_RC_SECRET_SIZE);
	FAULT(key_slots, 0, UVC_RC_SECRET_SLOTS);
	FAULT(flags, 1, UVC_RC_SECRET_FLAGS);
	FAULT(magic, 0, UVC_RC_SECRET_UNSEAL);
	FAULT(type, 0, UVC_RC_SECRET_TYPE);
	FAULT(type, 4, UVC_RC_SECRET_TYPE);
	FAULT(type, 64, UVC_RC_SECRET_TYPE);
	FAULT(secret_len, 31, UVC_RC_SECRET_LEN);
	FAULT(type, UV_SECRET_NULL, UVC_RC_SECRET_LEN);
#undef FAULT
	bad = request_of(UV_SECRET_RETRIEVABLE, 0, 1);
	ck_refused(add(rig, bad), UVC_RC_SECRET_LEN);
	bad.secret_len = 257;
	ck_refused(add(rig, bad), UVC_RC_SECRET_LEN);
	ck_refused(call(rig, UVC_CMD_ADD_SECRET, RIG_GUEST_LEN, 0), UVC_RC_SECRET_ACCESS);
	ck_done(add(rig, good));
	ck_refused(add(rig, good), UVC_RC_SECRET_CANNOT);
	ck_done(lock(rig));
	ck_refused(lock(rig), UVC_RC_SECRET_LOCKED);
	ck_refused(add(rig, request_of(UV_SECRET_NULL, 0, 9)), UVC_RC_SECRET_LOCKED);
}

GUEST_TEST(a_full_store_in_two_lists, SECRETS)
{
	struct uv_secret_list list;

	ck_done(call(rig, UVC_CMD_LIST_SECRETS, PAGE, 0));
	get(rig, PAGE, &list, sizeof(list));
	ck_assert(list.count == 0 && list.total == 0);
	for (unsigned id = 0; id < MACHINE_SECRETS_MAX; id++)
		ck_done(add(rig, request_of(UV_SECRET_ASSOCIATION, 32, id)));
	ck_refused(add(rig, request_of(UV_SECRET_NULL, 0, 999)), UVC_RC_SECRET_FULL);
	ck_refused(call(rig, UVC_CMD_LIST_SECRETS, PAGE, 0), UVC_RC_MORE_DATA);
	get(rig, PAGE, &list, sizeof(list));
	ck_assert(list.count == 85 && list.total == MACHINE_SECRETS_MAX && list.next == 85);
	ck_done(call(rig, UVC_CMD_LIST_SECRETS, PAGE, list.next));
	get(rig, PAGE, &list, sizeof(list));
	ck_assert(list.count == MACHINE_SECRETS_MAX - 85 && list.total == MACHINE_SECRETS_MAX);
	ck_assert(list.entry[0].index == 85 && list.entry[0].type == UV_SECRET_ASSOCIATION &&
		  list.entry[0].length == 32 && list.entry[0].id[0] == 85);
	ck_done(call(rig, UVC_CMD_LIST_SECRETS, PAGE, MACHINE_SECRETS_MAX));
	ck_refused(call(rig, UVC_CMD_LIST_SECRETS, PAGE + 8, 0), UVC_RC_LIST_AREA);
	ck_refused(call(rig, UVC_CMD_LIST_SECRETS, RIG_GUEST_LEN, 0), UVC_RC_LIST_AREA);
}

GUEST_TEST(retrieving, SECRETS)
{
	uint8_t content[64] = { 0 }, want[64] = { 0 };

	ck_refused(retrieve(rig, 0, 64, PAGE), UVC_RC_RETR_EMPTY);
	ck_done(add(rig, request_of(UV_SECRET_ASSOCIATION, 32, 1)));
	ck_refused(retrieve(rig, 0, 64, PAGE), UVC_RC_RETR_TYPE);
	ck_refused(retrieve(rig, 1, 64, PAGE), UVC_RC_RETR_INDEX);
	ck_done(add(rig, request_of(UV_SECRET_RETRIEVABLE, 48, 2)));
	ck_refused(retrieve(rig, 1, 47, PAGE), UVC_RC_RETR_SIZE);
	ck_refused(retrieve(rig, 1, 48, RIG_GUEST_LEN - 8), UVC_RC_RETR_AREA);
	ck_done(retrieve(rig, 1, 48, PAGE));
	get(rig, PAGE, content, sizeof(content));
	memset(want, 0x33, 48);
	ck_assert_mem_eq(content, want, sizeof(content));
	ck_done(add(rig, request_of(UV_SECRET_RETRIEVABLE, 1, 3)));
	/* Two is all that this machine takes of them. */
	ck_refused(add(rig, request_of(UV_SECRET_RETRIEVABLE, 1, 4)), UVC_RC_SECRET_FULL);
	ck_done(add(rig, request_of(UV_SECRET_NULL, 0, 4)));
}

GUEST_TEST(machines_without, SECRETS)
{
	rig->profile->machine.max_retr_secrets = 0;
	ck_refused(retrieve(rig, 0, 64, PAGE), UVC_RC_INV_CMD);
	ck_assert(!rig_listed(rig, true, 33) && rig_listed(rig, true, 29));
	ck_refused(add(rig, request_of(UV_SECRET_RETRIEVABLE, 1, 3)), UVC_RC_SECRET_TYPE);
	rig->profile->machine.ap = false;
	ck_refused(add(rig, request_of(UV_SECRET_NULL, 0, 3)), UVC_RC_INV_CMD);
	ck_refused(lock(rig), UVC_RC_INV_CMD);
	ck_refused(call(rig, UVC_CMD_LIST_SECRETS, PAGE, 0), UVC_RC_INV_CMD);
	ck_assert(!rig_listed(rig, true, 29) && !rig_listed(rig, true, 30) &&
		  !rig_listed(rig, true, 31));
}

GUEST_TEST(no_secrets_during_a_dump, SECRETS | UV_SE_DUMP_ALLOWED)
{
	ck_done(rig_nodata(rig, UVC_CMD_DUMP_INIT, rig->conf));
	ck_refused(add(rig, request_of(UV_SECRET_NULL, 0, 3)), UVC_RC_SECRET_DUMPING);
}

Suite *suite_requests(void)
{
	const TTest *tests[] = {
		a_measurement,		   areas_of_an_attestation, secrets_not_allowed,
		every_fault_of_a_request,  a_full_store_in_two_lists, retrieving,
		machines_without,	   no_secrets_during_a_dump,
	};

	return SUITE_OF("requests", tests);
}
