/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one door for every choice: which of equal threads runs next, whether an allocation fails, what
 * a cost distribution draws. Each purpose has a stream of its own, seeded from the run's seed and the
 * stream's name, so that a new draw in one place moves no other. Answers can be recorded to a log
 * and replayed from it; then the seed does not matter.
 */
#ifndef SIM_CHOICE_H
#define SIM_CHOICE_H

#include <stdint.h>

struct sim_stream;

/**
 * The stream called @name, made at first use. Names are paths such as "cost/uvc.import/vm0-cpu1".
 * Owned by the simulation.
 */
struct sim_stream *sim_stream(const char *name);

/**
 * Choose one of @bound alternatives: a number in [0, @bound). @bound >= 1; with 1 nothing is drawn
 * or logged and the answer is 0. Integer arithmetic only; unbiased. Does not block.
 */
uint64_t sim_choose(struct sim_stream *stream, uint64_t bound);

#endif
