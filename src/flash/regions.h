/* SPDX-License-Identifier: MIT */
/* What of the address space is memory of a chip, and which. */
#ifndef FLASH_REGIONS_H
#define FLASH_REGIONS_H

#include "stflash.h"

struct chip;

/* Memory beside flash and the RAM at CHIP_RAM_BASE. */
struct region {
	enum stflash_region_kind kind;
	const char *name;
	uint32_t addr;
	uint32_t size;      /* bytes; 0 ends a list */
	unsigned int flags; /* REGION_... */
};

#define REGION_NO_CODE (1u << 0) /* the core has no instruction bus to it */

/* Is all of addr..addr+len-1 in one RAM of the largest part with this id? A stack pointer is right if the word below it
 * is. len is not 0. */
bool chip_is_ram(const struct chip *chip, uint32_t addr, size_t len);

/* The region that holds addr, NULL when none does. */
const struct region *chip_region_at(const struct chip *chip, uint32_t addr);

/* The first region of a kind, NULL when there is none. */
const struct region *chip_region(const struct chip *chip, enum stflash_region_kind kind);

#endif
