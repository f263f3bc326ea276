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
static const char *const secure_muxing[] = { "pins that share a pad may be on at once",
					     "of pins that share a pad only one is on" };
static const char *const bdrst[] = { "the RTC domain is reset with the chip",
				     "the RTC domain outlives a reset of the chip" };
static const char *const bkpsram_erase[] = { "a tamper event erases SRAM2", "a tamper event does not erase SRAM2" };
static const char *const hdp1_pend[] = { "last page of the area that HDP1EN enables" };
static const char *const hdp1en[] = {
	"0xb4: no area can be hidden; any other value: firmware can hide the one up to HDP1_PEND"
};
static const char *const hse_not_remapped[] = { "the pins of HSE are remapped", "the pins of HSE are not remapped" };

#define G0_BOOT_FIELDS                                                                      \
	CHOICE("nBOOT_SEL", 24, 1, dword_nboot_sel), CHOICE("nBOOT1", 25, 1, dword_nboot1), \
		CHOICE("nBOOT0", 26, 1, dword_nboot0)
#define G0_BOR_FIELDS                                                                   \
	CHOICE("BOR_EN", 8, 1, dword_bor_en), CHOICE("BORR_LEV", 9, 2, dword_borr_lev), \
		CHOICE("BORF_LEV", 11, 2, dword_borf_lev)
#define G0_NRST_FIELDS CHOICE("NRST_MODE", 27, 2, dword_nrst_mode), CHOICE("IRHEN", 29, 1, dword_irhen)
#define G0_RESET_FIELDS                                                                               \
	CHOICE("nRST_STOP", 13, 1, option_nrst_stop), CHOICE("nRST_STDBY", 14, 1, option_nrst_stdby), \
		CHOICE("nRST_SHDW", 15, 1, dword_nrst_shdw)
#define G0_SECURE_FIELDS(word, width) \
	PCROP_RDP_FIELD, SECURE_FIELD("SEC_SIZE", word, width), BOOT_LOCK_FIELD("BOOT_LOCK", word, 16)
#define G0_PARITY_FIELD CHOICE("RAM_PARITY_CHECK", 22, 1, dword_ram_parity)
#define G0_BANKS_FIELDS CHOICE("nSWAP_BANK", 20, 1, nswap_bank), CHOICE("DUAL_BANK", 21, 1, dword_dual_bank)

#define G0_FIELDS \
	DWORD_RDP_AND_WATCHDOGS, G0_RESET_FIELDS, G0_BOR_FIELDS, G0_PARITY_FIELD, G0_BOOT_FIELDS, G0_NRST_FIELDS

static const struct option_field g0_fields[] = { G0_FIELDS, G0_SECURE_FIELDS(7, 8), LAST_CHOICE };
static const struct option_field g0b_fields[] = { G0_FIELDS,
						  G0_BANKS_FIELDS,
						  G0_SECURE_FIELDS(13, 8),
						  { "SEC_SIZE2", OPTION_SECURE_2, 13, 20, 8, NULL },
						  LAST_CHOICE };
/* HSE_NOT_REMAPPED is not on the C011 (RM0490 4.4.1). */
#define C0_FIELDS(sec_width) G0_FIELDS, CHOICE("SECURE_MUXING_EN", 23, 1, secure_muxing), G0_SECURE_FIELDS(7, sec_width)
static const struct option_field c011_fields[] = { C0_FIELDS(5), LAST_CHOICE };
static const struct option_field c031_fields[] = { C0_FIELDS(5), CHOICE("HSE_NOT_REMAPPED", 21, 1, hse_not_remapped),
						   LAST_CHOICE };
static const struct option_field c0_fields[] = { C0_FIELDS(8), CHOICE("HSE_NOT_REMAPPED", 21, 1, hse_not_remapped),
						 LAST_CHOICE };
static const char *const oem1_key[] = { "no OEM1 key is set",
					"an OEM1 key is set: RDP goes from level 1 to 0 only with it" };
static const char *const oem2_key[] = { "no OEM2 key is set",
					"an OEM2 key is set: RDP goes from level 2 to 1 with it" };
static const struct option_field u0_fields[] = {
	G0_FIELDS,
	CHOICE("BDRST", 21, 1, bdrst),
	CHOICE("BKPSRAM_HW_ERASE", 23, 1, bkpsram_erase),
	{ "HDP1_PEND", OPTION_NUMBER, 3, 0, 7, hdp1_pend },
	BOOT_LOCK_FIELD("BOOT_LOCK", 3, 16),
	{ "HDP1EN", OPTION_NUMBER, 3, 24, 8, hdp1en },
	{ "OEM1LOCK", OPTION_RDP_KEY, 4, 20, 1, oem1_key },
	{ "OEM2LOCK", OPTION_KEY, 4, 21, 1, oem2_key },
	LAST_CHOICE,
};

/* Words behind those of every line: PCROP1BSR and PCROP1BER, on a G0Bx those of bank 2, then SECR. */
#define G0_WORDS_1B            DWORD_BASE + 0x34, DWORD_BASE + 0x38
#define SECR                   (DWORD_BASE + 0x80)
#define PCROP_OF_BANK_1(width) PCROP_RANGE("1A", 1, 0, width, 512, 0), PCROP_RANGE("1B", 5, 0, width, 512, 0)

