/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configurations, CPUs and their handles.
 *
 * A handle is slot 20 bits, CPU number 16 bits (0xffff: a configuration), serial number 28 bits.
 * The serial number is never used twice, and a look-up compares the whole handle, so no neighbour
 * and no single flipped bit of a live handle is valid. Real handles are opaque; only that property
 * is known (public tests flip every bit).
 */
#include "uv/configuration.h"

#include <assert.h>
#include <stdlib.h>

#include "uv/memory.h"
#include "uv/contents.h"
#include "uv/uvc.h"

#define SLOT_SHIFT 44
#define NUMBER_SHIFT 28
#define SERIAL_MASK (((uint64_t)1 << NUMBER_SHIFT) - 1)
#define CONF_NUMBER 0xffffu

static uint64_t handle_issue(struct uv *uv, uint32_t slot, uint32_t number)
{
	uint32_t serial = uv->serials;

	/* The table doubles each time the serial number reaches a power of two. */
	if ((serial & (serial - 1)) == 0)
		uv->issued = uv_realloc(uv->issued, sizeof(*uv->issued) *
							    (serial == 0 ? 1 : 2 * (size_t)serial));
	assert(serial < SERIAL_MASK);
	uv->issued[serial] =
		(uint64_t)slot << SLOT_SHIFT | (uint64_t)number << NUMBER_SHIFT | (serial + 1);
	uv->serials++;
	return uv->issued[serial];
}

bool handle_issued(const struct uv *uv, uint64_t handle)
{
	uint64_t serial = handle & SERIAL_MASK;

	return serial >= 1 && serial <= uv->serials && uv->issued[serial - 1] == handle;
}

/* The lowest free slot: the same in every run. */
static uint32_t slot_free(const struct uv *uv)
{
	uint32_t slot = 1;

	while (slot < uv->slots && uv->conf[slot] != NULL)
		slot++;
	return slot;
}

bool conf_room(const struct uv *uv)
{
	return slot_free(uv) < FRAME_CONFS && uv->live < uv->machine->max_num_sec_conf;
}

struct conf *conf_create(struct uv *uv)
{
	uint32_t slot = slot_free(uv);
	struct conf *conf;

	assert(conf_room(uv));
	if (slot >= uv->slots) {
		uint32_t slots = slot + 64;

		uv->conf = uv_realloc(uv->conf, slots * sizeof(*uv->conf));
		for (uint32_t i = uv->slots; i < slots; i++)
			uv->conf[i] = NULL;
		uv->slots = slots;
	}
	conf = uv_alloc(sizeof(*conf));
	conf->slot = slot;
	conf->state = CONF_CREATING;
	conf->cpu = uv_alloc(((size_t)uv->machine->max_guest_cpu_id + 1) * sizeof(*conf->cpu));
	uv->conf[slot] = conf;
	uv->live++;
	return conf;
}

void conf_publish(struct uv *uv, struct conf *conf)
{
	assert(conf->handle == 0);
	conf->handle = handle_issue(uv, conf->slot, CONF_NUMBER);
	conf->state = CONF_CREATED;
}

static void pieces_free(struct conf *conf)
{
	while (conf->pieces != NULL) {
		struct conf_piece *piece = conf->pieces;

		conf->pieces = piece->next;
		free(piece);
	}
}

static void conf_free(struct uv *uv, struct conf *conf)
{
	uv->conf[conf->slot] = NULL;
	pieces_free(conf);
	free(conf->cpu);
	free(conf->secrets);
	free(conf);
}

static bool conf_unnamed(const struct conf *conf)
{
	for (unsigned state = 0; state < FRAME_STATES; state++)
		if (conf->pages[state] != 0)
			return false;
	return true;
}

void conf_retire(struct uv *uv, struct conf *conf)
{
	assert(conf->state != CONF_DISCARDED);
	assert(conf->cpus == 0);
	conf->state = CONF_DISCARDED;
	conf->handle = 0;
	conf->asce = 0;
	uv->live--;
	if (conf_unnamed(conf))
		conf_free(uv, conf);
}

static struct conf *conf_at(struct uv *uv, uint64_t slot)
{
	return slot < uv->slots ? uv->conf[slot] : NULL;
}

struct conf *conf_find(struct uv *uv, uint64_t handle)
{
	struct conf *conf = conf_at(uv, handle >> SLOT_SHIFT);

	return conf != NULL && handle != 0 && conf->handle == handle ? conf : NULL;
}

struct conf *conf_find_asce(struct uv *uv, uint64_t asce)
{
	for (uint32_t slot = 1; slot < uv->slots; slot++) {
		struct conf *conf = uv->conf[slot];

		if (conf != NULL && conf->state != CONF_DISCARDED && conf->asce == asce)
			return conf;
	}
	return NULL;
}

struct conf *conf_of(struct uv *uv, struct frame frame)
{
	struct conf *conf = conf_at(uv, frame.conf);

	assert(frame.conf == 0 || conf != NULL);
	return conf;
}

struct secure_cpu *cpu_find(struct uv *uv, uint64_t handle)
{
	struct conf *conf = conf_at(uv, handle >> SLOT_SHIFT);
	uint64_t number = handle >> NUMBER_SHIFT & CONF_NUMBER;
	struct secure_cpu *cpu;

	if (conf == NULL || number > uv->machine->max_guest_cpu_id)
		return NULL;
	cpu = conf->cpu[number];
	return cpu != NULL && cpu->handle == handle ? cpu : NULL;
}

