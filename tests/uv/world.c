/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small machine of world.h.
 */
#include "world.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static int translate(void *ctx, uint64_t asce, uint64_t gaddr, uint64_t *number)
{
	struct world *w = ctx;
	uint64_t gpage = gaddr >> FRAME_SHIFT;
	unsigned space = (unsigned)(asce >> 20) - 1;

	if (gpage == w->absent)
		return -EFAULT;
	*number = world_frame(w, w->crossed ? 0 : space, gpage);
	return 0;
}

static struct sim_domain *domain(void *ctx, uint64_t asce)
{
	struct world *w = ctx;

	(void)asce;
	return &w->domain;
}

static void profile_default(struct profile *profile)
{
	struct machine *m = &profile->machine;

	for (unsigned id = 0; id < COST_COUNT; id++)
		profile->cost[id].value = (id + 1) * SIM_NS;
	m->uv_base_stor_len = 2 * MIB;
	m->conf_base_phys_stor_len = 16 * FRAME_SIZE;
	m->conf_base_virt_stor_len = FRAME_SIZE;
	m->conf_virt_var_stor_len = 16;
	m->cpu_stor_len = FRAME_SIZE;
	m->max_guest_stor_addr = (uint64_t)1 << 47;
	m->max_num_sec_conf = 1000;
	m->max_guest_cpu_id = 256;
	m->conf_dump_storage_state_len = FRAME_SIZE;
	m->conf_dump_finalize_len = FRAME_SIZE;
	m->destroy_fast = true;
	m->misc = true;
	m->dump = true;
	m->partial_budget = 100 * SIM_US;
}

static void clear(void *ctx, uint64_t number, uint64_t n)
{
	struct world *w = ctx;

	w->wiped += n;
	w->wiped_last = number;
}

struct job {
	struct world *w;
	void (*body)(struct world *w);
	bool init, ended;
};

static void job_thread(void *arg)
{
	struct job *job = arg;

	if (job->init)
		world_init_uv(job->w);
	job->body(job->w);
	job->ended = true;
}

static void run(void (*tune)(struct profile *profile), void (*body)(struct world *w), bool init)
{
	static struct world world;
	struct world *w = &world;
	struct sim_config config = { .seed = 1, .processors = 2 };
	struct uv_ops ops = { .translate = translate, .domain = domain, .clear = clear, .ctx = w };
	struct job job = { .w = w, .body = body, .init = init };
	void *window = mmap((void *)WORLD_KERNEL, WORLD_KERNEL_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	ck_assert_ptr_eq(window, (void *)WORLD_KERNEL);
	memset(w, 0, sizeof(*w));
	profile_default(&w->profile);
	if (tune != NULL)
		tune(&w->profile);
	ck_assert_int_eq(sim_create(&config), 0);
	cost_use(&w->profile);
	sim_domain_init(&w->domain, "guest", 1);
	w->storage = storage_create();
	storage_add(w->storage, WORLD_KERNEL >> FRAME_SHIFT, WORLD_KERNEL_BYTES >> FRAME_SHIFT,
		    NULL, "kernel");
	w->next = WORLD_KERNEL;
	w->user = storage_reserve(w->storage, WORLD_ASCES * WORLD_GUEST_PAGES);
	w->region = storage_add(w->storage, w->user, WORLD_ASCES * WORLD_GUEST_PAGES, &w->domain,
				"guest");
	w->absent = UINT64_MAX;
	w->uv = uv_create(w->storage, &w->profile, &ops);
	sim_spawn("test", job_thread, &job, NULL);
	ck_assert_int_eq(sim_run(), SIM_END_DONE);
	ck_assert(job.ended);
	uv_destroy(w->uv);
	storage_destroy(w->storage);
	cost_use(NULL);
	sim_destroy();
	munmap(window, WORLD_KERNEL_BYTES);
}

void world_run_raw(void (*tune)(struct profile *profile), void (*body)(struct world *w))
{
	run(tune, body, false);
}

void world_run_tuned(void (*tune)(struct profile *profile), void (*body)(struct world *w))
{
	run(tune, body, true);
}

void world_run(void (*body)(struct world *w))
{
	run(NULL, body, true);
}

uint64_t world_alloc(struct world *w, uint64_t bytes)
{
	uint64_t address = w->next;

	w->next += (bytes + FRAME_SIZE - 1) & ~(FRAME_SIZE - 1);
	ck_assert_uint_le(w->next, WORLD_KERNEL + WORLD_KERNEL_BYTES);
	return address;
}

uint64_t world_asce(unsigned space)
{
	return ((uint64_t)space + 1) << 20 | 0x108;
}

uint64_t world_frame(const struct world *w, unsigned space, uint64_t gpage)
{
	return w->user + space * WORLD_GUEST_PAGES + gpage;
}

int world_uvc(struct world *w, void *block)
{
	struct uv_cb_header *header = block;
	sim_time begin = sim_now();
	int cc;

	header->rc = header->rrc = 0;
	cc = uvc(w->uv, block);
	w->rc = header->rc;
	w->rrc = header->rrc;
	w->spent = sim_now() - begin;
	return cc;
}

void world_init_uv(struct world *w)
{
	struct uv_cb_init block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_INIT_UV },
		.stor_len = w->profile.machine.uv_base_stor_len,
	};

	w->next = (w->next + MIB - 1) / MIB * MIB;
	block.stor_origin = world_alloc(w, block.stor_len);
	ck_done(w, world_uvc(w, &block));
}

