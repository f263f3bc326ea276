/* SPDX-License-Identifier: MIT */
/* --record FILE: a line a board, CSV or JSON by the ending of the name, on the disk before anything is called done. */
#ifndef CLI_JOBS_RECORD_H
#define CLI_JOBS_RECORD_H

#include "cli/cli.h"

/* Can it be written? STFLASH_E_FILE. Nothing without --record. */
int record_check(struct cli *cli) MUST_CHECK;

/* The line of a job that has ended with err, whose sentence is message. */
int record_put(struct cli *cli, int err, const char *message) MUST_CHECK;

#endif
