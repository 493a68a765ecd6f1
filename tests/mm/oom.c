/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The OOM killer: who is asked first, who is killed, what the reaper does for whom, and when the next one may be
 * killed.
 */
#include <errno.h>
#include <string.h>

#include "mm/memcg.h"
#include "suites.h"
#include "world.h"

#define PAGES(n) ((n) * PAGE_BYTES)

static struct pressure *begin(struct world *w)
{
	const struct pressure_config config = {
		.bandwidth = 1, .queue = 1, .min = PAGES(16), .low = PAGES(32), .high = PAGES(48),
	};

	pressure_begin(w->host, &config);
	return w->host->pressure;
}

/* --- notifiers --- */

struct asked {
	struct oom_notifier notifier;	/* first */
	const char *name;
	uint64_t gives;
	bool stops;
	sim_time takes;
};

static bool ask(struct oom_notifier *notifier, uint64_t *freed)
{
	struct asked *asked = (struct asked *)notifier;

	note(asked->name, (long long)*freed);
	sim_sleep(asked->takes, false, "asked");
	*freed += asked->gives;
	return asked->stops;
}

static void no_kill(void *ctx)
{
	note("kill", (long long)(uintptr_t)ctx);
}

static void late(void *world)
{
	struct world *w = world;
	struct asked last = { .notifier = { .call = ask, .priority = 1000 }, .name = "never" };

	sim_sleep(SIM_US, false, "late");
	ck_assert_int_eq(oom_notifier_register(w->host, &last.notifier), 0);
	note("late", 0);
	ck_assert_int_eq(oom_notifier_unregister(w->host, &last.notifier), 0);
	ck_assert_int_eq(oom_notifier_unregister(w->host, &last.notifier), -ENOENT);
}

/* By priority, equal ones in order of registration; none is killed for whom they found something. */
MM_TEST(notifier_chain)
{
	struct asked a = { .notifier = { .call = ask, .priority = 5 }, .name = "a" };
	struct asked b = { .notifier = { .call = ask, .priority = 70 }, .name = "b", .gives = 3 };
	struct asked c = { .notifier = { .call = ask, .priority = 5 }, .name = "c", .gives = 4, .takes = 2 * SIM_US };
	struct asked d = { .notifier = { .call = ask, .priority = -1 }, .name = "d" };
	struct pressure *pressure = begin(w);
	struct mm *mm = mm_create(w->host, "victim");

	mm->kill = no_kill;
	oom_notifier_register(w->host, &a.notifier);
	oom_notifier_register(w->host, &d.notifier);
	oom_notifier_register(w->host, &b.notifier);
	oom_notifier_register(w->host, &c.notifier);
	/* Who registers while they are asked waits for the end of it. */
	spawn("late", late, w);
	ck_assert_int_eq(out_of_memory(pressure, NULL, 1), OOM_FREED);
	ck_assert_uint_eq(pressure->oom.spared, 1);
	ck_assert_uint_eq(pressure->oom.spared_frames, 7);
	sim_sleep(SIM_US, false, "pause");
	c.stops = true;
	b.gives = 0;
	ck_assert_int_eq(out_of_memory(pressure, NULL, 1), OOM_FREED);
	oom_notifier_unregister(w->host, &c.notifier);
	ck_assert_ptr_null(pressure->oom.events);
	/* A cgroup asks nobody; now the host does, and has its victim. */
	ck_assert_int_eq(out_of_memory(pressure, NULL, 1), OOM_DYING);
	ck_assert_str_eq(pressure->oom.events->victim, "victim");
	ck_assert_ptr_null(pressure->oom.events->next);
	note_expect("900 main b 0\n900 main a 3\n900 main c 3\n2900 main d 7\n2900 late late 0\n"
		    "3900 main b 0\n3900 main a 0\n3900 main c 0\n5900 main b 0\n5900 main a 0\n5900 main d 0\n"
		    "5900 main kill 0\n");
	mm_put(mm);
}

/* --- the victim --- */

