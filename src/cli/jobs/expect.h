/* SPDX-License-Identifier: MIT */
/* --expect CHIP: work on no other chip. */
#ifndef CLI_JOBS_EXPECT_H
#define CLI_JOBS_EXPECT_H

#include "cli/cli.h"

/* STFLASH_E_ARG when no chip that is supported has that name. */
int expect_parse(struct cli *cli, const char *word) MUST_CHECK;

/* STFLASH_E_ARG when the chip of cli->board, which is known, is another one. */
int expect_check(struct cli *cli) MUST_CHECK;

#endif
