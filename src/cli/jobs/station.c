/* SPDX-License-Identifier: MIT */
#include "cli/jobs/station.h"

#include <stdlib.h>
#include <string.h>

#include "cli/commands/summary.h"
#include "cli/events.h"
#include "cli/jobs/job.h"
#include "cli/jobs/names.h"

struct station *station_open(const struct cli *run, const struct chosen *chosen)
{
	struct station *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->cli.opt = run->opt;
	s->cli.command = run->command;
	s->cli.words = run->words;
	s->cli.n_words = run->n_words;
	s->cli.shared = run->shared;
	s->cli.out = stdout;
	snprintf(s->label, sizeof(s->label), "%s", chosen->label);
	s->cli.label = *s->label ? s->label : NULL;
	if (!chosen->selector)
		return s;
	s->selector = strdup(chosen->selector);
	if (!s->selector) {
		free(s);
		return NULL;
	}
	s->cli.opt.probe = s->selector;
	return s;
}

void station_close(struct station *s)
{
	job_close(&s->cli);
	free(s->selector);
	free(s);
}

bool station_start(struct station *s, void (*work)(void *station))
{
	s->ended = false;
	s->thread = system_thread_start(work, s);
	return s->thread;
}

void station_join(struct station *s)
{
	if (s->thread)
		system_thread_join(s->thread);
	s->thread = NULL;
}

bool station_start_first(struct station *s, void (*work)(void *station))
{
	bool reached;

	if (!station_start(s, work)) {
		s->err = cli_fail(&s->cli, STFLASH_E_NO_MEMORY, "out of memory");
		return false;
	}
	shared_enter(&s->cli);
	while (!s->cli.reached && !s->ended)
		system_monitor_wait(s->cli.shared->monitor);
	reached = s->cli.reached;
	shared_leave(&s->cli);
	return reached;
}

void station_do(struct station *s)
{
	if (system_text_open(&s->results)) {
		s->err = cli_fail(&s->cli, STFLASH_E_NO_MEMORY, "out of memory");
		return;
	}
	s->cli.out = s->results.stream;
	s->err = job_run(&s->cli);
}

/* The end of the results, which stand together whatever other jobs do meanwhile. */
static void close_results(struct station *s, bool shown)
{
	struct cli *cli = &s->cli;

	if (!s->results.stream)
		return;
	system_text_close(&s->results);
	s->results.stream = NULL;
	cli->out = stdout;
	if (shown && s->results.text && s->results.len) {
		terminal_take(cli);
		if (cli->label && !cli->opt.json)
			printf("%s:\n", cli->label);
		fwrite(s->results.text, 1, s->results.len, stdout);
		fflush(stdout);
		terminal_give(cli);
	}
	free(s->results.text);
	s->results.text = NULL;
}

/* That standard output takes no more shows only in what it is given. */
void station_report(struct station *s)
{
	if (!s->err)
		close_results(s, true);
	s->status = job_report(&s->cli, s->err);
	close_results(s, true);
	event_end(&s->cli, s->status);
}

void station_forget(struct station *s)
{
	close_results(s, false);
	job_forget(&s->cli);
}

void station_say_verdict(struct station *s)
{
	struct cli *cli = &s->cli;
	const struct board *b = &cli->board;
	const char *const uid = b->known ? b->uid : "", *const comma = *uid ? ", " : "";
	char time[TIME_TEXT_MAX];

	time_text(time, cli->took_ms);
	if (s->status)
		cli_verdict(cli, false, "%s, %s%s%s", error_name(s->err ? s->err : STFLASH_E_FILE), time, comma, uid);
	else
		cli_verdict(cli, true, "%s, %s%s%s", cli->chip, time, comma, uid);
}

int status_with(int status, int more)
{
	if (!more || !status)
		return status ? status : more;
	return status == more ? status : exit_status(STFLASH_E_OTHER);
}
