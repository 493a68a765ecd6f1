/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See world.h.
 */
#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NOTES_MAX ((size_t)1 << 18)

static char notes[NOTES_MAX], first_notes[NOTES_MAX];
static size_t notes_begin, notes_length;

static void set_costs(struct profile *profile)
{
	static const struct {
		enum cost_id id;
		unsigned ns;
	} costs[] = {
		{ COST_HOST_FAULT, NS_FAULT }, { COST_HOST_ALLOC_PAGE, NS_ALLOC },
		{ COST_HOST_CLEAR_PAGE, NS_CLEAR }, { COST_HOST_FREE_PAGE, NS_FREE },
		{ COST_HOST_GMAP_LINK, NS_LINK }, { COST_HOST_WALK_BATCH, NS_WALK_BATCH },
		{ COST_HOST_WALK_PTE, NS_WALK_PTE }, { COST_HOST_DESTROY_STEP, NS_STEP },
		{ COST_UVC_DESTROY_SECURE, NS_DESTROY }, { COST_UVC_DESTROY_PLAIN, NS_DESTROY_PLAIN },
		{ COST_UVC_IMPORT_NEW, NS_IMPORT }, { COST_UVC_EXPORT_SECURE, NS_EXPORT },
		{ COST_UVC_EXPORT_PLAIN, NS_EXPORT_PLAIN }, { COST_HOST_MAKE_SECURE, NS_MAKE_SECURE },
		{ COST_HOST_UNMAP_PAGE, NS_UNMAP }, { COST_HOST_LRU_DRAIN, NS_DRAIN },
		{ COST_HOST_LRU_DRAIN_ALL, NS_DRAIN_ALL }, { COST_HOST_COPY_CRST, NS_COPY_TABLE },
		{ COST_HOST_SECURE_FAULT, NS_SECURE_FAULT }, { COST_UVC_MISC, NS_MISC },
	};

	for (unsigned id = 0; id < COST_COUNT; id++)
		profile->cost[id].value = 10 * SIM_NS;
	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++)
		profile->cost[costs[i].id].value = costs[i].ns * SIM_NS;
}

static void set_machine(struct machine *m, bool misc)
{
	m->uv_base_stor_len = 2 * MIB;
	m->conf_base_phys_stor_len = 4 * PAGE_BYTES;
	m->conf_base_virt_stor_len = PAGE_BYTES;
	m->conf_virt_var_stor_len = 16;
	m->cpu_stor_len = PAGE_BYTES;
	m->max_guest_stor_addr = (uint64_t)1 << 47;
	m->max_num_sec_conf = 1000;
	m->max_guest_cpu_id = 16;
	m->conf_dump_storage_state_len = PAGE_BYTES;
	m->conf_dump_finalize_len = PAGE_BYTES;
	m->destroy_fast = true;
	m->misc = misc;
	m->partial_budget = SIM_S;
}

static bool is_protected(void *ctx)
{
	return ((struct world *)ctx)->is_protected;
}

struct job {
	struct world *w;
	void (*body)(struct world *w);
};

static void main_thread(void *arg)
{
	struct job *job = arg;
	struct world *w = job->w;

	w->mm = mm_create(w->host, "vm");
	w->mm->is_protected = is_protected;
	w->mm->ctx = w;
	ck_assert_int_eq(mm_mmap(w->mm, USER_AT, GUEST_BYTES), 0);
	w->gmap = gmap_create(w->mm, GUEST_BYTES);
	ck_assert_int_eq(gmap_map_segment(w->gmap, USER_AT, 0, GUEST_BYTES), 0);
	job->body(w);
}

static void check_frames(const struct host *host)
{
	uint64_t used = 0;

	for (unsigned use = 0; use < USE_COUNT; use++)
		used += host->used[use];
	ck_assert_uint_eq(host->free + used, host->frames);
	ck_assert_uint_eq(host->promised, 0);
	ck_assert_uint_eq(host->givers, 0);
	ck_assert_uint_le(host->lowest_free, host->free);
}

