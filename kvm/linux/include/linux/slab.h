/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small objects. kmalloc() without __GFP_ZERO gives memory full of 0xa5, so that what was never set shows. An
 * object above a page is made of pages.
 */
#ifndef UVSIM_LINUX_SLAB_H
#define UVSIM_LINUX_SLAB_H

#include <linux/bug.h>
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/string.h>

#define ARCH_KMALLOC_MINALIGN 8
#define SLAB_HWCACHE_ALIGN 0u
#define SLAB_ACCOUNT 0x1u
#define SLAB_PANIC 0u
#define SLAB_RECLAIM_ACCOUNT 0u
#define SLAB_TYPESAFE_BY_RCU 0u
#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(p) ((unsigned long)(p) <= (unsigned long)ZERO_SIZE_PTR)

#define KMALLOC_MAX_SIZE (PAGE_SIZE << MAX_PAGE_ORDER)

#define kzalloc(size, gfp) uvsim_api->kzalloc((size), (gfp) | __GFP_ZERO, __func__)
#define kmalloc(size, gfp) uvsim_kmalloc((size), (gfp), __func__)
#define kmalloc_node(size, gfp, node) ((void)(node), kmalloc(size, gfp))
#define kzalloc_node(size, gfp, node) ((void)(node), kzalloc(size, gfp))
#define kmalloc_array(n, size, gfp) uvsim_array((n), (size), (gfp), __func__)
#define kcalloc(n, size, gfp) uvsim_array((n), (size), (gfp) | __GFP_ZERO, __func__)
#define kmemdup(from, size, gfp) uvsim_memdup((from), (size), (gfp), __func__)
#define kstrdup(text, gfp) ((char *)kmemdup(text, strlen(text) + 1, gfp))

/* Without flags, GFP_KERNEL. */
#define UVSIM_SECOND(first, second, ...) (second)
#define UVSIM_GFP(gfp...) UVSIM_SECOND(0, ##gfp, GFP_KERNEL, 0)
#define kzalloc_obj(object, gfp...) ((typeof(object) *)kzalloc(sizeof(object), UVSIM_GFP(gfp)))
#define kzalloc_objs(object, n, gfp...) \
	((typeof(object) *)kzalloc((n) * sizeof(object), UVSIM_GFP(gfp)))
#define kmalloc_obj(object, gfp...) ((typeof(object) *)kmalloc(sizeof(object), UVSIM_GFP(gfp)))
#define kmalloc_objs(object, n, gfp...) ((typeof(object) *)kmalloc((n) * sizeof(object), UVSIM_GFP(gfp)))

UVSIM_STUB void *uvsim_kmalloc(size_t size, gfp_t gfp, const char *site)
{
	void *object = (uvsim_api->kzalloc)(size, gfp, site);

	if (object && !(gfp & __GFP_ZERO))
		memset(object, 0xa5, size);
	return object;
}

UVSIM_STUB void *uvsim_array(size_t n, size_t size, gfp_t gfp, const char *site)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : uvsim_kmalloc(bytes, gfp, site);
}

UVSIM_STUB void *uvsim_memdup(const void *from, size_t size, gfp_t gfp, const char *site)
{
	void *object = uvsim_kmalloc(size, gfp, site);

	return object ? memcpy(object, from, size) : NULL;
}

UVSIM_STUB void kfree(const void *object)
{
	uvsim_api->kfree(object);
}
#define kfree_sensitive(object) kfree(object)

DEFINE_FREE(kfree, void *, if (_T) kfree(_T))

/* --- from pages of the kernel area when there is no other --- */

#define kvmalloc(size, gfp) uvsim_kvmalloc((size), (gfp), __func__)
#define kvzalloc(size, gfp) kvmalloc(size, (gfp) | __GFP_ZERO)
#define kvmalloc_node(size, gfp, node) ((void)(node), kvmalloc(size, gfp))
#define kvmalloc_objs(object, n, gfp...) ((typeof(object) *)kvmalloc((n) * sizeof(object), UVSIM_GFP(gfp)))
#define kvzalloc_objs(object, n, gfp...) ((typeof(object) *)kvzalloc((n) * sizeof(object), UVSIM_GFP(gfp)))
#define kvmalloc_array(n, size, gfp) uvsim_kvarray((n), (size), (gfp), __func__)
#define kvcalloc(n, size, gfp) kvmalloc_array(n, size, (gfp) | __GFP_ZERO)

UVSIM_STUB void *uvsim_kvmalloc(size_t size, gfp_t gfp, const char *site)
{
	return size <= PAGE_SIZE ? uvsim_kmalloc(size, gfp, site) :
		(uvsim_api->vzalloc)(size, gfp | __GFP_ZERO, site);
}

UVSIM_STUB void *uvsim_kvarray(size_t n, size_t size, gfp_t gfp, const char *site)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : uvsim_kvmalloc(bytes, gfp, site);
}

UVSIM_STUB void kvfree(const void *address)
{
	uvsim_api->services->kvfree(address);
}

DEFINE_FREE(kvfree, void *, if (_T) kvfree(_T))

/* --- caches of objects of one size --- */

struct kmem_cache {
	const char *name;
	size_t size;
	unsigned int objects;
	void (*ctor)(void *object);
};

UVSIM_STUB struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
						unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *cache = kzalloc(sizeof(*cache), GFP_KERNEL);

	(void)flags;
	if (cache)
		*cache = (struct kmem_cache){ .name = name, .size = size < align ? align : size, .ctor = ctor };
	return cache;
}
#define KMEM_CACHE(type, flags) kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), (flags), NULL)

#define kmem_cache_alloc(cache, gfp) uvsim_cache_alloc((cache), (gfp), __func__)
#define kmem_cache_zalloc(cache, gfp) kmem_cache_alloc(cache, (gfp) | __GFP_ZERO)

UVSIM_STUB void *uvsim_cache_alloc(struct kmem_cache *cache, gfp_t gfp, const char *site)
{
	void *object = uvsim_kmalloc(cache->size, gfp, site);

	if (object)
		cache->objects++;
	if (object && cache->ctor)
		cache->ctor(object);
	return object;
}

UVSIM_STUB void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	cache->objects--;
	kfree(object);
}

#define kmem_cache_destroy(cache) \
	do { \
		struct kmem_cache *__cache = (cache); \
		WARN(__cache && __cache->objects, "kmem_cache_destroy %s: %u objects are left", \
		     __cache->name, __cache->objects); \
		kfree(__cache); \
	} while (0)

#define kasprintf(gfp, format...) \
	({ \
		int __length = snprintf(NULL, 0, format); \
		char *__text = kmalloc((size_t)__length + 1, (gfp)); \
		if (__text) \
			snprintf(__text, (size_t)__length + 1, format); \
		__text; \
	})

#endif
