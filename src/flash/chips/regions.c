/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "flash/chips/chips.h"

static bool is_within(uint32_t addr, size_t len, uint32_t base, uint32_t size)
{
	return addr >= base && addr - base < size && len <= size - (addr - base);
}

bool chip_has_id(const struct chip *chip, uint16_t dev_id)
{
	return chip->dev_id == dev_id;
}

bool chip_is_ram(const struct chip *chip, uint32_t addr, size_t len)
{
	for (const struct region *r = chip->regions; r->size; r++)
		if (r->kind == STFLASH_REGION_RAM && is_within(addr, len, r->addr, r->size))
			return true;
	return false;
}

const struct region *chip_region_at(const struct chip *chip, uint32_t addr)
{
	for (const struct region *r = chip->regions; r->size; r++)
		if (is_within(addr, 1, r->addr, r->size))
			return r;
	return NULL;
}

const struct region *chip_region(const struct chip *chip, enum stflash_region_kind kind)
{
	for (const struct region *r = chip->regions; r->size; r++)
		if (r->kind == kind)
			return r;
	return NULL;
}

const struct region *chip_ram(const struct chip *chip)
{
	const struct region *r = chip->regions;

	while (r->size && r->kind != STFLASH_REGION_RAM)
		r++;
	return r;
}

const char *chip_ram_text(const struct chip *chip, char text[CHIP_RAM_TEXT_MAX])
{
	const struct region *ram = chip_ram(chip);
	const unsigned int least = ram->least / 1024, most = ram->size / 1024;

	if (least == most)
		snprintf(text, CHIP_RAM_TEXT_MAX, "%u KiB", most);
	else
		snprintf(text, CHIP_RAM_TEXT_MAX, "%u KiB to %u KiB", least, most);
	return text;
}
