/* SPDX-License-Identifier: MIT */
/* STM32G4: flash-l4g0g4 fact sheet sections 1, 2, 8 and 9.1 (RM0440). */
#include "flash/chips/dword_rows.h"

/* DBGMCU_CR and DBGMCU_APB1FZR1 (RM0440 47.16) */
static const struct core_dbgmcu dbgmcu_g4 = {
	.cr = 0xe0042004,
	.cr_bits = 0x7,
	.apb1_fz = 0xe0042008,
	.apb1_bits = 0x1800,
};

/*
 * 48 MHz by the PLL, HSI16 / 4 x 24 / 2, with two wait states: in voltage range 1, which a reset sets, one would do
 * (RM0440 3.3.3, 7.4.4). The caches are off, so that a hash is of what flash holds; DBG_SWEN of FLASH_ACR stays.
 */
static const struct step g4_pll_48mhz[] = {
	{ STEP_SET, 0x40022000, 0x00040002 },
	{ STEP_UNTIL, 0x40022000, 2 },
	{ STEP_SET, 0x4002100c, 0x01001832 }, /* RCC_PLLCFGR */
	{ STEP_OR, 0x40021000, 1u << 24 },    /* RCC_CR: PLLON */
	{ STEP_UNTIL, 0x40021000, 1u << 25 }, /* PLLRDY */
	{ STEP_SET, 0x40021008, 3 },          /* RCC_CFGR: SW */
	{ STEP_END, 0, 0 },
};
static const struct fast_clock g4_clock = { g4_pll_48mhz, 48000 };

static const struct family family_g4 = {
	.name = "STM32G4",
	.size_word = 0x1fff75e0,
	.uid = 0x1fff7590,
	.dbgmcu = &dbgmcu_g4,
	.reset_khz = 16000,
	.fast_clock = &g4_clock,
	.memrmp = 0x40010000,
	.nboot1 = true,
};

static const char *const pb4_pupen[] = { "the UCPD pulls PB4 up at power-on, as a dead battery needs it",
					 "PB4 is not pulled" };
static const char *const g4_dbank[] = { "one bank of 4 KiB pages", "two banks of 2 KiB pages" };

#define G4_FIELDS                                                                                        \
	DWORD_RDP_AND_WATCHDOGS, CHOICE("BOR_LEV", 8, 3, dword_bor_lev), DWORD_RESETS(12),               \
		CHOICE("nBOOT1", 23, 1, dword_nboot1), CHOICE("SRAM_PE", 24, 1, dword_ram_parity),       \
		CHOICE("CCMSRAM_RST", 25, 1, dword_ram_kept), CHOICE("nSWBOOT0", 26, 1, dword_nswboot0), \
		CHOICE("nBOOT0", 27, 1, dword_nboot0), CHOICE("NRST_MODE", 28, 2, dword_nrst_mode),      \
		CHOICE("IRHEN", 30, 1, dword_irhen), PCROP_RDP_FIELD

/* SEC1R is the word behind those of WRP, SEC2R the next one (RM0440 3.7.13, 3.7.18). */
static const struct option_field g4_fields[] = { G4_FIELDS, SECURE_FIELD("SEC_SIZE1", 5, 8),
						 BOOT_LOCK_FIELD("BOOT_LOCK", 5, 16), LAST_CHOICE };
static const struct option_field g49x_fields[] = { G4_FIELDS, CHOICE("PB4_PUPEN", 22, 1, pb4_pupen),
						   SECURE_FIELD("SEC_SIZE1", 5, 9), BOOT_LOCK_FIELD("BOOT_LOCK", 5, 16),
						   LAST_CHOICE };
static const struct option_field g47x_fields[] = { G4_FIELDS,
						   CHOICE("BFB2", 20, 1, dword_bfb2),
						   CHOICE("DBANK", 22, 1, g4_dbank),
						   SECURE_FIELD("SEC_SIZE1", 9, 8),
						   { "SEC_SIZE2", OPTION_SECURE_2, 10, 0, 8, NULL },
						   BOOT_LOCK_FIELD("BOOT_LOCK", 9, 16),
						   LAST_CHOICE };
