/* SPDX-License-Identifier: MIT */
#include "cli/result.h"

#include "cli/jobs/board.h"

void result_open(const struct cli *cli, struct json *j)
{
	json_open(j, cli->out);
	json_string(j, "command", cli->command ? cli->command->name : "");
}

void result_close(const struct cli *cli, struct json *j)
{
	if (cli->label)
		board_json(&cli->board, j);
	json_close(j);
}
