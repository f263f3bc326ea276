/* SPDX-License-Identifier: MIT */
/* For the rows of L4, G0, G4, WB, WL, C0 and U0, whose flash takes double words (flash-l4g0g4 fact sheet). */
#ifndef FLASH_CHIPS_DWORD_ROWS_H
#define FLASH_CHIPS_DWORD_ROWS_H

#include "flash/chips/rows.h"

/* FLASH_OPTR */
#define OPTR    0x40022020u
#define OPTR_WB 0x58004020u

/* So many bytes in pages of one size. */
#define PAGES(bytes, page) ((const struct sector_run[]){ { (bytes) / (page), (page) }, { 0, 0 } })

/* CR.BKER, counted from the lowest bit of CR.PNB (fact sheet section 2.2) */
#define BKER_11 0x100u
#define BKER_13 0x400u

/* A list of one: all of flash in one bank, of which the largest part has so many bytes. */
#define ONE_BANK(bytes, page) ((const struct geometry[]){ { .bank = { { FLASH, .runs = PAGES(bytes, page) } } } })

/* Two banks of half the bytes, the second one at an offset, where that bit of OPTR is set in parts from least bytes on.
 */
#define TWO_BANKS(its_least, dual, half, page, second_at, bker)                               \
	{                                                                                     \
		.least = (its_least), .when = { OPTR, (dual), 1 }, .bank = {                  \
			{ FLASH, .size = (half), .runs = PAGES(half, page) },                 \
			{ FLASH + (second_at), .runs = PAGES(half, page), .select = (bker) }, \
		}                                                                             \
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

#define CHOICE(its_name, its_bit, its_width, its_meaning)                   \
	{                                                                   \
		its_name, OPTION_CHOICE, 0, its_bit, its_width, its_meaning \
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

/* Ranges in the registers behind a base: WRP of a bank, and PCROP, of which some have two areas a bank. */
#define WRP_RANGE(reg, its_bank)                                                \
	{                                                                       \
		.start = (reg), .end = (reg), .end_bit = 16, .bank = (its_bank) \
	}
#define PCROP_RANGE(reg, its_bank, bytes, bytes_one_bank)                                                \
	{                                                                                                \
		.start = (reg), .end = (reg) + 4, .bank = (its_bank), .pcrop = true, .granule = (bytes), \
		.granule_one_bank = (bytes_one_bank)                                                     \
	}
#define WRP_BANK_1(base)          WRP_RANGE((base) + 0x2c, 0), WRP_RANGE((base) + 0x30, 0)
#define WRP_BANK_2(base)          WRP_RANGE((base) + 0x4c, 1), WRP_RANGE((base) + 0x50, 1)
#define PCROP_1(base, bytes, one) PCROP_RANGE((base) + 0x24, 0, bytes, one)
#define PCROP_1B(base, bytes)     PCROP_RANGE((base) + 0x34, 0, bytes, 0)
#define PCROP_2(base, bytes, one) PCROP_RANGE((base) + 0x44, 1, bytes, one)
#define PCROP_2B(base, bytes)     PCROP_RANGE((base) + 0x54, 1, bytes, 0)
#define LAST_RANGE         \
	{                  \
		.start = 0 \
	}
#define DWORD_BASE 0x40022000u
#define WB_BASE    0x58004000u

#define DWORD_OPTIONS(its_fields, its_optr, its_ranges)                                                               \
	{                                                                                                             \
		.access = &options_dword, .fields = (its_fields), .in_force = { (its_optr) }, .ranges = (its_ranges), \
		.rdp_level_0 = 0xaa, .rdp_level_1 = 0xbb, .rdp_level_2 = 0xcc                                         \
	}

/* One-time programmable: 1 KiB of double words, each locked once it is programmed. */
#define DWORD_OTP(at)                                                                                     \
	{                                                                                                 \
		.kind = STFLASH_REGION_SYSTEM, .name = "one-time programmable", .addr = (at), .size = KIB \
	}

#endif
