/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data structures, bits, atomics, memory: each against what it must hold, some against a plain array. */
#include <linux/bitmap.h>
#include <linux/idr.h>
#include <linux/list_sort.h>
#include <linux/llist.h>
#include <linux/maple_tree.h>
#include <linux/mempool.h>
#include <linux/radix-tree.h>
#include <linux/sort.h>

#define N 400

/* A number from a sequence that repeats in every run. */
static u64 next_number(u64 *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return *seed >> 33;
}

/* Indices near each other, far from each other, and at the ends. */
static unsigned long index_of(u64 number)
{
	switch (number % 4) {
	case 0:
		return number / 4 % 100;
	case 1:
		return number / 4 % 100000;
	case 2:
		return ~0ul - number / 4 % 100;
	default:
		return 1ul << number / 4 % 64;
	}
}

struct pair {
	unsigned long index;
	void *entry;
};

static struct pair model[N];
static int pairs;

static struct pair *model_find(unsigned long index)
{
	for (int i = 0; i < pairs; i++)
		if (model[i].index == index)
			return &model[i];
	return NULL;
}

static int by_index(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

static int xarrays(struct kvm *kvm)
{
	DEFINE_XARRAY(xa);
	u64 seed = 7;
	unsigned long index;
	void *entry;
	int n;

	(void)kvm;
	CHECK(xa_empty(&xa) && xa_load(&xa, 0) == NULL);
	for (int i = 0; i < N; i++) {
		struct pair *pair;

		index = index_of(next_number(&seed));
		pair = model_find(index);
		if (pair && i % 3 == 0) {
			CHECK(xa_erase(&xa, index) == pair->entry);
			*pair = model[--pairs];
			CHECK(xa_load(&xa, index) == NULL);
			continue;
		}
		entry = xa_mk_value(i);
		CHECK(xa_store(&xa, index, entry, GFP_KERNEL) == (pair ? pair->entry : NULL));
		if (!pair)
			pair = &model[pairs++];
		*pair = (struct pair){ index, entry };
	}
	sort(model, pairs, sizeof(model[0]), by_index, NULL);
	n = 0;
	xa_for_each(&xa, index, entry) {
		CHECK(n < pairs && model[n].index == index && model[n].entry == entry);
		n++;
	}
	CHECK(n == pairs && n > 100);
	CHECK(bsearch(&model[17], model, pairs, sizeof(model[0]), by_index) == &model[17]);
	/* Marks follow their entries. */
	for (int i = 0; i < pairs; i += 5)
		xa_set_mark(&xa, model[i].index, XA_MARK_1);
	n = 0;
	xa_for_each_marked(&xa, index, entry, XA_MARK_1) {
		CHECK(model[n].index == index);
		n += 5;
	}
	CHECK(n >= pairs && xa_marked(&xa, XA_MARK_1) && !xa_marked(&xa, XA_MARK_0));
	xa_clear_mark(&xa, model[0].index, XA_MARK_1);
	xa_erase(&xa, model[5].index);
	CHECK(!xa_get_mark(&xa, model[0].index, XA_MARK_1) && !xa_get_mark(&xa, model[5].index, XA_MARK_1));
	CHECK(xa_get_mark(&xa, model[10].index, XA_MARK_1));
	index = 0;
	CHECK(xa_find(&xa, &index, ~0ul, XA_MARK_1) == model[10].entry && index == model[10].index);
	CHECK(xa_insert(&xa, model[1].index, &xa, GFP_KERNEL) == -EBUSY);
	CHECK(xa_cmpxchg(&xa, model[1].index, model[1].entry, NULL, GFP_KERNEL) == model[1].entry);
	CHECK(xa_insert(&xa, model[1].index, &xa, GFP_KERNEL) == 0 && xa_load(&xa, model[1].index) == &xa);
	CHECK(xa_reserve(&xa, 77777, GFP_KERNEL) == 0 && xa_load(&xa, 77777) == NULL);
	CHECK(xa_insert(&xa, 77777, &xa, GFP_KERNEL) == -EBUSY);
	xa_release(&xa, 77777);
	CHECK(xa_is_value(xa_mk_value(5)) && xa_to_value(xa_mk_value(5)) == 5);
	CHECK(xa_err(UVSIM_XA_ERROR(-ENOMEM)) == -ENOMEM && !xa_is_err(&xa) && !xa_is_err(xa_mk_value(9)));
	xa_destroy(&xa);
	CHECK(xa_empty(&xa));
	return 0;
}

static int numbers(struct kvm *kvm)
{
	DEFINE_XARRAY_ALLOC1(xa);
	DEFINE_IDR(idr);
	DEFINE_IDA(ida);
	u32 id, next = 0;
	int n = 0, one = 1;
	void *object;

	(void)kvm;
	CHECK(xa_alloc(&xa, &id, &one, xa_limit_32b, GFP_KERNEL) == 0 && id == 1);
	CHECK(xa_alloc_cyclic(&xa, &id, &one, XA_LIMIT(0, 3), &next, GFP_KERNEL) == 0 && id == 2);
	CHECK(xa_alloc(&xa, &id, &one, XA_LIMIT(1, 2), GFP_KERNEL) == -EBUSY);
	xa_erase(&xa, 1);
	CHECK(xa_alloc_cyclic(&xa, &id, &one, XA_LIMIT(0, 3), &next, GFP_KERNEL) == 0 && id == 3);
	CHECK(xa_alloc_cyclic(&xa, &id, &one, XA_LIMIT(0, 3), &next, GFP_KERNEL) == 1 && id == 1);
	xa_destroy(&xa);
	for (int i = 0; i < 100; i++)
		CHECK(idr_alloc(&idr, &one, 10, 110, GFP_KERNEL) == 10 + i);
	CHECK(idr_alloc(&idr, &one, 10, 110, GFP_KERNEL) == -ENOSPC);
	CHECK(idr_remove(&idr, 50) == &one && idr_find(&idr, 50) == NULL);
	CHECK(idr_alloc(&idr, &n, 0, 0, GFP_KERNEL) == 0 && idr_alloc(&idr, &n, 10, 0, GFP_KERNEL) == 50);
	CHECK(idr_replace(&idr, &one, 50) == &n && idr_find(&idr, 50) == &one);
	idr_for_each_entry(&idr, object, one)
		n++;
	CHECK(n == 101);
	idr_destroy(&idr);
	CHECK(idr_is_empty(&idr));
	CHECK(ida_alloc(&ida, GFP_KERNEL) == 0 && ida_alloc_min(&ida, 5, GFP_KERNEL) == 5);
	CHECK(ida_alloc(&ida, GFP_KERNEL) == 1 && ida_alloc_max(&ida, 1, GFP_KERNEL) == -ENOSPC);
	ida_free(&ida, 0);
	CHECK(ida_alloc(&ida, GFP_KERNEL) == 0);
	ida_destroy(&ida);
	return 0;
}

static int radix_trees(struct kvm *kvm)
{
	RADIX_TREE(root, GFP_KERNEL);
	struct radix_tree_iter iter;
	void **slot, *found[4];
	int a, b, n = 0;

	(void)kvm;
	CHECK(radix_tree_insert(&root, 5, &a) == 0 && radix_tree_insert(&root, 5, &b) == -EEXIST);
	CHECK(radix_tree_insert(&root, 1ul << 40, &b) == 0 && radix_tree_lookup(&root, 1ul << 40) == &b);
	radix_tree_for_each_slot(slot, &root, &iter, 0) {
		CHECK(*slot == (n ? &b : &a) && iter.index == (n ? 1ul << 40 : 5));
		n++;
	}
	CHECK(n == 2 && radix_tree_gang_lookup(&root, found, 6, 4) == 1 && found[0] == &b);
	radix_tree_tag_set(&root, 5, 2);
	CHECK(radix_tree_tag_get(&root, 5, 2) && !radix_tree_tag_get(&root, 5, 1) && radix_tree_tagged(&root, 2));
	CHECK(radix_tree_delete(&root, 5) == &a && radix_tree_delete(&root, 5) == NULL);
	CHECK(!radix_tree_tagged(&root, 2) && radix_tree_delete_item(&root, 1ul << 40, &a) == NULL);
	CHECK(radix_tree_delete_item(&root, 1ul << 40, &b) == &b && radix_tree_empty(&root));
	return 0;
}

struct node {
	struct rb_node rb;
	struct hlist_node hash;
	struct list_head list;
	struct llist_node stack;
	u64 key;
	bool in;
};

static struct node nodes[N];

static bool node_less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct node, rb)->key < rb_entry(b, struct node, rb)->key;
}

