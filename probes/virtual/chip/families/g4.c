/* SPDX-License-Identifier: MIT */
/* STM32G4: flash-l4g0g4 fact sheet; RM0440. */
#include "chip/families/family.h"
#include "chip/peripherals/peripherals.h"

#define GPIOA 0x48000000u
#define RCC   0x40021000u

static const struct dbgmcu_layout dbgmcu = {
	.base = 0xe0042000,
	.cr = 0x27,
	.apb1_fz = 0xe0601c3f,
	.apb2_fz = 0x04173800,
	.fz2_off = 0x10,
	.iwdg = 12,
	.wwdg = 11,
	.tim2 = 0,
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
	.base = RCC,
	.cfgr = 0x08,
	.csr = 0x94,
	.apb1enr = 0x58,
	.ppre1 = 8,
	.csr_flags = 0xff000000,
	.por_flags = 1u << 27,
	.pllcfgr = 0x1000,
	.enr = { 0x48, 0x100 },
	.hz_per_ws = 20 * MHZ,
	.pclk1_max = 170 * MHZ,
	.tree = &tree,
};

/* RM0440 2.2.2 */
static const struct periph periphs[] = {
	{ { 0x40000000, 0x2c00 }, NULL, NULL, 0 }, /* TIM2-7, CRS, TAMP, RTC */
	{ { 0x40002c00, 0x0400 }, wwdg_read, wwdg_write, SUB_WORD_PADS },
	{ { 0x40003000, 0x0400 }, iwdg_read, iwdg_write, SUB_WORD_PADS },
	{ { 0x40003400, 0x7c00 }, NULL, NULL, 0 }, /* SPI, USART, I2C, USB, FDCAN, PWR, LPTIM, LPUART, UCPD */
	{ { 0x40010000, 0x0800 }, NULL, NULL, 0 }, /* SYSCFG, VREFBUF, COMP, OPAMP, EXTI */
	{ { 0x40012c00, 0x2800 }, NULL, NULL, 0 }, /* TIM1, SPI1, TIM8, USART1, SPI4, TIM15-17, TIM20, SAI1 */
	{ { 0x40015400, 0x1800 }, NULL, NULL, 0 }, /* SAI1, HRTIM */
	{ { 0x40020000, 0x1000 }, NULL, NULL, 0 }, /* DMA, DMAMUX, CORDIC */
	{ { RCC, 0x0400 }, rcc_tree_read, rcc_tree_write, SUB_WORD_MERGES },
	{ { 0x40021400, 0x0400 }, NULL, NULL, 0 }, /* FMAC */
	{ { 0x40023000, 0x0400 }, NULL, NULL, 0 }, /* CRC */
	{ { GPIOA, 0x1c00 }, gpio_moder_read, gpio_moder_write, 0 },
	{ { 0, 0 }, NULL, NULL, 0 },
};

static const struct area silent[] = {
	{ 0x50000000, 0x1800 }, /* ADC, DAC */
	{ 0x50060000, 0x0c00 }, /* AES, RNG */
	{ 0xa0000000, 0x2000 }, /* FMC, QUADSPI */
	{ 0, 0 },
};

static const struct reset_value reset_values[] = {
	{ GPIOA, 0xabffffff },
	{ GPIOA + 0x08, 0x0c000000 },
	{ GPIOA + 0x0c, 0x64000000 },
	{ GPIOA + 0x400, 0xfffffebf },
	{ GPIOA + 0x40c, 0x00000100 },
	{ GPIOA + 0x800, 0xffffffff },
	{ 0, 0 },
};

static const struct family g4 = {
	.ctl = &dword_ctl,
	.ctl_base = 0x40022000,
	.reset_hz = 16 * MHZ,
	.lsi_hz = 32000,
	.ticks_calib = 16000,
	.mem_mode = 0x40010000, /* SYSCFG_MEMRMP */
	.gpio = { true, GPIOA, RCC + 0x4c, 1u << 0 },
	.pwr_base = 0x40007000,
	.dbgmcu = &dbgmcu,
	.rcc = &rcc,
	.periphs = periphs,
	.silent = silent,
	.reset_values = reset_values,
};

