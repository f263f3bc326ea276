/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of F2, F4 and F7 (RM0090 3.6 to 3.9.11, RM0090 3.7.5 for PCROP;
 * RM0385 3.4, RM0431 3.4 and 3.5): the registers OPTCR, OPTCR1 and OPTCR2,
 * which OPTSTRT makes permanent.
 */
#include "flash/controllers/option_registers.h"
#include "flash/controllers/sectors.h"

#define OPTLOCK (1u << 0)
#define OPTSTRT (1u << 1)

/* Going from level 1 to 0 erases everything: 16 s at the most at x32, 32 s for 2 MiB at x8 (DS8626 table 40). */
#define OPTIONS_TIMEOUT_MS 4000u
#define ERASE_TIMEOUT_MS   60000u

/* Option bytes alone; and the erase, typical at x32, the fastest there is: the chip chooses its width here. */
#define OPTIONS_LEAST_MS     200u
#define ERASE_LEAST_MS_A_MIB 8000u

/* Which of OPTCR, OPTCR1 and OPTCR2 there are, the rows say. */
static int sectors_read_options(struct flash *f, struct option_words *o)
{
	const int err = option_registers_read(f, o);

	o->word[0] &= ~(OPTLOCK | OPTSTRT);
	return err;
}

static int sectors_unlock_options(struct flash *f)
{
	struct flash_lock lock =
		option_registers_lock("FLASH_OPTCR", FLASH_BASE + OPTKEYR, FLASH_BASE + OPTCR, OPTLOCK);

	lock.keep = ~(OPTLOCK | OPTSTRT);
	return flash_open_locks(f, &lock, 1);
}

/* The words beside OPTCR, which has OPTSTRT. */
static int write_words_beside(struct flash *f, const struct option_words *want)
{
	const uint32_t *reg = f->options->in_force;
	int err = 0;

	for (unsigned int n = 1; !err && n < OPTION_WORDS && reg[n]; n++)
		err = dap_write32(f->core->dap, reg[n], want->word[n]);
	return err;
}

/* RM0090 3.6.2, RM0385 3.4.2: all registers hold the values, then OPTSTRT makes them permanent, then BSY. */
static int sectors_program_options(struct flash *f, const struct option_words *want, bool erases, uint32_t *sr)
{
	const unsigned int erase_ms = erases ? ERASE_LEAST_MS_A_MIB * (f->size / 1024) / 1024 : 0;
	struct dap *dap = f->core->dap;
	int err;

	*sr = 0;
	err = option_registers_prepare(f, OPTIONS_TIMEOUT_MS);
	if (!err)
		err = write_words_beside(f, want);
	if (!err)
		err = dap_write32(dap, FLASH_BASE + OPTCR, want->word[0]);
	if (!err)
		err = dap_write32(dap, FLASH_BASE + OPTCR, want->word[0] | OPTSTRT);
	if (!err)
		err = flash_poll_slowly(f, FLASH_BASE + SR, SR_BSY, 0, OPTIONS_LEAST_MS + erase_ms,
					erases ? ERASE_TIMEOUT_MS : OPTIONS_TIMEOUT_MS, sr);
	return err ? err : option_registers_judge(f, *sr, SR_ERRORS);
}

static int sectors_write_options(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	const bool erases =
		option_rdp_level(f, now) == STFLASH_RDP_LEVEL_1 && option_rdp_level(f, want) == STFLASH_RDP_NONE;
	struct option_words first = *now;
	uint32_t sr;
	int err;

	err = sectors_unlock_options(f);
	if (err)
		return err;
	/* RM0431 3.5.4: what is set by the time of the change of level decides whether PCROP goes along. */
	if (erases && option_pcrop(f, now) && option_let_pcrop_go(f, &first))
		err = sectors_program_options(f, &first, false, &sr);
	if (!err)
		err = sectors_program_options(f, want, erases, &sr);
	/* RM0090 3.7.5: the chip cancels the whole change then; a level that is only stored does not count yet. */
	if (err)
		return option_registers_explain(f, err, sr, option_pcrop(f, now));
	return dap_write32(f->core->dap, FLASH_BASE + OPTCR, want->word[0] | OPTLOCK);
}

const struct option_access options_sectors = {
	.read = sectors_read_options,
	.write = sectors_write_options,
	.needs_power_cycle = option_registers_need_power_cycle,
};
