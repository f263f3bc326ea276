/* SPDX-License-Identifier: MIT */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "cli/system/system.h"

/* A handler has no other way to learn of these. */
static volatile sig_atomic_t caught;
static struct stflash *volatile watched;
static const char *volatile unfinished;
static uint64_t caught_at_ms;
static void (*volatile last_act)(void *user);
static void *volatile last_act_user;

/* One cause may send two: the shell and the terminal, or a program to us and to our group. */
#define SAME_CAUSE_MS 500u

static void on_signal(int number)
{
	if (caught) {
		if (clock_ms() - caught_at_ms < SAME_CAUSE_MS)
			return;
		if (unfinished)
			unlink(unfinished);
		if (last_act)
			last_act(last_act_user);
		_exit(128 + number);
	}
	caught_at_ms = clock_ms();
	caught = number;
	if (watched)
		stflash_cancel(watched);
}

void signals_watch(struct stflash *session)
{
	watched = session;
	if (session)
		system_catch_signals(on_signal);
}

void signals_remove(const char *path)
{
	unfinished = path;
}

void signals_last_act(void (*act)(void *user), void *user)
{
	last_act = NULL; /* never one with the other's user */
	last_act_user = user;
	last_act = act;
}

int signals_caught(void)
{
	return caught;
}
