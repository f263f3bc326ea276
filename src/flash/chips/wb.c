/* SPDX-License-Identifier: MIT */
/* STM32WB and WL, whose flash a radio core may share: flash-l4g0g4 fact sheet (RM0434, RM0471, RM0473, RM0453, RM0461).
 */
#include "flash/chips/dword_rows.h"

/* DBGMCU_CR and, of the first core, DBGMCU_APB1FZR1 (RM0434 41.8) */
static const struct core_dbgmcu dbgmcu_wb = {
	.cr = 0xe0042004,
	.cr_bits = 0x7,
	.apb1_fz = 0xe004203c,
	.apb1_bits = 0x1800,
};

/*
 * MSI range 11 is 48 MHz, which two wait states are enough for in voltage range 1, the one that a reset leaves (RM0434
 * 3.3.4 and 6.6.1, RM0461 3.3.4). The caches are off, so that a hash is of what flash holds; EMPTY of FLASH_ACR, by
 * which the next reset goes, stays.
 */
#define MSI_48MHZ(rcc_cr)                                                                                      \
	{ STEP_CLEAR, 0x58004000, 0x700 }, /* FLASH_ACR: PRFTEN, ICEN, DCEN */                                 \
		{ STEP_OR, 0x58004000, 2 }, { STEP_UNTIL, 0x58004000, 2 }, { STEP_SET, 0x58000000, (rcc_cr) }, \
	{                                                                                                      \
		STEP_END, 0, 0                                                                                 \
	}
static const struct step wb_msi_48mhz[] = { MSI_48MHZ(0xb1) }; /* RCC_CR: MSION, MSIRANGE 11 */
static const struct step wl_msi_48mhz[] = { MSI_48MHZ(0xbb) }; /* and MSIRGSEL, which a WB does not have */
static const struct fast_clock wb_clock = { wb_msi_48mhz, 48000 };
static const struct fast_clock wl_clock = { wl_msi_48mhz, 48000 };

#define WB_FAMILY(its_name, its_clock)                                                                \
	{                                                                                             \
		.name = (its_name), .size_word = 0x1fff75e0, .uid = 0x1fff7590, .dbgmcu = &dbgmcu_wb, \
		.reset_khz = 4000, .fast_clock = &(its_clock), .memrmp = 0x40010000, .nboot1 = true   \
	}
static const struct family family_wb = WB_FAMILY("STM32WB", wb_clock);
static const struct family family_wl = WB_FAMILY("STM32WL", wl_clock);

static const char *const ese[] = { "no part of flash belongs to the radio core",
				   "flash from SFSA on belongs to the radio core" };
static const char *const agc_trim[] = { "trimming of the radio" };
static const char *const ipccdba[] = { "double words of SRAM2 before the mailbox of the two cores" };
static const char *const sfsa[] = { "first page of flash that belongs to the radio core" };
static const char *const fsd[] = { "flash from SFSA on belongs to the radio core",
				   "no part of flash belongs to the radio core" };
static const char *const dds[] = { "the radio core can be debugged", "the radio core cannot be debugged" };
static const char *const sbrv[] = { "where the radio core starts, in words" };
static const char *const sbrsa[] = { "first KiB of SRAM2a that belongs to the radio core" };
static const char *const brsd[] = { "SRAM2a from SBRSA on belongs to the radio core",
				    "no part of SRAM2a belongs to the radio core" };
static const char *const snbrsa[] = { "first KiB of SRAM2b that belongs to the radio core" };
static const char *const nbrsd[] = { "SRAM2b from SNBRSA on belongs to the radio core",
				     "no part of SRAM2b belongs to the radio core" };
static const char *const c2opt[] = { "the radio core starts from SRAM", "the radio core starts from flash" };
static const char *const hdpsa[] = { "first page that can be hidden" };
static const char *const hdpad[] = { "the area from HDPSA on can be hidden", "nothing can be hidden" };
static const char *const subghzspisd[] = { "the radio's SPI belongs to the radio core",
					   "the radio's SPI is open to both cores" };

/* What the radio core or the factory sets (RM0434 3.10.14 to 3.10.17): another value would lock the chip's users out.
 */
