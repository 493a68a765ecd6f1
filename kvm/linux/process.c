/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child processes: the compiler, tar. Always without a shell and in the C locale, so that their
 * messages can be read.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kvm/linux/files.h"

extern char **environ;

/* The environment with LC_ALL=C. The strings belong to the process; the list is the caller's. */
static char **plain_environment(void)
{
	size_t n = 0, used = 0;
	char **env;

	while (environ[n] != NULL)
		n++;
	env = calloc(n + 2, sizeof(*env));
	if (env == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (strncmp(environ[i], "LC_ALL=", 7) != 0)
			env[used++] = environ[i];
	}
	env[used] = (char *)"LC_ALL=C";
	return env;
}

int process_run(char *const argv[], const char *cwd, const char *log)
{
	posix_spawn_file_actions_t actions;
	char **env = plain_environment();
	int error, status;
	pid_t pid;

	if (env == NULL)
		return -ENOMEM;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0666);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	if (cwd != NULL)
		posix_spawn_file_actions_addchdir_np(&actions, cwd);
	error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	free(env);
	if (error != 0)
		return -error;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

char *process_find(const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/') != NULL)
		return file_is_regular(name) && access(name, X_OK) == 0 ? text_copy(name) : NULL;
	while (path != NULL && *path != '\0') {
		size_t n = strcspn(path, ":");
		char *full = text_format("%.*s/%s", (int)n, path, name);

		if (file_is_regular(full) && access(full, X_OK) == 0)
			return full;
		free(full);
		path += n + (path[n] == ':');
	}
	return NULL;
}
