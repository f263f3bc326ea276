/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/commands/backup.h"
#include "cli/commands/like.h"
#include "cli/commands/memory.h"
#include "cli/commands/options_text.h"
#include "cli/commands/summary.h"
#include "cli/folder.h"
#include "cli/jobs/names.h"
#include "cli/ledger.h"
#include "cli/result.h"
#include "cli/sha256.h"
#include "cli/system/system.h"
#include "cli/words.h"

#define INFO_LEN 2048u
#define PATH_LEN 4096u

#define WITHOUT_OTP " and option bytes"
#define WITH_OTP    ", option bytes and OTP"

struct chip_copy {
	struct stflash_probe_info probe;
	struct stflash_target_info target;
	struct stflash_dump_report report;
	uint8_t *flash; /* owned */
	struct range range;
	char *options;   /* owned */
	bool no_options; /* that have a name */
	uint8_t *otp;    /* owned; NULL: the chip has none */
	size_t otp_len;
	char info[INFO_LEN];
};

static int backup_read_options(struct cli *cli, struct chip_copy *copy)
{
	struct stflash_options *list;
	int err;

	err = stflash_options_read(cli->session, &list);
	if (err)
		return err;
	copy->no_options = !stflash_get_option(list, 0);
	copy->options = options_text(list, copy->target.name);
	stflash_free_options(list);
	if (copy->no_options)
		cli_doubt(cli, "the option bytes of this chip are not known to stflash: the backup has none");
	return copy->options ? 0 : cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
}

static bool find_otp(struct cli *cli, struct stflash_region *otp)
{
	for (size_t n = 0; stflash_get_region(cli->session, n, otp); n++)
		if (otp->kind == STFLASH_REGION_OTP)
			return true;
	return false;
}

/* A clone may have none where ST's chips do: the flash is worth saving all the same. */
static int read_otp(struct cli *cli, struct chip_copy *copy)
{
	struct stflash_region otp = { .struct_size = sizeof(otp) };
	int err;

	if (!find_otp(cli, &otp))
		return 0;
	copy->otp = malloc(otp.size);
	if (!copy->otp)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	copy->otp_len = otp.size;
	err = stflash_read(cli->session, otp.addr, copy->otp, otp.size);
	if (err != STFLASH_E_FAULT)
		return err;
	cli_doubt(cli, "this chip does not let its OTP be read: the backup has no " BACKUP_OTP);
	free(copy->otp);
	copy->otp = NULL;
	return 0;
}

/* like: the older backup that was used; path is where the new one will be, NULL: use none. */
static int read_chip(struct cli *cli, struct chip_copy *copy, const struct stflash_read_options *options,
		     const char *path, struct like_file *like)
{
	struct stflash_read_options how = *options;
	int err;

	err = stflash_get_probe_info(cli->session, &copy->probe);
	if (!err)
		err = stflash_get_target_info(cli->session, &copy->target);
	if (!err)
		err = backup_read_options(cli, copy);
	if (err)
		return err;
	copy->range.whole = true;
	err = range_find(cli, &copy->range);
	if (err)
		return err;
	copy->flash = malloc(copy->range.len);
	if (!copy->flash)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	if (path)
		like_find(cli, like, path, &copy->target);
	how.like = like->image;
	err = range_dump(cli, &copy->range, copy->flash, &how, &copy->report);
	return err ? err : read_otp(cli, copy);
}

