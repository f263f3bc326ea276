/* SPDX-License-Identifier: MIT */
/* STM32WB and WL, of which the processor that a debugger finds first: flash-l4g0g4 fact sheet; RM0434, RM0471, RM0453,
 * RM0461. */
#include "chip/families/rows.h"

#define GPIOA 0x48000000u
#define RCC   0x58000000u
#define PWR   0x58000400u

/* The freeze bits of CPU1 are at +3c; +08 is nothing (section 1.1). */
static const struct dbgmcu_layout dbgmcu = {
	.base = 0xe0042000,
	.cr = 0x7,
	.apb1_fz = 0x80e01c01,
	.apb2_fz = 0x00060800,
	.fz1_off = 0x3c,
	.fz2_off = 0x4c,
	FREEZE_BITS,
};

#define TREE(its_msirgsel)                                                                                          \
	{                                                                                                           \
		.has_msi = true, .msirgsel = (its_msirgsel), .has_pll = true, .hsi_hz = 16 * MHZ, .cr = 0x63,       \
		.sw_bits = 2, .hpre = 4, .sources = { CLOCK_MSI, CLOCK_HSI, CLOCK_HSE, CLOCK_PLL }, .pllm_bits = 3, \
		.pllren = 28, .pllr = 29, .rmvf = 1u << 23                                                          \
	}

static const struct clock_tree tree_wb = TREE(false);
static const struct clock_tree tree_wl = TREE(true);

#define RCC_LAYOUT(most, its_tree)                                                                                  \
	{                                                                                                           \
		.base = RCC, .ppre1 = 8, .pllcfgr = 0x22041000, .enr = { 0x50, 0x02080000 }, .hz_per_ws = 18 * MHZ, \
		.pclk1_max = (most)*MHZ, .tree = &(its_tree), RCC_OF_L4                                             \
	}

static const struct rcc_layout rcc_wb = RCC_LAYOUT(64, tree_wb);
static const struct rcc_layout rcc_wl = RCC_LAYOUT(48, tree_wl);

/* RM0434 2.2.2, RM0453 2.6 */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x0400), /* TIM2 */
	KEEPS(0x40002400, 0x0800), /* LCD, RTC */
	WATCHDOGS,
	KEEPS(0x40003800, 0x8000), /* SPI2, USART2, I2C, CRS, USB, DAC, LPTIM, LPUART, TAMP */
	KEEPS(0x40010000, 0x0400), /* SYSCFG, VREFBUF, COMP */
	KEEPS(0x40012400, 0x1800), /* ADC, TIM1, SPI1, USART1 */
	KEEPS(0x40014400, 0x1400), /* TIM16, TIM17, SAI1 */
	KEEPS(0x40020000, 0x0c00), /* DMA, DMAMUX */
	CRC,
	KEEPS(0x40024000, 0x0400), /* TSC */
	GPIO_MODER(GPIOA, 0x2000),
	CLOCK_TREE(RCC),
	KEEPS(PWR, 0x0c00),        /* PWR, EXTI, IPCC */
	KEEPS(0x58001000, 0x1400), /* RNG, HSEM, AES, PKA */
	END_OF_PERIPHS,
};

static const struct area silent[] = {
	{ 0x50040000, 0x0400 }, /* ADC */
	{ 0x50060000, 0x0400 }, /* AES1 */
	{ 0x58010000, 0x0400 }, /* SUBGHZSPI */
	{ 0xa0001000, 0x0400 }, /* QUADSPI */
	{ 0, 0 },
};

#define FAMILY(clocks)                                                                                      \
	{                                                                                                   \
		.ctl_base = 0x58004000, .reset_hz = 4 * MHZ, .ticks_calib = 4000,                           \
		.gpio = { true, GPIOA, RCC + 0x4c, 1u << 0, l4_ports }, .pwr_base = PWR, .dbgmcu = &dbgmcu, \
		.rcc = &(clocks), .periphs = periphs, .silent = silent, DWORD_FAMILY                        \
	}

static const struct family wb = FAMILY(rcc_wb);
static const struct family wl = FAMILY(rcc_wl);

/* --- option bytes (section 9.1) ------------------------------------------------------------- */

#define AREAS(granules, pages)                                                                         \
	PCROP_AREA(0x24, "1A", 1, 0, PCROP_RDP, granules), WRP_AREA(0x2c, "1A", 1, 0x000000ff, pages), \
		WRP_AREA(0x30, "1B", 1, 0x000000ff, pages), PCROP_AREA(0x34, "1B", 1, 0, 0, granules)

/* SFSA is the number of pages that the radio's processor has at the end here, SRRVR as a board showed it. */
#define CPU2(pages)                                                                                  \
	{ 0x3c, "IPCCBR", 0, 0x3fff, OPTION_PLAIN, 1 }, { 0x80, "SFR", (pages), 0, OPTION_CPU2, 1 }, \
	{                                                                                            \
		0x84, "SRRVR", 0, 0, OPTION_PLAIN, 1                                                 \
	}

