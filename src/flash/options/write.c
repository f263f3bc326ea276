/* SPDX-License-Identifier: MIT */
/* Changing the option bytes of the connected chip: what is refused, the frame around it, and the proof. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/failure.h"
#include "flash/controllers/procedure.h"
#include "flash/engine/engine.h"
#include "flash/engine/write.h"
#include "flash/options/options.h"

static const struct option_access *option_access_of(const struct flash *f)
{
	return f->options->access;
}

int flash_options_read(struct flash *f, struct option_words *o)
{
	return option_access_of(f)->read(f, o);
}

/* ---------------------------------------------------------------- what is refused */

static bool lifts_rdp(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	return option_rdp_level(f, now) == STFLASH_RDP_LEVEL_1 && option_rdp_level(f, want) == STFLASH_RDP_NONE;
}

static int check_rdp(struct flash *f, const struct option_words *now, const struct option_words *want,
		     unsigned int allow)
{
	const enum stflash_protection from = option_rdp_level(f, now), to = option_rdp_level(f, want);

	if (from == STFLASH_RDP_LEVEL_2)
		return fail(f->ctx, STFLASH_E_PROTECTED, "RDP level 2 is set: option bytes cannot be changed any more");
	if (to == STFLASH_RDP_LEVEL_2 && !(allow & STFLASH_ALLOW_LEVEL_2_FOR_EVER))
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "RDP level 2 is permanent: SWD, JTAG and the boot loader are closed, no tool and no vendor "
			    "opens them again, and no option byte changes any more; nothing was changed "
			    "(" HINT_LEVEL_2 " does it all the same)");
	if (lifts_rdp(f, now, want) && !(allow & STFLASH_ALLOW_ERASE))
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "removing read-out protection makes the chip erase its whole flash; nothing was changed: "
			    "`" HINT_UNPROTECT "` does it");
	if (want->rdp_hidden)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "the chip is read-out protected and hides its RDP byte, which is written along with every "
			    "other: give RDP=1 to keep the protection, or first remove it with "
			    "`" HINT_UNPROTECT "`");
	return 0;
}

/* The chip compares each range with what it was (RM0444 3.5.4). */
static int check_ranges_grow(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	struct option_span is, will;

	for (const struct option_range *r = f->options->ranges; r && r->first; r++)
		if (r->pcrop && option_range_on(f, now, r, &is) &&
		    (!option_range_on(f, want, r, &will) || will.addr > is.addr || will.end < is.end))
			return fail(
				f->ctx, STFLASH_E_PROTECTED,
				"PCROP of 0x%08x-0x%08x can grow, and goes only together with RDP from level 1 to 0; "
				"nothing was changed: only " PCROP_CURE,
				(unsigned int)is.addr, (unsigned int)(is.end - 1));
	return 0;
}

/* PCROP can be added, but goes only with an erase of everything (RM0090 3.7.5, RM0431 3.5.4). */
static int check_pcrop(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	if (lifts_rdp(f, now, want))
		return 0;
	if (option_sprmod(f, now) && !option_sprmod(f, want))
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "PCROP is set (SPRMOD) and goes only together with RDP from level 1 to 0; nothing was "
			    "changed: only " PCROP_CURE);
	for (size_t i = 0; !f->options->ranges && i < f->n_sectors; i++)
		if (option_unit_pcrop(f, now, &f->sectors[i]) && !option_unit_pcrop(f, want, &f->sectors[i]))
			return fail(f->ctx, STFLASH_E_PROTECTED,
				    "PCROP of sector %u goes only together with RDP from level 1 to 0; nothing was "
				    "changed: only " PCROP_CURE,
				    f->sectors[i].number);
	return check_ranges_grow(f, now, want);
}

static bool bit_differs(const struct flash *f, const struct option_words *now, const struct option_words *want,
			const struct when *when)
{
	for (size_t n = 0; n < OPTION_WORDS && f->options->in_force[n]; n++)
		if (f->options->in_force[n] == when->reg)
			return (now->word[n] ^ want->word[n]) >> when->bit & 1;
	return false;
}

/* Where the bytes of flash lie may hang on an option bit (DB1M, nDBANK: RM0410 3.3.2). */
static void warn_of_layout(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	const struct geometry *g = f->chip->geometry;

	while (f->size < g->least)
		g++;
	if (g->when.reg && bit_differs(f, now, want, &g->when))
		log_warn(f->ctx, "this changes how flash is divided into sectors: what it holds now reads differently "
				 "afterwards, so write the firmware again");
}

