/* SPDX-License-Identifier: MIT */
/* STM32G0, C0 and U0, whose debug block hangs on a clock: flash-l4g0g4 fact sheet (RM0444, RM0454, RM0490, RM0503). */
#include "flash/chips/dword_rows.h"

/*
 * DBG_CR and DBG_APB_FZ1, which hold nothing until DBGEN is set: in RCC_APBENR1 (RM0444 40.10), and of a U0 in
 * RCC_DBGCFGR, where IDCODE needs it too (RM0503 26.4.1).
 */
#define RCC_APBENR1 0x4002103cu
#define RCC_DBGCFGR 0x40021050u
#define G0_DBGMCU(its_clock_reg, its_clock)                                                   \
	{                                                                                     \
		.cr = 0x40015804, .cr_bits = 0x6, .apb1_fz = 0x40015808, .apb1_bits = 0x1800, \
		.clock_reg = (its_clock_reg), .clock = (its_clock)                            \
	}
static const struct core_dbgmcu dbgmcu_g0 = G0_DBGMCU(RCC_APBENR1, 1u << 27);
static const struct core_dbgmcu dbgmcu_u0 = G0_DBGMCU(RCC_DBGCFGR, 1u << 0);

const struct idcode_clock idcode_clocks[] = { { PART_M0P, RCC_DBGCFGR, 1u << 0 }, { .cpu = 0 } };

/*
 * 64 MHz by the PLL, HSI16 x 8 / 2, with two wait states (RM0444 3.3.4, 5.4.4; openocd takes the same). DBG_SWEN
 * and EMPTY of FLASH_ACR stay: the next reset goes by EMPTY (RM0444 2.5.1).
 */
static const struct step g0_pll_64mhz[] = {
	{ STEP_OR, 0x40022000, 2 },
	{ STEP_UNTIL, 0x40022000, 2 },
	{ STEP_SET, 0x4002100c, 0x30000802 }, /* RCC_PLLCFGR */
	{ STEP_OR, 0x40021000, 1u << 24 },    /* RCC_CR: PLLON */
	{ STEP_UNTIL, 0x40021000, 1u << 25 }, /* PLLRDY */
	{ STEP_SET, 0x40021008, 2 },          /* RCC_CFGR: SW */
	{ STEP_END, 0, 0 },
};
static const struct fast_clock g0_clock = { g0_pll_64mhz, 64000 };

#define G0_FAMILY(its_name, its_dbgmcu, its_size_word, its_uid, its_khz, its_clock)                          \
	{                                                                                                    \
		.name = (its_name), .size_word = (its_size_word), .uid = (its_uid), .dbgmcu = &(its_dbgmcu), \
		.reset_khz = (its_khz), .fast_clock = (its_clock), .memrmp = 0x40010000, /* SYSCFG_CFGR1 */  \
			.nboot1 = true                                                                       \
	}
static const struct family family_g0 = G0_FAMILY("STM32G0", dbgmcu_g0, 0x1fff75e0, 0x1fff7590, 16000, &g0_clock);
static const struct family family_c0 = G0_FAMILY("STM32C0", dbgmcu_g0, 0x1fff75a0, 0x1fff7550, 12000, NULL);
static const struct family family_u031 = G0_FAMILY("STM32U0", dbgmcu_u0, 0x1fff3ea0, 0x1fff3e50, 4000, NULL);
static const struct family family_u0 = G0_FAMILY("STM32U0", dbgmcu_u0, 0x1fff6ea0, 0x1fff6e50, 4000, NULL);

static const char *const nswap_bank[] = { "the banks have changed places", "bank 1 is seen first" };
static const char *const hse_not_remapped[] = { "the pins of HSE are remapped", "the pins of HSE are not remapped" };

#define G0_BOOT_FIELDS                                                                      \
	CHOICE("nBOOT_SEL", 24, 1, dword_nboot_sel), CHOICE("nBOOT1", 25, 1, dword_nboot1), \
		CHOICE("nBOOT0", 26, 1, dword_nboot0)
