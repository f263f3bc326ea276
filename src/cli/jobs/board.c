/* SPDX-License-Identifier: MIT */
#include "cli/jobs/board.h"

#include <string.h>

#include "cli/events.h"
#include "cli/jobs/expect.h"
#include "cli/jobs/looks.h"
#include "cli/jobs/loop.h"
#include "cli/jobs/shared.h"
#include "cli/words.h"

void cli_prepare(struct cli *cli)
{
	stflash_set_speed(cli->session, cli->opt.speed_khz);
	stflash_set_flash_size(cli->session, cli->opt.flash_kib);
	prompt_init(cli);
}

/* The words of the command made sense: now the probe has its turn. */
static void say_reached(struct cli *cli)
{
	shared_enter(cli);
	cli->reached = true;
	system_monitor_wake(cli->shared->monitor);
	shared_leave(cli);
}

static int board_learn(struct cli *cli)
{
	struct stflash_probe_info probe = { .struct_size = sizeof(probe) };
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	struct board *b = &cli->board;
	int err;

	err = stflash_get_probe_info(cli->session, &probe);
	if (err)
		return err;
	/* What was there before must not pass for what is there now. */
	*b = (struct board){ .known = false };
	snprintf(b->serial, sizeof(b->serial), "%s", probe.serial);
	snprintf(b->path, sizeof(b->path), "%s", probe.path);
	snprintf(b->model, sizeof(b->model), "%s", probe.model);
	err = stflash_get_target_info(cli->session, &target);
	if (err)
		return err;
	snprintf(b->chip, sizeof(b->chip), "%s", target.name);
	uid_text(b->uid, target.uid);
	b->dev_id = target.dev_id;
	b->flash_size = target.flash_size_guessed ? 0 : target.flash_size;
	b->known = true;
	return 0;
}

static int connect_probe(struct cli *cli)
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

	err = connect_probe(cli);
	if (!err)
		err = board_learn(cli);
	return err && cli->connected ? cli_disconnect(cli, err) : err;
}

/* A board that cannot be used has come all the same. */
static int wait_for_board(struct cli *cli)
{
	const int err = looks_wait_for_board(cli);

	cli->done[0] = '\0'; /* what was said of the waiting */
	if (!err || looks_like_bad_board(err))
		loop_meet(cli);
	return err;
}

static int connect_and_learn(struct cli *cli, bool must_know)
{
	int err = 0;

	if (!cli->connected) {
		say_reached(cli);
		cli_prepare(cli);
		cli->expected = false;
		err = cli->opt.wait ? wait_for_board(cli) : connect_probe(cli);
	}
	if (err)
		return err;
	if (must_know && !cli->board.known)
		err = board_learn(cli);
	if (!err && cli->opt.expect && !cli->expected)
		err = expect_check(cli);
	cli->expected = !err;
	if (err)
		return cli_disconnect(cli, err);
	if (!cli->begun)
		event_begin(cli);
	return 0;
}

int cli_connect(struct cli *cli)
{
	return connect_and_learn(cli, cli->label || cli->opt.expect || cli->opt.record || cli->opt.json);
}

int board_know(struct cli *cli)
{
	return connect_and_learn(cli, true);
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

void board_json(const struct board *board, struct json *j)
{
	json_begin(j, "probe");
	json_string(j, "serial", board->serial);
	json_string(j, "path", board->path);
	json_string(j, "model", board->model);
	json_end(j);
}
