/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From --pv to an algorithm: one of our own ("builtin:NAME") or a module of a real pv.c.
 */
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "kvm/algorithms/builtin.h"
#include "kvm/linux/builder.h"
#include "kvm/linux/loader.h"

static const struct pv_algorithm *find_builtin(const char *spec, int *status)
{
	const struct pv_algorithm *algorithm = builtin_algorithm(spec);
	const struct builtin *builtin = builtin_find(spec);

	if (algorithm)
		return algorithm;
	*status = CLI_INPUT;
	if (builtin) {
		fprintf(stderr, "uvsim: \"%s\": ", spec);
		if (builtin->variant)
			fprintf(stderr, "after a comma %s takes %s\n", builtin->algorithm->label, builtin->options);
		else
			fprintf(stderr, "%s takes no options\n", builtin->algorithm->label);
		return NULL;
	}
	fprintf(stderr, "uvsim: there is no algorithm \"%s\"; there are", spec);
	for (builtin = builtins; builtin->name; builtin++)
		fprintf(stderr, " %s", builtin->algorithm->label);
	fputc('\n', stderr);
	return NULL;
}

const struct pv_algorithm *run_find_algorithm(const char *spec, int *status)
{
	const struct pv_algorithm *algorithm;
	char *message = NULL;

	if (spec && builtin_is_spec(spec))
		return find_builtin(spec, status);
	algorithm = pv_resolve(spec, status, &message);
	if (message)
		fprintf(stderr, "%s\n", message);
	free(message);
	return algorithm;
}

void run_drop_algorithm(const struct pv_algorithm *algorithm)
{
	if (algorithm && pv_module_info(algorithm))
		pv_module_unload(algorithm);
}
