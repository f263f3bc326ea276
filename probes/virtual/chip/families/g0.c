/* SPDX-License-Identifier: MIT */
/* STM32G0: flash-l4g0g4 fact sheet; RM0444, RM0454. */
#include "chip/families/family.h"
#include "chip/peripherals/peripherals.h"
#include "chip/ppb/ppb.h"

#define GPIOA 0x50000000u
#define RCC   0x40021000u

/* Section 1.1: what is written without RCC_APBENR1.DBGEN is lost. */
static const struct dbgmcu_layout dbgmcu = {
	.base = 0x40015800,
	.cr = 0x6,
	.apb1_fz = 0xc0601c37,
	.apb2_fz = 0x00078800,
	.iwdg = 12,
	.wwdg = 11,
	.tim2 = 0,
	.clock_reg = RCC + 0x3c,
	.clock = 1u << 27,
};

static const struct clock_tree tree = {
	.has_pll = true,
	.hsi_hz = 16 * MHZ,
	.hsidiv = true,
	.cr = 0x500,
	.sw_bits = 3,
	.hpre = 8,
	.sources = { CLOCK_HSI, CLOCK_HSE, CLOCK_PLL, CLOCK_LSI, CLOCK_LSE },
	.pllm_bits = 3,
	.pllren = 28,
	.pllr = 29,
	.rmvf = 1u << 23,
};

static const struct rcc_layout rcc = {
	.base = RCC,
	.cfgr = 0x08,
	.csr = 0x60,
	.apb1enr = 0x3c,
	.ppre1 = 12,
	.csr_flags = 0xff000000,
	.por_flags = 1u << 27,
	.pllcfgr = 0x1000,
	.enr = { 0x38, 0x100 },
	.hz_per_ws = 24 * MHZ,
	.pclk1_max = 64 * MHZ,
	.tree = &tree,
};

/* RM0444 2.2.2 */
static const struct periph periphs[] = {
	{ { 0x40000000, 0x0c00 }, NULL, NULL, 0 }, /* TIM2-4 */
	{ { 0x40001000, 0x0800 }, NULL, NULL, 0 }, /* TIM6, TIM7 */
	{ { 0x40002000, 0x0400 }, NULL, NULL, 0 }, /* TIM14 */
	{ { 0x40002800, 0x0400 }, NULL, NULL, 0 }, /* RTC */
	{ { 0x40002c00, 0x0400 }, wwdg_read, wwdg_write, SUB_WORD_PADS },
	{ { 0x40003000, 0x0400 }, iwdg_read, iwdg_write, SUB_WORD_PADS },
	{ { 0x40003800, 0x7c00 },
	  NULL,
	  NULL,
	  0 }, /* SPI, USART, I2C, CRS, PWR, DAC, CEC, LPTIM, LPUART, UCPD, TAMP, FDCAN */
	{ { 0x40010000, 0x0400 }, NULL, NULL, 0 }, /* SYSCFG, VREFBUF, COMP */
	{ { 0x40012400, 0x0400 }, NULL, NULL, 0 }, /* ADC */
	{ { 0x40012c00, 0x0800 }, NULL, NULL, 0 }, /* TIM1, SPI1 */
	{ { 0x40013800, 0x1400 }, NULL, NULL, 0 }, /* USART1, USART6, TIM15-17 */
	{ { 0x40015800, 0x0400 }, dbgmcu_apb_read, dbgmcu_write, 0 },
	{ { 0x40020000, 0x0c00 }, NULL, NULL, 0 }, /* DMA, DMAMUX */
	{ { RCC, 0x0400 }, rcc_tree_read, rcc_tree_write, SUB_WORD_MERGES },
	{ { 0x40021800, 0x0400 }, NULL, NULL, 0 }, /* EXTI */
	{ { 0x40023000, 0x0400 }, NULL, NULL, 0 }, /* CRC */
	{ { 0x40025000, 0x1800 }, NULL, NULL, 0 }, /* RNG, AES */
	{ { GPIOA, 0x1800 }, gpio_moder_read, gpio_moder_write, 0 },
	{ { 0, 0 }, NULL, NULL, 0 },
};

static const struct reset_value reset_values[] = {
	{ GPIOA, 0xebffffff },
	{ GPIOA + 0x08, 0x0c000000 },
	{ GPIOA + 0x0c, 0x24000000 },
	{ GPIOA + 0x800, 0xffffffff },
	{ 0, 0 },
};

static const struct family g0 = {
	.ctl = &dword_ctl,
	.ctl_base = 0x40022000,
	.reset_hz = 16 * MHZ,
	.lsi_hz = 32000,
	.ticks_calib = 2000,
	.mem_mode = 0x40010000, /* SYSCFG_CFGR1 */
	.gpio = { true, GPIOA, RCC + 0x34, 1u << 0 },
	.pwr_base = 0x40007000,
	.dbgmcu = &dbgmcu,
	.rcc = &rcc,
	.periphs = periphs,
	.reset_values = reset_values,
};

static const struct ids ids = { 0x1fff75e0, 0x1fff7590, { 0x1fff7000, 0x400 }, 0, 0x1fff7600 };

/* --- option bytes (section 9.1): PCROP in 512 bytes, of two areas a bank --------------- */

#define PCROP(off, area, bank, rdp)                                                    \
	{ off, "PCROP" area "SR", 0xffffffff, 0x1ff, OPTION_PCROP_START, bank },       \
	{                                                                              \
		(off) + 4, "PCROP" area "ER", 0, (rdp) | 0x1ff, OPTION_PCROP_END, bank \
	}
