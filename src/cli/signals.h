/* SPDX-License-Identifier: MIT */
/*
 * Ctrl-C and the like: the first asks all sessions to end cleanly, another,
 * half a second or more later ends the process on the spot.
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdatomic.h>

#include "stflash.h"

/* What a signal has to do with one job. All zero: nothing. */
struct signal_watch {
	_Atomic(struct stflash *) session;
	_Atomic(const char *) unfinished;
	_Atomic(void (*)(void *)) last_act;
	_Atomic(void *) last_act_user;
	struct signal_watch *next;
};

/* From now on signals are noted. */
void signals_begin(void);

/* And they cancel this session; one that came before does at once. w and session stay until signals_end().
 */
void signals_watch(struct signal_watch *w, struct stflash *session);

/* The jobs are over: signals do nothing but be noted. */
void signals_end(void);

/* A file to be removed by the second signal; NULL: none. */
void signals_remove(struct signal_watch *w, const char *path);

/* What is to be done before the second signal ends the process, as far as a signal handler may; NULL: nothing. */
void signals_last_act(struct signal_watch *w, void (*act)(void *user), void *user);

/* The signal that came, 0 when none did. */
int signals_caught(void);

#endif
