/* SPDX-License-Identifier: MIT */
/* STM32G4: flash-l4g0g4 fact sheet; RM0440. */
#include "chip/families/rows.h"

#define GPIOA 0x48000000u
#define RCC   0x40021000u

static const struct dbgmcu_layout dbgmcu = {
	.base = 0xe0042000,
	.cr = 0x27,
	.apb1_fz = 0xe0601c3f,
	.apb2_fz = 0x04173800,
	.fz2_off = 0x10,
	FREEZE_BITS,
};

static const struct clock_tree tree = {
	.has_pll = true,
	.hsi_hz = 16 * MHZ,
	.cr = 0x500,
	.cfgr = 0x5,
	.sw_bits = 2,
	.hpre = 4,
	.sources = { CLOCK_NONE, CLOCK_HSI, CLOCK_HSE, CLOCK_PLL },
	.pllm_bits = 4,
	.pllren = 24,
	.pllr = 25,
	.pllr_even = true,
	.rmvf = 1u << 23,
};

static const struct rcc_layout rcc = {
	RCC_OF_L4,
	.base = RCC,
	.ppre1 = 8,
	.pllcfgr = 0x1000,
	.enr = { 0x48, 0x100 },
	.hz_per_ws = 20 * MHZ,
	.pclk1_max = 170 * MHZ,
	.tree = &tree,
};

/* RM0440 2.2.2 */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x2c00), /* TIM2-7, CRS, TAMP, RTC */
	WATCHDOGS,
	KEEPS(0x40003400, 0x7c00), /* SPI, USART, I2C, USB, FDCAN, PWR, LPTIM, LPUART, UCPD */
	KEEPS(0x40010000, 0x0800), /* SYSCFG, VREFBUF, COMP, OPAMP, EXTI */
	KEEPS(0x40012c00, 0x2800), /* TIM1, SPI1, TIM8, USART1, SPI4, TIM15-17, TIM20, SAI1 */
	KEEPS(0x40015400, 0x1800), /* SAI1, HRTIM */
	KEEPS(0x40020000, 0x1000), /* DMA, DMAMUX, CORDIC */
	CLOCK_TREE(RCC),
	KEEPS(0x40021400, 0x0400), /* FMAC */
	CRC,
	GPIO_MODER(GPIOA, 0x1c00),
	END_OF_PERIPHS,
};

static const struct area silent[] = {
	{ 0x50000000, 0x1800 }, /* ADC, DAC */
	{ 0x50060000, 0x0c00 }, /* AES, RNG */
	{ 0xa0000000, 0x2000 }, /* FMC, QUADSPI */
	{ 0, 0 },
};

static const struct family g4 = {
	DWORD_FAMILY,
	.ctl_base = 0x40022000,
	.reset_hz = 16 * MHZ,
	.ticks_calib = 16000,
	.gpio = { true, GPIOA, RCC + 0x4c, 1u << 0, l4_ports },
	.pwr_base = 0x40007000,
	.dbgmcu = &dbgmcu,
	.rcc = &rcc,
	.periphs = periphs,
	.silent = silent,
};

/* --- option bytes (section 9.1): PCROP in double words -------------------------------- */

#define USER(bits)                                             \
	{                                                      \
		0x20, "OPTR", 0xffeff8aa, bits, OPTION_USER, 1 \
	}

