/* SPDX-License-Identifier: MIT */
/* STM32F7: flash-f0f3f2f7 fact sheet sections 1.4, 1.5, 3, 4.3, 5 and 6.2; RM0385, RM0410, RM0431. */
#include "chip/families/rows.h"

#define GPIOA 0x40020000u

static const struct dbgmcu_layout dbgmcu = {
	.base = 0xe0042000,
	.cr = 0xe7,
	.apb1_fz = 0x07e03fff,
	.apb2_fz = 0x00070003,
	FREEZE_BITS,
	.clocked_by_core = true,
};

/* Section 7: bits 31:28 of PLLCFGR are PLLR on the F76x alone, and stay as after reset elsewhere. */
#define RCC(fixed)                                                          \
	{                                                                   \
		.pllcfgr_fixed = (fixed), .vco_min = 100 * MHZ, SECTORS_RCC \
	}

static const struct rcc_layout rcc = RCC(0xf0000000);
static const struct rcc_layout rcc_pllr = RCC(0);

/* RM0385 2.2.2, RM0410 2.2.2 */
static const struct periph periphs[] = {
	KEEPS(0x40000000, 0x2c00), /* TIM2-7, TIM12-14, LPTIM1, RTC */
	WATCHDOGS,
	KEEPS(0x40003400, 0x4c00), /* CAN3, SPI, SPDIFRX, USART, I2C, CAN, CEC, PWR, DAC, UART */
	KEEPS(0x40010000, 0x0800), /* TIM1, TIM8 */
	KEEPS(0x40011000, 0x0800), /* USART1, USART6 */
	KEEPS(0x40011c00, 0x0800), /* SDMMC2, ADC */
	KEEPS(0x40012c00, 0x2c00), /* SDMMC1, SPI, SYSCFG, EXTI, TIM9-11, SPI5, SPI6 */
	KEEPS(0x40015800, 0x0800), /* SAI */
	KEEPS(0x40016800, 0x0800), /* LTDC, DSI */
	KEEPS(0x40017400, 0x0800), /* DFSDM, MDIOS, USBPHYC */
	GPIO_MODER(GPIOA, 0x2c00),
	CRC,
	CLOCKS(0x40023800),
	KEEPS(0x40024000, 0x1000), /* backup SRAM */
	DMA(0x40026000),
	KEEPS(0x40028000, 0x1400), /* Ethernet */
	KEEPS(0x4002b000, 0x0c00), /* DMA2D */
	END_OF_PERIPHS,
};

static const struct area silent[] = {
	{ 0x40040000, 0x40000 }, /* OTG HS */
	{ 0x50000000, 0x40000 }, /* OTG FS */
	{ 0x50050000, 0x2000 },  /* DCMI, JPEG */
	{ 0x50060000, 0x0c00 },  /* CRYP, AES, HASH, RNG */
	{ 0xa0000000, 0x2000 },  /* FMC, QUADSPI */
	{ 0, 0 },
};

#define FAMILY(clocks)                                                                               \
	{                                                                                            \
		.ticks_calib = 18750, .boots_at_address = true, .dbgmcu = &dbgmcu, .rcc = &(clocks), \
		.periphs = periphs, .silent = silent, SECTORS_FAMILY                                 \
	}

static const struct family f7 = FAMILY(rcc);
static const struct family f7_pllr = FAMILY(rcc_pllr);

static const struct ids ids_f72x = { 0x1ff07a22, 0x1ff07a10, { 0x1ff07800, 528 }, 32, 0x1ff07c00 };
static const struct ids ids_f74x = { 0x1ff0f442, 0x1ff0f420, { 0x1ff0f000, 1040 }, 64, 0x1ff0f7f0 };

/* Section 5: 2 MiB at x8 take 16 s, and the other widths as much less as on an F4 */
#define TIMES .mass_ms = { 8000, 5500, 4000, 3450 }

