/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table is complete, it holds on different firmware levels, and every row notices every lie.
 */
#include <string.h>

#include "bench.h"

START_TEST(rows_are_those_of_the_reference)
{
	static const struct {
		char family;
		unsigned rows, assertions;
	} families[] = {
		{ 'H', 54, 153 }, { 'G', 10, 30 }, { 'A', 14, 17 },
		{ 'I', 11, 22 },  { 'C', 12, 19 }, { 'D', 6, 10 },
	};
	size_t count;
	const struct conformance_row *rows = conformance_rows(&count);

	for (unsigned f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
		unsigned found = 0, assertions = 0;

		for (size_t i = 0; i < count; i++) {
			if (rows[i].name[0] != families[f].family)
				continue;
			found++;
			assertions += rows[i].assertions;
			for (size_t k = 0; k < i; k++)
				ck_assert_str_ne(rows[k].name, rows[i].name);
		}
		ck_assert_uint_eq(found, families[f].rows);
		ck_assert_uint_eq(assertions, families[f].assertions);
	}
	/* And the one that cannot be tested. */
	ck_assert_uint_eq(count, 107 + 1);
}
END_TEST

static struct conformance_sum run_all(struct profile *profile)
{
	struct conformance_sum sum = { 0 };
	size_t count;
	const struct conformance_row *rows = conformance_rows(&count);

	for (size_t i = 0; i < count; i++) {
		struct conformance_result result;

		conformance_run(profile, &rows[i], 0, &result);
		ck_assert_msg(result.ok || !result.applies, "%s: %s", rows[i].name, result.got);
		conformance_add(&sum, &result);
	}
	return sum;
}

START_TEST(firmware_levels)
{
	/* One bit each; all, none, and each alone on and off. */
	static const unsigned levels[] = { 63, 0, 1, 2, 4, 8, 16, 32, 62, 61, 59, 55, 47, 31 };
	struct profile *profile = bench_profile();

	for (unsigned i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		struct machine *m = &profile->machine;
		unsigned features = levels[i];
		struct conformance_sum sum;

		m->misc = features & 1;
		m->destroy_fast = features & 2;
		m->dump = features & 4;
		m->ap = features & 8;
		m->old_destroy_rc = features & 16;
		m->old_cpu_handle_rc = features & 32;
		m->query_len = features & 32 ? 0x100 : 0;
		sum = run_all(profile);
		ck_assert_uint_eq(sum.rows, m->old_cpu_handle_rc ? 106 : 107);
		ck_assert_uint_eq(sum.rows_ok, sum.rows);
		ck_assert_uint_eq(sum.assertions, m->old_cpu_handle_rc ? 250 : 251);
		ck_assert_uint_eq(sum.held, sum.assertions);
	}
}
END_TEST

/* Less than 1 MiB of base storage: H13 has nothing to try. */
START_TEST(small_base_storage)
{
	struct profile *profile = bench_profile();

	profile->machine.uv_base_stor_len = 16 * FRAME_SIZE;
	ck_assert_uint_eq(run_all(profile).rows, 106);
}
END_TEST

/*
 * Report each observation of a row wrong, one at a time: an answer, an interception, an access. Not
 * one may pass unnoticed.
 */
START_TEST(every_lie_is_noticed)
{
	struct profile *profile = bench_profile();
	unsigned lies = 0;
	size_t count;
	const struct conformance_row *rows = conformance_rows(&count);

	for (size_t i = 0; i < count; i++) {
		struct conformance_result honest, result;

		conformance_run(profile, &rows[i], 0, &honest);
		if (rows[i].run == NULL)
			continue;
		/* H53 ends with looks at contents. */
		ck_assert_uint_ge(honest.observations, 1);
		for (unsigned lie = 1; lie <= honest.observations; lie++, lies++) {
			conformance_run(profile, &rows[i], lie, &result);
			ck_assert_msg(!result.ok, "%s does not notice lie %u", rows[i].name, lie);
		}
	}
	ck_assert_uint_ge(lies, 251);
}
END_TEST

START_TEST(a_failed_row_tells_what_came)
{
	size_t count;
	const struct conformance_row *rows = conformance_rows(&count);
	struct conformance_result result;

	ck_assert_str_eq(rows[2].name, "H3");
	conformance_run(bench_profile(), &rows[2], 1, &result);
	ck_assert(!result.ok && result.made == 1 && result.held == 0);
	ck_assert_str_eq(result.got, "cc 0 rc 0x007f");
	/* The deviation comes first. */
	ck_assert_str_eq(rows[4].name, "H5");
	conformance_run(bench_profile(), &rows[4], 7, &result);
	ck_assert(!result.ok && result.made == 16 && result.held == 15);
	ck_assert_str_eq(result.got, "cc 0 rc 0x007f; cc 1 rc 0x0003");
}
END_TEST

Suite *suite_table(void)
{
	const TTest *tests[] = {
		rows_are_those_of_the_reference, firmware_levels,	       small_base_storage,
		every_lie_is_noticed,		 a_failed_row_tells_what_came,
	};

	return SUITE_OF("table", tests);
}
