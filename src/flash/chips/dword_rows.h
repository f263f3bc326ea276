/* SPDX-License-Identifier: MIT */
/* For the rows of L4, G0, G4, WB, WL, C0 and U0, whose flash takes double words (flash-l4g0g4 fact sheet). */
#ifndef FLASH_CHIPS_DWORD_ROWS_H
#define FLASH_CHIPS_DWORD_ROWS_H

#include "flash/chips/rows.h"

#define DWORD_BASE 0x40022000u
#define WB_BASE    0x58004000u

/* FLASH_OPTR */
#define OPTR    (DWORD_BASE + 0x20)
#define OPTR_WB (WB_BASE + 0x20)

/* So many bytes in pages of one size. */
#define PAGES(bytes, page) ((const struct sector_run[]){ { (bytes) / (page), (page) }, { 0, 0 } })

/* CR.BKER, counted from the lowest bit of CR.PNB (fact sheet section 2.2) */
#define BKER_11 0x100u
#define BKER_13 0x400u

/* A list of one: all of flash in one bank, of which the largest part has so many bytes. */
#define ONE_BANK(bytes, page) ((const struct geometry[]){ { .bank = { { FLASH, .runs = PAGES(bytes, page) } } } })

/*
 * Two banks of half the bytes, the second one at an offset, where that bit of OPTR is set in parts from least bytes on.
 * Pages are numbered through both.
 */
#define TWO_BANKS_OF(its_least, dual, half, page, second_at, bker)                                               \
	.least = (its_least), .when = { OPTR, (dual), 1 },                                                       \
	.bank = {                                                                                                \
		{ FLASH, .size = (half), .runs = PAGES(half, page) },                                            \
		{ FLASH + (second_at), .runs = PAGES(half, page), .number = (half) / (page), .select = (bker) }, \
	}
#define TWO_BANKS(its_least, dual, half, page, second_at, bker)            \
	{                                                                  \
		TWO_BANKS_OF(its_least, dual, half, page, second_at, bker) \
	}

/* Fields of OPTR that more than one family has, with the place of their lowest bit. */
extern const char *const dword_iwdg_sw[2];
extern const char *const dword_iwdg_stop[2];
extern const char *const dword_iwdg_stdby[2];
extern const char *const dword_wwdg_sw[2];
extern const char *const dword_nrst_shdw[2];
extern const char *const dword_ram_parity[2];
extern const char *const dword_ram_kept[2];
extern const char *const dword_nswboot0[2];
extern const char *const dword_nboot0[2];
extern const char *const dword_nboot1[2];
extern const char *const dword_nboot_sel[2];
extern const char *const dword_bfb2[2];
extern const char *const dword_dual_bank[2];
extern const char *const dword_bor_lev[8];
extern const char *const dword_bor_en[2];
extern const char *const dword_borr_lev[4];
extern const char *const dword_borf_lev[4];
extern const char *const dword_nrst_mode[4];
extern const char *const dword_irhen[2];

extern const char *const dword_pcrop_rdp[2];
extern const char *const dword_boot_lock[2];

#define CHOICE(its_name, its_bit, its_width, its_meaning)                   \
	{                                                                   \
		its_name, OPTION_CHOICE, 0, its_bit, its_width, its_meaning \
	}
#define PCROP_RDP_FIELD                                                   \
	{                                                                 \
		"PCROP_RDP", OPTION_PCROP_GOES, 2, 31, 1, dword_pcrop_rdp \
	}
#define SECURE_FIELD(its_name, its_word, its_width)                   \
	{                                                             \
		its_name, OPTION_SECURE, its_word, 0, its_width, NULL \
	}
#define BOOT_LOCK_FIELD(its_name, its_word, its_bit)                              \
	{                                                                         \
		its_name, OPTION_BOOT_LOCK, its_word, its_bit, 1, dword_boot_lock \
	}
#define DWORD_RDP_AND_WATCHDOGS                                                                             \
	{ "RDP", OPTION_RDP, 0, 0, 8, NULL }, CHOICE("IWDG_SW", 16, 1, dword_iwdg_sw),                      \
		CHOICE("IWDG_STOP", 17, 1, dword_iwdg_stop), CHOICE("IWDG_STDBY", 18, 1, dword_iwdg_stdby), \
		CHOICE("WWDG_SW", 19, 1, dword_wwdg_sw)
