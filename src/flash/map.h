/* SPDX-License-Identifier: MIT */
/* Banks and sectors of the connected chip. */
#ifndef FLASH_MAP_H
#define FLASH_MAP_H

#include "flash/flash.h"

/* Lay out banks and sectors by the chip's geometry and f->size, which is trimmed to whole sectors. */
int map_make(struct flash *f) MUST_CHECK;

/* The controller's registers that serve an address. */
uint32_t map_registers(const struct flash *f, uint32_t addr);

#endif
