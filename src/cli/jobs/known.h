/* SPDX-License-Identifier: MIT */
/* What is known of the probe of a job, and of the chip behind it: cli->board. */
#ifndef CLI_JOBS_KNOWN_H
#define CLI_JOBS_KNOWN_H

#include "cli/cli.h"
#include "cli/json.h"

/* Ask the session, which is connected. */
int known_learn(struct cli *cli) MUST_CHECK;

/* The member "probe". */
void known_json(const struct board *board, struct json *j);

#endif
