/* SPDX-License-Identifier: MIT */
/* stflash: from argv to the exit status. */
#include "cli/jobs/job.h"
#include "cli/jobs/jobs.h"
#include "cli/jobs/record.h"
#include "cli/jobs/shared.h"

/* What needs no probe. *over: that was all. */
static int answer(struct cli *cli, bool *over)
{
	int err;

	*over = true;
	if (cli->opt.given & OPTION_BIT(OPTION_VERSION)) {
		printf("stflash %s\n", stflash_version());
		return 0;
	}
	if (cli->opt.given & OPTION_BIT(OPTION_HELP)) {
		if (!cli->command || cli->command->run == cmd_help)
			return cmd_help(cli);
		help_command(stdout, cli->command);
		return 0;
	}
	if (!cli->command) {
		help_overview(stderr);
		return cli_fail(cli, STFLASH_E_ARG, "no command given");
	}

	err = options_check(cli);
	if (err)
		return err;
	if (cli->command->run == cmd_help)
		return cmd_help(cli);
	*over = false;
	return 0;
}

static int run(struct cli *cli, int argc, char **argv)
{
	bool over;
	int err;

	err = options_parse(cli, argc, argv);
	if (err) {
		cli->opt.json |= options_have_json(argv);
		return job_finish(cli, err);
	}
	err = answer(cli, &over);
	if (!err && !over)
		err = talk_open(cli);
	if (!err && !over)
		err = record_check(cli);
	if (err || over)
		return job_finish(cli, err);
	if (jobs_are_meant(cli))
		return jobs_run(cli);
	err = job_run(cli);
	return job_finish(cli, err);
}

int main(int argc, char **argv)
{
	struct cli cli = { .out = stdout };
	struct shared shared;
	int status = 1;

	system_start();
	if (!shared_open(&cli, &shared)) {
		status = run(&cli, argc, argv);
		signals_end();
		job_close(&cli);
		talk_close(&cli);
	}
	shared_close(&shared);
	return status;
}
