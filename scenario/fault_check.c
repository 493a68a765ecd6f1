/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One entry of the list "faults:": which keys go together, and what was not given.
 *
 * An answer that this UVC has never been known to give is an error, unless it is asked for by "implausible: true";
 * so is a defect that a UVC cannot have.
 */
#include "scenario/fault.h"
#include "scenario/model.h"
#include "uv/fault.h"

static const char *const kinds[] = { "uvc", "alloc", "lock", "enter", "step", "at", "swap", "sie",
				     "clock", "user", "random", NULL };

#define UVC (1u << FAULT_UVC)
#define ALLOC (1u << FAULT_ALLOC)
#define LOCK (1u << FAULT_LOCK)
#define ENTER (1u << FAULT_ENTER)
#define STEP (1u << FAULT_STEP)
#define AT (1u << FAULT_AT)
#define SWAP (1u << FAULT_SWAP)
#define SIE (1u << FAULT_SIE)
#define CLOCK (1u << FAULT_CLOCK)
#define USER (1u << FAULT_USER)
#define RANDOM (1u << FAULT_RANDOM)

/* Keys that do not go with every kind. */
static const struct {
	const char *key;
	unsigned kinds;
} goes_with[] = {
	{ "vm", UVC | ALLOC | LOCK | ENTER | STEP | AT | SWAP | USER },
	{ "thread", UVC | ALLOC | LOCK | ENTER | STEP | USER },
	{ "in", UVC | ALLOC | LOCK | ENTER | USER },
	{ "from", UVC | ALLOC | LOCK | ENTER | SWAP | SIE | CLOCK | USER },
	{ "until", UVC | ALLOC | LOCK | ENTER | SWAP | USER },
	{ "handle", UVC },
	{ "address", UVC },
	{ "size", UVC },
	{ "at_least", ALLOC },
	{ "at_most", ALLOC },
	{ "flags", ALLOC },
	{ "line", ALLOC },
	{ "vcpu", SIE },
	{ "nth", UVC | ALLOC | LOCK | ENTER | SWAP | USER },
	{ "every", UVC | ALLOC | LOCK | ENTER | STEP | SWAP | USER },
	{ "times", UVC | ALLOC | LOCK | ENTER | STEP | SWAP | USER },
	{ "one_in", UVC | ALLOC | LOCK | ENTER | SWAP | USER | RANDOM },
	{ "per_thread", UVC | ALLOC | LOCK | ENTER | USER },
	{ "answer", UVC },
	{ "defect", UVC },
	{ "rc", UVC },
	{ "rrc", UVC },
	{ "done", UVC },
	{ "implausible", UVC },
	{ "for", UVC | ALLOC | SWAP | SIE | USER },
	{ "by", CLOCK },
	{ "stall", SWAP },
	{ "returns", SWAP },
	{ "signal", UVC | ALLOC | LOCK | ENTER | STEP | AT | USER },
};

/* The one key that says what kind it is. */
static bool find_kind(struct sc_reader *reader, const struct sc_node *node, struct fault_spec *fault)
{
	const struct sc_node *found = NULL, *key;

	for (int i = 0; kinds[i]; i++) {
		key = sc_node_find(node, kinds[i]);
		if (!key)
			continue;
		if (found) {
			sc_error(reader->diag, key->key_mark, "fault: '%s' and '%s' are two faults", found->key,
				 key->key);
			return false;
		}
		found = key;
		fault->kind = (enum fault_kind)i;
	}
	if (!found)
		sc_error(reader->diag, node->mark,
			 "fault: one of uvc, alloc, lock, enter, step, at, swap, sie, clock, user, random must be "
			 "there");
	return found != NULL;
}

static void check_keys(struct sc_reader *reader, const struct sc_node *node, const struct fault_spec *fault)
{
	for (size_t i = 0; i < sizeof(goes_with) / sizeof(goes_with[0]); i++) {
		const struct sc_node *key = sc_node_find(node, goes_with[i].key);

		if (key && !(goes_with[i].kinds & 1u << fault->kind))
			sc_error(reader->diag, key->key_mark, "fault: '%s' does not go with '%s'", goes_with[i].key,
				 kinds[fault->kind]);
	}
}

static void check_pair(struct sc_reader *reader, const struct sc_node *node, const char *one, const char *other)
{
	const struct sc_node *key = sc_node_find(node, one);

	if (key && sc_node_find(node, other))
		sc_error(reader->diag, key->key_mark, "fault: '%s' does not go with '%s'", one, other);
}

/* Any of several UVCs may be meant: then it is enough if one could say so. */
static bool some_plausible(uint16_t cmd, uint16_t rc)
{
	if (cmd)
		return uvc_is_plausible(cmd, rc);
	for (cmd = uvc_fault_command(0); cmd; cmd = uvc_fault_command(cmd))
		if (uvc_is_plausible(cmd, rc))
			return true;
	return false;
}

static const char *list_codes(struct sc_reader *reader, uint16_t cmd)
{
	const char *list = "";
	uint16_t rc, rrc;

	for (unsigned i = 0; (rc = uvc_plausible(cmd, i, &rrc)); i++)
		list = sc_format(reader->arena, "%s%s0x%04x", list, i ? ", " : "", rc);
	return list;
}

