/* SPDX-License-Identifier: MIT */
#include "cli/jobs/jobs.h"

#include <stdlib.h>

#include "cli/commands/summary.h"
#include "cli/jobs/job.h"
#include "cli/jobs/names.h"
#include "cli/jobs/which.h"
#include "cli/words.h"

struct job {
	struct cli cli;
	struct system_text results;
	struct system_thread *thread; /* NULL: none was started */
	int err;
	int status; /* of the exit */
	bool ended;
};

/* Results of one job stand together, whatever the others do meanwhile. */
static void put_results(struct job *job)
{
	struct cli *cli = &job->cli;

	system_text_close(&job->results);
	cli->out = stdout;
	terminal_take(cli);
	if (job->results.text && job->results.len) {
		if (cli->label && !cli->opt.json)
			printf("%s:\n", cli->label);
		fwrite(job->results.text, 1, job->results.len, stdout);
	}
	terminal_give(cli);
	free(job->results.text);
	job->results.text = NULL;
}

/* Standard output may be full only when it gets the results. */
static void report(struct job *job)
{
	if (!job->err)
		put_results(job);
	job->status = job_finish(&job->cli, job->err);
	if (job->err)
		put_results(job);
}

static void say_verdict(struct cli *cli, int status, int err)
{
	const struct board *b = &cli->board;
	char time[TIME_TEXT_MAX];

	time_text(time, cli->took_ms);
	if (status)
		cli_verdict(cli, false, "%s, %s%s%s", error_name(err ? err : STFLASH_E_FILE), time, *b->uid ? ", " : "",
			    b->uid);
	else
		cli_verdict(cli, true, "%s, %s%s%s", cli->chip, time, *b->uid ? ", " : "", b->uid);
}

/* The thread of a job. One that never came to its probe may have failed for what is wrong with all of them. */
static void work(void *user)
{
	struct job *job = user;
	struct cli *cli = &job->cli;
	const uint64_t start = clock_ms();

	job->err = job_run(cli);
	cli->took_ms = clock_ms() - start;
	if (cli->reached) {
		report(job);
		say_verdict(cli, job->status, job->err);
	}
	shared_enter(cli);
	job->ended = true;
	names_settle(cli);
	shared_leave(cli);
}

static int open_job(struct cli *run, struct job *job, const struct chosen *chosen)
{
	job->cli = (struct cli){
		.opt = run->opt,
		.command = run->command,
		.words = run->words,
		.n_words = run->n_words,
		.shared = run->shared,
		.label = chosen->label,
	};
	job->cli.opt.probe = chosen->selector;
	snprintf(job->cli.board.path, sizeof(job->cli.board.path), "%s", chosen->selector);
	if (system_text_open(&job->results))
		return cli_fail(run, STFLASH_E_NO_MEMORY, "out of memory");
	job->cli.out = job->results.stream;
	return 0;
}

static void close_job(struct job *job)
{
	if (job->cli.out == job->results.stream)
		system_text_close(&job->results);
	free(job->results.text);
	job_close(&job->cli);
}

static void start_job(struct job *job)
{
	job->thread = system_thread_start(work, job);
	if (job->thread)
		return;
	job->cli.reached = true;
	job->err = cli_fail(&job->cli, STFLASH_E_NO_MEMORY, "out of memory");
	report(job);
	shared_enter(&job->cli);
	names_settle(&job->cli);
	shared_leave(&job->cli);
}

/* Whether the words of the command make sense shows in the first job, before it comes to its probe: said once. */
static bool first_makes_sense(struct job *job)
{
	bool reached;

	start_job(job);
	shared_enter(&job->cli);
	while (!job->cli.reached && !job->ended)
		system_monitor_wait(job->cli.shared->monitor);
	reached = job->cli.reached;
	shared_leave(&job->cli);
	return reached;
}

/* 0 when all are done, else what all failures share, else 1; a signal that ended one of them counts more. */
static int status_of_all(const struct job *jobs, size_t n)
{
	int status = 0;

	for (size_t i = 0; i < n; i++) {
		if (jobs[i].err == STFLASH_E_CANCELLED && signals_caught())
			return jobs[i].status;
		if (jobs[i].status && status && jobs[i].status != status)
			status = exit_status(STFLASH_E_OTHER);
		else if (jobs[i].status)
			status = jobs[i].status;
	}
	return status;
}

static void say_count(struct cli *run, const struct job *jobs, size_t n)
{
	size_t failed = 0;

	for (size_t i = 0; i < n; i++)
		failed += jobs[i].status != 0;
	cli_say(run, "%zu board%s: %zu passed, %zu failed", n, plural(n), n - failed, failed);
}

static int run_all(struct cli *run, struct job *jobs, size_t n)
{
	run->shared->n_jobs = (unsigned int)n;
	if (!first_makes_sense(&jobs[0])) {
		system_thread_join(jobs[0].thread);
		jobs[0].cli.label = NULL;
		report(&jobs[0]);
		return jobs[0].status;
	}
	for (size_t i = 1; i < n; i++)
		start_job(&jobs[i]);
	for (size_t i = 0; i < n; i++)
		if (jobs[i].thread)
			system_thread_join(jobs[i].thread);
	say_count(run, jobs, n);
	return status_of_all(jobs, n);
}

static int open_and_run(struct cli *run, const struct chosen *chosen, size_t n, int *status)
{
	struct job *const jobs = calloc(n, sizeof(*jobs));
	size_t opened = 0;
	int err = 0;

	if (!jobs)
		return cli_fail(run, STFLASH_E_NO_MEMORY, "out of memory");
	while (!err && opened < n) {
		err = open_job(run, &jobs[opened], &chosen[opened]);
		opened += !err;
	}
	if (!err)
		*status = run_all(run, jobs, n);
	signals_end();
	for (size_t i = 0; i < opened; i++)
		close_job(&jobs[i]);
	free(jobs);
	return err;
}

int jobs_run(struct cli *run)
{
	struct chosen *chosen;
	size_t n;
	int status = 0;
	int err;

	err = which_find(run, &chosen, &n);
	if (!err)
		err = open_and_run(run, chosen, n, &status);
	which_free(chosen, n);
	return err ? job_finish(run, err) : status;
}
