/* SPDX-License-Identifier: MIT */
/* A command on one probe, from the session to the exit status. */
#ifndef CLI_JOBS_JOB_H
#define CLI_JOBS_JOB_H

#include "cli/cli.h"

/* Make the session and run the command. cli->shared is there, and the words and options make sense. */
int job_run(struct cli *cli) MUST_CHECK;

/* The one place where a failure is reported; err may be 0. Returns the exit status. */
int job_report(struct cli *cli, int err) MUST_CHECK;

/* The same where nothing of this job comes after it. */
int job_finish(struct cli *cli, int err) MUST_CHECK;

/* Are there results that nobody reads, since the other end of the pipe was closed? */
bool job_reader_is_gone(const struct cli *cli);

/* Nothing is left of the job but the session: another one can be done. */
void job_forget(struct cli *cli);

/* Behind signals_end(). */
void job_close(struct cli *cli);

#endif
