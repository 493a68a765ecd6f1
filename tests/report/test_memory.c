/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory over time: every point accounts for every frame, points lie on the grid and never become too many, a run in
 * bulk shows the same as one page by page. The host runs a few processes; guests are seen in tests/neighbour.sh.
 */
#include <stdlib.h>
#include <string.h>

#include "mm/pressure.h"
#include "report/memory.h"
#include "report/parts.h"
#include "report/text.h"
#include "sim/engine.h"
#include "suites.h"
#include "uv/cost.h"

#define MIB ((uint64_t)1 << 20)
#define PROCESSES 3
#define POINTS_MAX 64

static struct profile profile;
static struct deed program[] = {
	{ .kind = DEED_ALLOCATE, .bytes = 8 * MIB, .times = 1 },
	{ .kind = DEED_HOLD, .time = 5 * SIM_MS },
	{ .kind = DEED_ALLOCATE, .rate = 512 * MIB },
	{ .kind = DEED_USE, .times = 3, .time = 7 * SIM_MS },
	{ .kind = DEED_FREE, .bytes = 16 * MIB },
	{ .kind = DEED_HOLD, .time = 50 * SIM_MS },
};

/* What a run leaves behind. */
struct shown {
	json_t *part;
	uint64_t hash;
	sim_time end, interval;
};

static void make_profile(void)
{
	memset(&profile, 0, sizeof(profile));
	profile.name = (char *)"test";
	for (unsigned i = 0; i < COST_COUNT; i++)
		profile.cost[i].value = 300 * SIM_NS;
	profile.machine = (struct machine){ .uv_base_stor_len = MIB, .max_guest_cpu_id = 1, .max_num_sec_conf = 4 };
}

/* Every frame is somewhere, at every point. */
static void check_points(const struct memory_record *record)
{
	for (unsigned i = 0; i < record->count; i++) {
		const struct memory_point *point = &record->point[i];
		uint64_t sum = point->of[MEMORY_FREE] + point->of[MEMORY_KERNEL] + point->of[MEMORY_DONATED] +
			       point->of[MEMORY_TABLES] + point->of[MEMORY_MOVING];

		for (size_t share = 0; share < record->shares; share++)
			sum += point->share[share].resident + point->share[share].aside;
		ck_assert_uint_eq(sum, record->host->frames);
		ck_assert(!i || point->time > point[-1].time);
		ck_assert(point->time % record->interval == 0 || i + 1 == record->count);
		ck_assert(!i || i + 1 == record->count || point->time - point[-1].time == record->interval);
	}
	ck_assert_uint_eq(record->point[0].time, 0);
	ck_assert_uint_eq(record->point[record->count - 1].time, sim_now());
}

static struct shown run(bool exact, unsigned points, uint64_t memory)
{
	struct sim_config config = { .processors = 2, .seed = 1, .exact_pages = exact };
	struct process_spec spec = { .name = (char *)"p", .count = PROCESSES, .memory = 48 * MIB,
				     .stagger = 3 * SIM_MS, .kill_at = SIM_FOREVER, .program = program,
				     .program_count = sizeof(program) / sizeof(program[0]) };
	struct scenario scenario = { .process = &spec, .process_count = 1 };
	struct pressure_config pressure = { .swap_bytes = 512 * MIB, .bandwidth = 1024 * MIB, .latency = SIM_US,
					    .queue = 8 };
	struct vmm_crew crew = { .vmms = NULL };
	struct memory_record *record = NULL;
	struct shown shown = { NULL, 0, 0, 0 };
	struct host *host;

	make_profile();
	ck_assert_int_eq(sim_create(&config), 0);
	cost_use(&profile);
	host = host_create(memory, &profile);
	ck_assert_ptr_nonnull(host);
	pressure_begin(host, &pressure);
	crew_start(&crew, host, NULL, &scenario);
	if (points)
		record = memory_begin(host, &scenario, &crew, points);
	ck_assert_int_eq(sim_run(), SIM_END_DONE);
	host_frames_settle(host);
	shown.hash = sim_counters_get()->hash;
	shown.end = sim_now();
	if (record) {
		memory_end(record);
		ck_assert_uint_le(record->count, points);
		ck_assert_uint_ge(record->count, points / 2);
		check_points(record);
		shown.interval = record->interval;
		shown.part = part_memory(record);
	}
	host_destroy(host);
	cost_use(NULL);
	sim_destroy();
	return shown;
}