#define DWORD_RESETS(first_bit)                                              \
	CHOICE("nRST_STOP", first_bit, 1, option_nrst_stop),                 \
		CHOICE("nRST_STDBY", (first_bit) + 1, 1, option_nrst_stdby), \
		CHOICE("nRST_SHDW", (first_bit) + 2, 1, dword_nrst_shdw)
#define LAST_CHOICE          \
	{                    \
		.name = NULL \
	}

/*
 * The words of every line, from FLASH_OPTR on: OPTR, PCROP1SR and PCROP1ER, WRP1AR and WRP1BR. What more there is has
 * the numbers that follow.
 */
#define DWORD_WORDS(base) (base) + 0x20, (base) + 0x24, (base) + 0x28, (base) + 0x2c, (base) + 0x30

#define WRP_RANGE(area, its_word, its_bank, its_width, in_one)                                     \
	{                                                                                          \
		.first = "WRP" area "_STRT", .last = "WRP" area "_END", .first_word = (its_word),  \
		.last_word = (its_word), .last_bit = 16, .width = (its_width), .bank = (its_bank), \
		.in_one_bank = (in_one)                                                            \
	}
#define PCROP_RANGE(area, its_word, its_bank, its_width, bytes, bytes_one_bank)                                \
	{                                                                                                      \
		.first = "PCROP" area "_STRT", .last = "PCROP" area "_END", .first_word = (its_word),          \
		.last_word = (its_word) + 1, .width = (its_width), .bank = (its_bank), .pcrop = true,          \
		.in_one_bank = (bytes_one_bank) != 0, .granule = (bytes), .granule_one_bank = (bytes_one_bank) \
	}
#define WRP_OF_BANK_1(width) WRP_RANGE("1A", 3, 0, width, false), WRP_RANGE("1B", 4, 0, width, false)
#define LAST_RANGE            \
	{                     \
		.first = NULL \
	}

/* A watchdog that its option bit starts, and a boot that never comes to flash. */
#define DWORD_RISKS_OF_WATCHDOGS                                                                                  \
	{ 0, 1u << 16, 0,                                                                                         \
	  "the watchdog IWDG runs from every reset on (IWDG_SW): firmware that does not reload it is reset "      \
	  "again and again" },                                                                                    \
	{                                                                                                         \
		0, 1u << 19, 0,                                                                                   \
			"the watchdog WWDG runs from every reset on (WWDG_SW): firmware that does not reload it " \
			"in time is reset again and again"                                                        \
	}
#define DWORD_RISK_OF_NRST(its_mask, its_value)                                                               \
	{                                                                                                     \
		0, its_mask, its_value,                                                                       \
			"NRST is a GPIO and resets nothing (NRST_MODE): the chip can no longer be connected " \
			"under reset"                                                                         \
	}
#define DWORD_RISK_OF_BOOT(its_mask, its_value)                                                                   \
	{                                                                                                         \
		0, its_mask, its_value,                                                                           \
			"with these option bytes a reset never starts flash, but what nBOOT1 says: the ROM boot " \
			"loader or RAM"                                                                           \
	}
#define LAST_RISK         \
	{                 \
		.mask = 0 \
	}

/* CR.OBL_LAUNCH */
#define DWORD_LAUNCH (1u << 27)

/* its_factory: FLASH_OPTR as it is delivered (fact sheet section 9.1) */
#define DWORD_OPTIONS(its_factory, its_fields, its_ranges, its_risks, its_closes, ...)                           \
	.access = &options_dword, .factory = (its_factory), .fields = (its_fields), .in_force = { __VA_ARGS__ }, \
	.ranges = (its_ranges), .risks = (its_risks), .closes = (its_closes), .rdp_level_0 = 0xaa,               \
	.rdp_level_1 = 0xbb, .rdp_level_2 = 0xcc, .launch = DWORD_LAUNCH

/* One-time programmable: 1 KiB of double words, each locked once it is programmed. */
#define DWORD_OTP(at)                                                                                     \
	{                                                                                                 \
		.kind = STFLASH_REGION_SYSTEM, .name = "one-time programmable", .addr = (at), .size = KIB \
	}

#endif