static int key_order(const void *key, const struct rb_node *rb)
{
	u64 wanted = *(const u64 *)key, have = rb_entry(rb, struct node, rb)->key;

	return wanted < have ? -1 : wanted > have;
}

static int depth(const struct rb_node *rb)
{
	int left = rb ? depth(rb->rb_left) : 0, right = rb ? depth(rb->rb_right) : 0;

	return rb ? 1 + max(left, right) : 0;
}

static int trees(struct kvm *kvm)
{
	struct rb_root root = RB_ROOT;
	struct rb_node *rb;
	struct node *node, *next;
	u64 last = 0, n = 0, seed = 3;

	(void)kvm;
	/* Ascending keys, the worst case of a tree that does not balance itself. */
	for (int i = 0; i < N; i++) {
		nodes[i].key = i + 1;
		nodes[i].in = true;
		rb_add(&nodes[i].rb, &root, node_less);
	}
	CHECK(depth(root.rb_node) < 40);
	for (int i = 0; i < N / 2; i++) {
		node = &nodes[next_number(&seed) % N];
		if (node->in)
			rb_erase(&node->rb, &root);
		node->in = false;
	}
	for (rb = rb_first(&root); rb; rb = rb_next(rb)) {
		CHECK(rb_entry(rb, struct node, rb)->key > last);
		last = rb_entry(rb, struct node, rb)->key;
		n++;
	}
	for (int i = 0; i < N; i++) {
		CHECK((rb_find(&nodes[i].key, &root, key_order) == &nodes[i].rb) == nodes[i].in);
		n -= nodes[i].in;
	}
	CHECK(n == 0);
	for (rb = rb_last(&root), n = 0; rb; rb = rb_prev(rb))
		n++;
	rbtree_postorder_for_each_entry_safe(node, next, &root, rb) {
		CHECK(node->in);
		node->in = false;
		n--;
	}
	CHECK(n == 0 && !RB_EMPTY_ROOT(&root));
	return 0;
}

