/* SPDX-License-Identifier: MIT */
#include "flash/regions.h"

#include "flash/chips.h"

static bool is_within(uint32_t addr, size_t len, uint32_t base, uint32_t size)
{
	return addr >= base && addr - base < size && len <= size - (addr - base);
}

bool chip_is_ram(const struct chip *chip, uint32_t addr, size_t len)
{
	if (is_within(addr, len, CHIP_RAM_BASE, chip->ram_max))
		return true;
	for (const struct region *r = chip->regions; r && r->size; r++)
		if (r->kind == STFLASH_REGION_RAM && is_within(addr, len, r->addr, r->size))
			return true;
	return false;
}

const struct region *chip_region_at(const struct chip *chip, uint32_t addr)
{
	for (const struct region *r = chip->regions; r && r->size; r++)
		if (is_within(addr, 1, r->addr, r->size))
			return r;
	return NULL;
}

const struct region *chip_region(const struct chip *chip, enum stflash_region_kind kind)
{
	for (const struct region *r = chip->regions; r && r->size; r++)
		if (r->kind == kind)
			return r;
	return NULL;
}
