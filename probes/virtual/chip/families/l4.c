/* SPDX-License-Identifier: MIT */
/* STM32L4 and L4+: flash-l4g0g4 fact sheet; RM0351, RM0392, RM0394, RM0432. */
#include "chip/families/rows.h"

#define GPIOA 0x48000000u
#define RCC   0x40021000u

static const struct dbgmcu_layout dbgmcu = {
	.base = 0xe0042000,
	.cr = 0xe7,
	.apb1_fz = 0x82e01c3f,
	.apb2_fz = 0x00072800,
	.fz2_off = 0x10,
	FREEZE_BITS,
};

static const struct clock_tree tree = {
	.has_msi = true,
	.msirgsel = true,
	.has_pll = true,
	.hsi_hz = 16 * MHZ,
	.cr = 0x63,
	.sw_bits = 2,
	.hpre = 4,
	.sources = { CLOCK_MSI, CLOCK_HSI, CLOCK_HSE, CLOCK_PLL },
	.pllm_bits = 3,
	.pllren = 24,
	.pllr = 25,
	.pllr_even = true,
	.rmvf = 1u << 23,
};

#define RCC_LAYOUT(a_wait_state, most)                                                                               \
	{                                                                                                            \
		.base = RCC, .ppre1 = 8, .pllcfgr = 0x1000, .enr = { 0x48, 0x100 }, .hz_per_ws = (a_wait_state)*MHZ, \
		.pclk1_max = (most)*MHZ, .tree = &tree, RCC_OF_L4                                                    \
	}

static const struct rcc_layout rcc_l4 = RCC_LAYOUT(16, 80);
static const struct rcc_layout rcc_l4plus = RCC_LAYOUT(20, 120);

/* RM0351 2.2.2, RM0432 2.2.2 */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x2c00), /* TIM2-7, LCD, RTC */
	WATCHDOGS,
	KEEPS(0x40003400, 0x6400), /* TAMP, SPI, USART, I2C, CAN, PWR, DAC, OPAMP, LPTIM, LPUART */
	KEEPS(0x40010000, 0x0800), /* SYSCFG, VREFBUF, COMP, EXTI */
	KEEPS(0x40011c00, 0x0400), /* FIREWALL */
	KEEPS(0x40012800, 0x2400), /* SDMMC, TIM1, SPI1, TIM8, USART1, TIM15-17 */
	KEEPS(0x40015400, 0x1c00), /* SAI, DFSDM, LTDC, DSI */
	KEEPS(0x40020000, 0x0c00), /* DMA, DMAMUX */
	CLOCK_TREE(RCC),
	CRC,
	KEEPS(0x40024000, 0x0400), /* TSC */
	KEEPS(0x4002b000, 0x0c00), /* DMA2D */
	GPIO_MODER(GPIOA, 0x2400),
	END_OF_PERIPHS,
};

static const struct area silent[] = {
	{ 0x50000000, 0x40400 }, /* OTG FS, ADC */
	{ 0x50050000, 0x0400 },  /* DCMI */
	{ 0x50060000, 0x2800 },  /* AES, HASH, RNG, OCTOSPIM, SDMMC */
	{ 0xa0000000, 0x2000 },  /* FMC, QUADSPI, OCTOSPI */
	{ 0, 0 },
};

#define FAMILY(clocks)                                                                                             \
	{                                                                                                          \
		.ctl_base = 0x40022000, .reset_hz = 4 * MHZ, .ticks_calib = 4000,                                  \
		.gpio = { true, GPIOA, RCC + 0x4c, 1u << 0, l4_ports }, .pwr_base = 0x40007000, .dbgmcu = &dbgmcu, \
		.rcc = &(clocks), .periphs = periphs, .silent = silent, DWORD_FAMILY                               \
	}

static const struct family l4 = FAMILY(rcc_l4);
static const struct family l4plus = FAMILY(rcc_l4plus);

/* --- option bytes (section 9.1) -------------------------------------------------------- */

#define USER(bits)                                             \
	{                                                      \
		0x20, "OPTR", 0xffeff8aa, bits, OPTION_USER, 1 \
	}

