/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/commands/like.h"
#include "cli/commands/memory.h"
#include "cli/commands/range.h"
#include "cli/commands/summary.h"
#include "cli/md5.h"
#include "cli/result.h"
#include "cli/sha256.h"
#include "cli/system/system.h"
#include "cli/words.h"

struct hash_job {
	struct range range;
	struct like_file like;
	struct stflash_read_options options;
	struct stflash_dump_report report;
	uint8_t *buf; /* owned */
	uint64_t ms;
	uint32_t crc32;
	char sha256[SHA256_TEXT_LEN];
	char md5[MD5_TEXT_LEN];
};

/* That of Ethernet, zip and gzip (ISO 3309): what `crc32` and `gzip -l` print. */
static uint32_t crc32_of(const uint8_t *data, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static int hash_connected(struct cli *cli, struct hash_job *job)
{
	int err;

	err = range_find(cli, &job->range);
	if (err)
		return err;
	job->buf = malloc(job->range.len);
	if (!job->buf)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory: %zu bytes are too many to hold",
				job->range.len);
	job->options.like = job->like.image;
	return range_dump(cli, &job->range, job->buf, &job->options, &job->report);
}

static void hash_print_json(const struct cli *cli, const struct hash_job *job)
{
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_hex(&j, "addr", job->range.addr, 8);
	json_uint(&j, "bytes", job->report.bytes);
	json_string(&j, "sha256", job->sha256);
	json_hex(&j, "crc32", job->crc32, 8);
	json_string(&j, "md5", job->md5);
	json_string(&j, "proof", proof_name(job->report.proof));
	like_json(&j, &job->like, &job->report);
	json_bool(&j, "was_reset", job->report.was_reset);
	json_uint(&j, "ms", job->ms);
	result_close(cli, &j);
}

static void hash_say_summary(struct cli *cli, const struct hash_job *job)
{
	const struct stflash_dump_report *r = &job->report;
	const bool proven = r->proof != STFLASH_PROOF_NONE;
	char amount[SIZE_TEXT_MAX], time[TIME_TEXT_MAX];

	cli_say(cli, "%s of %s at 0x%08" PRIx32 ", %s", size_text(amount, r->bytes), cli->chip, job->range.addr,
		time_text(time, job->ms));
	SUMMARY(cli, proof_words(r->proof), proven ? memory_treatment(cli, &job->options, r->was_reset) : "");
	like_say(cli, &job->like, r);
	memory_say_radio(cli, job->range.radio);
}

static int hash_flash(struct cli *cli, struct hash_job *job)
{
	const uint64_t start = clock_ms();
	int err;

	err = cli_connect(cli);
	if (!err)
		err = cli_disconnect(cli, hash_connected(cli, job));
	job->ms = cli_ms_since(cli, start);
	if (err)
		return err;
	err = range_tell_lacks(cli, &job->range); /* a sum of other bytes is of no use */
	if (err)
		return err;
	memory_note_flash(cli, job->range.addr, job->buf, job->range.len);
	sha256_text(job->sha256, job->buf, job->range.len);
	md5_text(job->md5, job->buf, job->range.len);
	job->crc32 = crc32_of(job->buf, job->range.len);
	progress_clear(cli);
	if (cli->opt.json)
		hash_print_json(cli, job);
	else
		fprintf(cli->out, "sha256  %s\ncrc32   %08" PRIx32 "\nmd5     %s\n", job->sha256, job->crc32, job->md5);
	hash_say_summary(cli, job);
	return 0;
}

int cmd_hash(struct cli *cli)
{
	struct hash_job job = { .report.struct_size = sizeof(job.report) };
	int err = 0;

	for (int i = 0; !err && i < cli->n_words; i++)
		err = looks_like_number(cli->words[i])
			      ? range_take(cli, &job.range, cli->words[i])
			      : cli_usage(cli, "hash takes ADDR and SIZE of the chip's memory, not '%s'",
					  cli->words[i]);
	if (!err)
		err = range_check(cli, &job.range);
	if (!err)
		err = memory_read_options(cli, &job.options);
	if (!err)
		err = like_open(cli, &job.like, job.range.addr);
	if (!err)
		err = hash_flash(cli, &job);
	like_close(&job.like);
	free(job.buf);
	return err;
}
