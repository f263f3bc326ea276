/* SPDX-License-Identifier: MIT */
/* Names of files that jobs make: {serial}, {uid} and {path} in them stand for the board. */
#ifndef CLI_JOBS_NAMES_H
#define CLI_JOBS_NAMES_H

#include "cli/jobs/shared.h"

/*
 * The name that *name becomes for this job, before anything is done to the chip; connects where that depends on it.
 * Two jobs never get the same one: both fail then. *name is the job's, until job_close(). NULL stays NULL.
 */
int name_take(struct cli *cli, const char **name) MUST_CHECK;

/* The same for a file that is only read: jobs may have one together. */
int name_fill_in(struct cli *cli, const char **name) MUST_CHECK;

/* For job_close(), and shared_close(). */
void names_forget(struct cli *cli);
void names_forget_claims(struct shared *shared);

/* Entered: this job makes no file, or has ended. */
void names_settle(struct cli *cli);

#endif