static int lists(struct kvm *kvm)
{
	LIST_HEAD(a);
	LIST_HEAD(b);
	LLIST_HEAD(stack);
	DEFINE_HASHTABLE(table, 4);
	struct node *node, *next;
	struct hlist_node *hash;
	struct llist_node *all;
	unsigned int bucket;
	u64 n = 0;

	(void)kvm;
	for (int i = 0; i < 10; i++) {
		nodes[i].key = i;
		list_add_tail(&nodes[i].list, &a);
		hash_add(table, &nodes[i].hash, nodes[i].key);
		CHECK(llist_add(&nodes[i].stack, &stack) == (i == 0));
	}
	list_for_each_entry(node, &a, list)
		CHECK(node->key == n++);
	list_for_each_entry_reverse(node, &a, list)
		CHECK(node->key == --n);
	list_for_each_entry_safe(node, next, &a, list)
		if (node->key % 2)
			list_move(&node->list, &b);
	CHECK(list_count_nodes(&a) == 5 && list_first_entry(&b, struct node, list)->key == 9);
	list_splice_init(&b, &a);
	CHECK(list_empty(&b) && list_count_nodes(&a) == 10 && list_last_entry(&a, struct node, list)->key == 8);
	list_rotate_left(&a);
	CHECK(list_is_last(&nodes[9].list, &a));
	list_del_init(&nodes[9].list);
	CHECK(list_empty(&nodes[9].list) && nodes[9].list.next == &nodes[9].list);
	hash_for_each_possible(table, node, hash, 7)
		n += node->key == 7;
	CHECK(n == 1);
	hash_for_each_safe(table, bucket, hash, node, hash)
		hash_del(&node->hash);
	hash_for_each(table, bucket, node, hash)
		CHECK(!node);
	CHECK(!hash_hashed(&nodes[3].hash));
	all = llist_reverse_order(llist_del_all(&stack));
	CHECK(llist_empty(&stack));
	n = 0;
	llist_for_each_entry(node, all, stack)
		CHECK(node->key == n++);
	CHECK(n == 10);
	return 0;
}

