/* SPDX-License-Identifier: MIT */
/* STM32C0 and U0: flash-l4g0g4 fact sheet; RM0490, RM0503. */
#include "chip/families/rows.h"

#define GPIOA 0x50000000u
#define RCC   0x40021000u

#define DBGMCU .base = 0x40015800, .cr = 0x6, .apb1_fz = 0xc0601c37, .apb2_fz = 0x00078800, FREEZE_BITS

static const struct dbgmcu_layout dbgmcu_c0 = { DBGMCU, .clock_reg = RCC + 0x3c, .clock = 1u << 27 };

/* RM0503 26.4.1 has the whole of it behind RCC_DBGCFGR.DBGEN, IDCODE too. */
static const struct dbgmcu_layout dbgmcu_u0 = { DBGMCU, .clock_reg = RCC + 0x50, .clock = 1u << 0,
						.silent_unclocked = true };

static const struct clock_tree tree_c0 = {
	.hsi_hz = 48 * MHZ,
	.hsidiv = true,
	.cr = 0x1500,
	.sw_bits = 3,
	.hpre = 8,
	.sources = { CLOCK_HSI, CLOCK_HSE, CLOCK_NONE, CLOCK_LSI, CLOCK_LSE },
	.rmvf = 1u << 23,
};

static const struct clock_tree tree_u0 = {
	.has_msi = true,
	.msirgsel = true,
	.has_pll = true,
	.hsi_hz = 16 * MHZ,
	.cr = 0x63,
	.sw_bits = 3,
	.hpre = 8,
	.sources = { CLOCK_MSI, CLOCK_HSI, CLOCK_HSE, CLOCK_PLL, CLOCK_LSI, CLOCK_LSE },
	.pllm_bits = 3,
	.pllren = 28,
	.pllr = 29,
	.rmvf = 1u << 23,
};

static const struct rcc_layout rcc_c0 = {
	.base = RCC,
	.enr = { 0x38, 0x100 },
	.hz_per_ws = 24 * MHZ,
	.pclk1_max = 48 * MHZ,
	.tree = &tree_c0,
	RCC_OF_G0,
};

static const struct rcc_layout rcc_u0 = {
	.base = RCC,
	.ppre1 = 12,
	.pllcfgr = 0x1000,
	.enr = { 0x48, 0x100 },
	.hz_per_ws = 24 * MHZ,
	.pclk1_max = 56 * MHZ,
	.tree = &tree_u0,
	RCC_OF_L4,
};

/* RM0490 2.2.2, RM0503 2.2.2 */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x0c00), /* TIM2, TIM3 */
	KEEPS(0x40001000, 0x0800), /* TIM6, TIM7 */
	KEEPS(0x40002000, 0x0c00), /* TIM14, LCD, RTC */
	WATCHDOGS,
	KEEPS(0x40003800, 0x7c00), /* SPI, USART, I2C, CRS, PWR, DAC, LPTIM, LPUART, USB, TAMP, FDCAN */
	KEEPS(0x40010000, 0x0800), /* SYSCFG, VREFBUF, COMP */
	KEEPS(0x40012400, 0x0400), /* ADC */
	KEEPS(0x40012c00, 0x0800), /* TIM1, SPI1 */
	KEEPS(0x40013800, 0x1400), /* USART1, TIM15-17 */
	DBGMCU_APB,
	KEEPS(0x40020000, 0x0c00), /* DMA, DMAMUX */
	CLOCK_TREE(RCC),
	KEEPS(0x40021800, 0x0400), /* EXTI */
	CRC,
	KEEPS(0x40024000, 0x2800), /* TSC, RNG, AES */
	GPIO_MODER(GPIOA, 0x1800),
	END_OF_PERIPHS,
};

#define FAMILY(hz, iopenr, debug, clocks)                                                           \
	{                                                                                           \
		.ctl_base = 0x40022000, .reset_hz = (hz)*MHZ, .ticks_calib = (hz)*1000 / 8,         \
		.gpio = { true, GPIOA, RCC + (iopenr), 1u << 0, g0_ports }, .pwr_base = 0x40007000, \
		.dbgmcu = &(debug), .rcc = &(clocks), .periphs = periphs, DWORD_FAMILY              \
	}

static const struct family c0 = FAMILY(12, 0x34, dbgmcu_c0, rcc_c0);
static const struct family u0 = FAMILY(4, 0x4c, dbgmcu_u0, rcc_u0);

/* --- option bytes (section 9.1) ------------------------------------------------------------ */

#define WRP(off, area, pages) WRP_AREA(off, area, 1, 0x000000ff, pages)
#define SECR(bits)                                      \
	{                                               \
		0x80, "SECR", 0, bits, OPTION_SECURE, 1 \
	}
#define C0_ROWS(user, granules, pages)                                                                         \
	{ 0x20, "OPTR", 0x3fffffaa, user, OPTION_USER, 1 }, PCROP_AREA(0x24, "1A", 1, 0, PCROP_RDP, granules), \
		WRP(0x2c, "1A", pages), WRP(0x30, "1B", pages), PCROP_AREA(0x34, "1B", 1, 0, 0, granules),     \
		SECR(0x10000u | (pages))

/* HSE_NOT_REMAPPED, bit 21, is not on the C011. */
static const struct dword_option options_c011[] = { C0_ROWS(0x3fcfffff, 0x3fu, 0xfu), { 0 } };
static const struct dword_option options_c031[] = { C0_ROWS(0x3fefffff, 0x3fu, 0xfu), { 0 } };
static const struct dword_option options_c0[] = { C0_ROWS(0x3fefffff, 0x1ffu, 0x7fu), { 0 } };

