/* SPDX-License-Identifier: MIT */
/*
 * Reset and clock control (RM0008 7 and 8, RM0041 6, RM0090 7): enough for real
 * firmware to set up its clock, and the core's speed follows. Without a crystal
 * (chip_faults.hse_hz) HSERDY never comes. What the manual forbids is an anomaly.
 */
#include "chip/internal.h"

#define RCC_CR      0x00u
#define RCC_PLLCFGR 0x04u
#define RCC_CFGR2   0x2cu /* PREDIV1 of F100, F105 and F107, PREDIV of F0 and F3 */

#define CR_HSION  (1u << 0)
#define CR_HSIRDY (1u << 1)
#define CR_HSEON  (1u << 16)
#define CR_HSERDY (1u << 17)
#define CR_PLLON  (1u << 24)
#define CR_PLLRDY (1u << 25)
/* PLL2 and PLL3 of F105, PLLI2S and PLLSAI of the F4: on and ready pairs */
#define CR_PLL2ON     (1u << 26)
#define CR_PLL3ON     (1u << 28)
#define CR_RESET      0x00000083u
#define CR_READY_BITS 0x2a020002u

#define SW_HSI 0u
#define SW_HSE 1u
#define SW_PLL 2u

#define CSR_LSION    (1u << 0)
#define CSR_LSIRDY   (1u << 1)
#define CSR_RMVF     (1u << 24)
#define CSR_OBLRSTF  (1u << 25) /* F0, F3 */
#define CSR_PINRSTF  (1u << 26)
#define CSR_SFTRSTF  (1u << 28)
#define CSR_IWDGRSTF (1u << 29)
#define CSR_WWDGRSTF (1u << 30)

/* Start-up times of the datasheets, rounded up */
#define HSI_START_NS 2000u
#define HSE_START_NS 2000000u
#define PLL_LOCK_NS  200000u
#define LSI_START_NS 85000u

static const struct rcc_layout *layout(const struct chip *c)
{
	return c->family->rcc;
}

static uint32_t hsi_hz(const struct chip *c)
{
	return c->family->reset_hz;
}

bool rcc_hsi_on(const struct chip *c)
{
	return c->rcc.cr & CR_HSION;
}

static uint8_t *storage(struct chip *c, uint32_t off)
{
	return periph_at(c, layout(c)->base + off);
}

/* --- the PLL ------------------------------------------------------------------------ */

/* F0 and F3: the two bits of PLLSRC, of which many lines have the upper one only (flash-f0f3f2f7 section 7). */
enum { PLLSRC_HSI_2 = 0, PLLSRC_HSI = 1, PLLSRC_HSE = 2 };

static unsigned int pllsrc(const struct chip *c)
{
	const uint32_t src = c->rcc.cfgr >> 15 & 3;

	return c->line->traits & LINE_PLLSRC2 ? src : src & PLLSRC_HSE;
}

static bool pll_takes_hse(const struct chip *c)
{
	if (layout(c)->has_prediv)
		return pllsrc(c) == PLLSRC_HSE;
	return layout(c)->multiplies ? c->rcc.cfgr & (1u << 16) : c->rcc.pllcfgr & (1u << 22);
}

static uint32_t prediv_input_hz(struct chip *c)
{
	const uint32_t prediv = (get_le32(storage(c, RCC_CFGR2)) & 15) + 1;
	const unsigned int src = pllsrc(c);

	if (src > PLLSRC_HSE || (src == PLLSRC_HSI_2 && (c->line->traits & LINE_NO_HSI_2)))
		monitor_anomaly(c->mon, "RCC_CFGR.PLLSRC %u is reserved or not simulated", src);
	if (src == PLLSRC_HSE)
		return c->faults.hse_hz / prediv;
	return hsi_hz(c) / (src == PLLSRC_HSI ? prediv : 2);
}

/* F1: half of HSI, or HSE divided by PLLXTPRE or, where there is one, PREDIV1. F4: PLLM divides either. */
static uint32_t pll_input_hz(struct chip *c)
{
	if (layout(c)->has_prediv)
		return prediv_input_hz(c);
	if (!pll_takes_hse(c))
		return layout(c)->multiplies ? hsi_hz(c) / 2 : hsi_hz(c);
	if (!layout(c)->multiplies)
		return c->faults.hse_hz;
	if (c->line->traits & (LINE_CL | LINE_VALUE))
		return c->faults.hse_hz / ((get_le32(storage(c, RCC_CFGR2)) & 15) + 1);
	return c->faults.hse_hz / (c->rcc.cfgr & (1u << 17) ? 2 : 1);
}

