/* SPDX-License-Identifier: MIT */
/* The JSON object that a command puts among the results. */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

#include "cli/cli.h"
#include "cli/json.h"

/* Begins with the member "command". */
void result_open(const struct cli *cli, struct json *j);

/* Ends with the member "probe" where there are several jobs. */
void result_close(const struct cli *cli, struct json *j);

#endif