/* A process with one page in each @stride pages, @n in all. */
static struct mm *process(struct world *w, const char *name, uint64_t n, uint64_t stride, struct memcg *group)
{
	struct mm *mm = mm_create(w->host, name);
	uint64_t i;

	mm->memcg = group;
	mm->kill = no_kill;
	ck_assert_int_eq(mm_mmap(mm, USER_AT, GUEST_BYTES), 0);
	for (i = 0; i < n; i++)
		ck_assert_int_eq(mm_fault_in(mm, USER_AT + PAGES(i * stride)), 0);
	return mm;
}

static const struct oom_event *last_event(const struct pressure *pressure)
{
	const struct oom_event *event = pressure->oom.events;

	while (event->next)
		event = event->next;
	return event;
}

/* As if the last victim were gone. */
static void next_one(const struct pressure *pressure)
{
	ck_assert(oom_victim_dying(pressure->host, NULL));
	last_event(pressure)->mm->oom_skip = true;
	ck_assert(!oom_victim_dying(pressure->host, NULL));
}

/*
 * Of 262144 frames. "dense": 1000 pages, 4 tables of 2 KiB, one of 16: 1006. "sparse": 900 pages in 900 tables: 1354.
 * "spared": 2000 pages, but -1000. "adjusted": 10 pages and 2 thousandths, 524: 538. "minus": 5 pages less 262: below
 * nothing, but the only one left at the end.
 */
MM_TEST(badness)
{
	struct pressure *pressure = begin(w);
	struct mm *mm[5];

	mm[0] = process(w, "minus", 5, 1, NULL);
	mm[0]->oom_score_adj = -1;
	mm[1] = process(w, "spared", 2000, 1, NULL);
	mm[1]->oom_score_adj = -1000;
	mm[2] = process(w, "adjusted", 10, 1, NULL);
	mm[2]->oom_score_adj = 2;
	mm[3] = process(w, "dense", 1000, 1, NULL);
	mm[4] = process(w, "sparse", 900, 256, NULL);
	ck_assert_int_eq(out_of_memory(pressure, NULL, 7), OOM_DYING);
	ck_assert_str_eq(last_event(pressure)->victim, "sparse");
	ck_assert_int_eq(last_event(pressure)->points, 900 + 450 + 4);
	ck_assert_uint_eq(last_event(pressure)->tables, 900 * 2048 + 16384);
	ck_assert_uint_eq(last_event(pressure)->wanted, 7);
	/* Nobody else while it is dying. */
	ck_assert_int_eq(out_of_memory(pressure, NULL, 7), OOM_DYING);
	ck_assert_str_eq(last_event(pressure)->victim, "sparse");
	next_one(pressure);
	ck_assert_int_eq(out_of_memory(pressure, NULL, 7), OOM_DYING);
	ck_assert_str_eq(last_event(pressure)->victim, "dense");
	ck_assert_int_eq(last_event(pressure)->points, 1006);
	next_one(pressure);
	ck_assert_int_eq(out_of_memory(pressure, NULL, 7), OOM_DYING);
	ck_assert_str_eq(last_event(pressure)->victim, "adjusted");
	ck_assert_int_eq(last_event(pressure)->points, 10 + 4 + 524);
	next_one(pressure);
	ck_assert_int_eq(out_of_memory(pressure, NULL, 7), OOM_DYING);
	ck_assert_str_eq(last_event(pressure)->victim, "minus");
	ck_assert_int_eq(last_event(pressure)->points, 5 + 4 - 262);
	for (unsigned i = 0; i < 5; i++)
		mm_put(mm[i]);
}

