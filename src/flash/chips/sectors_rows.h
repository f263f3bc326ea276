/* SPDX-License-Identifier: MIT */
/* For the rows of F2, F4 and F7, whose flash is made alike. */
#ifndef FLASH_CHIPS_SECTORS_ROWS_H
#define FLASH_CHIPS_SECTORS_ROWS_H

#include "flash/chips/rows.h"

/* FLASH_OPTCR, FLASH_OPTCR1 and FLASH_OPTCR2 */
#define OPTCR  0x40023c14u
#define OPTCR1 0x40023c18u
#define OPTCR2 0x40023c1cu

#define NWRP_BIT 16u

/*
 * 48 MHz by the PLL, HSI / 16 x 192 / 4, with two wait states: within the limits of every line at every supply and
 * voltage scale (RM0090 table 10, RM0368 table 6, RM0385 table 5, PM0059 table 3), and half of that for APB1, which
 * has at most 30 MHz on an F2. Caches stay off and are emptied by ACR's bits, so that the agent hashes what flash
 * holds; the L1 caches of an F7 are off after a reset (ARMv7-M ARM B2.2), and the TCM is never cached. Where PLLCFGR
 * has no PLLR its bits 30:28 stay as after the reset, 2.
 */
#define RCC_CR      0x40023800u /* 24 PLLON, 25 PLLRDY */
#define RCC_PLLCFGR 0x40023804u
#define RCC_CFGR    0x40023808u /* 1:0 SW, 2 is the PLL; 12:10 PPRE1, 4 divides by 2 */
#define FLASH_ACR   0x40023c00u
#define CLOCK_48MHZ(cache_resets)                                                                                   \
	{ STEP_SET, FLASH_ACR, (cache_resets) }, { STEP_SET, FLASH_ACR, 2 }, { STEP_SET, RCC_PLLCFGR, 0x24013010 }, \
		{ STEP_OR, RCC_CR, 1u << 24 }, { STEP_UNTIL, RCC_CR, 1u << 25 }, { STEP_SET, RCC_CFGR, 0x1000 },    \
		{ STEP_SET, RCC_CFGR, 0x1002 },                                                                     \
	{                                                                                                           \
		STEP_END, 0, 0                                                                                      \
	}
#define HSI_16_KHZ 16000u

/* That of F2 and F4, whose ACR has ICRST and DCRST (f4.c) */
extern const struct fast_clock clock_of_f4;

/*
 * 4 x 16 KiB, 64 KiB, then 128 KiB each (RM0090 3.4, RM0430 3.4, PM0059 2.1,
 * RM0410 table 4): a line with less flash has as many of them as fit (f4.c).
 */
extern const struct sector_run sectors_1m[];

/* Bank 2 counts on from sector 12, SNB from 0x10 (RM0090 table 6, RM0410 3.7.5). */
#define BANK_2(at)                                                             \
	{                                                                      \
		FLASH + (at), .runs = sectors_1m, .number = 12, .select = 0x10 \
	}

/* DBGMCU: keep debug alive in Sleep, Stop and Standby, freeze IWDG and WWDG while the core is halted (RM0090 38.16.3,
 * RM0385 40.16). */
extern const struct core_dbgmcu dbgmcu_sectors;

/* RDP, the watchdog and the resets have the same places in each OPTCR; 0xaa, anything and 0xcc are the levels. */
#define RDP_FIELD                                \
	{                                        \
		"RDP", OPTION_RDP, 0, 8, 8, NULL \
	}
#define BOR_LEV_FIELD                                      \
	{                                                  \
		"BOR_LEV", OPTION_CHOICE, 0, 2, 2, bor_lev \
	}
#define RESET_FIELDS                                                    \
	{ "nRST_STOP", OPTION_CHOICE, 0, 6, 1, option_nrst_stop },      \
	{                                                               \
		"nRST_STDBY", OPTION_CHOICE, 0, 7, 1, option_nrst_stdby \
	}
#define LAST_FIELD           \
	{                    \
		.name = NULL \
	}
extern const char *const bor_lev[4];

/* What an F2 has like the first F4 (f4.c) */
extern const struct option_set f2_options;

/* What a GD32F4 has like an F42x (f4.c) */
extern const struct family family_f4;
extern const struct option_field f42x_fields[];
/* Core-coupled RAM hangs on the D-bus alone (RM0090 2.3.1). */
#define F4_CCM                                                                                       \
	{                                                                                            \
		.kind = STFLASH_REGION_RAM, .name = "CCM RAM", .addr = 0x10000000, .size = 64 * KIB, \
		.flags = REGION_NO_CODE | REGION_FRAMES                                              \
	}

#define SECTORS_RDP          .access = &options_sectors, .rdp_level_0 = 0xaa, .rdp_level_1 = 0x55, .rdp_level_2 = 0xcc
#define SECTORS_WRP(its_wrp) .wrp = (its_wrp), .n_wrp = ARRAY_SIZE(its_wrp)

#define OTP(at, its_block)                                                                              \
	{                                                                                               \
		.kind = STFLASH_REGION_OTP, .name = "OTP", .addr = (at), .size = 16 * (its_block) + 16, \
		.block = (its_block)                                                                    \
	}
#define BACKUP_RAM                                                                                            \
	{                                                                                                     \
		.kind = STFLASH_REGION_BACKUP_RAM, .name = "backup SRAM", .addr = 0x40024000, .size = 4 * KIB \
	}

#endif