struct uv_cb_cgc world_cgc(struct world *w, unsigned space)
{
	const struct machine *m = &w->profile.machine;
	uint64_t length = WORLD_GUEST_PAGES << FRAME_SHIFT;
	struct uv_cb_cgc block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CREATE_SEC_CONF },
		.conf_base_stor_origin = world_alloc(w, m->conf_base_phys_stor_len),
		.conf_virt_stor_origin = world_alloc(
			w, m->conf_base_virt_stor_len + (length / MIB) * m->conf_virt_var_stor_len +
				   FRAME_SIZE),
		.guest_stor_len = length,
		.guest_sca = world_alloc(w, FRAME_SIZE),
		.guest_asce = world_asce(space),
	};

	return block;
}

uint64_t world_create_conf(struct world *w, unsigned space)
{
	struct uv_cb_cgc block = world_cgc(w, space);

	ck_done(w, world_uvc(w, &block));
	ck_assert_uint_ne(block.guest_handle, 0);
	return block.guest_handle;
}

uint64_t world_create_cpu(struct world *w, uint64_t conf, uint16_t number)
{
	struct uv_cb_csc block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CREATE_SEC_CPU },
		.guest_handle = conf,
		.stor_origin = world_alloc(w, w->profile.machine.cpu_stor_len),
		.num = number,
		.state_origin = world_alloc(w, FRAME_SIZE),
	};

	ck_done(w, world_uvc(w, &block));
	ck_assert_uint_ne(block.cpu_handle, 0);
	return block.cpu_handle;
}

uint64_t world_verified(struct world *w, unsigned space, uint64_t pages)
{
	uint64_t conf = world_create_conf(w, space);

	ck_done(w, world_set_parms(w, conf, pages, UV_SE_KEY_MATCHES | UV_SE_DUMP_ALLOWED));
	for (uint64_t gpage = 0; gpage < pages; gpage++)
		ck_done(w, world_unpack(w, conf, gpage));
	ck_done(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf));
	return conf;
}

int world_nodata(struct world *w, uint16_t cmd, uint64_t handle)
{
	struct uv_cb_nodata block = { .header = { .len = sizeof(block), .cmd = cmd },
				      .handle = handle };

	return world_uvc(w, &block);
}

int world_destroy_fast(struct world *w, uint64_t conf)
{
	struct uv_cb_destroy_fast block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_DESTROY_SEC_CONF_FAST },
		.handle = conf,
	};

	return world_uvc(w, &block);
}

