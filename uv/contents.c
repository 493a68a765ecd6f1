/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What frames hold: whose secret, whose ciphertext, or what anybody may see.
 *
 * The record of states (uv/storage.h) says what the Ultravisor believes; this is what the operations have done to
 * the contents: an import makes a secret of the configuration's guest page, an export its ciphertext, a destroy
 * zeroes. So a wrong answer or a wrong state shows where somebody then sees what he may not. Kept as the states are,
 * in maps that collapse: a terabyte of one guest is one value, since a secret is told by its owner and the distance
 * of guest page and frame.
 *
 * The Ultravisor itself asks one thing of it: whether what comes back is what it encrypted.
 *
 * Left out: what a guest writes (a guest page is one content), copies made by whoever may read.
 */
#include <inttypes.h>

#include "sim/engine.h"
#include "uv/contents.h"

#define KIND_BITS 3
#define KEY_BITS 20

static uint64_t pack(struct content content)
{
	return (uint64_t)content.kind | (uint64_t)content.key << KIND_BITS |
	       (uint64_t)content.delta << (KIND_BITS + KEY_BITS);
}

static struct content unpack(uint64_t value)
{
	return (struct content){
		.kind = (enum content_kind)(value & ((1u << KIND_BITS) - 1)),
		.key = (uint32_t)(value >> KIND_BITS) & ((1u << KEY_BITS) - 1),
		.delta = (int64_t)value >> (KIND_BITS + KEY_BITS),
	};
}

/* Handles are never given out twice; their serial number is in the low word. */
static uint32_t key_of(uint64_t handle)
{
	return (uint32_t)handle & ((1u << KEY_BITS) - 1);
}

static bool watched(void)
{
	return !sim_config_get()->no_oracle;
}

void contents_set(struct uv *uv, uint64_t number, uint64_t n, enum content_kind kind, const struct conf *conf,
		  int64_t delta)
{
	struct content content = { .kind = kind };

	if (conf != NULL) {
		content.key = key_of(conf->handle);
		content.delta = delta;
	}
	storage_content_set(uv->storage, number, n, pack(content));
}

struct content contents_get(struct uv *uv, uint64_t number, uint64_t n, uint64_t *run)
{
	return unpack(storage_content_get(uv->storage, number, n, run));
}

static bool is_that(struct content content, enum content_kind kind, const struct conf *conf, int64_t delta)
{
	return content.kind == kind && content.key == key_of(conf->handle) && content.delta == delta;
}

bool contents_intact(struct uv *uv, const struct conf *conf, int64_t delta, uint64_t number)
{
	uint64_t run;

	return is_that(contents_get(uv, number, 1, &run), CONTENT_CIPHER, conf, delta);
}

/* An import by @conf of @n frames that hold @now. */
static void import(struct uv *uv, const struct conf *conf, int64_t delta, uint64_t number, uint64_t n,
		   struct frame from, struct content now)
{
	if (watched() && from.state == FRAME_EXPORTED && from.conf == conf->slot &&
	    !is_that(now, CONTENT_CIPHER, conf, delta))
		sim_find("stale-import", "page 0x%" PRIx64 " of configuration 0x%" PRIx64
			 " comes back with other contents than it went with", number + (uint64_t)delta, conf->handle);
	/* What is somebody's secret stays that, whatever the record says now. */
	if (now.kind == CONTENT_PLAIN || now.kind == CONTENT_CIPHER ||
	    (now.kind == CONTENT_SHARED && now.key != key_of(conf->handle)))
		contents_set(uv, number, n, CONTENT_SECRET, conf, delta);
}

void contents_page(struct uv *uv, uint16_t cmd, const struct conf *conf, uint64_t gpage, uint64_t number, uint64_t n,
		   struct frame from)
{
	uint64_t run;

	for (; n > 0; number += run, gpage += run, n -= run) {
		struct content now = contents_get(uv, number, n, &run);

		if (cmd == UVC_CMD_CONV_TO_SEC_STOR || cmd == UVC_CMD_UNPACK_IMG) {
			import(uv, conf, (int64_t)(gpage - number), number, run, from, now);
		} else if (cmd == UVC_CMD_DESTR_SEC_STOR || from.state == FRAME_DISCARDED) {
			if (now.kind == CONTENT_SECRET || now.kind == CONTENT_SHARED)
				contents_set(uv, number, run, CONTENT_PLAIN, NULL, 0);
		} else if (now.kind == CONTENT_SECRET || now.kind == CONTENT_SHARED) {
			now.kind = CONTENT_CIPHER;
			storage_content_set(uv->storage, number, run, pack(now));
		}
	}
}

void contents_follow(struct uv *uv, uint64_t number, uint64_t n, struct frame from, struct frame to)
{
	if (to.state == FRAME_DONATED)
		contents_set(uv, number, n, CONTENT_UV, NULL, 0);
	else if (to.state == FRAME_PLAIN && from.state != FRAME_EXPORTED)
		contents_set(uv, number, n, CONTENT_PLAIN, NULL, 0);
	else if (to.state == FRAME_SECURE)
		contents_share(uv, number, n, false);
}

void contents_share(struct uv *uv, uint64_t number, uint64_t n, bool shared)
{
	uint64_t run;

	for (; n > 0; number += run, n -= run) {
		struct content now = contents_get(uv, number, n, &run);

		if (now.kind != CONTENT_SECRET && now.kind != CONTENT_SHARED)
			continue;
		now.kind = shared ? CONTENT_SHARED : CONTENT_SECRET;
		storage_content_set(uv->storage, number, run, pack(now));
	}
}

void uv_host_writes(struct uv *uv, uint64_t number, uint64_t n)
{
	contents_set(uv, number, n, CONTENT_PLAIN, NULL, 0);
}

void uv_check_seen(struct uv *uv, uint64_t number, uint64_t n, const char *by)
{
	uint64_t run;

	if (!watched())
		return;
	for (; n > 0; number += run, n -= run) {
		struct content now = contents_get(uv, number, n, &run);

		if (now.kind == CONTENT_SECRET || now.kind == CONTENT_UV)
			sim_find("plain-content", "%s: %" PRIu64 " frames from 0x%" PRIx64 " on with %s in them", by,
				 run, number,
				 now.kind == CONTENT_UV ? "what the Ultravisor keeps" : "a guest's secrets");
	}
}

void contents_check_guest(struct uv *uv, const struct conf *conf, int64_t delta, uint64_t number, uint64_t n)
{
	uint64_t run;

	if (!watched())
		return;
	for (; n > 0; number += run, n -= run) {
		struct content now = contents_get(uv, number, n, &run);

		if (now.kind == CONTENT_SHARED || is_that(now, CONTENT_SECRET, conf, delta))
			continue;
		sim_find("foreign-content", "configuration 0x%" PRIx64 " sees frame 0x%" PRIx64
			 " as its page 0x%" PRIx64 ", which holds something else", conf->handle, number,
			 number + (uint64_t)delta);
	}
}
