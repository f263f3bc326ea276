/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a board, and for its end. Contacts bounce while a board is put on its needles or taken away: what three
 * looks in a row agree on is believed.
 */
#ifndef CLI_JOBS_LOOKS_H
#define CLI_JOBS_LOOKS_H

#include "cli/cli.h"

/*
 * Wait until a board is there, as long as --wait says; the session is connected then and cli->board known. A failure
 * that is not for want of a probe or a chip is returned once it stays the same.
 */
int looks_wait_for_board(struct cli *cli) MUST_CHECK;

/* Wait until the board of cli->board is gone, or another one is there; not connected. STFLASH_E_CANCELLED. */
int looks_wait_for_end(struct cli *cli) MUST_CHECK;

#define PLUG_LOOK_MS 500u /* between two looks for probes that were plugged in */

/* So long, but for a signal. */
void looks_pause(unsigned int ms);

/* Does this failure say that there is nothing to work on, or that contact with it was lost? */
bool looks_like_no_board(int err);

/* Does it say that there is a board, but one that is of no use? */
bool looks_like_bad_board(int err);

#endif