static void warn_of_risk(const char *words, void *user)
{
	const struct flash *f = user;

	log_warn(f->ctx, "%s", words);
}

static void warn_of_securable(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (option_is_secure(&field) && option_get(want, &field) && !option_get(now, &field))
			log_warn(f->ctx,
				 "while %s is not 0 the chip refuses to erase everything at once: stflash erases page "
				 "by "
				 "page then",
				 field.name);
}

static void warn_of_change(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	warn_of_layout(f, now, want);
	option_each_risk(f, now, want, warn_of_risk, f);
	warn_of_securable(f, now, want);
}

/* From one to the other meaning of nWRP by mistake shuts every sector for reading. */
static int check_sprmod(struct flash *f, const struct option_words *now, const struct option_words *want,
			const char *const *settings, size_t n)
{
	if (option_sprmod(f, now) || !option_sprmod(f, want))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!strncasecmp(settings[i], "nWRP", 4))
			return 0;
	return fail(f->ctx, STFLASH_E_ARG,
		    "with SPRMOD a 1 in nWRP means that nobody can read the sector any more, and nWRP is mostly ones: "
		    "give nWRP=... along with it");
}

/* --------------------------------------------------------------- on the chip */

static bool is_same(const struct option_words *a, const struct option_words *b)
{
	return a->rdp_hidden == b->rdp_hidden && memcmp(a->word, b->word, sizeof(a->word)) == 0;
}

/* Reset first, so that no old firmware is at work on the flash; a protected F4 has no vectors to start from. */
static int hold(struct flash *f)
{
	const int err = flash_reset_halt(f);

	return err ? err : controller_unlock(f);
}

/* By OBL_LAUNCH, where the chip has it. *done: option bytes are loaded, and the core stands before its first
 * instruction.
 */
static int launch_words(struct flash *f, bool *done)
{
	int err = 0;

	*done = f->options->launch != 0;
	if (*done)
		err = flash_launch(f);
	if (!err || err == STFLASH_E_UNPLUGGED)
		return err;
	log_info(f->ctx, "%s: a plain reset may load the option bytes too", f->ctx->errmsg);
	ctx_clear_error(f->ctx);
	*done = false;
	return 0;
}

/* The reset that loads what is stored. It ends before the first instruction, if it can, so that one can look at it. */
static int load_words(struct flash *f)
{
	bool done;
	int err;

	err = launch_words(f, &done);
	if (!err && !done)
		err = core_reset_halt(f->core);
	if (err != STFLASH_E_NO_TARGET || f->core->dap->probe->lost)
		return err;
	ctx_clear_error(f->ctx);
	return core_reset_run(f->core);
}

/* Once begun it is not to be cut short, and whatever comes of it, the reset at the end loads what is stored. */
static int write_words(struct flash *f, const struct option_words *now, const struct option_words *want, bool *stored)
{
	struct cleanup c;
	int err;

	err = check_cancel(f->ctx);
	if (err)
		return err;
	cleanup_begin(&c, f->ctx, 0);
	cleanup_step(&c, hold(f));
	if (!c.first.err)
		cleanup_step(&c, option_access_of(f)->write(f, now, want));
	*stored = !c.first.err;
	cleanup_step(&c, controller_lock(f, FLASH_LOCK_TIMEOUT_MS));
	cleanup_step(&c, load_words(f));
	return cleanup_end(&c);
}

/* On an F7 whose option bytes are cut short it is on (STM32CubeF7, issue 96). */
static bool is_shut_out(const struct flash *f, const struct option_words *want, const struct option_words *back)
{
	return !back->rdp_hidden && option_rdp_level(f, want) == STFLASH_RDP_NONE &&
	       option_rdp_level(f, back) != STFLASH_RDP_NONE;
}

static uint32_t bits_that_count(const struct flash *f, const struct option_field *field)
{
	const struct option_range *r = option_range_of(f, field);

	return r ? option_range_mask(f, r) : UINT32_MAX;
}

static bool is_of_pcrop(const struct flash *f, const struct option_field *field)
{
	const struct option_range *r = option_range_of(f, field);

	return field->kind == OPTION_PCROP_GOES || (r && r->pcrop);
}

