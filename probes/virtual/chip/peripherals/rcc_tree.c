/* SPDX-License-Identifier: MIT */
/*
 * The clocks of L4, G0, G4, WB, WL, C0 and U0 (RM0351 6.4, RM0444 5.4, RM0440
 * 7.4, RM0434 8.4, RM0453 7.4, RM0490 6.4, RM0503 5.4): MSI or HSI16 after a
 * reset, PLLR of the PLL, and what SW selects. What differs is a row.
 */
#include "chip/internal.h"

#define CR      0x00u
#define CFGR    0x08u
#define PLLCFGR 0x0cu

#define CR_MSION        (1u << 0)
#define CR_MSIRDY       (1u << 1)
#define CR_MSIRGSEL     (1u << 3)
#define CR_MSIRANGE(cr) ((cr) >> 4 & 15)
#define CR_HSION        (1u << 8)
#define CR_HSIRDY       (1u << 10)
#define CR_HSIDIV(cr)   ((cr) >> 11 & 7)
#define CR_HSEON        (1u << 16)
#define CR_HSERDY       (1u << 17)
#define CR_PLLON        (1u << 24)
#define CR_PLLRDY       (1u << 25)

/* PLLSRC of PLLCFGR */
enum { PLLSRC_NONE, PLLSRC_MSI, PLLSRC_HSI, PLLSRC_HSE };

/* Start-up times of the datasheets, rounded up */
#define MSI_START_NS 20000u
#define HSI_START_NS 2000u
#define HSE_START_NS 2000000u
#define PLL_LOCK_NS  40000u

static const struct clock_tree *tree(const struct chip *c)
{
	return c->family->rcc->tree;
}

static uint32_t ready_bits(const struct chip *c)
{
	return (tree(c)->has_msi ? CR_MSIRDY : 0) | CR_HSIRDY | CR_HSERDY | CR_PLLRDY;
}

/* --- sources -------------------------------------------------------------------------- */

/* After a reset it is 4 MHz, by MSIRANGE or without it. */
static uint32_t msi_hz(const struct chip *c)
{
	static const uint32_t ranges[16] = { 100000,  200000,  400000,   800000,   1000000,  2000000,
					     4000000, 8000000, 16000000, 24000000, 32000000, 48000000 };

	return !tree(c)->msirgsel || (c->rcc.cr & CR_MSIRGSEL) ? ranges[CR_MSIRANGE(c->rcc.cr)] : 4 * MHZ;
}

static uint32_t hsi_hz(const struct chip *c)
{
	return tree(c)->hsi_hz >> (tree(c)->hsidiv ? CR_HSIDIV(c->rcc.cr) : 0);
}

static unsigned int pllsrc(const struct chip *c)
{
	return c->rcc.pllcfgr & 3;
}

static bool is_ready(const struct chip *c, enum clock_source source)
{
	const uint64_t now = chip_now(c);

	switch (source) {
	case CLOCK_MSI:
		return (c->rcc.cr & CR_MSION) && now >= c->rcc.msi_ready_ns;
	case CLOCK_HSI:
		return (c->rcc.cr & CR_HSION) && now >= c->rcc.hsi_ready_ns;
	case CLOCK_HSE:
		return (c->rcc.cr & CR_HSEON) && c->faults.hse_hz && now >= c->rcc.hse_ready_ns;
	case CLOCK_PLL:
		return !c->faults.no_pll && (c->rcc.cr & CR_PLLON) && now >= c->rcc.pll_ready_ns;
	default: /* LSI and LSE are not simulated as SYSCLK */
		return false;
	}
}

static uint32_t pll_input_hz(const struct chip *c)
{
	switch (pllsrc(c)) {
	case PLLSRC_MSI:
		return tree(c)->has_msi ? msi_hz(c) : 0;
	case PLLSRC_HSI:
		return tree(c)->hsi_hz;
	case PLLSRC_HSE:
		return c->faults.hse_hz;
	default:
		return 0;
	}
}

static uint32_t pll_hz(struct chip *c)
{
	const uint32_t cfg = c->rcc.pllcfgr, n = cfg >> 8 & 0x7f;
	const uint32_t m = (cfg >> 4 & ((1u << tree(c)->pllm_bits) - 1)) + 1;
	const uint32_t r = tree(c)->pllr_even ? 2 * ((cfg >> tree(c)->pllr & 3) + 1) : (cfg >> tree(c)->pllr & 7) + 1;
	const uint32_t in = pll_input_hz(c) / m;

	if (in < 2660000 || in > 16 * MHZ || n < 8 || in * n < 64 * MHZ || in * n > 344 * MHZ || r < 2) {
		monitor_anomaly(c->mon, "RCC_PLLCFGR 0x%08x: out of range", (unsigned int)cfg);
		return tree(c)->hsi_hz;
	}
	if (!(cfg >> tree(c)->pllren & 1))
		monitor_anomaly(c->mon, "RCC_PLLCFGR 0x%08x: SYSCLK from the PLL without PLLREN", (unsigned int)cfg);
	return in * n / r;
}

static uint32_t source_hz(struct chip *c, enum clock_source source)
{
	switch (source) {
	case CLOCK_MSI:
		return msi_hz(c);
	case CLOCK_HSE:
		return c->faults.hse_hz;
	case CLOCK_PLL:
		return pll_hz(c);
	default:
		return hsi_hz(c);
	}
}

/* --- SYSCLK ---------------------------------------------------------------------------- */

static uint32_t sw_mask(const struct chip *c)
{
	return (1u << tree(c)->sw_bits) - 1;
}

