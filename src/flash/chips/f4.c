/* SPDX-License-Identifier: MIT */
/*
 * STM32F4; sizes and addresses as the chips fact sheet has them (ST's CMSIS
 * headers and packs, openocd, stlink-org agreeing).
 */
#include "flash/chips/sectors_rows.h"

const struct core_dbgmcu dbgmcu_sectors = {
	.cr = 0xe0042004,
	.cr_bits = 0x7,
	.apb1_fz = 0xe0042008,
	.apb1_bits = 0x1800,
};

static const struct step pll_48mhz[] = { CLOCK_48MHZ(1u << 11 | 1u << 12) };
const struct fast_clock clock_of_f4 = { pll_48mhz, 48000 };

/* SYSCFG_MEMRMP: RM0090 9.2.1 */
#define MEMRMP 0x40013800u

/* RM0090 3 and 39 */
const struct family family_f4 = {
	.name = "STM32F4",
	.size_word = 0x1fff7a22,
	.uid = 0x1fff7a10,
	.dbgmcu = &dbgmcu_sectors,
	.reset_khz = HSI_16_KHZ,
	.fast_clock = &clock_of_f4,
	.memrmp = MEMRMP,
	.rdp_hides_vectors = true,
};

#define SMALL_SECTORS       \
	{ 4, 16 * KIB },    \
	{                   \
		1, 64 * KIB \
	}
