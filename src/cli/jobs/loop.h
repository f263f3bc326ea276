/* SPDX-License-Identifier: MIT */
/* --loop: one board after the other, at each probe. */
#ifndef CLI_JOBS_LOOP_H
#define CLI_JOBS_LOOP_H

#include "cli/jobs/station.h"

/* Until a signal comes, or no board for as long as --wait says; with -p all probes come and go. The exit status. */
int loop_run(struct cli *run, struct station **stations);

/* The board is there, and its job begins: was it here before? */
void loop_meet(struct cli *cli);

/* For shared_close(). */
void loop_forget_seen(struct shared *shared);

#endif
