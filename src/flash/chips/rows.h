/* SPDX-License-Identifier: MIT */
/* For the files of rows: what several families' rows are written with. */
#ifndef FLASH_CHIPS_ROWS_H
#define FLASH_CHIPS_ROWS_H

#include "base/bytes.h"
#include "flash/flash.h"
#include "flash/options/options.h"

#define KIB   1024u
#define FLASH 0x08000000u

/* CPUID[15:4] */
enum {
	PART_M0 = 0xc20,
	PART_M3 = 0xc23,
	PART_M4 = 0xc24,
	PART_M0P = 0xc60,
	PART_M23 = 0xd20,
	PART_M33 = 0xd21,
};

extern const struct family family_f0, family_f1;

/* A list for each family, which a row without a name ends. */
extern const struct chip chips_f0[], chips_f1[], chips_f2[], chips_f3[], chips_f4[], chips_f7[], chips_gd32f4[],
	chips_at32[], chips_l4[], chips_g4[], chips_g0[], chips_c0[], chips_u0[], chips_wb[], chips_wl[];

/* Of clones that have the id of an F1 */
extern const struct option_set gd_f0_options;

extern const struct idcode_clock idcode_clocks[];

extern const struct chip_alias chip_aliases[];
extern const size_t n_chip_aliases;

/* Regions. Of RAM the parts of a line have from least to most bytes. System memory holds the ROM boot loader. */
#define RAM_AT(its_name, at, bytes_least, bytes_most)                                               \
	{                                                                                           \
		.kind = STFLASH_REGION_RAM, .name = (its_name), .addr = (at), .size = (bytes_most), \
		.least = (bytes_least)                                                              \
	}
#define RAM(bytes_least, bytes_most) RAM_AT("RAM", 0x20000000, bytes_least, bytes_most)
#define SYSTEM(at, bytes)                                                                             \
	{                                                                                             \
		.kind = STFLASH_REGION_SYSTEM, .name = "system memory", .addr = (at), .size = (bytes) \
	}
#define OPTIONS_OF(at, bytes)                                                                         \
	{                                                                                             \
		.kind = STFLASH_REGION_OPTIONS, .name = "option bytes", .addr = (at), .size = (bytes) \
	}
#define OPTIONS(at) OPTIONS_OF(at, 16)
#define LAST_REGION       \
	{                 \
		.size = 0 \
	}

/* A list of them. */
#define REGIONS(...) ((const struct region[]){ __VA_ARGS__, LAST_REGION })

/* Meanings of option bits that every family has: meanings.c */
extern const char *const option_wdg_sw[2];
extern const char *const option_nrst_stop[2];
extern const char *const option_nrst_stdby[2];

#endif
