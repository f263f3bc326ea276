/* SPDX-License-Identifier: MIT */
/*
 * The flash controller of F4 (F2 and F7 are close kin), which erases sectors
 * of unequal size: RM0090 sections 3.5 to 3.9, RM0430 for the F413, RM0386
 * for the F469.
 */
#include "flash/controllers/sectors.h"
#include "flash/agent/agent.h"
#include "flash/flash.h"

#define MIB (1024u * 1024u)

#define CR_PG          (1u << 0)
#define CR_SER         (1u << 1)
#define CR_MER         (1u << 2)
#define CR_MER2        (1u << 15)
#define CR_STRT        (1u << 16)
#define CR_LOCK        (1u << 31)
#define ACR_LATENCY(n) (n)
#define ACR_ICRST      (1u << 11)
#define ACR_DCRST      (1u << 12)

#define OPTCR_RDP(v) ((v) >> 8 & 0xffu)
#define OPTCR_BFB2   (1u << 4) /* boot from bank 2 */
#define RDP_LEVEL_0  0xaau
#define RDP_LEVEL_2  0xccu

/* RM0090 6.3: HSI / 16 x 192 / 4 = 48 MHz. */
#define RCC_CR         0x40023800u
#define RCC_PLLCFGR    0x40023804u
#define RCC_CFGR       0x40023808u
#define RCC_CR_PLLON   (1u << 24)
#define RCC_CR_PLLRDY  (1u << 25)
#define PLLCFGR_M(n)   (n)
#define PLLCFGR_N(n)   ((uint32_t)(n) << 6)
#define PLLCFGR_P_4    (1u << 16)
#define PLLCFGR_Q(n)   ((uint32_t)(n) << 24)
#define PLLCFGR_R(n)   ((uint32_t)(n) << 28)
#define CFGR_SW_PLL    (2u << 0)
#define CFGR_PPRE1_2   (4u << 10) /* APB1: at most 42 MHz on F401 and F405/407, 45 and 50 on others */
#define HSI_KHZ        16000u
#define BOOSTED_KHZ    48000u
#define BOOSTED_WAITS  2u /* legal at 48 MHz down to 1.8 V on every F4 (RM0090 table 10, RM0368 table 6) */
#define PLL_TIMEOUT_MS 5u

#define ERASE_TIMEOUT_MS 8000u
#define MASS_TIMEOUT_MS  45000u

static int sectors_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	uint32_t optcr;
	int err;

	err = dap_read32(f->core->dap, FLASH_BASE + OPTCR, &optcr);
	if (err)
		return err;
	f->boots_banks = (f->chip->traits & CHIP_DUAL_BANK) && optcr & OPTCR_BFB2;
	switch (OPTCR_RDP(optcr)) {
	case RDP_LEVEL_0:
		*rdp = STFLASH_RDP_NONE;
		break;
	case RDP_LEVEL_2:
		*rdp = STFLASH_RDP_LEVEL_2;
		break;
	default:
		*rdp = STFLASH_RDP_LEVEL_1;
	}
	return 0;
}

/*
 * 48 MHz by the PLL with two wait states: within the limits of every F4 at
 * every supply and voltage scale. Caches stay off and are emptied, so that the
 * agent hashes what flash holds.
 */
static int sectors_boost(struct flash *f, uint32_t *khz)
{
	struct dap *dap = f->core->dap;
	int err;

	*khz = HSI_KHZ;
	err = dap_write32(dap, FLASH_BASE + ACR, ACR_ICRST | ACR_DCRST);
	if (!err)
		err = dap_write32(dap, FLASH_BASE + ACR, ACR_LATENCY(BOOSTED_WAITS));
	if (!err)
		err = dap_write32(dap, RCC_PLLCFGR,
				  PLLCFGR_M(16) | PLLCFGR_N(192) | PLLCFGR_P_4 | PLLCFGR_Q(4) | PLLCFGR_R(2));
	if (!err)
		err = flash_set_bits(f, RCC_CR, RCC_CR_PLLON);
	if (!err)
		err = flash_poll(f, RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY, PLL_TIMEOUT_MS, NULL);
	if (!err)
		err = dap_write32(dap, RCC_CFGR, CFGR_PPRE1_2);
	if (!err)
		err = dap_write32(dap, RCC_CFGR, CFGR_PPRE1_2 | CFGR_SW_PLL);
	if (!err)
		*khz = BOOSTED_KHZ;
	return err;
}

static int sectors_explain(struct flash *f, uint32_t addr, uint32_t sr)
{
	const struct sector *sec = flash_sector_at(f, addr);

	if ((sr & SR_WRPERR) && sec)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "sector %u (0x%08x, %u KiB) is write-protected (FLASH_SR 0x%x): "
			    "`" HINT_OPTIONS_SET " WRP=none` removes that",
			    sec->number, (unsigned int)sec->addr, sec->size / 1024, (unsigned int)sr);
	return fail(f->ctx, STFLASH_E_FLASH, "the flash controller failed at 0x%08x (FLASH_SR 0x%x%s%s%s%s%s)",
		    (unsigned int)addr, (unsigned int)sr, sr & SR_PGSERR ? " PGSERR" : "",
		    sr & SR_PGPERR ? " PGPERR" : "", sr & SR_PGAERR ? " PGAERR" : "", sr & SR_OPERR ? " OPERR" : "",
		    sr & SR_RDERR ? " RDERR" : "");
}

/* DS8626 table 40, typical, by PSIZE. Of everything: 1 MiB. */
static const struct erase_time sectors_times[] = {
	{ 16 * 1024, { 400000, 300000, 250000 } },
	{ 64 * 1024, { 1200000, 700000, 550000 } },
	{ UINT32_MAX, { 2000000, 1300000, 1000000 } },
	{ 0, { 16000000, 11000000, 8000000 } },
};

/* Of the lines without PCROP SR.RDERR is reserved. Both banks take their own bit of a mass erase. */
#define SECTORS(its_errors, its_mass)                                                                            \
	{                                                                                                        \
		.name = "sector controller", .unit_name = "sector", .agent = &agent_sectors, .base = FLASH_BASE, \
		.keyr = KEYR, .sr = SR, .cr = CR, .select_bit = 3, .psize_bit = 8, .stale_errors_block = true,   \
		.busy = SR_BSY, .errors = (its_errors), .done = SR_EOP, .pg = CR_PG, .erase = CR_SER,            \
		.mass = (its_mass), .start = CR_STRT, .cr_lock = CR_LOCK, .has_psize = true, .has_memrmp = true, \
		.rdp_hides_vectors = true, .bank_1 = "BFB2=0", /* RM0090 3.9.10 */                               \
			.erase_limit_ms = ERASE_TIMEOUT_MS, .mass_limit_ms = MASS_TIMEOUT_MS,                    \
		.busy_limit_ms = MASS_TIMEOUT_MS, .times = sectors_times, .mass_bytes = MIB,                     \
		.program_ns = { 64000, 32000, 16000 }, /* 16 us an operation, whatever its width */              \
			.read_protection = sectors_read_protection, .boost = sectors_boost,                      \
		.explain = sectors_explain,                                                                      \
	}

const struct flash_driver flash_sectors = SECTORS(SR_ERRORS, CR_MER);
const struct flash_driver flash_sectors_pcrop = SECTORS(SR_ERRORS | SR_RDERR, CR_MER);
const struct flash_driver flash_sectors_dual = SECTORS(SR_ERRORS | SR_RDERR, CR_MER | CR_MER2);
