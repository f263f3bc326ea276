/* SPDX-License-Identifier: MIT */
/* The boards that --loop has seen. */
#ifndef CLI_JOBS_SEEN_H
#define CLI_JOBS_SEEN_H

#include "cli/cli.h"

/* The board is there, and its job begins: was it here before? */
void seen_meet(struct cli *cli);

/* For shared_close(). */
void seen_forget(struct shared *shared);

#endif
