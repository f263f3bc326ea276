/* SPDX-License-Identifier: MIT */
#include "cli/result.h"

#include "cli/jobs/known.h"
#include "cli/ledger.h"

void result_open(const struct cli *cli, struct json *j)
{
	json_open(j, cli->out);
	json_string(j, "command", cli->command ? cli->command->name : "");
}

void result_close(const struct cli *cli, struct json *j)
{
	const struct board *b = &cli->board;

	if (*b->path || *b->serial)
		known_json(b, j);
	if (b->known) {
		json_string(j, "chip", b->chip);
		json_string(j, "uid", b->uid);
	}
	result_end(cli, j);
}

void result_end(const struct cli *cli, struct json *j)
{
	ledger_json(cli, j);
	json_close(j);
}
