/* SPDX-License-Identifier: MIT */
#include "cli/jobs/job.h"

#include <string.h>

#include "cli/commands/backup.h"
#include "cli/commands/rescue.h"
#include "cli/jobs/names.h"
#include "cli/result.h"
#include "cli/stamps/stamps.h"

int job_run(struct cli *cli)
{
	int err;

	cli->session = stflash_new();
	if (!cli->session)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");

	hints_give_words(cli->session);
	talk_listen(cli);
	progress_init(cli);
	signals_watch(&cli->signals, cli->session);
	err = cli->command->run(cli);
	/* Connected for the name of a file that then could not be made. */
	return cli->connected ? cli_disconnect(cli, err) : err;
}

int job_finish(struct cli *cli, int err)
{
	const char *message = cli->message;
	struct json j;

	progress_clear(cli);
	if (!err && (fflush(cli->out) || ferror(cli->out)))
		err = cli_fail(cli, STFLASH_E_FILE, "cannot write the result to standard output");
	if (!err)
		return 0;

	if (!*message && cli->session)
		message = stflash_errmsg(cli->session);
	if (!*message)
		message = stflash_strerror(err);
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

void job_close(struct cli *cli)
{
	rescue_free(cli);
	stamps_free(cli);
	names_forget(cli);
	stflash_free(cli->session);
	cli->session = NULL;
}
