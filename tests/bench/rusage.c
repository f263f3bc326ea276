/* SPDX-License-Identifier: MIT */
/* rusage FILE COMMAND...: runs the command and writes "STATUS CPU_MS MAX_RSS_KIB" to FILE. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long ms_of(struct timeval t)
{
	return t.tv_sec * 1000L + t.tv_usec / 1000L;
}

/* With vfork() the child would start with our peak of memory as its own; fork() leaves it a fresh count. */
static int run(char **command)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		execvp(command[0], command);
		fprintf(stderr, "rusage: %s: %s\n", command[0], strerror(errno));
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct rusage used;
	FILE *out;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: rusage FILE COMMAND...\n");
		return 2;
	}
	status = run(argv + 2);
	if (status < 0 || getrusage(RUSAGE_CHILDREN, &used)) {
		perror("rusage");
		return 1;
	}
	out = fopen(argv[1], "w");
	if (!out) {
		perror(argv[1]);
		return 1;
	}
	fprintf(out, "%d %ld %ld\n", status, ms_of(used.ru_utime) + ms_of(used.ru_stime), used.ru_maxrss);
	if (fclose(out)) {
		perror(argv[1]);
		return 1;
	}
	return status;
}
