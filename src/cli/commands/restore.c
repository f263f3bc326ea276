/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/backup.h"
#include "cli/commands/memory.h"
#include "cli/commands/options_text.h"
#include "cli/commands/protect.h"
#include "cli/commands/rescue.h"
#include "cli/commands/summary.h"
#include "cli/commands/write.h"
#include "cli/json.h"
#include "cli/sha256.h"
#include "cli/system/system.h"
#include "cli/words.h"

#define PATH_LEN  4096u
#define VALUE_LEN 128u

struct stored_file {
	uint8_t *data; /* owned */
	size_t len;
};

struct stored {
	const char *path;
	struct stored_file flash, options, info;
	bool has_otp; /* whose file is as it was backed up */
	struct settings settings;
	uint64_t dev_id, flash_base, flash_size;
	char uid[VALUE_LEN];
};

static int restore_load(struct cli *cli, const char *folder, const char *name, struct stored_file *file)
{
	char path[PATH_LEN];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return cli_fail(cli, STFLASH_E_FILE, "the name of the folder is too long: %s", folder);
	return memory_read_file(cli, path, &file->data, &file->len);
}

/* The value behind "key = " at the start of a line of info.txt. */
static bool has_value(const struct stored *s, const char *key, char value[VALUE_LEN])
{
	const char *text = (const char *)s->info.data, *end = text + s->info.len;
	const size_t len = strlen(key);

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		if ((size_t)(stop - text) >= len + 3 && !memcmp(text, key, len) && !memcmp(text + len, " = ", 3)) {
			snprintf(value, VALUE_LEN, "%.*s", (int)(stop - text - (int)len - 3), text + len + 3);
			return true;
		}
		text = stop + 1;
	}
	return false;
}

static int restore_find(struct cli *cli, const struct stored *s, const char *key, char value[VALUE_LEN])
{
	if (has_value(s, key, value))
		return 0;
	return cli_fail(cli, STFLASH_E_FILE, "%s/%s has no line '%s = ...': it is no backup of stflash", s->path,
			BACKUP_INFO, key);
}

static int find_number(struct cli *cli, const struct stored *s, const char *key, uint64_t *number)
{
	char value[VALUE_LEN];
	int err;

	err = restore_find(cli, s, key, value);
	if (!err && !parse_number(value, number))
		err = cli_fail(cli, STFLASH_E_FILE, "%s/%s: %s is no number: '%s'", s->path, BACKUP_INFO, key, value);
	return err;
}

static int check_hash(struct cli *cli, const struct stored *s, const char *name, const struct stored_file *file)
{
	char key[32], expected[VALUE_LEN], found[SHA256_TEXT_LEN];
	int err;

	snprintf(key, sizeof(key), "sha256 %s", name);
	err = restore_find(cli, s, key, expected);
	if (!err && strcmp(expected, sha256_text(found, file->data, file->len)) != 0)
		err = cli_fail(
			cli, STFLASH_E_FILE,
			"%s/%s is not what was backed up: its SHA-256 differs from the one in %s; nothing was written",
			s->path, name, BACKUP_INFO);
	return err;
}

/* It is checked like the other files, though it is not written: a backup that is damaged says so. */
static int check_otp(struct cli *cli, struct stored *s)
{
	struct stored_file otp = { .data = NULL };
	char sum[VALUE_LEN];
	int err;

	s->has_otp = has_value(s, "sha256 " BACKUP_OTP, sum);
	if (!s->has_otp)
		return 0;
	err = restore_load(cli, s->path, BACKUP_OTP, &otp);
	if (!err)
		err = check_hash(cli, s, BACKUP_OTP, &otp);
	free(otp.data);
	return err;
}

static int check_size(struct cli *cli, const struct stored *s)
{
	if (s->flash.len == s->flash_size)
		return 0;
	return cli_fail(cli, STFLASH_E_FILE,
			"%s/" BACKUP_FLASH " has %zu bytes, not the %" PRIu64 " of the flash that " BACKUP_INFO
			" tells of: it is no backup of a whole chip; nothing was written",
			s->path, s->flash.len, s->flash_size);
}

static int open_backup(struct cli *cli, struct stored *s)
{
	int err;

	err = restore_load(cli, s->path, BACKUP_INFO, &s->info);
	if (!err)
		err = restore_load(cli, s->path, BACKUP_FLASH, &s->flash);
	if (!err)
		err = restore_load(cli, s->path, BACKUP_OPTIONS, &s->options);
	if (!err)
		err = check_hash(cli, s, BACKUP_FLASH, &s->flash);
	if (!err)
		err = check_hash(cli, s, BACKUP_OPTIONS, &s->options);
	if (!err)
		err = check_otp(cli, s);
	if (!err)
		err = find_number(cli, s, "dev_id", &s->dev_id);
	if (!err)
		err = find_number(cli, s, "flash_base", &s->flash_base);
	if (!err)
		err = find_number(cli, s, "flash_size", &s->flash_size);
	if (!err)
		err = restore_find(cli, s, "uid", s->uid);
	if (!err)
		err = options_from_text(cli, &s->settings, BACKUP_OPTIONS, (const char *)s->options.data,
					s->options.len);
	return err ? err : check_size(cli, s);
}

