/* SPDX-License-Identifier: MIT */
/* Files that are read. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli/cli.h"

/* All of a file, or of standard input for -; *data is to be freed. */
int input_read(struct cli *cli, const char *name, uint8_t **data, size_t *len) MUST_CHECK;

#endif