#define WRP(off, area, bank)                                                  \
	{                                                                     \
		off, "WRP" area "R", 0x000000ff, 0x007f007f, OPTION_WRP, bank \
	}

#define USER_X1(bits)                                          \
	{                                                      \
		0x20, "OPTR", 0xfffffeaa, bits, OPTION_USER, 1 \
	}
#define USER_X0(bits)                                          \
	{                                                      \
		0x20, "OPTR", 0xdfffe1aa, bits, OPTION_USER, 1 \
	}
#define SECR(bits)                                      \
	{                                               \
		0x80, "SECR", 0, bits, OPTION_SECURE, 1 \
	}
#define BANK_1_OF_X1 PCROP(0x24, "1A", 1, 0x80000000), WRP(0x2c, "1A", 1), WRP(0x30, "1B", 1), PCROP(0x34, "1B", 1, 0)
#define BANK_2_OF_X1 PCROP(0x44, "2A", 2, 0), WRP(0x4c, "2A", 2), WRP(0x50, "2B", 2), PCROP(0x54, "2B", 2, 0)

static const struct dword_option options_x1[] = { USER_X1(0x3f4fffff), BANK_1_OF_X1, SECR(0x100ff), { 0 } };
static const struct dword_option options_x0[] = { USER_X0(0x074f60ff), WRP(0x2c, "1A", 1), WRP(0x30, "1B", 1), { 0 } };
static const struct dword_option options_b1[] = {
	USER_X1(0x3f7fffff), BANK_1_OF_X1, BANK_2_OF_X1, SECR(0x0ff100ff), { 0 }
};
static const struct dword_option options_b0[] = { USER_X0(0x077f60ff), WRP(0x2c, "1A", 1), WRP(0x30, "1B", 1),
						  WRP(0x4c, "2A", 2),  WRP(0x50, "2B", 2), { 0 } };

/* --- the controller ---------------------------------------------------------------------- */

#define COMMON                                                                                                  \
	.unit_ns = 85000, .fast_ns = 53000, .erase_ns = 22000000, .mass_ns = 22100000, .row = 256,              \
	.row_after_page_erase = true, .page = 2048, .acr = 0x00050b07, .acr_reset = 0x00040600, .cfgbsy = true, \
	.acr_empty = 1u << 16, .irq = 3, .pcrop_granule = 512, .copy = 0x1fff7800,                              \
	.boot = { .sel = 1u << 24, .nboot0 = 1u << 26, .nboot1 = 1u << 25, .sel_takes_bit = true }
#define X1 .errors_rd = true, .sec_prot = 1u << 28, .sec_size = 0xff, .boot_lock = 1u << 16
/* By the bit at 256 KiB, always at 512 (section 2.1), never below */
#define TWO_BANKS \
	.bker = 1u << 13, .bsy2 = true, .nswap = 1u << 20, .banks = { { 512, ALWAYS_DUAL }, { 256, 1u << 21 } }

static const struct dword_variant v_x1 = { COMMON, X1, .pnb_bits = 10, .options = options_x1 };
static const struct dword_variant v_x0 = { COMMON, .pnb_bits = 10, .options = options_x0 };
static const struct dword_variant v_b1 = {
	COMMON, X1, TWO_BANKS, .pnb_bits = 10, .sec_size2 = 0xffu << 20, .options = options_b1
};
static const struct dword_variant v_b0 = { COMMON, TWO_BANKS, .pnb_bits = 10, .options = options_b0 };

#define LINE(variant, rom_size)                                                                     \
	{                                                                                           \
		.family = &g0, .ids = &ids, .system = { 0x1fff0000, rom_size }, .max_hz = 64 * MHZ, \
		.traits = LINE_MPU, .dword = &(variant)                                             \
	}

static const struct line x1 = LINE(v_x1, 0x7000);
static const struct line x0 = LINE(v_x0, 0x7000);
static const struct line x1_small = LINE(v_x1, 0x2000);
static const struct line x0_small = LINE(v_x0, 0x2000);
static const struct line b1 = LINE(v_b1, 0x7000);
static const struct line b0 = LINE(v_b0, 0x7000);

/* RAM without parity, as the factory sets it */
#define G03(name, flash, line) PART(name, "STM32G030/031/041", 0x466, 0x2000, flash, 8, M0P, line)
#define G05(name, flash, line) PART(name, "STM32G050/051/061", 0x456, 0x1000, flash, 18, M0P, line)
#define G07(name, flash, line) PART(name, "STM32G070/071/081", 0x460, 0x2000, flash, 36, M0P, line)
#define G0B(name, flash, line) PART(name, "STM32G0B0/0B1/0C1", 0x467, 0x1001, flash, 144, M0P, line)

static const struct part rows[] = {
	G03("stm32g030f6", 32, x0_small), G03("stm32g030k8", 64, x0_small), G03("stm32g031f4", 16, x1_small),
	G03("stm32g031f8", 64, x1_small), G03("stm32g031k8", 64, x1_small), G03("stm32g041k8", 64, x1_small),
	G05("stm32g050k8", 64, x0),       G05("stm32g051k6", 32, x1),       G05("stm32g051k8", 64, x1),
	G05("stm32g061k8", 64, x1),       G07("stm32g070rb", 128, x0),      G07("stm32g071g8", 64, x1),
	G07("stm32g071rb", 128, x1),      G07("stm32g081rb", 128, x1),      G0B("stm32g0b0re", 512, b0),
	G0B("stm32g0b1kb", 128, b1),      G0B("stm32g0b1rc", 256, b1),      G0B("stm32g0b1re", 512, b1),
	G0B("stm32g0c1re", 512, b1),
};

const struct part_list g0_parts = { rows, ARRAY_SIZE(rows) };
