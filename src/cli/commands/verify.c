/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "cli/cli.h"
#include "cli/commands/memory.h"
#include "cli/commands/parts.h"
#include "cli/commands/summary.h"
#include "cli/result.h"
#include "cli/system/system.h"
#include "cli/words.h"

/* err: 0, or STFLASH_E_MISMATCH with its sentence in cli->message. */
static void verify_print_json(struct cli *cli, const struct stflash_verify_report *r, int err, uint64_t skipped,
			      uint64_t ms)
{
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", !err);
	if (err)
		json_error(&j, error_name(err), cli->message);
	json_uint(&j, "bytes", r->bytes);
	json_uint(&j, "ram_bytes", r->ram_bytes);
	json_uint(&j, "skipped_bytes", skipped);
	json_uint(&j, "differing", r->differing);
	if (r->differing) {
		json_hex(&j, "first_addr", r->first_addr, 8);
		json_hex(&j, "expected", r->expected, 2);
		json_hex(&j, "found", r->found, 2);
	}
	if (r->rest_known) {
		json_bool(&j, "rest_blank", r->rest_blank);
		if (!r->rest_blank)
			json_hex(&j, "rest_first_addr", r->rest_first_addr, 8);
	}
	json_string(&j, "proof", proof_name(r->proof));
	json_bool(&j, "was_reset", r->was_reset);
	json_uint(&j, "ms", ms);
	result_close(cli, &j);
}

static const char *rest_words(const struct stflash_verify_report *r)
{
	if (!r->rest_known)
		return "";
	if (!r->rest_bytes)
		return "covers the whole flash";
	return r->rest_blank ? "rest of flash is blank" : "rest of flash is not blank";
}

/* The answer to "why does the md5 differ": an image and a dump of the whole flash are of different length. */
static void say_rest(struct cli *cli, const struct stflash_verify_report *r)
{
	char size[SIZE_TEXT_MAX];

	if (!r->rest_known || !r->rest_bytes)
		return;
	cli_detail(cli, "a dump of the whole flash is longer than the file, and has another checksum");
	if (!r->rest_blank)
		cli_detail(cli, "about %s outside of the file are used, from 0x%08" PRIx32 " on",
			   size_text(size, r->rest_used_bytes), r->rest_first_addr);
}

static void verify_say_summary(struct cli *cli, const struct stflash_read_options *o,
			       const struct stflash_verify_report *r, uint64_t ms)
{
	const bool proven = r->proof != STFLASH_PROOF_NONE;
	char names[NAMES_MAX], amount[AMOUNT_TEXT_MAX], size[SIZE_TEXT_MAX], time[TIME_TEXT_MAX];

	summary_file(cli, memory_names(cli, names), "equal to %s; %s compared in %s", cli->chip,
		     amount_text(amount, r->bytes), time_text(time, ms));
	SUMMARY(cli, r->proof == STFLASH_PROOF_HASH ? proof_words(r->proof) : "compared byte by byte", rest_words(r),
		proven ? memory_treatment(cli, o, r->was_reset) : "");
	if (r->ram_bytes)
		cli_note(cli, "%s of the file are for RAM, and were not compared: running firmware changes them",
			 size_text(size, r->ram_bytes));
	say_rest(cli, r);
}

static int verify_connected(struct cli *cli, struct stflash_image *image, const struct stflash_read_options *options,
			    struct stflash_verify_report *report, uint64_t *skipped)
{
	int err;

	err = parts_skip(cli, image, skipped);
	return err ? err : stflash_verify(cli->session, image, options, report);
}

int cmd_verify(struct cli *cli)
{
	const uint64_t start = clock_ms();
	struct stflash_read_options options = { .struct_size = sizeof(options) };
	struct stflash_verify_report report = { .struct_size = sizeof(report) };
	struct stflash_image *image;
	uint64_t skipped = 0;
	int err;

	err = memory_read_options(cli, &options);
	if (err)
		return err;
	err = memory_load(cli, &image);
	if (!err)
		err = cli_connect(cli);
	if (!err)
		err = cli_disconnect(cli, verify_connected(cli, image, &options, &report, &skipped));
	if (!err)
		memory_note_image(cli, image);
	stflash_image_free(image);
	if (err && err != STFLASH_E_MISMATCH)
		return err;

	progress_clear(cli);
	if (cli->opt.json)
		verify_print_json(cli, &report, err, skipped, cli_ms_since(cli, start));
	cli->told = true;
	/* Where it differs, that is what matters. */
	if (!err)
		verify_say_summary(cli, &options, &report, cli_ms_since(cli, start));
	return err;
}
