/* SPDX-License-Identifier: MIT */
/* STM32G0: flash-l4g0g4 fact sheet; RM0444, RM0454. */
#include "chip/families/rows.h"

#define GPIOA 0x50000000u
#define RCC   0x40021000u

/* Section 1.1: what is written without RCC_APBENR1.DBGEN is lost. */
static const struct dbgmcu_layout dbgmcu = {
	.base = 0x40015800,
	.cr = 0x6,
	.apb1_fz = 0xc0601c37,
	.apb2_fz = 0x00078800,
	FREEZE_BITS,
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
	RCC_OF_G0,
	.base = RCC,
	.pllcfgr = 0x1000,
	.enr = { 0x38, 0x100 },
	.hz_per_ws = 24 * MHZ,
	.pclk1_max = 64 * MHZ,
	.tree = &tree,
};

/* RM0444 2.2.2 */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x0c00), /* TIM2-4 */
	KEEPS(0x40001000, 0x0800), /* TIM6, TIM7 */
	KEEPS(0x40002000, 0x0400), /* TIM14 */
	KEEPS(0x40002800, 0x0400), /* RTC */
	WATCHDOGS,
	KEEPS(0x40003800, 0x7c00), /* SPI, USART, I2C, CRS, PWR, DAC, CEC, LPTIM, LPUART, UCPD, TAMP, FDCAN */
	KEEPS(0x40010000, 0x0400), /* SYSCFG, VREFBUF, COMP */
	KEEPS(0x40012400, 0x0400), /* ADC */
	KEEPS(0x40012c00, 0x0800), /* TIM1, SPI1 */
	KEEPS(0x40013800, 0x1400), /* USART1, USART6, TIM15-17 */
	DBGMCU_APB,
	KEEPS(0x40020000, 0x0c00), /* DMA, DMAMUX */
	CLOCK_TREE(RCC),
	KEEPS(0x40021800, 0x0400), /* EXTI */
	CRC,
	KEEPS(0x40025000, 0x1800), /* RNG, AES */
	GPIO_MODER(GPIOA, 0x1800),
	END_OF_PERIPHS,
};

static const struct family g0 = {
	DWORD_FAMILY,
	.ctl_base = 0x40022000,
	.reset_hz = 16 * MHZ,
	.ticks_calib = 2000,
	.gpio = { true, GPIOA, RCC + 0x34, 1u << 0, g0_ports },
	.pwr_base = 0x40007000,
	.dbgmcu = &dbgmcu,
	.rcc = &rcc,
	.periphs = periphs,
};

/* --- option bytes (section 9.1): PCROP in 512 bytes, of two areas a bank --------------- */

#define PCROP(off, area, bank, rdp) PCROP_AREA(off, area, bank, 0, rdp, 0x1ff)
#define WRP(off, area, bank)        WRP_AREA(off, area, bank, 0x000000ff, 0x7fu)

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
#define BANK_1_OF_X1 PCROP(0x24, "1A", 1, PCROP_RDP), WRP(0x2c, "1A", 1), WRP(0x30, "1B", 1), PCROP(0x34, "1B", 1, 0)
#define BANK_2_OF_X1 PCROP(0x44, "2A", 2, 0), WRP(0x4c, "2A", 2), WRP(0x50, "2B", 2), PCROP(0x54, "2B", 2, 0)

static const struct dword_option options_x1[] = { USER_X1(0x3f4fffff), BANK_1_OF_X1, SECR(0x100ff), { 0 } };
static const struct dword_option options_x0[] = { USER_X0(0x074f60ff), WRP(0x2c, "1A", 1), WRP(0x30, "1B", 1), { 0 } };
static const struct dword_option options_b1[] = {
	USER_X1(0x3f7fffff), BANK_1_OF_X1, BANK_2_OF_X1, SECR(0x0ff100ff), { 0 }
};
static const struct dword_option options_b0[] = { USER_X0(0x077f60ff), WRP(0x2c, "1A", 1), WRP(0x30, "1B", 1),
						  WRP(0x4c, "2A", 2),  WRP(0x50, "2B", 2), { 0 } };

/* --- the controller ---------------------------------------------------------------------- */

#define X1 .errors_rd = true, .sec_prot = 1u << 28, .sec_size = 0xff, .boot_lock = 1u << 16
/* By the bit at 256 KiB, always at 512 (section 2.1), never below */
#define TWO_BANKS \
	.bker = 1u << 13, .bsy2 = true, .nswap = 1u << 20, .banks = { { 512, ALWAYS_DUAL }, { 256, 1u << 21 } }

static const struct dword_variant v_x1 = { DWORD_OF_G0, X1, .pnb_bits = 10, .options = options_x1 };
static const struct dword_variant v_x0 = { DWORD_OF_G0, .pnb_bits = 10, .options = options_x0 };
static const struct dword_variant v_b1 = {
	DWORD_OF_G0, X1, TWO_BANKS, .pnb_bits = 10, .sec_size2 = 0xffu << 20, .options = options_b1
};
static const struct dword_variant v_b0 = { DWORD_OF_G0, TWO_BANKS, .pnb_bits = 10, .options = options_b0 };

#define LINE(variant, rom_size) DWORD_LINE(g0, l4_ids, variant, rom_size, .max_hz = 64 * MHZ)

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
