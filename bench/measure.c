/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a command several times and tells how long it took and how much memory it had.
 *
 *	bench_measure RUNS COMMAND [ARGUMENT]...
 *
 * What the command writes to standard output is dropped. Prints one line, "MICROSECONDS KIBIBYTES CPU":
 * the median of the wall-clock times, the largest peak of resident memory, and the median of the processor
 * times, in microseconds, too. Exit status: that of the first run that fails, else 0.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS_MAX 1000

static long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int by_size(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return x < y ? -1 : x > y;
}

static void run_child(char **argv)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nowhere >= 0)
		dup2(nowhere, STDOUT_FILENO);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

static long of_timeval(struct timeval time)
{
	return time.tv_sec * 1000000 + time.tv_usec;
}

/* Run @argv once. Returns its exit status; the others are filled in. */
static int measure(char **argv, long *wall, long *cpu, long *peak)
{
	struct rusage usage;
	long begin = microseconds();
	pid_t child = fork();
	int status;

	if (child == 0)
		run_child(argv);
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		perror("bench_measure");
		exit(3);
	}
	*wall = microseconds() - begin;
	*cpu = of_timeval(usage.ru_utime) + of_timeval(usage.ru_stime);
	if (usage.ru_maxrss > *peak)
		*peak = usage.ru_maxrss;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0;
	long wall[RUNS_MAX], cpu[RUNS_MAX], peak = 0;

	if (runs < 1 || runs > RUNS_MAX) {
		fprintf(stderr, "usage: bench_measure RUNS COMMAND [ARGUMENT]...\n");
		return 2;
	}
	for (int i = 0; i < runs; i++) {
		int status = measure(argv + 2, &wall[i], &cpu[i], &peak);

		if (status != 0)
			return status;
	}
	qsort(wall, (size_t)runs, sizeof(*wall), by_size);
	qsort(cpu, (size_t)runs, sizeof(*cpu), by_size);
	printf("%ld %ld %ld\n", wall[runs / 2], peak, cpu[runs / 2]);
	return 0;
}
