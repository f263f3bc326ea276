/* SPDX-License-Identifier: MIT */
#include "cli/jobs/loop.h"

#include <stdlib.h>
#include <string.h>

#include "cli/jobs/job.h"
#include "cli/jobs/looks.h"
#include "cli/jobs/shared.h"
#include "cli/system/system.h"

#define STARTS 3u /* of one job: contact may be lost once more before anything is changed */

static void count_board(struct station *s)
{
	struct shared *shared = s->cli.shared;

	shared_enter(&s->cli);
	shared->boards++;
	shared->failed += s->status != 0;
	shared->status = status_with(shared->status, s->status);
	shared_leave(&s->cli);
}

static void ring(struct cli *cli)
{
	if (cli->opt.quiet || !system_is_terminal(stderr))
		return;
	terminal_take(cli);
	fputc('\a', stderr);
	terminal_give(cli);
}

/* No board came: because time is up, because the probe went away, or for what is no matter of boards. */
static void end_without_board(struct station *s)
{
	if (!s->cli.reached || s->err == STFLASH_E_CANCELLED)
		return;
	if (looks_like_no_board(s->err)) {
		cli_say(&s->cli, "%s", s->cli.message);
		return;
	}
	station_report(s);
	shared_enter(&s->cli);
	s->cli.shared->status = status_with(s->cli.shared->status, s->status);
	shared_leave(&s->cli);
}

/* One board. False when none came, and none is to be waited for. */
static bool do_board(struct station *s)
{
	for (unsigned int start = 1;; start++) {
		station_forget(s);
		station_do(s);
		if (!s->cli.met) {
			end_without_board(s);
			return false;
		}
		if (!looks_like_no_board(s->err) || s->cli.changes || start == STARTS)
			break;
		cli_note(&s->cli, "contact was lost before anything was changed: looking again");
	}
	station_report(s);
	station_say_verdict(s);
	count_board(s);
	ring(&s->cli);
	return true;
}

static void do_boards(void *station)
{
	struct station *s = station;

	while (!signals_caught() && do_board(s)) {
		if (job_reader_is_gone(&s->cli)) {
			cli_say(&s->cli, "nobody reads standard output any more: no further board is taken");
			break;
		}
		if (signals_caught() || looks_wait_for_end(&s->cli))
			break;
		cli_say(&s->cli, "the board is gone: ready for the next");
	}
	shared_enter(&s->cli);
	s->ended = true;
	system_monitor_wake(s->cli.shared->monitor);
	shared_leave(&s->cli);
}

static bool has_ended(struct station *s)
{
	bool ended;

	shared_enter(&s->cli);
	ended = s->ended || !s->thread;
	shared_leave(&s->cli);
	return ended;
}

/* A probe that was plugged in: a new station, or the one that it had before. */
static void welcome(const struct cli *run, struct station **stations, const struct chosen *chosen)
{
	struct station **end = stations, *s;

	while (*end && strcmp((*end)->selector, chosen->selector) != 0)
		end = &(*end)->next;
	if (!*end)
		*end = station_open(run, chosen);
	s = *end;
	if (!s || !has_ended(s))
		return;
	station_join(s);
	s->cli.leaves = true;
	cli_detail(&s->cli, "the probe is here");
	station_start(s, do_boards);
}

/* -p all: probes come and go. */
static void watch_the_plugs(struct cli *run, struct station **stations)
{
	while (!signals_caught()) {
		struct chosen *chosen;
		size_t n;

		if (!which_find(run, &chosen, &n))
			for (size_t i = 0; i < n; i++)
				welcome(run, stations, &chosen[i]);
		which_free(chosen, n);
		looks_pause(PLUG_LOOK_MS);
	}
}

/* False when the words of the command make no sense, which the first says. */
static bool start_all(struct station *first, bool all)
{
	first->cli.leaves = all;
	if (!station_start_first(first, do_boards)) {
		station_join(first);
		first->cli.label = NULL;
		station_report(first);
		return false;
	}
	for (struct station *s = first->next; s; s = s->next) {
		s->cli.leaves = all;
		station_start(s, do_boards);
	}
	return true;
}

int loop_run(struct cli *run, struct station **stations)
{
	const bool all = which_are_all(run);
	const struct shared *shared = run->shared;

	if (*stations && !start_all(*stations, all))
		return (*stations)->status;
	if (all)
		watch_the_plugs(run, stations);
	for (struct station *s = *stations; s; s = s->next)
		station_join(s);
	cli_say(run, "%u board%s: %u passed, %u failed", shared->boards, plural(shared->boards),
		shared->boards - shared->failed, shared->failed);
	return signals_caught() ? exit_status(STFLASH_E_CANCELLED) : shared->status;
}
