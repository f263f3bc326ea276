/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "cli/result.h"

int cmd_reset(struct cli *cli)
{
	const bool halt = cli->opt.given & OPTION_BIT(OPTION_HALT);
	struct json j;
	int err;

	/* As openocd has it. */
	if (cli->n_words == 1 && (!strcmp(cli->words[0], "halt") || !strcmp(cli->words[0], "run")))
		return cli_usage(cli, "did you mean 'stflash reset --%s'?", cli->words[0]);
	err = cli_no_words(cli);
	if (err)
		return err;
	if (halt && cli->opt.given & OPTION_BIT(OPTION_RUN))
		return cli_usage(cli, "--halt and --run exclude each other");

	err = cli_connect(cli);
	if (err)
		return err;
	cli->changes = true;
	err = cli_disconnect(cli, stflash_reset(cli->session, halt ? STFLASH_RESET_HALT : STFLASH_RESET_RUN));
	if (err)
		return err;

	if (cli->opt.json) {
		result_open(cli, &j);
		json_bool(&j, "ok", true);
		json_string(&j, "core", halt ? "halted" : "running");
		result_close(cli, &j);
	}
	cli_say(cli, "%s reset, the core %s", cli->chip, halt ? "is halted before its first instruction" : "runs");
	return 0;
}
