/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/events.h"
#include "cli/fold.h"
#include "cli/result.h"
#include "cli/system/system.h"
#include "cli/words.h"

#define INDENT 4u

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

/* A line that begins at that column, its further lines indented. */
static void print_row(unsigned int column, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void print_row(unsigned int column, const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	printf("%*s", (int)column, "");
	fold_line(stdout, line, column, INDENT);
}

static void list_print_json(const struct cli *cli, const struct stflash_probe_info *probe)
{
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_string(&j, "serial", probe->serial);
	json_string(&j, "model", probe->model);
	json_string(&j, "firmware", probe->firmware);
	json_string(&j, "path", probe->path);
	json_hex(&j, "vid", probe->vid, 4);
	json_hex(&j, "pid", probe->pid, 4);
	json_string(&j, "access", error_name(probe->access));
	json_string(&j, "cure", probe->cure);
	json_begin(&j, "probe");
	json_string(&j, "serial", probe->serial);
	json_string(&j, "path", probe->path);
	json_string(&j, "model", probe->model);
	json_end(&j);
	result_end(cli, &j);
}

/* Clones come with the same serial number: then only the path tells which is which. */
static bool is_shared(const struct stflash_probes *probes, const struct stflash_probe_info *probe)
{
	const struct stflash_probe_info *other;

	for (size_t n = 0; (other = stflash_get_probe(probes, n)); n++)
		if (other != probe && *probe->serial && !strcmp(other->serial, probe->serial))
			return true;
	return false;
}

static void list_print_text(const struct stflash_probe_info *probe, bool shared)
{
	print_row(0, "%-24s  %-16s  %-9s  %-12s  %s", or_dash(probe->serial), or_dash(probe->model),
		  or_dash(probe->firmware), probe->path, probe->access ? stflash_strerror(probe->access) : "ready");
	if (*probe->cure)
		print_row(INDENT, "%s", probe->cure);
	if (shared)
		print_row(INDENT, "another probe has the same serial number: choose this one with --probe %s",
			  probe->path);
}

/* What the list says of each is no failure: but where a container keeps all of them away, no command can work. */
static int judge_access(struct cli *cli, const struct stflash_probes *probes)
{
	const struct stflash_probe_info *probe;

	for (size_t n = 0; (probe = stflash_get_probe(probes, n)); n++)
		if (!probe->in_container)
			return 0;
	return cli_fail(cli, STFLASH_E_ACCESS, "%s cannot be opened: %s",
			stflash_get_probe(probes, 1) ? "none of these probes" : "the probe",
			stflash_get_probe(probes, 0)->cure);
}

/* What there is instead of a list. */
static int none_found(struct cli *cli)
{
	if (cli->opt.probe && *cli->opt.probe)
		return cli_fail(cli, STFLASH_E_NO_PROBE,
				"no ST-LINK answers to '%s': 'stflash list' without --probe and STFLASH_PROBE shows "
				"what is there",
				cli->opt.probe);
	return cli_fail(cli, STFLASH_E_NO_PROBE,
			"no ST-LINK on this computer's USB: plug one in, try another cable or port, and look "
			"whether " SYSTEM_USB_SHOWN_BY " shows a device 0483:37xx");
}

static void print_chip(const struct cli *cli, const struct stflash_chip *chip)
{
	char flash[SIZE_TEXT_MAX], page[SIZE_TEXT_MAX];
	struct json j;

	if (!cli->opt.json) {
		print_row(0, "0x%03x  %-44s up to %-8s  pages of %s", chip->dev_id, chip->name,
			  size_text(flash, chip->flash_max), size_text(page, chip->page_size));
		return;
	}
	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_string(&j, "chip", chip->name);
	json_hex(&j, "dev_id", chip->dev_id, 3);
	json_uint(&j, "flash_max", chip->flash_max);
	json_uint(&j, "page_size", chip->page_size);
	json_uint(&j, "ram_max", chip->ram_max);
	result_close(cli, &j);
}

static int list_chips(const struct cli *cli)
{
	struct stflash_chip chip = { .struct_size = sizeof(chip) };

	for (size_t n = 0; stflash_get_chip(n, &chip); n++)
		print_chip(cli, &chip);
	return 0;
}

int cmd_list(struct cli *cli)
{
	const struct stflash_probe_info *probe;
	struct stflash_probes *probes;
	int err;

	err = cli_no_words(cli);
	if (err)
		return err;
	if (cli->opt.given & OPTION_BIT(OPTION_CHIPS))
		return list_chips(cli);

	event_begin(cli);
	err = stflash_find_probes(cli->session, cli->opt.probe, &probes);
	if (err)
		return err;

	for (size_t n = 0; (probe = stflash_get_probe(probes, n)); n++) {
		if (cli->opt.json)
			list_print_json(cli, probe);
		else
			list_print_text(probe, is_shared(probes, probe));
	}
	err = stflash_get_probe(probes, 0) ? judge_access(cli, probes) : none_found(cli);
	stflash_free_probes(probes);
	return err;
}