static void backup_describe(struct chip_copy *copy)
{
	const struct stflash_target_info *t = &copy->target;
	char uid[UID_TEXT_MAX], date[32], flash_sum[SHA256_TEXT_LEN], options_sum[SHA256_TEXT_LEN];
	const time_t now = time(NULL);
	size_t used;
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(copy->info, sizeof(copy->info),
		 "# a chip's contents; back with: stflash restore FOLDER\n"
		 "tool = stflash %s\n"
		 "date = %s\n"
		 "chip = %s\n"
		 "dev_id = 0x%03x\n"
		 "rev_id = 0x%04x\n"
		 "dpidr = 0x%08" PRIx32 "\n"
		 "cpuid = 0x%08" PRIx32 "\n"
		 "uid = %s\n"
		 "flash_base = 0x%08" PRIx32 "\n"
		 "flash_size = %" PRIu32 "\n"
		 "probe = %s\n"
		 "probe_firmware = %s\n"
		 "probe_serial = %s\n"
		 "proof = %s\n"
		 "sha256 " BACKUP_FLASH " = %s\n"
		 "sha256 " BACKUP_OPTIONS " = %s\n",
		 stflash_version(), date, t->name, t->dev_id, t->rev_id, t->dpidr, t->cpuid, uid_text(uid, t->uid),
		 t->flash_base, t->flash_size, copy->probe.model, copy->probe.firmware, copy->probe.serial,
		 proof_name(copy->report.proof), sha256_text(flash_sum, copy->flash, copy->range.len),
		 sha256_text(options_sum, copy->options, strlen(copy->options)));
	used = strlen(copy->info);
	if (copy->range.n_parts > 1)
		snprintf(copy->info + used, sizeof(copy->info) - used,
			 "bank2_base = 0x%08" PRIx32 "\nbank2_size = %zu\n", copy->range.part[1].addr,
			 copy->range.part[1].len);
	used = strlen(copy->info);
	if (t->radio_size)
		snprintf(copy->info + used, sizeof(copy->info) - used, "radio_size = %" PRIu32 "\n", t->radio_size);
	used = strlen(copy->info);
	if (copy->otp)
		snprintf(copy->info + used, sizeof(copy->info) - used, "sha256 " BACKUP_OTP " = %s\n",
			 sha256_text(flash_sum, copy->otp, copy->otp_len));
}

/* What a backup was, for the summary. */
struct saved {
	struct stflash_dump_report report;
	const char *what;
	uint32_t radio;               /* see memory_say_radio() */
	char lacks[512];              /* see range_dump() */
	char sha256[SHA256_TEXT_LEN]; /* of the flash */
};

/* treatment: what happened to the core; "" when more is done to it */
static void say_saved(struct cli *cli, const char *name, const struct saved *saved, const char *treatment)
{
	char amount[AMOUNT_TEXT_MAX], proof[80];

	summary_file(cli, name, "%s of %s%s saved", amount_text(amount, saved->report.bytes), cli->chip, saved->what);
	snprintf(proof, sizeof(proof), "%s, sha256 %.16s", proof_words(saved->report.proof), saved->sha256);
	SUMMARY(cli, proof, treatment);
	cli_detail(cli, "sha256 of the flash %s", saved->sha256);
	memory_say_radio(cli, saved->radio);
}

void backup_note_file(struct cli *cli, const char *folder, const struct folder_file *file, bool made)
{
	const size_t len = strlen(folder);
	const bool text = !strcmp(file->name, BACKUP_OPTIONS) || !strcmp(file->name, BACKUP_INFO);
	char path[PATH_LEN];

	snprintf(path, sizeof(path), "%s%s%s", folder, len && system_folder_len(folder) == len ? "" : "/", file->name);
	ledger_add_file(cli, path, text ? "text" : "bin", file->data, file->len, made, NULL);
}

/* The chip in a new folder, its flash proven. like: filled with the older backup that was used; NULL: use none. */
static int backup_make_folder(struct cli *cli, const char *path, const struct stflash_read_options *how,
			      struct saved *saved, struct like_file *like)
{
	struct chip_copy copy = {
		.probe.struct_size = sizeof(copy.probe),
		.target.struct_size = sizeof(copy.target),
		.report.struct_size = sizeof(copy.report),
	};
	struct like_file none = { .name = NULL };
	int err;

	err = folder_check(cli, path);
	if (!err)
		err = read_chip(cli, &copy, how, like ? path : NULL, like ? like : &none);
	if (!err) {
		backup_describe(&copy);
		const struct folder_file files[] = {
			{ BACKUP_FLASH, copy.flash, copy.range.len },
			{ BACKUP_OPTIONS, copy.options, strlen(copy.options) },
			{ BACKUP_INFO, copy.info, strlen(copy.info) },
			{ BACKUP_OTP, copy.otp, copy.otp_len },
		};

		err = folder_create(cli, path, files, ARRAY_SIZE(files) - !copy.otp);
		for (size_t i = 0; !err && i < ARRAY_SIZE(files) - !copy.otp; i++)
			backup_note_file(cli, path, &files[i], true);
	}
	if (!err) {
		memory_note_flash(cli, copy.target.flash_base, copy.flash, copy.range.len);
		*saved = (struct saved){ .report = copy.report,
					 .radio = copy.range.radio,
					 .what = copy.otp          ? WITH_OTP
						 : copy.no_options ? ""
								   : WITHOUT_OTP };
		memcpy(saved->lacks, copy.range.lacks, sizeof(saved->lacks));
		sha256_text(saved->sha256, copy.flash, copy.range.len);
	}
	free(copy.flash);
	free(copy.options);
	free(copy.otp);
	return err;
}

