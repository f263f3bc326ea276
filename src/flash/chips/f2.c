/* SPDX-License-Identifier: MIT */
/*
 * STM32F2: around an older core it is an F4 without PCROP (RM0033, PM0059);
 * sizes and addresses as the F0/F3/F2/F7 fact sheet section 1.3 has them.
 */
#include "flash/chips/sectors_rows.h"

static const struct family family_f2 = {
	.name = "STM32F2",
	.size_word = 0x1fff7a22,
	.uid = 0x1fff7a10,
	.dbgmcu = &dbgmcu_sectors,
	.reset_khz = HSI_16_KHZ,
	.fast_clock = &clock_of_f4,
	.memrmp = 0x40013800, /* RM0033 7.2.1 */
	.rdp_hides_vectors = true,
};

static const struct geometry f2_1m[] = { { .bank = { { FLASH, .runs = sectors_1m } } } };

/* The smallest parts have 48 KiB, and a hole before SRAM2, which follows SRAM1 on the larger ones. */
static const struct region f2_regions[] = {
	RAM(48 * KIB, 112 * KIB),
	RAM_AT("SRAM2", 0x2001c000, 16 * KIB, 16 * KIB),
	SYSTEM(0x1fff0000, 30 * KIB),
	OPTIONS(0x1fffc000),
	OTP(0x1fff7800, 32),
	BACKUP_RAM,
	LAST_REGION,
};

const struct chip chips_f2[] = {
	{
		.dev_id = 0x411,
		.name = "STM32F205/207/215/217",
		.family = &family_f2,
		.controller = &flash_sectors,
		.options = &f2_options,
		.geometry = f2_1m,
		.max_flash = 1024 * KIB,
		.regions = f2_regions,
	},
	{ .name = NULL },
};
