/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of teardown algorithms of our own.
 */
#include "kvm/algorithms/builtin.h"

#include <stddef.h>
#include <string.h>

#include "kvm/algorithms/lazy.h"

const struct builtin builtins[] = {
	{ "sync", "DISABLE waits for all pages, as Linux did until 6.1", &builtin_sync, "", NULL },
	{ "lazy",
	  "DISABLE, and the end of a process, hand the pages to a kernel thread (a series of 2021, "
	  "never merged); oom_notifier=posted|256|none, lazy_destroy=0|1 after a comma",
	  &builtin_lazy[LAZY_NOTIFIER_POSTED][0].algorithm,
	  "oom_notifier=posted|256|none, lazy_destroy=0|1", lazy_variant_find },
	{ "async", "PREPARE sets aside, a thread of user space cleans, as Linux does since 6.2",
	  &builtin_async, "", NULL },
	{ NULL, NULL, NULL, NULL, NULL },
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
		if (strlen(builtin->name) == strcspn(spec, ",") &&
		    strncmp(builtin->name, spec, strlen(builtin->name)) == 0)
			return builtin;
	}
	return NULL;
}

const struct pv_algorithm *builtin_algorithm(const char *spec)
{
	const struct builtin *builtin = builtin_find(spec);
	const char *options = strchr(spec, ',');

	if (!builtin || !options)
		return builtin ? builtin->algorithm : NULL;
	return builtin->variant ? builtin->variant(options + 1) : NULL;
}
