/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of a guest's program: read, resolved against the guest's memory, checked. What a step
 * does is vmm/'s business.
 */
#include "scenario/model.h"

#include <string.h>

#include "scenario/steps.h"
#include "scenario/unit.h"

#define PAGE ((uint64_t)4096)
#define TIME_MAX (1000 * 3600 * SIM_S)

/* A step while it is read. The step comes first: the rows of touch_table are offsets into it. */
struct touch {
	struct step step;
	uint64_t memory; /* of the guest; 0: not known, because its key was bad */
	bool amount_given;
};

const char *const step_names[] = { "boot", "touch",	   "idle",     "compute", "reboot",
				   "dump", "wait_cleanup", "shutdown", NULL };

/* --- sizes that may be a share of memory ------------------------------------------------------ */

uint64_t share_read(struct sc_reader *reader, const struct sc_node *node, uint64_t memory,
		    uint64_t max_ppm, const char *whose)
{
	uint64_t value;
	bool percent;

	if (!sc_expect_kind(reader, node, SC_SCALAR,
			    "a size such as 4GiB, or a share of memory such as 50%"))
		return 0;
	percent = strchr(node->text, '%') != NULL;

	const char *wrong = percent ? unit_parse_percent(node->text, &value)
				    : unit_parse_bytes(node->text, &value);

	if (wrong) {
		sc_error(reader->diag, node->mark, "%s: '%s': %s%s", node->key,
			 sc_show(node->text).text, wrong,
			 percent ? "" : ", or a share of memory such as 50%");
		return 0;
	}
	if (memory == 0)
		return 0;
	if (percent && value <= max_ppm)
		return unit_share(memory, value) / PAGE * PAGE;

	uint64_t most = unit_share(memory, max_ppm);

	if (percent || value > most)
		sc_error(reader->diag, node->mark,
			 "%s: '%s' is more than the %s's memory allows (at most %s)", node->key,
			 sc_show(node->text).text, whose, unit_show_bytes(most).text);
	else if (value % PAGE)
		sc_error(reader->diag, node->mark, "%s: '%s': must be a multiple of 4KiB",
			 node->key, sc_show(node->text).text);
	else
		return value;
	return 0;
}

static uint64_t read_share(struct sc_reader *reader, const struct sc_node *node,
			   const struct touch *touch, uint64_t max_ppm)
{
	return share_read(reader, node, touch->memory, max_ppm, "guest");
}

/* A share of nothing, or one that comes to less than a page. */
static void refuse_nothing(struct sc_reader *reader, const struct sc_node *node,
			   const struct touch *touch, uint64_t bytes, size_t errors)
{
	if (bytes == 0 && touch->memory && reader->diag->errors == errors)
		sc_error(reader->diag, node->mark, "%s: '%s' is less than one page of 4KiB",
			 node->key, sc_show(node->text).text);
}

void touch_amount(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct touch *touch = object;
	size_t errors = reader->diag->errors;

	/* A pattern that comes back to the same pages may touch more than there is. */
	touch->step.bytes =
		read_share(reader, node, touch,
			   touch->step.pattern == PATTERN_SEQUENTIAL ? 1000000 : 100 * 1000000);
	refuse_nothing(reader, node, touch, touch->step.bytes, errors);
	touch->amount_given = true;
}

void touch_offset(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct touch *touch = object;

	if (touch->step.pattern != PATTERN_SEQUENTIAL)
		sc_error(reader->diag, node->key_mark, "offset goes with pattern: sequential only");
	touch->step.offset = read_share(reader, node, touch, 1000000);
}

void touch_set(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct touch *touch = object;
	size_t errors = reader->diag->errors;

	if (touch->step.pattern != PATTERN_WORKING_SET)
		sc_error(reader->diag, node->key_mark, "set goes with pattern: working_set only");
	touch->step.set_bytes = read_share(reader, node, touch, 1000000);
	refuse_nothing(reader, node, touch, touch->step.set_bytes, errors);
}

/* --- one step --------------------------------------------------------------------------------- */

