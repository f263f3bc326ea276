/* SPDX-License-Identifier: MIT */
/* An access on the bus, and the memory map that answers it: bus.c. */
#ifndef VIRTUAL_CHIP_BUS_H
#define VIRTUAL_CHIP_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct chip;

#define FLASH_BASE 0x08000000u
#define RAM_BASE   0x20000000u

enum master { MASTER_CORE, MASTER_DEBUG };

/* One access on the bus. addr is aligned to size; value is in or out. */
struct access {
	enum master master;
	bool write;
	bool fetch;
	bool itcm; /* F7: over the ITCM bus; set on the way */
	unsigned int size;
	uint32_t addr;
	uint32_t value;
};

bool bus_access(struct chip *c, struct access *a);
bool bus_is_flash(const struct chip *c, uint32_t addr);
uint32_t bus_unmirror(const struct chip *c, uint32_t addr);
uint32_t bus_unalias(const struct chip *c, uint32_t addr);
void bus_connect(struct chip *c);
uint8_t *info_at(struct chip *c, uint32_t addr);

static inline uint32_t mem_get(const uint8_t *p, unsigned int size)
{
	return size == 4 ? get_le32(p) : size == 2 ? get_le16(p) : *p;
}

static inline void mem_put(uint8_t *p, unsigned int size, uint32_t value)
{
	if (size == 4)
		put_le32(p, value);
	else if (size == 2)
		put_le16(p, (uint16_t)value);
	else
		*p = (uint8_t)value;
}

#endif
