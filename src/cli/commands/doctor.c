/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/events.h"
#include "cli/fold.h"
#include "cli/result.h"
#include "cli/terminal.h"

#define MARK_COLUMNS 4u
#define TEXT_COLUMN  18u

static const char *const verdicts[] = {
	[STFLASH_VERDICT_GOOD] = "good",
	[STFLASH_VERDICT_ODD] = "odd",
	[STFLASH_VERDICT_BAD] = "bad",
	[STFLASH_VERDICT_UNKNOWN] = "unknown",
};

static void on_finding(const struct stflash_finding *f, void *user)
{
	static const struct {
		const char *word;
		enum ink ink;
	} marks[] = {
		[STFLASH_VERDICT_GOOD] = { "ok  ", INK_GOOD },
		[STFLASH_VERDICT_ODD] = { "note", INK_WARNING },
		[STFLASH_VERDICT_BAD] = { "BAD ", INK_ERROR },
		[STFLASH_VERDICT_UNKNOWN] = { "-   ", INK_NONE },
	};
	struct cli *cli = user;
	struct json j;

	if (!cli->opt.json) {
		progress_clear(cli);
		terminal_paint(stdout, marks[f->verdict].ink, marks[f->verdict].word);
		fold_line(stdout, f->text, (unsigned int)printf("  %-10s  ", f->step) + MARK_COLUMNS, TEXT_COLUMN);
		fflush(stdout);
		return;
	}
	result_open(cli, &j);
	json_string(&j, "step", f->step);
	json_string(&j, "verdict", verdicts[f->verdict]);
	json_string(&j, "text", f->text);
	json_close(&j);
}

int cmd_doctor(struct cli *cli)
{
	const char *advice;
	struct json j;
	int err;

	err = cli_no_words(cli);
	if (err)
		return err;

	event_begin(cli);
	cli->no_warnings = !cli->opt.verbose;
	cli_prepare(cli);
	err = stflash_doctor(cli->session, cli->opt.probe, cli->opt.given & OPTION_BIT(OPTION_RESET), on_finding, cli,
			     &advice);
	if (err)
		return err;

	if (cli->opt.json) {
		result_open(cli, &j);
		json_bool(&j, "ok", true);
		json_string(&j, "advice", advice);
		result_close(cli, &j);
	} else {
		printf("\n");
		fold_line(stdout, advice, 0, 0);
	}
	return 0;
}