static void check_answer(struct sc_reader *reader, const struct sc_node *node, const struct fault_spec *fault)
{
	const struct sc_node *rc = sc_node_find(node, "rc"), *done = sc_node_find(node, "done");
	const struct sc_node *answer = sc_node_find(node, "answer");
	bool slices = uvc_has_slices(fault->cmd);

	if (rc && fault->answer != FAULT_ERROR)
		sc_error(reader->diag, rc->key_mark, "fault: only an error has an rc");
	if (rc && fault->rc <= 1)
		sc_error(reader->diag, rc->mark, "rc: 0x%04x is no error", fault->rc);
	else if (rc && !fault->implausible && !some_plausible(fault->cmd, fault->rc))
		sc_error(reader->diag, rc->mark,
			 "rc: %s is not known to answer 0x%04x%s%s; with 'implausible: true' it does", fault->name,
			 fault->rc, fault->cmd ? ", but " : "", fault->cmd ? list_codes(reader, fault->cmd) : "");
	if (done && !slices)
		sc_error(reader->diag, done->key_mark, "fault: %s is not done in parts", fault->name);
	if (answer && fault->answer == FAULT_PARTIAL && !slices && !fault->implausible)
		sc_error(reader->diag, answer->mark,
			 "answer: %s is not known to answer cc 3; with 'implausible: true' it does", fault->name);
	if (answer && fault->answer == FAULT_BUSY && fault->times == UINT64_MAX && !sc_node_find(node, "until"))
		sc_error(reader->diag, answer->mark, "answer: busy for ever: give times, until, or for without every");
}

static void check_defect(struct sc_reader *reader, const struct sc_node *node, const struct fault_spec *fault)
{
	static const char *const without[] = { "signal", "answer", "rc", "rrc", "done", "implausible" };
	const struct sc_node *defect = sc_node_find(node, "defect");

	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		check_pair(reader, node, without[i], "defect");
	if (!fault->cmd)
		sc_error(reader->diag, defect->key_mark, "fault: a defect is that of one UVC: give its name");
	else if (!uvc_can_have(fault->cmd, fault->defect))
		sc_error(reader->diag, defect->mark, "defect: %s cannot have this one", fault->name);
}

/* What was not given. */
static void fill_in(struct fault_spec *fault, const struct sc_node *node)
{
	uint16_t rrc;

	if (!fault->until)
		fault->until = SIM_FOREVER;
	if (!fault->at_most)
		fault->at_most = UINT64_MAX;
	if (!fault->nth)
		fault->nth = 1;
	if (!fault->times)
		fault->times = fault->every || fault->one_in ? UINT64_MAX : 1;
	if (!fault->every)
		fault->every = 1;
	if (fault->kind == FAULT_UVC && fault->answer == FAULT_ERROR && !fault->rc && fault->cmd && !fault->defect) {
		fault->rc = uvc_plausible(fault->cmd, 0, &rrc);
		if (!sc_node_find(node, "rrc"))
			fault->rrc = rrc;
	}
	if (fault->answer == FAULT_PARTIAL && !fault->done)
		fault->done = 500;
}

void fault_check(struct sc_reader *reader, const struct sc_node *node, struct fault_spec *fault)
{
	if (!find_kind(reader, node, fault))
		return;
	check_keys(reader, node, fault);
	fill_in(fault, node);
	check_pair(reader, node, "nth", "one_in");
	check_pair(reader, node, "every", "one_in");
	check_pair(reader, node, "signal", "rc");
	check_pair(reader, node, "signal", "answer");
	check_pair(reader, node, "signal", "done");
	check_pair(reader, node, "returns", "stall");
	if (sc_node_find(node, "size") && !fault->address_given)
		sc_error(reader->diag, sc_node_find(node, "size")->key_mark, "fault: 'size' goes with address");
	if (fault->kind == FAULT_UVC)
		check_answer(reader, node, fault);
	if (fault->kind == FAULT_UVC && fault->defect)
		check_defect(reader, node, fault);
	if (fault->kind == FAULT_SWAP && fault->returns && fault->swap != FAULT_SWAP_READ)
		sc_error(reader->diag, sc_node_find(node, "returns")->key_mark,
			 "fault: only what is read comes back: 'returns' goes with 'swap: read'");
	if (fault->from >= fault->until)
		sc_error(reader->diag, sc_node_find(node, "until")->mark, "until: is not after from");
	if ((1u << fault->kind & (LOCK | ENTER | STEP | AT)) && !sc_node_find(node, "signal"))
		sc_error(reader->diag, node->mark, "fault: '%s' needs a signal", kinds[fault->kind]);
	if (fault->kind == FAULT_SIE && !fault->lasts)
		sc_error(reader->diag, node->mark, "fault: 'sie' needs a time: for");
	if (fault->kind == FAULT_CLOCK && !fault->by)
		sc_error(reader->diag, node->mark, "fault: 'clock' needs a time: by");
	if (fault->kind == FAULT_RANDOM && !fault->one_in)
		sc_error(reader->diag, node->mark, "fault: 'random' needs one_in");
}

