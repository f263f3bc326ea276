/* SPDX-License-Identifier: MIT */
/*
 * Ctrl-C and the like: the first asks the session to end cleanly, another,
 * half a second or more later ends the process on the spot.
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include "stflash.h"

/* From now on signals cancel this session; NULL: they do nothing but be noted. */
void signals_watch(struct stflash *session);

/* A file to be removed by the second signal; NULL: none. */
void signals_remove(const char *path);

/* What is to be done before the second signal ends the process, as far as a signal handler may; NULL: nothing. */
void signals_last_act(void (*act)(void *user), void *user);

/* The signal that came, 0 when none did. */
int signals_caught(void);

#endif
