/* SPDX-License-Identifier: MIT */
/* stflash: from argv to the exit status. */
#include <string.h>

#include "cli/cli.h"
#include "cli/commands/backup.h"
#include "cli/commands/rescue.h"
#include "cli/json.h"
#include "cli/signals.h"
#include "cli/system/system.h"

void cli_prepare(struct cli *cli)
{
	stflash_set_speed(cli->session, cli->opt.speed_khz);
	stflash_set_flash_size(cli->session, cli->opt.flash_kib);
	prompt_init(cli);
}

int cli_connect(struct cli *cli)
{
	const char *chip;
	int err;

	cli_prepare(cli);
	err = stflash_connect(cli->session, cli->opt.probe, cli->opt.connect);
	chip = stflash_chip_name(cli->session);
	snprintf(cli->chip, sizeof(cli->chip), "%.*s", (int)strcspn(chip, " "), chip);
	return err;
}

int cli_disconnect(struct cli *cli, int err)
{
	int late;

	/* The first failure is the one to report, whatever goes wrong on the way out. */
	if (err && !*cli->message)
		cli_fail(cli, err, "%s", stflash_errmsg(cli->session));
	late = stflash_disconnect(cli->session);
	if (!err)
		return late;
	if (late && late != err)
		cli_warn(cli, "the target may not be as it was: %s", stflash_errmsg(cli->session));
	return err;
}

/* The one place where a failure is reported. */
static int finish(struct cli *cli, int err)
{
	const char *name = cli->command ? cli->command->name : "";
	const char *message = cli->message;
	struct json j;

	progress_clear(cli);
	if (!err && (fflush(stdout) || ferror(stdout)))
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
		json_open(&j, stdout);
		json_string(&j, "command", name);
		json_bool(&j, "ok", false);
		json_error(&j, error_name(err), message);
		rescue_json(cli, &j);
		json_close(&j);
		fflush(stdout);
	}
	return exit_status(err);
}

/* With a session to work on. */
static int run_command(struct cli *cli)
{
	int err;

	cli->session = stflash_new();
	if (!cli->session)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");

	hints_give_words(cli->session);
	err = talk_open(cli);
	if (err)
		return err;
	progress_init(cli);
	signals_watch(cli->session);
	return cli->command->run(cli);
}

static int dispatch(struct cli *cli)
{
	int err;

	if (cli->opt.given & OPTION_BIT(OPTION_VERSION)) {
		printf("stflash %s\n", stflash_version());
		return 0;
	}
	if (cli->opt.given & OPTION_BIT(OPTION_HELP)) {
		if (cli->command && cli->command->run != cmd_help)
			help_command(stdout, cli->command);
		else
			return cmd_help(cli);
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
	return run_command(cli);
}

int main(int argc, char **argv)
{
	struct cli cli = { .started_ms = clock_ms() };
	int status;
	int err;

	system_fill_standard_streams();
	err = options_parse(&cli, argc, argv);
	if (err)
		cli.opt.json |= options_have_json(argv);
	else
		err = dispatch(&cli);
	status = finish(&cli, err);

	signals_watch(NULL);
	rescue_free(&cli);
	stflash_free(cli.session);
	talk_close(&cli);
	return status;
}
