/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/commands/memory.h"
#include "cli/commands/options_text.h"
#include "cli/fold.h"
#include "cli/result.h"

/* Columns of a name at least, and of what follows it. */
#define NAME_COLUMNS  11u
#define VALUE_COLUMNS 9u

static void options_print_json(const struct cli *cli, const struct stflash_options *list)
{
	const struct stflash_option *o;
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_begin(&j, "options");
	for (size_t n = 0; (o = stflash_get_option(list, n)); n++) {
		json_begin(&j, o->name);
		if (o->known)
			json_uint(&j, "value", o->value);
		else
			json_null(&j, "value");
		json_uint(&j, "max", o->max);
		json_bool(&j, "writable", o->writable);
		json_string(&j, "meaning", o->meaning);
		json_end(&j);
	}
	json_end(&j);
	result_close(cli, &j);
}

static unsigned int widest_name(const struct stflash_options *list)
{
	const struct stflash_option *o;
	size_t widest = NAME_COLUMNS;

	for (size_t n = 0; (o = stflash_get_option(list, n)); n++)
		if (strlen(o->name) > widest)
			widest = strlen(o->name);
	return (unsigned int)widest;
}

static void options_print_text(const struct cli *cli, const struct stflash_options *list)
{
	const unsigned int width = widest_name(list);
	const struct stflash_option *o;

	for (size_t n = 0; (o = stflash_get_option(list, n)); n++) {
		char value[16] = "?";

		if (o->known)
			snprintf(value, sizeof(value), o->max > 3 ? "0x%02" PRIx32 : "%" PRIu32, o->value);
		fold_line(cli->out, o->meaning,
			  (unsigned int)fprintf(cli->out, "%-*s %-7s ", (int)width, o->name, value),
			  width + VALUE_COLUMNS);
	}
}

static int show(struct cli *cli)
{
	struct stflash_options *list = NULL;
	int err;

	err = cli_connect(cli);
	if (err)
		return err;
	err = cli_disconnect(cli, stflash_options_read(cli->session, &list));
	if (!err && !stflash_get_option(list, 0))
		err = cli_fail(cli, STFLASH_E_UNSUPPORTED,
			       "the option bytes of %s are not known to stflash: use the vendor's tool", cli->chip);
	else if (!err && cli->opt.json)
		options_print_json(cli, list);
	else if (!err)
		options_print_text(cli, list);
	stflash_free_options(list);
	return err;
}

static int set_connected(struct cli *cli, struct output *old, struct stflash_options_report *report)
{
	const unsigned int allow = (cli->opt.given & OPTION_BIT(OPTION_YES_ERASE) ? STFLASH_ALLOW_ERASE : 0) |
				   (cli->opt.given & OPTION_BIT(OPTION_LEVEL_2) ? STFLASH_ALLOW_LEVEL_2_FOR_EVER : 0) |
				   (cli->opt.given & OPTION_BIT(OPTION_BOOT_LOCK_TOO) ? STFLASH_ALLOW_BOOT_LOCK : 0);
	const char *settings[SETTINGS_MAX];
	const size_t n = (size_t)cli->n_words - 1;
	int err;

	for (size_t i = 0; i < n; i++)
		settings[i] = cli->words[i + 1];
	err = stflash_options_write(cli->session, settings, n, allow | STFLASH_CHECK_ONLY, report);
	if (!err && report->changed)
		err = options_keep(cli, old);
	if (err)
		return err;
	cli->changes = true;
	return stflash_options_write(cli->session, settings, n, allow, report);
}

static int set(struct cli *cli)
{
	struct stflash_options_report report = { .struct_size = sizeof(report) };
	struct output old;
	int err;

	if (cli->n_words < 2)
		return cli_usage(cli, "options set takes NAME=VALUE, one or more");
	if (cli->n_words - 1 > (int)SETTINGS_MAX)
		return cli_usage(cli, "options set takes at most %u settings", SETTINGS_MAX);
	err = options_keep_open(cli, &old);
	if (!err)
		err = cli_connect(cli);
	if (!err)
		err = cli_disconnect(cli, set_connected(cli, &old, &report));
	output_abandon(&old);
	if (err)
		return err;
	options_json_report(cli, &report);
	options_say_report(cli, &report);
	memory_say_forgetful(cli);
	return 0;
}

int cmd_options(struct cli *cli)
{
	if (cli->n_words == 0)
		return show(cli);
	if (!strcmp(cli->words[0], "set"))
		return set(cli);
	return cli_usage(cli, "options takes nothing, or set NAME=VALUE..., not '%s'", cli->words[0]);
}