#define WB_FIELDS                                                                                                     \
	DWORD_RDP_AND_WATCHDOGS, { "ESE", OPTION_CHOICE, 0, 8, 1, ese }, CHOICE("BOR_LEV", 9, 3, dword_bor_lev),      \
		DWORD_RESETS(12), CHOICE("nBOOT1", 23, 1, dword_nboot1), CHOICE("SRAM2_PE", 24, 1, dword_ram_parity), \
		CHOICE("SRAM2_RST", 25, 1, dword_ram_kept), CHOICE("nSWBOOT0", 26, 1, dword_nswboot0),                \
		CHOICE("nBOOT0", 27, 1, dword_nboot0), PCROP_RDP_FIELD
#define RADIO_FIELDS                                                                                        \
	{ "IPCCDBA", OPTION_NUMBER, 7, 0, 14, ipccdba }, { "SBRV", OPTION_NUMBER, 9, 0, 18, sbrv },         \
		{ "SBRSA", OPTION_NUMBER, 9, 18, 5, sbrsa }, { "BRSD", OPTION_CHOICE, 9, 23, 1, brsd },     \
		{ "SNBRSA", OPTION_NUMBER, 9, 25, 5, snbrsa }, { "NBRSD", OPTION_CHOICE, 9, 30, 1, nbrsd }, \
		{ "C2OPT", OPTION_CHOICE, 9, 31, 1, c2opt },                                                \
	{                                                                                                   \
		"DDS", OPTION_CHOICE, 8, 12, 1, dds                                                         \
	}
#define WB_RADIO_FIELDS                                                                                 \
	{ "SFSA", OPTION_NUMBER, 8, 0, 8, sfsa }, { "FSD", OPTION_CHOICE, 8, 8, 1, fsd }, RADIO_FIELDS, \
	{                                                                                               \
		"AGC_TRIM", OPTION_NUMBER, 0, 29, 3, agc_trim                                           \
	}

static const struct option_field wb_fields[] = { WB_FIELDS, WB_RADIO_FIELDS, LAST_CHOICE };
/* NRST_MODE has its lower bit in bit 28 and its upper one in bit 22: nBOOT1 is between (RM0473; ST's stm32wb15xx.h). */
static const struct option_field wb1x_fields[] = {
	WB_FIELDS,
	CHOICE("IRHEN", 15, 1, dword_irhen),
	{ "NRST_MODE", OPTION_SPLIT, 0, 28, 2, dword_nrst_mode },
	WB_RADIO_FIELDS,
	LAST_CHOICE,
};
static const struct option_field wl_fields[] = { WB_FIELDS,
						 BOOT_LOCK_FIELD("BOOT_LOCK", 0, 30),
						 BOOT_LOCK_FIELD("C2BOOT_LOCK", 0, 31),
						 { "SFSA", OPTION_NUMBER, 8, 0, 7, sfsa },
						 { "FSD", OPTION_CHOICE, 8, 7, 1, fsd },
						 { "HDPSA", OPTION_NUMBER, 8, 16, 7, hdpsa },
						 { "HDPAD", OPTION_CHOICE, 8, 23, 1, hdpad },
						 { "SUBGHZSPISD", OPTION_CHOICE, 8, 31, 1, subghzspisd },
						 RADIO_FIELDS,
						 LAST_CHOICE };

#define WB_RANGES(wrp_width, pcrop_width, granule)                                          \
	{                                                                                   \
		WRP_OF_BANK_1(wrp_width), PCROP_RANGE("1A", 1, 0, pcrop_width, granule, 0), \
			PCROP_RANGE("1B", 5, 0, pcrop_width, granule, 0), LAST_RANGE        \
	}
static const struct option_range wb_ranges[] = WB_RANGES(8, 9, 2048), wb1x_ranges[] = WB_RANGES(8, 9, 1024),
				 wl_ranges[] = WB_RANGES(7, 8, 1024);
#define WB_RISKS DWORD_RISKS_OF_WATCHDOGS, DWORD_RISK_OF_BOOT(3u << 26, 0)
static const struct option_risk wb_risks[] = { WB_RISKS, LAST_RISK };
static const struct option_risk wb1x_risks[] = { WB_RISKS, DWORD_RISK_OF_NRST(1u << 28 | 1u << 22, 1u << 22),
						 LAST_RISK };

