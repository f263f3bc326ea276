/* SPDX-License-Identifier: MIT */
/* The probe of a job, and the chip behind it. */
#ifndef CLI_JOBS_BOARD_H
#define CLI_JOBS_BOARD_H

#include "cli/cli.h"

/* Connect; whatever is expected. */
int board_connect(struct cli *cli) MUST_CHECK;

/* The same, and find out which it is; connected when that is known. */
int board_look(struct cli *cli) MUST_CHECK;

#endif