static void note_left(const struct world *w)
{
	const struct uv_call_count *count;

	note("free", (long long)w->host->free);
	note("lowest free", (long long)w->host->lowest_free);
	for (count = uv_call_counts(w->host->uv); count; count = count->next) {
		note("uvc", count->cmd);
		note("count", (long long)count->count);
		note("time", (long long)count->time);
	}
	for (unsigned id = 0; id < COST_COUNT; id++)
		note(cost_key(id), (long long)w->profile.cost[id].charged);
	for (const struct sim_thread *t = sim_thread_next(NULL); t; t = sim_thread_next(t))
		note(sim_thread_name(t), (long long)sim_thread_cpu_time(t));
}

static void run(bool exact, void (*tune)(struct world *w), void (*body)(struct world *w))
{
	static struct world world;
	struct world *w = &world;
	struct sim_config config = { .seed = 1, .exact_pages = exact };
	struct job job = { .w = w, .body = body };

	memset(w, 0, sizeof(*w));
	w->misc = true;
	if (tune)
		tune(w);
	config.processors = w->processors ? w->processors : 4;
	set_costs(&w->profile);
	set_machine(&w->profile.machine, w->misc);
	notes[notes_begin = notes_length = 0] = '\0';
	ck_assert_int_eq(sim_create(&config), 0);
	cost_use(&w->profile);
	w->host = host_create(w->host_bytes ? w->host_bytes : HOST_BYTES, &w->profile);
	ck_assert_ptr_nonnull(w->host);
	if (w->pressure.bandwidth)
		pressure_begin(w->host, &w->pressure);
	conservation_watch(w->host);
	sim_spawn("main", main_thread, &job, NULL);
	ck_assert_int_eq(sim_run(), SIM_END_DONE);
	check_frames(w->host);
	conservation_check(w->host, false);
	ck_assert_uint_eq(world_violations(w, "conservation"), w->expected_findings);
	note_left(w);
	host_destroy(w->host);
	cost_use(NULL);
	sim_destroy();
}

/* By lines: all of it may be more than a message can hold. */
static void compare_notes(void)
{
	const char *bulk = first_notes, *exact = notes;
	size_t a = strcspn(bulk, "\n"), b = strcspn(exact, "\n");

	while (*bulk && a == b && !strncmp(bulk, exact, a)) {
		bulk += a + (bulk[a] != 0);
		exact += b + (exact[b] != 0);
		a = strcspn(bulk, "\n");
		b = strcspn(exact, "\n");
	}
	ck_assert_msg(!*bulk && !*exact, "in bulk \"%.*s\", page by page \"%.*s\"", (int)a, bulk, (int)b, exact);
}

void world_run(void (*tune)(struct world *w), void (*body)(struct world *w))
{
	run(false, tune, body);
	memcpy(first_notes, notes, notes_length + 1);
	run(true, tune, body);
	compare_notes();
}

void note(const char *what, long long number)
{
	const char *name = sim_self() ? sim_thread_name(sim_self()) : "-";

	ck_assert_uint_eq(sim_now() % SIM_NS, 0);
	notes_length += (size_t)snprintf(notes + notes_length, NOTES_MAX - notes_length, "%" PRIu64 " %s %s %lld\n",
					 sim_now() / SIM_NS, name, what, number);
	ck_assert_uint_lt(notes_length, NOTES_MAX);
}

void note_expect(const char *expected)
{
	ck_assert_str_eq(notes + notes_begin, expected);
	notes_begin = notes_length;
}

struct sim_thread *spawn(const char *name, void (*body)(void *world), struct world *w)
{
	return sim_spawn(name, body, w, NULL);
}

/* --- a protected guest --- */

static void done(struct world *w, void *block)
{
	ck_assert_int_eq(uvc(w->host->uv, block), UVC_CC_OK);
}

