/* SPDX-License-Identifier: MIT */
/*
 * Artery AT32F403A/407, F413 and F415, which have registers where an F1 has
 * them, and a controller of their own behind these (clones fact sheet section
 * 4, after openocd's artery.c, Black Magic and probe-rs). They are known by the
 * whole id word: 0x7005 or 0x7003 in the place of a revision.
 */
#include "flash/chips/rows.h"

static const struct core_dbgmcu dbgmcu_at32 = { .cr = 0xe0042004, .cr_bits = 0x307 };

static const struct family family_at32 = {
	.name = "AT32",
	.size_word = 0x1ffff7e0,
	.uid = 0x1ffff7e8,
	.dbgmcu = &dbgmcu_at32,
};

static const struct sector_run pages_512x2k[] = { { 512, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x2k[] = { { 128, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x1k[] = { { 128, 1 * KIB }, { 0, 0 } };

static const struct geometry f403a[] = { { .bank = { { FLASH, .runs = pages_512x2k } } } };
static const struct geometry f413[] = {
	{ .least = 128 * KIB + 1, .bank = { { FLASH, .runs = pages_128x2k } } },
	{ .bank = { { FLASH, .runs = pages_128x1k } } },
};

/* Bits 1 and 26, FAP and FAP_HL: access protection, and the level that nothing removes */
#define USD 0x4002201cu

/* None of them is read by name: the user system data differ by series, and the ids do not tell F413 and F415 apart. */
static const struct option_field no_fields[] = { { .name = NULL } };
static const struct option_set at32_options = { .access = &options_at32,
						.fields = no_fields,
						.level = { USD, 1u << 1, 1u << 26 } };

const struct chip chips_at32[] = {
	{
		.dev_id = 0x240,
		.maker = MAKER_ARTERY,
		.name = "AT32F403A/407 (Artery)",
		.family = &family_at32,
		.controller = &flash_at32,
		.options = &at32_options,
		.geometry = f403a,
		.max_flash = 1024 * KIB,
		.regions = REGIONS(RAM(96 * KIB, 224 * KIB), OPTIONS_OF(0x1ffff800, 48)),
	},
	{
		.dev_id = 0x1c5,
		.maker = MAKER_ARTERY,
		.name = "AT32F413/415 (Artery)",
		.family = &family_at32,
		.controller = &flash_at32,
		.options = &at32_options,
		.geometry = f413,
		.max_flash = 256 * KIB,
		.regions = REGIONS(RAM(16 * KIB, 64 * KIB), OPTIONS_OF(0x1ffff800, 48)),
	},
	{ .name = NULL },
};