static const struct ids ids = { 0x1fff75e0, 0x1fff7590, { 0x1fff7000, 0x400 }, 0, 0x1fff7600 };

/* --- option bytes (section 9.1): PCROP in double words -------------------------------- */

#define USER(bits)                                             \
	{                                                      \
		0x20, "OPTR", 0xffeff8aa, bits, OPTION_USER, 1 \
	}

/* 7 bits of pages, of which category 2 has 6 */
#define BANK_ROWS(off, n, rdp, pages)                                                             \
	{ off, "PCROP" #n "SR", 0xffffffff, 0x7fff, OPTION_PCROP_START, n },                      \
		{ (off) + 4, "PCROP" #n "ER", 0x00ff0000, (rdp) | 0x7fff, OPTION_PCROP_END, n },  \
		{ (off) + 8, "WRP" #n "AR", 0xff00ffff, (pages) << 16 | (pages), OPTION_WRP, n }, \
	{                                                                                         \
		(off) + 12, "WRP" #n "BR", 0xff00ffff, (pages) << 16 | (pages), OPTION_WRP, n     \
	}
#define SEC1R                                                           \
	{                                                               \
		0x70, "SEC1R", 0xff00fe00, 0x000100ff, OPTION_SECURE, 1 \
	}
#define SEC2R                                                           \
	{                                                               \
		0x74, "SEC2R", 0xff00ff00, 0x000000ff, OPTION_SECURE, 2 \
	}

static const struct dword_option options_2[] = {
	USER(0x7f8f77ff), BANK_ROWS(0x24, 1, 0x80000000, 0x3fu), SEC1R, { 0 }
};
static const struct dword_option options_3[] = {
	USER(0x7fdf77ff), BANK_ROWS(0x24, 1, 0x80000000, 0x7fu), BANK_ROWS(0x44, 2, 0, 0x7fu), SEC1R, SEC2R, { 0 }
};
/* Bit 22 is PB4_PUPEN. */
static const struct dword_option options_4[] = { USER(0x7fcf77ff),
						 { 0x24, "PCROP1SR", 0xffffffff, 0xffff, OPTION_PCROP_START, 1 },
						 { 0x28, "PCROP1ER", 0x00ff0000, 0x8000ffff, OPTION_PCROP_END, 1 },
						 { 0x2c, "WRP1AR", 0xff00ffff, 0x00ff00ff, OPTION_WRP, 1 },
						 { 0x30, "WRP1BR", 0xff00ffff, 0x00ff00ff, OPTION_WRP, 1 },
						 { 0x70, "SEC1R", 0xff00fe00, 0x000101ff, OPTION_SECURE, 1 },
						 { 0 } };

/* --- the controller ----------------------------------------------------------------------- */

#define COMMON                                                                                                   \
	.unit_ns = 81700, .fast_ns = 59700, .erase_ns = 22000000, .mass_ns = 22100000, .row = 256, .page = 2048, \
	.acr = 0x00047f0f, .acr_reset = 0x00040600, .data_cache = 1u << 10, .errors_rd = true, .irq = 4,         \
	.pcrop_granule = 8, .boot_lock = 1u << 16, .copy = 0x1fff7800,                                           \
	.boot = { .sel = 1u << 26, .nboot0 = 1u << 27, .nboot1 = 1u << 23 }

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
#define LINE(variant, ccm_at, ccm_size)                                                                                \
	{                                                                                                              \
		.family = &g4, .ids = &ids, .system = { 0x1fff0000, 0x7000 }, .max_hz = 170 * MHZ, .traits = LINE_MPU, \
		.dword = &(variant), .alias = { { 0x10000000, (ccm_size)*KIB }, RAM_BASE + (ccm_at)*KIB },             \
		.closed_ram = {                                                                                        \
			RAM_BASE + (ccm_at)*KIB,                                                                       \
			(ccm_size)*KIB                                                                                 \
		}                                                                                                      \
	}

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