/* PLLMUL (RM0008 7.3.2, 8.3.2), in halves: the connectivity line has 6.5 */
static uint32_t pll_halves(struct chip *c)
{
	const uint32_t pllmul = (c->rcc.cfgr >> 18) & 15;

	if (!(c->line->traits & LINE_CL))
		return 2 * (pllmul == 15 ? 16 : pllmul + 2);
	if (pllmul == 13)
		return 13;
	if (pllmul >= 2 && pllmul <= 7)
		return 2 * (pllmul + 2);
	monitor_anomaly(c->mon, "RCC_CFGR.PLLMUL %u is reserved", (unsigned int)pllmul);
	return 2 * 4;
}

static uint32_t pll_hz_of_vco(struct chip *c)
{
	const uint32_t m = c->rcc.pllcfgr & 0x3f, n = (c->rcc.pllcfgr >> 6) & 0x1ff;
	const uint32_t p = 2 * (((c->rcc.pllcfgr >> 16) & 3) + 1);
	uint32_t in, vco;

	if (m < 2 || n < 50 || n > 432) {
		monitor_anomaly(c->mon, "RCC_PLLCFGR 0x%08x: PLLM or PLLN out of range", (unsigned int)c->rcc.pllcfgr);
		return hsi_hz(c);
	}
	in = pll_input_hz(c) / m;
	vco = in * n;
	if (in < 950000 || in > 2100000 || vco < layout(c)->vco_min || vco > 432 * MHZ)
		monitor_anomaly(c->mon, "RCC_PLLCFGR 0x%08x: VCO out of range", (unsigned int)c->rcc.pllcfgr);
	return vco / p;
}

static uint32_t pll_hz(struct chip *c)
{
	return layout(c)->multiplies ? pll_input_hz(c) / 2 * pll_halves(c) : pll_hz_of_vco(c);
}

static bool hse_ready(const struct chip *c)
{
	return (c->rcc.cr & CR_HSEON) && c->faults.hse_hz && chip_now(c) >= c->rcc.hse_ready_ns;
}

static bool pll_ready(const struct chip *c)
{
	return !c->faults.no_pll && (c->rcc.cr & CR_PLLON) && (!pll_takes_hse(c) || hse_ready(c)) &&
	       chip_now(c) >= c->rcc.pll_ready_ns;
}

static bool hsi_ready(const struct chip *c)
{
	return (c->rcc.cr & CR_HSION) && chip_now(c) >= c->rcc.hsi_ready_ns;
}

/* --- the core's clock ----------------------------------------------------------------- */

static uint32_t flash_latency(const struct chip *c)
{
	return c->ctl->latency(c);
}

/* PM0075 3.1: 24 MHz for each wait state. RM0090 3.5.1 at 2.7 V and more: 30 MHz. RM0402 3.4.1: 64 MHz with one. */
static uint32_t fastest_hclk(const struct chip *c)
{
	const uint32_t ws = flash_latency(c);

	if (c->line->traits & LINE_VALUE)
		return 24 * MHZ;
	return c->line->max_hz == 100 * MHZ && ws == 1 ? 64 * MHZ : (ws + 1) * layout(c)->hz_per_ws;
}

void rcc_check_latency(struct chip *c)
{
	if (c->hclk_hz > fastest_hclk(c))
		monitor_anomaly(c->mon, "HCLK %u Hz with a flash latency of %u", (unsigned int)c->hclk_hz,
				(unsigned int)flash_latency(c));
}

static uint32_t sws(const struct chip *c)
{
	return (c->rcc.cfgr >> 2) & 3;
}

/* The most that PPRE1 may leave over (RM0008 7.3.2, RM0041 6.3.2, and each F4's datasheet: 42, 45 or 50 MHz). */
static uint32_t fastest_pclk1(const struct chip *c)
{
	if (layout(c)->pclk1_max)
		return c->line->traits & LINE_VALUE ? 24 * MHZ : layout(c)->pclk1_max;
	return c->line->max_hz == 84 * MHZ ? 42 * MHZ : c->line->max_hz == 100 * MHZ ? 50 * MHZ : c->line->max_hz / 4;
}

/* PPRE1: HCLK is divided by 1 << this. */
static unsigned int apb1_shift(const struct chip *c)
{
	const uint32_t ppre1 = (c->rcc.cfgr >> layout(c)->ppre1) & 7;

	return ppre1 & 4 ? (ppre1 & 3) + 1 : 0;
}

