/* SPDX-License-Identifier: MIT */
/*
 * STM32F4; sizes and addresses as the chips fact sheet has them (ST's CMSIS
 * headers and packs, openocd, stlink-org agreeing).
 */
#include "flash/chips/rows.h"

/* DBGMCU: keep debug alive in Sleep, Stop and Standby, freeze IWDG and WWDG while the core is halted (RM0090 38.16.3).
 */
static const struct core_dbgmcu dbgmcu_f4 = {
	.cr = 0xe0042004,
	.cr_bits = 0x7,
	.apb1_fz = 0xe0042008,
	.apb1_bits = 0x1800,
};

/* RM0090 3 and 39 */
const struct family family_f4 = {
	.name = "STM32F4",
	.size_word = 0x1fff7a22,
	.uid = 0x1fff7a10,
	.dbgmcu = &dbgmcu_f4,
};

/* Sectors of the F4 lines: 4 x 16 KiB, 64 KiB, then 128 KiB each (RM0090 3.4, RM0430 3.4) */
#define F4_SMALL            \
	{ 4, 16 * KIB },    \
	{                   \
		1, 64 * KIB \
	}
static const struct sector_run sectors_128k[] = { F4_SMALL, { 0, 0 } };
static const struct sector_run sectors_256k[] = { F4_SMALL, { 1, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_512k[] = { F4_SMALL, { 3, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_1m[] = { F4_SMALL, { 7, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_1536k[] = { F4_SMALL, { 11, 128 * KIB }, { 0, 0 } };

/* FLASH_OPTCR and FLASH_OPTCR1 */
#define OPTCR  0x40023c14u
#define OPTCR1 0x40023c18u

static const struct geometry f4_128k[] = { { .bank = { { FLASH, .runs = sectors_128k } } } };
static const struct geometry f4_256k[] = { { .bank = { { FLASH, .runs = sectors_256k } } } };
static const struct geometry f4_512k[] = { { .bank = { { FLASH, .runs = sectors_512k } } } };
static const struct geometry f4_1m[] = { { .bank = { { FLASH, .runs = sectors_1m } } } };
static const struct geometry f4_1536k[] = { { .bank = { { FLASH, .runs = sectors_1536k } } } };

/*
 * 2 MiB parts always have two banks; of the 1 MiB ones those with DB1M set; smaller ones have one (RM0090 3.4).
 * Bank 2 counts on from sector 12, SNB from 0x10 (RM0090 table 6).
 */
#define F4_BANK_2(at)                                                          \
	{                                                                      \
		FLASH + (at), .runs = sectors_1m, .number = 12, .select = 0x10 \
	}
static const struct geometry f4_2m[] = {
	{ .least = 1024 * KIB + 1,
	  .bank = { { FLASH, .size = 1024 * KIB, .runs = sectors_1m }, F4_BANK_2(1024 * KIB) } },
	{ .least = 1024 * KIB,
	  .when = { OPTCR, 30, 1 },
	  .bank = { { FLASH, .size = 512 * KIB, .runs = sectors_1m }, F4_BANK_2(512 * KIB) } },
	{ .bank = { { FLASH, .runs = sectors_1m } } },
};

/* RM0090 3.3 and 3.4 (OTP: 16 blocks of 32 bytes, and a lock byte for each) */
#define F4_AREAS                                                                                \
	SYSTEM(0x1fff0000, 30 * KIB), OPTIONS(0x1fffc000),                                      \
	{                                                                                       \
		.kind = STFLASH_REGION_OTP, .name = "OTP", .addr = 0x1fff7800, .size = 512 + 16 \
	}
/* Core-coupled RAM hangs on the D-bus alone (RM0090 2.3.1), the backup SRAM needs its clock (RM0090 2.3). */
#define F4_CCM                                                                                       \
	{                                                                                            \
		.kind = STFLASH_REGION_RAM, .name = "CCM RAM", .addr = 0x10000000, .size = 64 * KIB, \
		.flags = REGION_NO_CODE                                                              \
	}
#define F4_BACKUP_RAM                                                                                         \
	{                                                                                                     \
		.kind = STFLASH_REGION_BACKUP_RAM, .name = "backup SRAM", .addr = 0x40024000, .size = 4 * KIB \
	}
#define F405_AREAS F4_CCM, F4_AREAS, F4_BACKUP_RAM
#define F42X_AREAS F4_CCM, F4_AREAS, OPTIONS(0x1ffec000), F4_BACKUP_RAM
#define F446_AREAS F4_AREAS, F4_BACKUP_RAM

/* Option bytes: RM0090 3.9.10 and 3.9.11, in OPTCR and OPTCR1 */
#define NWRP_BIT 16u
#define NWRP_MAX 15u /* F413: its sectors 14 and 15 share a bit */

static const char *const bor_lev[] = { "reset below 2.7 V (level 3)", "reset below 2.4 V (level 2)",
				       "reset below 2.1 V (level 1)", "brown-out reset off" };
static const char *const bfb2[] = { "boots from bank 1", "boots from bank 2 when that is valid" };
static const char *const db1m[] = { "1 MiB parts: one bank", "1 MiB parts: two banks" };
static const char *const sprmod[] = { "nWRP protects against writing", "nWRP set means PCROP: no reading, no writing" };

static const struct option_field f4_fields[] = {
	{ "RDP", OPTION_RDP, 0, 8, 8, 0, NULL },
	{ "BOR_LEV", OPTION_CHOICE, 0, 2, 2, 0, bor_lev },
	{ "BFB2", OPTION_CHOICE, 0, 4, 1, CHIP_DUAL_BANK, bfb2 },
	{ "WDG_SW", OPTION_CHOICE, 0, 5, 1, 0, option_wdg_sw },
	{ "nRST_STOP", OPTION_CHOICE, 0, 6, 1, 0, option_nrst_stop },
	{ "nRST_STDBY", OPTION_CHOICE, 0, 7, 1, 0, option_nrst_stdby },
	{ "nWRP", OPTION_WRP, 0, NWRP_BIT, NWRP_MAX, 0, NULL },
	{ "nWRP_BANK2", OPTION_WRP, 1, NWRP_BIT, NWRP_MAX, CHIP_DUAL_BANK, NULL },
	{ "DB1M", OPTION_CHOICE, 0, 30, 1, CHIP_DUAL_BANK, db1m },
	{ "SPRMOD", OPTION_SPRMOD, 0, 31, 1, CHIP_RDERR, sprmod },
	{ .name = NULL },
};

static const struct option_wrp f4_wrp[] = { { OPTION_ANY_BANK, 0, NWRP_BIT, NWRP_MAX, .first = 0 } };
static const struct option_wrp f42x_wrp[] = { { 0, 0, NWRP_BIT, 12, .first = 0 }, { 1, 1, NWRP_BIT, 12, .first = 12 } };

#define F4_OPTIONS(its_wrp)                                                                                      \
	{                                                                                                        \
		.access = &options_sectors, .fields = f4_fields, .wrp = (its_wrp), .n_wrp = ARRAY_SIZE(its_wrp), \
		.in_force = { OPTCR, OPTCR1 }, .rdp_level_0 = 0xaa, .rdp_level_1 = 0x55, .rdp_level_2 = 0xcc     \
	}

static const struct option_set f4_options = F4_OPTIONS(f4_wrp);
static const struct option_set f42x_options = F4_OPTIONS(f42x_wrp);

const struct chip chips_f4[] = {
	{
		.dev_id = 0x423,
		.name = "STM32F401xB/C",
		.family = &family_f4,
		.driver = &flash_sectors_pcrop,
		.options = &f4_options,
		.geometry = f4_256k,
		.max_flash = 256 * KIB,
		.regions = REGIONS(RAM(64 * KIB, 64 * KIB), F4_AREAS),
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x433,
		.name = "STM32F401xD/E",
		.family = &family_f4,
		.driver = &flash_sectors_pcrop,
		.options = &f4_options,
		.geometry = f4_512k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(96 * KIB, 96 * KIB), F4_AREAS),
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x413,
		.name = "STM32F405/407/415/417",
		.family = &family_f4,
		.driver = &flash_sectors,
		.options = &f4_options,
		.geometry = f4_1m,
		.max_flash = 1024 * KIB,
		.regions = REGIONS(RAM(112 * KIB, 128 * KIB), F405_AREAS),
	},
	{
		.dev_id = 0x458,
		.name = "STM32F410",
		.family = &family_f4,
		.driver = &flash_sectors_pcrop,
		.options = &f4_options,
		.geometry = f4_128k,
		.max_flash = 128 * KIB,
		.regions = REGIONS(RAM(32 * KIB, 32 * KIB), F4_AREAS),
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x431,
		.name = "STM32F411",
		.family = &family_f4,
		.driver = &flash_sectors_pcrop,
		.options = &f4_options,
		.geometry = f4_512k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(128 * KIB, 128 * KIB), F4_AREAS),
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x441,
		.name = "STM32F412",
		.family = &family_f4,
		.driver = &flash_sectors_pcrop,
		.options = &f4_options,
		.geometry = f4_1m,
		.max_flash = 1024 * KIB,
		.regions = REGIONS(RAM(256 * KIB, 256 * KIB), F4_AREAS),
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x463,
		.name = "STM32F413/423",
		.family = &family_f4,
		.driver = &flash_sectors_pcrop,
		.options = &f4_options,
		.geometry = f4_1536k,
		.max_flash = 1536 * KIB,
		.regions = REGIONS(RAM(256 * KIB, 320 * KIB), F4_AREAS),
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x421,
		.name = "STM32F446",
		.family = &family_f4,
		.driver = &flash_sectors_pcrop,
		.options = &f4_options,
		.geometry = f4_512k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(112 * KIB, 128 * KIB), F446_AREAS),
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x419,
		.name = "STM32F427/429/437/439",
		.family = &family_f4,
		.driver = &flash_sectors_dual,
		.options = &f42x_options,
		.geometry = f4_2m,
		.max_flash = 2048 * KIB,
		.regions = REGIONS(RAM(112 * KIB, 192 * KIB), F42X_AREAS),
		.traits = CHIP_DUAL_BANK | CHIP_RDERR,
	},
	{
		.dev_id = 0x434,
		.name = "STM32F469/479",
		.family = &family_f4,
		.driver = &flash_sectors_dual,
		.options = &f42x_options,
		.geometry = f4_2m,
		.max_flash = 2048 * KIB,
		.regions = REGIONS(RAM(160 * KIB, 320 * KIB), F42X_AREAS),
		.traits = CHIP_DUAL_BANK | CHIP_RDERR,
	},
	{ .name = NULL },
};
