/* SPDX-License-Identifier: MIT */
#include "cli/jobs/seen.h"

#include <stdlib.h>
#include <string.h>

#include "cli/jobs/shared.h"

/* A board by its unique id; clones may share one. */
struct seen {
	struct seen *next;
	char uid[UID_TEXT_MAX];
};

static bool was_seen(struct shared *shared, const char *uid)
{
	struct seen *seen = shared->seen;

	while (seen && strcmp(seen->uid, uid) != 0)
		seen = seen->next;
	if (seen)
		return true;
	seen = calloc(1, sizeof(*seen));
	if (seen) {
		snprintf(seen->uid, sizeof(seen->uid), "%s", uid);
		seen->next = shared->seen;
		shared->seen = seen;
	}
	return false;
}

void seen_meet(struct cli *cli)
{
	cli->met = true;
	if (!cli->opt.loop || !*cli->board.uid)
		return;
	shared_enter(cli);
	cli->repeated = was_seen(cli->shared, cli->board.uid);
	shared_leave(cli);
	if (cli->repeated)
		cli_note(cli,
			 "a board with the unique id %s was here before: it comes again, or another one shares its id",
			 cli->board.uid);
}

void seen_forget(struct shared *shared)
{
	while (shared->seen) {
		struct seen *const next = shared->seen->next;

		free(shared->seen);
		shared->seen = next;
	}
}
