/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running a row, and the assertions it makes.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/engine.h"
#include "sim/thread.h"
#include "uv/conformance/rig.h"
#include "uv/memory.h"

/* Does @list hold @text as one of its parts? */
static bool told(const char *list, const char *text)
{
	size_t length = strlen(text);

	for (const char *at = strstr(list, text); at != NULL; at = strstr(at + 1, text)) {
		bool begins = at == list || at[-1] == ' ';

		if (begins && (at[length] == '\0' || at[length] == ';'))
			return true;
	}
	return false;
}

/* Each different thing once; deviations go to the front. */
static void tell(struct conformance_result *result, bool good, const char *text)
{
	char before[CONFORMANCE_GOT_MAX];

	if (told(result->got, text))
		return;
	memcpy(before, result->got, sizeof(before));
	if (before[0] == '\0')
		snprintf(result->got, sizeof(result->got), "%s", text);
	else if (good)
		snprintf(result->got, sizeof(result->got), "%.110s; %.110s", before, text);
	else
		snprintf(result->got, sizeof(result->got), "%.110s; %.110s", text, before);
}

void expect(struct rig *rig, bool good, const char *format, ...)
{
	char text[100];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	rig->result->made++;
	rig->result->held += good;
	tell(rig->result, good, text);
}

bool need(struct rig *rig, bool good, const char *what)
{
	char text[100];

	if (good)
		return true;
	snprintf(text, sizeof(text), "preparation failed: %s", what);
	rig->broken = true;
	tell(rig->result, false, text);
	return false;
}

static const char *program_name(uint16_t program)
{
	switch (program) {
	case UV_PGM_PRIVILEGED:
		return "privileged-operation exception";
	case UV_PGM_SPECIFICATION:
		return "specification exception";
	case UV_PGM_PAGE_TRANSLATION:
		return "page-translation exception";
	default:
		return "program exception";
	}
}

static void expect_some(struct rig *rig, bool good, struct answer answer)
{
	if (answer.program != 0)
		expect(rig, good, "%s 0x%02x", program_name(answer.program), answer.program);
	else
		expect(rig, good, "cc %d rc 0x%04x", answer.cc, answer.rc);
}

void expect_answer(struct rig *rig, struct answer answer, int cc, uint16_t rc)
{
	expect_some(rig, answer.program == 0 && answer.cc == cc && answer.rc == rc, answer);
}

void expect_rc(struct rig *rig, struct answer answer, uint16_t rc)
{
	expect_some(rig, answer.program == 0 && answer.rc == rc, answer);
}

void expect_program(struct rig *rig, struct answer answer, uint16_t program)
{
	expect_some(rig, answer.program == program, answer);
}

void expect_validity(struct rig *rig, const struct vcpu *vcpu)
{
	const struct uv_sie_block *sie = &vcpu->sie;

	if (sie->icptcode == UV_ICPT_VALIDITY)
		expect(rig, sie->ipb >> 24 == 0x20, "validity 0x%04x", sie->ipb >> 16);
	else
		expect(rig, false, "interception %u", sie->icptcode);
}

static void row_thread(void *arg)
{
	struct rig *rig = arg;
	const struct conformance_row *row = rig->result->row;

	if (!rig_prepare(rig, row->stage))
		return;
	rig->watching = true;
	row->run(rig);
}

void conformance_run(struct profile *profile, const struct conformance_row *row, unsigned lie,
		     struct conformance_result *result)
{
	struct sim_config config = { .seed = 1, .processors = 2 };
	struct rig rig = { .lie = lie, .result = result };
	enum sim_end end;

	*result = (struct conformance_result){ .row = row, .applies = true };
	if (row->run == NULL) {
		result->ok = row->assertions == 0;
		return;
	}
	if (row->applies != NULL && !row->applies(&profile->machine)) {
		result->applies = false;
		return;
	}
	if (sim_create(&config) != 0)
		assert(!"no simulation");
	cost_use(profile);
	rig_create(&rig, profile);
	sim_spawn("first processor", row_thread, &rig, NULL);
	end = sim_run();
	need(&rig, end == SIM_END_DONE, "the machine came to an end");
	rig_destroy(&rig);
	cost_use(NULL);
	sim_destroy();
	result->ok = !rig.broken && result->made == row->assertions &&
		     result->held == row->assertions;
}

void conformance_add(struct conformance_sum *sum, const struct conformance_result *result)
{
	if (!result->applies || result->row->run == NULL)
		return;
	sum->rows++;
	sum->rows_ok += result->ok;
	sum->assertions += result->row->assertions;
	sum->held += result->held < result->row->assertions ? result->held
							    : result->row->assertions;
}
