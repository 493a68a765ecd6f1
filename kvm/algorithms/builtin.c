/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of teardown algorithms of our own.
 */
#include "kvm/algorithms/builtin.h"

#include <stddef.h>
#include <string.h>

const struct builtin builtins[] = {
	{ "sync", "DISABLE waits for all pages, as Linux did until 6.1", &builtin_sync },
	{ "lazy", "DISABLE hands the pages to a kernel thread (a series of 2021, never merged)",
	  &builtin_lazy },
	{ "async", "PREPARE sets aside, a thread of user space cleans, as Linux does since 6.2",
	  &builtin_async },
	{ NULL, NULL, NULL },
};

bool builtin_is_spec(const char *spec)
{
	return strncmp(spec, BUILTIN_PREFIX, strlen(BUILTIN_PREFIX)) == 0;
}

const struct builtin *builtin_find(const char *spec)
{
	if (!builtin_is_spec(spec))
		return NULL;
	spec += strlen(BUILTIN_PREFIX);
	for (const struct builtin *builtin = builtins; builtin->name; builtin++) {
		if (strcmp(builtin->name, spec) == 0)
			return builtin;
	}
	return NULL;
}