/* Section 3.1: one cache, the ART accelerator, of what is read over the ITCM bus */
#define ART .acr = 0x0b0f, .caches = { { 1u << 9, 1u << 11, "ARTRST" } }, .data_cache = 1u << 9, .art = true

#define WORDS                                                                                   \
	.has_errie = true, .optcr1 = 0x00400080, .optcr1_bits = 0xffffffff, .copy = 0x1fff0000, \
	.erases_backup_sram = true, .tears_to_level_1 = true

/* Section 4.3: what each line may change of OPTCR, and PCROP in OPTCR2 */
static const struct sectors_variant f72x = {
	TIMES,
	ART,
	WORDS,
	.unit_kib = 16,
	.snb_bits = 4,
	.optcr = 0xc0ffaafd,
	.optcr_bits = 0xc0fffffc,
	.optcr2_bits = 0x800000ff,
};
static const struct sectors_variant f74x = {
	TIMES, ART, WORDS, .unit_kib = 32, .snb_bits = 4, .optcr = 0xc0ffaafd, .optcr_bits = 0xc0fffffc,
};
static const struct sectors_variant f76x = {
	TIMES, ART, WORDS, .unit_kib = 32, .snb_bits = 5, .optcr = 0xffffaafd, .optcr_bits = 0xfffffffc,
};

/* System memory of the F72x ends where its one-time programmable bytes begin. */
#define LINE(kind, words, rom_size, variant, what, dtcm, l1_size)                                            \
	{                                                                                                    \
		.family = &(kind), .ids = &(words), .system = { 0x1ff00000, rom_size }, .max_hz = 216 * MHZ, \
		.traits = LINE_MPU | (what), .sectors = &(variant), .extra = { { 0, 16 * KIB }, true },      \
		.tcm_size = (dtcm)*KIB,                                                                      \
		.l1 = {(l1_size)*KIB,                                                                        \
		       (l1_size)*KIB }                                                                       \
	}

static const struct line line_f72x = LINE(f7, ids_f72x, 0x7800, f72x, 0, 64, 8);
static const struct line line_f74x = LINE(f7, ids_f74x, 0xedc0, f74x, 0, 64, 4);
static const struct line line_f76x = LINE(f7_pllr, ids_f74x, 0xedc0, f76x, LINE_NDBANK, 128, 16);

#define M7_R0P1 0x5ba02477, 0x410fc271, 0x74770001
#define M7_R1P0 0x5ba02477, 0x411fc270, 0x74770001

#define F72X(name, flash) PART(name, "STM32F72x/73x", 0x452, 0x1000, flash, 256, M7_R1P0, line_f72x)
#define F74X(name, flash) PART(name, "STM32F74x/75x", 0x449, 0x1001, flash, 320, M7_R0P1, line_f74x)
#define F76X(name, flash) PART(name, "STM32F76x/77x", 0x451, 0x1001, flash, 512, M7_R1P0, line_f76x)

static const struct part rows[] = {
	F72X("stm32f722rc", 256),  F72X("stm32f722re", 512),  F72X("stm32f722ze", 512),  F72X("stm32f723ie", 512),
	F72X("stm32f730r8", 64),   F72X("stm32f730z8", 64),   F72X("stm32f732re", 512),  F72X("stm32f733ie", 512),
	F74X("stm32f745ve", 512),  F74X("stm32f745vg", 1024), F74X("stm32f746ze", 512),  F74X("stm32f746zg", 1024),
	F74X("stm32f746ng", 1024), F74X("stm32f750n8", 64),   F74X("stm32f750z8", 64),   F74X("stm32f756zg", 1024),
	F76X("stm32f765vg", 1024), F76X("stm32f765zi", 2048), F76X("stm32f767zg", 1024), F76X("stm32f767zi", 2048),
	F76X("stm32f768ai", 2048), F76X("stm32f769ni", 2048), F76X("stm32f777zi", 2048), F76X("stm32f778ai", 2048),
	F76X("stm32f779ni", 2048),
};

const struct part_list f7_parts = { rows, ARRAY_SIZE(rows) };