static int bits(struct kvm *kvm)
{
	DECLARE_BITMAP(map, 130) = { 0 };
	DECLARE_BITMAP(other, 130) = { 0 };
	unsigned long inverted[2] = { 1ul << 63, 1 };
	unsigned int bit, n = 0;

	(void)kvm;
	bitmap_set(map, 60, 10);
	CHECK(bitmap_weight(map, 130) == 10 && find_first_bit(map, 130) == 60);
	CHECK(find_next_zero_bit(map, 130, 60) == 70);
	for_each_set_bit(bit, map, 130)
		n += bit;
	CHECK(n == 645 && find_last_bit(map, 130) == 69);
	CHECK(bitmap_find_next_zero_area(map, 130, 0, 61, 0) > 130);
	CHECK(bitmap_find_next_zero_area(map, 130, 0, 60, 0) == 0);
	set_bit(65, other);
	CHECK(bitmap_and(other, map, other, 130) && bitmap_weight(other, 130) == 1);
	bitmap_clear(map, 60, 10);
	CHECK(bitmap_empty(map, 130) && !test_and_set_bit(129, map) && test_and_clear_bit(129, map));
	CHECK(test_bit_inv(0, inverted) && test_bit_inv(127, inverted) && !test_bit_inv(63, inverted));
	CHECK(fls(0) == 0 && fls64(1ull << 40) == 41 && __ffs(8) == 3 && hweight64(0xff) == 8);
	CHECK(GENMASK(7, 4) == 0xf0 && ilog2(4096) == 12 && roundup_pow_of_two(4097) == 8192 && is_power_of_2(64));
	CHECK(clamp(5, 7, 9) == 7 && clamp(11, 7, 9) == 9 && min3(3, 1, 2) == 1 && round_up(5, 4) == 8);
	return 0;
}

static int atomics(struct kvm *kvm)
{
	atomic_t v = ATOMIC_INIT(1);
	atomic64_t wide = ATOMIC64_INIT(1ll << 40);
	refcount_t refs = REFCOUNT_INIT(1);
	int old = 5, plain = 3, *pointer = &plain;

	(void)kvm;
	CHECK(atomic_inc_return(&v) == 2 && atomic_cmpxchg(&v, 2, 7) == 2 && atomic_cmpxchg(&v, 2, 9) == 7);
	CHECK(!atomic_try_cmpxchg(&v, &old, 1) && old == 7 && atomic_try_cmpxchg(&v, &old, 1));
	CHECK(!atomic_add_unless(&v, 1, 1) && atomic_xchg(&v, 0) == 1 && !atomic_inc_not_zero(&v));
	CHECK(atomic_dec_if_positive(&v) == -1 && atomic_read(&v) == 0 && atomic_fetch_add(3, &v) == 0);
	CHECK(atomic64_add_return(1, &wide) == (1ll << 40) + 1 && atomic64_fetch_and(1, &wide) == (1ll << 40) + 1);
	CHECK(cmpxchg(&plain, 3, 4) == 3 && cmpxchg(&plain, 3, 5) == 4 && xchg(&pointer, NULL) == &plain && !pointer);
	CHECK(refcount_inc_not_zero(&refs) && !refcount_dec_and_test(&refs) && refcount_dec_and_test(&refs));
	CHECK(!refcount_inc_not_zero(&refs));
	return 0;
}

