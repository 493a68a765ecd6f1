/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of scenario/, and holds what they share.
 */
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_file(char *path, const char *text, size_t length)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, length), (ssize_t)length);
	close(fd);
}

/* Replace @path in the messages by F. */
static void shorten(struct messages *messages, const char *path)
{
	for (size_t i = 0; i < messages->count; i++) {
		char *text = messages->text[i], *at;

		while ((at = strstr(text, path))) {
			*at = 'F';
			memmove(at + 1, at + strlen(path), strlen(at + strlen(path)) + 1);
		}
	}
}

struct loaded_text load_scenario(const char *text, size_t length, const char *const *sets,
				 size_t set_count)
{
	char path[] = "/tmp/uvsim-test-XXXXXX";
	struct loaded_text loaded = { 0 };

	write_file(path, text, length);
	loaded.scenario = scenario_load(path, sets, set_count, &loaded.messages);
	unlink(path);
	shorten(&loaded.messages, path);
	return loaded;
}

struct loaded_text load_profile(const char *text)
{
	char path[] = "/tmp/uvsim-test-XXXXXX";
	struct loaded_text loaded = { 0 };

	write_file(path, text, strlen(text));
	loaded.profile = profile_load(path, &loaded.messages);
	unlink(path);
	shorten(&loaded.messages, path);
	return loaded;
}

void loaded_free(struct loaded_text *loaded)
{
	scenario_free(loaded->scenario);
	profile_free(loaded->profile);
	messages_free(&loaded->messages);
}

void expect_messages(const struct loaded_text *loaded, const char *expected)
{
	char all[16384] = "";
	size_t length = 0;

	for (size_t i = 0; i < loaded->messages.count; i++)
		length += (size_t)snprintf(all + length, sizeof(all) - length, "%s%s",
					   i ? "\n" : "", loaded->messages.text[i]);
	ck_assert_str_eq(all, expected);
}

const char *scenario_text(const char *host, const char *vm, const char *rest)
{
	static char text[4096];

	snprintf(text, sizeof(text),
		 "uvsim: 1\n"
		 "host:\n"
		 "  memory: 16GiB\n"
		 "%s"
		 "vms:\n"
		 "  - name: vm0\n"
		 "    memory: 1GiB\n"
		 "%s"
		 "%s",
		 host ? host : "", vm ? vm : "    program: [boot]\n", rest ? rest : "");
	return text;
}

int main(void)
{
	static Suite *(*const suites[])(void) = { unit_suite,	node_suite,    diag_suite,
						  values_suite, errors_suite,  set_suite,
						  expect_suite, profile_suite, processes_suite,
						  shipped_suite, faults_suite };

	return RUN_SUITES_FORKED(suites);
}
