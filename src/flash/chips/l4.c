/* SPDX-License-Identifier: MIT */
/* STM32L4 and L4+: flash-l4g0g4 fact sheet sections 1, 2, 8 and 9.1 (RM0351, RM0392, RM0394, RM0432). */
#include "flash/chips/dword_rows.h"

/* DBGMCU_CR and DBGMCU_APB1FZR1 (RM0351 48.16) */
static const struct core_dbgmcu dbgmcu_l4 = {
	.cr = 0xe0042004,
	.cr_bits = 0x7,
	.apb1_fz = 0xe0042008,
	.apb1_bits = 0x1800,
};

/* MSI range 9 is 24 MHz: three wait states are enough in voltage range 2 too (RM0351 3.3.3, 6.4.1). */
static const struct step msi_24mhz[] = {
	{ STEP_SET, 0x40022000, 3 }, /* FLASH_ACR: no caches, so that a hash is of what flash holds */
	{ STEP_UNTIL, 0x40022000, 3 },
	{ STEP_SET, 0x40021000, 0x99 }, /* RCC_CR: MSION, MSIRGSEL, MSIRANGE 9 */
	{ STEP_END, 0, 0 },
};
static const struct fast_clock l4_clock = { msi_24mhz, 24000 };

static const struct family family_l4 = {
	.name = "STM32L4",
	.size_word = 0x1fff75e0,
	.uid = 0x1fff7590,
	.dbgmcu = &dbgmcu_l4,
	.reset_khz = 4000,
	.fast_clock = &l4_clock,
	.memrmp = 0x40010000,
	.nboot1 = true,
};

static const char *const dbank[] = { "one bank of 8 KiB pages", "two banks of 4 KiB pages" };

#define L4_FIELDS                                                                                   \
	DWORD_RDP_AND_WATCHDOGS, CHOICE("BOR_LEV", 8, 3, dword_bor_lev), DWORD_RESETS(12),          \
		CHOICE("nBOOT1", 23, 1, dword_nboot1), CHOICE("SRAM2_PE", 24, 1, dword_ram_parity), \
		CHOICE("SRAM2_RST", 25, 1, dword_ram_kept), PCROP_RDP_FIELD
#define L4_BOOT0_FIELDS CHOICE("nSWBOOT0", 26, 1, dword_nswboot0), CHOICE("nBOOT0", 27, 1, dword_nboot0)
#define L4_BFB2_FIELD   CHOICE("BFB2", 20, 1, dword_bfb2)

static const struct option_field l47x_fields[] = { L4_FIELDS, L4_BFB2_FIELD, CHOICE("DUALBANK", 21, 1, dword_dual_bank),
						   LAST_CHOICE };
static const struct option_field l49x_fields[] = { L4_FIELDS, L4_BFB2_FIELD, CHOICE("DUALBANK", 21, 1, dword_dual_bank),
						   L4_BOOT0_FIELDS, LAST_CHOICE };
static const struct option_field l43x_fields[] = { L4_FIELDS, L4_BOOT0_FIELDS, LAST_CHOICE };
static const struct option_field l4r_fields[] = {
	L4_FIELDS,       L4_BFB2_FIELD, CHOICE("DB1M", 21, 1, dbank), CHOICE("DBANK", 22, 1, dbank),
	L4_BOOT0_FIELDS, LAST_CHOICE
};

/* Words 5 to 8: PCROP2SR, PCROP2ER, WRP2AR, WRP2BR (RM0351 3.7.8 to 3.7.16) */
#define L4_WORDS_OF_BANK_2 DWORD_BASE + 0x44, DWORD_BASE + 0x48, DWORD_BASE + 0x4c, DWORD_BASE + 0x50

static const struct option_range l4_ranges[] = { WRP_OF_BANK_1(8), PCROP_RANGE("1", 1, 0, 16, 8, 0), LAST_RANGE };
static const struct option_range l47x_ranges[] = { WRP_OF_BANK_1(8),
						   WRP_RANGE("2A", 7, 1, 8, false),
						   WRP_RANGE("2B", 8, 1, 8, false),
						   PCROP_RANGE("1", 1, 0, 16, 8, 0),
						   PCROP_RANGE("2", 5, 1, 16, 8, 0),
						   LAST_RANGE };
static const struct option_range l4r_ranges[] = { WRP_OF_BANK_1(8),
						  WRP_RANGE("2A", 7, 1, 8, true),
						  WRP_RANGE("2B", 8, 1, 8, true),
						  PCROP_RANGE("1", 1, 0, 17, 8, 16),
						  PCROP_RANGE("2", 5, 1, 17, 8, 16),
						  LAST_RANGE };

/* An L47x has no nSWBOOT0: the pin alone decides. */
static const struct option_risk l47x_risks[] = { DWORD_RISKS_OF_WATCHDOGS, LAST_RISK };
static const struct option_risk l4_risks[] = { DWORD_RISKS_OF_WATCHDOGS, DWORD_RISK_OF_BOOT(3u << 26, 0), LAST_RISK };

#define L4_OPTIONS(its_fields, its_ranges, its_risks, ...)                                                     \
	{                                                                                                      \
		DWORD_OPTIONS(0xffeff8aa, its_fields, its_ranges, its_risks, "SRAM2", DWORD_WORDS(DWORD_BASE), \
			      __VA_ARGS__)                                                                     \
	}
static const struct option_set l47x_options = L4_OPTIONS(l47x_fields, l47x_ranges, l47x_risks, L4_WORDS_OF_BANK_2);
static const struct option_set l49x_options = L4_OPTIONS(l49x_fields, l47x_ranges, l4_risks, L4_WORDS_OF_BANK_2);
static const struct option_set l43x_options = L4_OPTIONS(l43x_fields, l4_ranges, l4_risks, 0);
static const struct option_set l4r_options = L4_OPTIONS(l4r_fields, l4r_ranges, l4_risks, L4_WORDS_OF_BANK_2);

