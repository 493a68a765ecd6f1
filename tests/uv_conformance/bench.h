/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine of the conformance rows, for tests of what stands behind them.
 */
#ifndef TESTS_UV_CONFORMANCE_BENCH_H
#define TESTS_UV_CONFORMANCE_BENCH_H

#include "tests/suite.h"

#include "uv/conformance/rig.h"

/** A small machine with everything installed; owned by this file. */
struct profile *bench_profile(void);

/** Run @body on it, from @stage on. */
void bench_run(enum conformance_stage stage, void (*body)(struct rig *rig));
/** Run @calls as instructions of a guest in SIE whose image allows @flags besides the key. */
void bench_guest(uint32_t flags, void (*calls)(struct rig *rig));

#define ck_answer(observed, want_cc, want_rc)					\
	do {									\
		struct answer got_ = observed;					\
		ck_assert_uint_eq(got_.program, 0);				\
		ck_assert_int_eq(got_.cc, want_cc);				\
		ck_assert_uint_eq(got_.rc, want_rc);				\
	} while (0)
#define ck_done(observed) ck_answer(observed, UVC_CC_OK, UVC_RC_EXECUTED)
#define ck_refused(observed, code) ck_answer(observed, UVC_CC_ERROR, code)

/* Tests whose bodies run on the machine. */
#define RIG_TEST(name, stage)				\
	static void name##_body(struct rig *rig);	\
	START_TEST(name)				\
	{						\
		bench_run(stage, name##_body);		\
	}						\
	END_TEST					\
	static void name##_body(struct rig *rig)
#define GUEST_TEST(name, flags)				\
	static void name##_body(struct rig *rig);	\
	START_TEST(name)				\
	{						\
		bench_guest(flags, name##_body);	\
	}						\
	END_TEST					\
	static void name##_body(struct rig *rig)

Suite *suite_table(void);
Suite *suite_instruction(void);
Suite *suite_requests(void);
Suite *suite_sie(void);

#endif
