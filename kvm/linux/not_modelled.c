/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of kernel names that are known and not modelled: include/uvsim/not-modelled, which tools/kernel-api reads,
 * too. A line that begins with "=" is a reason, several of them are one; the names and patterns of names that
 * follow have it. Lines that begin with "#" say nothing.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/explain.h"
#include "kvm/linux/files.h"

/* Is @name among the patterns of @line, which is changed? */
static bool listed(char *line, const char *name)
{
	char *rest = line, *word;

	while ((word = strtok_r(rest, " \t", &rest)) != NULL)
		if (fnmatch(word, name, 0) == 0)
			return true;
	return false;
}

char *not_modelled_reason(const char *headers, const char *name)
{
	char *path = text_format("%s/uvsim/not-modelled", headers), *text = file_read(path, NULL), *rest = text, *line;
	char *reason = text_copy(""), *longer;
	bool ended = false, found = false;

	while (!found && rest != NULL && (line = strsep(&rest, "\n")) != NULL) {
		if (line[0] == '=') {
			longer = text_format("%s%s%s", ended ? "" : reason, ended || reason[0] == '\0' ? "" : " ",
					     line + 1 + strspn(line + 1, " "));
			free(reason);
			reason = longer;
			ended = false;
		} else if (line[0] != '#' && line[0] != '\0') {
			ended = true;
			found = listed(line, name);
		}
	}
	free(text);
	free(path);
	if (found)
		return reason;
	free(reason);
	return NULL;
}