#define KEY(off, name, n)                               \
	{                                               \
		off, name, 0, 0xffffffff, OPTION_KEY, n \
	}

/* The keys of regression, and the hidden area, which CR.SEC_PROT of the others hides too */
static const struct dword_option options_u0[] = {
	{ 0x20, "OPTR", 0x3fffffaa, 0x3fefffff, OPTION_USER, 1 },
	WRP(0x2c, "1A", 0x7fu),
	WRP(0x30, "1B", 0x7fu),
	SECR(0xff01007f),
	KEY(0x88, "OEM1KEYW0R", 1),
	KEY(0x8c, "OEM1KEYW1R", 1),
	KEY(0x90, "OEM1KEYW2R", 1),
	KEY(0x94, "OEM1KEYW3R", 1),
	KEY(0x98, "OEM2KEYW0R", 2),
	KEY(0x9c, "OEM2KEYW1R", 2),
	KEY(0xa0, "OEM2KEYW2R", 2),
	KEY(0xa4, "OEM2KEYW3R", 2),
	{ 0xa8, "OEMKEYSR", 0, 0, OPTION_KEYSR, 1 },
	{ 0 },
};

/* --- the controller -------------------------------------------------------------------------- */

#define COMMON DWORD_OF_G0, .boot_lock = 1u << 16
#define C0(bits, list)                                                                         \
	{                                                                                      \
		.errors_rd = true, .pnb_bits = (bits), .sec_prot = 1u << 28, .sec_size = 0x7f, \
		.ecc = { .none = true }, .options = (list), COMMON                             \
	}

static const struct dword_variant v_c011 = C0(4, options_c011);
static const struct dword_variant v_c031 = C0(4, options_c031);
static const struct dword_variant v_c0 = C0(6, options_c0);
static const struct dword_variant v_c09x = C0(7, options_c0);
static const struct dword_variant v_u0 = { COMMON, .pnb_bits = 7, .options = options_u0 };

static const struct ids ids_c0 = { 0x1fff75a0, 0x1fff7550, { 0x1fff7000, 0x400 }, 0, 0x1fff7600 };
static const struct ids ids_u031 = { 0x1fff3ea0, 0x1fff3e50, { 0x1fff6800, 0x400 }, 0, 0x1fff7000 };
static const struct ids ids_u073 = { 0x1fff6ea0, 0x1fff6e50, { 0x1fff6800, 0x400 }, 0, 0x1fff7000 };

/* Section 10: read protection closes all of the RAM. */
#define LINE(kind, words, variant, rom_size, mhz, ram) \
	DWORD_LINE(kind, words, variant, rom_size, .max_hz = (mhz)*MHZ, .closed_ram = { RAM_BASE, (ram)*KIB })

static const struct line c011 = LINE(c0, ids_c0, v_c011, 0x1800, 48, 6);
static const struct line c031 = LINE(c0, ids_c0, v_c031, 0x1800, 48, 12);
static const struct line c051 = LINE(c0, ids_c0, v_c0, 0x1800, 48, 12);
static const struct line c071 = LINE(c0, ids_c0, v_c0, 0x1800, 48, 24);
static const struct line c091 = LINE(c0, ids_c0, v_c09x, 0x1800, 48, 36);
static const struct line c092 = LINE(c0, ids_c0, v_c09x, 0x1800, 48, 30);
static const struct line u031 = LINE(u0, ids_u031, v_u0, 0x3000, 56, 12);
static const struct line u073 = LINE(u0, ids_u073, v_u0, 0x6000, 56, 40);

#define M0P_DPV2 0x6ba02477, 0x410cc601, 0x04770031

#define C011(name, flash) PART(name, "STM32C011", 0x443, 0x1001, flash, 6, M0P, c011)
#define C031(name, flash) PART(name, "STM32C031", 0x453, 0x1001, flash, 12, M0P, c031)
#define C051(name, flash) PART(name, "STM32C051", 0x44c, 0x1000, flash, 12, M0P, c051)
#define C071(name, flash) PART(name, "STM32C071", 0x493, 0x1001, flash, 24, M0P, c071)
#define C091(name, flash) PART(name, "STM32C091/092", 0x44d, 0x1000, flash, 36, M0P, c091)
#define C092(name, flash) PART(name, "STM32C091/092", 0x44d, 0x1000, flash, 30, M0P, c092)
#define U031(name, flash) PART(name, "STM32U031", 0x459, 0x1000, flash, 12, M0P_DPV2, u031)
#define U073(name, flash) PART(name, "STM32U073/083", 0x489, 0x1000, flash, 40, M0P_DPV2, u073)

static const struct part rows[] = {
	C011("stm32c011f4", 16),  C011("stm32c011f6", 32),  C031("stm32c031c4", 16),  C031("stm32c031c6", 32),
	C051("stm32c051c6", 32),  C051("stm32c051c8", 64),  C071("stm32c071c8", 64),  C071("stm32c071rb", 128),
	C091("stm32c091rc", 256), C092("stm32c092rb", 128), C092("stm32c092rc", 256), U031("stm32u031f4", 16),
	U031("stm32u031k8", 64),  U031("stm32u031r8", 64),  U073("stm32u073c8", 64),  U073("stm32u073rc", 256),
	U073("stm32u083rc", 256),
};

const struct part_list c0_parts = { rows, ARRAY_SIZE(rows) };