static const struct sector_run sectors_128k[] = { SMALL_SECTORS, { 0, 0 } };
static const struct sector_run sectors_256k[] = { SMALL_SECTORS, { 1, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_512k[] = { SMALL_SECTORS, { 3, 128 * KIB }, { 0, 0 } };
const struct sector_run sectors_1m[] = { SMALL_SECTORS, { 7, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_1536k[] = { SMALL_SECTORS, { 11, 128 * KIB }, { 0, 0 } };

static const struct geometry f4_128k[] = { { .bank = { { FLASH, .runs = sectors_128k } } } };
static const struct geometry f4_256k[] = { { .bank = { { FLASH, .runs = sectors_256k } } } };
static const struct geometry f4_512k[] = { { .bank = { { FLASH, .runs = sectors_512k } } } };
static const struct geometry f4_1m[] = { { .bank = { { FLASH, .runs = sectors_1m } } } };
static const struct geometry f4_1536k[] = { { .bank = { { FLASH, .runs = sectors_1536k } } } };

/*
 * 2 MiB parts always have two banks; of the 1 MiB ones those with DB1M set; smaller ones have one (RM0090 3.4).
 */
static const struct geometry f4_2m[] = {
	{ .least = 1024 * KIB + 1, .bank = { { FLASH, .size = 1024 * KIB, .runs = sectors_1m }, BANK_2(1024 * KIB) } },
	{ .least = 1024 * KIB,
	  .when = { OPTCR, 30, 1 },
	  .bank = { { FLASH, .size = 512 * KIB, .runs = sectors_1m }, BANK_2(512 * KIB) } },
	{ .bank = { { FLASH, .runs = sectors_1m } } },
};

/* RM0090 3.3 and 3.4 (OTP: 16 blocks of 32 bytes, and a lock byte for each) */
#define F4_AREAS   SYSTEM(0x1fff0000, 30 * KIB), OPTIONS(0x1fffc000), OTP(0x1fff7800, 32)
#define F405_AREAS F4_CCM, F4_AREAS, BACKUP_RAM
#define F42X_AREAS F4_CCM, F4_AREAS, OPTIONS(0x1ffec000), BACKUP_RAM
#define F446_AREAS F4_AREAS, BACKUP_RAM

/* Option bytes: RM0090 3.9.10 and 3.9.11, in OPTCR and OPTCR1 */
#define NWRP_MAX 15u /* F413: its sectors 14 and 15 share a bit */

const char *const bor_lev[4] = { "reset below 2.7 V (level 3)", "reset below 2.4 V (level 2)",
				 "reset below 2.1 V (level 1)", "brown-out reset off" };
static const char *const bfb2[] = { "boots from bank 1", "boots from bank 2 when that is valid" };
static const char *const db1m[] = { "1 MiB parts: one bank", "1 MiB parts: two banks" };
static const char *const sprmod[] = { "nWRP protects against writing", "nWRP set means PCROP: no reading, no writing" };

#define WDG_SW_FIELD                                            \
	{                                                       \
		"WDG_SW", OPTION_CHOICE, 0, 5, 1, option_wdg_sw \
	}
#define NWRP_FIELD                                              \
	{                                                       \
		"nWRP", OPTION_WRP, 0, NWRP_BIT, NWRP_MAX, NULL \
	}
#define SPRMOD_FIELD                                      \
	{                                                 \
		"SPRMOD", OPTION_SPRMOD, 0, 31, 1, sprmod \
	}

static const struct option_field f2_fields[] = { RDP_FIELD,    BOR_LEV_FIELD, WDG_SW_FIELD,
						 RESET_FIELDS, NWRP_FIELD,    LAST_FIELD };
static const struct option_field pcrop_fields[] = { RDP_FIELD,  BOR_LEV_FIELD, WDG_SW_FIELD, RESET_FIELDS,
						    NWRP_FIELD, SPRMOD_FIELD,  LAST_FIELD };
const struct option_field f42x_fields[] = {
	RDP_FIELD,
	BOR_LEV_FIELD,
	{ "BFB2", OPTION_CHOICE, 0, 4, 1, bfb2 },
	WDG_SW_FIELD,
	RESET_FIELDS,
	NWRP_FIELD,
	{ "nWRP_BANK2", OPTION_WRP, 1, NWRP_BIT, NWRP_MAX, NULL },
	{ "DB1M", OPTION_CHOICE, 0, 30, 1, db1m },
	SPRMOD_FIELD,
	LAST_FIELD,
};

static const struct option_wrp f4_wrp[] = { { OPTION_ANY_BANK, 0, NWRP_BIT, NWRP_MAX, .first = 0 } };
static const struct option_wrp f42x_wrp[] = { { 0, 0, NWRP_BIT, 12, .first = 0 }, { 1, 1, NWRP_BIT, 12, .first = 12 } };

const struct option_set f2_options = { SECTORS_RDP, SECTORS_WRP(f4_wrp), .fields = f2_fields, .in_force = { OPTCR } };
static const struct option_set pcrop_options = { SECTORS_RDP, SECTORS_WRP(f4_wrp), .fields = pcrop_fields,
						 .in_force = { OPTCR } };
static const struct option_set f42x_options = { SECTORS_RDP, SECTORS_WRP(f42x_wrp), .fields = f42x_fields,
						.in_force = { OPTCR, OPTCR1 } };

static const struct bank_choice f42x_banks = {
	.asked = { OPTCR, 4, 1 },
	.bank_1 = "BFB2=0",
	.swap = "SYSCFG_MEMRMP.UFB_MODE",
	.swap_bit = 8,
};

const struct chip chips_f4[] = {
	{
		.dev_id = 0x423,
		.name = "STM32F401xB/C",
		.family = &family_f4,
		.controller = &flash_sectors_pcrop,
		.options = &pcrop_options,
		.geometry = f4_256k,
		.max_flash = 256 * KIB,
		.regions = REGIONS(RAM(64 * KIB, 64 * KIB), F4_AREAS),
	},
	{
		.dev_id = 0x433,
		.name = "STM32F401xD/E",
		.family = &family_f4,
		.controller = &flash_sectors_pcrop,
		.options = &pcrop_options,
		.geometry = f4_512k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(96 * KIB, 96 * KIB), F4_AREAS),
	},
	{
		.dev_id = 0x413,
		.name = "STM32F405/407/415/417",
		.family = &family_f4,
		.controller = &flash_sectors,
		.options = &f2_options,
		.geometry = f4_1m,
		.max_flash = 1024 * KIB,
		.regions = REGIONS(RAM(112 * KIB, 128 * KIB), F405_AREAS),
	},
	{
		.dev_id = 0x458,
		.name = "STM32F410",
		.family = &family_f4,
		.controller = &flash_sectors_pcrop,
		.options = &pcrop_options,
		.geometry = f4_128k,
		.max_flash = 128 * KIB,
		.regions = REGIONS(RAM(32 * KIB, 32 * KIB), F4_AREAS),
	},
	{
		.dev_id = 0x431,
		.name = "STM32F411",
		.family = &family_f4,
		.controller = &flash_sectors_pcrop,
		.options = &pcrop_options,
		.geometry = f4_512k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(128 * KIB, 128 * KIB), F4_AREAS),
	},
	{
		.dev_id = 0x441,
		.name = "STM32F412",
		.family = &family_f4,
		.controller = &flash_sectors_pcrop,
		.options = &pcrop_options,
		.geometry = f4_1m,
		.max_flash = 1024 * KIB,
		.regions = REGIONS(RAM(256 * KIB, 256 * KIB), F4_AREAS),
	},
	{
		.dev_id = 0x463,
		.name = "STM32F413/423",
		.family = &family_f4,
		.controller = &flash_sectors_pcrop,
		.options = &pcrop_options,
		.geometry = f4_1536k,
		.max_flash = 1536 * KIB,
		.regions = REGIONS(RAM(256 * KIB, 320 * KIB), F4_AREAS),
	},
	{
		.dev_id = 0x421,
		.name = "STM32F446",
		.family = &family_f4,
		.controller = &flash_sectors_pcrop,
		.options = &pcrop_options,
		.geometry = f4_512k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(112 * KIB, 128 * KIB), F446_AREAS),
	},
	{
		.dev_id = 0x419,
		.name = "STM32F427/429/437/439",
		.family = &family_f4,
		.controller = &flash_sectors_dual,
		.options = &f42x_options,
		.geometry = f4_2m,
		.banks = &f42x_banks,
		.max_flash = 2048 * KIB,
		.regions = REGIONS(RAM(112 * KIB, 192 * KIB), F42X_AREAS),
	},
	{
		.dev_id = 0x434,
		.name = "STM32F469/479",
		.family = &family_f4,
		.controller = &flash_sectors_dual,
		.options = &f42x_options,
		.geometry = f4_2m,
		.banks = &f42x_banks,
		.max_flash = 2048 * KIB,
		.regions = REGIONS(RAM(160 * KIB, 320 * KIB), F42X_AREAS),
	},
	{ .name = NULL },
};
