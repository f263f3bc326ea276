/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "cli/commands/backup.h"
#include "cli/commands/memory.h"
#include "cli/commands/summary.h"
#include "cli/commands/write.h"
#include "cli/result.h"
#include "cli/system/system.h"
#include "cli/words.h"

#define FLASH_START 0x08000000u

struct erase_job {
	struct backup backup;
	bool all;
	uint32_t addr;
	uint32_t len;
};

static int erase_parse_words(struct cli *cli, struct erase_job *job)
{
	uint64_t number[2], addr, len;
	bool swapped;

	job->all = cli->opt.given & OPTION_BIT(OPTION_ALL);
	if (job->all)
		return cli_no_words(cli);
	if (cli->n_words == 1 && !strcmp(cli->words[0], "all"))
		return cli_usage(cli, "'stflash erase --all' erases the whole flash; 'all' alone is no address");
	for (int i = 0; i < cli->n_words; i++)
		if (!parse_number(cli->words[i], &number[i % 2]))
			return cli_usage(cli, "erase takes ADDR and SIZE, or --all: '%s' is not a number",
					 cli->words[i]);
	if (cli->n_words != 2)
		return cli_usage(cli, "erase takes ADDR and SIZE, or --all");
	/* No flash is as large as its address: the other way round is as clear. */
	swapped = number[0] < FLASH_START && number[1] >= FLASH_START;
	addr = number[swapped];
	len = number[!swapped];
	if (addr > UINT32_MAX || len > UINT32_MAX)
		return cli_usage(cli, "an address and a size have 32 bits");
	job->addr = (uint32_t)addr;
	job->len = (uint32_t)len;
	return 0;
}

static int erase_connected(struct cli *cli, struct erase_job *job, const struct stflash_write_options *o,
			   struct stflash_write_report *report)
{
	struct stflash_region flash = { .struct_size = sizeof(flash) };
	int err;

	err = backup_save(cli, &job->backup);
	if (err)
		return err;
	progress_job(cli, STFLASH_ERASING,
		     job->all && stflash_get_region(cli->session, 0, &flash) ? flash.size : job->len);
	if (job->all)
		return stflash_erase_all(cli->session, o, report);
	err = stflash_erase(cli->session, job->addr, job->len, o, report);
	if (!err && job->addr != FLASH_START && o->then == STFLASH_THEN_RUN)
		memory_look_at_vectors(cli);
	return err;
}

static void erase_report(struct cli *cli, const struct stflash_write_options *o, const struct stflash_write_report *r,
			 uint64_t ms)
{
	char time[TIME_TEXT_MAX], blank[40];
	struct json j;

	if (cli->opt.json) {
		result_open(cli, &j);
		json_bool(&j, "ok", true);
		write_json(&j, r, ms);
		json_uint(&j, "blank", r->blank);
		result_close(cli, &j);
	}
	cli_say(cli, "%u of %u %s%s of %s erased%s in %s", r->erased, r->units, r->unit, plural(r->units), cli->chip,
		r->mass_erase ? " by one mass erase" : "", time_text(time, ms));
	snprintf(blank, sizeof(blank), "%u %s blank before", r->blank, r->blank == 1 ? "was" : "were");
	SUMMARY(cli, r->verified ? "checked, all of it is blank" : "NOT checked", r->blank ? blank : "",
		write_afterwards(cli, o, ""));
	if (r->blank && !o->skip_blank)
		cli_note(cli, "--skip-blank does not erase what reads blank, which is quicker");
	memory_say_forgetful(cli);
}

int cmd_erase(struct cli *cli)
{
	const uint64_t start = clock_ms();
	struct stflash_write_options options = { .struct_size = sizeof(options) };
	struct stflash_write_report report = { .struct_size = sizeof(report) };
	struct erase_job job = { 0 };
	int err;

	err = erase_parse_words(cli, &job);
	if (err)
		return err;
	write_options(cli, &options);
	err = backup_open(cli, &job.backup);
	if (!err)
		err = cli_connect(cli);
	if (!err)
		err = cli_disconnect(cli, erase_connected(cli, &job, &options, &report));
	backup_close(&job.backup);
	if (err)
		return err;

	progress_clear(cli);
	cli->no_firmware |= job.all || job.addr == FLASH_START;
	erase_report(cli, &options, &report, cli_ms_since(cli, start));
	return 0;
}