/* 7 bits of pages, of which category 2 has 6 */
#define BANK_ROWS(off, n, rdp, granules, pages)                                                               \
	PCROP_AREA(off, #n, n, 0x00ff0000, rdp, granules), WRP_AREA((off) + 8, #n "A", n, 0xff00ffff, pages), \
		WRP_AREA((off) + 12, #n "B", n, 0xff00ffff, pages)
#define SEC1R(pages)                                                               \
	{                                                                          \
		0x70, "SEC1R", 0xff00fe00, 0x00010000u | (pages), OPTION_SECURE, 1 \
	}
#define SEC2R                                                           \
	{                                                               \
		0x74, "SEC2R", 0xff00ff00, 0x000000ff, OPTION_SECURE, 2 \
	}

static const struct dword_option options_2[] = {
	USER(0x7f8f77ff), BANK_ROWS(0x24, 1, PCROP_RDP, 0x7fffu, 0x3fu), SEC1R(0xffu), { 0 }
};
static const struct dword_option options_3[] = { USER(0x7fdf77ff),
						 BANK_ROWS(0x24, 1, PCROP_RDP, 0x7fffu, 0x7fu),
						 BANK_ROWS(0x44, 2, 0, 0x7fffu, 0x7fu),
						 SEC1R(0xffu),
						 SEC2R,
						 { 0 } };
/* Bit 22 is PB4_PUPEN. */
static const struct dword_option options_4[] = {
	USER(0x7fcf77ff), BANK_ROWS(0x24, 1, PCROP_RDP, 0xffffu, 0xffu), SEC1R(0x1ffu), { 0 }
};

/* --- the controller ----------------------------------------------------------------------- */

#define COMMON                                                                                    \
	.row = 256, .page = 2048, .acr = 0x00047f0f, .acr_reset = 0x00040600, .pcrop_granule = 8, \
	.boot_lock = 1u << 16, .copy = 0x1fff7800, DWORD_OF_L4, BOOT_OF_L4

static const struct dword_variant v_2 = {
	COMMON, .pnb_bits = 6, .sec_prot = 1u << 28, .sec_size = 0xff, .ecc = { .bytes = true }, .options = options_2
};
/* Section 2.3: bank 2 at 0x08040000, whatever bank 1 has */
static const struct dword_variant v_3 = {
	COMMON,
	.single_page = 4096,
	.pnb_bits = 7,
	.bker = 1u << 11,
	.banks = { { 0, 1u << 22 } },
	.bank2_at = 0x40000,
	.joins = true,
	.wrp2_in_single = true,
	.sec_prot = 3u << 28,
	.sec_size = 0xff,
	.ecc = { .bytes = true, .bank = 1u << 21 },
	.pcrop_single = 16,
	.bfb2 = 1u << 20,
	.copy2 = 0x1ffff800,
	.options = options_3,
};
static const struct dword_variant v_4 = {
	COMMON, .pnb_bits = 8, .sec_prot = 1u << 28, .sec_size = 0x1ff, .ecc = { .bytes = true }, .options = options_4
};

/* CCM is at 0x10000000, and once more behind SRAM2. */
#define LINE(variant, ccm_at, ccm_size)                                                  \
	DWORD_LINE(g4, l4_ids, variant, 0x7000, .max_hz = 170 * MHZ,                     \
		   .alias = { { 0x10000000, (ccm_size)*KIB }, RAM_BASE + (ccm_at)*KIB }, \
		   .closed_ram = { RAM_BASE + (ccm_at)*KIB, (ccm_size)*KIB })

static const struct line category_2 = LINE(v_2, 22, 10);
static const struct line category_3 = LINE(v_3, 96, 32);
static const struct line category_4 = LINE(v_4, 96, 16);

#define G43(name, flash) PART(name, "STM32G431/441", 0x468, 0x2001, flash, 32, M4_R0P1, category_2)
#define G47(name, flash) PART(name, "STM32G471/473/474/483/484", 0x469, 0x2001, flash, 128, M4_R0P1, category_3)
#define G49(name, flash) PART(name, "STM32G491/4A1", 0x479, 0x1000, flash, 112, M4_R0P1, category_4)

static const struct part rows[] = {
	G43("stm32g431k6", 32),  G43("stm32g431k8", 64),  G43("stm32g431kb", 128), G43("stm32g431rb", 128),
	G43("stm32g441kb", 128), G43("stm32gbk1cb", 128), G47("stm32g471ce", 512), G47("stm32g473cb", 128),
	G47("stm32g473re", 512), G47("stm32g474rb", 128), G47("stm32g474rc", 256), G47("stm32g474re", 512),
	G47("stm32g483re", 512), G47("stm32g484re", 512), G49("stm32g491cc", 256), G49("stm32g491re", 512),
	G49("stm32g4a1re", 512),
};

const struct part_list g4_parts = { rows, ARRAY_SIZE(rows) };
