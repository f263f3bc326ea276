/* SPDX-License-Identifier: MIT */
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/memory.h"
#include "cli/options_text.h"
#include "cli/protect.h"
#include "cli/signals.h"

#define POWER_CYCLE_MS 60000u
#define POWER_LOOK_NS  500000000

static int finish(struct cli *cli, int err, const struct stflash_options_report *report)
{
	err = cli_disconnect(cli, err);
	if (err)
		return err;
	options_json_report(cli, report);
	options_say_report(cli, report);
	memory_say_forgetful(cli);
	return 0;
}

static int keep_when_asked(struct cli *cli)
{
	return cli->opt.save ? options_keep(cli) : 0;
}

int cmd_protect(struct cli *cli)
{
	struct stflash_options_report report;
	int err;

	err = cli_no_words(cli);
	if (!err)
		err = cli_connect(cli);
	if (err)
		return err;
	err = keep_when_asked(cli);
	if (!err)
		err = stflash_protect(cli->session, &report);
	return finish(cli, err, &report);
}

int cmd_unprotect(struct cli *cli)
{
	struct stflash_options_report report;
	int err;

	err = cli_no_words(cli);
	if (err)
		return err;
	if (!(cli->opt.given & OPTION_BIT(OPTION_YES_ERASE)))
		return cli_usage(cli,
				 "lifting read-out protection makes the chip erase its whole flash: say --yes-erase "
				 "when that is what you want; nothing was changed");
	err = cli_connect(cli);
	if (err)
		return err;
	err = keep_when_asked(cli);
	if (!err)
		err = protect_lift(cli, &report);
	return finish(cli, err, &report);
}

int protect_lift(struct cli *cli, struct stflash_options_report *report)
{
	struct stflash_target_info target;
	int err;

	err = stflash_get_target_info(cli->session, &target);
	if (err)
		return err;
	if (target.rdp == STFLASH_RDP_LEVEL_1)
		cli_say(cli,
			"the chip is read-out protected: lifting that makes it erase its whole flash, which may take "
			"half a minute");
	return stflash_unprotect(cli->session, STFLASH_ALLOW_ERASE, report);
}

static int still_protected(struct cli *cli)
{
	return cli_fail(
		cli, STFLASH_E_PROTECTED,
		"the protection is lifted, but this chip goes on protecting until its supply was off: power the board "
		"off and on, then run the same command again");
}

static bool is_open(struct cli *cli)
{
	const enum stflash_connect how =
		cli->opt.connect == STFLASH_CONNECT_AUTO ? STFLASH_CONNECT_NORMAL : cli->opt.connect;
	struct stflash_target_info target;

	return !stflash_connect(cli->session, cli->opt.probe, how) && !stflash_get_target_info(cli->session, &target) &&
	       target.rdp == STFLASH_RDP_NONE;
}

/* No probe can switch the board's supply: ask the person at the terminal, where there is one. */
static int wait_for_power_cycle(struct cli *cli)
{
	const uint64_t deadline = clock_ms() + POWER_CYCLE_MS;
	const struct timespec pause = { .tv_nsec = POWER_LOOK_NS };

	if (cli->opt.quiet || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return still_protected(cli);
	cli_say(cli,
		"stflash: power the board off and on now, its whole supply: the chip protects until then (waiting "
		"%u s, Ctrl-C gives up)",
		POWER_CYCLE_MS / 1000);
	while (clock_ms() < deadline && !signals_caught()) {
		stflash_disconnect(cli->session);
		nanosleep(&pause, NULL);
		if (is_open(cli))
			return 0;
	}
	return still_protected(cli);
}

int protect_lift_to_write(struct cli *cli)
{
	struct stflash_options_report report;
	int err;

	err = protect_lift(cli, &report);
	if (err || !report.changed)
		return err;
	cli_say(cli, "protection lifted; %s", options_outcome(&report));
	return report.power_cycle ? wait_for_power_cycle(cli) : 0;
}
