/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pools that keep some elements back for when memory is short: whoever may sleep gets one in the end. */
#ifndef UVSIM_LINUX_MEMPOOL_H
#define UVSIM_LINUX_MEMPOOL_H

#include <linux/slab.h>
#include <linux/wait.h>

typedef void *(mempool_alloc_t)(gfp_t gfp, void *data);
typedef void (mempool_free_t)(void *element, void *data);

typedef struct mempool_s {
	int min_nr, curr_nr;
	void **elements;
	void *pool_data;
	mempool_alloc_t *alloc;
	mempool_free_t *free;
	wait_queue_head_t wait;
} mempool_t;

UVSIM_STUB void mempool_destroy(mempool_t *pool)
{
	if (!pool)
		return;
	while (pool->curr_nr > 0)
		pool->free(pool->elements[--pool->curr_nr], pool->pool_data);
	kfree(pool->elements);
	kfree(pool);
}

UVSIM_STUB mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc, mempool_free_t *free, void *data)
{
	mempool_t *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	if (!pool)
		return NULL;
	*pool = (mempool_t){ .min_nr = min_nr, .pool_data = data, .alloc = alloc, .free = free };
	pool->elements = kcalloc(min_nr, sizeof(void *), GFP_KERNEL);
	while (pool->elements && pool->curr_nr < min_nr) {
		void *element = alloc(GFP_KERNEL, data);

		if (!element)
			break;
		pool->elements[pool->curr_nr++] = element;
	}
	if (pool->curr_nr == min_nr)
		return pool;
	mempool_destroy(pool);
	return NULL;
}

UVSIM_STUB void *uvsim_mempool_take(mempool_t *pool, gfp_t gfp)
{
	void *element = pool->alloc(gfp & ~__GFP_DIRECT_RECLAIM, pool->pool_data);

	return !element && pool->curr_nr > 0 ? pool->elements[--pool->curr_nr] : element;
}

UVSIM_STUB void *mempool_alloc(mempool_t *pool, gfp_t gfp)
{
	void *element = uvsim_mempool_take(pool, gfp);

	if (!element && gfpflags_allow_blocking(gfp))
		wait_event(pool->wait, (element = uvsim_mempool_take(pool, gfp)) != NULL);
	return element;
}

UVSIM_STUB void mempool_free(void *element, mempool_t *pool)
{
	if (!element)
		return;
	if (pool->curr_nr < pool->min_nr)
		pool->elements[pool->curr_nr++] = element;
	else
		pool->free(element, pool->pool_data);
	wake_up(&pool->wait);
}

UVSIM_STUB void *mempool_kmalloc(gfp_t gfp, void *data)
{
	return kmalloc((size_t)data, gfp);
}

UVSIM_STUB void mempool_kfree(void *element, void *data)
{
	(void)data;
	kfree(element);
}

UVSIM_STUB void *mempool_alloc_slab(gfp_t gfp, void *data)
{
	return kmem_cache_alloc((struct kmem_cache *)data, gfp);
}

UVSIM_STUB void mempool_free_slab(void *element, void *data)
{
	kmem_cache_free(data, element);
}

#define mempool_create_kmalloc_pool(min_nr, size) \
	mempool_create(min_nr, mempool_kmalloc, mempool_kfree, (void *)(unsigned long)(size))
#define mempool_create_slab_pool(min_nr, cache) mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, cache)

#endif
