/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list "faults:": what each entry waits for (one key says that), what must be so, and what happens then. What does
 * not go together is an error, and so is an answer that this UVC has never been known to give, unless it is asked for
 * by "implausible: true" (fault_check.c).
 */
#include "scenario/fault.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/model.h"
#include "scenario/unit.h"
#include "uv/fault.h"

#define HOUR (3600 * SIM_S)
#define TIME_MAX (1000 * HOUR)
#define TIB ((uint64_t)1 << 40)
#define COUNT_MAX ((uint64_t)1 << 48)
#define SIGNAL_MAX 31

static const char *const answer_names[] = { "error", "busy", "partial", NULL };
static const char *const flag_names[] = { "any", "atomic", "may_sleep", NULL };
static const char *const clock_names[] = { "forward", "back", NULL };
static const char *const swap_names[] = { "read", "write", "both", NULL };
static const char *const random_names[] = { "all", "uvc", "alloc", "signal", "swap", "user", "defect", NULL };
static const char *const returns_names[] = { "right", "damaged", "old", "other", NULL };
static const char *const defect_names[] = { "none", "nothing", "keeps_content", "unchecked", NULL };
static const char *const user_names[] = { "copy", "copy_from", "copy_to", "page", NULL };

/* --- single keys ---------------------------------------------------------------------------------------------- */

static char *read_word(struct sc_reader *reader, const struct sc_node *node)
{
	if (!sc_expect_kind(reader, node, SC_SCALAR, "a name"))
		return NULL;
	if (node->text[0] == '\0')
		sc_error(reader->diag, node->mark, "%s: no value; expected a name", node->key);
	return sc_copy(reader->arena, node->text, strlen(node->text));
}

static void read_uvc(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	const char *names[64] = { "any" };
	struct fault_spec *fault = object;
	unsigned n = 1;

	fault->name = read_word(reader, node);
	if (!fault->name || strcmp(fault->name, "any") == 0)
		return;
	fault->cmd = uvc_fault_find(fault->name);
	if (fault->cmd)
		return;
	for (uint16_t cmd = uvc_fault_command(0); cmd && n < 63; cmd = uvc_fault_command(cmd))
		names[n++] = uvc_fault_name(cmd);
	sc_unknown_name(reader, node->mark, "UVC", fault->name, names);
}

/* Whatever begins there: not checked, since pv.c is not known yet. */
static void read_name(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct fault_spec *fault = object;

	fault->name = read_word(reader, node);
	if (fault->name && strcmp(fault->name, "any") == 0)
		fault->name = NULL;
}

static void read_step(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	const struct sc_row row = {
		.key = "step", .type = SC_U64, .offset = offsetof(struct fault_spec, nth), .min = 1, .max = COUNT_MAX,
	};

	sc_value_read(reader, &row, node, object);
}

static void read_at(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	const struct sc_row row = {
		.key = "at", .type = SC_TIME, .offset = offsetof(struct fault_spec, from), .max = TIME_MAX,
	};

	sc_value_read(reader, &row, node, object);
}

/* "0x104", or decimal. */
static bool read_hex(struct sc_reader *reader, const struct sc_node *node, uint64_t max, uint64_t *number)
{
	const char *text;
	char *end;

	if (!sc_expect_kind(reader, node, SC_SCALAR, "a number such as 0x104"))
		return false;
	text = node->text;
	if (strncmp(text, "0x", 2) == 0 && isxdigit((unsigned char)text[2]) && strlen(text) <= 18) {
		*number = strtoull(text, &end, 16);
	} else if (unit_parse_count(text, number) == NULL) {
		end = (char *)"";
	} else {
		end = (char *)text;
	}
	if (*end == '\0' && text[0] != '\0' && *number <= max)
		return true;
	sc_error(reader->diag, node->mark, "%s: '%s': write a number from 0 to 0x%" PRIx64 ", such as 0x104",
		 node->key, sc_show(text).text, max);
	return false;
}

static void read_rc(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct fault_spec *fault = object;
	uint64_t number;

	if (read_hex(reader, node, UINT16_MAX, &number))
		fault->rc = (uint16_t)number;
}

static void read_rrc(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct fault_spec *fault = object;
	uint64_t number;

	if (read_hex(reader, node, UINT16_MAX, &number))
		fault->rrc = (uint16_t)number;
}

