/* SPDX-License-Identifier: MIT */
#include "cli/commands/protect.h"
#include "cli/cli.h"
#include "cli/commands/memory.h"
#include "cli/commands/options_text.h"

/* change() with the session connected; the old option bytes are kept first when --save asks for it. */
static int change_protection(struct cli *cli, int (*change)(struct cli *cli, struct stflash_options_report *report))
{
	struct stflash_options_report report = { .struct_size = sizeof(report) };
	struct output old;
	int err;

	err = options_keep_open(cli, &old);
	if (!err)
		err = cli_connect(cli);
	if (!err) {
		if (old.name)
			err = options_keep(cli, &old);
		cli->changes |= !err;
		err = cli_disconnect(cli, err ? err : change(cli, &report));
	}
	output_abandon(&old);
	if (err)
		return err;
	options_json_report(cli, &report);
	options_say_report(cli, &report);
	memory_say_forgetful(cli);
	return 0;
}

static int protect(struct cli *cli, struct stflash_options_report *report)
{
	return stflash_protect(cli->session, report);
}

int cmd_protect(struct cli *cli)
{
	const int err = cli_no_words(cli);

	return err ? err : change_protection(cli, protect);
}

int cmd_unprotect(struct cli *cli)
{
	const int err = cli_no_words(cli);

	if (err)
		return err;
	if (!(cli->opt.given & OPTION_BIT(OPTION_YES_ERASE)))
		return cli_usage(cli,
				 "removing read-out protection makes the chip erase its whole flash: say --yes-erase "
				 "when that is what you want; nothing was changed");
	return change_protection(cli, protect_lift);
}

int protect_lift(struct cli *cli, struct stflash_options_report *report)
{
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	int err;

	err = stflash_get_target_info(cli->session, &target);
	if (err)
		return err;
	if (target.rdp == STFLASH_RDP_LEVEL_1)
		cli_note(cli, "the chip is read-out protected: removing that makes it erase its whole flash, which may "
			      "take half a minute");
	return stflash_unprotect(cli->session, STFLASH_ALLOW_ERASE, report);
}

int protect_lift_to_write(struct cli *cli)
{
	struct stflash_options_report report = { .struct_size = sizeof(report) };
	int err;

	cli->changes = true;
	err = protect_lift(cli, &report);
	if (err || !report.changed)
		return err;
	cli_say(cli, "protection of %s removed%s", cli->chip, report.lifted_rdp ? "" : "; reset and running");
	options_say_outcome(cli, &report);
	if (!report.power_cycle)
		return 0;
	return stflash_wait_for_power_cycle(cli->session, cli->opt.probe, cli->opt.connect);
}