/* "folder/", or one that is there */
static bool names_folder(const char *name)
{
	const size_t len = strlen(name);
	enum system_kind kind;

	return (len && system_folder_len(name) == len) || (!system_kind(name, true, &kind) && kind == SYSTEM_FOLDER);
}

int backup_open(struct cli *cli, struct backup *b)
{
	int err;

	*b = (struct backup){ .name = cli->opt.backup, .out.fd = -1 };
	if (!b->name)
		return 0;
	err = name_take(cli, &b->name);
	if (err)
		return err;
	b->folder = names_folder(b->name);
	if (b->folder)
		return folder_check(cli, b->name);
	err = memory_check_name(cli, STFLASH_FORMAT_AUTO, b->name);
	return err ? err : output_open(cli, &b->out, b->name, OUTPUT_KEEPS);
}

static int save_flash(struct cli *cli, struct backup *b, const struct stflash_read_options *how, struct saved *saved)
{
	struct range all = { .whole = true };
	uint8_t *buf;
	int err;

	err = range_find(cli, &all);
	if (err)
		return err;
	buf = malloc(all.len);
	if (!buf)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	*saved = (struct saved){ .report.struct_size = sizeof(saved->report), .radio = all.radio, .what = "" };
	err = range_dump(cli, &all, buf, how, &saved->report);
	if (!err)
		err = memory_save_range(cli, &b->out, STFLASH_FORMAT_AUTO, &all, buf);
	memcpy(saved->lacks, all.lacks, sizeof(saved->lacks));
	if (!err)
		sha256_text(saved->sha256, buf, all.len);
	free(buf);
	return err;
}

int backup_save(struct cli *cli, struct backup *b)
{
	const struct stflash_read_options how = { .struct_size = sizeof(how), .then = STFLASH_THEN_STAY };
	struct saved saved;
	int err;

	if (!b->name)
		return 0;
	err = b->folder ? backup_make_folder(cli, b->name, &how, &saved, NULL) : save_flash(cli, b, &how, &saved);
	if (err)
		return err;
	say_saved(cli, output_is_stdout(b->name) ? "standard output" : b->name, &saved, "");
	if (saved.lacks[0]) /* nobody can save more of it, and what was asked for mends it */
		cli_insist(cli, "%s", saved.lacks);
	if (strcmp(b->name, "-") != 0)
		cli->backup_made = b->name;
	return 0;
}

void backup_tell(struct cli *cli)
{
	if (!cli->backup_made)
		return;
	cli_insist(cli, "%s has the flash as it was before: run the command again without --backup", cli->backup_made);
}

void backup_close(struct backup *b)
{
	output_abandon(&b->out);
}

static void backup_print_json(const struct cli *cli, const char *folder, const struct stflash_dump_report *r,
			      const struct like_file *like)
{
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_string(&j, "folder", folder);
	json_string(&j, "proof", proof_name(r->proof));
	json_bool(&j, "was_reset", r->was_reset);
	like_json(&j, like, r);
	result_close(cli, &j);
}

int cmd_backup(struct cli *cli)
{
	struct stflash_read_options how = { .struct_size = sizeof(how) };
	struct like_file like = { .name = NULL };
	const char *folder;
	struct saved saved;
	int err;

	if (cli->n_words != 1)
		return cli_usage(cli, "backup takes one FOLDER, which must not be there yet");
	folder = cli->words[0];
	err = memory_read_options(cli, &how);
	if (!err)
		err = name_take(cli, &folder);
	if (!err)
		err = folder_check(cli, folder);
	if (!err)
		err = cli_connect(cli);
	if (!err)
		err = cli_disconnect(cli, backup_make_folder(cli, folder, &how, &saved, &like));
	if (!err) {
		say_saved(cli, folder, &saved, memory_treatment(cli, &how, saved.report.was_reset));
		like_say(cli, &like, &saved.report);
	}
	if (!err && saved.lacks[0])
		err = cli_fail(cli, STFLASH_E_FLASH, "%s", saved.lacks);
	if (!err && cli->opt.json)
		backup_print_json(cli, folder, &saved.report, &like);
	like_close(&like);
	return err;
}
