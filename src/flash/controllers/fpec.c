/* SPDX-License-Identifier: MIT */
/*
 * The flash program and erase controller of F1 (F0 and F3 have the same):
 * PM0075 sections 2.3 and 3; XL-density parts have a second set of registers.
 */
#include "flash/controllers/fpec.h"
#include "base/bytes.h"
#include "flash/agent/agent.h"
#include "flash/controllers/by_host.h"
#include "flash/map.h"
#include "flash/options/options.h"

#define WIDTH 2u /* of a program access */

/* RM0008 7.3: clock control of the F1 lines that have a plain PLL, which is all of them for HSI / 2 x 6. */
#define RCC_CR         0x40021000u
#define RCC_CFGR       0x40021004u
#define CR_HSION       (1u << 0)
#define CR_HSIRDY      (1u << 1)
#define CR_PLLON       (1u << 24)
#define CR_PLLRDY      (1u << 25)
#define CFGR_SW_PLL    (2u << 0)
#define CFGR_PLLMUL_X6 (4u << 18)

#define HSI_KHZ        8000u
#define BOOSTED_KHZ    24000u /* needs no wait state (RM0008 3.3.3) and is within the slowest line, F100 */
#define PLL_TIMEOUT_MS 5u

/* DS5319 table 28: 20 to 40 ms for a page or all of it, 52.5 us a half-word; clones take up to ten times that. */
#define ERASE_US         20000u
#define PROGRAM_NS       105000u
#define ERASE_TIMEOUT_MS 2000u

static uint32_t fpec_registers(const struct flash *f, uint32_t addr)
{
	return (f->chip->traits & CHIP_XL_BANKS) && addr >= XL_BANK2_START ? FPEC_BANK2 : FPEC_BASE;
}

static bool has_bank2(const struct flash *f)
{
	return (f->chip->traits & CHIP_XL_BANKS) && f->size > XL_BANK2_START - CHIP_FLASH_BASE;
}

/* Pages are numbered through both banks of an XL. */
static int fpec_map(struct flash *f)
{
	map_bank(f, &(struct map_bank){ .addr = CHIP_FLASH_BASE, .size = f->size });
	for (size_t i = 0; i < f->n_sectors; i++)
		f->sectors[i].bank = fpec_registers(f, f->sectors[i].addr) == FPEC_BANK2;
	f->n_mass_erases = has_bank2(f) ? 2 : 1;
	return 0;
}

static int fpec_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	uint32_t obr;
	int err;

	err = dap_read32(f->core->dap, FPEC_BASE + OBR, &obr);
	if (err)
		return err;
	f->boots_banks = has_bank2(f) && !(obr & OBR_BFB2);
	*rdp = obr & OBR_RDPRT ? STFLASH_RDP_LEVEL_1 : STFLASH_RDP_NONE;
	return 0;
}

/* One bit of WRPR stands for 4 KiB and is 0 where writing is forbidden; the last covers all that follows on 2 KiB
 * pages. */
static int fpec_read_write_protection(struct flash *f)
{
	uint32_t wrpr;
	int err;

	err = dap_read32(f->core->dap, FPEC_BASE + WRPR, &wrpr);
	if (err)
		return err;
	for (size_t i = 0; i < f->n_sectors; i++) {
		const uint32_t bit = min_u32((f->sectors[i].addr - CHIP_FLASH_BASE) / 4096, 31);

		f->sectors[i].write_protected = !(wrpr >> bit & 1);
	}
	return 0;
}

/*
 * HSI / 2 x 6 = 24 MHz by the PLL (RM0008 7.2.3): the agent's loops get three
 * times faster, flash needs no wait state, HSI stays on as programming wants it.
 * A PLL that does not start (STFLASH_E_FLASH) leaves 8 MHz, as with some clones.
 */
static int fpec_boost(struct flash *f, uint32_t *khz)
{
	struct dap *dap = f->core->dap;
	int err;

	*khz = HSI_KHZ;
	err = dap_write32(dap, RCC_CFGR, CFGR_PLLMUL_X6);
	if (!err)
		err = flash_set_bits(f, RCC_CR, CR_HSION | CR_PLLON);
	if (!err)
		err = flash_poll(f, RCC_CR, CR_PLLRDY | CR_HSIRDY, CR_PLLRDY | CR_HSIRDY, PLL_TIMEOUT_MS, NULL);
	if (!err)
		err = dap_write32(dap, RCC_CFGR, CFGR_PLLMUL_X6 | CFGR_SW_PLL);
	if (!err)
		*khz = BOOSTED_KHZ;
	return err;
}