/* Not written here; a key that firmware has written counts from the launch on, which may be ours. */
static bool is_of_key(const struct option_field *field)
{
	return field->kind == OPTION_KEY || field->kind == OPTION_RDP_KEY;
}

/* "This bit is set only" (RM0351 3.7.9, PCROP_RDP): it goes back when RDP goes from level 1 to 0. */
static bool stays_set(const struct flash *f, const struct option_field *field, uint32_t expected, uint32_t found)
{
	if (field->kind != OPTION_PCROP_GOES || !f->options->ranges || expected || !found)
		return false;
	log_warn(f->ctx, "%s stays 1: it can only be set, and goes back when RDP goes from level 1 to 0", field->name);
	return true;
}

/* With everything the chip erases PCROP too, and sets what says so back (RM0351 3.7.9): what is left of it is off. */
static int option_compare(struct flash *f, const struct option_words *now, const struct option_words *want,
			  const struct option_words *back)
{
	const bool gone = lifts_rdp(f, now, want) && f->options->ranges && !option_pcrop(f, back);
	struct option_field field;

	if (back->damaged && f->options->factory)
		return flash_refuse_lost(f, STFLASH_E_FLASH);
	if (is_shut_out(f, want, back) && lifts_rdp(f, now, want) && option_find_rdp_key(f, &field))
		return fail(
			f->ctx, STFLASH_E_PROTECTED,
			"the chip has refused to remove read-out protection, as one does whose OEM1 key is set: "
			"stflash sends no passwords; whoever has the key can send it with ST's STM32CubeProgrammer");
	if (is_shut_out(f, want, back))
		return fail(
			f->ctx, STFLASH_E_FLASH,
			"the chip is read-out protected since the option bytes were written, as after a write that was "
			"cut short: power it off and on; if that does not end it, `" HINT_UNPROTECT
			"` does, and erases the flash");

	for (size_t i = 0; option_field(f, i, &field); i++) {
		const uint32_t expected = option_get(want, &field), found = option_get(back, &field);

		if (((expected ^ found) & bits_that_count(f, &field)) == 0 || is_of_key(&field) ||
		    (field.kind == OPTION_RDP && back->rdp_hidden) || (gone && is_of_pcrop(f, &field)) ||
		    stays_set(f, &field, expected, found))
			continue;
		return fail(f->ctx, STFLASH_E_FLASH,
			    "%s reads back as 0x%x, not as the 0x%x that was written: power the chip off and on, and "
			    "look again with `" HINT_OPTIONS "`",
			    field.name, (unsigned int)found, (unsigned int)expected);
	}
	return 0;
}

/* What a radio core has for itself outlives it. */
static bool option_is_blank(const struct stflash_map_cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((cells[i].used || cells[i].read_protected) && !cells[i].radio)
			return false;
	return true;
}

/*
 * A chip erases its flash when protection goes that was in force, not one that
 * was only stored, and both look alike before: what flash holds tells.
 */
static int look_for_erasure(struct flash *f, struct stflash_options_report *report)
{
	struct stflash_map_cell *cells = NULL;
	uint32_t word;
	size_t n = 0;
	int err;

	if (report->power_cycle)
		return 0;
	err = dap_read32(f->core->dap, flash_first(f), &word);
	if (err == STFLASH_E_FAULT) { /* it goes on protecting, whatever the option bytes say */
		ctx_clear_error(f->ctx);
		report->power_cycle = true;
		return 0;
	}
	if (!err)
		err = flash_look(f, true, &cells, &n);
	if (err) {
		fail_prefix(f->ctx,
			    "read-out protection is removed, but whether the flash was erased could not be seen");
		return err;
	}
	report->erased_flash = option_is_blank(cells, n);
	free(cells);
	return 0;
}

/* What the chip says now. */
static int look_back(struct flash *f, const struct option_words *now, const struct option_words *want,
		     struct stflash_options_report *report)
{
	const struct option_access *access = option_access_of(f);
	struct option_words back;
	int err;

	err = access->read(f, &back);
	if (!err)
		err = access->needs_power_cycle(f, now, want, &report->power_cycle);
	if (!err && !(back.rdp_hidden && report->power_cycle))
		err = option_compare(f, now, want, &back);
	if (err)
		return err;
	report->verified = !back.rdp_hidden;
	report->lifted_rdp = lifts_rdp(f, now, want);
	/* DB1M decides where the sectors are, and an unprotected chip tells its size. */
	err = flash_map(f);
	return err || !report->lifted_rdp ? err : look_for_erasure(f, report);
}

