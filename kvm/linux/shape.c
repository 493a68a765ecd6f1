/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks into a pv.c for the words that tell its shape. Between two releases, and in vendor kernels,
 * features come and go with single patches; what the file itself defines or calls is certain.
 *
 * Leaves out comments and strings: a word is looked for wherever it stands.
 */
#define _GNU_SOURCE
#include "kvm/linux/shape.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/files.h"

static const struct {
	const char *name;
	const char *word;	/* what a file of this shape has in it */
} shapes[] = {
	{ "RESET_ACC", "s390_reset_acc(" },
	{ "DUMP", "int kvm_s390_pv_dump_cpu(" },
	{ "ASYNC_DESTROY", "int kvm_s390_pv_deinit_aside_vm(" },
	{ "IS_PROTECTED", "bool kvm_s390_pv_is_protected(" },
	{ "MAKE_SECURE", "int kvm_s390_pv_make_secure(" },
	{ "GUEST_TABLES", "gmap_pv_destroy_range(" },
};

#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

_Static_assert(SHAPES <= SHAPES_MAX, "SHAPES_MAX must grow");

/* A file that is no pv.c at all tells nothing: then the version number decides everything. */
void shape_options(const char *file, char *options[SHAPES_MAX + 1])
{
	char *text = file_read(file, NULL);
	bool known = text != NULL && strstr(text, "kvm_s390_pv_init_vm(") != NULL;
	unsigned n = 0;

	for (size_t i = 0; known && i < SHAPES; i++)
		options[n++] = text_format("-DUVSIM_SHAPE_%s=%d", shapes[i].name,
					   strstr(text, shapes[i].word) != NULL);
	options[n] = NULL;
	free(text);
}
