/* SPDX-License-Identifier: MIT */
/* A command on several probes at once. */
#ifndef CLI_JOBS_JOBS_H
#define CLI_JOBS_JOBS_H

#include "cli/cli.h"

/*
 * A job and a thread for each probe. Returns the exit status: 0 when all are done, else that which all failures share,
 * else 1; that of the signal when one ended a job.
 */
int jobs_run(struct cli *cli);

#endif