/* 1 MiB parts always have two banks, smaller ones where DUALBANK says so (RM0351 3.3.1). */
static const struct geometry l47x_geometry[] = {
	{ .least = 1024 * KIB,
	  .bank = { { FLASH, .size = 512 * KIB, .runs = PAGES(512 * KIB, 2 * KIB) },
		    { FLASH + 512 * KIB, .runs = PAGES(512 * KIB, 2 * KIB), .number = 256, .select = BKER_11 } } },
	TWO_BANKS(512 * KIB, 21, 256 * KIB, 2 * KIB, 256 * KIB, BKER_11),
	TWO_BANKS(256 * KIB, 21, 128 * KIB, 2 * KIB, 128 * KIB, BKER_11),
	{ .bank = { { FLASH, .runs = PAGES(1024 * KIB, 2 * KIB) } } },
};

/* DBANK counts for the largest part of the id, DB1M or DB512K for the smaller one (RM0432 3.3.1). */
static const struct geometry l4r_geometry[] = {
	TWO_BANKS(2048 * KIB, 22, 1024 * KIB, 4 * KIB, 1024 * KIB, BKER_11),
	{ .least = 2048 * KIB, .bank = { { FLASH, .runs = PAGES(2048 * KIB, 8 * KIB) } } },
	TWO_BANKS(0, 21, 512 * KIB, 4 * KIB, 512 * KIB, BKER_11),
	{ .bank = { { FLASH, .runs = PAGES(2048 * KIB, 8 * KIB) } } },
};
static const struct geometry l4p_geometry[] = {
	TWO_BANKS(1024 * KIB, 22, 512 * KIB, 4 * KIB, 512 * KIB, BKER_11),
	{ .least = 1024 * KIB, .bank = { { FLASH, .runs = PAGES(1024 * KIB, 8 * KIB) } } },
	TWO_BANKS(0, 21, 256 * KIB, 4 * KIB, 256 * KIB, BKER_11),
	{ .bank = { { FLASH, .runs = PAGES(1024 * KIB, 8 * KIB) } } },
};

/* RM0351 2.6.1: with BFB2 the boot loader maps bank 2 to the start of flash. */
static const struct bank_choice l4_banks = {
	.asked = { OPTR, 20, 1 },
	.bank_1 = "BFB2=0",
	.swap = "SYSCFG_MEMRMP.FB_MODE",
	.swap_bit = 8,
};

#define L4_AREAS     SYSTEM(0x1fff0000, 28 * KIB), DWORD_OTP(0x1fff7000), OPTIONS_OF(0x1fff7800, 2 * KIB)
#define L4PLUS_AREAS SYSTEM(0x1fff0000, 28 * KIB), DWORD_OTP(0x1fff7000), OPTIONS_OF(0x1ff00000, 4 * KIB)
#define SRAM2(bytes) RAM_AT("SRAM2", 0x10000000, bytes, bytes)

#define L4_ROW(id, its_name, its_controller, its_options, its_geometry, most)                      \
	.dev_id = (id), .name = (its_name), .family = &family_l4, .controller = &(its_controller), \
	.options = &(its_options), .geometry = (its_geometry), .max_flash = (most)*KIB, .boot_sel = true

const struct chip chips_l4[] = {
	{ L4_ROW(0x415, "STM32L471/475/476/486", flash_dword_l47, l47x_options, l47x_geometry, 1024),
	  .banks = &l4_banks, .regions = REGIONS(RAM(96 * KIB, 96 * KIB), SRAM2(32 * KIB), L4_AREAS) },
	{ L4_ROW(0x461, "STM32L496/4A6", flash_dword_l47, l49x_options, l47x_geometry, 1024), .banks = &l4_banks,
	  .regions = REGIONS(RAM(256 * KIB, 320 * KIB), SRAM2(64 * KIB), L4_AREAS) },
	{ L4_ROW(0x435, "STM32L431/432/433/442/443", flash_dword_l43, l43x_options, ONE_BANK(256 * KIB, 2 * KIB), 256),
	  .regions = REGIONS(RAM(48 * KIB, 64 * KIB), SRAM2(16 * KIB), L4_AREAS), .notes_empty = true },
	{ L4_ROW(0x462, "STM32L451/452/462", flash_dword_l43, l43x_options, ONE_BANK(512 * KIB, 2 * KIB), 512),
	  .regions = REGIONS(RAM(128 * KIB, 160 * KIB), SRAM2(32 * KIB), L4_AREAS), .notes_empty = true },
	{ L4_ROW(0x464, "STM32L412/422", flash_dword_l43, l43x_options, ONE_BANK(128 * KIB, 2 * KIB), 128),
	  .regions = REGIONS(RAM(32 * KIB, 40 * KIB), SRAM2(8 * KIB), L4_AREAS), .notes_empty = true },
	{ L4_ROW(0x470, "STM32L4R5/4R7/4R9/4S5/4S7/4S9", flash_dword_l4r, l4r_options, l4r_geometry, 2048),
	  .banks = &l4_banks, .regions = REGIONS(RAM(192 * KIB, 640 * KIB), SRAM2(64 * KIB), L4PLUS_AREAS),
	  .notes_empty = true },
	{ L4_ROW(0x471, "STM32L4P5/4Q5", flash_dword_l4r, l4r_options, l4p_geometry, 1024), .banks = &l4_banks,
	  .regions = REGIONS(RAM(128 * KIB, 320 * KIB), SRAM2(64 * KIB), L4PLUS_AREAS), .notes_empty = true },
	{ .name = NULL },
};