struct secure_cpu *cpu_create(struct uv *uv, struct conf *conf, uint16_t number,
			      struct stretch storage)
{
	struct secure_cpu *cpu = uv_alloc(sizeof(*cpu));

	assert(conf->cpu[number] == NULL);
	cpu->conf = conf;
	cpu->number = number;
	cpu->storage = storage;
	cpu->state = PV_CPU_STATE_STP;
	cpu->handle = handle_issue(uv, conf->slot, number);
	conf->cpu[number] = cpu;
	conf->cpus++;
	return cpu;
}

void cpu_free(struct uv *uv, struct secure_cpu *cpu)
{
	struct conf *conf = cpu->conf;

	frames_return(uv, cpu->storage, conf);
	conf->cpu[cpu->number] = NULL;
	conf->cpus--;
	free(cpu);
}

bool conf_locked(const struct conf *conf)
{
	return conf->exclusive || conf->held;
}

uint64_t conf_owned(const struct conf *conf)
{
	return conf->pages[FRAME_SECURE] + conf->pages[FRAME_SHARED] + conf->pages[FRAME_PINNED];
}

/* Frames [number, number + n) at distance delta have become the configuration's. */
static void piece_extend(struct uv *uv, struct conf *conf, uint64_t number, uint64_t n,
			 int64_t delta)
{
	struct storage_region *region = storage_find(uv->storage, number);
	struct conf_piece *piece = conf->piece_near;
	uint64_t low = number + (uint64_t)delta;

	if (piece == NULL || piece->region != region || piece->delta != delta) {
		piece = conf->pieces;
		while (piece != NULL && (piece->region != region || piece->delta != delta))
			piece = piece->next;
	}
	if (piece == NULL) {
		piece = uv_alloc(sizeof(*piece));
		*piece = (struct conf_piece){ conf->pieces, region, delta, low, low + n };
		conf->pieces = piece;
	}
	conf->piece_near = piece;
	if (low < piece->low)
		piece->low = low;
	if (low + n > piece->high)
		piece->high = low + n;
}

void frames_change(struct uv *uv, uint64_t number, uint64_t n, struct frame from, struct frame to)
{
	frames_record(uv, number, n, from, to);
	contents_follow(uv, number, n, from, to);
}

static void note_states(struct uv *uv, uint64_t n, enum frame_state from, enum frame_state to)
{
	uv->in_state[from] -= (int64_t)n;
	uv->in_state[to] += (int64_t)n;
	/* Never far below zero. */
	sim_progress_to(SIM_LEVEL_FRAMES + from, (uint64_t)uv->in_state[from] + INT64_MAX);
	sim_progress_to(SIM_LEVEL_FRAMES + to, (uint64_t)uv->in_state[to] + INT64_MAX);
}

void frames_record(struct uv *uv, uint64_t number, uint64_t n, struct frame from, struct frame to)
{
	struct conf *old = conf_of(uv, from), *new = conf_of(uv, to);

	storage_set(uv->storage, number, n, to);
	note_states(uv, n, from.state, to.state);
	if (uv->ops.clear != NULL && to.state == FRAME_PLAIN && from.state != FRAME_EXPORTED)
		uv->ops.clear(uv->ops.ctx, number, n);
	if (to.state == FRAME_DONATED)
		uv->donated += n;
	if (from.state == FRAME_DONATED)
		uv->donated -= n;
	if (uv->ops.donated != NULL && (to.state == FRAME_DONATED) != (from.state == FRAME_DONATED))
		uv->ops.donated(uv->ops.ctx, number, n, to.state == FRAME_DONATED);
	if (new != NULL) {
		new->pages[to.state] += n;
		if (to.state != FRAME_DONATED)
			piece_extend(uv, new, number, n, to.delta);
	}
	if (old != NULL) {
		assert(old->pages[from.state] >= n);
		old->pages[from.state] -= n;
		if (old->state == CONF_DISCARDED && conf_unnamed(old))
			conf_free(uv, old);
	}
}

void conf_region_removed(void *ctx, struct storage_region *region)
{
	struct uv *uv = ctx;
	uint64_t number = storage_region_first(region);
	uint64_t left = storage_region_frames(region);

	for (uint64_t run; left > 0; number += run, left -= run) {
		struct frame frame = storage_get(uv->storage, number, left, &run);

		if (frame.state != FRAME_PLAIN)
			frames_change(uv, number, run, frame,
				      (struct frame) { .state = FRAME_PLAIN });
	}
	for (uint32_t slot = 1; slot < uv->slots; slot++) {
		struct conf *conf = uv->conf[slot];
		struct conf_piece **at = conf != NULL ? &conf->pieces : NULL;

		while (at != NULL && *at != NULL) {
			struct conf_piece *piece = *at;

			if (piece->region != region) {
				at = &piece->next;
				continue;
			}
			*at = piece->next;
			if (conf->work.walk.piece == piece) {
				conf->work.walk.piece = piece->next;
				conf->work.walk.gpage = piece->next != NULL ? piece->next->low : 0;
			}
			conf->piece_near = NULL;
			free(piece);
		}
	}
}

void conf_free_all(struct uv *uv)
{
	for (uint32_t slot = 1; slot < uv->slots; slot++) {
		struct conf *conf = uv->conf[slot];

		if (conf == NULL)
			continue;
		for (unsigned i = 0; i <= uv->machine->max_guest_cpu_id; i++)
			free(conf->cpu[i]);
		conf_free(uv, conf);
	}
	free(uv->conf);
	free(uv->issued);
}