/* The same kind and size of chip, or --other-chip; another one of the same kind is only worth a word. */
static int check_chip(struct cli *cli, const struct stored *s)
{
	struct stflash_target_info t = { .struct_size = sizeof(t) };
	char uid[UID_TEXT_MAX];
	int err;

	err = stflash_get_target_info(cli->session, &t);
	if (err)
		return err;
	if ((t.dev_id != s->dev_id || t.flash_size != s->flash_size) &&
	    !(cli->opt.given & OPTION_BIT(OPTION_OTHER_CHIP)))
		return cli_fail(cli, STFLASH_E_ARG,
				"%s is of another chip: device id 0x%03" PRIx64 " with %" PRIu64
				" KiB of flash, this one is 0x%03x with %" PRIu32
				" KiB; nothing was written (--other-chip does it all the same)",
				s->path, s->dev_id, s->flash_size / 1024, t.dev_id, t.flash_size / 1024);
	if (s->flash_base != t.flash_base)
		return cli_fail(cli, STFLASH_E_FILE,
				"%s/" BACKUP_INFO " has flash_base 0x%08" PRIx64
				", but the flash of this chip starts at "
				"0x%08" PRIx32 "; nothing was written",
				s->path, s->flash_base, t.flash_base);
	if (strcmp(s->uid, uid_text(uid, t.uid)) != 0)
		cli_warn(cli,
			 "the backup is of the chip with the unique id %s, this is %s: firmware that is bound to its "
			 "id will notice",
			 *s->uid ? s->uid : "unknown", *uid ? uid : "unknown");
	return 0;
}

static int write_flash(struct cli *cli, const struct stored *s, const struct stflash_write_options *o,
		       struct stflash_write_report *report)
{
	const uint32_t base = (uint32_t)s->flash_base;
	struct stflash_image *image = stflash_image_new();
	int err;

	if (!image)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	err = stflash_image_load(cli->session, image, BACKUP_FLASH, s->flash.data, s->flash.len, STFLASH_FORMAT_BIN,
				 &base);
	if (!err)
		err = rescue_write(cli, image, o, report);
	stflash_image_free(image);
	return err;
}

/* What the option bytes cannot take shall be known before anything is erased. */
static int check_options(struct cli *cli, struct stored *s)
{
	const bool lifts = cli->opt.given & OPTION_BIT(OPTION_UNPROTECT);
	struct stflash_options_report would = { .struct_size = sizeof(would) };
	int err;

	err = stflash_options_write(cli->session, s->settings.list, s->settings.n,
				    STFLASH_CHECK_ONLY | (lifts ? STFLASH_ALLOW_ERASE : 0), &would);
	if (err == STFLASH_E_ARG)
		return cli_fail(cli, err, "%s/" BACKUP_OPTIONS " does not fit this chip: %s; nothing was written",
				s->path, stflash_errmsg(cli->session));
	return err;
}

/* Flash first: the option bytes may forbid to write it. */
static int restore_connected(struct cli *cli, struct stored *s, struct stflash_write_report *written,
			     struct stflash_options_report *options)
{
	struct stflash_write_options o = { .struct_size = sizeof(o) };
	int err;

	err = check_chip(cli, s);
	if (!err)
		err = check_options(cli, s);
	if (!err && (cli->opt.given & OPTION_BIT(OPTION_UNPROTECT)))
		err = protect_lift_to_write(cli);
	if (err)
		return err;
	write_options(cli, &o);
	err = write_flash(cli, s, &o, written);
	if (!err)
		err = stflash_options_write(cli->session, s->settings.list, s->settings.n, 0, options);
	if (!err)
		memory_note_flash(cli, (uint32_t)s->flash_base, s->flash.data, s->flash.len);
	return err;
}

static void restore_say_summary(struct cli *cli, const char *folder, const struct stflash_write_report *w,
				const struct stflash_options_report *o, uint64_t ms)
{
	const struct stflash_write_options run = { .struct_size = sizeof(run),
						   .then = STFLASH_THEN_RUN }; /* as restore always does */
	char time[TIME_TEXT_MAX];

	summary_file(cli, folder, "restored to %s, %u of %u %s%s differed, %s", cli->chip, w->programmed, w->units,
		     w->unit, plural(w->units), time_text(time, ms));
	SUMMARY(cli, write_proof(w), o->changed ? "option bytes written" : "option bytes unchanged",
		o->lifted_rdp ? "" : write_afterwards(cli, &run, o->changed ? "" : w->boot_remark));
	if (o->changed)
		options_say_outcome(cli, o);
	else
		write_say_boot(cli, w);
	memory_say_forgetful(cli);
}

static void restore_print_json(const struct stflash_write_report *w, const struct stflash_options_report *o,
			       uint64_t ms)
{
	struct json j;

	json_open(&j, stdout);
	json_string(&j, "command", "restore");
	json_bool(&j, "ok", true);
	write_json(&j, w, ms);
	json_bool(&j, "options_changed", o->changed);
	json_bool(&j, "power_cycle", o->power_cycle);
	boot_json(&j, w->boot, w->boot_remark);
	json_close(&j);
}

int cmd_restore(struct cli *cli)
{
	const uint64_t start = clock_ms();
	struct stflash_options_report options = { .struct_size = sizeof(options) };
	struct stflash_write_report written = { .struct_size = sizeof(written) };
	struct stored s = { .flash.data = NULL };
	int err;

	if (cli->n_words != 1)
		return cli_usage(cli, "restore takes one FOLDER that `stflash backup` made");
	s.path = cli->words[0];
	err = open_backup(cli, &s);
	if (!err)
		err = cli_connect(cli);
	if (!err)
		err = cli_disconnect(cli, restore_connected(cli, &s, &written, &options));
	free(s.flash.data);
	free(s.options.data);
	free(s.info.data);
	if (err)
		return err;
	progress_clear(cli);
	if (cli->opt.json)
		restore_print_json(&written, &options, clock_ms() - start);
	restore_say_summary(cli, s.path, &written, &options, clock_ms() - start);
	if (s.has_otp)
		cli_note(cli, BACKUP_OTP " was not written: OTP can be programmed only once, and never erased");
	return 0;
}
