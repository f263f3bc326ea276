/* SPDX-License-Identifier: MIT */
/* The probe of a job, and the chip behind it. */
#ifndef CLI_JOBS_BOARD_H
#define CLI_JOBS_BOARD_H

#include "cli/cli.h"
#include "cli/json.h"

/* cli_connect() where the board must be known in any case. */
int board_know(struct cli *cli) MUST_CHECK;

/* Connect and find out, whatever is expected; connected when that is known. */
int board_look(struct cli *cli) MUST_CHECK;

/* The member "probe". */
void board_json(const struct board *board, struct json *j);

#endif