#define PLACES 60

/* Ranges of random places and lengths, stored, inserted, erased; against an array of the entries. */
static int maples(struct kvm *kvm)
{
	DEFINE_MTREE(mt);
	void *there[PLACES] = { NULL }, *entry;
	unsigned long index, at = 0, n = 0;
	u64 seed = 11;

	(void)kvm;
	for (int round = 0; round < N; round++) {
		unsigned long first = next_number(&seed) % PLACES, last = first + next_number(&seed) % 7;
		bool free = true;

		last = min(last, PLACES - 1ul);
		entry = round % 5 == 4 ? NULL : (void *)(0x1000ul + (unsigned long)round * 8);
		for (index = first; index <= last; index++)
			free = free && !there[index];
		if (round % 3 == 0) {
			CHECK(mtree_insert_range(&mt, first, last, entry, GFP_KERNEL) == (free ? 0 : -EEXIST));
		} else if (round % 7 == 1) {
			entry = there[first];
			CHECK(mtree_erase(&mt, first) == entry);
			/* Two ranges side by side have entries of their own. */
			for (index = 0; entry && index < PLACES; index++)
				if (there[index] == entry && mtree_load(&mt, index) == NULL)
					there[index] = NULL;
			free = false;
		} else {
			CHECK(mtree_store_range(&mt, first, last, entry, GFP_KERNEL) == 0);
			free = true;
		}
		for (index = first; free && index <= last; index++)
			there[index] = entry;
		for (index = 0; index < PLACES; index++)
			CHECK(mtree_load(&mt, index) == there[index]);
	}
	CHECK(mtree_store_range(&mt, 0, ~0ul, NULL, GFP_KERNEL) == 0 && mtree_empty(&mt));
	CHECK(mtree_store(&mt, 5, &mt, GFP_KERNEL) == 0);
	CHECK(mtree_alloc_range(&mt, &at, there, 5, 1, 20, GFP_KERNEL) == 0 && at == 6);
	CHECK( mtree_alloc_range(&mt, &at, there, 4, 1, 20, GFP_KERNEL) == 0 && at == 1);
	CHECK(mtree_alloc_range(&mt, &at, there, 11, 1, 20, GFP_KERNEL) == -EBUSY);
	index = 2;
	mt_for_each(&mt, entry, index, 100)
		n++;
	CHECK(n == 3 && index == 11);
	mtree_destroy(&mt);
	CHECK(mtree_empty(&mt));
	return 0;
}

struct item {
	struct list_head list;
	int number;
};

static int descending(void *priv, const struct list_head *a, const struct list_head *b)
{
	const struct item *x = list_entry(a, struct item, list), *y = list_entry(b, struct item, list);

	return priv || x->number < y->number;
}