/* Words 5 to 9: PCROP1BSR, PCROP1BER, IPCCBR, SFR, SRRVR, the last three not on a WLE, which has one core. */
#define WB_OPTIONS(its_factory, its_fields, its_ranges, its_risks, its_fixed)                                  \
	{                                                                                                      \
		DWORD_OPTIONS(its_factory, its_fields, its_ranges, its_risks, "SRAM2", DWORD_WORDS(WB_BASE),   \
			      WB_BASE + 0x34, WB_BASE + 0x38, WB_BASE + 0x3c, WB_BASE + 0x80, WB_BASE + 0x84), \
			.lacks = 0x380, .lacks_if = 0x300, .lacks_bits = 1u << 31, .fixed = 0x380,             \
			.fixed_bits = (its_fixed)                                                              \
	}
/* As it is delivered NRST is reset input and output, and is held. */
static const struct option_set wb1x_options = WB_OPTIONS(0x3dcff1aa, wb1x_fields, wb1x_ranges, wb1x_risks, 0xe0000100);
static const struct option_set wb_options = WB_OPTIONS(0x2d8f71aa, wb_fields, wb_ranges, wb_risks, 0xe0000100);
static const struct option_set wl_options = WB_OPTIONS(0x3feff0aa, wl_fields, wl_ranges, wb_risks, 0x100);

/* RM0434 3.10.15, RM0471 3.10.15, RM0453 4.10.16; a WLE, which has no second core, has no ESE either. */
#define RADIO_FLASH(its_fsd, its_sfsa, its_page)                                                      \
	{                                                                                             \
		.secure = { OPTR_WB, 8, 1 }, .sfr = 0x58004080, .fsd = (its_fsd), .sfsa = (its_sfsa), \
		.page = (its_page)                                                                    \
	}
static const struct radio_flash wb_radio = RADIO_FLASH(8, 0xff, 4 * KIB);
static const struct radio_flash wb1x_radio = RADIO_FLASH(8, 0xff, 2 * KIB);
static const struct radio_flash wl_radio = RADIO_FLASH(7, 0x7f, 2 * KIB);

#define WB_AREAS(options_at) SYSTEM(0x1fff0000, 28 * KIB), DWORD_OTP(0x1fff7000), OPTIONS_OF(options_at, 128)

#define WB_ROW(id, its_name, its_family, its_options, its_geometry, most)                                 \
	.dev_id = (id), .name = (its_name), .family = &(its_family), .controller = &flash_dword_wb,       \
	.options = &(its_options), .geometry = (its_geometry), .max_flash = (most)*KIB, .boot_sel = true, \
	.notes_empty = true

const struct chip chips_wb[] = {
	{ WB_ROW(0x495, "STM32WB50/55/5M", family_wb, wb_options, ONE_BANK(1024 * KIB, 4 * KIB), 1024),
	  .radio = &wb_radio, .regions = REGIONS(RAM(64 * KIB, 192 * KIB), WB_AREAS(0x1fff8000)) },
	{ WB_ROW(0x496, "STM32WB30/35", family_wb, wb_options, ONE_BANK(512 * KIB, 4 * KIB), 512), .radio = &wb_radio,
	  .regions = REGIONS(RAM(32 * KIB, 32 * KIB), WB_AREAS(0x1fff8000)) },
	{ WB_ROW(0x494, "STM32WB10/15", family_wb, wb1x_options, ONE_BANK(320 * KIB, 2 * KIB), 320),
	  .radio = &wb1x_radio, .regions = REGIONS(RAM(12 * KIB, 12 * KIB), WB_AREAS(0x1fff7800)) },
	{ .name = NULL },
};

const struct chip chips_wl[] = {
	{ WB_ROW(0x497, "STM32WLE4/E5/54/55", family_wl, wl_options, ONE_BANK(256 * KIB, 2 * KIB), 256),
	  .radio = &wl_radio, .regions = REGIONS(RAM(10 * KIB, 64 * KIB), WB_AREAS(0x1fff7800)) },
	{ .name = NULL },
};
