/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "cli/commands/summary.h"
#include "cli/events.h"
#include "cli/files.h"
#include "cli/result.h"

struct report_file {
	struct cli *cli;
	struct output out;
	int err; /* of writing */
};

static void on_line(const char *line, void *user)
{
	struct report_file *file = user;

	if (!file->err)
		file->err = output_write(file->cli, &file->out, line, strlen(line));
	if (!file->err)
		file->err = output_write(file->cli, &file->out, "\n", 1);
}

static int print_result(struct cli *cli, const char *name)
{
	const char *trouble = stflash_errmsg(cli->session);
	struct json j;

	if (*trouble)
		cli_warn(cli, "the job did not end well, and the report says where: %s", trouble);
	summary_file(cli, output_is_stdout(name) ? "standard output" : name,
		     "report written. It holds no contents of flash or RAM");
	cli_say(cli, "read it before you send it");
	if (cli->opt.json) {
		result_open(cli, &j);
		json_bool(&j, "ok", true);
		json_string(&j, "file", name);
		json_string(&j, "trouble", trouble);
		result_close(cli, &j);
	}
	return 0;
}

int cmd_report(struct cli *cli)
{
	struct report_file file = { .cli = cli };
	int err;

	if (cli->n_words != 1)
		return cli_usage(cli, "report takes one FILE to write to");
	if (cli->opt.json && output_is_stdout(cli->words[0]))
		return cli_usage(cli, "--json and the report both want standard output");
	err = output_open(cli, &file.out, cli->words[0], OUTPUT_REPLACES);
	if (err)
		return err;

	event_begin(cli);
	cli_prepare(cli);
	err = stflash_report(cli->session, cli->opt.probe, on_line, &file);
	if (!err)
		err = file.err;
	if (!err)
		err = output_commit(cli, &file.out);
	output_abandon(&file.out);
	return err ? err : print_result(cli, cli->words[0]);
}
