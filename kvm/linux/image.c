/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writable data of a loaded module, as it was when it was loaded: put back before each run, so that static data of
 * pv.c begins every run afresh, as after a boot.
 *
 * Takes the writable segments of the program headers without what the dynamic linker has made read-only again.
 */
#define _GNU_SOURCE
#include "kvm/linux/image.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 4

struct image {
	struct {
		char *at, *copy;
		size_t bytes;
	} part[PARTS_MAX];
	unsigned parts;
};

struct search {
	uintptr_t base;
	struct image *image;
};

static void keep(struct image *image, uintptr_t from, uintptr_t to)
{
	if (from >= to || image->parts == PARTS_MAX)
		return;
	image->part[image->parts].at = (char *)from;
	image->part[image->parts].bytes = to - from;
	image->part[image->parts].copy = malloc(to - from);
	if (image->part[image->parts].copy == NULL)
		return;
	memcpy(image->part[image->parts].copy, (char *)from, to - from);
	image->parts++;
}

static int visit(struct dl_phdr_info *info, size_t size, void *ctx)
{
	const struct search *search = ctx;
	uintptr_t fixed = 0, fixed_end = 0;

	(void)size;
	if (info->dlpi_addr != search->base)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];

		if (header->p_type != PT_GNU_RELRO)
			continue;
		fixed = info->dlpi_addr + header->p_vaddr;
		/* Protection is by page. */
		fixed_end = (fixed + header->p_memsz + 4095) & ~(uintptr_t)4095;
	}
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + header->p_vaddr, to = from + header->p_memsz;

		if (header->p_type != PT_LOAD || !(header->p_flags & PF_W))
			continue;
		if (fixed >= from && fixed < to) {
			keep(search->image, from, fixed);
			from = fixed_end;
		}
		keep(search->image, from, to);
	}
	return 1;
}

struct image *image_take(uintptr_t base)
{
	struct image *image = calloc(1, sizeof(*image));
	struct search search = { base, image };

	if (image != NULL)
		dl_iterate_phdr(visit, &search);
	return image;
}

void image_restore(const struct image *image)
{
	for (unsigned i = 0; i < image->parts; i++)
		memcpy(image->part[i].at, image->part[i].copy, image->part[i].bytes);
}

void image_free(struct image *image)
{
	for (unsigned i = 0; image != NULL && i < image->parts; i++)
		free(image->part[i].copy);
	free(image);
}
