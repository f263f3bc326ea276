/* SPDX-License-Identifier: MIT */
/* Asking the person at the terminal to press the board's RESET button, or to switch its supply. */
#include "cli/cli.h"
#include "cli/system/system.h"

static void on_prompt(enum stflash_prompt what, unsigned int seconds, void *user)
{
	struct cli *cli = user;

	switch (what) {
	case STFLASH_PROMPT_HOLD_RESET:
		cli_say(cli,
			"stflash: no chip answers. Hold the board's RESET button down and keep it down "
			"(waiting %u s, Ctrl-C gives up)",
			seconds);
		break;
	case STFLASH_PROMPT_RELEASE_RESET:
		cli_say(cli, "stflash: the chip answers: let RESET go now");
		break;
	case STFLASH_PROMPT_CAUGHT:
		cli_say(cli, "stflash: caught before its first instruction");
		break;
	case STFLASH_PROMPT_POWER_CYCLE:
		cli_say(cli,
			"stflash: power the board off and on now, its whole supply: the chip protects until then "
			"(waiting %u s, Ctrl-C gives up)",
			seconds);
		break;
	}
}

void prompt_init(struct cli *cli)
{
	if (!cli->opt.quiet && system_is_terminal(stdin) && system_is_terminal(stderr))
		stflash_set_prompt(cli->session, on_prompt, cli);
}
