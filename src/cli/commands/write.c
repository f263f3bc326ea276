/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "cli/cli.h"
#include "cli/commands/backup.h"
#include "cli/commands/memory.h"
#include "cli/commands/parts.h"
#include "cli/commands/plan_view.h"
#include "cli/commands/protect.h"
#include "cli/commands/rescue.h"
#include "cli/commands/summary.h"
#include "cli/commands/write.h"
#include "cli/result.h"
#include "cli/stamps/stamps.h"
#include "cli/system/system.h"
#include "cli/words.h"

#define UP_TO_DATE "up to date, %s at 0x%08" PRIx32 " of %s"

static bool given(const struct cli *cli, enum option_id id)
{
	return cli->opt.given & OPTION_BIT(id);
}

void write_options(struct cli *cli, struct stflash_write_options *o)
{
	*o = (struct stflash_write_options){
		.struct_size = sizeof(*o),
		.discard_rest = given(cli, OPTION_NO_KEEP),
		.no_verify = given(cli, OPTION_NO_VERIFY),
		.no_agent = given(cli, OPTION_NO_AGENT),
		.dry_run = given(cli, OPTION_DRY_RUN),
		.may_reset = given(cli, OPTION_RESET),
		.width = cli->opt.width,
		.otp_permanent = given(cli, OPTION_OTP_PERMANENT),
		.force_erase = given(cli, OPTION_FORCE_ERASE),
		.skip_blank = given(cli, OPTION_SKIP_BLANK),
		.then = given(cli, OPTION_HALT)       ? STFLASH_THEN_HALT
			: given(cli, OPTION_NO_RESET) ? STFLASH_THEN_STAY
						      : STFLASH_THEN_RUN,
	};
	if (o->no_verify)
		cli_warn(cli, "--no-verify: nothing checks afterwards that the flash is right");
}

/* Without the program on the target it is we who compare. What is equal already was compared even with --no-verify. */
const char *write_proof(const struct stflash_write_report *r)
{
	if (!r->verified && (r->erased || r->programmed))
		return "NOT verified";
	return r->by_agent ? proof_words(STFLASH_PROOF_HASH) : "verified by reading back";
}

const char *write_afterwards(const struct cli *cli, const struct stflash_write_options *o, const char *boot_remark)
{
	switch (o->then) {
	case STFLASH_THEN_HALT:
		return "reset and halted";
	case STFLASH_THEN_STAY:
		return "core halted, not reset";
	case STFLASH_THEN_RUN:
		break;
	}
	if (*boot_remark)
		return "reset, firmware does not run";
	return cli->no_firmware ? "reset, no firmware" : "reset and running";
}

void write_say_boot(struct cli *cli, const struct stflash_write_report *r)
{
	if (*r->boot_remark)
		cli_warn(cli, "%s", r->boot_remark);
}

void boot_json(struct json *j, enum stflash_boot boot, const char *remark)
{
	static const char *const words[] = {
		[STFLASH_BOOT_UNKNOWN] = "unknown",
		[STFLASH_BOOT_FLASH] = "flash",
		[STFLASH_BOOT_LOADER] = "boot loader",
		[STFLASH_BOOT_BANKS] = "BFB2",
		[STFLASH_BOOT_RAM] = "RAM",
	};

	json_string(j, "boot", words[boot]);
	json_string(j, "boot_remark", remark);
}

void write_json(struct json *j, const struct stflash_write_report *r, uint64_t ms)
{
	json_uint(j, "units", r->units);
	json_uint(j, "equal", r->equal);
	json_uint(j, "erased", r->erased);
	json_uint(j, "programmed", r->programmed);
	json_bool(j, "mass_erase", r->mass_erase);
	json_bool(j, "by_agent", r->by_agent);
	json_bool(j, "verified", r->verified);
	json_bool(j, "was_reset", r->was_reset);
	json_uint(j, "ms", ms);
}

