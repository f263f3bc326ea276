/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/backup.h"
#include "cli/commands/memory.h"
#include "cli/commands/options_text.h"
#include "cli/commands/protect.h"
#include "cli/commands/rescue.h"
#include "cli/commands/stored.h"
#include "cli/commands/summary.h"
#include "cli/commands/write.h"
#include "cli/result.h"
#include "cli/system/system.h"
#include "cli/words.h"

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
	struct stflash_image *image = stflash_image_new();
	int err;

	if (!image)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	err = stored_image(cli, s, image);
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

static void restore_print_json(const struct cli *cli, const struct stflash_write_report *w,
			       const struct stflash_options_report *o, uint64_t ms)
{
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", true);
	write_json(&j, w, ms);
	json_bool(&j, "options_changed", o->changed);
	json_bool(&j, "power_cycle", o->power_cycle);
	boot_json(&j, w->boot, w->boot_remark);
	result_close(cli, &j);
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
	err = stored_open(cli, &s);
	if (!err) {
		backup_note_file(cli, s.path, &(struct folder_file){ BACKUP_FLASH, s.flash.data, s.flash.len }, false);
		backup_note_file(cli, s.path, &(struct folder_file){ BACKUP_OPTIONS, s.options.data, s.options.len },
				 false);
		err = cli_connect(cli);
	}
	if (!err)
		err = cli_disconnect(cli, restore_connected(cli, &s, &written, &options));
	stored_close(&s);
	if (err)
		return err;
	progress_clear(cli);
	restore_say_summary(cli, s.path, &written, &options, cli_ms_since(cli, start));
	if (cli->opt.json)
		restore_print_json(cli, &written, &options, cli_ms_since(cli, start));
	if (s.has_otp)
		cli_note(cli, BACKUP_OTP " was not written: OTP can be programmed only once, and never erased");
	return 0;
}