uint32_t rcc_pclk1_hz(const struct chip *c)
{
	return c->hclk_hz >> apb1_shift(c);
}

/* A timer's clock is twice PCLK1 unless PPRE1 is 1 (RM0008 7.2, RM0090 7.2). */
uint32_t rcc_tim2_hz(const struct chip *c)
{
	return apb1_shift(c) ? 2 * rcc_pclk1_hz(c) : c->hclk_hz;
}

bool rcc_apb1_enabled(const struct chip *c, unsigned int bit)
{
	return periph_word(c, layout(c)->base + layout(c)->apb1enr) >> bit & 1;
}

static void check_apb1(struct chip *c, uint32_t hclk_hz)
{
	const uint32_t hz = hclk_hz >> apb1_shift(c);

	if (hz > fastest_pclk1(c))
		monitor_anomaly(c->mon, "PCLK1 %u Hz is more than the part's %u", (unsigned int)hz,
				(unsigned int)fastest_pclk1(c));
}

static void update_clock(struct chip *c)
{
	static const uint8_t shift[8] = { 1, 2, 3, 4, 6, 7, 8, 9 };
	const uint32_t hpre = (c->rcc.cfgr >> 4) & 15;
	uint32_t hz = hsi_hz(c);

	if (sws(c) == SW_PLL)
		hz = pll_hz(c);
	else if (sws(c) == SW_HSE)
		hz = c->faults.hse_hz;

	if (hpre & 8)
		hz >>= shift[hpre & 7];
	rcc_set_hclk(c, hz);
}

void rcc_set_hclk(struct chip *c, uint32_t hz)
{
	if (hz > c->line->max_hz)
		monitor_anomaly(c->mon, "HCLK %u Hz is more than the part's %u", (unsigned int)hz,
				(unsigned int)c->line->max_hz);
	check_apb1(c, hz);
	chip_set_hclk(c, hz);
	wwdg_clock_changed(c);
	dma_clock_changed(c);
	rcc_check_latency(c);
}

static void switch_clock(struct chip *c)
{
	const uint32_t sw = c->rcc.cfgr & 3;
	const bool ready = sw == SW_HSI ? hsi_ready(c) : sw == SW_HSE ? hse_ready(c) : sw == SW_PLL && pll_ready(c);

	if (!ready) {
		monitor_anomaly(c->mon, "RCC_CFGR.SW selects clock %u, which is not ready", (unsigned int)sw);
		c->rcc.cfgr = (c->rcc.cfgr & ~3u) | sws(c);
		return;
	}
	c->rcc.cfgr = (c->rcc.cfgr & ~0xcu) | sw << 2;
}

static void cfgr_write(struct chip *c, uint32_t value)
{
	const uint32_t pll_bits = layout(c)->has_prediv ? 0x003f8000u : layout(c)->multiplies ? 0x003f0000u : 0;
	const uint32_t old = c->rcc.cfgr;

	if ((c->rcc.cr & CR_PLLON) && ((value ^ old) & pll_bits)) {
		monitor_anomaly(c->mon, "RCC_CFGR 0x%08x changes the PLL while it is on", (unsigned int)value);
		value = (value & ~pll_bits) | (old & pll_bits);
	}
	c->rcc.cfgr = (value & ~0xcu) | (old & 0xcu);
	if ((value & 3) != sws(c))
		switch_clock(c);
	update_clock(c);
}

static void pllcfgr_write(struct chip *c, uint32_t value)
{
	if ((value ^ layout(c)->pllcfgr) & layout(c)->pllcfgr_fixed)
		monitor_anomaly(c->mon, "RCC_PLLCFGR 0x%08x changes bits that are reserved here", (unsigned int)value);
	if ((c->rcc.cr & CR_PLLON) && value != c->rcc.pllcfgr) {
		monitor_anomaly(c->mon, "RCC_PLLCFGR 0x%08x written while the PLL is on", (unsigned int)value);
		return;
	}
	c->rcc.pllcfgr = value;
}