static void write_print_json(struct cli *cli, const struct stflash_write_report *r, const char *doubt, uint64_t skipped,
			     uint64_t ms)
{
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_bool(&j, "dry_run", given(cli, OPTION_DRY_RUN));
	json_uint(&j, "bytes", r->image_bytes + r->ram_bytes + r->otp_bytes);
	parts_json(&j, r);
	json_uint(&j, "skipped_bytes", skipped);
	json_uint(&j, "programmed_bytes", r->programmed_bytes);
	json_uint(&j, "kept_bytes", r->kept_bytes);
	write_json(&j, r, ms);
	json_string(&j, "warning", doubt);
	boot_json(&j, r->boot, r->boot_remark);
	stamps_json(cli, &j);
	result_close(cli, &j);
}

/* What is counted, with -v. */
static void write_say_details(struct cli *cli, const struct stflash_write_report *r, uint64_t ms)
{
	char rate[SIZE_TEXT_MAX];

	if (r->units)
		cli_detail(cli, "%u %s%s: %u equal before, %u erased%s, %u programmed with %" PRIu64 " byte%s",
			   r->units, r->unit, plural(r->units), r->equal, r->erased,
			   r->mass_erase ? " by one mass erase" : "", r->programmed, r->programmed_bytes,
			   plural(r->programmed_bytes));
	if (r->kept_bytes)
		cli_detail(cli, "%" PRIu64 " byte%s beside the image kept", r->kept_bytes, plural(r->kept_bytes));
	if (*rate_text(rate, r->image_bytes, ms))
		cli_detail(cli, "%s", rate);
}

static bool nothing_to_write(const struct stflash_write_report *r)
{
	return !r->erased && !r->programmed && !r->ram_bytes && !r->otp_bytes;
}

static void say_plan(struct cli *cli, const struct stflash_write_report *r, uint32_t addr, const char *names)
{
	char amount[AMOUNT_TEXT_MAX];

	amount_text(amount, r->image_bytes + r->ram_bytes + r->otp_bytes);
	if (nothing_to_write(r))
		summary_file(cli, names, UP_TO_DATE, amount, addr, cli->chip);
	else
		summary_file(cli, names, "would write %s to 0x%08" PRIx32 " of %s", amount, addr, cli->chip);
	/* How many bytes that is depends on what is to be kept, which a dry run does not fetch. */
	if (r->units && nothing_to_write(r))
		cli_say(cli, "nothing would be written; %u %s%s equal already", r->units, r->unit, plural(r->units));
	else if (r->units)
		cli_say(cli, "would erase %u of %u %s%s%s and program %u; %u equal already", r->erased, r->units,
			r->unit, plural(r->units), r->mass_erase ? " by one mass erase" : "", r->programmed, r->equal);
	if (cli->opt.backup && !nothing_to_write(r))
		cli_note(cli, "a write would save the flash to %s first", cli->opt.backup);
	if (r->was_reset)
		cli_note(cli, "the chip was reset for this look, and runs");
}

static void say_written(struct cli *cli, const struct stflash_write_options *o, const struct stflash_write_report *r,
			uint32_t addr, uint64_t ms, const char *names)
{
	const bool nothing = nothing_to_write(r);
	char amount[AMOUNT_TEXT_MAX], time[TIME_TEXT_MAX], size[AMOUNT_TEXT_MAX], kept[AMOUNT_TEXT_MAX + 8] = "";

	amount_text(amount, r->image_bytes + r->ram_bytes + r->otp_bytes);
	if (nothing)
		summary_file(cli, names, UP_TO_DATE, amount, addr, cli->chip);
	else
		summary_file(cli, names, "%s written to 0x%08" PRIx32 " of %s in %s", amount, addr, cli->chip,
			     time_text(time, ms));
	if (r->kept_bytes)
		snprintf(kept, sizeof(kept), "%s kept", amount_text(size, r->kept_bytes));
	SUMMARY(cli, r->image_bytes ? write_proof(r) : "", nothing ? "nothing was written" : "", kept,
		write_afterwards(cli, o, r->boot_remark));
	write_say_details(cli, r, ms);
}

static void write_say_summary(struct cli *cli, const struct stflash_write_options *o,
			      const struct stflash_write_report *r, uint32_t addr, uint64_t ms)
{
	char names[NAMES_MAX];

	memory_names(cli, names);
	if (r->ram_bytes && !r->image_bytes && !r->otp_bytes) {
		parts_say_ram_image(cli, o, r, addr, names);
		return;
	}
	if (o->dry_run)
		say_plan(cli, r, addr, names);
	else
		say_written(cli, o, r, addr, ms, names);
	stamps_say(cli);
	parts_say(cli, o, r);
	if (!o->dry_run)
		write_say_boot(cli, r);
}

