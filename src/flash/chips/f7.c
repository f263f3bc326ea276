/* SPDX-License-Identifier: MIT */
/*
 * STM32F7: sizes and addresses as the F0/F3/F2/F7 fact sheet section 1.4 has
 * them; RM0385 (F74x, F75x), RM0410 (F76x, F77x), RM0431 (F72x, F73x).
 */
#include "flash/chips/sectors_rows.h"

/* RM0385 3.7.1: ARTRST */
static const struct step pll_48mhz[] = { CLOCK_48MHZ(1u << 11) };
static const struct fast_clock f7_clock = { pll_48mhz, 48000 };

/* What words have in common that lie at different addresses */
#define FAMILY_F7(its_size_word, its_uid)                                                                         \
	{                                                                                                         \
		.name = "STM32F7", .size_word = (its_size_word), .uid = (its_uid), .dbgmcu = &dbgmcu_sectors,     \
		.reset_khz = HSI_16_KHZ, .fast_clock = &f7_clock, .memrmp = 0x40013800, .starts_by_address = true \
	}
static const struct family family_f7 = FAMILY_F7(0x1ff0f442, 0x1ff0f420);
static const struct family family_f72x = FAMILY_F7(0x1ff07a22, 0x1ff07a10);

/* RM0385 table 3, RM0431 table 3, RM0410 tables 3 and 4 */
static const struct sector_run f72x_sectors[] = { { 4, 16 * KIB }, { 1, 64 * KIB }, { 3, 128 * KIB }, { 0, 0 } };
static const struct sector_run f74x_sectors[] = { { 4, 32 * KIB }, { 1, 128 * KIB }, { 3, 256 * KIB }, { 0, 0 } };
static const struct sector_run f76x_sectors[] = { { 4, 32 * KIB }, { 1, 128 * KIB }, { 7, 256 * KIB }, { 0, 0 } };

#define NDBANK_BIT 29u

static const struct geometry f72x[] = { { .bank = { { FLASH, .runs = f72x_sectors } } } };
static const struct geometry f74x[] = { { .bank = { { FLASH, .runs = f74x_sectors } } } };
static const struct geometry f76x[] = {
	{ .least = 1024 * KIB + 1,
	  .when = { OPTCR, NDBANK_BIT, 0 },
	  .bank = { { FLASH, .size = 1024 * KIB, .runs = sectors_1m }, BANK_2(1024 * KIB) } },
	{ .when = { OPTCR, NDBANK_BIT, 0 },
	  .bank = { { FLASH, .size = 512 * KIB, .runs = sectors_1m }, BANK_2(512 * KIB) } },
	{ .bank = { { FLASH, .runs = f76x_sectors } } },
};

/* Where flash hangs on the ITCM bus too (RM0385 2.2.2) */
#define ITCM_FLASH 0x00200000u

/* DTCM, SRAM1 and SRAM2 follow one another; the DTCM comes first, and is never cached. */
#define ITCM_RAM         RAM_AT("ITCM RAM", 0, 16 * KIB, 16 * KIB)
#define SRAM1(at, bytes) RAM_AT("SRAM1", at, bytes, bytes)
#define SRAM2(at)        RAM_AT("SRAM2", at, 16 * KIB, 16 * KIB)
#define DTCM(bytes)      RAM_AT("DTCM RAM", 0x20000000, bytes, bytes)
#define OPTION_COPY      OPTIONS_OF(0x1fff0000, 32)

/* System memory is seen twice too. */
#define BOOT_LOADER(bytes) SYSTEM(0x1ff00000, bytes), SYSTEM(0x00100000, bytes)

/* System memory of an F72x ends where its one-time programmable bytes begin. */
static const struct region f72x_regions[] = {
	DTCM(64 * KIB), SRAM1(0x20010000, 176 * KIB), SRAM2(0x2003c000), ITCM_RAM,    BOOT_LOADER(30 * KIB),
	OPTION_COPY,    OTP(0x1ff07800, 32),          BACKUP_RAM,        LAST_REGION,
};
static const struct region f74x_regions[] = {
	DTCM(64 * KIB), SRAM1(0x20010000, 240 * KIB), SRAM2(0x2004c000), ITCM_RAM,    BOOT_LOADER(0xedc0),
	OPTION_COPY,    OTP(0x1ff0f000, 64),          BACKUP_RAM,        LAST_REGION,
};
static const struct region f76x_regions[] = {
	DTCM(128 * KIB), SRAM1(0x20020000, 368 * KIB), SRAM2(0x2007c000), ITCM_RAM,    BOOT_LOADER(0xedc0),
	OPTION_COPY,     OTP(0x1ff0f000, 64),          BACKUP_RAM,        LAST_REGION,
};

/* Option bytes: RM0385 3.4.1 and 3.7.6, RM0410 3.4.1, RM0431 3.7.8 */
static const char *const wwdg_sw[] = { "hardware window watchdog: runs from every reset on",
				       "software window watchdog" };