/* A cgroup looks for its victim inside; of two with as many points the newer one goes. A score is one of the limit. */
MM_TEST(within_a_cgroup)
{
	const struct memcg_config config = { "group", PAGES(100000), MEMCG_NO_LIMIT, MEMCG_NO_LIMIT };
	struct pressure *pressure = begin(w);
	struct memcg *group = memcg_create(w->host, &config);
	struct mm *mm[4];

	mm[0] = process(w, "older", 100, 1, group);
	mm[1] = process(w, "newer", 100, 1, group);
	mm[2] = process(w, "outside", 1000, 1, NULL);
	mm[3] = process(w, "favoured", 190, 1, group);
	mm[3]->oom_score_adj = -1;
	ck_assert_int_eq(out_of_memory(pressure, group, 1), OOM_DYING);
	ck_assert_str_eq(last_event(pressure)->victim, "newer");
	ck_assert_str_eq(last_event(pressure)->group, "group");
	ck_assert_uint_eq(last_event(pressure)->usage, 390);
	ck_assert_uint_eq(group->oom_kills, 1);
	ck_assert(oom_victim_dying(w->host, group));
	/* A kill for the host counts for the group, too. */
	next_one(pressure);
	mm[2]->oom_score_adj = -1000;
	ck_assert_int_eq(out_of_memory(pressure, NULL, 1), OOM_DYING);
	ck_assert_str_eq(last_event(pressure)->victim, "older");
	ck_assert_ptr_null(last_event(pressure)->group);
	ck_assert_uint_eq(group->oom_kills, 2);
	for (unsigned i = 0; i < 4; i++)
		mm_put(mm[i]);
}

static void end_it(void *arg)
{
	struct mm *mm = arg;

	sim_sleep(SIM_MS, false, "dying");
	mm_put(mm);
}

static void kill_it(void *ctx)
{
	sim_spawn("killed", end_it, ctx, NULL);
}

/* Whoever asked for room gets it from the victim's exit, as far as that has come. */
MM_TEST(room_from_a_victim)
{
	const struct memcg_config config = { "group", PAGES(3000), MEMCG_NO_LIMIT, MEMCG_NO_LIMIT };
	struct pressure *pressure = begin(w);
	struct memcg *group = memcg_create(w->host, &config);
	struct mm *victim = process(w, "victim", 2560, 1, group), *mm = process(w, "mm", 440, 1, group);
	sim_time begun = sim_now();

	victim->kill_ctx = victim;
	victim->kill = kill_it;
	ck_assert_int_eq(mm_fault_in(mm, USER_AT + PAGES(440)), 0);
	/* The first table of the victim is enough. */
	ck_assert_uint_eq(sim_now() - begun, SIM_MS + (256 * NS_UNMAP + NS_FAULT + NS_ALLOC + NS_CLEAR) * SIM_NS);
	ck_assert_uint_eq(group->max_events, 1);
	ck_assert_uint_eq(group->oom_events, 1);
	sim_sleep(SIM_MS, false, "the rest");
	ck_assert_uint_eq(pressure->oom.events->back - pressure->oom.events->time,
			  SIM_MS + 2560 * NS_UNMAP * SIM_NS);
	ck_assert_ptr_null(pressure->oom.events->mm);
	ck_assert_uint_eq(group->usage, 441);
	mm_put(mm);
}

/* --- the reaper --- */

static void reap_setup(struct world *w, struct pressure *pressure, struct mm *mm)
{
	ck_assert_int_eq(out_of_memory(pressure, NULL, 1), OOM_DYING);
	ck_assert_ptr_eq(pressure->oom.events->mm, mm);
	(void)w;
}

static bool is_protected(void *ctx)
{
	(void)ctx;
	return true;
}

