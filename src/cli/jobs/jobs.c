/* SPDX-License-Identifier: MIT */
#include "cli/jobs/jobs.h"

#include "cli/jobs/job.h"
#include "cli/jobs/looks.h"
#include "cli/jobs/loop.h"
#include "cli/jobs/names.h"
#include "cli/jobs/station.h"

/* The thread of a job. One that never came to its probe may have failed for what is wrong with all of them. */
static void do_once(void *station)
{
	struct station *s = station;

	station_do(s);
	if (s->cli.reached) {
		station_report(s);
		station_say_verdict(s);
	}
	shared_enter(&s->cli);
	s->ended = true;
	names_settle(&s->cli);
	shared_leave(&s->cli);
}

/* A job without a thread has failed like any other. */
static void start_once(struct station *s)
{
	if (station_start(s, do_once))
		return;
	s->err = cli_fail(&s->cli, STFLASH_E_NO_MEMORY, "out of memory");
	station_report(s);
	shared_enter(&s->cli);
	names_settle(&s->cli);
	shared_leave(&s->cli);
}

/* 0 when all are done, else what all failures share, else 1; a signal that ended one of them counts more. */
static int end_of_all(struct cli *run, const struct station *first)
{
	size_t n = 0, failed = 0;
	int status = 0;
	bool cancelled = false;

	for (const struct station *s = first; s; s = s->next) {
		n++;
		failed += s->status != 0;
		cancelled |= s->err == STFLASH_E_CANCELLED;
		status = status_with(status, s->status);
	}
	cli_say(run, "%zu board%s: %zu passed, %zu failed", n, plural(n), n - failed, failed);
	return cancelled ? exit_status(STFLASH_E_CANCELLED) : status;
}

static int run_once(struct cli *run, struct station *first, size_t n)
{
	run->shared->n_jobs = (unsigned int)n;
	if (!station_start_first(first, do_once)) {
		station_join(first);
		first->cli.label = NULL;
		station_report(first);
		return first->status;
	}
	for (struct station *s = first->next; s; s = s->next)
		start_once(s);
	for (struct station *s = first; s; s = s->next)
		station_join(s);
	return end_of_all(run, first);
}

static void close_stations(struct station *s)
{
	signals_end();
	while (s) {
		struct station *const next = s->next;

		station_close(s);
		s = next;
	}
}

static int open_stations(struct cli *run, const struct chosen *chosen, size_t n, struct station **first)
{
	struct station **end = first;

	*first = NULL;
	for (size_t i = 0; i < n; i++) {
		*end = station_open(run, &chosen[i]);
		if (!*end)
			return cli_fail(run, STFLASH_E_NO_MEMORY, "out of memory");
		end = &(*end)->next;
	}
	return 0;
}

bool jobs_are_meant(const struct cli *cli)
{
	return which_are_several(cli) || cli->opt.loop;
}

/* With --wait, -p all waits for a probe; whichever comes first are all. */
static int find_or_wait(struct cli *run, struct chosen **chosen, size_t *n)
{
	const uint64_t end = clock_ms() + UINT64_C(1000) * run->opt.wait_s;
	int err = which_find(run, chosen, n);

	if (err == STFLASH_E_NO_PROBE && run->opt.wait)
		cli_say(run, "waiting for a probe");
	while (err == STFLASH_E_NO_PROBE && run->opt.wait && (!run->opt.wait_s || clock_ms() < end)) {
		which_free(*chosen, *n);
		*chosen = NULL;
		*n = 0;
		looks_pause(PLUG_LOOK_MS);
		if (signals_caught())
			return cli_fail(run, STFLASH_E_CANCELLED, "cancelled while a probe was waited for");
		err = which_find(run, chosen, n);
	}
	return err;
}

int jobs_run(struct cli *run)
{
	struct station *first = NULL;
	struct chosen *chosen;
	size_t n;
	int status = 0;
	int err;

	signals_begin();
	err = find_or_wait(run, &chosen, &n);
	if (!err)
		err = open_stations(run, chosen, n, &first);
	if (!err)
		status = run->opt.loop ? loop_run(run, &first) : run_once(run, first, n);
	close_stations(first);
	which_free(chosen, n);
	return err ? job_finish(run, err) : status;
}