static void read_handle(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct fault_spec *fault = object;

	read_hex(reader, node, UINT64_MAX, &fault->handle);
}

static void read_address(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct fault_spec *fault = object;

	fault->address_given = read_hex(reader, node, UINT64_MAX / 2, &fault->address);
}

static void read_vcpu(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	const struct sc_row row = {
		.key = "vcpu", .type = SC_UINT, .offset = offsetof(struct fault_spec, vcpu), .max = 247,
	};
	struct fault_spec *fault = object;

	fault->vcpu_given = sc_value_read(reader, &row, node, object);
}

static const struct {
	const char *name;
	int number;
	bool fatal;
} signals[] = {
	{ "HUP", 1, true },   { "INT", 2, true },   { "KILL", 9, true },  { "USR1", 10, false }, { "SEGV", 11, true },
	{ "USR2", 12, false }, { "TERM", 15, true }, { "CHLD", 17, false }, { "IO", 29, false },
};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static void read_signal(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct fault_spec *fault = object;
	const char *names[SIGNALS + 1];
	char *word = read_word(reader, node);

	if (!word)
		return;
	for (size_t i = 0; i < SIGNALS; i++) {
		names[i] = signals[i].name;
		if (strcmp(word, signals[i].name) == 0) {
			fault->signal = signals[i].number;
			fault->fatal = signals[i].fatal;
			return;
		}
	}
	names[SIGNALS] = NULL;
	sc_unknown_name(reader, node->mark, "signal", word, names);
}

/* --- the table ------------------------------------------------------------------------------------------------ */

#define IN(member) .offset = offsetof(struct fault_spec, member)

