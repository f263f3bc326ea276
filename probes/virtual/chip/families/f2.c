/* SPDX-License-Identifier: MIT */
/* STM32F2: flash-f0f3f2f7 fact sheet sections 1.3, 1.5, 3, 4.2 and 5; RM0033, PM0059. Around its core it is an F4. */
#include "chip/families/rows.h"

static const struct rcc_layout rcc = {
	SECTORS_RCC,
	.vco_min = 192 * MHZ,
};

static const struct family f2 = {
	.ticks_calib = 15000,
	.mem_mode = 0x40013800, /* SYSCFG_MEMRMP */
	.dbgmcu = &f4_dbgmcu,
	.rcc = &rcc,
	.periphs = f4_periphs,
	.silent = f4_silent,
	SECTORS_FAMILY,
};

/* Section 3.1: no ERRIE, and SNB has four bits; section 4.2: bit 4 of OPTCR is kept as read, there is no OPTCR1. */
static const struct sectors_variant variant = {
	.unit_kib = 16,
	.mass_ms = { 16000, 11000, 8000, 6900 },
	.acr = 0x1f07,
	.caches = { { 1u << 9, 1u << 11, "ICRST" }, { 1u << 10, 1u << 12, "DCRST" } },
	.data_cache = 1u << 10,
	.snb_bits = 4,
	.optcr = 0x0fffaaed,
	.optcr_bits = 0x0fffffec,
	.copy = 0x1fffc000,
	.erases_backup_sram = true,
};

#define LINE(sram2)                                                                                   \
	{                                                                                             \
		.family = &f2, .ids = &f4_ids, .system = { 0x1fff0000, 0x7800 }, .max_hz = 120 * MHZ, \
		.traits = LINE_MPU | LINE_FSMC, .sectors = &variant, .extra = {                       \
			{ 0x2001c000, (sram2)*KIB },                                                  \
			true                                                                          \
		}                                                                                     \
	}

/* On the small parts there is a hole before SRAM2; elsewhere it follows SRAM1. */
static const struct line small = LINE(16);
static const struct line large = LINE(0);

#define M3_R2P0 0x2ba01477, 0x412fc230, 0x24770011

#define F2_SMALL(name, flash, ram) PART(name, "STM32F205/207/215/217", 0x411, 0x2003, flash, ram, M3_R2P0, small)
#define F2(name, flash)            PART(name, "STM32F205/207/215/217", 0x411, 0x2003, flash, 128, M3_R2P0, large)

static const struct part rows[] = {
	F2_SMALL("stm32f205rb", 128, 48), F2_SMALL("stm32f205rc", 256, 80), F2("stm32f205re", 512),
	F2("stm32f205rf", 768),           F2("stm32f205rg", 1024),          F2("stm32f205vg", 1024),
	F2("stm32f205zg", 1024),          F2("stm32f207vc", 256),           F2("stm32f207ve", 512),
	F2("stm32f207vg", 1024),          F2("stm32f207zg", 1024),          F2("stm32f207ig", 1024),
	F2("stm32f215re", 512),           F2("stm32f215zg", 1024),          F2("stm32f217zg", 1024),
};

const struct part_list f2_parts = { rows, ARRAY_SIZE(rows) };
