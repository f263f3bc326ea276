/* SPDX-License-Identifier: MIT */
/* What can be read of a chip, by address. */
#ifndef FLASH_AREAS_H
#define FLASH_AREAS_H

#include "flash/flash.h"

/* One that can be read; its last address instead of a size, because 32 bits do not hold every end. */
struct area {
	const char *name;
	uint32_t first;
	uint32_t last;
};

/* STFLASH_E_ARG unless one area of the chip holds the whole range. */
int area_check(const struct flash *f, uint32_t addr, size_t len) MUST_CHECK;

#endif