/* AGC_TRIM, the upper three bits of OPTR, is each chip's own. */
static const struct dword_option options_wb[] = {
	{ 0x20, "OPTR", 0x2d8f71aa, 0x0f8f7eff, OPTION_USER, 1 }, AREAS(0x1ffu, 0xffu), CPU2(53), { 0 }
};
/* Bits 28 and 22 are the two of nRST_MODE, bit 15 is IRHEN. */
static const struct dword_option options_wb1x[] = {
	{ 0x20, "OPTR", 0x3dcff1aa, 0x1fcffeff, OPTION_USER, 1 }, AREAS(0x1ffu, 0xffu), CPU2(104), { 0 }
};
static const struct dword_option options_wle[] = { { 0x20, "OPTR", 0x3feff0aa, 0x4f8f7eff, OPTION_USER, 1 },
						   AREAS(0xffu, 0x7fu),
						   { 0 } };
/* FSD: nothing belongs to CPU2. */
static const struct dword_option options_wl5x[] = {
	{ 0x20, "OPTR", 0x3feff0aa, 0xcf8f7eff, OPTION_USER, 1 }, AREAS(0xffu, 0x7fu),
	{ 0x3c, "IPCCBR", 0, 0x3fff, OPTION_PLAIN, 1 },           { 0x80, "SFR", 0x807f80ff, 0, OPTION_CPU2, 1 },
	{ 0x84, "SRRVR", 0x80008000, 0, OPTION_PLAIN, 1 },        { 0 }
};

/* --- the controller --------------------------------------------------------------------------- */

#define COMMON                                                                                                     \
	.acr = 0x00009f07, .acr_reset = 0x0600, .cfgbsy = true, .acr_empty = 1u << 16, .pnb_bits = 8, DWORD_OF_L4, \
	BOOT_OF_L4

static const struct dword_variant v_wb = {
	COMMON,       .row = 512,     .page = 4096,          .optverr = true,    .cpu2_is_in_charge = true,
	.sfsa = 0xff, .fsd = 1u << 8, .pcrop_granule = 2048, .copy = 0x1fff8000, .options = options_wb,
};
static const struct dword_variant v_wb1x = {
	COMMON,       .row = 512,     .page = 2048,          .optverr = true,    .cpu2_is_in_charge = true,
	.sfsa = 0xff, .fsd = 1u << 8, .pcrop_granule = 1024, .copy = 0x1fff7800, .options = options_wb1x,
};

#define WL COMMON, .row = 256, .page = 2048, .pcrop_granule = 1024, .copy = 0x1fff7800, .optr_boot_lock = 1u << 30

static const struct dword_variant v_wle = { WL, .options = options_wle };
static const struct dword_variant v_wl5x = { WL, .cpu2_is_in_charge = true, .sfsa = 0x7f, .fsd = 1u << 7,
					     .options = options_wl5x };

/* SRAM2, which the processors share */
#define LINE(kind, variant, mhz, ram2, size)                                                                    \
	DWORD_LINE(kind, l4_ids, variant, 0x7000, .max_hz = (mhz)*MHZ, .extra = { { ram2, (size)*KIB }, true }, \
		   .alias = { { 0x10000000, (size)*KIB }, ram2 }, .closed_ram = { ram2, (size)*KIB })

static const struct line wb5x = LINE(wb, v_wb, 64, 0x20030000, 64);
static const struct line wb1x = LINE(wb, v_wb1x, 64, 0x20030000, 36);
static const struct line wlex = LINE(wl, v_wle, 48, 0x20008000, 32);
static const struct line wl5x = LINE(wl, v_wl5x, 48, 0x20008000, 32);

#define M4_DPV2 0x6ba02477, 0x410fc241, 0x24770011

#define WB5X(name, flash, ram) PART(name, "STM32WB50/55", 0x495, 0x2001, flash, ram, M4_DPV2, wb5x)
#define WB3X(name, flash)      PART(name, "STM32WB30/35", 0x496, 0x1001, flash, 32, M4_DPV2, wb5x)
#define WB1X(name)             PART(name, "STM32WB10/15", 0x494, 0x1000, 320, 12, M4_DPV2, wb1x)
#define WLEX(name, flash, ram) PART(name, "STM32WLE4/E5", 0x497, 0x1001, flash, ram, M4_DPV2, wlex)
#define WL5X(name)             PART(name, "STM32WL54/55", 0x497, 0x1001, 256, 32, M4_DPV2, wl5x)

static const struct part rows[] = {
	WB5X("stm32wb50cg", 1024, 64),
	WB5X("stm32wb55cc", 256, 64),
	WB5X("stm32wb55ce", 512, 192),
	WB5X("stm32wb55rg", 1024, 192),
	WB5X("stm32wb5mmg", 1024, 192),
	WB3X("stm32wb30ce", 512),
	WB3X("stm32wb35cc", 256),
	WB3X("stm32wb35ce", 512),
	WB1X("stm32wb10cc"),
	WB1X("stm32wb15cc"),
	WLEX("stm32wle4c8", 64, 10),
	WLEX("stm32wle5c8", 64, 10),
	WLEX("stm32wle5cb", 128, 24),
	WLEX("stm32wle5cc", 256, 32),
	WL5X("stm32wl54jc"),
	WL5X("stm32wl55jc"),
};

const struct part_list wb_parts = { rows, ARRAY_SIZE(rows) };
