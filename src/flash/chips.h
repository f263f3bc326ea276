/* SPDX-License-Identifier: MIT */
/*
 * What differs between chips, one row per DBGMCU device id. Adding a part is
 * adding a row; nothing else in the house asks for an id.
 */
#ifndef FLASH_CHIPS_H
#define FLASH_CHIPS_H

#include "flash/regions.h"
#include "swd/cortexm.h"

/* Erasable units: count of size bytes each; { 0, 0 } ends. The largest part of the line; the size word trims it. */
struct sector_run {
	uint16_t count;
	uint32_t size;
};

struct flash_driver;

/* Traits that a driver must know beyond its chapter of the manual. */
#define CHIP_XL_BANKS  (1u << 0) /* F1 XL: second bank of registers at +0x40 from 0x08080000 */
#define CHIP_DUAL_BANK (1u << 1) /* F42x, F43x, F469, F479: MER2, OPTCR1, DB1M, SNB + 4 in bank 2 */
#define CHIP_RDERR     (1u << 2) /* SR.RDERR exists (PCROP parts) */
#define CHIP_WRP_TAIL  (1u << 3) /* F1, 2 KiB pages: the last WRP bit covers all remaining pages */
#define CHIP_IN_HALVES (1u << 4) /* each half of a page that is larger than the first is erased by itself */

struct chip {
	uint16_t dev_id;
	bool foreign; /* of two rows with one id: for another core than ST's */
	const char *name;
	const struct flash_driver *driver;
	const struct sector_run *layout;
	uint32_t max_flash;           /* bytes; assumed when the size word is absurd */
	uint32_t size_reg;            /* address of the u16 with the flash size in KiB */
	uint32_t uid_reg;             /* 96 bits */
	uint32_t ram_size;            /* bytes from 0x20000000 that every part with this id really has */
	uint32_t ram_max;             /* bytes from 0x20000000 of the largest part (reads up to there are allowed) */
	const struct region *regions; /* beside flash and the RAM at CHIP_RAM_BASE; size 0 ends */
	const struct core_dbgmcu *dbgmcu;
	uint32_t traits;
	uint16_t core_of_st; /* CPUID[15:4] of ST's part, where clones have others; 0: not judged */
};

extern const struct chip chips[];
extern const size_t n_chips;

#define CHIP_RAM_BASE   0x20000000u
#define CHIP_FLASH_BASE 0x08000000u

/* The row for an id; cpuid tells a clone of its own layout, and settles the erratum of F40x revision A (0x411 on a
 * Cortex-M4). NULL when unknown. */
const struct chip *chip_find(uint16_t dev_id, uint32_t cpuid);

/* Where the DBGMCU_IDCODE of a core of this CPUID is (chips fact sheet section 4). */
uint32_t chip_idcode_addr(uint32_t cpuid);

/* Bytes from the size word (KiB) of this chip; absurd values (0, 0xffff, above the line's most) give max_flash and
 * *guessed. */
uint32_t chip_flash_size(const struct chip *chip, uint16_t size_word, bool *guessed);

#define CHIP_RAM_TEXT_MAX 32u
/* The RAM at CHIP_RAM_BASE: "20 KiB", or "10 KiB to 20 KiB" where the parts of a line differ and the ids do not tell.
 */
const char *chip_ram_text(const struct chip *chip, char text[CHIP_RAM_TEXT_MAX]);

/* Words about identity for `info`: clone, erratum. Empty string when nothing is odd. */
void chip_remarks(const struct chip *chip, uint32_t dpidr, uint32_t cpuid, uint32_t idcode, char *text, size_t len);

#endif