static const struct option_range g0_ranges[] = { WRP_OF_BANK_1(7), PCROP_OF_BANK_1(9), LAST_RANGE };
static const struct option_range g0b_ranges[] = {
	WRP_OF_BANK_1(7),   WRP_RANGE("2A", 9, 1, 7, false),    WRP_RANGE("2B", 10, 1, 7, false),
	PCROP_OF_BANK_1(9), PCROP_RANGE("2A", 7, 1, 9, 512, 0), PCROP_RANGE("2B", 11, 1, 9, 512, 0),
	LAST_RANGE
};
static const struct option_range c011_ranges[] = { WRP_OF_BANK_1(4), PCROP_OF_BANK_1(6), LAST_RANGE };
static const struct option_range u0_ranges[] = { WRP_RANGE("1A", 1, 0, 7, false), WRP_RANGE("1B", 2, 0, 7, false),
						 LAST_RANGE };

#define G0_RISKS                                                                     \
	DWORD_RISKS_OF_WATCHDOGS, DWORD_RISK_OF_BOOT(1u << 24 | 1u << 26, 1u << 24), \
		DWORD_RISK_OF_NRST(3u << 27, 2u << 27)
static const struct option_risk g0_risks[] = { G0_RISKS, LAST_RISK };
static const struct option_risk g0b_risks[] = {
	G0_RISKS,
	{ 0, 1u << 20, 0, "the banks have changed places (nSWAP_BANK): a reset starts what is in bank 2" },
	LAST_RISK
};

#define G0_OPTIONS(its_factory, its_fields, its_ranges, its_closes)                                                    \
	DWORD_OPTIONS(its_factory, its_fields, its_ranges, g0_risks, its_closes, DWORD_WORDS(DWORD_BASE), G0_WORDS_1B, \
		      SECR)

/* BOR_EN, BORR_LEV, BORF_LEV, nRST_SHDW, NRST_MODE, IRHEN */
#define G0X1_BITS 0x38009f00u

/* A G0x0 has neither PCROP nor SECR, and less in OPTR: where these are, a start that is off is not 0 (fact sheet 9.1).
 */
static const struct option_set g0_options = { G0_OPTIONS(0xfffffeaa, g0_fields, g0_ranges, NULL), .lacks = 0xe6,
					      .lacks_if = 0x06, .lacks_bits = G0X1_BITS };
static const struct option_set g0b_options = { DWORD_OPTIONS(0xfffffeaa, g0b_fields, g0b_ranges, g0b_risks, NULL,
							     DWORD_WORDS(DWORD_BASE), G0_WORDS_1B, DWORD_BASE + 0x44,
							     DWORD_BASE + 0x48, DWORD_BASE + 0x4c, DWORD_BASE + 0x50,
							     DWORD_BASE + 0x54, DWORD_BASE + 0x58, SECR),
					       .lacks = 0x39e6, .lacks_if = 0x06, .lacks_bits = G0X1_BITS };
static const struct option_set c011_options = { G0_OPTIONS(0x3fffffaa, c011_fields, c011_ranges, "SRAM") };
static const struct option_set c031_options = { G0_OPTIONS(0x3fffffaa, c031_fields, c011_ranges, "SRAM") };
static const struct option_set c0_options = { G0_OPTIONS(0x3fffffaa, c0_fields, g0_ranges, "SRAM") };
/*
 * Its keys for going back to lower levels can only be written, and are not. FLASH_SR says whether they are set (ST's
 * headers; FLASH_OEMKEYSR has their checksums, and nothing says which one a key has that is not set).
 */
static const struct option_set u0_options = { DWORD_OPTIONS(0x3fffffaa, u0_fields, u0_ranges, g0_risks, "SRAM", OPTR,
							    DWORD_BASE + 0x2c, DWORD_BASE + 0x30, SECR,
							    DWORD_BASE + 0x10),
					      .fixed = 1u << 4 };

/* Of a part with two banks (RM0444 3.3.1): pages and BKER count in the banks as they are, wherever they are seen. */
#define SWAPPED             \
	{                   \
		OPTR, 20, 0 \
	}

/*
 * Two halves without a hole: of 512 KiB always, of 256 where DUAL_BANK says so, of 128 never (RM0444 3.3.1; ST's HAL
 * and an employee of ST in zephyr issue 37480).
 */
static const struct geometry g0b_geometry[] = {
	{ .least = 512 * KIB,
	  .bank = { { FLASH, .size = 256 * KIB, .runs = PAGES(256 * KIB, 2 * KIB) },
		    { FLASH + 256 * KIB, .runs = PAGES(256 * KIB, 2 * KIB), .number = 128, .select = BKER_13 } },
	  .swapped = SWAPPED },
	{ TWO_BANKS_OF(256 * KIB, 21, 128 * KIB, 2 * KIB, 128 * KIB, BKER_13), .swapped = SWAPPED },
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
	{ G0_ROW(0x443, "STM32C011", flash_dword_g0, family_c0, c011_options, ONE_BANK(32 * KIB, 2 * KIB), 32),
	  .regions = REGIONS(RAM(6 * KIB, 6 * KIB), G0_AREAS(6 * KIB)) },
	{ G0_ROW(0x453, "STM32C031", flash_dword_g0, family_c0, c031_options, ONE_BANK(32 * KIB, 2 * KIB), 32),
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
