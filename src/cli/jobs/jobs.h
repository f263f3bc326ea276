/* SPDX-License-Identifier: MIT */
/* A command on several probes at once, or on one board after the other. */
#ifndef CLI_JOBS_JOBS_H
#define CLI_JOBS_JOBS_H

#include "cli/cli.h"

/* Or is it one job? */
bool jobs_are_meant(const struct cli *cli);

/*
 * A job and a thread for each probe. Returns the exit status: 0 when all are done, else that which all failures share,
 * else 1; that of the signal when one ended a job.
 */
int jobs_run(struct cli *run);

#endif
