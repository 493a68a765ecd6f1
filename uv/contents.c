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
 * The Ultravisor itself asks one thing of it: whether what comes back is what it encrypted last. Each frame has a
 * version that an export raises, as the counter that goes into the real integrity value (docs/oracle.md):
 * ciphertext that the host has kept, and puts back after another export, is old. Frames that went through the same
 * have the same version, so that this map collapses, too. It is kept through everything else, lest an old copy fit
 * again after the page was destroyed and made anew.
 *
 * Left out: what a guest writes (a guest page is one content). Without the oracle nothing is kept here, and all
 * ciphertext is taken for good.
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

/* Whoever puts altered contents in wants them refused, oracle or not. */
static bool watched(const struct uv *uv)
{
	return uv->tampered || !sim_config_get()->no_oracle;
}

void contents_set(struct uv *uv, uint64_t number, uint64_t n, enum content_kind kind, const struct conf *conf,
		  int64_t delta)
{
	struct content content = { .kind = kind };

	if (!watched(uv))
		return;
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

/* What an export that did not encrypt has left there is what its integrity value was made of. */
static bool is_export(struct content content, const struct conf *conf, int64_t delta)
{
	return is_that(content, CONTENT_CIPHER, conf, delta) || is_that(content, CONTENT_SECRET, conf, delta);
}

bool contents_intact(struct uv *uv, const struct conf *conf, int64_t delta, uint64_t number)
{
	uint64_t run;

	return !watched(uv) || is_export(contents_get(uv, number, 1, &run), conf, delta);
}

/* What is there instead of what @conf's export made of the page. */
static const char *what_came_back(struct content now, const struct conf *conf, int64_t delta)
{
	if (now.kind != CONTENT_CIPHER && now.kind != CONTENT_OLD_CIPHER)
		return "altered";
	return now.key == key_of(conf->handle) && now.delta == delta ? "as an earlier export of it"
								     : "as the ciphertext of another page";
}

/* An import by @conf of @n frames that hold @now. */
static void import(struct uv *uv, const struct conf *conf, int64_t delta, uint64_t number, uint64_t n,
		   struct frame from, struct content now)
{
	if (from.state == FRAME_EXPORTED && from.conf == conf->slot &&
	    !is_export(now, conf, delta))
		sim_find("stale-import", "page 0x%" PRIx64 " of configuration 0x%" PRIx64
			 " comes back with other contents than it went with: %s", number + (uint64_t)delta,
			 conf->handle, what_came_back(now, conf, delta));
	/* What is somebody's secret stays that, whatever the record says now. */
	if (now.kind != CONTENT_SECRET && now.kind != CONTENT_UV &&
	    (now.kind != CONTENT_SHARED || now.key != key_of(conf->handle)))
		contents_set(uv, number, n, CONTENT_SECRET, conf, delta);
}

static void export(struct uv *uv, uint64_t number, uint64_t n, struct content now)
{
	if (now.kind != CONTENT_SECRET && now.kind != CONTENT_SHARED)
		return;
	now.kind = CONTENT_CIPHER;
	storage_content_set(uv->storage, number, n, pack(now));
	storage_version_raise(uv->storage, number, n);
}

void contents_page(struct uv *uv, uint16_t cmd, const struct conf *conf, uint64_t gpage, uint64_t number, uint64_t n,
		   struct frame from)
{
	uint64_t run;

	for (; watched(uv) && n > 0; number += run, gpage += run, n -= run) {
		struct content now = contents_get(uv, number, n, &run);

		if (cmd == UVC_CMD_CONV_TO_SEC_STOR || cmd == UVC_CMD_UNPACK_IMG) {
			import(uv, conf, (int64_t)(gpage - number), number, run, from, now);
		} else if (cmd == UVC_CMD_DESTR_SEC_STOR || from.state == FRAME_DISCARDED) {
			if (now.kind == CONTENT_SECRET || now.kind == CONTENT_SHARED)
				contents_set(uv, number, run, CONTENT_ZERO, NULL, 0);
		} else {
			export(uv, number, run, now);
		}
	}
}

void contents_follow(struct uv *uv, uint64_t number, uint64_t n, struct frame from, struct frame to)
{
	if (to.state == FRAME_DONATED)
		contents_set(uv, number, n, CONTENT_UV, NULL, 0);
	else if (to.state == FRAME_PLAIN && from.state != FRAME_EXPORTED)
		contents_set(uv, number, n, CONTENT_ZERO, NULL, 0);
	else if (to.state == FRAME_SECURE)
		contents_share(uv, number, n, false);
}

void contents_share(struct uv *uv, uint64_t number, uint64_t n, bool shared)
{
	uint64_t run;

	for (; watched(uv) && n > 0; number += run, n -= run) {
		struct content now = contents_get(uv, number, n, &run);

		if (now.kind != CONTENT_SECRET && now.kind != CONTENT_SHARED)
			continue;
		now.kind = shared ? CONTENT_SHARED : CONTENT_SECRET;
		storage_content_set(uv->storage, number, run, pack(now));
	}
}

/* A shared page is the guest's, whoever writes to it. */
void uv_host_writes(struct uv *uv, uint64_t number, uint64_t n)
{
	uint64_t run;

	for (; watched(uv) && n > 0; number += run, n -= run)
		if (contents_get(uv, number, n, &run).kind != CONTENT_SHARED)
			contents_set(uv, number, run, CONTENT_PLAIN, NULL, 0);
}

bool uv_host_copies(struct uv *uv, uint64_t number, struct uv_copy *copy)
{
	uint64_t run;

	if (uv_host_access(uv, number, 1, &run) != UV_OK)
		return false;
	*copy = (struct uv_copy){
		.content = storage_content_get(uv->storage, number, 1, &run),
		.frame = number,
		.version = storage_version_get(uv->storage, number, 1, &run),
	};
	return true;
}

/* Ciphertext is good where it was made, as long as nothing else has been made there since. */
void uv_host_pastes(struct uv *uv, uint64_t number, const struct uv_copy *copy)
{
	struct content content = unpack(copy->content);
	uint64_t run;

	if (content.kind == CONTENT_CIPHER &&
	    (copy->frame != number || storage_version_get(uv->storage, number, 1, &run) != copy->version))
		content.kind = CONTENT_OLD_CIPHER;
	if (content.kind == CONTENT_SHARED || contents_get(uv, number, 1, &run).kind == CONTENT_SHARED)
		uv_host_writes(uv, number, 1);
	else
		storage_content_set(uv->storage, number, 1, pack(content));
}

void uv_tampered(struct uv *uv)
{
	uv->tampered = true;
}

/* An earlier export, or that of a page near by; where nothing was encrypted, or only once, just something else. */
void uv_host_finds(struct uv *uv, uint64_t number, enum uv_other_content what)
{
	uint64_t run;
	struct content now = contents_get(uv, number, 1, &run);

	if (what == UV_CONTENT_DAMAGED || now.kind != CONTENT_CIPHER ||
	    (what == UV_CONTENT_OLD && storage_version_get(uv->storage, number, 1, &run) < 2)) {
		uv_host_writes(uv, number, 1);
		return;
	}
	now.kind = CONTENT_OLD_CIPHER;
	if (what == UV_CONTENT_OTHER)
		now.delta++;
	storage_content_set(uv->storage, number, 1, pack(now));
}

bool uv_copy_is_zero(const struct uv_copy *copy)
{
	return unpack(copy->content).kind == CONTENT_ZERO;
}

void uv_check_seen(struct uv *uv, uint64_t number, uint64_t n, const char *by)
{
	uint64_t run;

	if (!watched(uv))
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

	if (!watched(uv))
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
