/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/commands/like.h"
#include "cli/commands/memory.h"
#include "cli/commands/range.h"
#include "cli/commands/summary.h"
#include "cli/hexdump.h"
#include "cli/jobs/names.h"
#include "cli/result.h"
#include "cli/sha256.h"
#include "cli/system/system.h"
#include "cli/terminal.h"
#include "cli/words.h"

struct read_job {
	const char *file; /* NULL: as text on the terminal */
	struct range range;
	uint8_t *buf; /* owned */
	struct stflash_read_options options;
	struct like_file like;
	struct stflash_dump_report report;
	char sha256[SHA256_TEXT_LEN]; /* of what was read */
	uint64_t ms;
};

/* At most two numbers, ADDR before SIZE, and one file, in any order. */
static int read_parse_words(struct cli *cli, struct read_job *job)
{
	int err = 0;

	for (int i = 0; !err && i < cli->n_words; i++) {
		const char *word = cli->words[i];

		if (looks_like_number(word))
			err = range_take(cli, &job->range, word);
		else if (job->file)
			err = cli_usage(cli, "read takes one file, not both '%s' and '%s'", job->file, word);
		else
			job->file = word;
	}
	if (!err && !job->file && !system_is_terminal(stdout))
		err = cli_usage(cli, "read needs a FILE to write to");
	if (!err && !job->file && (cli->opt.json || cli->opt.format != STFLASH_FORMAT_AUTO))
		err = cli_usage(cli, "read needs a FILE to write to with --%s", cli->opt.json ? "json" : "format");
	return err ? err : range_check(cli, &job->range);
}

/* Bytes one behind the other would not say where flash goes on. */
static int read_check_hole(struct cli *cli, const struct read_job *job)
{
	const struct range_part *first = &job->range.part[0], *next = &job->range.part[1];
	const char *file = job->file ? job->file : "FILE";
	const enum stflash_format format = cli->opt.format != STFLASH_FORMAT_AUTO ? cli->opt.format
					   : job->file                            ? stflash_format_of_name(job->file)
										  : STFLASH_FORMAT_BIN;

	if (job->range.n_parts < 2 || format == STFLASH_FORMAT_IHEX || format == STFLASH_FORMAT_SREC)
		return 0;
	return cli_fail(cli, STFLASH_E_ARG,
			"flash has a hole from 0x%08zx to 0x%08" PRIx32
			", because the option bytes divide it into two banks: `stflash read 0x%08" PRIx32
			" 0x%zx %s` and `stflash read 0x%08" PRIx32
			" 0x%zx %s` read the two, and a file that ends in .hex takes both",
			first->addr + first->len, next->addr - 1, first->addr, first->len, file, next->addr, next->len,
			file);
}

/* Connected: find out what to read, and read it. */
static int read_dump(struct cli *cli, struct read_job *job)
{
	int err;

	err = range_find(cli, &job->range);
	if (!err)
		err = read_check_hole(cli, job);
	if (err)
		return err;
	job->buf = malloc(job->range.len);
	if (!job->buf)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory: %zu bytes are too many to hold",
				job->range.len);
	return range_dump(cli, &job->range, job->buf, &job->options, &job->report);
}

static void read_print_json(const struct cli *cli, const struct read_job *job, bool replaced)
{
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_string(&j, "file", job->file);
	json_hex(&j, "addr", job->range.addr, 8);
	json_uint(&j, "bytes", job->report.bytes);
	json_uint(&j, "transferred", job->report.transferred);
	json_uint(&j, "blank", job->report.blank);
	json_uint(&j, "retries", job->report.retries);
	json_string(&j, "proof", proof_name(job->report.proof));
	json_bool(&j, "was_reset", job->report.was_reset);
	json_uint(&j, "speed_khz", job->report.speed_khz);
	json_string(&j, "sha256", job->sha256);
	json_uint(&j, "ms", job->ms);
	json_bool(&j, "replaced", replaced);
	like_json(&j, &job->like, &job->report);
	result_close(cli, &j);
}

