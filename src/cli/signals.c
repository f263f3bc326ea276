/* SPDX-License-Identifier: MIT */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cli/system/system.h"

/* A handler has no other way to learn of these. It may run in any thread. */
static atomic_int caught;
static atomic_ulong caught_at_ms;
static _Atomic(struct signal_watch *) watches;

/* One cause may send two: the shell and the terminal, or a program to us and to our group. */
#define SAME_CAUSE_MS 500u

static void end_on_the_spot(int number)
{
	for (struct signal_watch *w = watches; w; w = w->next) {
		const char *const path = w->unfinished;
		void (*const act)(void *) = w->last_act;

		if (path)
			unlink(path);
		if (act)
			act(w->last_act_user);
	}
	_exit(128 + number);
}

static void on_signal(int number)
{
	const unsigned long now = (unsigned long)clock_ms();

	if (caught) {
		if (now - caught_at_ms >= SAME_CAUSE_MS)
			end_on_the_spot(number);
		return;
	}
	caught_at_ms = now;
	caught = number;
	for (struct signal_watch *w = watches; w; w = w->next)
		if (w->session)
			stflash_cancel(w->session);
}

void signals_begin(void)
{
	system_catch_signals(on_signal);
}

void signals_watch(struct signal_watch *w, struct stflash *session)
{
	w->session = session;
	w->next = watches;
	while (!atomic_compare_exchange_weak(&watches, &w->next, w))
		continue;
	signals_begin();
	if (caught)
		stflash_cancel(session);
}

void signals_end(void)
{
	watches = NULL;
}

void signals_remove(struct signal_watch *w, const char *path)
{
	w->unfinished = path;
}

void signals_last_act(struct signal_watch *w, void (*act)(void *user), void *user)
{
	w->last_act = (void (*)(void *))0; /* never one with the other's user */
	w->last_act_user = user;
	w->last_act = act;
}

int signals_caught(void)
{
	return caught;
}
