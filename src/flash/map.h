/* SPDX-License-Identifier: MIT */
/* From the layout of a chip's row to its sectors: for the drivers' map(). */
#ifndef FLASH_MAP_H
#define FLASH_MAP_H

#include "flash/flash.h"

struct map_bank {
	uint32_t addr;
	uint32_t size;
	uint16_t first_number;
	uint8_t first_snb;
	uint8_t bank;
};

/* Append the sectors of a bank, laid out as the chip's row says from its first run on, as far as they fit whole. */
void map_bank(struct flash *f, const struct map_bank *bank);

#endif
