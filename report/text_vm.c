/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One virtual machine in full: each boot with its phases as bars on a common time axis and who
 * spent them, each cleanup, and how long first touches of memory took.
 */
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

#define PHASE_NAME 22
#define OWNERS_SHOWN 3
#define BAR_MAX 512

/* "wait-lock mmap_lock" for people. */
static const char *owner_words(const char *owner, char *buffer, size_t size)
{
	static const struct {
		const char *kind, *words;
	} kinds[] = {
		{ "uvc ", "UVC " },
		{ "kernel ", "kernel code: " },
		{ "user ", "user space: " },
		{ "guest ", "guest: " },
		{ "spin ", "spinning for " },
		{ "switch", "switching threads" },
		{ "wait-cpu", "waiting for a processor" },
		{ "wait-lock ", "waiting for lock " },
		{ "sleep ", "asleep: " },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t length = strlen(kinds[i].kind);

		if (strncmp(owner, kinds[i].kind, length) == 0) {
			snprintf(buffer, size, "%s%s", kinds[i].words, owner + length);
			return buffer;
		}
	}
	snprintf(buffer, size, "%s", owner);
	return buffer;
}

/* The owners that spent most of @whole, below what they spent. They come longest first. */
static void text_spent(const struct page *page, const json_t *spent, uint64_t whole)
{
	char line[512] = "";
	size_t length = 0;
	unsigned shown = 0;
	const char *owner;
	json_t *time;

	json_object_foreach((json_t *)spent, owner, time) {
		uint64_t part = (uint64_t)json_integer_value(time);
		char words[160], share[TEXT_NUMBER];

		/* Less than a hundredth explains nothing. */
		if (shown == OWNERS_SHOWN || part < whole / 100)
			break;
		length += (size_t)snprintf(line + length, sizeof(line) - length, "%s%s %s",
					   shown ? ", " : "",
					   owner_words(owner, words, sizeof(words)),
					   draw_share(part, whole, share, sizeof(share)));
		if (length >= sizeof(line))
			break;
		shown++;
	}
	if (shown)
		draw_wrapped(page, DRAW_DIM, 8, "      %s", line);
}

static void text_phase(const struct page *page, const json_t *phase, uint64_t origin,
		       uint64_t whole)
{
	uint64_t begin = text_number(phase, "begin", origin),
		 time = text_number(phase, "time", UINT64_MAX);
	unsigned columns = page->columns > PHASE_NAME + 24 ? page->columns - PHASE_NAME - 24 : 0;
	char name[64], number[TEXT_NUMBER], share[TEXT_NUMBER], bar[3 * BAR_MAX + 1];

	if (time == UINT64_MAX) {
		draw_line(
			page, DRAW_BAD, "    %s not finished",
			draw_pad(page, text_string(phase, "name"), PHASE_NAME, name, sizeof(name)));
		return;
	}
	draw_line(page, DRAW_PLAIN, "    %s %8s %6s  %s",
		  draw_pad(page, text_string(phase, "name"), PHASE_NAME, name, sizeof(name)),
		  draw_time(time, number, sizeof(number)),
		  draw_share(time, whole, share, sizeof(share)),
		  draw_bar(page, begin - origin, begin - origin + time, whole,
			   columns < BAR_MAX ? columns : BAR_MAX, bar, sizeof(bar)));
	/* A phase that is a sliver of the boot needs no explanation. */
	if (time >= whole / 100)
		text_spent(page, json_object_get(phase, "spent"), time);
}

/*
 * From the begin of the boot to the end of its last phase, or until it was protected, whichever is
 * later.
 */
static uint64_t boot_length(const json_t *boot)
{
	uint64_t begin = text_number(boot, "begin", 0),
		 length = text_number(boot, "gone_protected", 0);
	json_t *phase;
	size_t i;

	json_array_foreach(json_object_get(boot, "phases"), i, phase) {
		uint64_t end =
			text_number(phase, "begin", begin) + text_number(phase, "time", 0) - begin;

		if (end > length)
			length = end;
	}
	return length;
}

static void text_boot(const struct page *page, const json_t *boot, unsigned number)
{
	bool back = json_is_integer(json_object_get(boot, "gone_protected"));
	char title[64], plain[TEXT_NUMBER], protected[TEXT_NUMBER];
	const char *error = text_string(boot, "prepare_errno");
	json_t *phase;
	size_t i;

	if (json_is_true(json_object_get(boot, "reboot")))
		snprintf(title, sizeof(title), "reboot %u (%.20s): gone", number,
			 text_string(boot, "teardown"));
	else
		snprintf(title, sizeof(title), "first boot:");
	if (!json_is_integer(json_object_get(boot, "gone_plain")))
		draw_wrapped(page, DRAW_BAD, 4, "  %s%s never back", title,
			     json_is_true(json_object_get(boot, "reboot")) ? "," : "");
	else
		draw_wrapped(page, back ? DRAW_TITLE : DRAW_PLAIN, 4,
			     "  %s %s until plain boot, %s%s", title,
			     text_time(boot, "gone_plain", plain),
			     back ? text_time(boot, "gone_protected", protected) : "",
			     back ? " until protected" : "never protected");
	if (error[0])
		draw_wrapped(page, DRAW_BAD, 4, "    asynchronous teardown was refused: %s", error);
	json_array_foreach(json_object_get(boot, "phases"), i, phase)
		text_phase(page, phase, text_number(boot, "begin", 0), boot_length(boot));
}

