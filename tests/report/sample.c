/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Result documents to judge and to draw. The numbers are invented; their shape is that of
 * report/result.c.
 */
#include <stdio.h>

#include "suites.h"

json_t *sample_reboot(void)
{
	json_error_t error;
	json_t *document = json_load_file(SOURCE_DIR "/tests/golden/report_reboot.json", 0, &error);

	ck_assert_msg(document != NULL, "%s:%d: %s", error.source, error.line, error.text);
	return document;
}

json_t *sample_storm(unsigned count)
{
	json_t *document = sample_reboot(), *vms = json_object_get(document, "vms");
	json_t *model = json_incref(json_object_get(vms, "vm0"));

	json_object_clear(vms);
	for (unsigned i = 0; i < count; i++) {
		json_t *vm = json_deep_copy(model);
		json_t *reboot = json_array_get(json_object_get(vm, "boots"), 1);
		json_int_t more = (json_int_t)(i * 7 % count) * 90000000000;
		char name[24];

		snprintf(name, sizeof(name), "vm%u", i);
		json_object_set_new(reboot, "gone_plain", json_integer(1230000000000 + more));
		json_object_set_new(reboot, "gone_protected", json_integer(2900000000000 + more));
		json_object_set_new(vms, name, vm);
	}
	json_decref(model);
	return document;
}
