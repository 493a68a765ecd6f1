/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must be gone when everything has ended: kernel memory, references to address spaces.
 *
 * What a kernel leaves behind on purpose, or is known to, is no finding: see excuses() and docs/oracle.md.
 */
#include "mm/internal.h"
#include "mm/kernel_heap.h"
#include "mm/reference.h"

#include <stdio.h>
#include <string.h>

/*
 * A configuration that could not be destroyed keeps what it was given, and the table its ASCE names. What is left of
 * it without such a failure is the Ultravisor's finding, not one about memory.
 */
static bool held_by_configuration(struct host *host, const struct heap_info *info)
{
	uint64_t frame = info->start >> PAGE_SHIFT;

	/* A small object is no storage that can be given away. */
	return (storage_find(host->storage, frame) &&
		storage_get(host->storage, frame, 1, NULL).state == FRAME_DONATED) ||
	       uv_names_table(host->uv, info->start);
}

/* Up to 6.12: create_cpu forgets its two blocks when the Ultravisor refuses the CPU. */
static bool refused_cpu(struct host *host, const struct heap_info *info)
{
	static const char *const sites[] = { "kvm_s390_pv_create_cpu", "CPU storage", "SIDA" };
	unsigned i;

	for (i = 0; i < sizeof(sites) / sizeof(sites[0]); i++)
		if (strcmp(info->site, sites[i]) == 0)
			return uv_refused(host->uv, UVC_CMD_CREATE_SEC_CPU);
	return false;
}

/*
 * When DESTROY_SEC_CONF fails the guest gets a new top-level table, and nobody remembers the old one, even if a later
 * try succeeds.
 */
static bool forgotten_table(struct host *host, const struct heap_info *info)
{
	return (strcmp(info->site, "gmap_alloc") == 0 || strcmp(info->site, "s390_replace_asce") == 0) &&
	       uv_refused(host->uv, UVC_CMD_DESTROY_SEC_CONF);
}

static bool excused(struct host *host, const struct heap_info *info)
{
	return info->lasting || held_by_configuration(host, info) || refused_cpu(host, info) ||
	       forgotten_table(host, info);
}

static void report_left(void *ctx, const struct heap_info *info)
{
	if (!excused(ctx, info))
		sim_find("memory-leak", "%s is never freed", heap_describe(HEAP_LIVE, info));
}

static void check_mm(struct mm *mm)
{
	char got[512] = "";
	size_t length = 0;
	unsigned i;

	for (i = 0; i < MM_GOT && mm->got[i].count && length < sizeof(got); i++)
		length += (size_t)snprintf(got + length, sizeof(got) - length, "%s%u taken %s", i ? ", " : "; ",
					   mm->got[i].count, sim_site_text(&mm->got[i].site));
	if (mm->users)
		sim_find("mm-users", "%u user%s of the address space %s left%s", mm->users,
			 mm->users == 1 ? "" : "s", mm->name, got);
	else if (mm->count && !reference_held(mm->host, REFERENCE_MM, mm))
		sim_find("mm-count", "%u references to the address space %s are left", mm->count, mm->name);
}

void mm_check_walk(const struct mm *mm)
{
	if (mm->is_protected && !mm_is_protected(mm))
		sim_find("protected-count",
			 "%s is walked with a protected_count of 0: its pages may be handed out secure meanwhile",
			 mm->name);
}

void host_check_end(struct host *host)
{
	struct mm *mm;

	reference_check_end(host);
	heap_each_left(host->heap, report_left, host);
	for (mm = host->all_mms; mm; mm = mm->older)
		check_mm(mm);
}