/* Two seconds later; a page of a protected address space is exported; swap and page tables do not matter here. */
MM_TEST(reaper)
{
	struct pressure *pressure = begin(w);
	struct mm *mm = process(w, "victim", 700, 1, NULL), *plain;
	uint64_t free;

	mm->is_protected = is_protected;
	reap_setup(w, pressure, mm);
	free = w->host->free;
	sim_sleep(2 * SIM_S - SIM_NS, false, "before");
	ck_assert_uint_eq(w->host->free, free);
	sim_sleep(SIM_S, false, "after");
	ck_assert_int_eq(pressure->oom.events->reaped, OOM_REAPED);
	ck_assert_uint_eq(pressure->oom.events->reaped_pages, 700);
	ck_assert_uint_eq(pressure->oom.events->reaped_at - pressure->oom.events->time,
			  2 * SIM_S + 700 * (NS_EXPORT_PLAIN + NS_UNMAP) * SIM_NS);
	ck_assert_uint_eq(w->host->free, free + 700);
	ck_assert_uint_eq(mm->rss, 0);
	ck_assert_uint_eq(world_count(w, UVC_CMD_CONV_FROM_SEC_STOR, 0), 700);
	ck_assert(mm->oom_skip);
	/* The next victim is not protected. */
	plain = process(w, "plain", 300, 1, NULL);
	ck_assert_int_eq(out_of_memory(pressure, NULL, 1), OOM_DYING);
	ck_assert_str_eq(last_event(pressure)->victim, "plain");
	sim_sleep(3 * SIM_S, false, "reaper");
	ck_assert_uint_eq(last_event(pressure)->reaped_at - last_event(pressure)->time,
			  2 * SIM_S + 300 * NS_UNMAP * SIM_NS);
	ck_assert_uint_eq(last_event(pressure)->back, SIM_FOREVER);
	mm_put(plain);
	mm_put(mm);
	ck_assert_uint_eq(last_event(pressure)->back, sim_now());
}

/* It tries for the mmap lock each tenth of a second, ten times, then gives up; so another one may be killed. */
MM_TEST(reaper_cannot_have_the_lock)
{
	struct pressure *pressure = begin(w);
	struct mm *mm = process(w, "victim", 10, 1, NULL), *other;

	reap_setup(w, pressure, mm);
	sim_rwsem_down_write(&mm->mmap_lock);
	sim_sleep(2350 * SIM_MS, false, "write lock");
	sim_rwsem_up_write(&mm->mmap_lock);
	sim_sleep(SIM_S, false, "reaper");
	ck_assert_uint_eq(pressure->oom.events->reaped_at - pressure->oom.events->time,
			  2400 * SIM_MS + 10 * NS_UNMAP * SIM_NS);
	other = process(w, "other", 20, 1, NULL);
	ck_assert_int_eq(out_of_memory(pressure, NULL, 1), OOM_DYING);
	sim_rwsem_down_write(&other->mmap_lock);
	sim_sleep(3 * SIM_S - SIM_NS, false, "write lock");
	ck_assert(!other->oom_skip);
	sim_sleep(2 * SIM_NS, false, "write lock");
	ck_assert(other->oom_skip);
	ck_assert_int_eq(last_event(pressure)->reaped, OOM_UNREAPABLE);
	ck_assert_uint_eq(other->rss, 20);
	sim_rwsem_up_write(&other->mmap_lock);
	mm_put(other);
	mm_put(mm);
}

static void walk(void *arg)
{
	mm_destroy_range(arg, 0, -PAGE_BYTES, false);
}

/* Beside a destroy walk over the same pages: those that it holds are left to the exit, and each page is freed once. */
MM_TEST(reaper_beside_a_walk)
{
	struct pressure *pressure = begin(w);
	struct mm *mm = process(w, "victim", 3000, 1, NULL);
	uint64_t free;

	mm->is_protected = is_protected;
	reap_setup(w, pressure, mm);
	free = w->host->free;
	sim_sleep(2 * SIM_S - 100 * SIM_US, false, "before");
	sim_spawn("walk", walk, mm, NULL);
	sim_sleep(SIM_S, false, "both");
	ck_assert_int_eq(pressure->oom.events->reaped, OOM_REAPED);
	ck_assert_uint_eq(w->host->free, free + pressure->oom.events->reaped_pages);
	ck_assert_uint_ge(pressure->oom.events->reaped_pages, 3000 - MM_GATHER_PAGES);
	ck_assert_uint_eq(mm->rss, 3000 - pressure->oom.events->reaped_pages);
	note("reaped", (long long)pressure->oom.events->reaped_pages);
	mm_put(mm);
	ck_assert_uint_eq(w->host->free, free + 3000);
}

Suite *suite_oom(void)
{
	const TTest *const tests[] = {
		notifier_chain, badness, within_a_cgroup, room_from_a_victim, reaper, reaper_cannot_have_the_lock,
		reaper_beside_a_walk,
	};

	return SUITE_OF("oom", tests);
}