/* With room for all, and so tight that much of it is swapped. */
static const uint64_t memories[] = { 512 * MIB, 128 * MIB };

START_TEST(test_every_frame)
{
	struct shown bulk = run(false, POINTS_MAX, memories[_i]), exact = run(true, POINTS_MAX, memories[_i]);
	const json_t *owner = json_object_get(json_object_get(bulk.part, "owners"), "p");

	ck_assert(json_equal(bulk.part, exact.part));
	ck_assert_str_eq(json_string_value(json_object_get(owner, "kind")), "process");
	ck_assert_uint_eq(json_array_size(json_object_get(owner, "resident")),
			  json_array_size(json_object_get(bulk.part, "time")));
	json_decref(bulk.part);
	json_decref(exact.part);
}
END_TEST

/* Fewer points are some of the many. */
START_TEST(test_doubling)
{
	struct shown few = run(false, 16, memories[0]), many = run(false, 256, memories[0]);
	const json_t *few_time = json_object_get(few.part, "time"), *many_time = json_object_get(many.part, "time");
	size_t i, j;

	ck_assert_uint_gt(few.interval, many.interval);
	ck_assert_uint_eq(few.interval % many.interval, 0);
	for (i = 0, j = 0; i < json_array_size(few_time); i++, j++) {
		while (j < json_array_size(many_time) &&
		       !json_equal(json_array_get(few_time, i), json_array_get(many_time, j)))
			j++;
		ck_assert_uint_lt(j, json_array_size(many_time));
		ck_assert(json_equal(json_array_get(json_object_get(few.part, "free"), i),
				     json_array_get(json_object_get(many.part, "free"), j)));
	}
	json_decref(few.part);
	json_decref(many.part);
}
END_TEST

/* Looking is no event. */
START_TEST(test_looking)
{
	struct shown on = run(false, POINTS_MAX, memories[_i]), off = run(false, 0, memories[_i]);

	ck_assert_uint_eq(on.hash, off.hash);
	ck_assert_uint_eq(on.end, off.end);
	json_decref(on.part);
}
END_TEST

/* The chart: least, most, and a mark for each point, on the scale of the host. */
START_TEST(test_chart)
{
	json_t *document = json_pack("{s:{s:I}, s:{s:[I,I,I,I], s:[I,I,I,I], s:[I,I,I,I], s:{s:{s:[I,I,I,I], "
				     "s:[I,I,I,I]}}}}",
				     "host", "memory", (json_int_t)(800 * MIB), "memory", "time", (json_int_t)0,
				     (json_int_t)SIM_MS, (json_int_t)(2 * SIM_MS), (json_int_t)(3 * SIM_MS), "free",
				     (json_int_t)(800 * MIB), (json_int_t)(400 * MIB), (json_int_t)MIB,
				     (json_int_t)0, "swap", (json_int_t)0, (json_int_t)0, (json_int_t)0,
				     (json_int_t)0, "owners", "vm", "resident", (json_int_t)0,
				     (json_int_t)(400 * MIB), (json_int_t)(799 * MIB), (json_int_t)(800 * MIB),
				     "left", (json_int_t)0, (json_int_t)(100 * MIB), (json_int_t)0, (json_int_t)0);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct page page = { .out = out, .columns = 80 };

	ck_assert_ptr_nonnull(document);
	text_memory(&page, document);
	fclose(out);
	ck_assert_str_eq(text, "\n"
			       "Memory over time           least      most  0 to 3.00 ms\n"
			       "  free                       0 B   800 MiB  @=.\n"
			       "  vm                         0 B   800 MiB   =@@\n"
			       "    to be cleaned            0 B   100 MiB   .\n");
	free(text);
	json_decref(document);
}
END_TEST

Suite *suite_memory(void)
{
	Suite *suite = suite_create("memory");
	TCase *tcase = tcase_create("memory");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_every_frame, 0, 2);
	tcase_add_test(tcase, test_doubling);
	tcase_add_loop_test(tcase, test_looking, 0, 2);
	tcase_add_test(tcase, test_chart);
	suite_add_tcase(suite, tcase);
	return suite;
}