/* Small change that a patch takes for granted. */
static int everyday(struct kvm *kvm)
{
	struct item item[5] = { { .number = 2 }, { .number = 5 }, { .number = 2 }, { .number = 9 }, { .number = 1 } };
	static const int order[] = { 3, 1, 0, 2, 4 };
	struct item *at;
	char *text, *rest, words[] = "one two", padded[8];
	unsigned long long big;
	LIST_HEAD(list);
	u64 wide[3];
	int n = 0, number;
	bool on;

	for (int i = 0; i < 5; i++)
		list_add_tail(&item[i].list, &list);
	list_sort(NULL, &list, descending);
	list_for_each_entry(at, &list, list)
		CHECK(at == &item[order[n++]]);
	list_bulk_move_tail(&list, &item[1].list, &item[2].list);
	CHECK(list_first_entry(&list, struct item, list) == &item[3] && list_is_last(&item[2].list, &list) && n == 5);
	CHECK(item[4].list.next == &item[1].list && item[4].list.prev == &item[3].list);
	CHECK(PTR_ERR_OR_ZERO(kvm) == 0 && PTR_ERR_OR_ZERO(ERR_PTR(-ENOSPC)) == -ENOSPC && ERR_CAST(kvm) == kvm);
	CHECK(kstrtoint("-12\n", 10, &number) == 0 && number == -12 && kstrtoint("3000000000", 0, &number) == -ERANGE);
	CHECK(kstrtoull("0xffffffffffffffff", 0, &big) == 0 && big == ~0ull);
	CHECK(kstrtoull("017", 0, &big) == 0 && big == 15);
	CHECK(kstrtoull("18446744073709551616", 10, &big) == -ERANGE && kstrtoull("", 10, &big) == -EINVAL);
	CHECK(kstrtoull("12x", 10, &big) == -EINVAL && kstrtobool("off", &on) == 0 && !on && kstrtobool("x", &on));
	text = kasprintf(GFP_KERNEL, "%s-%d", "pv", 7);
	CHECK(text && strcmp(text, "pv-7") == 0);
	kfree(text);
	rest = words;
	CHECK(strcmp(strsep(&rest, " "), "one") == 0 && strcmp(rest, "two") == 0 && *skip_spaces(" \tx") == 'x');
	memset(padded, 1, sizeof(padded));
	CHECK(strscpy_pad(padded, "ab", sizeof(padded)) == 2 && padded[7] == 0 && memset64(wide, 3, 3) && wide[2] == 3);
	memset_after(&item[0], 0, list);
	CHECK(item[0].list.next && item[0].number == 0);
	CHECK(size_mul(1ul << 40, 1ul << 40) == ~0ul && size_add(~0ul, 1) == ~0ul && array3_size(2, 3, 4) == 24);
	CHECK(mult_frac(7ul, 3, 2) == 10 && abs_diff(3, 5) == 2 && in_range(5, 5, 1) && !in_range(6, 5, 1));
	CHECK(mul_u64_u32_div(1ull << 40, 3000000000u, 3) == (1ull << 40) * 1000000000u);
	return 0;
}

static int memory(struct kvm *kvm)
{
	struct kmem_cache *cache = kmem_cache_create("things", 100, 0, SLAB_ACCOUNT, NULL);
	mempool_t *pool = mempool_create_kmalloc_pool(2, 64);
	unsigned char *bytes = kmalloc(100, GFP_KERNEL), *large = kzalloc(3 * PAGE_SIZE, GFP_KERNEL_ACCOUNT);
	void *big = kvmalloc(10 * PAGE_SIZE, GFP_KERNEL), *small = kvzalloc(100, GFP_KERNEL), *one;
	char text[8];

	(void)kvm;
	CHECK(cache && pool && bytes && large && big && small);
	CHECK(bytes[0] == 0xa5 && bytes[99] == 0xa5 && mem_is_zero(large, 3 * PAGE_SIZE) && mem_is_zero(small, 100));
	memset(large, 1, 3 * PAGE_SIZE);
	kfree(bytes);
	kfree(large);
	kvfree(big);
	kvfree(small);
	kvfree(NULL);
	one = kmem_cache_zalloc(cache, GFP_KERNEL);
	CHECK(one && mem_is_zero(one, 100) && cache->objects == 1);
	kmem_cache_free(cache, one);
	kmem_cache_destroy(cache);
	CHECK(kcalloc(1ul << 62, 8, GFP_KERNEL) == NULL);
	one = mempool_alloc(pool, GFP_KERNEL);
	mempool_free(one, pool);
	mempool_destroy(pool);
	CHECK(strscpy(text, "too long for it", sizeof(text)) == -E2BIG && !strcmp(text, "too lon"));
	CHECK(strscpy(text, "fits", sizeof(text)) == 4);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = {
	xarrays, numbers, radix_trees, trees, lists, bits, atomics, maples, everyday, memory,
};