static int guest_page(struct world *w, uint16_t cmd, uint64_t conf, uint64_t gpage)
{
	struct uv_cb_cts block = {
		.header = { .len = sizeof(block), .cmd = cmd },
		.guest_handle = conf,
		.gaddr = gpage << FRAME_SHIFT,
	};

	return world_uvc(w, &block);
}

static int absolute_page(struct world *w, uint16_t cmd, uint64_t frame)
{
	struct uv_cb_cfs block = { .header = { .len = sizeof(block), .cmd = cmd },
				   .paddr = frame << FRAME_SHIFT };

	return world_uvc(w, &block);
}

int world_import(struct world *w, uint64_t conf, uint64_t gpage)
{
	return guest_page(w, UVC_CMD_CONV_TO_SEC_STOR, conf, gpage);
}

int world_unpin(struct world *w, uint64_t conf, uint64_t gpage)
{
	return guest_page(w, UVC_CMD_UNPIN_PAGE_SHARED, conf, gpage);
}

int world_export(struct world *w, uint64_t frame)
{
	return absolute_page(w, UVC_CMD_CONV_FROM_SEC_STOR, frame);
}

int world_destroy(struct world *w, uint64_t frame)
{
	return absolute_page(w, UVC_CMD_DESTR_SEC_STOR, frame);
}

int world_pin(struct world *w, uint64_t frame)
{
	return absolute_page(w, UVC_CMD_PIN_PAGE_SHARED, frame);
}

int world_set_parms(struct world *w, uint64_t conf, uint64_t pages, uint32_t flags)
{
	uint64_t at = world_alloc(w, sizeof(struct uv_se_header));
	struct uv_cb_ssc block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_SET_SEC_CONF_PARAMS },
		.guest_handle = conf,
		.sec_header_origin = at,
		.sec_header_len = sizeof(struct uv_se_header),
	};
	struct uv_se_header header = {
		.magic = UV_SE_MAGIC,
		.version = UV_SE_VERSION,
		.length = sizeof(header),
		.image_pages = pages,
		.flags = flags,
	};

	memcpy((void *)at, &header, sizeof(header));
	return world_uvc(w, &block);
}

int world_unpack(struct world *w, uint64_t conf, uint64_t gpage)
{
	struct uv_cb_unp block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_UNPACK_IMG }, .guest_handle = conf,
		.gaddr = gpage << FRAME_SHIFT,
	};

	return world_uvc(w, &block);
}

int world_set_state(struct world *w, uint64_t cpu, uint8_t state)
{
	struct uv_cb_cpu_set_state block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CPU_SET_STATE },
		.cpu_handle = cpu,
		.state = state,
	};

	return world_uvc(w, &block);
}

int world_share(struct world *w, uint64_t conf, uint64_t gpage, uint16_t cmd)
{
	struct uv_cb_share block = {
		.header = { .len = sizeof(block), .cmd = cmd }, .paddr = gpage << FRAME_SHIFT,
	};
	int cc = uvc_guest(w->uv, conf, &block);

	w->rc = block.header.rc;
	w->rrc = block.header.rrc;
	return cc;
}

enum frame_state world_state(struct world *w, uint64_t frame)
{
	return storage_get(w->storage, frame, 1, NULL).state;
}

uint64_t world_count(const struct world *w, uint16_t cmd, int cc, uint16_t rc)
{
	uint64_t count = 0;

	for (const struct uv_call_count *c = uv_call_counts(w->uv); c != NULL; c = c->next)
		if (c->cmd == cmd && c->cc == cc && c->rc == rc)
			count += c->count;
	return count;
}

unsigned world_violations(const struct world *w, const char *kind)
{
	unsigned count = 0;

	for (const struct sim_finding *v = uv_violations(w->uv); v != NULL; v = v->next)
		if (kind == NULL || strcmp(v->kind, kind) == 0)
			count++;
	return count;
}
