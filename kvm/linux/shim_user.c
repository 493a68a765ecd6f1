/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies from and to user space. User buffers are memory of the VMM model, in this process; an address that is not
 * there, or lies in the kernel's heap (on s390 user space has another address space), is a bad one: nothing is copied.
 *
 * Source of behaviour: Linux 6.12 include/linux/uaccess.h, mm/memory.c (__might_fault).
 */
#include <string.h>
#include <sys/mman.h>

#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/gfp.h"
#include "mm/kernel_heap.h"
#include "mm/internal.h"
#include "sim/thread.h"
#include "uv/cost.h"

#define CHUNK 256	/* pages that are asked for at once */

static bool is_there(uint64_t page, uint64_t pages)
{
	unsigned char resident[CHUNK];
	uint64_t n;

	for (; pages; page += n, pages -= n) {
		n = pages < CHUNK ? pages : CHUNK;
		if (mincore((void *)(page << PAGE_SHIFT), n << PAGE_SHIFT, resident))
			return false;
	}
	return true;
}

static bool is_user(const void *buffer, unsigned long n)
{
	uint64_t first = (uint64_t)buffer, last = first + n - 1;
	struct heap_info info;

	return last >= first && heap_find(host_current()->heap, first, &info) == HEAP_OUTSIDE &&
	       is_there(first >> PAGE_SHIFT, (last >> PAGE_SHIFT) - (first >> PAGE_SHIFT) + 1);
}

static uint64_t pages_of(unsigned long n)
{
	return (n + PAGE_BYTES - 1) >> PAGE_SHIFT;
}

static unsigned long copy_to_user(void *to, const void *from, unsigned long n)
{
	sim_might_sleep("copy_to_user()");
	if (!n || !is_user(to, n) || host_user_fails(host_current(), USER_COPY_TO))
		return n;
	for (uint64_t i = 0; i < pages_of(n); i++)
		sim_burn(cost(COST_HOST_COPY_PAGE), SIM_KIND_KERNEL, "copy to user");
	memcpy(to, from, n);
	return 0;
}

static unsigned long copy_from_user(void *to, const void *from, unsigned long n)
{
	sim_might_sleep("copy_from_user()");
	if (!n || !is_user(from, n) || host_user_fails(host_current(), USER_COPY_FROM))
		return n;
	kernel_steps(COST_HOST_COPY_PAGE, pages_of(n));
	memcpy(to, from, n);
	return 0;
}

void kernel_api_fill_user(struct uvsim_kernel_api *api)
{
	api->copy_to_user = copy_to_user;
}

void kernel_services_user(struct uvsim_services *services)
{
	services->copy_from_user = copy_from_user;
}
