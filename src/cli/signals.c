/* SPDX-License-Identifier: MIT */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* A handler has no other way to learn of these. */
static volatile sig_atomic_t caught;
static struct stflash *volatile watched;
static const char *volatile unfinished;

static void on_signal(int number)
{
	if (caught) {
		if (unfinished)
			unlink(unfinished);
		_exit(128 + number);
	}
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
	sigemptyset(&action.sa_mask);
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
