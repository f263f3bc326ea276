/* SPDX-License-Identifier: MIT */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/* A handler has no other way to learn of these. */
static volatile sig_atomic_t caught;
static struct stflash *volatile watched;
static const char *volatile unfinished;
static struct timespec caught_at;

/* One cause may send two: the shell and the terminal, or a program to us and to our group. */
#define SAME_CAUSE_MS 500

static bool is_same_cause(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - caught_at.tv_sec) * 1000 + (now.tv_nsec - caught_at.tv_nsec) / 1000000 < SAME_CAUSE_MS;
}

static void on_signal(int number)
{
	if (caught) {
		if (is_same_cause())
			return;
		if (unfinished)
			unlink(unfinished);
		_exit(128 + number);
	}
	clock_gettime(CLOCK_MONOTONIC, &caught_at);
	caught = number;
	if (watched)
		stflash_cancel(watched);
}

/* A signal that the parent had ignored (nohup) stays ignored. */
static void catch_signal(int number)
{
	struct sigaction old;
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		return;
	sigfillset(&action.sa_mask); /* one handler at a time */
	sigaction(number, &action, NULL);
}

void signals_watch(struct stflash *session)
{
	watched = session;
	if (!session)
		return;

	catch_signal(SIGINT);
	catch_signal(SIGTERM);
	catch_signal(SIGHUP);
	/* A reader that went away is an error of write(), told in words, not a death with the target halted. */
	signal(SIGPIPE, SIG_IGN);
}

void signals_remove(const char *path)
{
	unfinished = path;
}

int signals_caught(void)
{
	return caught;
}