/* PCROP in double words, write protection in pages */
#define BANK(off, n, rdp, granules)                                                                  \
	PCROP_AREA(off, #n, n, 0, rdp, granules), WRP_AREA((off) + 8, #n "A", n, 0x000000ff, 0xffu), \
		WRP_AREA((off) + 12, #n "B", n, 0x000000ff, 0xffu)
#define FIRST_BANK(granules)  BANK(0x24, 1, PCROP_RDP, granules)
#define SECOND_BANK(granules) BANK(0x44, 2, 0, granules)

static const struct dword_option options_47x[] = { USER(0x03bf77ff), FIRST_BANK(0xffffu), SECOND_BANK(0xffffu), { 0 } };
static const struct dword_option options_49x[] = { USER(0x0fbf77ff), FIRST_BANK(0xffffu), SECOND_BANK(0xffffu), { 0 } };
static const struct dword_option options_one[] = { USER(0x0f8f77ff), FIRST_BANK(0xffffu), { 0 } };
static const struct dword_option options_plus[] = {
	USER(0x0fff77ff), FIRST_BANK(0x1ffffu), SECOND_BANK(0x1ffffu), { 0 }
};

/* --- the controller --------------------------------------------------------------------- */

#define ACR(latency) .acr = 0x7f00 | (latency), .acr_reset = 0x0600
#define COMMON \
	DWORD_OF_L4, ACR(7), .row = 256, .page = 2048, .pcrop_granule = 8, .copy = 0x1fff7800, .copy2 = 0x1ffff800

/* Two banks by the bit, and always from 1 MiB on; ADDR_ECC has 19 bits, which is bytes of a bank (RM0351). */
#define TWO_BANKS                                                                                     \
	COMMON, .banks = { { 1024, ALWAYS_DUAL }, { 0, 1u << 21 } }, .pnb_bits = 8, .bker = 1u << 11, \
		.ecc = { .bytes = true, .bank = 1u << 19 }, .bfb2 = 1u << 20

/* The L47x has neither nSWBOOT0 nor nBOOT0. */
static const struct dword_variant v_47x = { TWO_BANKS, .boot = { .nboot1 = 1u << 23 }, .options = options_47x };
static const struct dword_variant v_49x = { TWO_BANKS, BOOT_OF_L4, .options = options_49x };

#define ONE_BANK(bits)                                                                                              \
	{                                                                                                           \
		.pnb_bits = (bits), .sr_empty = 1u << 17, .ecc = { .bytes = true }, .options = options_one, COMMON, \
		BOOT_OF_L4                                                                                          \
	}

static const struct dword_variant v_43x = ONE_BANK(7);
static const struct dword_variant v_45x = ONE_BANK(8);
static const struct dword_variant v_41x = ONE_BANK(6);

#define PLUS(bits, large, kib)                                                                               \
	{                                                                                                    \
		.pcrop_granule = 8, .pcrop_single = 16, .copy = 0x1ff00000, .copy2 = 0x1ff01000, .row = 512, \
		.page = 4096, .single_page = 8192, .pnb_bits = (bits), .bker = 1u << 11,                     \
		.banks = { { large, 1u << 22 }, { kib, 1u << 21 } }, .joins = true, .wrp2_in_single = true,  \
		.sr_empty = 1u << 17, .ecc = { .bytes = true, .bank = 1u << 21 }, .bfb2 = 1u << 20,          \
		.options = options_plus, DWORD_OF_L4, ACR(15), BOOT_OF_L4                                    \
	}

static const struct dword_variant v_4rx = PLUS(8, 2048, 1024);
static const struct dword_variant v_4px = PLUS(7, 1024, 512);

/* SRAM2 lies at 0x10000000, and once more behind SRAM1 on all but the L47x (section 1). */
#define RAM2(at, size) \
	.alias = { { 0x10000000, (size)*KIB }, RAM_BASE + (at)*KIB }, .closed_ram = { RAM_BASE + (at)*KIB, (size)*KIB }

#define LINE(kind, variant, mhz, ...) DWORD_LINE(kind, l4_ids, variant, 0x7000, .max_hz = (mhz)*MHZ, __VA_ARGS__)

static const struct line l47x =
	LINE(l4, v_47x, 80, .extra = { { 0x10000000, 32 * KIB }, true }, .closed_ram = { 0x10000000, 32 * KIB });
static const struct line l49x = LINE(l4, v_49x, 80, RAM2(256, 64));
static const struct line l43x = LINE(l4, v_43x, 80, RAM2(48, 16));
static const struct line l45x = LINE(l4, v_45x, 80, RAM2(128, 32));
static const struct line l41x = LINE(l4, v_41x, 80, RAM2(32, 8));
static const struct line l4rx = LINE(l4plus, v_4rx, 120, RAM2(192, 64));
static const struct line l4px = LINE(l4plus, v_4px, 120, RAM2(128, 64));

#define L47X(name, flash) PART(name, "STM32L47x/48x", 0x415, 0x1007, flash, 96, M4_R0P1, l47x)
#define L49X(name, flash) PART(name, "STM32L49x/4Ax", 0x461, 0x2000, flash, 320, M4_R0P1, l49x)
#define L43X(name, flash) PART(name, "STM32L43x/44x", 0x435, 0x2001, flash, 64, M4_R0P1, l43x)
#define L45X(name, flash) PART(name, "STM32L45x/46x", 0x462, 0x1001, flash, 160, M4_R0P1, l45x)
#define L41X(name, flash) PART(name, "STM32L41x/42x", 0x464, 0x1001, flash, 40, M4_R0P1, l41x)
#define L4RX(name, flash) PART(name, "STM32L4Rx/4Sx", 0x470, 0x101f, flash, 640, M4_R0P1, l4rx)
#define L4PX(name, flash) PART(name, "STM32L4P5/4Q5", 0x471, 0x1001, flash, 320, M4_R0P1, l4px)

static const struct part rows[] = {
	L47X("stm32l471rg", 1024), L47X("stm32l475rc", 256),  L47X("stm32l475vg", 1024), L47X("stm32l476rc", 256),
	L47X("stm32l476re", 512),  L47X("stm32l476rg", 1024), L47X("stm32l476vg", 1024), L47X("stm32l486rg", 1024),
	L49X("stm32l496re", 512),  L49X("stm32l496zg", 1024), L49X("stm32l4a6zg", 1024), L43X("stm32l431cc", 256),
	L43X("stm32l432kb", 128),  L43X("stm32l432kc", 256),  L43X("stm32l433rc", 256),  L43X("stm32l443rc", 256),
	L45X("stm32l451re", 512),  L45X("stm32l452rc", 256),  L45X("stm32l452re", 512),  L45X("stm32l462re", 512),
	L41X("stm32l412k8", 64),   L41X("stm32l412kb", 128),  L41X("stm32l412rb", 128),  L41X("stm32l422kb", 128),
	L4RX("stm32l4r5zg", 1024), L4RX("stm32l4r5zi", 2048), L4RX("stm32l4r9ai", 2048), L4RX("stm32l4s5vi", 2048),
	L4PX("stm32l4p5ce", 512),  L4PX("stm32l4p5zg", 1024), L4PX("stm32l4q5zg", 1024),
};

const struct part_list l4_parts = { rows, ARRAY_SIZE(rows) };