static void cr_write(struct chip *c, uint32_t value)
{
	const bool hse_used = sws(c) == SW_HSE || (sws(c) == SW_PLL && pll_takes_hse(c));
	const uint32_t old = c->rcc.cr;

	/* The clock in use, and the one that feeds it, stay on (RM0008 7.3.1). */
	value |= hse_used ? CR_HSEON : CR_HSION;
	if (sws(c) == SW_PLL)
		value |= CR_PLLON;
	c->rcc.cr = value & ~CR_READY_BITS;
	if ((value & CR_HSION) && !(old & CR_HSION))
		c->rcc.hsi_ready_ns = chip_now(c) + HSI_START_NS;
	if ((value & CR_HSEON) && !(old & CR_HSEON))
		c->rcc.hse_ready_ns = chip_now(c) + HSE_START_NS;
	if ((value & CR_PLLON) && !(old & CR_PLLON))
		c->rcc.pll_ready_ns = chip_now(c) + PLL_LOCK_NS;
}

static uint32_t cr_read(const struct chip *c)
{
	uint32_t value = c->rcc.cr;

	value |= hsi_ready(c) ? CR_HSIRDY : 0;
	value |= hse_ready(c) ? CR_HSERDY : 0;
	value |= pll_ready(c) ? CR_PLLRDY : 0;
	/* The other PLLs of the F4 run from the same input; those of an F105 need HSE. */
	if (layout(c)->multiplies || pll_takes_hse(c) ? hse_ready(c) : true)
		value |= (value & (CR_PLL2ON | CR_PLL3ON)) << 1;
	return value;
}

uint32_t rcc_csr_read(const struct chip *c)
{
	const bool on = (c->rcc.csr & CSR_LSION) || c->iwdg.running;

	return c->rcc.csr | (on && chip_now(c) >= c->rcc.lsi_ready_ns ? CSR_LSIRDY : 0);
}

void rcc_csr_write(struct chip *c, uint32_t value)
{
	if ((value & CSR_LSION) && !(c->rcc.csr & CSR_LSION))
		c->rcc.lsi_ready_ns = chip_now(c) + LSI_START_NS;
	c->rcc.csr = (c->rcc.csr & layout(c)->csr_flags) | (value & CSR_LSION);
	if (value & (layout(c)->tree ? layout(c)->tree->rmvf : CSR_RMVF))
		c->rcc.csr &= ~layout(c)->csr_flags;
}

/* --- access ----------------------------------------------------------------------------- */

uint32_t rcc_read(struct chip *c, uint32_t off)
{
	if (off == RCC_CR)
		return cr_read(c);
	if (off == layout(c)->cfgr)
		return c->rcc.cfgr;
	if (off == RCC_PLLCFGR)
		return c->rcc.pllcfgr;
	if (off == layout(c)->csr)
		return rcc_csr_read(c);
	return get_le32(storage(c, off));
}

void rcc_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (off == RCC_CR)
		cr_write(c, value);
	else if (off == layout(c)->cfgr)
		cfgr_write(c, value);
	else if (off == RCC_PLLCFGR)
		pllcfgr_write(c, value);
	else if (off == layout(c)->csr)
		rcc_csr_write(c, value);
	else
		put_le32(storage(c, off), value);
}

void rcc_after_stop(struct chip *c)
{
	if (layout(c)->tree) {
		rcc_tree_after_stop(c);
		return;
	}
	c->rcc.cr = CR_RESET & ~CR_READY_BITS;
	c->rcc.cfgr &= ~0xfu;
	update_clock(c);
}

void rcc_reset(struct chip *c, enum reset_cause cause)
{
	/* Every reset pulls the pin low too (RM0008 7.1.1), so PINRSTF is always there. */
	static const uint32_t flags[] = {
		[RESET_POWER] = CSR_PINRSTF,
		[RESET_PIN] = CSR_PINRSTF,
		[RESET_SOFTWARE] = CSR_SFTRSTF | CSR_PINRSTF,
		[RESET_WATCHDOG] = CSR_IWDGRSTF | CSR_PINRSTF,
		[RESET_WINDOW_WATCHDOG] = CSR_WWDGRSTF | CSR_PINRSTF,
		[RESET_STANDBY] = 0,
		[RESET_OPTIONS] = CSR_OBLRSTF | CSR_PINRSTF,
	};
	const uint32_t kept = cause == RESET_POWER ? 0 : c->rcc.csr & layout(c)->csr_flags;

	c->rcc = (struct rcc){
		.cr = CR_RESET & ~CR_READY_BITS,
		.pllcfgr = layout(c)->pllcfgr,
		.csr = kept | flags[cause],
	};
	if (cause == RESET_POWER)
		c->rcc.csr |= layout(c)->por_flags;
	if (layout(c)->tree)
		rcc_tree_reset(c);
	put_le32(storage(c, layout(c)->enr.off), layout(c)->enr.value);
}
