/* SPDX-License-Identifier: MIT */
/*
 * STM32F1, and clones that have an id of theirs with another flash; sizes and
 * addresses as the chips fact sheet has them (ST's CMSIS headers and packs,
 * openocd, stlink-org agreeing).
 */
#include "flash/chips/fpec_rows.h"

/* DBGMCU: keep debug alive in Sleep, Stop and Standby, freeze IWDG and WWDG while the core is halted (RM0008 31.16.3).
 */
static const struct core_dbgmcu dbgmcu_f1 = { .cr = 0xe0042004, .cr_bits = 0x307 };

/* HSI / 2 x 6: needs no wait state (RM0008 3.3.3) and is within the slowest line, F100 */
static const struct step pll_24mhz[] = { CLOCK_BY_PLL(PLLMUL(6)) };
static const struct fast_clock f1_clock = { pll_24mhz, 24000 };

/* RM0008 30, PM0075 2 */
const struct family family_f1 = {
	.name = "STM32F1",
	.size_word = 0x1ffff7e0,
	.uid = 0x1ffff7e8,
	.dbgmcu = &dbgmcu_f1,
	.reset_khz = HSI_8_KHZ,
	.fast_clock = &f1_clock,
};

/* FLASH_OBR.BFB2, 0: boot from bank 2 (PM0068) */
static const struct bank_choice xl_banks = { .asked = { 0x4002201c, 5, 0 }, .bank_1 = "BFB2=1" };