/* What was left out, and what must fit together. */
static void finish_touch(struct sc_reader *reader, const struct sc_node *node, struct touch *touch,
			 const struct vm_spec *vm)
{
	struct step *step = &touch->step;
	const struct sc_node *share = node->kind == SC_MAP ? sc_node_find(node, "share") : NULL;

	if (share && step->pattern != PATTERN_WORKING_SET)
		sc_error(reader->diag, share->key_mark,
			 "share goes with pattern: working_set only");
	if (vm->vcpus && step->vcpus > vm->vcpus)
		sc_error(reader->diag,
			 node->kind == SC_MAP ? sc_node_find(node, "vcpus")->mark : node->mark,
			 "vcpus: %u is more than the VM has (%u)", step->vcpus, vm->vcpus);
	if (!touch->amount_given)
		step->bytes = touch->memory - step->offset;
	if (step->pattern == PATTERN_WORKING_SET && step->set_bytes == 0)
		step->set_bytes = (touch->memory / 10 + PAGE - 1) / PAGE * PAGE;
	if (touch->memory == 0)
		return;
	if (step->offset == touch->memory && !touch->amount_given)
		sc_error(reader->diag, node->mark, "touch: nothing is left behind offset");
	else if (step->pattern == PATTERN_SEQUENTIAL && step->bytes > touch->memory - step->offset)
		sc_error(reader->diag, node->mark,
			 "touch: offset and amount reach beyond the guest's memory of %s",
			 unit_show_bytes(touch->memory).text);
}

static void read_touch(struct sc_reader *reader, const struct sc_node *node, struct step *step,
		       const struct vm_spec *vm)
{
	struct touch touch = { .step = *step, .memory = vm->memory };

	sc_table_read(reader, &touch_table, node, &touch);
	if (node->kind == SC_MAP)
		finish_touch(reader, node, &touch, vm);
	*step = touch.step;
}

static void read_time(struct sc_reader *reader, const struct sc_node *node, struct step *step)
{
	const struct sc_row row = {
		.key = step_names[step->kind],
		.type = SC_TIME,
		.offset = offsetof(struct step, time),
		.min = 1,
		.max = TIME_MAX,
	};

	sc_value_read(reader, &row, node, step);
}

/* What stands behind the step's name; @value is an empty mapping if it may be left out and was. */
static void read_value(struct sc_reader *reader, const struct sc_node *value, struct step *step,
		       const struct vm_spec *vm)
{
	if (step->kind == STEP_TOUCH)
		read_touch(reader, value, step, vm);
	else if (step->kind == STEP_REBOOT)
		sc_table_read(reader, &reboot_table, value, step);
	else
		read_time(reader, value, step);
}

static bool read_step(struct sc_reader *reader, int kind, struct mark mark, const struct sc_node *value,
		      size_t index, void *object)
{
	const struct sc_node nothing = { .kind = SC_MAP, .mark = mark };
	const struct vm_spec *vm = object;
	struct step *step = &vm->program[index];

	*step = (struct step){ .kind = (enum step_kind)kind, .mark = mark, .times = 1 };
	switch (step->kind) {
	case STEP_TOUCH:
	case STEP_REBOOT:
		read_value(reader, value ? value : &nothing, step, vm);
		break;
	case STEP_IDLE:
	case STEP_COMPUTE:
		if (value)
			read_value(reader, value, step, vm);
		else
			sc_error(reader->diag, mark, "%s needs a time: write '%s: 10s'", step_names[kind],
				 step_names[kind]);
		break;
	default:
		if (value)
			sc_error(reader->diag, value->mark, "%s takes no value: write '- %s'", value->key, value->key);
	}
	return true;
}

/* --- the list --------------------------------------------------------------------------------- */

static void check_order(struct sc_reader *reader, const struct vm_spec *vm)
{
	for (size_t i = 0; i < vm->program_count; i++) {
		const struct step *step = &vm->program[i];

		if (i == 0 && step->kind != STEP_BOOT)
			sc_error(reader->diag, step->mark, "a program begins with 'boot'");
		else if (i > 0 && step->kind == STEP_BOOT)
			sc_error(reader->diag, step->mark,
				 "'boot' stands once, at the beginning; to start again use "
				 "'reboot'");
		if (i > 0 && vm->program[i - 1].kind == STEP_SHUTDOWN)
			sc_error(reader->diag, step->mark, "nothing can follow 'shutdown'");
	}
}

void program_read(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	static const struct sc_steps steps = { step_names, read_step };
	struct vm_spec *vm = object;
	size_t errors = reader->diag->errors, count = sc_steps_count(reader, node);

	if (!count)
		return;
	vm->program = sc_alloc(reader->arena, count * sizeof(*vm->program));
	vm->program_count = sc_steps_read(reader, &steps, node, vm);
	if (reader->diag->errors == errors)
		check_order(reader, vm);
}
