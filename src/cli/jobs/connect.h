/* SPDX-License-Identifier: MIT */
/* Connecting as the options say: with a board that is waited for, and one that is expected. */
#ifndef CLI_JOBS_CONNECT_H
#define CLI_JOBS_CONNECT_H

#include "cli/cli.h"

/* cli_connect() where the board must be known in any case. */
int connect_and_know(struct cli *cli) MUST_CHECK;

#endif
