/* SPDX-License-Identifier: MIT */
/*
 * STM32F3; sizes and addresses as the flash-f0f3f2f7 fact sheet sections 1.2,
 * 1.5, 2 and 4.1 has them (RM0313, RM0316, RM0364, RM0365, RM0366, ST's CMSIS
 * headers and packs). Loader RAM is what every part of an id has.
 */
#include "flash/chips/f0_like.h"

/* DBGMCU: keep debug alive in Sleep, Stop and Standby, freeze IWDG and WWDG while the core is halted (RM0316 33.16). */
static const struct core_dbgmcu dbgmcu_f3 = {
	.cr = 0xe0042004,
	.cr_bits = 0x7,
	.apb1_fz = 0xe0042008,
	.apb1_bits = 0x1800,
};

/* HSI / 2 x 12; APB1 must not go faster than 36 MHz (RM0316 9.4.2) */
#define PPRE1_BY_2 (4u << 8)
static const struct step pll_48mhz[] = { ONE_WAIT_STATE, CLOCK_BY_PLL(PLLMUL(12) | PPRE1_BY_2) };
static const struct fast_clock f3_clock = { pll_48mhz, 48000 };

/*
 * F303xD/E have no HSI / 2, but HSI by PREDIV (RM0316 9.4.2: PLLSRC 01). PLLXTPRE is PREDIV's lowest bit once more.
 */
#define PLLSRC_PREDIV (1u << 15)
#define PLLXTPRE      (1u << 17)
static const struct step prediv_48mhz[] = {
	ONE_WAIT_STATE,
	{ STEP_SET, RCC_CFGR2, 1 },
	CLOCK_BY_PLL(PLLMUL(12) | PPRE1_BY_2 | PLLSRC_PREDIV | PLLXTPRE),
};
static const struct fast_clock prediv_clock = { prediv_48mhz, 48000 };

/* RM0316 4 and 34 */
static const struct family family_f3 = {
	.name = "STM32F3",
	.size_word = 0x1ffff7cc,
	.uid = 0x1ffff7ac,
	.dbgmcu = &dbgmcu_f3,
	.reset_khz = HSI_8_KHZ,
	.fast_clock = &f3_clock,
	.memrmp = 0x40010000, /* SYSCFG_CFGR1 (RM0316 12.1.1) */
	.rdp_hides_vectors = true,
	.nboot1 = true,
};

static const struct sector_run pages_32x2k[] = { { 32, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x2k[] = { { 128, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_256x2k[] = { { 256, 2 * KIB }, { 0, 0 } };

static const struct geometry f3_64k[] = { { .bank = { { FLASH, .runs = pages_32x2k } } } };
static const struct geometry f3_256k[] = { { .bank = { { FLASH, .runs = pages_128x2k } } } };
static const struct geometry f3_512k[] = { { .bank = { { FLASH, .runs = pages_256x2k } } } };

/* Unlike an F4's this one is on the instruction bus too (RM0316 3.1). Some parts of an id have none. */
#define CCM(bytes)                                                                                 \
	{                                                                                          \
		.kind = STFLASH_REGION_RAM, .name = "CCM RAM", .addr = 0x10000000, .size = (bytes) \
	}
#define F3_AREAS SYSTEM(0x1fffd800, 8 * KIB), OPTIONS(0x1ffff800)

/* Option bytes: RM0316 4 */
static const char *const sdadc_monitor[] = { "supply monitor of SDADC1 and SDADC2 off",
					     "supply monitor of SDADC1 and SDADC2 on" };

static const char *const f302_parity[] = { "parity check of RAM on (F302 only)",
					   "parity check of RAM off (F302 only)" };

static const struct option_field f303_fields[] = {
	F0_LIKE_USER,
	{ "SRAM_PE", OPTION_CHOICE, 0, 14, 1, option_parity },
	F0_LIKE_DATA_AND_WRP,
};
static const struct option_field f37x_fields[] = {
	F0_LIKE_USER,
	{ "SRAM_PE", OPTION_CHOICE, 0, 14, 1, option_parity },
	{ "SDADC12_VDD_MONITOR", OPTION_CHOICE, 0, 15, 1, sdadc_monitor },
	F0_LIKE_DATA_AND_WRP,
};
/* RM0366 has no SRAM_PE for the F301 and F318, which share the id with F302 parts. */
static const struct option_field f301_fields[] = {
	F0_LIKE_USER,
	{ "SRAM_PE", OPTION_CHOICE, 0, 14, 1, f302_parity },
	F0_LIKE_DATA_AND_WRP,
};

static const struct fpec_layout f3_layout = F0_LIKE_LAYOUT(0x88);
static const struct fpec_layout f37x_layout = F0_LIKE_LAYOUT(0x08);

static const struct option_set f303_options = F0_LIKE_OPTIONS(f303_fields, f3_layout);
static const struct option_set f37x_options = F0_LIKE_OPTIONS(f37x_fields, f37x_layout);
static const struct option_set f301_options = F0_LIKE_OPTIONS(f301_fields, f3_layout);

const struct chip chips_f3[] = {
	{
		.dev_id = 0x422,
		.name = "STM32F302/303/358 xB/xC",
		.family = &family_f3,
		.controller = &flash_fpec,
		.options = &f303_options,
		.geometry = f3_256k,
		.max_flash = 256 * KIB,
		.regions = REGIONS(RAM(32 * KIB, 40 * KIB), CCM(8 * KIB), F3_AREAS),
	},
	{
		.dev_id = 0x432,
		.name = "STM32F373/378",
		.family = &family_f3,
		.controller = &flash_fpec,
		.options = &f37x_options,
		.geometry = f3_256k,
		.max_flash = 256 * KIB,
		.regions = REGIONS(RAM(16 * KIB, 32 * KIB), F3_AREAS),
	},
	{
		.dev_id = 0x438,
		.name = "STM32F303/328/334 x4/x6/x8",
		.family = &family_f3,
		.controller = &flash_fpec,
		.options = &f303_options,
		.geometry = f3_64k,
		.max_flash = 64 * KIB,
		.regions = REGIONS(RAM(12 * KIB, 12 * KIB), CCM(4 * KIB), F3_AREAS),
	},
	{
		.dev_id = 0x439,
		.name = "STM32F301/302/318 x6/x8",
		.family = &family_f3,
		.controller = &flash_fpec,
		.options = &f301_options,
		.geometry = f3_64k,
		.max_flash = 64 * KIB,
		.regions = REGIONS(RAM(16 * KIB, 16 * KIB), F3_AREAS),
	},
	{
		.dev_id = 0x446,
		.name = "STM32F302/303/398 xD/xE",
		.family = &family_f3,
		.controller = &flash_fpec,
		.options = &f303_options,
		.geometry = f3_512k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(64 * KIB, 64 * KIB), CCM(16 * KIB), F3_AREAS),
		.fast_clock = &prediv_clock,
	},
	{ .name = NULL },
};
