/* SPDX-License-Identifier: MIT */
/*
 * GigaDevice GD32F4xx: the flash of an F42x, with a third megabyte on the
 * largest parts (clones fact sheet section 3, after Black Magic's gd32f4.c).
 */
#include "flash/chips/sectors_rows.h"

static const struct sector_run sectors_4x256k[] = { { 4, 256 * KIB }, { 0, 0 } };

/* Numbers and SNB of the third megabyte: 24 to 27, 0x0c to 0x0f */
#define BANK_3                                                                           \
	{                                                                                \
		FLASH + 2048 * KIB, .runs = sectors_4x256k, .number = 24, .select = 0x0c \
	}
static const struct geometry gd32f4_3m[] = {
	{ .least = 1024 * KIB + 1,
	  .bank = { { FLASH, .size = 1024 * KIB, .runs = sectors_1m },
		    { FLASH + 1024 * KIB, .size = 1024 * KIB, .runs = sectors_1m, .number = 12, .select = 0x10 },
		    BANK_3 } },
	{ .least = 1024 * KIB,
	  .when = { OPTCR, 30, 1 },
	  .bank = { { FLASH, .size = 512 * KIB, .runs = sectors_1m }, BANK_2(512 * KIB) } },
	{ .bank = { { FLASH, .runs = sectors_1m } } },
};

/* OBCTL0 and OBCTL1: the last bit of WP1 is for the sectors from 23 on. */
static const struct option_wrp gd32f4_wrp[] = {
	{ 0, 0, NWRP_BIT, 12, .first = 0 },
	{ 1, 1, NWRP_BIT, 12, .first = 12 },
	{ 2, 1, NWRP_BIT + 11, 1, .first = 24 },
};
static const struct option_set gd32f4_options = {
	SECTORS_RDP,
	SECTORS_WRP(gd32f4_wrp),
	.fields = f42x_fields,
	.in_force = { OPTCR, OPTCR1 },
};

/* RAM: 192 KiB on most, 704 on the F470; CCM as on an F4 */
static const struct region gd32f4_regions[] = {
	RAM(112 * KIB, 704 * KIB), F4_CCM,     SYSTEM(0x1fff0000, 30 * KIB), OPTIONS(0x1fffc000),
	OPTIONS(0x1ffec000),       BACKUP_RAM, OTP(0x1fff7800, 32),          LAST_REGION,
};

const struct chip chips_gd32f4[] = {
	{
		.dev_id = 0x419,
		.maker = MAKER_GIGADEVICE,
		.name = "GD32F4xx (GigaDevice)",
		.family = &family_f4,
		.controller = &flash_sectors_dual,
		.options = &gd32f4_options,
		.geometry = gd32f4_3m,
		.max_flash = 3072 * KIB,
		.regions = gd32f4_regions,
	},
	{ .name = NULL },
};
