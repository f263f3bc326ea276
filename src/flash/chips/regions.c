/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "flash/chips/chips.h"

static bool is_within(uint32_t addr, size_t len, uint32_t base, uint32_t size)
{
	return addr >= base && addr - base < size && len <= size - (addr - base);
}

uint32_t chip_unalias(const struct chip *chip, uint32_t addr)
{
	return addr - chip->alias < ALIAS_SIZE ? addr - chip->alias + chip->geometry->bank[0].addr : addr;
}

bool chip_has_id(const struct chip *chip, uint16_t dev_id)
{
	return chip->dev_id == dev_id;
}

static uint32_t ram_bytes(const struct region *r, bool most)
{
	return most ? r->size : r->least;
}

static const struct region *ram_at(const struct chip *chip, uint32_t addr, bool most)
{
	for (const struct region *r = chip->regions; r->size; r++)
		if (r->kind == STFLASH_REGION_RAM && is_within(addr, 1, r->addr, ram_bytes(r, most)))
			return r;
	return NULL;
}

/* The end of the RAM from addr on, which goes on where another follows without a gap; addr: there is none. */
static uint32_t ram_end(const struct chip *chip, uint32_t addr, bool most)
{
	const struct region *r;

	while ((r = ram_at(chip, addr, most)) != NULL)
		addr = r->addr + ram_bytes(r, most);
	return addr;
}

bool chip_is_ram(const struct chip *chip, uint32_t addr, size_t len)
{
	return len <= ram_end(chip, addr, true) - addr;
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

const struct region *chip_frame_ram(const struct chip *chip)
{
	for (const struct region *r = chip->regions; r->size; r++)
		if (r->flags & REGION_FRAMES)
			return r;
	return NULL;
}

uint32_t chip_ram_bytes(const struct chip *chip, bool most)
{
	const uint32_t first = chip_ram(chip)->addr;

	return ram_end(chip, first, most) - first;
}

const char *chip_ram_text(const struct chip *chip, char text[CHIP_RAM_TEXT_MAX])
{
	const unsigned int least = chip_ram_bytes(chip, false) / 1024, most = chip_ram_bytes(chip, true) / 1024;

	if (least == most)
		snprintf(text, CHIP_RAM_TEXT_MAX, "%u KiB", most);
	else
		snprintf(text, CHIP_RAM_TEXT_MAX, "%u KiB to %u KiB", least, most);
	return text;
}