/* With read-out protection the old firmware goes here already. */
static int lift_protection(struct cli *cli, struct stflash_write_options *o, const char *doubt)
{
	struct stflash_target_info target = { .struct_size = sizeof(target), .rdp = STFLASH_RDP_NONE };
	int err = 0;

	if (*doubt)
		err = stflash_get_target_info(cli->session, &target);
	if (!err && target.rdp != STFLASH_RDP_NONE) {
		err = prompt_think_again(cli, doubt);
		o->doubt = NULL;
	}
	return err ? err : protect_lift_to_write(cli);
}

static int write_connected(struct cli *cli, struct stflash_image *image, struct stflash_write_options *o,
			   struct backup *backup, struct stflash_write_report *report, const char **doubt)
{
	struct plan_view view;
	int err;

	err = stamps_try(cli, image);
	if (!err)
		err = stflash_image_check(cli->session, image, o);
	if (!err)
		err = stflash_judge_image(cli->session, image, doubt);
	if (!err && !o->dry_run)
		err = backup_save(cli, backup);
	if (!err && given(cli, OPTION_UNPROTECT) && !o->dry_run)
		err = lift_protection(cli, o, *doubt);
	if (!err && !o->dry_run)
		err = stamps_take(cli, image);
	if (err)
		return err;
	if (!o->dry_run && !cli->opt.verbose)
		return rescue_write(cli, image, o, report);

	err = plan_view_begin(&view, cli, o);
	if (!err)
		err = rescue_write(cli, image, o, report);
	plan_view_end(&view, !err);
	return err;
}

static uint32_t first_address(const struct stflash_image *image)
{
	const uint8_t *data;
	uint32_t addr = 0;
	size_t len;

	stflash_image_segment(image, 0, &addr, &data, &len);
	return addr;
}

static int connect_and_write(struct cli *cli, struct stflash_image *image, struct stflash_write_options *o,
			     struct stflash_write_report *report, const char **doubt, uint64_t *skipped)
{
	struct backup backup;
	int err;

	err = backup_open(cli, &backup);
	if (!err)
		err = cli_connect(cli);
	if (!err) {
		err = parts_skip(cli, image, skipped);
		if (!err)
			err = write_connected(cli, image, o, &backup, report, doubt);
		if (!err && !o->dry_run && o->then == STFLASH_THEN_RUN && first_address(image) != FLASH_START)
			memory_look_at_vectors(cli);
		err = cli_disconnect(cli, err);
	}
	backup_close(&backup);
	return err;
}

int cmd_write(struct cli *cli)
{
	const uint64_t start = clock_ms();
	struct stflash_write_options options = { .struct_size = sizeof(options) };
	struct stflash_write_report report = { .struct_size = sizeof(report) };
	struct stflash_image *image;
	uint32_t first_addr = 0;
	const char *doubt = "";
	uint64_t skipped = 0, ms;
	int err;

	if (given(cli, OPTION_RESET) && !given(cli, OPTION_DRY_RUN))
		return cli_usage(cli, "--reset makes --dry-run quick; a write resets the chip anyway");
	err = stamps_parse(cli);
	if (err)
		return err;
	err = memory_load(cli, &image);
	if (!err)
		err = stamps_look(cli);
	if (!err) {
		write_options(cli, &options);
		options.doubt = prompt_doubt;
		options.doubt_user = cli;
		err = connect_and_write(cli, image, &options, &report, &doubt, &skipped);
	}
	if (!err) {
		first_addr = first_address(image);
		memory_note_image(cli, image);
	}
	stflash_image_free(image);
	if (err)
		return err;

	ms = cli_ms_since(cli, start);
	progress_clear(cli);
	write_say_summary(cli, &options, &report, first_addr, ms);
	if (cli->opt.json)
		write_print_json(cli, &report, doubt, skipped, ms);
	memory_say_forgetful(cli);
	return 0;
}