static enum clock_source source_of(const struct chip *c, uint32_t sw)
{
	return sw < ARRAY_SIZE(tree(c)->sources) ? (enum clock_source)tree(c)->sources[sw] : CLOCK_NONE;
}

static enum clock_source in_use(const struct chip *c)
{
	return source_of(c, c->rcc.cfgr >> tree(c)->sw_bits & sw_mask(c));
}

static void update_clock(struct chip *c)
{
	static const uint8_t shift[8] = { 1, 2, 3, 4, 6, 7, 8, 9 };
	const uint32_t hpre = c->rcc.cfgr >> tree(c)->hpre & 15;
	uint32_t hz = source_hz(c, in_use(c));

	if (hpre & 8)
		hz >>= shift[hpre & 7];
	rcc_set_hclk(c, hz);
}

static void cfgr_write(struct chip *c, uint32_t value)
{
	const uint32_t mask = sw_mask(c), sws = mask << tree(c)->sw_bits;
	const uint32_t sw = value & mask, used = c->rcc.cfgr >> tree(c)->sw_bits & mask;

	c->rcc.cfgr = (value & ~sws) | (c->rcc.cfgr & sws);
	if (sw != used && is_ready(c, source_of(c, sw))) {
		c->rcc.cfgr = (c->rcc.cfgr & ~sws) | sw << tree(c)->sw_bits;
	} else if (sw != used) {
		monitor_anomaly(c->mon, "RCC_CFGR.SW selects clock %u, which is not ready", (unsigned int)sw);
		c->rcc.cfgr = (c->rcc.cfgr & ~mask) | used;
	}
	update_clock(c);
}

static void pllcfgr_write(struct chip *c, uint32_t value)
{
	/* The enables of its outputs may change at any time. */
	if ((c->rcc.cr & CR_PLLON) && ((value ^ c->rcc.pllcfgr) & 0xffffu)) {
		monitor_anomaly(c->mon, "RCC_PLLCFGR 0x%08x written while the PLL is on", (unsigned int)value);
		return;
	}
	c->rcc.pllcfgr = value;
}

/* What is in use, and what feeds it, stays on (RM0351 6.4.1). */
static uint32_t kept_on(const struct chip *c)
{
	const enum clock_source used = in_use(c);
	uint32_t bits = used == CLOCK_MSI ? CR_MSION : used == CLOCK_HSI ? CR_HSION : used == CLOCK_HSE ? CR_HSEON : 0;

	if (used == CLOCK_PLL)
		bits = CR_PLLON | (pllsrc(c) == PLLSRC_MSI ? CR_MSION : pllsrc(c) == PLLSRC_HSI ? CR_HSION : CR_HSEON);
	return bits;
}

static void cr_write(struct chip *c, uint32_t value)
{
	const uint32_t old = c->rcc.cr;

	if (tree(c)->has_msi && ((value ^ old) & 0xf0u) && (old & CR_MSION) && !is_ready(c, CLOCK_MSI))
		monitor_anomaly(c->mon, "RCC_CR 0x%08x changes MSIRANGE while MSI is on and not ready",
				(unsigned int)value);
	value |= kept_on(c);
	c->rcc.cr = value & ~ready_bits(c);
	if ((value & CR_MSION) && !(old & CR_MSION))
		c->rcc.msi_ready_ns = chip_now(c) + MSI_START_NS;
	if ((value & CR_HSION) && !(old & CR_HSION))
		c->rcc.hsi_ready_ns = chip_now(c) + HSI_START_NS;
	if ((value & CR_HSEON) && !(old & CR_HSEON))
		c->rcc.hse_ready_ns = chip_now(c) + HSE_START_NS;
	if ((value & CR_PLLON) && !(old & CR_PLLON))
		c->rcc.pll_ready_ns = chip_now(c) + PLL_LOCK_NS;
	update_clock(c);
}

static uint32_t cr_read(const struct chip *c)
{
	uint32_t value = c->rcc.cr;

	value |= tree(c)->has_msi && is_ready(c, CLOCK_MSI) ? CR_MSIRDY : 0;
	value |= is_ready(c, CLOCK_HSI) ? CR_HSIRDY : 0;
	value |= is_ready(c, CLOCK_HSE) ? CR_HSERDY : 0;
	value |= is_ready(c, CLOCK_PLL) ? CR_PLLRDY : 0;
	return value;
}

/* --- access ------------------------------------------------------------------------------- */

static uint8_t *storage(struct chip *c, uint32_t off)
{
	return periph_at(c, c->family->rcc->base + off);
}

uint32_t rcc_tree_read(struct chip *c, uint32_t off)
{
	if (off == c->family->rcc->csr)
		return rcc_csr_read(c);
	switch (off) {
	case CR:
		return cr_read(c);
	case CFGR:
		return c->rcc.cfgr;
	case PLLCFGR:
		return c->rcc.pllcfgr;
	default:
		return get_le32(storage(c, off));
	}
}

void rcc_tree_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (off == c->family->rcc->csr)
		rcc_csr_write(c, value);
	else if (off == CR)
		cr_write(c, value);
	else if (off == CFGR)
		cfgr_write(c, value);
	else if (off == PLLCFGR && tree(c)->has_pll)
		pllcfgr_write(c, value);
	else
		put_le32(storage(c, off), value);
}

void rcc_tree_reset(struct chip *c)
{
	c->rcc.cr = tree(c)->cr & ~ready_bits(c);
	c->rcc.cfgr = tree(c)->cfgr;
}

void rcc_tree_after_stop(struct chip *c)
{
	rcc_tree_reset(c);
	update_clock(c);
}