/* Level 2 may be in force with the reset that loads it, or only after the next power-on (RM0091 3.3.1, RM0090 3.6.3).
 */
static int closed_for_good(struct flash *f)
{
	log_info(f->ctx, "%s: RDP level 2 is in force, which closes the debug port", f->ctx->errmsg);
	ctx_clear_error(f->ctx);
	core_abandon(f->core);
	return 0;
}

static int change(struct flash *f, const struct option_words *now, const struct option_words *want, unsigned int allow,
		  struct stflash_options_report *report)
{
	struct cleanup c;
	bool stored = false;
	int err;

	if (is_same(now, want) && !now->damaged) {
		report->verified = true;
		return 0;
	}
	err = check_rdp(f, now, want, allow);
	if (!err && lifts_rdp(f, now, want))
		err = option_check_rdp_key(f, now);
	if (!err)
		err = check_pcrop(f, now, want);
	if (!err)
		err = option_check_boot_lock(f, now, want, allow);
	if (!err && option_access_of(f)->check_writable)
		err = option_access_of(f)->check_writable(f);
	report->changed = !err;
	if (err || (allow & STFLASH_CHECK_ONLY))
		return err;
	err = write_words(f, now, want, &stored);
	if (!err)
		err = look_back(f, now, want, report);
	if (err == STFLASH_E_NO_TARGET && stored && option_rdp_level(f, want) == STFLASH_RDP_LEVEL_2)
		return closed_for_good(f);
	cleanup_begin(&c, f->ctx, err);
	cleanup_step(&c, core_let_run(f->core));
	return cleanup_end(&c);
}

static void put_level(struct flash *f, struct option_words *o, uint8_t value)
{
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (field.kind == OPTION_RDP)
			option_put(o, &field, value);
}

static int check_not_lost(struct flash *f, const struct option_words *now)
{
	return now->damaged && f->options->factory ? flash_refuse_lost(f, STFLASH_E_PROTECTED) : 0;
}

int flash_options_set(struct flash *f, const char *const *settings, size_t n, unsigned int allow,
		      struct stflash_options_report *report)
{
	struct option_words now, want;
	int err;

	err = flash_options_read(f, &now);
	if (!err)
		err = check_not_lost(f, &now);
	want = now;
	for (size_t i = 0; !err && i < n; i++)
		err = option_apply(f, &want, settings[i], !(allow & STFLASH_CHECK_ONLY));
	if (!err)
		err = check_sprmod(f, &now, &want, settings, n);
	if (!err && !(allow & STFLASH_CHECK_ONLY))
		warn_of_change(f, &now, &want);
	return err ? err : change(f, &now, &want, allow, report);
}

int flash_protect(struct flash *f, struct stflash_options_report *report)
{
	struct option_words now, want;
	int err;

	err = flash_options_read(f, &now);
	if (!err)
		err = check_not_lost(f, &now);
	if (err)
		return err;
	want = now;
	/* Where the byte is hidden another one may be stored already, for the next power-on: that of unprotect. */
	if (option_rdp_level(f, &now) == STFLASH_RDP_NONE || now.rdp_hidden)
		put_level(f, &want, f->options->rdp_level_1);
	return change(f, &now, &want, 0, report);
}

/* What a chip falls back to is not what it is delivered with: an L476 would look for firmware in bank 2 (RM0351 3.4.2).
 */
static void put_factory(const struct flash *f, struct option_words *o)
{
	const struct option_words factory = { .word = { f->options->factory } };
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (field.word == 0 && !option_is_fixed(f, &field))
			option_put(o, &field, option_get(&factory, &field));
}

int flash_unprotect(struct flash *f, unsigned int allow, struct stflash_options_report *report)
{
	struct option_words now, want;
	int err;

	err = flash_options_read(f, &now);
	if (err)
		return err;
	want = now;
	if (now.damaged && f->options->factory)
		put_factory(f, &want);
	put_level(f, &want, f->options->rdp_level_0);
	option_clear_wrp(f, &want);
	option_clear_pcrop(f, &want);
	/* RM0453 3.5.1: without it SRAM2 and the backup registers would stay. */
	if (f->options->ranges && lifts_rdp(f, &now, &want))
		option_let_pcrop_go(f, &want);
	return change(f, &now, &want, allow, report);
}
