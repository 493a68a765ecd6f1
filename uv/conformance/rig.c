/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine: storage with contents, home space, processors, and the Ultravisor's view of it.
 */
#include "uv/conformance/rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine.h"
#include "sim/thread.h"
#include "uv/memory.h"

#define GUEST_FIRST GIB
#define GUEST_STEP (64 * MIB)
#define BASE_MIN (2 * GIB)
#define ROOM (256 * MIB)
#define ALLOC_ALIGN 0x4000u

uint64_t rig_guest_asce(unsigned guest)
{
	return ((uint64_t)guest + 1) << 20 | UV_ASCE_PRIVATE | 0x8;
}

uint64_t rig_guest_address(unsigned guest)
{
	return GUEST_FIRST + guest * GUEST_STEP;
}

static int translate_guest(void *ctx, uint64_t asce, uint64_t gaddr, uint64_t *number)
{
	uint64_t guest = (asce >> 20) - 1;

	(void)ctx;
	if (guest >= RIG_GUESTS || gaddr >= RIG_GUEST_LEN)
		return -EFAULT;
	*number = (rig_guest_address((unsigned)guest) + gaddr) >> FRAME_SHIFT;
	return 0;
}

static struct sim_domain *no_domain(void *ctx, uint64_t asce)
{
	(void)ctx;
	(void)asce;
	return NULL;
}

static void load(void *ctx, uint64_t absolute, void *to, size_t bytes)
{
	const struct rig *rig = ctx;
	const uint8_t *page = rig->page[absolute >> FRAME_SHIFT];

	if (page == NULL)
		memset(to, 0, bytes);
	else
		memcpy(to, page + absolute % FRAME_SIZE, bytes);
}

static void store(void *ctx, uint64_t absolute, const void *from, size_t bytes)
{
	struct rig *rig = ctx;
	uint8_t **page = &rig->page[absolute >> FRAME_SHIFT];

	if (*page == NULL)
		*page = uv_alloc(FRAME_SIZE);
	memcpy(*page + absolute % FRAME_SIZE, from, bytes);
}

static void clear(void *ctx, uint64_t number, uint64_t n)
{
	struct rig *rig = ctx;

	for (; n > 0; number++, n--) {
		if (rig->page[number] == NULL)
			continue;
		free(rig->page[number]);
		rig->page[number] = NULL;
	}
}

static unsigned others_running(void *ctx)
{
	const struct rig *rig = ctx;

	return rig->others;
}

void rig_load(struct rig *rig, uint64_t absolute, void *to, size_t bytes)
{
	load(rig, absolute, to, bytes);
}

void rig_store(struct rig *rig, uint64_t absolute, const void *from, size_t bytes)
{
	store(rig, absolute, from, bytes);
}

static uint16_t translate_home(void *ctx, uint64_t address, uint64_t *real)
{
	const struct rig *rig = ctx;

	for (unsigned i = 0; i < rig->invalids; i++)
		if (rig->invalid[i] == (address & ~(FRAME_SIZE - 1)))
			return UV_PGM_PAGE_TRANSLATION;
	*real = address;
	return 0;
}

static uint16_t translate_none(void *ctx, uint64_t address, uint64_t *real)
{
	(void)ctx;
	*real = address;
	return 0;
}

void rig_invalidate(struct rig *rig, uint64_t page)
{
	need(rig, rig->invalids < RIG_INVALID_MAX, "room for an invalid page");
	rig->invalid[rig->invalids++] = page;
}

static uint64_t round_up(uint64_t value, uint64_t to)
{
	return (value + to - 1) / to * to;
}

uint64_t rig_alloc(struct rig *rig, uint64_t bytes)
{
	uint64_t address = rig->next;

	rig->next = round_up(rig->next + bytes, ALLOC_ALIGN);
	need(rig, rig->next <= rig->ram, "room in storage");
	return address;
}

void rig_create(struct rig *rig, struct profile *profile)
{
	const struct machine *m = &profile->machine;
	uint64_t conf = m->conf_base_phys_stor_len + m->conf_base_virt_stor_len +
			m->conf_virt_var_stor_len * (RIG_GUEST_LEN / MIB) + m->cpu_stor_len;
	struct uv_ops ops = {
		.translate = translate_guest, .domain = no_domain, .load = load, .store = store,
		.clear = clear, .others_running = others_running, .ctx = rig,
	};

	rig->profile = profile;
	rig->machine = m;
	/* Two base storages, then room for what rig_alloc() hands out. */
	rig->next = BASE_MIN + 2 * round_up(m->uv_base_stor_len, MIB);
	rig->ram = round_up(rig->next + 4 * conf + ROOM, GIB);
	rig->page = uv_alloc((rig->ram >> FRAME_SHIFT) * sizeof(*rig->page));
	rig->storage = storage_create();
	storage_add(rig->storage, 0, rig->ram >> FRAME_SHIFT, NULL, "storage");
	rig->uv = uv_create(rig->storage, profile, &ops);
	rig->home = (struct uv_space){ .translate = translate_home, .ctx = rig };
	rig->guest_home = (struct uv_space){ .translate = translate_none, .ctx = rig };
	rig->base = BASE_MIN;
	rig->block = rig_alloc(rig, 2 * FRAME_SIZE);
	rig_invalidate(rig, rig->block + FRAME_SIZE);
}

void rig_destroy(struct rig *rig)
{
	uv_destroy(rig->uv);
	storage_destroy(rig->storage);
	clear(rig, 0, rig->ram >> FRAME_SHIFT);
	free(rig->page);
}

struct other {
	struct rig *rig;
	void (*body)(void *arg);
	void *arg;
};

static void other_processor(void *arg)
{
	struct other *other = arg;

	if (other->body != NULL)
		other->body(other->arg);
	while (!other->rig->stop_others)
		sim_sleep(SIM_US, false, "other processor");
	other->rig->others--;
}

void rig_other(struct rig *rig, void (*body)(void *arg), void *arg)
{
	struct other *other = sim_alloc(sizeof(*other));

	*other = (struct other){ rig, body, arg };
	rig->stop_others = false;
	rig->others++;
	sim_spawn("second processor", other_processor, other, NULL);
	/* Let it begin. */
	sim_sleep(10 * SIM_US, false, "signal processor");
}

void rig_join(struct rig *rig)
{
	rig->stop_others = true;
	while (rig->others != 0)
		sim_sleep(SIM_US, false, "signal processor");
}