static const struct option_range g4_ranges[] = { WRP_OF_BANK_1(6), PCROP_RANGE("1", 1, 0, 15, 8, 0), LAST_RANGE };
static const struct option_range g49x_ranges[] = { WRP_OF_BANK_1(8), PCROP_RANGE("1", 1, 0, 16, 8, 0), LAST_RANGE };
static const struct option_range g47x_ranges[] = { WRP_OF_BANK_1(7),
						   WRP_RANGE("2A", 7, 1, 7, true),
						   WRP_RANGE("2B", 8, 1, 7, true),
						   PCROP_RANGE("1", 1, 0, 15, 8, 16),
						   PCROP_RANGE("2", 5, 1, 15, 8, 16),
						   LAST_RANGE };

static const struct option_risk g4_risks[] = { DWORD_RISKS_OF_WATCHDOGS, DWORD_RISK_OF_BOOT(3u << 26, 0),
					       DWORD_RISK_OF_NRST(3u << 28, 2u << 28), LAST_RISK };

#define G4_OPTIONS(its_fields, its_ranges, ...)                                                                  \
	{                                                                                                        \
		DWORD_OPTIONS(0xffeff8aa, its_fields, its_ranges, g4_risks, "CCM SRAM", DWORD_WORDS(DWORD_BASE), \
			      __VA_ARGS__)                                                                       \
	}
static const struct option_set g4_options = G4_OPTIONS(g4_fields, g4_ranges, DWORD_BASE + 0x70);
static const struct option_set g49x_options = G4_OPTIONS(g49x_fields, g49x_ranges, DWORD_BASE + 0x70);
static const struct option_set g47x_options =
	G4_OPTIONS(g47x_fields, g47x_ranges, DWORD_BASE + 0x44, DWORD_BASE + 0x48, DWORD_BASE + 0x4c, DWORD_BASE + 0x50,
		   DWORD_BASE + 0x70, DWORD_BASE + 0x74);

/* Category 3: with DBANK bank 2 is at 0x08040000 whatever the size, which leaves a hole below it; without, one bank of
 * pages twice as large (RM0440 3.3.1). */
static const struct geometry g47x_geometry[] = {
	TWO_BANKS(512 * KIB, 22, 256 * KIB, 2 * KIB, 256 * KIB, BKER_11),
	TWO_BANKS(256 * KIB, 22, 128 * KIB, 2 * KIB, 256 * KIB, BKER_11),
	TWO_BANKS(0, 22, 64 * KIB, 2 * KIB, 256 * KIB, BKER_11),
	{ .bank = { { FLASH, .runs = PAGES(512 * KIB, 4 * KIB) } } },
};

/* RM0440 2.6.1 */
static const struct bank_choice g47x_banks = {
	.asked = { OPTR, 20, 1 },
	.bank_1 = "BFB2=0",
	.swap = "SYSCFG_MEMRMP.FB_MODE",
	.swap_bit = 8,
};

#define G4_AREAS SYSTEM(0x1fff0000, 28 * KIB), DWORD_OTP(0x1fff7000), OPTIONS_OF(0x1fff7800, 2 * KIB)

#define G4_ROW(id, its_name, its_controller, its_options, its_geometry, most)                      \
	.dev_id = (id), .name = (its_name), .family = &family_g4, .controller = &(its_controller), \
	.options = &(its_options), .geometry = (its_geometry), .max_flash = (most)*KIB, .boot_sel = true

const struct chip chips_g4[] = {
	{ G4_ROW(0x468, "STM32G431/441/GBK1", flash_dword_g4, g4_options, ONE_BANK(128 * KIB, 2 * KIB), 128),
	  .regions = REGIONS(RAM(16 * KIB, 32 * KIB), G4_AREAS) },
	{ G4_ROW(0x469, "STM32G471/473/474/483/484", flash_dword_g47, g47x_options, g47x_geometry, 512),
	  .banks = &g47x_banks, .regions = REGIONS(RAM(80 * KIB, 128 * KIB), G4_AREAS) },
	{ G4_ROW(0x479, "STM32G491/4A1", flash_dword_g4, g49x_options, ONE_BANK(512 * KIB, 2 * KIB), 512),
	  .regions = REGIONS(RAM(80 * KIB, 112 * KIB), G4_AREAS) },
	{ .name = NULL },
};