static const char *const iwdg_stdby[] = { "the watchdog stands still in Standby", "the watchdog runs on in Standby" };
static const char *const iwdg_stop[] = { "the watchdog stands still in Stop", "the watchdog runs on in Stop" };
static const char *const ndboot[] = { "two banks: the bank to start is chosen at boot", "starts where BOOT_ADD says" };
static const char *const ndbank[] = { "two banks", "one bank" };
static const char *const boot_low[] = { "while BOOT0 is low" };
static const char *const boot_high[] = { "while BOOT0 is high" };
static const char *const pcrop_rdp[] = { "PCROP stays when RDP goes from level 1 to 0",
					 "PCROP goes when RDP goes from level 1 to 0" };

#define F7_FIELDS(sectors)                                                          \
	RDP_FIELD, BOR_LEV_FIELD, { "WWDG_SW", OPTION_CHOICE, 0, 4, 1, wwdg_sw },   \
		{ "IWDG_SW", OPTION_CHOICE, 0, 5, 1, option_wdg_sw }, RESET_FIELDS, \
		{ "IWDG_STDBY", OPTION_CHOICE, 0, 30, 1, iwdg_stdby },              \
		{ "IWDG_STOP", OPTION_CHOICE, 0, 31, 1, iwdg_stop },                \
		{ "BOOT_ADD0", OPTION_BOOT_ADDRESS, 1, 0, 16, boot_low },           \
		{ "BOOT_ADD1", OPTION_BOOT_ADDRESS, 1, 16, 16, boot_high },         \
	{                                                                           \
		"nWRP", OPTION_WRP, 0, NWRP_BIT, (sectors), NULL                    \
	}

static const struct option_field f72x_fields[] = {
	F7_FIELDS(8),
	{ "PCROP", OPTION_PCROP, 2, 0, 8, NULL },
	{ "PCROP_RDP", OPTION_PCROP_GOES, 2, 31, 1, pcrop_rdp },
	LAST_FIELD,
};
static const struct option_field f74x_fields[] = { F7_FIELDS(8), LAST_FIELD };
static const struct option_field f76x_fields[] = {
	F7_FIELDS(12),
	{ "nDBOOT", OPTION_CHOICE, 0, 28, 1, ndboot },
	{ "nDBANK", OPTION_CHOICE, 0, NDBANK_BIT, 1, ndbank },
	LAST_FIELD,
};

static const struct option_wrp f7_wrp[] = { { OPTION_ANY_BANK, 0, NWRP_BIT, 8, .first = 0 } };
/* With two banks a bit stands for two sectors: nWRP0 to 5 of bank 1, nWRP6 to 11 of bank 2 (RM0410 3.7.6). */
static const struct option_wrp f76x_wrp[] = {
	{ 0, 0, NWRP_BIT, 6, .sectors = 2, .banks = 2 },
	{ 1, 0, NWRP_BIT + 6, 6, .first = 12, .sectors = 2, .banks = 2 },
	{ OPTION_ANY_BANK, 0, NWRP_BIT, 12, .first = 0 },
};

static const struct option_set f72x_options = {
	SECTORS_RDP,
	SECTORS_WRP(f7_wrp),
	.fields = f72x_fields,
	.in_force = { OPTCR, OPTCR1, OPTCR2 },
};
static const struct option_set f74x_options = {
	SECTORS_RDP,
	SECTORS_WRP(f7_wrp),
	.fields = f74x_fields,
	.in_force = { OPTCR, OPTCR1 },
};
static const struct option_set f76x_options = {
	SECTORS_RDP,
	SECTORS_WRP(f76x_wrp),
	.fields = f76x_fields,
	.in_force = { OPTCR, OPTCR1 },
};

/* RM0410 7.2.1 */
static const struct bank_choice f76x_banks = { .swap = "SYSCFG_MEMRMP.SWP_FB", .swap_bit = 8 };

const struct chip chips_f7[] = {
	{
		.dev_id = 0x452,
		.name = "STM32F72x/73x",
		.family = &family_f72x,
		.controller = &flash_sectors_f7_pcrop,
		.options = &f72x_options,
		.geometry = f72x,
		.alias = ITCM_FLASH,
		.max_flash = 512 * KIB,
		.regions = f72x_regions,
	},
	{
		.dev_id = 0x449,
		.name = "STM32F74x/75x",
		.family = &family_f7,
		.controller = &flash_sectors_f7,
		.options = &f74x_options,
		.geometry = f74x,
		.alias = ITCM_FLASH,
		.max_flash = 1024 * KIB,
		.regions = f74x_regions,
	},
	{
		.dev_id = 0x451,
		.name = "STM32F76x/77x",
		.family = &family_f7,
		.controller = &flash_sectors_f7_dual,
		.options = &f76x_options,
		.geometry = f76x,
		.banks = &f76x_banks,
		.alias = ITCM_FLASH,
		.max_flash = 2048 * KIB,
		.regions = f76x_regions,
	},
	{ .name = NULL },
};
