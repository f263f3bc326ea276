/* SPDX-License-Identifier: MIT */
/* The plan of a write: a line a step, and a picture of what it touches. With -v and --dry-run. */
#ifndef CLI_COMMANDS_PLAN_VIEW_H
#define CLI_COMMANDS_PLAN_VIEW_H

#include "cli/cli.h"
#include "cli/commands/map.h"

struct plan_view {
	struct cli *cli;
	struct map map;
};

/* The session is connected; o gets the callback. End it whatever came of the beginning. */
int plan_view_begin(struct plan_view *v, struct cli *cli, struct stflash_write_options *o) MUST_CHECK;
void plan_view_end(struct plan_view *v, bool draw);

#endif
