/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shrinkers: asked for memory by the simulated reclaim, in kswapd or in whatever thread allocates. Both forms: a struct
 * of one's own that is registered (up to 6.6), and one from shrinker_alloc().
 */
#ifndef UVSIM_LINUX_SHRINKER_H
#define UVSIM_LINUX_SHRINKER_H

#include <linux/kernel.h>
#include <linux/slab.h>

struct mem_cgroup;

#define SHRINK_STOP (~0ul)
#define SHRINK_EMPTY (~0ul - 1)
#define DEFAULT_SEEKS 2
#define SHRINKER_NUMA_AWARE 0x4u
#define SHRINKER_MEMCG_AWARE 0x8u
#define SHRINKER_NONSLAB 0x10u

struct shrink_control {
	gfp_t gfp_mask;
	int nid;
	unsigned long nr_to_scan, nr_scanned;
	struct mem_cgroup *memcg;	/* NULL: groups do not ask */
};

struct shrinker {
	unsigned long (*count_objects)(struct shrinker *shrinker, struct shrink_control *control);
	unsigned long (*scan_objects)(struct shrinker *shrinker, struct shrink_control *control);
	long batch;
	int seeks;
	unsigned int flags;
	void *private_data;
	struct uvsim_shrinker uvsim;
};

UVSIM_STUB unsigned long uvsim_shrink_count(struct uvsim_shrinker *uvsim)
{
	struct shrinker *shrinker = container_of(uvsim, struct shrinker, uvsim);
	struct shrink_control control = { .gfp_mask = GFP_KERNEL };

	return shrinker->count_objects(shrinker, &control);
}

UVSIM_STUB unsigned long uvsim_shrink_scan(struct uvsim_shrinker *uvsim, unsigned long n, unsigned long *scanned)
{
	struct shrinker *shrinker = container_of(uvsim, struct shrinker, uvsim);
	struct shrink_control control = { .gfp_mask = GFP_KERNEL, .nr_to_scan = n, .nr_scanned = n };
	unsigned long freed = shrinker->scan_objects(shrinker, &control);

	*scanned = control.nr_scanned;
	return freed;
}

UVSIM_STUB void shrinker_register(struct shrinker *shrinker)
{
	shrinker->uvsim = (struct uvsim_shrinker){
		.count = uvsim_shrink_count, .scan = uvsim_shrink_scan, .batch = (unsigned long)shrinker->batch,
		.seeks = (unsigned int)shrinker->seeks,
	};
	(void)UVSIM_MEMORY->shrinker(&shrinker->uvsim, 1);
}

/* (shrinker[, name...]) */
#define register_shrinker(shrinker, name...) (shrinker_register(shrinker), 0)

UVSIM_STUB void unregister_shrinker(struct shrinker *shrinker)
{
	(void)UVSIM_MEMORY->shrinker(&shrinker->uvsim, 0);
}

UVSIM_STUB struct shrinker *uvsim_shrinker_alloc(unsigned int flags)
{
	struct shrinker *shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);

	if (shrinker) {
		shrinker->flags = flags;
		shrinker->seeks = DEFAULT_SEEKS;
	}
	return shrinker;
}
#define shrinker_alloc(flags, name...) uvsim_shrinker_alloc(flags)

/* Waits for calls under way; may be called without the registration. */
UVSIM_STUB void shrinker_free(struct shrinker *shrinker)
{
	if (!shrinker)
		return;
	if (shrinker->uvsim.sim)
		unregister_shrinker(shrinker);
	kfree(shrinker);
}

#endif
