/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of the F4 (RM0090 3.6 to 3.9.11, RM0090 3.7.5 for PCROP): the
 * registers OPTCR and OPTCR1, which OPTSTRT makes permanent.
 */
#include "base/bytes.h"
#include "flash/controllers/sectors.h"
#include "flash/options/options.h"

#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define OPTLOCK (1u << 0)
#define OPTSTRT (1u << 1)

#define NWRP_BIT 16u
#define NWRP_MAX 15u /* F413: its sectors 14 and 15 share a bit */

/* Going from level 1 to 0 erases everything: 16 s at the most at x32, 32 s for 2 MiB at x8 (DS8626 table 40). */
#define OPTIONS_TIMEOUT_MS 4000u
#define ERASE_TIMEOUT_MS   60000u

/* Option bytes alone; and the erase, typical at x32, the fastest there is: the chip chooses its width here. */
#define OPTIONS_LEAST_MS     200u
#define ERASE_LEAST_MS_A_MIB 8000u

static const char *const bor_lev[] = { "reset below 2.7 V (level 3)", "reset below 2.4 V (level 2)",
				       "reset below 2.1 V (level 1)", "brown-out reset off" };
static const char *const bfb2[] = { "boots from bank 1", "boots from bank 2 when that is valid" };
static const char *const db1m[] = { "1 MiB parts: one bank", "1 MiB parts: two banks" };
static const char *const sprmod[] = { "nWRP protects against writing", "nWRP set means PCROP: no reading, no writing" };

static const struct option_field fields[] = {
	{ "RDP", OPTION_RDP, 0, 8, 8, 0, NULL },
	{ "BOR_LEV", OPTION_CHOICE, 0, 2, 2, 0, bor_lev },
	{ "BFB2", OPTION_CHOICE, 0, 4, 1, CHIP_DUAL_BANK, bfb2 },
	{ "WDG_SW", OPTION_CHOICE, 0, 5, 1, 0, option_wdg_sw },
	{ "nRST_STOP", OPTION_CHOICE, 0, 6, 1, 0, option_nrst_stop },
	{ "nRST_STDBY", OPTION_CHOICE, 0, 7, 1, 0, option_nrst_stdby },
	{ "nWRP", OPTION_WRP, 0, NWRP_BIT, NWRP_MAX, 0, NULL },
	{ "nWRP_BANK2", OPTION_WRP, 1, NWRP_BIT, NWRP_MAX, CHIP_DUAL_BANK, NULL },
	{ "DB1M", OPTION_CHOICE, 0, 30, 1, CHIP_DUAL_BANK, db1m },
	{ "SPRMOD", OPTION_SPRMOD, 0, 31, 1, CHIP_RDERR, sprmod },
};

static unsigned int sectors_wrp_place(const struct flash *f, const struct sector *unit)
{
	(void)f;
	if (unit->bank)
		return 32 + NWRP_BIT + (unit->number - BANK2_SECTOR);
	return NWRP_BIT + min_u32(unit->number, NWRP_MAX - 1);
}

static unsigned int sectors_wrp_end(const struct chip *chip)
{
	unsigned int sectors = 0;

	if (chip->traits & CHIP_DUAL_BANK)
		return NWRP_BIT + BANK2_SECTOR;
	for (const struct sector_run *run = chip->layout; run->count; run++)
		sectors += run->count;
	return NWRP_BIT + min_u32(sectors, NWRP_MAX);
}

static bool has_optcr1(const struct flash *f)
{
	return f->chip->traits & CHIP_DUAL_BANK;
}

static int sectors_read_options(struct flash *f, struct option_words *o)
{
	uint8_t optcr[4] = { 0 }, optcr1[4] = { 0 };
	int err;

	err = option_read_proven(f, FLASH_BASE + OPTCR, optcr, sizeof(optcr));
	if (!err && has_optcr1(f))
		err = option_read_proven(f, FLASH_BASE + OPTCR1, optcr1, sizeof(optcr1));
	*o = (struct option_words){ .word = { get_le32(optcr) & ~(OPTLOCK | OPTSTRT), get_le32(optcr1) } };
	return err;
}