static void read_say_details(struct cli *cli, const struct read_job *job)
{
	const struct stflash_dump_report *r = &job->report;
	char rate[SIZE_TEXT_MAX];

	cli_detail(cli, "sha256 %s", job->sha256);
	cli_detail(cli,
		   "%" PRIu64 " byte%s read, %" PRIu64 " of them transferred, %" PRIu64
		   " found blank by the chip; %s with SWD "
		   "at %" PRIu32 " kHz",
		   r->bytes, plural(r->bytes), r->transferred, r->blank, rate_text(rate, r->bytes, job->ms),
		   r->speed_khz);
}

static void read_say_summary(struct cli *cli, const struct read_job *job, bool replaced)
{
	const struct stflash_dump_report *r = &job->report;
	const bool proven = r->proof != STFLASH_PROOF_NONE;
	char amount[AMOUNT_TEXT_MAX], time[TIME_TEXT_MAX], proof[80];

	amount_text(amount, r->bytes);
	time_text(time, job->ms);
	if (job->file)
		summary_file(cli, output_is_stdout(job->file) ? "standard output" : job->file,
			     "%s of %s at 0x%08" PRIx32 ", %s%s", amount, cli->chip, job->range.addr, time,
			     replaced ? ", replaced" : "");
	else
		cli_say(cli, "%s of %s at 0x%08" PRIx32 ", %s", amount, cli->chip, job->range.addr, time);
	snprintf(proof, sizeof(proof), "%s, sha256 %.16s", proof_words(r->proof), job->sha256);
	SUMMARY(cli, proof, proven ? memory_treatment(cli, &job->options, r->was_reset) : "");
	read_say_details(cli, job);
	like_say(cli, &job->like, r);
	if (r->retries)
		cli_note(cli, "%u block%s had to be read again; shorter wires or a lower --speed help", r->retries,
			 plural(r->retries));
	memory_say_radio(cli, job->range.radio);
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
	job->ms = cli_ms_since(cli, start);
	if (err)
		return err;
	memory_note_flash(cli, job->range.addr, job->buf, job->range.len);
	sha256_text(job->sha256, job->buf, job->range.len);
	return 0;
}

static int read_to_terminal(struct cli *cli, struct read_job *job)
{
	const int err = connect_and_dump(cli, job);

	if (err)
		return err;
	progress_clear(cli);
	hexdump(cli->out, terminal_columns(stdout), job->range.addr, job->buf, job->range.len);
	fflush(cli->out);
	read_say_summary(cli, job, false);
	return range_tell_lacks(cli, &job->range);
}

static int read_to_file(struct cli *cli, struct read_job *job)
{
	struct output out;
	int err;

	/* An unwritable file fails before the target is touched. */
	err = output_open(cli, &out, job->file, OUTPUT_REPLACES);
	if (err)
		return err;

	err = connect_and_dump(cli, job);
	if (!err)
		err = memory_save_range(cli, &out, cli->opt.format, &job->range, job->buf);
	output_abandon(&out);
	if (err)
		return err;

	if (cli->opt.json && !job->range.lacks[0])
		read_print_json(cli, job, out.replaces);
	read_say_summary(cli, job, out.replaces);
	return range_tell_lacks(cli, &job->range);
}

int cmd_read(struct cli *cli)
{
	struct read_job job = { .range.or_files = true, .report.struct_size = sizeof(job.report) };
	int err;

	err = read_parse_words(cli, &job);
	if (!err)
		err = memory_read_options(cli, &job.options);
	if (!err && job.file)
		err = memory_check_name(cli, cli->opt.format, job.file);
	if (!err && cli->opt.json && output_is_stdout(job.file))
		err = cli_usage(cli, "--json and the file %s both want standard output", job.file);
	if (!err)
		err = like_open(cli, &job.like, job.range.addr);
	job.options.like = job.like.image;
	if (!err)
		err = name_take(cli, &job.file);
	if (!err)
		err = job.file ? read_to_file(cli, &job) : read_to_terminal(cli, &job);
	like_close(&job.like);
	free(job.buf);
	return err;
}
