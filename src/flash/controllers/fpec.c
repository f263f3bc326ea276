/* SPDX-License-Identifier: MIT */
/*
 * The flash program and erase controller of F1 (F0 and F3 have the same):
 * PM0075 sections 2.3 and 3; XL-density parts have a second set of registers.
 */
#include "flash/controllers/fpec.h"
#include "flash/agent/agent.h"
#include "flash/flash.h"

/* DS5319 table 28: 20 to 40 ms for a page or all of it, 52.5 us a half-word; clones take up to ten times that. */
#define ERASE_US         20000u
#define PROGRAM_NS       105000u
#define ERASE_TIMEOUT_MS 2000u

/* ST's HAL tests both bits of RDPRT, or bit 2 alone: where that is set it is level 2 in either way of reading. */
enum stflash_protection fpec_level(const struct flash *f, uint32_t obr)
{
	if (obr & f->options->fpec->level_2)
		return STFLASH_RDP_LEVEL_2;
	return obr & OBR_RDPRT ? STFLASH_RDP_LEVEL_1 : STFLASH_RDP_NONE;
}

static int fpec_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	uint32_t obr;
	int err;

	err = dap_read32(f->core->dap, FPEC_BASE + OBR, &obr);
	if (err)
		return err;
	*rdp = fpec_level(f, obr);
	return 0;
}

static int fpec_explain(struct flash *f, uint32_t addr, uint32_t sr)
{
	const struct sector *page = flash_sector_at(f, addr);

	if ((sr & SR_WRPRTERR) && page)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "page %u (0x%08x) is write-protected (FLASH_SR 0x%x): "
			    "`" HINT_OPTIONS_SET " WRP=none` removes that",
			    page->number, (unsigned int)page->addr, (unsigned int)sr);
	if (sr & SR_PGERR)
		return fail(f->ctx, STFLASH_E_FLASH,
			    "0x%08x could not be programmed: it is not erased (FLASH_SR 0x%x PGERR)",
			    (unsigned int)addr, (unsigned int)sr);
	return fail(f->ctx, STFLASH_E_FLASH, "the flash controller failed at 0x%08x (FLASH_SR 0x%x)",
		    (unsigned int)addr, (unsigned int)sr);
}

static const struct erase_time fpec_times[] = { { UINT32_MAX, { ERASE_US } }, { 0, { ERASE_US } } };

const struct flash_driver flash_fpec = {
	.name = "FPEC",
	.unit_name = "page",
	.agent = &agent_fpec,
	.base = FPEC_BASE,
	.keyr = KEYR,
	.sr = SR,
	.cr = CR,
	.ar = AR,
	.width = 2,
	.program_unit = 2,
	.erased = 0xff,
	.busy = SR_BSY,
	.errors = SR_ERRORS,
	.done = SR_EOP,
	.pg = CR_PG,
	.erase = CR_PER,
	.mass = CR_MER,
	.start = CR_STRT,
	.cr_lock = CR_LOCK,
	.erase_limit_ms = ERASE_TIMEOUT_MS,
	.mass_limit_ms = ERASE_TIMEOUT_MS,
	.busy_limit_ms = 2 * ERASE_TIMEOUT_MS,
	.times = fpec_times,
	.program_ns = { PROGRAM_NS },
	.read_protection = fpec_read_protection,
	.explain = fpec_explain,
};
