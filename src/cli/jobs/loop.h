/* SPDX-License-Identifier: MIT */
/* --loop: one board after the other, at each probe. */
#ifndef CLI_JOBS_LOOP_H
#define CLI_JOBS_LOOP_H

#include "cli/jobs/station.h"

/* Until a signal comes, or no board for as long as --wait says; with -p all probes come and go. The exit status. */
int loop_run(struct cli *run, struct station **stations);

#endif