static int sectors_check_options_writable(struct flash *f)
{
	(void)f;
	return 0;
}

static int sectors_unlock_options(struct flash *f)
{
	return flash_open_locks(f,
				&(struct flash_lock){
					.subject = "the option bytes do",
					.reg_name = "FLASH_OPTCR",
					.keyr = FLASH_BASE + OPTKEYR,
					.key = { OPTKEY1, OPTKEY2 },
					.reg = FLASH_BASE + OPTCR,
					.bit = OPTLOCK,
					.closed = OPTLOCK,
					.keep = ~(OPTLOCK | OPTSTRT),
				},
				1);
}

/* RM0090 3.6.2: OPTCR1 and OPTCR hold the values, then OPTSTRT, then BSY. */
static int sectors_program_options(struct flash *f, const struct option_words *want, bool erases, uint32_t *sr)
{
	const unsigned int erase_ms = erases ? ERASE_LEAST_MS_A_MIB * (f->size / 1024) / 1024 : 0;
	struct dap *dap = f->core->dap;
	int err;

	*sr = 0;
	err = flash_poll(f, FLASH_BASE + SR, SR_BSY, 0, OPTIONS_TIMEOUT_MS, NULL);
	if (!err)
		err = dap_write32(dap, FLASH_BASE + SR,
				  SR_ERRORS | SR_EOP | (f->chip->traits & CHIP_RDERR ? SR_RDERR : 0));
	if (!err && has_optcr1(f))
		err = dap_write32(dap, FLASH_BASE + OPTCR1, want->word[1]);
	if (!err)
		err = dap_write32(dap, FLASH_BASE + OPTCR, want->word[0]);
	if (!err)
		err = dap_write32(dap, FLASH_BASE + OPTCR, want->word[0] | OPTSTRT);
	if (!err)
		err = flash_poll_slowly(f, FLASH_BASE + SR, SR_BSY, 0, OPTIONS_LEAST_MS + erase_ms,
					erases ? ERASE_TIMEOUT_MS : OPTIONS_TIMEOUT_MS, sr);
	if (!err && (*sr & SR_ERRORS))
		err = fail(f->ctx, STFLASH_E_FLASH, "the option bytes were not written (FLASH_SR 0x%x)",
			   (unsigned int)*sr);
	return err;
}

static int sectors_write_options(struct flash *f, const struct option_words *now, const struct option_words *want)
{
	const bool erases =
		option_rdp_level(f, now) == STFLASH_RDP_LEVEL_1 && option_rdp_level(f, want) == STFLASH_RDP_NONE;
	uint32_t sr;
	int err;

	err = sectors_unlock_options(f);
	if (err)
		return err;
	err = sectors_program_options(f, want, erases, &sr);
	/* RM0090 3.7.5: the chip cancels the whole change then; a level that is only stored does not count yet. */
	if (err == STFLASH_E_FLASH && (sr & SR_WRPERR) && option_pcrop(f, now))
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "the chip refuses to lift PCROP, which it does only while read-out protection is in "
			    "force; nothing was changed: power the board off and on, then repeat the command");
	if (err) {
		fail_prefix(f->ctx, "the option bytes were being written and may be incomplete: repeat the command");
		return err;
	}
	return dap_write32(f->core->dap, FLASH_BASE + OPTCR, want->word[0] | OPTLOCK);
}

/* RM0090 3.7.3: a level that is raised while a debugger is connected waits for a power-on reset. */
static int sectors_needs_power_cycle(struct flash *f, const struct option_words *old, const struct option_words *now,
				     bool *needed)
{
	*needed = option_rdp_level(f, now) > option_rdp_level(f, old);
	return 0;
}

const struct option_driver options_sectors = {
	.fields = fields,
	.n_fields = ARRAY_SIZE(fields),
	.rdp_level_0 = 0xaa,
	.rdp_level_1 = 0x55,
	.rdp_level_2 = 0xcc,
	.wrp_end = sectors_wrp_end,
	.wrp_place = sectors_wrp_place,
	.read = sectors_read_options,
	.check_writable = sectors_check_options_writable,
	.write = sectors_write_options,
	.needs_power_cycle = sectors_needs_power_cycle,
};
