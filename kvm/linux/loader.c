/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading pv.c modules and standing behind their compiler hooks: each function of pv.c becomes a
 * span of the account, and, in a module built for coverage, each basic block that ran is
 * remembered.
 */
#define _GNU_SOURCE
#include "kvm/linux/loader.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm/linux/files.h"
#include "kvm/linux/hits.h"
#include "kvm/linux/image.h"
#include "kvm/linux/shim.h"
#include "kvm/linux/symbols.h"
#include "sim/account.h"
#include "sim/finding.h"
#include "sim/thread.h"

struct pv_module {
	struct pv_algorithm algorithm;	/* first: the caller's handle */
	struct uvsim_kernel_api api;
	const struct uvsim_pv_module *info;
	void *handle;
	uintptr_t base;
	struct symbols *symbols;
	struct hits hits;
	struct image *image;
	unsigned users;
	struct pv_module *next;
};

/* As dlopen() itself, loading is a matter of the process, not of a run. */
static struct pv_module *loaded;

static void function_enter(void *owner, void *function)
{
	struct pv_module *module = owner;

	const char *name;

	if (sim_self() == NULL)
		return;
	sim_code_depth(1);
	if (sim_span_muted())
		return;
	name = symbols_function(module->symbols, (uintptr_t)function);
	sim_span_push(name);
	sim_event_note(SIM_EVENT_ENTER, name, 0, 0);
}

static void function_leave(void *owner, void *function)
{
	struct pv_module *module = owner;

	if (sim_self() == NULL)
		return;
	sim_code_depth(-1);
	if (sim_span_muted())
		return;
	sim_span_pop();
	sim_event_note(SIM_EVENT_LEAVE, symbols_function(module->symbols, (uintptr_t)function), 0, 0);
}

static void edge(void *owner, void *address)
{
	struct pv_module *module = owner;

	hits_add(&module->hits, (uintptr_t)address - module->base);
}

/* May @info be used? NULL, or what is wrong with it. */
static char *refuse(const char *path, const struct uvsim_pv_module *info)
{
	static const struct uvsim_sizes sizes = UVSIM_SIZES;

	if (info == NULL || info->magic != UVSIM_ABI_MAGIC)
		return text_format("%s: not a pv.c module (no %s)", path, UVSIM_MODULE_SYMBOL);
	if (info->abi != UVSIM_ABI_VERSION)
		return text_format("%s: module ABI %u, this uvsim has %u; build it again with "
				   "'uvsim pv build'",
				   path, info->abi, UVSIM_ABI_VERSION);
	if (memcmp(&info->sizes, &sizes, sizeof(sizes)) != 0)
		return text_format("%s: shared objects have other sizes than in this uvsim; build "
				   "it again with "
				   "'uvsim pv build'",
				   path);
	return NULL;
}

static void fill_algorithm(struct pv_algorithm *algorithm, const struct uvsim_pv_module *info)
{
	*algorithm = (struct pv_algorithm){
		.label = info->label,
		.path = info->path,
		.version = info->version,
		.boot = info->boot,
		.init_vm = info->init_vm,
		.deinit_vm = info->deinit_vm,
		.deinit_cleanup_all = info->deinit_cleanup_all,
		.set_aside = info->set_aside,
		.deinit_aside_vm = info->deinit_aside_vm,
		.create_cpu = info->create_cpu,
		.destroy_cpu = info->destroy_cpu,
		.set_sec_parms = info->set_sec_parms,
		.unpack = info->unpack,
		.set_cpu_state = info->set_cpu_state,
		.dump_cpu = info->dump_cpu,
		.dump_stor_state = info->dump_stor_state,
		.dump_complete = info->dump_complete,
		.world = info->world,
		.own_imports = info->own_imports,
		.convert_to_secure = info->convert_to_secure,
		.destroy_page = info->destroy_page,
		.is_protected = info->is_protected,
		.cpu_is_protected = info->cpu_is_protected,
	};
	strncpy(algorithm->sha256, info->sha256, sizeof(algorithm->sha256) - 1);
}

static struct pv_module *module_of(const struct pv_algorithm *algorithm)
{
	for (struct pv_module *module = loaded; module != NULL; module = module->next) {
		if (&module->algorithm == algorithm)
			return module;
	}
	return NULL;
}

static struct pv_module *module_make(void *handle, const struct uvsim_pv_module *info)
{
	struct pv_module *module = calloc(1, sizeof(*module));
	struct link_map *map;

