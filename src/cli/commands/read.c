/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/commands/like.h"
#include "cli/commands/memory.h"
#include "cli/commands/summary.h"
#include "cli/jobs/names.h"
#include "cli/result.h"
#include "cli/sha256.h"
#include "cli/system/system.h"
#include "cli/words.h"

#define ADDRESS_SPACE 0x100000000u

struct read_job {
	const char *file;
	bool whole; /* no ADDR and SIZE given */
	uint32_t addr;
	size_t len;
	uint8_t *buf; /* owned */
	struct stflash_read_options options;
	struct like_file like;
	struct stflash_dump_report report;
	char sha256[SHA256_TEXT_LEN]; /* of what was read */
	uint64_t ms;
};

/* Two numbers, ADDR before SIZE, or none, and one file, in any order. */
static int read_parse_words(struct cli *cli, struct read_job *job)
{
	uint64_t numbers[2];
	int n = 0;

	for (int i = 0; i < cli->n_words; i++) {
		const char *word = cli->words[i];

		if (looks_like_number(word)) {
			if (n == 2)
				return cli_usage(cli, "read takes two numbers, ADDR and SIZE, not a third, '%s'", word);
			if (!parse_number(word, &numbers[n++]))
				return cli_usage(cli, "'%s' is not a number; a file of that name is ./%s", word, word);
		} else if (job->file) {
			return cli_usage(cli, "read takes one file, not both '%s' and '%s'", job->file, word);
		} else {
			job->file = word;
		}
	}
	if (!job->file)
		return cli_usage(cli, "read needs a FILE to write to");
	if (n == 1)
		return cli_usage(cli, "read takes ADDR and SIZE, or neither of them");

	job->whole = n == 0;
	if (job->whole)
		return 0;
	if (numbers[0] >= ADDRESS_SPACE)
		return cli_usage(cli, "the address 0x%" PRIx64 " has more than 32 bits", numbers[0]);
	if (!numbers[1])
		return cli_usage(cli, "nothing to read: the size is 0");
	if (numbers[1] > ADDRESS_SPACE - numbers[0])
		return cli_usage(cli, "the size %" PRIu64 " is more than there can be from that address", numbers[1]);
	job->addr = (uint32_t)numbers[0];
	job->len = (size_t)numbers[1];
	return 0;
}

/* Connected: find out what to read, and read it. */
static int read_dump(struct cli *cli, struct read_job *job)
{
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	int err;

	if (job->whole) {
		err = stflash_get_target_info(cli->session, &target);
		if (err)
			return err;
		job->addr = target.flash_base;
		job->len = target.flash_size;
	}

	job->buf = malloc(job->len);
	if (!job->buf)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory: %zu bytes are too many to hold", job->len);
	return stflash_dump(cli->session, job->addr, job->buf, job->len, &job->options, &job->report);
}

static void read_print_json(const struct cli *cli, const struct read_job *job, bool replaced)
{
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_string(&j, "file", job->file);
	json_uint(&j, "addr", job->addr);
	json_uint(&j, "bytes", job->report.bytes);
	json_uint(&j, "transferred", job->report.transferred);
	json_uint(&j, "blank", job->report.blank);
	like_json(&j, &job->like, &job->report);
	json_uint(&j, "retries", job->report.retries);
	json_string(&j, "proof", proof_name(job->report.proof));
	json_bool(&j, "was_reset", job->report.was_reset);
	json_string(&j, "sha256", job->sha256);
	json_uint(&j, "ms", job->ms);
	json_bool(&j, "replaced", replaced);
	result_close(cli, &j);
}

static void read_say_details(struct cli *cli, const struct read_job *job)
{
	const struct stflash_dump_report *r = &job->report;
	char rate[SIZE_TEXT_MAX];

	cli_detail(cli, "sha256 %s", job->sha256);
	cli_detail(cli,
		   "%" PRIu64 " byte%s read, %" PRIu64 " of them transferred, %" PRIu64 " found blank by the chip; %s",
		   r->bytes, plural(r->bytes), r->transferred, r->blank, rate_text(rate, r->bytes, job->ms));
}

static void read_say_summary(struct cli *cli, const struct read_job *job, bool replaced)
{
	const struct stflash_dump_report *r = &job->report;
	const bool proven = r->proof != STFLASH_PROOF_NONE;
	char amount[AMOUNT_TEXT_MAX], time[TIME_TEXT_MAX], proof[80];

	summary_file(cli, output_is_stdout(job->file) ? "standard output" : job->file,
		     "%s of %s at 0x%08" PRIx32 ", %s%s", amount_text(amount, r->bytes), cli->chip, job->addr,
		     time_text(time, job->ms), replaced ? ", replaced" : "");
	snprintf(proof, sizeof(proof), "%s, sha256 %.16s", proof_words(r->proof), job->sha256);
	SUMMARY(cli, proof, proven ? memory_treatment(cli, &job->options, r->was_reset) : "");
	read_say_details(cli, job);
	like_say(cli, &job->like, r);
	if (r->retries)
		cli_note(cli, "%u block%s had to be read again; shorter wires or a lower --speed help", r->retries,
			 plural(r->retries));
	memory_say_forgetful(cli);
}

static int connect_and_dump(struct cli *cli, struct read_job *job)
{
	const uint64_t start = clock_ms();
	int err;

	err = cli_connect(cli);
	if (err)
		return err;
	err = cli_disconnect(cli, read_dump(cli, job));
	job->ms = clock_ms() - start;
	if (err)
		return err;
	memory_note_flash(cli, job->addr, job->buf, job->len);
	sha256_text(job->sha256, job->buf, job->len);
	return 0;
}

static int read_to_file(struct cli *cli, struct read_job *job)
{
	struct output out;
	int err;

	/* An unwritable file fails before the target is touched. */
	err = output_open(cli, &out, job->file, OUTPUT_REPLACES);
	if (err)
		return err;

	job->options.like = job->like.image;
	err = connect_and_dump(cli, job);
	if (!err)
		err = memory_save(cli, &out, cli->opt.format, job->addr, job->buf, job->len);
	if (!err)
		err = output_commit(cli, &out);
	output_abandon(&out);
	free(job->buf);
	if (err)
		return err;

	if (cli->opt.json)
		read_print_json(cli, job, out.replaces);
	read_say_summary(cli, job, out.replaces);
	return 0;
}

int cmd_read(struct cli *cli)
{
	struct read_job job = { .report.struct_size = sizeof(job.report) };
	int err;

	err = read_parse_words(cli, &job);
	if (!err)
		err = memory_read_options(cli, &job.options);
	if (err)
		return err;
	err = memory_check_name(cli, cli->opt.format, job.file);
	if (err)
		return err;
	if (cli->opt.json && output_is_stdout(job.file))
		return cli_usage(cli, "--json and the file %s both want standard output", job.file);

	err = like_open(cli, &job.like, job.whole ? FLASH_START : job.addr);
	if (!err)
		err = name_take(cli, &job.file);
	if (!err)
		err = read_to_file(cli, &job);
	like_close(&job.like);
	return err;
}
