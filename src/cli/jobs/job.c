/* SPDX-License-Identifier: MIT */
#include "cli/jobs/job.h"

#include <string.h>

#include "cli/commands/backup.h"
#include "cli/commands/rescue.h"
#include "cli/events.h"
#include "cli/jobs/names.h"
#include "cli/jobs/record.h"
#include "cli/ledger.h"
#include "cli/result.h"
#include "cli/stamps/stamps.h"
#include "cli/system/system.h"

static int open_session(struct cli *cli)
{
	cli->session = stflash_new();
	if (!cli->session)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	hints_give_words(cli->session);
	talk_listen(cli);
	progress_init(cli);
	signals_watch(&cli->signals, cli->session);
	return 0;
}

int job_run(struct cli *cli)
{
	int err;

	err = cli->session ? 0 : open_session(cli);
	if (err)
		return err;
	/* As named, until the probe says it. */
	if (!*cli->board.path && cli->opt.probe)
		snprintf(cli->board.path, sizeof(cli->board.path), "%s", cli->opt.probe);
	cli->began_ms = clock_ms();
	err = cli->command->run(cli);
	/* Connected for the name of a file that then could not be made. */
	if (cli->connected)
		err = cli_disconnect(cli, err);
	cli->took_ms = clock_ms() - cli->began_ms;
	return err;
}

static const char *message_of(const struct cli *cli, int err)
{
	const char *message = cli->message;

	if (!*message && cli->session)
		message = stflash_errmsg(cli->session);
	return *message ? message : stflash_strerror(err);
}

/* Done is only what is recorded. What failed has failed for another reason already. */
static int record_job(struct cli *cli, int err)
{
	char message[sizeof(cli->message)];
	int failed;

	if (!cli->reached)
		return err;
	snprintf(message, sizeof(message), "%s", err ? message_of(cli, err) : "");
	failed = record_put(cli, err, message);
	if (!failed)
		return err;
	if (!err)
		return failed;
	cli_warn(cli, "%s", cli->message);
	snprintf(cli->message, sizeof(cli->message), "%s", message);
	return err;
}

static bool results_are_lost(const struct cli *cli)
{
	return fflush(cli->out) || ferror(cli->out);
}

bool job_reader_is_gone(const struct cli *cli)
{
	return results_are_lost(cli) && system_reader_is_gone(cli->out);
}

/*
 * A reader that closes its end of the pipe, as head(1) does, wants no more of the results: what was done for them is
 * done, and its status stands. The bytes of a file (files.h) are another matter: all of them or an error.
 */
static int end_results(struct cli *cli)
{
	if (!results_are_lost(cli) || system_reader_is_gone(cli->out))
		return 0;
	return cli_fail(cli, STFLASH_E_FILE, "cannot write the result to standard output");
}

int job_report(struct cli *cli, int err)
{
	const char *message;
	struct json j;

	progress_clear(cli);
	if (!err)
		err = end_results(cli);
	err = record_job(cli, err);
	if (!err)
		return 0;

	message = message_of(cli, err);
	cli_error(cli, message);
	backup_tell(cli);
	rescue_tell(cli);
	if (cli->opt.json && !cli->told) {
		result_open(cli, &j);
		json_bool(&j, "ok", false);
		json_error(&j, error_name(err), message);
		rescue_json(cli, &j);
		result_close(cli, &j);
		fflush(cli->out);
	}
	return exit_status(err);
}

int job_finish(struct cli *cli, int err)
{
	const int status = job_report(cli, err);

	event_end(cli, status);
	return status;
}

void job_forget(struct cli *cli)
{
	rescue_free(cli);
	names_forget(cli);
	ledger_free(cli);
	stamps_free(cli);
	progress_again(cli);
	cli->message[0] = cli->chip[0] = cli->done[0] = '\0';
	cli->backup_made = NULL;
	cli->begun = false;
	cli->event_ms = 0;
	cli->board.known = false;
	cli->expected = cli->met = cli->repeated = cli->changes = cli->no_firmware = cli->told = false;
}

void job_close(struct cli *cli)
{
	rescue_free(cli);
	stamps_free(cli);
	ledger_free(cli);
	names_forget(cli);
	stflash_free(cli->session);
	cli->session = NULL;
}
