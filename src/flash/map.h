/* SPDX-License-Identifier: MIT */
/* Banks and sectors of the connected chip. */
#ifndef FLASH_MAP_H
#define FLASH_MAP_H

#include "flash/flash.h"

/* geometry.c: lay out banks and sectors by the chip's geometry and f->size, which is trimmed to whole sectors. */
int map_make(struct flash *f) MUST_CHECK;

/*
 * Banks may have a hole between them. Contents of flash are kept without it, in
 * f->size bytes: map_offset() says where an address of flash is in them, and
 * map_address() what address is there.
 */
uint32_t map_offset(const struct flash *f, uint32_t addr);
uint32_t map_address(const struct flash *f, uint32_t offset);

/* The end of the stretch of flash without a hole that holds addr; 0 outside of flash. */
uint32_t map_stretch_end(const struct flash *f, uint32_t addr);

/* Where flash goes on behind a hole that begins at addr; 0: addr begins none. */
uint32_t map_next(const struct flash *f, uint32_t addr);

/* Is the range in flash, all of it? */
bool map_holds(const struct flash *f, uint32_t addr, size_t len);

/* The controller's registers that serve an address. */
uint32_t map_registers(const struct flash *f, uint32_t addr);

#endif
