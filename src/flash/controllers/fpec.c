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

static int fpec_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	uint32_t obr;
	int err;

	err = dap_read32(f->core->dap, FPEC_BASE + OBR, &obr);
	if (err)
		return err;
	f->boots_banks = f->n_banks > 1 && !(obr & OBR_BFB2);
	*rdp = obr & OBR_RDPRT ? STFLASH_RDP_LEVEL_1 : STFLASH_RDP_NONE;
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
	struct flash_lock locks[ARRAY_SIZE(f->bank)];

	for (unsigned int i = 0; i < f->n_mass_erases; i++) {
		const uint32_t base = FPEC_BASE + f->bank[i].regs;

		locks[i] = flash_cr_lock(base + KEYR, base + CR, CR_LOCK);
	}
	return flash_open_locks(f, locks, f->n_mass_erases);
}

static int lock_bank(struct flash *f, uint32_t base, unsigned int timeout_ms)
{
	int err;

	err = flash_poll(f, base + SR, SR_BSY, 0, timeout_ms, NULL);
	return err ? err : flash_lock(f, base + CR, CR_LOCK);
}

static int fpec_lock(struct flash *f, unsigned int timeout_ms)
{
	int first = 0;

	for (unsigned int i = 0; i < f->n_mass_erases; i++) {
		const int err = lock_bank(f, FPEC_BASE + f->bank[i].regs, timeout_ms);

		first = first ? first : err;
	}
	return first;
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
			    "`" HINT_OPTIONS_SET " WRP=none` removes that",
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

static int fpec_erase_page(struct flash *f, const struct sector *sec)
{
	const struct flash_port port = port_of(map_registers(f, sec->addr));
	int err;

	err = by_host_erase(f, &port, CR_PER, sec->addr, ERASE_TIMEOUT_MS);
	if (!err && sec->in_halves)
		err = by_host_erase(f, &port, CR_PER, sec->addr + sec->size / 2, ERASE_TIMEOUT_MS);
	return err;
}

static int fpec_erase(struct flash *f, const struct sector *sec)
{
	int err = 0;

	if (sec)
		return fpec_erase_page(f, sec);
	for (unsigned int i = 0; !err && i < f->n_mass_erases; i++) {
		const struct flash_port port = port_of(FPEC_BASE + f->bank[i].regs);

		err = by_host_erase(f, &port, CR_MER, f->bank[i].addr, ERASE_TIMEOUT_MS);
	}
	return err;
}

static int fpec_program(struct flash *f, uint32_t addr, const uint8_t *data, size_t len)
{
	const struct flash_port port = port_of(map_registers(f, addr));

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
	.base = FPEC_BASE,
	.read_protection = fpec_read_protection,
	.boost = fpec_boost,
	.unlock = fpec_unlock,
	.lock = fpec_lock,
	.erase_bits = fpec_erase_bits,
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
