/* SPDX-License-Identifier: MIT */
#include "cli/jobs/connect.h"

#include "cli/events.h"
#include "cli/jobs/board.h"
#include "cli/jobs/expect.h"
#include "cli/jobs/known.h"
#include "cli/jobs/looks.h"
#include "cli/jobs/seen.h"
#include "cli/jobs/shared.h"

/* The words of the command made sense: now the probe has its turn. */
static void say_reached(struct cli *cli)
{
	shared_enter(cli);
	cli->reached = true;
	system_monitor_wake(cli->shared->monitor);
	shared_leave(cli);
}

/* A board that cannot be used has come all the same. */
static int wait_for_board(struct cli *cli)
{
	const int err = looks_wait_for_board(cli);

	cli->done[0] = '\0'; /* what was said of the waiting */
	if (!err || looks_like_bad_board(err))
		seen_meet(cli);
	return err;
}

static int connect_and_learn(struct cli *cli, bool must_know)
{
	int err = 0;

	if (!cli->connected) {
		say_reached(cli);
		cli_prepare(cli);
		cli->expected = false;
		err = cli->opt.wait ? wait_for_board(cli) : board_connect(cli);
	}
	if (err)
		return err;
	if (must_know && !cli->board.known)
		err = known_learn(cli);
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

int connect_and_know(struct cli *cli)
{
	return connect_and_learn(cli, true);
}