#define G0_BOR_FIELDS                                                                   \
	CHOICE("BOR_EN", 8, 1, dword_bor_en), CHOICE("BORR_LEV", 9, 2, dword_borr_lev), \
		CHOICE("BORF_LEV", 11, 2, dword_borf_lev)
#define G0_NRST_FIELDS  CHOICE("NRST_MODE", 27, 2, dword_nrst_mode), CHOICE("IRHEN", 29, 1, dword_irhen)
#define G0_PARITY_FIELD CHOICE("RAM_PARITY_CHECK", 22, 1, dword_ram_parity)
#define G0_BANKS_FIELDS CHOICE("nSWAP_BANK", 20, 1, nswap_bank), CHOICE("DUAL_BANK", 21, 1, dword_dual_bank)

/* What G0x0 lacks of these is reserved there, and shown all the same: the ids do not tell. */
static const struct option_field g0_fields[] = {
	DWORD_RDP_AND_WATCHDOGS, DWORD_RESETS(13), G0_BOR_FIELDS, G0_PARITY_FIELD,
	G0_BOOT_FIELDS,          G0_NRST_FIELDS,   LAST_CHOICE
};
static const struct option_field g0b_fields[] = { DWORD_RDP_AND_WATCHDOGS, DWORD_RESETS(13), G0_BOR_FIELDS,
						  G0_BANKS_FIELDS,         G0_PARITY_FIELD,  G0_BOOT_FIELDS,
						  G0_NRST_FIELDS,          LAST_CHOICE };
static const struct option_field c0_fields[] = {
	DWORD_RDP_AND_WATCHDOGS, DWORD_RESETS(13), G0_BOR_FIELDS,  CHOICE("HSE_NOT_REMAPPED", 21, 1, hse_not_remapped),
	G0_PARITY_FIELD,         G0_BOOT_FIELDS,   G0_NRST_FIELDS, LAST_CHOICE
};
static const struct option_field u0_fields[] = {
	DWORD_RDP_AND_WATCHDOGS, DWORD_RESETS(13), G0_BOR_FIELDS, G0_PARITY_FIELD,
	G0_BOOT_FIELDS,          G0_NRST_FIELDS,   LAST_CHOICE
};

static const struct option_range g0_ranges[] = { WRP_BANK_1(DWORD_BASE), PCROP_1(DWORD_BASE, 512, 0),
						 PCROP_1B(DWORD_BASE, 512), LAST_RANGE };
static const struct option_range g0b_ranges[] = { WRP_BANK_1(DWORD_BASE),
						  WRP_BANK_2(DWORD_BASE),
						  PCROP_1(DWORD_BASE, 512, 0),
						  PCROP_1B(DWORD_BASE, 512),
						  PCROP_2(DWORD_BASE, 512, 0),
						  PCROP_2B(DWORD_BASE, 512),
						  LAST_RANGE };
static const struct option_range u0_ranges[] = { WRP_BANK_1(DWORD_BASE), LAST_RANGE };

static const struct option_set g0_options = DWORD_OPTIONS(g0_fields, OPTR, g0_ranges);
static const struct option_set g0b_options = DWORD_OPTIONS(g0b_fields, OPTR, g0b_ranges);
static const struct option_set c0_options = DWORD_OPTIONS(c0_fields, OPTR, g0_ranges);
static const struct option_set u0_options = DWORD_OPTIONS(u0_fields, OPTR, u0_ranges);

/*
 * Two halves without a hole: of 512 KiB always, of 256 where DUAL_BANK says so, of 128 never (RM0444 3.3.1; ST's HAL
 * and an employee of ST in zephyr issue 37480).
 */
static const struct geometry g0b_geometry[] = {
	{ .least = 512 * KIB,
	  .bank = { { FLASH, .size = 256 * KIB, .runs = PAGES(256 * KIB, 2 * KIB) },
		    { FLASH + 256 * KIB, .runs = PAGES(256 * KIB, 2 * KIB), .select = BKER_13 } } },
	TWO_BANKS(256 * KIB, 21, 128 * KIB, 2 * KIB, 128 * KIB, BKER_13),
	{ .bank = { { FLASH, .runs = PAGES(512 * KIB, 2 * KIB) } } },
};

