/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ring of the last events, for findings. Text is made only when a finding asks for it.
 *
 * A function that was entered and left with nothing in between becomes one entry, and such entries in a row are
 * counted: a loop over a thousand pages does not wash out what came before it.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/finding_internal.h"

static struct sim_event_entry *entry_back(unsigned back)
{
	return &sim->ring[(sim->ring_end - 1 - back) % SIM_EVENTS];
}

static unsigned ring_count(void)
{
	return sim->ring_end < SIM_EVENTS ? (unsigned)sim->ring_end : SIM_EVENTS;
}

static bool is_of(const struct sim_event_entry *entry, enum sim_event_kind kind, const char *name)
{
	return entry->kind == kind && entry->name == name && entry->thread == sim->self;
}

/* The running thread leaves @name: does the ring end with its entry and calls only? Then that is one call. */
static bool fold_call(const char *name)
{
	unsigned back = 0, count = ring_count();
	struct sim_event_entry *enter;

	while (back < count && entry_back(back)->kind == SIM_EVENT_CALL &&
	       entry_back(back)->thread == sim->self)
		back++;
	if (back == count || !is_of(entry_back(back), SIM_EVENT_ENTER, name))
		return false;
	sim->ring_end -= back;
	enter = entry_back(0);
	if (count - back > 1 && is_of(entry_back(1), SIM_EVENT_CALL, name)) {
		entry_back(1)->a++;
		sim->ring_end--;
	} else {
		enter->kind = SIM_EVENT_CALL;
		enter->a = 1;
	}
	return true;
}

void sim_event_note(enum sim_event_kind kind, const char *name, uint64_t a, uint64_t b)
{
	if (sim->config.no_oracle || (kind == SIM_EVENT_LEAVE && fold_call(name)))
		return;
	sim->ring[sim->ring_end++ % SIM_EVENTS] =
		(struct sim_event_entry){ sim->now, sim->self, kind, name, a, b };
}

static const char *entry_text(const struct sim_event_entry *entry)
{
	switch (entry->kind) {
	case SIM_EVENT_ENTER:
		return sim_text("enter %s", entry->name);
	case SIM_EVENT_LEAVE:
		return sim_text("leave %s", entry->name);
	case SIM_EVENT_CALL:
		return entry->a == 1 ? sim_text("call %s", entry->name) :
				       sim_text("call %s, %" PRIu64 " times", entry->name, entry->a);
	case SIM_EVENT_WAIT:
		return sim_text("wait for %s", entry->name);
	case SIM_EVENT_RESUME:
		return entry->a ? sim_text("go on after %s (%d)", entry->name, (int)entry->a) :
				  sim_text("go on after %s", entry->name);
	case SIM_EVENT_SPAWN:
		return sim_text("start thread %s", entry->name);
	case SIM_EVENT_END:
		return "end";
	case SIM_EVENT_SIGNAL:
		return sim_text("signal %" PRIu64 "%s to %s", entry->a, entry->b ? " (fatal)" : "", entry->name);
	case SIM_EVENT_UVC:
		return sim_text("uvc %s 0x%" PRIx64 ": cc %u rc %04x rrc %04x", entry->name, entry->a,
				(unsigned)(entry->b >> 32), (unsigned)(entry->b >> 16 & 0xffff),
				(unsigned)(entry->b & 0xffff));
	case SIM_EVENT_ALLOC:
		return entry->b ? sim_text("allocate %" PRIu64 " bytes for %s: 0x%" PRIx64, entry->a, entry->name,
					   entry->b) :
				  sim_text("allocate %" PRIu64 " bytes for %s: failed", entry->a, entry->name);
	case SIM_EVENT_FREE:
		return sim_text("free 0x%" PRIx64 ", %s", entry->a, entry->name);
	case SIM_EVENT_LOCK:
		return sim_text("lock %s", entry->name);
	case SIM_EVENT_UNLOCK:
		return sim_text("unlock %s", entry->name);
	case SIM_EVENT_RESULT:
		return sim_text("%s returns %" PRId64, entry->name, (int64_t)entry->a);
	case SIM_EVENT_FAULT:
		return sim_text("fault put in: %s 0x%" PRIx64, entry->name, entry->a);
	}
	return "?";
}

struct sim_event_text *events_text(unsigned *count)
{
	struct sim_event_text *text;
	unsigned i;

	*count = ring_count();
	text = sim_alloc((*count + 1) * sizeof(*text));
	for (i = 0; i < *count; i++) {
		const struct sim_event_entry *entry = entry_back(*count - 1 - i);

		text[i].time = entry->time;
		text[i].thread = entry->thread ? entry->thread->name : "host";
		text[i].text = entry_text(entry);
	}
	return text;
}