static const struct sc_row fault_rows[] = {
	/* One of these. */
	{ "uvc", SC_CUSTOM, .shape = "name of a UVC, or any", .read = read_uvc,
	  .doc = "a good UVC that is about to begin (docs/faults.md names them)" },
	{ "alloc", SC_CUSTOM, .shape = "function of pv.c, or any", .read = read_name,
	  .doc = "an allocation of kernel memory, by the function that makes it" },
	{ "lock", SC_CUSTOM, .shape = "name of a lock, or any", .read = read_name,
	  .doc = "a thread is about to wait for this lock, such as kvm->lock" },
	{ "enter", SC_CUSTOM, .shape = "name", .read = read_name,
	  .doc = "a function of pv.c is entered, or another span of the account" },
	{ "step", SC_CUSTOM, .shape = "number, from 1", .read = read_step,
	  .doc = "a thread has done so many steps" },
	{ "at", SC_CUSTOM, .shape = "time", .read = read_at, .doc = "a simulated time has come" },
	{ "swap", SC_ENUM, IN(swap), .names = swap_names, .doc = "a request to the swap device" },
	{ "sie", SC_CUSTOM, .shape = "VM", .read = read_name,
	  .doc = "a vCPU that does not leave SIE, from `from` on, for the time `for`" },
	{ "clock", SC_ENUM, IN(clock), .names = clock_names,
	  .doc = "the host's wall clock and TOD jump, at `from`" },
	{ "user", SC_ENUM, IN(user), .names = user_names,
	  .doc = "the kernel copies from or to user space, or brings a page of it in" },
	{ "random", SC_ENUM, IN(random), .names = random_names,
	  .doc = "whatever is plausible; goes with one_in only" },
	/* What must be so. */
	{ "vm", SC_TEXT, IN(vm), .doc = "only for threads of this VM" },
	{ "thread", SC_TEXT, IN(thread), .doc = "only for this thread, such as vm0, vm0-cpu1, vm0-cleanup1" },
	{ "in", SC_TEXT, IN(in), .doc = "only inside this function of pv.c, or phase, or other span" },
	{ "from", SC_TIME, IN(from), .max = TIME_MAX, .doc = "only from this time on" },
	{ "until", SC_TIME, IN(until), .min = 1, .max = TIME_MAX, .doc = "only before this time" },
	{ "handle", SC_CUSTOM, .shape = "number, 0x...", .read = read_handle,
	  .doc = "uvc: only for this handle, as --uvc-trace shows it" },
	{ "address", SC_CUSTOM, .shape = "number, 0x...", .read = read_address,
	  .doc = "uvc: only for the page here: guest address of an import, else host address" },
	{ "size", SC_BYTES, IN(bytes), .fallback = "4KiB", .min = 1, .max = 64 * TIB,
	  .doc = "with address: pages of this stretch" },
	{ "at_least", SC_BYTES, IN(at_least), .fallback = "0B", .max = TIB, .doc = "alloc: only if so large" },
	{ "at_most", SC_BYTES, IN(at_most), .max = TIB, .doc = "alloc: only if not larger" },
	{ "flags", SC_ENUM, IN(flags), .fallback = "any", .names = flag_names,
	  .doc = "alloc: only if it may not sleep, or only if it may" },
	{ "line", SC_UINT, IN(line), .min = 1, .max = 1000000, .doc = "alloc: only from this line of pv.c" },
	{ "vcpu", SC_CUSTOM, .shape = "number, 0 to 247", .read = read_vcpu, .doc = "sie: only this vCPU" },
	/* Which of them. */
	{ "nth", SC_U64, IN(nth), .min = 1, .max = COUNT_MAX, .doc = "the first one that counts; without it 1" },
	{ "every", SC_U64, IN(every), .min = 1, .max = COUNT_MAX, .doc = "then each so manieth one" },
	{ "times", SC_U64, IN(times), .min = 1, .max = COUNT_MAX,
	  .doc = "so many in all; without it one, with every all" },
	{ "one_in", SC_U64, IN(one_in), .min = 1, .max = COUNT_MAX,
	  .doc = "instead of nth and every: one in so many, by chance" },
	{ "per_thread", SC_BOOL, IN(per_thread), .fallback = "false",
	  .doc = "each thread counts for itself" },
	/* What happens then. */
	{ "answer", SC_ENUM, IN(answer), .fallback = "error", .names = answer_names,
	  .doc = "uvc: refused (cc 1), busy (cc 2), or partial (cc 3)" },
	{ "rc", SC_CUSTOM, .shape = "number, 0x...", .read = read_rc,
	  .doc = "uvc: response code; without it one that is plausible" },
	{ "rrc", SC_CUSTOM, .shape = "number, 0x...", .read = read_rrc, .doc = "uvc: return reason code" },
	{ "done", SC_PERMILLE, IN(done), .fallback = "0%", .max = 990,
	  .doc = "uvc: when this much of a long call is done, after answers of cc 3" },
	{ "implausible", SC_BOOL, IN(implausible), .fallback = "false",
	  .doc = "uvc: allow an answer that this UVC is not known to give" },
	{ "for", SC_TIME, IN(lasts), .fallback = "0s", .max = TIME_MAX,
	  .doc = "all that are like it in this time after it, too" },
	{ "by", SC_TIME, IN(by), .min = 1, .max = HOUR, .doc = "clock: how far" },
	{ "stall", SC_TIME, IN(stall), .fallback = "0s", .max = HOUR,
	  .doc = "swap: the device stands still for this time, and no error" },
	{ "returns", SC_ENUM, IN(returns), .fallback = "right", .names = returns_names,
	  .doc = "swap: read: what the device gives back, and no error" },
	{ "defect", SC_ENUM, IN(defect), .fallback = "none", .names = defect_names,
	  .doc = "uvc: answered as if it were done, by an Ultravisor that is wrong" },
	{ "signal", SC_CUSTOM, .shape = "KILL, TERM, SEGV, HUP, INT, USR1, USR2, CHLD, IO", .read = read_signal,
	  .doc = "to QEMU; USR1, USR2, CHLD and IO do not kill it" },
};

const struct sc_table fault_table = SC_TABLE("fault", fault_rows);

/* --- the list ------------------------------------------------------------------------------------------------- */

void faults_read(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct scenario *scenario = object;

	if (!sc_expect_kind(reader, node, SC_LIST, "a list of faults"))
		return;
	if (node->count == 0 || node->count > SC_FAULTS_MAX) {
		sc_error(reader->diag, node->mark, "faults: 1 to %d are possible, found %zu", SC_FAULTS_MAX,
			 node->count);
		return;
	}
	scenario->fault = sc_alloc(reader->arena, node->count * sizeof(*scenario->fault));
	for (const struct sc_node *entry = node->child; entry; entry = entry->next) {
		struct fault_spec *fault = &scenario->fault[scenario->fault_count++];

		fault->mark = entry->mark;
		sc_table_read(reader, &fault_table, entry, fault);
		if (entry->kind == SC_MAP)
			fault_check(reader, entry, fault);
	}
}
