/* SPDX-License-Identifier: MIT */
/* Asking the person at the terminal to press the board's RESET button, or to switch its supply. */
#include "cli/cli.h"
#include "cli/signals.h"
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

#define THINK_S 3u
#define LOOK_MS 50u

static bool somebody_is_there(const struct cli *cli)
{
	return !cli->opt.quiet && system_is_terminal(stdin) && system_is_terminal(stderr);
}

unsigned int prompt_doubt(const char *sentence, void *user)
{
	struct cli *cli = user;

	(void)sentence; /* is in the log, and so on the screen */
	if (!somebody_is_there(cli) || cli->opt.given & OPTION_BIT(OPTION_YES))
		return 0;
	cli_say(cli, "stflash: writing it in %u s; Ctrl-C before that changes nothing (--yes does not wait)", THINK_S);
	return THINK_S * 1000;
}

int prompt_think_again(struct cli *cli, const char *sentence)
{
	uint64_t end;

	cli_warn(cli, "%s", sentence);
	end = clock_ms() + prompt_doubt(sentence, cli);
	while (!signals_caught() && clock_ms() < end)
		system_sleep(LOOK_MS);
	return signals_caught() ? cli_fail(cli, STFLASH_E_CANCELLED, "cancelled; nothing was changed") : 0;
}

void prompt_init(struct cli *cli)
{
	/* A hand can press one button, of a board that is there. */
	if (somebody_is_there(cli) && !cli->label && !cli->opt.wait)
		stflash_set_prompt(cli->session, on_prompt, cli);
}
