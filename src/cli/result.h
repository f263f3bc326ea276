/* SPDX-License-Identifier: MIT */
/* The JSON object that a command puts among the results. */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

#include "cli/cli.h"
#include "cli/json.h"

/* Begins with the member "command". */
void result_open(const struct cli *cli, struct json *j);

/* Ends with the board, as far as it is known, and with result_end(). */
void result_close(const struct cli *cli, struct json *j);

/* Ends with files and warnings: of an object that tells more of its board itself, or has none. */
void result_end(const struct cli *cli, struct json *j);

#endif
