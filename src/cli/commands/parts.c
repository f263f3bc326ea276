/* SPDX-License-Identifier: MIT */
#include "cli/commands/parts.h"

#include <inttypes.h>

#include "cli/commands/summary.h"
#include "cli/words.h"

/* A file may have thousands of stretches: so many are listed one by one. */
#define MAX_LISTED 10u

struct skipped {
	struct cli *cli;
	unsigned int n;
	uint64_t bytes;
};

static void note_skipped(const struct stflash_skipped *what, void *user)
{
	struct skipped *all = user;
	char size[SIZE_TEXT_MAX];

	all->bytes += what->bytes;
	if (++all->n <= MAX_LISTED)
		cli_note(all->cli, "left out: %s at 0x%08" PRIx32 ", %s", size_text(size, what->bytes), what->addr,
			 what->where);
}

int parts_skip(struct cli *cli, struct stflash_image *image, uint64_t *bytes)
{
	struct skipped all = { .cli = cli };
	const bool with_otp = cli->opt.given & OPTION_BIT(OPTION_OTP_PERMANENT);
	int err;

	*bytes = 0;
	if (!(cli->opt.given & OPTION_BIT(OPTION_SKIP_OUTSIDE)))
		return 0;
	err = stflash_image_skip_outside(cli->session, image, with_otp, note_skipped, &all);
	if (err)
		return err;
	if (all.n > MAX_LISTED)
		cli_note(cli, "left out: %u more stretches", all.n - MAX_LISTED);
	*bytes = all.bytes;
	return 0;
}

static void say_otp(struct cli *cli, const struct stflash_write_options *o, const struct stflash_write_report *r)
{
	char size[SIZE_TEXT_MAX];

	if (!r->otp_bytes)
		return;
	size_text(size, r->otp_programmed_bytes);
	if (!r->otp_programmed_bytes)
		cli_note(cli, "OTP: it already holds all of the image there; nothing was programmed");
	else if (o->dry_run)
		cli_note(cli, "OTP: would program %s, which nothing can undo", size);
	else
		cli_note(cli, "OTP: %s programmed and compared by reading back; nothing can undo that", size);
}

void parts_say(struct cli *cli, const struct stflash_write_options *o, const struct stflash_write_report *r)
{
	char size[SIZE_TEXT_MAX];

	say_otp(cli, o, r);
	if (!r->ram_bytes)
		return;
	cli_note(cli,
		 "RAM: %s of the image %s loaded there before the firmware starts%s; the next power-off loses them, so "
		 "data of the firmware needs a load address in flash",
		 size_text(size, r->ram_bytes), o->dry_run ? "would be" : "were",
		 o->dry_run ? "" : ", and compared by reading back");
}

/* How the core is left when nothing in RAM could be started. */
static const char *rest_of_core(const struct stflash_write_options *o)
{
	return o->then == STFLASH_THEN_RUN ? "not started, core as before" : "not started, core halted";
}

void parts_say_ram_image(struct cli *cli, const struct stflash_write_options *o, const struct stflash_write_report *r,
			 uint32_t addr, const char *names)
{
	char amount[AMOUNT_TEXT_MAX], start[64];

	amount_text(amount, r->ram_bytes);
	if (o->dry_run) {
		summary_file(cli, names, "would load %s into RAM at 0x%08" PRIx32 " of %s", amount, addr, cli->chip);
		cli_say(cli, "flash is not changed");
		return;
	}
	summary_file(cli, names, "%s loaded into RAM at 0x%08" PRIx32 " of %s", amount, addr, cli->chip);
	snprintf(start, sizeof(start), "reset and %s in RAM at 0x%08" PRIx32, r->started ? "started" : "halted", r->pc);
	SUMMARY(cli, "read back and equal", "flash not changed", r->pc ? start : rest_of_core(o));
	if (r->pc)
		cli_detail(cli, "stack pointer 0x%08" PRIx32, r->sp);
	else
		cli_note(cli, "it has neither a vector table nor an entry point in RAM that the core can execute");
}

void parts_json(struct json *j, const struct stflash_write_report *r)
{
	json_uint(j, "ram_bytes", r->ram_bytes);
	json_uint(j, "otp_bytes", r->otp_bytes);
	json_uint(j, "otp_programmed_bytes", r->otp_programmed_bytes);
	json_bool(j, "started", r->started);
	if (r->pc) {
		json_hex(j, "pc", r->pc, 8);
		json_hex(j, "sp", r->sp, 8);
	}
}