/* What an unfinished cleanup spent so far. */
static uint64_t spent_sum(const json_t *cleanup)
{
	uint64_t sum = 0;
	const char *owner;
	json_t *time;

	json_object_foreach(json_object_get(cleanup, "spent"), owner, time)
		sum += (uint64_t)json_integer_value(time);
	return sum;
}

static void text_cleanup(const struct page *page, const json_t *cleanup, size_t number)
{
	char time[TEXT_NUMBER], cpu[TEXT_NUMBER];
	const char *error = text_string(cleanup, "error");
	unsigned rc = (unsigned)text_number(cleanup, "rc", 0);
	bool finished = json_is_integer(json_object_get(cleanup, "time"));

	if (!finished)
		draw_wrapped(page, DRAW_BAD, 4,
			     "  cleanup %zu: still running, %s of processor time so far", number,
			     text_time(cleanup, "cpu", cpu));
	else
		draw_wrapped(
			page, error[0] ? DRAW_BAD : DRAW_PLAIN, 4,
			"  cleanup %zu: lasted %s, %s of processor time, %s (rc %04x rrc %04x)",
			number, text_time(cleanup, "time", time), text_time(cleanup, "cpu", cpu),
			error[0] ? error : "ok", rc, (unsigned)text_number(cleanup, "rrc", 0));
	text_spent(page, json_object_get(cleanup, "spent"),
		   text_number(cleanup, "time", spent_sum(cleanup)));
}

static void text_touch_line(const struct page *page, const char *title, const json_t *touch)
{
	char count[TEXT_NUMBER], p50[TEXT_NUMBER], p99[TEXT_NUMBER], p999[TEXT_NUMBER],
		max[TEXT_NUMBER];

	if (text_number(touch, "count", 0) == 0)
		return;
	draw_line(page, DRAW_PLAIN, "    %-20s %11s %9s %9s %9s %9s", title,
		  draw_count((int64_t)text_number(touch, "count", 0), count, sizeof(count)),
		  text_time(touch, "p50", p50), text_time(touch, "p99", p99),
		  text_time(touch, "p999", p999), text_time(touch, "max", max));
}

static void text_touch(const struct page *page, const json_t *touch)
{
	const json_t *first = json_object_get(touch, "first"),
		     *again = json_object_get(touch, "again");

	if (text_number(first, "count", 0) == 0 && text_number(again, "count", 0) == 0)
		return;
	draw_line(page, DRAW_PLAIN, "  %-22s %11s %9s %9s %9s %9s", "first touches of pages",
		  "count", "p50", "p99", "p99.9", "max");
	text_touch_line(page, "after first boot", first);
	text_touch_line(page, "after a reboot", again);
}

/* How long the process took to end, and its memory to come back. */
static void text_exit(const struct page *page, const json_t *vm)
{
	char gone[TEXT_NUMBER], back[TEXT_NUMBER], size[TEXT_NUMBER];
	const json_t *exit = json_object_get(vm, "exit"), *aside = json_object_get(exit, "set_aside");

	if (!json_is_integer(json_object_get(exit, "gone")))
		return;
	draw_wrapped(page, DRAW_PLAIN, 4, "  end: process gone within %s, its memory back within %s",
		     text_time(exit, "gone", gone), text_time(exit, "memory_back", back));
	if (aside)
		draw_wrapped(page, DRAW_PLAIN, 4, "  set aside at the end: %s; %llu pages exported on the spot",
			     draw_size(text_number(aside, "most", 0), size, sizeof(size)),
			     (unsigned long long)text_number(aside, "exported", 0));
}

/* The end of QEMU's helper of async-teardown. */
static void text_helper(const struct page *page, const json_t *vm)
{
	const json_t *helper = json_object_get(vm, "helper");
	uint64_t noticed = text_number(helper, "noticed", 0), ended = text_number(helper, "ended", 0);
	char at[TEXT_NUMBER], saw[TEXT_NUMBER], took[TEXT_NUMBER];

	if (!helper)
		return;
	if (!ended && !json_is_integer(json_object_get(vm, "exited")))
		return;
	if (!ended) {
		draw_wrapped(page, DRAW_PLAIN, 4, "  helper: QEMU exited at %s; it has not ended",
			     text_time(vm, "exited", at));
		return;
	}
	draw_wrapped(page, DRAW_PLAIN, 4, "  helper: QEMU exited at %s, %s at %s, took %s more",
		     text_time(vm, "exited", at),
		     json_is_true(json_object_get(helper, "killed")) ? "it was killed" : "it saw that",
		     draw_time(noticed, saw, sizeof(saw)),
		     draw_time(ended - noticed, took, sizeof(took)));
	text_spent(page, json_object_get(helper, "spent"), ended - noticed);
}

void text_vm(const struct page *page, const char *name, const json_t *vm)
{
	char size[TEXT_NUMBER];
	unsigned reboots = 0;
	json_t *entry;
	size_t i;

	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_TITLE, "%s (%s): %s", name,
		  draw_size(text_number(vm, "memory", 0), size, sizeof(size)),
		  text_string(vm, "outcome"));
	json_array_foreach(json_object_get(vm, "boots"), i, entry) {
		reboots += json_is_true(json_object_get(entry, "reboot"));
		text_boot(page, entry, reboots);
	}
	json_array_foreach(json_object_get(vm, "cleanups"), i, entry)
		text_cleanup(page, entry, i + 1);
	text_helper(page, vm);
	text_touch(page, json_object_get(vm, "touch"));
	text_exit(page, vm);
}