static void set_parms(struct world *w)
{
	struct uv_se_header *header = (struct uv_se_header *)host_alloc_pages(w->host, 0, true, USE_KERNEL, "header");
	struct uv_cb_ssc block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_SET_SEC_CONF_PARAMS },
		.guest_handle = w->conf, .sec_header_origin = (uint64_t)header, .sec_header_len = sizeof(*header),
	};

	*header = (struct uv_se_header){
		.magic = UV_SE_MAGIC, .version = UV_SE_VERSION, .length = sizeof(*header), .flags = UV_SE_KEY_MATCHES,
	};
	done(w, &block);
	host_free_pages(w->host, (uint64_t)header, 0);
}

void world_protect(struct world *w)
{
	const struct machine *m = &w->profile.machine;
	uint64_t variable = m->conf_base_virt_stor_len + GUEST_BYTES / MIB * m->conf_virt_var_stor_len;
	struct uv_cb_cgc create = {
		.header = { .len = sizeof(create), .cmd = UVC_CMD_CREATE_SEC_CONF },
		.conf_base_stor_origin = host_alloc_pages(w->host, 2, false, USE_KERNEL, "base"),
		.conf_virt_stor_origin = (uint64_t)host_vzalloc(w->host, variable, "variable"),
		.guest_stor_len = GUEST_BYTES,
		.guest_sca = host_alloc_pages(w->host, 0, true, USE_KERNEL, "sca"),
		.guest_asce = w->gmap->asce,
	};
	struct uv_cb_nodata verify = { .header = { .len = sizeof(verify), .cmd = UVC_CMD_VERIFY_IMG } };

	done(w, &create);
	w->conf = verify.handle = create.guest_handle;
	set_parms(w);
	done(w, &verify);
	w->is_protected = true;
	w->protected_count++;
}

void world_fault_in(struct world *w, uint64_t first, uint64_t n)
{
	for (uint64_t page = first; page < first + n; page++)
		ck_assert_int_eq(mm_fault_in(w->mm, USER_AT + page * PAGE_BYTES), 0);
}

void world_import(struct world *w, uint64_t first, uint64_t n)
{
	world_fault_in(w, first, n);
	for (uint64_t page = first; page < first + n; page++)
		ck_assert_int_eq(gmap_convert_to_secure(w->gmap, page * PAGE_BYTES, w->conf, w->protected_count), 0);
}

/* --- what is there --- */

void world_create_cpu(struct world *w)
{
	struct uv_cb_csc create = {
		.header = { .len = sizeof(create), .cmd = UVC_CMD_CREATE_SEC_CPU },
		.guest_handle = w->conf,
		.stor_origin = host_alloc_pages(w->host, 0, false, USE_KERNEL, "cpu"),
		.state_origin = host_alloc_pages(w->host, 0, true, USE_KERNEL, "state"),
	};

	ck_assert_int_eq(uvc(w->host->uv, &create), UVC_CC_OK);
}

uint64_t world_secure(const struct world *w)
{
	return uv_conf_pages(w->host->uv, w->conf);
}

struct mm_vma *world_vma(const struct world *w)
{
	return mm_vma_find(w->mm, USER_AT);
}

uint64_t world_frame(const struct world *w, uint64_t gpage)
{
	return world_vma(w)->first_frame + gpage;
}

uint64_t world_pages(struct world *w, uint64_t first, uint64_t n, uint64_t mask, uint64_t flags)
{
	uint64_t found = 0;

	sim_domain_settle(&w->mm->domain);
	for (uint64_t page = first; page < first + n; page++)
		found += (vma_flags(world_vma(w), page, 1, NULL) & mask) == flags;
	return found;
}

uint64_t world_count(const struct world *w, uint16_t cmd, int cc)
{
	const struct uv_call_count *count;
	uint64_t n = 0;

	for (count = uv_call_counts(w->host->uv); count; count = count->next)
		if (count->cmd == cmd && count->cc == cc)
			n += count->count;
	return n;
}

uint64_t world_violations(const struct world *w, const char *kind)
{
	const struct sim_finding *violation;
	uint64_t n = 0;

	for (violation = uv_violations(w->host->uv); violation; violation = violation->next)
		n += strcmp(violation->kind, kind) == 0;
	return n;
}
