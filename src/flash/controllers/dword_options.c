/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of L4, G0, G4, WB, WL, C0 and U0 (flash-l4g0g4 fact sheet section
 * 9.2; RM0351 3.4.2, RM0444 3.4.2): registers that OPTSTRT makes permanent all at
 * once, and that the chip obeys from OBL_LAUNCH on, which resets it.
 */
#include "base/clock.h"
#include "flash/controllers/dword.h"
#include "flash/controllers/option_registers.h"
#include "flash/controllers/procedure.h"

/* The option page is erased and programmed; from level 1 to 0 everything is erased too: 22 ms each, 100 at the most. */
#define OPTIONS_LEAST_MS   20u
#define OPTIONS_TIMEOUT_MS 5000u

/* What RDP reads as when the stored option bytes do not fit their complements (RM0351 3.4.2) */
#define RDP_LOST 0xffu

static uint32_t dword_base(const struct flash *f)
{
	return f->chip->controller->base;
}

static int dword_look_lost(struct flash *f, bool *lost)
{
	uint32_t sr, optr;
	int err;

	/* Some set OPTVERR with every reset (ES0394 2.2.9), so that alone says nothing. */
	err = dap_read32(f->core->dap, dword_base(f) + SR, &sr);
	if (!err)
		err = dap_read32(f->core->dap, f->options->in_force[0], &optr);
	*lost = !err && (sr & SR_OPTVERR) && (optr & 0xff) == RDP_LOST;
	return err;
}

/* The registers show what is in force, and what was written since as well, until OBL_LAUNCH (RM0432 3.4.2). */
static int dword_read_options(struct flash *f, struct option_words *o)
{
	int err;

	err = option_registers_read(f, o);
	if (!err)
		err = dword_look_lost(f, &o->damaged);
	if (!err)
		option_note_lacked(f, o);
	return err;
}

static int dword_unlock_options(struct flash *f)
{
	const uint32_t base = dword_base(f);
	const struct flash_lock lock = option_registers_lock("FLASH_CR", base + OPTKEYR, base + CR, CR_OPTLOCK);

	return flash_open_locks(f, &lock, 1);
}

/* RM0351 3.4.2: OBL_LAUNCH resets the chip, and wants the option bytes open. */
static int dword_launch(struct flash *f)
{
	int err;

	err = controller_unlock(f);
	if (!err)
		err = dword_unlock_options(f);
	return err ? err : core_reset_halt_by(f->core, dword_base(f) + CR, CR_OBL_LAUNCH);
}

/* Is there anything in the word that may be written? What only the radio core sets is not, not even with its own value.
 */
static bool is_ours(const struct flash *f, unsigned int word)
{
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (field.word == word && !option_is_fixed(f, &field))
			return true;
	return false;
}

static int put_option_words(struct flash *f, const struct option_words *want)
{
	const uint32_t *reg = f->options->in_force;
	int err = 0;

	for (unsigned int n = 0; !err && n < OPTION_WORDS && reg[n]; n++)
		if (is_ours(f, n))
			err = dap_write32(f->core->dap, reg[n], want->word[n]);
	return err;
}

/* While everything is erased the chip may not answer each time. */
static int wait_for_options(struct flash *f, uint32_t *sr)
{
	struct wait wait = wait_begin(OPTIONS_TIMEOUT_MS);
	int err;

	do {
		err = dap_read32(f->core->dap, dword_base(f) + SR, sr);
		if (!err && !(*sr & f->chip->controller->busy))
			return 0;
		if (err && err != STFLASH_E_FAULT)
			return err;
		if (f->waiting)
			f->waiting(f->waiting_user);
		wait_pause(&wait, OPTIONS_LEAST_MS);
	} while (!wait_over(&wait));
	return err ? err
		   : fail(f->ctx, STFLASH_E_FLASH, "the flash stays busy (FLASH_SR 0x%x) for more than %u ms",
			  (unsigned int)*sr, OPTIONS_TIMEOUT_MS);
}

/* All registers have their values before OPTSTRT: no set of option bytes is ever stored that is half old, half new. */
static int dword_program_options(struct flash *f, const struct option_words *want, uint32_t *sr)
{
	int err;

	*sr = 0;
	err = option_registers_prepare(f, OPTIONS_TIMEOUT_MS);
	if (!err)
		err = put_option_words(f, want);
	if (!err)
		err = dap_write32(f->core->dap, dword_base(f) + CR, CR_OPTSTRT);
	if (!err)
		err = wait_for_options(f, sr);
	return err ? err : option_registers_judge(f, *sr, SR_ERRORS & ~SR_OPTVERR);
}

/*
 * What was read before the reset may be what firmware wrote into the registers, or hid: with CR.SEC_PROT set, SECR
 * reads as 0. Only what is stored may be written back.
 */
static int check_same_after_reset(struct flash *f, const struct option_words *now)
{
	struct option_words stored;
	int err;

	err = dword_read_options(f, &stored);
	for (unsigned int n = 0; !err && n < OPTION_WORDS && f->options->in_force[n]; n++)
		if (is_ours(f, n) && stored.word[n] != now->word[n])
			return fail(f->ctx, STFLASH_E_PROTECTED,
				    "the firmware changes or hides option bytes: the register at 0x%08x was 0x%08x, "
				    "and is 0x%08x after a reset; nothing was changed: repeat the command "
				    "with " HINT_UNDER_RESET,
				    (unsigned int)f->options->in_force[n], (unsigned int)now->word[n],
				    (unsigned int)stored.word[n]);
	return err;
}

/* RM0351 3.5.1: PCROP_RDP that is in force when the level goes says whether PCROP goes along. */
static int let_pcrop_go(struct flash *f, const struct option_words *now)
{
	struct option_words first = *now;
	uint32_t sr;
	int err;

	if (!option_pcrop(f, now) || !option_let_pcrop_go(f, &first))
		return 0;
	err = dword_program_options(f, &first, &sr);
	if (!err)
		err = dword_launch(f);
	if (!err)
		err = controller_unlock(f);
	return err ? err : dword_unlock_options(f);
}

static bool takes_pcrop(const struct flash *f, const struct option_words *now, const struct option_words *want)
{
	return option_pcrop(f, now) && !option_pcrop(f, want);
}

static int dword_write_options(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	uint32_t sr = 0;
	int err;

	err = check_same_after_reset(f, now);
	if (!err)
		err = dword_unlock_options(f);
	if (err)
		return err;
	if (takes_pcrop(f, now, want))
		err = let_pcrop_go(f, now);
	if (!err)
		err = dword_program_options(f, want, &sr);
	if (err)
		err = option_registers_explain(f, err, sr, takes_pcrop(f, now, want));
	return err;
}

const struct option_access options_dword = {
	.read = dword_read_options,
	.write = dword_write_options,
	.launch = dword_launch,
	.look_lost = dword_look_lost,
	.needs_power_cycle = option_registers_need_power_cycle,
};