static int fpec_unlock(struct flash *f)
{
	const struct flash_lock locks[] = {
		flash_cr_lock(FPEC_BASE + KEYR, FPEC_BASE + CR, CR_LOCK),
		flash_cr_lock(FPEC_BANK2 + KEYR, FPEC_BANK2 + CR, CR_LOCK),
	};

	return flash_open_locks(f, locks, has_bank2(f) ? 2 : 1);
}

static int lock_bank(struct flash *f, uint32_t base, unsigned int timeout_ms)
{
	int err;

	err = flash_poll(f, base + SR, SR_BSY, 0, timeout_ms, NULL);
	return err ? err : flash_lock(f, base + CR, CR_LOCK);
}

static int fpec_lock(struct flash *f, unsigned int timeout_ms)
{
	int err = lock_bank(f, FPEC_BASE, timeout_ms), bank2 = 0;

	if (has_bank2(f))
		bank2 = lock_bank(f, FPEC_BANK2, timeout_ms);
	return err ? err : bank2;
}

static uint32_t fpec_erase_bits(const struct flash *f, const struct sector *sec)
{
	(void)f;
	return sec ? CR_PER : CR_MER;
}

static int fpec_explain(struct flash *f, uint32_t addr, uint32_t sr)
{
	const struct sector *page = flash_sector_at(f, addr);

	if ((sr & SR_WRPRTERR) && page)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "page %u (0x%08x) is write-protected (FLASH_SR 0x%x): "
			    "`" HINT_OPTIONS_SET " WRP=none` lifts that",
			    page->number, (unsigned int)page->addr, (unsigned int)sr);
	if (sr & SR_PGERR)
		return fail(f->ctx, STFLASH_E_FLASH,
			    "0x%08x could not be programmed: it is not erased (FLASH_SR 0x%x PGERR)",
			    (unsigned int)addr, (unsigned int)sr);
	return fail(f->ctx, STFLASH_E_FLASH, "the flash controller failed at 0x%08x (FLASH_SR 0x%x)",
		    (unsigned int)addr, (unsigned int)sr);
}

static struct flash_port port_of(uint32_t base)
{
	return (struct flash_port){
		.sr = base + SR,
		.cr = base + CR,
		.ar = base + AR,
		.busy = SR_BSY,
		.errors = SR_ERRORS,
		.done = SR_EOP,
		.program = CR_PG,
		.start = CR_STRT,
		.width = WIDTH,
	};
}

static int fpec_erase(struct flash *f, const struct sector *sec)
{
	const struct flash_port bank1 = port_of(FPEC_BASE), bank2 = port_of(FPEC_BANK2);
	const struct flash_port *port = sec && fpec_registers(f, sec->addr) == FPEC_BANK2 ? &bank2 : &bank1;
	int err;

	if (sec) {
		err = by_host_erase(f, port, CR_PER, sec->addr, ERASE_TIMEOUT_MS);
		return err || !sec->in_halves
			       ? err
			       : by_host_erase(f, port, CR_PER, sec->addr + sec->size / 2, ERASE_TIMEOUT_MS);
	}
	err = by_host_erase(f, &bank1, CR_MER, CHIP_FLASH_BASE, ERASE_TIMEOUT_MS);
	if (!err && has_bank2(f))
		err = by_host_erase(f, &bank2, CR_MER, XL_BANK2_START, ERASE_TIMEOUT_MS);
	return err;
}

static int fpec_program(struct flash *f, uint32_t addr, const uint8_t *data, size_t len)
{
	const struct flash_port port = port_of(fpec_registers(f, addr));

	return by_host_program(f, &port, addr, data, len);
}

static unsigned int fpec_program_width(const struct flash *f)
{
	(void)f;
	return WIDTH;
}

static uint32_t fpec_erase_us(const struct flash *f, const struct sector *sec)
{
	(void)f;
	return sec && sec->in_halves ? 2 * ERASE_US : ERASE_US;
}

static uint32_t fpec_program_ns(const struct flash *f)
{
	(void)f;
	return PROGRAM_NS;
}

const struct flash_driver flash_fpec = {
	.name = "FPEC",
	.unit_name = "page",
	.agent = &agent_fpec,
	.map = fpec_map,
	.read_protection = fpec_read_protection,
	.read_write_protection = fpec_read_write_protection,
	.boost = fpec_boost,
	.unlock = fpec_unlock,
	.lock = fpec_lock,
	.erase_bits = fpec_erase_bits,
	.registers = fpec_registers,
	.cr_offset = CR,
	.cr_lock = CR_LOCK,
	.bank_1 = "BFB2=1", /* PM0068 */
	.busy_limit_ms = 2 * ERASE_TIMEOUT_MS,
	.erase = fpec_erase,
	.program = fpec_program,
	.program_width = fpec_program_width,
	.explain = fpec_explain,
	.erase_us = fpec_erase_us,
	.program_ns = fpec_program_ns,
};
