/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams of choices: seeded by name, recorded, replayed.
 *
 * A stream is a SplitMix64 sequence that starts at a hash of (seed, name). A bounded draw is the high half of
 * a 128-bit product, with rejection, so it is unbiased and the same everywhere. The log holds one line per
 * choice: "NAME BOUND ANSWER".
 *
 * Source of the methods: Steele, Lea, Flood 2014 (SplitMix64); Lemire 2019 (bounded draws).
 */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/choice.h"
#include "sim/internal.h"

struct sim_stream {
	const char *name;
	uint64_t state;
	struct sim_stream *next;
};

struct stream_table {
	struct sim_stream *first;
};

void choice_init(void)
{
	sim->streams = sim_alloc(sizeof(*sim->streams));
}

void choice_free(void)
{
	sim->streams->first = NULL;
}

struct sim_stream *sim_stream(const char *name)
{
	const char *interned = sim_intern(name);
	struct sim_stream *stream;
	uint64_t hash = sim_mix(0x75767369, sim->config.seed);

	for (stream = sim->streams->first; stream; stream = stream->next)
		if (stream->name == interned)
			return stream;
	stream = sim_alloc(sizeof(*stream));
	stream->name = interned;
	for (; *name; name++)
		hash = sim_mix(hash, (unsigned char)*name);
	stream->state = hash;
	stream->next = sim->streams->first;
	sim->streams->first = stream;
	return stream;
}

static uint64_t draw(struct sim_stream *stream)
{
	uint64_t z = stream->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static uint64_t draw_below(struct sim_stream *stream, uint64_t bound)
{
	uint64_t reject = -bound % bound;

	for (;;) {
		unsigned __int128 product = (unsigned __int128)draw(stream) * bound;

		if ((uint64_t)product >= reject)
			return product >> 64;
	}
}

/* The run ends here; any answer will do. */
__attribute__((format(printf, 1, 2))) static uint64_t mismatch(const char *format, ...)
{
	char text[640];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sim->replay_error.line = sim->replay_line;
	sim->replay_error.text = sim_intern(text);
	sim_stop();
	return 0;
}

static uint64_t replay(const struct sim_stream *stream, uint64_t bound)
{
	char line[512], name[256];
	uint64_t logged_bound, answer;

	if (sim->replay_error.text)
		return 0;
	sim->replay_line++;
	if (!fgets(line, sizeof(line), sim->config.replay))
		return mismatch("the run chooses from %s here, and the log is at its end", stream->name);
	if (sscanf(line, "%255s %" SCNu64 " %" SCNu64, name, &logged_bound, &answer) != 3)
		return mismatch("the run chooses from %s here, and the log has no line \"NAME BOUND ANSWER\"",
				stream->name);
	if (strcmp(name, stream->name) != 0)
		return mismatch("the run chooses from %s here, and the log from %s", stream->name, name);
	if (logged_bound != bound)
		return mismatch("%s has %" PRIu64 " alternatives here, and %" PRIu64 " in the log", name, bound,
				logged_bound);
	if (answer >= bound)
		return mismatch("%s has no alternative %" PRIu64 ", only 0 to %" PRIu64, name, answer, bound - 1);
	return answer;
}

uint64_t sim_choose(struct sim_stream *stream, uint64_t bound)
{
	uint64_t answer;

	assert(bound >= 1);
	if (bound == 1)
		return 0;
	answer = sim->config.replay ? replay(stream, bound) : draw_below(stream, bound);
	sim->counters.choices++;
	if (sim->config.record)
		fprintf(sim->config.record, "%s %" PRIu64 " %" PRIu64 "\n", stream->name, bound, answer);
	sim_step(stream->name, bound, answer);
	return answer;
}