/* Pages of the F1 lines (PM0075 2.1), which are numbered through both banks of an XL (PM0068). */
static const struct sector_run pages_32x1k[] = { { 32, 1 * KIB }, { 0, 0 } };
static const struct sector_run pages_64x1k[] = { { 64, 1 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x1k[] = { { 128, 1 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x2k[] = { { 128, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_256x2k[] = { { 256, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x4k[] = { { 128, 4 * KIB }, { 0, 0 } };

static const struct geometry f1_32x1k[] = { { .bank = { { FLASH, .runs = pages_32x1k } } } };
static const struct geometry gd_64x1k[] = { { .bank = { { FLASH, .runs = pages_64x1k } } } };
static const struct geometry f1_128x1k[] = { { .bank = { { FLASH, .runs = pages_128x1k } } } };
static const struct geometry f1_128x2k[] = { { .bank = { { FLASH, .runs = pages_128x2k } } } };
static const struct geometry f1_256x2k[] = { { .bank = { { FLASH, .runs = pages_256x2k } } } };
static const struct geometry f1_xl[] = {
	{ .bank = { { FLASH, .size = 512 * KIB, .runs = pages_256x2k },
		    { FLASH + 512 * KIB, .runs = pages_256x2k, .number = 256, .regs = 0x40 } } },
};
/* Second bank: 4 KiB by GigaDevice's manual as Black Magic reads it, 2 KiB by what others see (clones fact sheet 2). */
static const struct geometry gd_1m[] = {
	{ .bank = { { FLASH, .size = 512 * KIB, .runs = pages_256x2k },
		    { FLASH + 512 * KIB, .runs = pages_128x4k, .number = 256, .regs = 0x40, .in_halves = true } } },
};

#define F1_AREAS    SYSTEM(0x1ffff000, 2 * KIB), OPTIONS(0x1ffff800)
#define F1_XL_AREAS SYSTEM(0x1fffe000, 6 * KIB), OPTIONS(0x1ffff800)
#define F1_CL_AREAS SYSTEM(0x1fffb000, 18 * KIB), OPTIONS(0x1ffff800)

/* Option bytes: PM0075 2.5 */
static const char *const f1_bfb2[] = { "boots from bank 2 when that is valid", "boots from bank 1" };

#define F1_USER                                                                                    \
	{ "RDP", OPTION_RDP, 0, 0, 8, NULL }, { "WDG_SW", OPTION_CHOICE, 0, 8, 1, option_wdg_sw }, \
		{ "nRST_STOP", OPTION_CHOICE, 0, 9, 1, option_nrst_stop },                         \
	{                                                                                          \
		"nRST_STDBY", OPTION_CHOICE, 0, 10, 1, option_nrst_stdby                           \
	}
#define F1_DATA_AND_WRP                                                                         \
	{ "Data0", OPTION_DATA, 0, 16, 8, NULL }, { "Data1", OPTION_DATA, 0, 24, 8, NULL },     \
		{ "WRP0", OPTION_WRP, 1, 0, 8, NULL }, { "WRP1", OPTION_WRP, 1, 8, 8, NULL },   \
		{ "WRP2", OPTION_WRP, 1, 16, 8, NULL }, { "WRP3", OPTION_WRP, 1, 24, 8, NULL }, \
	{                                                                                       \
		.name = NULL                                                                    \
	}

static const struct option_field f1_fields[] = { F1_USER, F1_DATA_AND_WRP };
static const struct option_field f1_xl_fields[] = {
	F1_USER,
	{ "BFB2", OPTION_CHOICE, 0, 11, 1, f1_bfb2 },
	F1_DATA_AND_WRP,
};

/* One bit for 4 KiB, whatever the size of a page. */
static const struct option_wrp f1_wrp[] = { { OPTION_ANY_BANK, 1, 0, 32, .bytes = 4 * KIB } };

static const struct fpec_layout f1_layout = { .user = 2, .data = 10, .user_absent = 0xf8 };
static const struct fpec_layout f1_xl_layout = { .user = 2, .data = 10, .user_absent = 0xf0 };

#define F1_OPTIONS(its_fields, its_layout, its_level_2)                                                   \
	.access = &options_fpec, .fields = (its_fields), .wrp = f1_wrp, .n_wrp = ARRAY_SIZE(f1_wrp),      \
	.in_force = { FPEC_OBR, FPEC_WRPR }, .rdp_level_0 = 0xa5, .rdp_level_1 = 0x00, .rdp_waits = true, \
	.level = { FPEC_OBR, RDPRT_LEVEL_1, its_level_2 }, .fpec = &(its_layout)

static const struct option_set f1_options = { F1_OPTIONS(f1_fields, f1_layout, 0) };
static const struct option_set f1_xl_options = { F1_OPTIONS(f1_xl_fields, f1_xl_layout, 0) };

/*
 * GD32F1x0 and GD32F3x0 copied the F0: its FLASH_OBR and OBL_LAUNCH, with the value of an F1 for level 0 (flash-f1
 * fact sheet sections 1 and 7, openocd's stm32f1x.c). 0xcc is refused like an F0's, whatever it does there.
 */
static const struct fpec_layout gd_layout = { .user = 8, .data = 16 };

const struct option_set gd_f0_options = { F1_OPTIONS(f1_fields, gd_layout, RDPRT_LEVEL_2), .rdp_level_2 = 0xcc,
					  .launch = FPEC_OBL_LAUNCH };

const struct chip chips_f1[] = {
	{
		.dev_id = 0x412,
		.name = "STM32F103/101/102 low density",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_options,
		.geometry = f1_32x1k,
		.max_flash = 32 * KIB,
		.regions = REGIONS(RAM(4 * KIB, 10 * KIB), F1_AREAS),
	},
	{
		.dev_id = 0x410,
		.name = "STM32F103/101/102 medium density",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_options,
		.geometry = f1_128x1k,
		.max_flash = 128 * KIB,
		.regions = REGIONS(RAM(10 * KIB, 20 * KIB), F1_AREAS),
	},
	{
		.dev_id = 0x414,
		.name = "STM32F103/101 high density",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_options,
		.geometry = f1_256x2k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(32 * KIB, 64 * KIB), F1_AREAS),
	},
	{
		.dev_id = 0x430,
		.name = "STM32F103/101 XL density",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_xl_options,
		.geometry = f1_xl,
		.banks = &xl_banks,
		.max_flash = 1024 * KIB,
		.regions = REGIONS(RAM(80 * KIB, 96 * KIB), F1_XL_AREAS),
	},
	{
		.dev_id = 0x430,
		.maker = MAKER_GIGADEVICE,
		.name = "GD32F103/303 XL density (clone)",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_xl_options,
		.geometry = gd_1m,
		.banks = &xl_banks,
		.max_flash = 1024 * KIB,
		.regions = REGIONS(RAM(80 * KIB, 96 * KIB), F1_XL_AREAS),
	},
	{
		.dev_id = 0x410, /* a GD32F1x0 may have 4 KiB of RAM */
		.maker = MAKER_GIGADEVICE,
		.name = "GD32F103/130/150/3x0 (clone)",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_options,
		.geometry = f1_128x1k,
		.max_flash = 128 * KIB,
		.regions = REGIONS(RAM(4 * KIB, 20 * KIB), F1_AREAS),
	},
	{
		.dev_id = 0x410,
		.maker = MAKER_GIGADEVICE_E,
		.name = "GD32E23x (clone)",
		.family = &family_f1,
		.controller = &flash_fpec_words,
		.options = &gd_f0_options,
		.geometry = gd_64x1k,
		.max_flash = 64 * KIB,
		.regions = REGIONS(RAM(4 * KIB, 8 * KIB), F1_AREAS),
	},
	{
		.dev_id = 0x418, /* RAM: what a connectivity line has at least */
		.maker = MAKER_GIGADEVICE,
		.name = "GD32F105/107/205/207 (clone)",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_options,
		.geometry = gd_1m,
		.max_flash = 1024 * KIB,
		.regions = REGIONS(RAM(64 * KIB, 256 * KIB), F1_CL_AREAS),
	},
	{
		.dev_id = 0x418,
		.name = "STM32F105/107 connectivity line",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_options,
		.geometry = f1_128x2k,
		.max_flash = 256 * KIB,
		.regions = REGIONS(RAM(64 * KIB, 64 * KIB), F1_CL_AREAS),
	},
	{
		.dev_id = 0x420,
		.name = "STM32F100 low and medium density value line",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_options,
		.geometry = f1_128x1k,
		.max_flash = 128 * KIB,
		.regions = REGIONS(RAM(4 * KIB, 8 * KIB), F1_AREAS),
	},
	{
		.dev_id = 0x428,
		.name = "STM32F100 high density value line",
		.family = &family_f1,
		.controller = &flash_fpec,
		.options = &f1_options,
		.geometry = f1_256x2k,
		.max_flash = 512 * KIB,
		.regions = REGIONS(RAM(24 * KIB, 32 * KIB), F1_AREAS),
	},
	{ .name = NULL },
};
