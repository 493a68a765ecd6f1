/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What frames hold. Internal to uv/, but for what uv/ultravisor.h declares of it.
 */
#ifndef UV_CONTENTS_H
#define UV_CONTENTS_H

#include "uv/uvc.h"

enum content_kind {
	CONTENT_PLAIN,		/* the host's, or what it made of something else */
	CONTENT_SECRET,		/* a page of a configuration, decrypted */
	CONTENT_SHARED,		/* the same, which the guest lets the host see and write */
	CONTENT_CIPHER,		/* the same, encrypted: what the Ultravisor made of this frame last */
	CONTENT_OLD_CIPHER,	/* ciphertext that it made earlier, or of another frame: the host put it here */
	CONTENT_UV,		/* donated */
	CONTENT_ZERO,		/* cleared by the Ultravisor */
};

/** @key: which configuration; @delta: guest page number minus frame number. */
struct content {
	enum content_kind kind;
	uint32_t key;
	int64_t delta;
};

/** Frames [@number, @number + @n) hold @kind now, of @conf (NULL: nobody). */
void contents_set(struct uv *uv, uint64_t number, uint64_t n, enum content_kind kind, const struct conf *conf,
		  int64_t delta);
struct content contents_get(struct uv *uv, uint64_t number, uint64_t n, uint64_t *run);

/**
 * Page-level call @cmd (import, unpack, export, destroy) has succeeded on @n frames whose record was @from. @conf and
 * @gpage (guest page of the first) matter for imports.
 */
void contents_page(struct uv *uv, uint16_t cmd, const struct conf *conf, uint64_t gpage, uint64_t number, uint64_t n,
		   struct frame from);

/** What follows for contents when an operation on a whole configuration, or a donation, changes records so. */
void contents_follow(struct uv *uv, uint64_t number, uint64_t n, struct frame from, struct frame to);

/** Does frame @number hold what was last made of @conf's page there, unaltered? */
bool contents_intact(struct uv *uv, const struct conf *conf, int64_t delta, uint64_t number);

/** The guest shares these frames with the host, or takes them back. */
void contents_share(struct uv *uv, uint64_t number, uint64_t n, bool shared);

/** @conf's guest sees these frames. */
void contents_check_guest(struct uv *uv, const struct conf *conf, int64_t delta, uint64_t number, uint64_t n);

#endif
