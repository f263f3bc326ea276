/* SPDX-License-Identifier: MIT */
#include "cli/jobs/board.h"

#include <string.h>

#include "cli/jobs/known.h"

void cli_prepare(struct cli *cli)
{
	stflash_set_speed(cli->session, cli->opt.speed_khz);
	stflash_set_flash_size(cli->session, cli->opt.flash_kib);
	prompt_init(cli);
}

int board_connect(struct cli *cli)
{
	const char *chip;
	int err;

	cli->board.known = false;
	err = stflash_connect(cli->session, cli->opt.probe, cli->opt.connect);
	chip = stflash_chip_name(cli->session);
	snprintf(cli->chip, sizeof(cli->chip), "%.*s", (int)strcspn(chip, " "), chip);
	cli->connected = !err;
	return err;
}

int board_look(struct cli *cli)
{
	int err;

	err = board_connect(cli);
	if (!err)
		err = known_learn(cli);
	return err && cli->connected ? cli_disconnect(cli, err) : err;
}

int cli_disconnect(struct cli *cli, int err)
{
	int late;

	/* The first failure is the one to report, whatever goes wrong on the way out. */
	if (err && !*cli->message)
		cli_fail(cli, err, "%s", stflash_errmsg(cli->session));
	cli->connected = false;
	late = stflash_disconnect(cli->session);
	if (!err)
		return late;
	if (late && late != err)
		cli_warn(cli, "the target may not be as it was: %s", stflash_errmsg(cli->session));
	return err;
}
