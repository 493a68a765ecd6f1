/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hash tables of fixed size. Keys that are pointers hash alike in every run: kernel addresses are the same. */
#ifndef UVSIM_LINUX_HASHTABLE_H
#define UVSIM_LINUX_HASHTABLE_H

#include <linux/log2.h>
#include <linux/rculist.h>

#define GOLDEN_RATIO_64 0x61c8864680b583ebull
#define hash_64(value, bits) ((u32)((u64)(value) * GOLDEN_RATIO_64 >> (64 - (bits))))
#define hash_32(value, bits) ((u32)(value) * 0x61c88647u >> (32 - (bits)))
#define hash_long(value, bits) hash_64(value, bits)
#define hash_ptr(pointer, bits) hash_64((unsigned long)(pointer), bits)

#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define DEFINE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)] = { HLIST_HEAD_INIT }
#define HASH_SIZE(table) ARRAY_SIZE(table)
#define HASH_BITS(table) ilog2(HASH_SIZE(table))
#define hash_min(key, bits) hash_64(key, bits)
#define hash_init(table) memset(table, 0, sizeof(table))
#define hash_add(table, node, key) hlist_add_head(node, &(table)[hash_64(key, HASH_BITS(table))])
#define hash_add_rcu(table, node, key) hash_add(table, node, key)
#define hash_del(node) hlist_del_init(node)
#define hash_del_rcu(node) hlist_del_init_rcu(node)
#define hash_hashed(node) (!hlist_unhashed(node))
#define hash_for_each(table, bucket, object, member) \
	for ((bucket) = 0, object = NULL; object == NULL && (size_t)(bucket) < HASH_SIZE(table); (bucket)++) \
		hlist_for_each_entry(object, &(table)[bucket], member)
#define hash_for_each_safe(table, bucket, n, object, member) \
	for ((bucket) = 0, object = NULL; object == NULL && (size_t)(bucket) < HASH_SIZE(table); (bucket)++) \
		hlist_for_each_entry_safe(object, n, &(table)[bucket], member)
#define hash_for_each_possible(table, object, member, key) \
	hlist_for_each_entry(object, &(table)[hash_64(key, HASH_BITS(table))], member)
#define hash_for_each_possible_rcu(table, object, member, key) hash_for_each_possible(table, object, member, key)

#endif