	if (module == NULL)
		return NULL;
	module->handle = handle;
	module->info = info;
	if (dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0) {
		module->base = map->l_addr;
		module->symbols = symbols_open(map->l_name, map->l_addr);
	}
	if (module->symbols == NULL) {
		free(module);
		return NULL;
	}
	fill_algorithm(&module->algorithm, info);
	kernel_api_fill(&module->api);
	module->api.owner = module;
	module->api.function_enter = function_enter;
	module->api.function_leave = function_leave;
	module->api.edge = edge;
	info->attach(&module->api);
	module->image = image_take(module->base);
	return module;
}

const struct pv_algorithm *pv_module_load(const char *so_path, char **error)
{
	/* Without a slash dlopen() would search the library path. */
	char *path =
		strchr(so_path, '/') != NULL ? text_copy(so_path) : text_format("./%s", so_path);
	struct pv_module *module = NULL;
	void *handle;

	if (access(path, R_OK) == 0 && !symbols_whole(path)) {
		*error = text_format("cannot load module: %s: not a whole shared object", path);
		free(path);
		return NULL;
	}
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	free(path);
	if (handle == NULL) {
		*error = text_format("cannot load module: %s", dlerror());
		return NULL;
	}
	for (module = loaded; module != NULL; module = module->next) {
		if (module->handle == handle) {
			dlclose(handle);
			module->users++;
			return &module->algorithm;
		}
	}
	const struct uvsim_pv_module *info = dlsym(handle, UVSIM_MODULE_SYMBOL);

	*error = refuse(so_path, info);
	if (*error == NULL) {
		module = module_make(handle, info);
		if (module == NULL)
			*error = text_format("%s: cannot read its symbols", so_path);
	}
	if (module == NULL) {
		dlclose(handle);
		return NULL;
	}
	module->users = 1;
	module->next = loaded;
	loaded = module;
	return &module->algorithm;
}

void pv_module_unload(const struct pv_algorithm *algorithm)
{
	struct pv_module *module = module_of(algorithm), **link = &loaded;

	assert(module != NULL);
	if (--module->users > 0)
		return;
	while (*link != module)
		link = &(*link)->next;
	*link = module->next;
	symbols_close(module->symbols);
	hits_free(&module->hits);
	image_free(module->image);
	dlclose(module->handle);
	free(module);
}

void pv_modules_reset(void)
{
	for (struct pv_module *module = loaded; module != NULL; module = module->next) {
		if (module->image != NULL)
			image_restore(module->image);
	}
}

const struct uvsim_pv_module *pv_module_info(const struct pv_algorithm *algorithm)
{
	struct pv_module *module = module_of(algorithm);

	return module != NULL ? module->info : NULL;
}

const struct uvsim_kernel_api *pv_module_api(const struct pv_algorithm *algorithm)
{
	struct pv_module *module = module_of(algorithm);

	return module != NULL ? &module->api : NULL;
}

int pv_module_source_line(const struct pv_algorithm *algorithm, uintptr_t address, char *buf,
			  size_t n)
{
	struct pv_module *module = module_of(algorithm);

	if (module == NULL) {
		snprintf(buf, n, "?");
		return -ENOENT;
	}
	return symbols_line(module->symbols, address, buf, n);
}

int pv_module_coverage(const struct pv_algorithm *algorithm, FILE *out)
{
	struct pv_module *module = module_of(algorithm);

	if (module == NULL || !module->info->coverage)
		return -ENOTSUP;
	return hits_print(&module->hits, module->symbols, out);
}

/*
 * "pv.c:123 function" in two. A return address may be one past the last line of its call. Compiler hooks are no places.
 */
static bool code_place(void *ctx, uintptr_t pc, bool exact, char *function, char *line, size_t bytes)
{
	const struct pv_module *module = ctx;
	char *space;

	if (symbols_line(module->symbols, exact ? pc : pc - 1, line, bytes) != 0)
		return false;
	space = strchr(line, ' ');
	assert(space != NULL);
	*space = '\0';
	snprintf(function, bytes, "%s", space + 1);
	return strncmp(function, "__cyg_", 6) != 0;
}

void pv_module_code(const struct pv_algorithm *algorithm, struct sim_code *code)
{
	struct pv_module *module = module_of(algorithm);

	*code = (struct sim_code){ 0 };
	if (module == NULL)
		return;
	code->begin = module->base;
	code->end = module->base + symbols_bytes(module->symbols);
	code->place = code_place;
	code->ctx = module;
}
