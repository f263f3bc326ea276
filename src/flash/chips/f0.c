/* SPDX-License-Identifier: MIT */
/*
 * STM32F0; sizes and addresses as the flash-f0f3f2f7 fact sheet sections 1.1,
 * 1.5, 2 and 4.1 has them (RM0091, RM0360, ST's CMSIS headers and packs).
 */
#include "flash/chips/f0_like.h"

/*
 * DBGMCU: keep debug alive in Stop and Standby, freeze IWDG and WWDG while the core is halted (RM0091 32.9.4). Without
 * its clock in RCC_APB2ENR what is written there is lost.
 */
static const struct core_dbgmcu dbgmcu_f0 = {
	.cr = 0x40015804,
	.cr_bits = 0x6,
	.apb1_fz = 0x40015808,
	.apb1_bits = 0x1800,
	.clock_reg = 0x40021018,
	.clock = 1u << 22,
};

/* RM0091 6.4.2: HSI / 2 x 12, the same on every line, and what each may run at */
static const struct step pll_48mhz[] = { ONE_WAIT_STATE, CLOCK_BY_PLL(PLLMUL(12)) };
static const struct fast_clock f0_clock = { pll_48mhz, 48000 };

/* RM0091 2.5, 3 and 33 */
const struct family family_f0 = {
	.name = "STM32F0",
	.size_word = 0x1ffff7cc,
	.uid = 0x1ffff7ac,
	.dbgmcu = &dbgmcu_f0,
	.reset_khz = HSI_8_KHZ,
	.fast_clock = &f0_clock,
	.memrmp = 0x40010000, /* SYSCFG_CFGR1 (RM0091 9.1.1) */
	.rdp_hides_vectors = true,
	.nboot1 = true,
};

static const struct sector_run pages_32x1k[] = { { 32, 1 * KIB }, { 0, 0 } };
static const struct sector_run pages_64x1k[] = { { 64, 1 * KIB }, { 0, 0 } };
static const struct sector_run pages_64x2k[] = { { 64, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x2k[] = { { 128, 2 * KIB }, { 0, 0 } };

static const struct geometry f0_32k[] = { { .bank = { { FLASH, .runs = pages_32x1k } } } };
static const struct geometry f0_64k[] = { { .bank = { { FLASH, .runs = pages_64x1k } } } };
static const struct geometry f0_128k[] = { { .bank = { { FLASH, .runs = pages_64x2k } } } };
static const struct geometry f0_256k[] = { { .bank = { { FLASH, .runs = pages_128x2k } } } };

#define F0_AREAS(system_at, bytes) SYSTEM(system_at, bytes), OPTIONS(0x1ffff800)

/* Option bytes: RM0091 4. The ids of F04x and F09x have parts of the value lines too, which lack these two bits. */
#define ONLY(parts) " (" parts " only)"
#define NBOOT0_WORDS(parts)                                                   \
	{                                                                     \
		"BOOT0 counts as high while BOOT_SEL is 0" ONLY(parts),       \
			"BOOT0 counts as low while BOOT_SEL is 0" ONLY(parts) \
	}
#define BOOT_SEL_WORDS(parts)                                                                      \
	{                                                                                          \
		"nBOOT0 counts, not the BOOT0 pin" ONLY(parts), "the BOOT0 pin counts" ONLY(parts) \
	}

static const char *const f04x_nboot0[] = NBOOT0_WORDS("F042/F048");
static const char *const f04x_boot_sel[] = BOOT_SEL_WORDS("F042/F048");
static const char *const f09x_nboot0[] = NBOOT0_WORDS("F091/F098");
static const char *const f09x_boot_sel[] = BOOT_SEL_WORDS("F091/F098");

#define RAM_PARITY                                                         \
	{                                                                  \
		"RAM_PARITY_CHECK", OPTION_CHOICE, 0, 14, 1, option_parity \
	}

static const struct option_field f0_fields[] = { F0_LIKE_USER, RAM_PARITY, F0_LIKE_DATA_AND_WRP };
static const struct option_field f04x_fields[] = {
	F0_LIKE_USER,         { "nBOOT0", OPTION_CHOICE, 0, 11, 1, f04x_nboot0 },
	RAM_PARITY,           { "BOOT_SEL", OPTION_CHOICE, 0, 15, 1, f04x_boot_sel },
	F0_LIKE_DATA_AND_WRP,
};
static const struct option_field f09x_fields[] = {
	F0_LIKE_USER,         { "nBOOT0", OPTION_CHOICE, 0, 11, 1, f09x_nboot0 },
	RAM_PARITY,           { "BOOT_SEL", OPTION_CHOICE, 0, 15, 1, f09x_boot_sel },
	F0_LIKE_DATA_AND_WRP,
};

static const struct fpec_layout f0_layout = F0_LIKE_LAYOUT(0x88);
static const struct fpec_layout boot_sel_layout = F0_LIKE_LAYOUT(0);

static const struct option_set f0_options = F0_LIKE_OPTIONS(f0_fields, f0_layout);
static const struct option_set f04x_options = F0_LIKE_OPTIONS(f04x_fields, boot_sel_layout);
static const struct option_set f09x_options = F0_LIKE_OPTIONS(f09x_fields, boot_sel_layout);

const struct chip chips_f0[] = {
	{
		.dev_id = 0x444,
		.name = "STM32F030/031/038 x4/x6",
		.family = &family_f0,
		.controller = &flash_fpec,
		.options = &f0_options,
		.geometry = f0_32k,
		.max_flash = 32 * KIB,
		.regions = REGIONS(RAM(4 * KIB, 4 * KIB), F0_AREAS(0x1fffec00, 3 * KIB)),
	},
	{
		.dev_id = 0x445,
		.name = "STM32F042/048/070 x4/x6",
		.family = &family_f0,
		.controller = &flash_fpec,
		.options = &f04x_options,
		.geometry = f0_32k,
		.max_flash = 32 * KIB,
		.regions = REGIONS(RAM(6 * KIB, 6 * KIB), F0_AREAS(0x1fffc400, 13 * KIB)),
		.boot_sel = true,
		.notes_empty = true,
	},
	{
		.dev_id = 0x440,
		.name = "STM32F030/051/058 x4/x6/x8",
		.family = &family_f0,
		.controller = &flash_fpec,
		.options = &f0_options,
		.geometry = f0_64k,
		.max_flash = 64 * KIB,
		.regions = REGIONS(RAM(8 * KIB, 8 * KIB), F0_AREAS(0x1fffec00, 3 * KIB)),
	},
	{
		.dev_id = 0x448,
		.name = "STM32F070/071/072/078 x8/xB",
		.family = &family_f0,
		.controller = &flash_fpec,
		.options = &f0_options,
		.geometry = f0_128k,
		.max_flash = 128 * KIB,
		.regions = REGIONS(RAM(16 * KIB, 16 * KIB), F0_AREAS(0x1fffc800, 12 * KIB)),
	},
	{
		.dev_id = 0x442,
		.name = "STM32F030/091/098 xB/xC",
		.family = &family_f0,
		.controller = &flash_fpec,
		.options = &f09x_options,
		.geometry = f0_256k,
		.max_flash = 256 * KIB,
		.regions = REGIONS(RAM(32 * KIB, 32 * KIB), F0_AREAS(0x1fffd800, 8 * KIB)),
		.boot_sel = true,
		.notes_empty = true,
	},
	{ .name = NULL },
};