#define G0_AREAS(system_bytes) SYSTEM(0x1fff0000, system_bytes), DWORD_OTP(0x1fff7000), OPTIONS_OF(0x1fff7800, 128)
#define U0_AREAS               SYSTEM(0x1fff0000, 8 * KIB), DWORD_OTP(0x1fff6800), OPTIONS_OF(0x1fff7800, 128)

#define G0_ROW(id, its_name, its_controller, its_family, its_options, its_geometry, most)                 \
	.dev_id = (id), .name = (its_name), .family = &(its_family), .controller = &(its_controller),     \
	.options = &(its_options), .geometry = (its_geometry), .max_flash = (most)*KIB, .boot_sel = true, \
	.notes_empty = true

const struct chip chips_g0[] = {
	{ G0_ROW(0x466, "STM32G030/031/041", flash_dword_g0, family_g0, g0_options, ONE_BANK(64 * KIB, 2 * KIB), 64),
	  .regions = REGIONS(RAM(8 * KIB, 8 * KIB), G0_AREAS(8 * KIB)) },
	{ G0_ROW(0x456, "STM32G050/051/061", flash_dword_g0, family_g0, g0_options, ONE_BANK(64 * KIB, 2 * KIB), 64),
	  .regions = REGIONS(RAM(16 * KIB, 18 * KIB), G0_AREAS(28 * KIB)) },
	{ G0_ROW(0x460, "STM32G070/071/081", flash_dword_g0, family_g0, g0_options, ONE_BANK(128 * KIB, 2 * KIB), 128),
	  .regions = REGIONS(RAM(32 * KIB, 36 * KIB), G0_AREAS(28 * KIB)) },
	{ G0_ROW(0x467, "STM32G0B0/0B1/0C1", flash_dword_g0b, family_g0, g0b_options, g0b_geometry, 512),
	  .regions = REGIONS(RAM(128 * KIB, 144 * KIB), G0_AREAS(28 * KIB)) },
	{ .name = NULL },
};

const struct chip chips_c0[] = {
	{ G0_ROW(0x443, "STM32C011", flash_dword_g0, family_c0, c0_options, ONE_BANK(32 * KIB, 2 * KIB), 32),
	  .regions = REGIONS(RAM(6 * KIB, 6 * KIB), G0_AREAS(6 * KIB)) },
	{ G0_ROW(0x453, "STM32C031", flash_dword_g0, family_c0, c0_options, ONE_BANK(32 * KIB, 2 * KIB), 32),
	  .regions = REGIONS(RAM(12 * KIB, 12 * KIB), G0_AREAS(6 * KIB)) },
	{ G0_ROW(0x44c, "STM32C051", flash_dword_g0, family_c0, c0_options, ONE_BANK(64 * KIB, 2 * KIB), 64),
	  .regions = REGIONS(RAM(12 * KIB, 12 * KIB), G0_AREAS(6 * KIB)) },
	{ G0_ROW(0x493, "STM32C071", flash_dword_g0, family_c0, c0_options, ONE_BANK(128 * KIB, 2 * KIB), 128),
	  .regions = REGIONS(RAM(24 * KIB, 24 * KIB), G0_AREAS(6 * KIB)) },
	{ G0_ROW(0x44d, "STM32C091/092", flash_dword_g0, family_c0, c0_options, ONE_BANK(256 * KIB, 2 * KIB), 256),
	  .regions = REGIONS(RAM(30 * KIB, 36 * KIB), G0_AREAS(6 * KIB)) },
	{ .name = NULL },
};

const struct chip chips_u0[] = {
	{ G0_ROW(0x459, "STM32U031", flash_dword_g0, family_u031, u0_options, ONE_BANK(64 * KIB, 2 * KIB), 64),
	  .regions = REGIONS(RAM(8 * KIB, 12 * KIB), U0_AREAS) },
	{ G0_ROW(0x489, "STM32U073/083", flash_dword_g0, family_u0, u0_options, ONE_BANK(256 * KIB, 2 * KIB), 256),
	  .regions = REGIONS(RAM(32 * KIB, 40 * KIB), U0_AREAS) },
	{ .name = NULL },
};
