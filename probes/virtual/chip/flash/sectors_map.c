/* SPDX-License-Identifier: MIT */
/*
 * Sectors (RM0090 3.4 tables 5 to 8, RM0430 3.3 for the F413, flash-f0f3f2f7
 * fact sheet sections 1.3, 1.4 and 3.2): each bank is four of one unit, one of
 * four units, the rest of eight. A unit is 16 KiB, on most F7 32 KiB.
 */
#include "chip/flash/sectors.h"

/* SYSCFG_MEMRMP of the F4 with two banks (RM0090 9.2.1) */
#define MEMRMP_UFB_MODE (1u << 8)

#define SECTORS_IN_FRONT 5u
#define BANK2_NUMBER     12u /* the first sector of bank 2, whatever bank 1 has */
#define BANK2_SNB        0x10u

/* Clones fact sheet section 3, after Black Magic: the third MiB of a GD32F4 counts on, and has the SNB that bank 1
 * leaves. */
#define MIB3_OFFSET (2048 * KIB)
#define MIB3_SECTOR (256 * KIB)
#define MIB3_NUMBER 24u
#define MIB3_SNB    0x0cu

bool sectors_dual(const struct chip *c)
{
	if (c->line->traits & LINE_NDBANK)
		return !(c->sectors.stored & OPTCR_NDBANK);
	if (!(c->line->traits & LINE_DUAL_BANK))
		return false;
	if (c->part->flash_size >= 2048 * KIB)
		return true;
	return c->part->flash_size == 1024 * KIB && (c->sectors.stored & OPTCR_DB1M);
}

static bool has_third_mib(const struct chip *c)
{
	return (c->line->traits & LINE_THIRD_MIB) && c->part->flash_size > MIB3_OFFSET;
}

uint32_t sectors_bank2(const struct chip *c)
{
	return has_third_mib(c) ? MIB3_OFFSET / 2 : c->part->flash_size / 2;
}

static bool in_third_mib(const struct chip *c, unsigned int index, struct sector *s)
{
	*s = (struct sector){ .offset = MIB3_OFFSET + index * MIB3_SECTOR,
			      .size = MIB3_SECTOR,
			      .number = MIB3_NUMBER + index,
			      .snb = MIB3_SNB + index };
	return s->offset < c->part->flash_size;
}

/* Section 3.2: two banks of an F76x are read 128 bits wide, not 256, and their sectors are half as large. */
uint32_t sectors_unit(const struct chip *c)
{
	const uint32_t unit = c->line->sectors->unit_kib * KIB;

	return (c->line->traits & LINE_NDBANK) && sectors_dual(c) ? unit / 2 : unit;
}

static void place(uint32_t unit, unsigned int index, struct sector *s)
{
	if (index < 4) {
		s->offset = index * unit;
		s->size = unit;
	} else if (index == 4) {
		s->offset = 4 * unit;
		s->size = 4 * unit;
	} else {
		s->offset = 8 * unit * (index - SECTORS_IN_FRONT + 1);
		s->size = 8 * unit;
	}
}

static unsigned int index_of(uint32_t unit, uint32_t offset)
{
	if (offset < 4 * unit)
		return offset / unit;
	return offset < 8 * unit ? 4 : SECTORS_IN_FRONT - 1 + offset / (8 * unit);
}

static bool in_bank(const struct chip *c, unsigned int bank, unsigned int index, struct sector *s)
{
	const uint32_t size = sectors_dual(c) ? sectors_bank2(c) : c->part->flash_size;

	place(sectors_unit(c), index, s);
	if (s->offset + s->size > size)
		return false;
	s->number = bank ? BANK2_NUMBER + index : index;
	s->snb = bank ? BANK2_SNB + index : index;
	s->offset += bank ? size : 0;
	return true;
}

bool sector_at(const struct chip *c, uint32_t offset, struct sector *s)
{
	if (has_third_mib(c) && offset >= MIB3_OFFSET)
		return in_third_mib(c, (offset - MIB3_OFFSET) / MIB3_SECTOR, s);

	const bool second = sectors_dual(c) && offset >= sectors_bank2(c);

	return in_bank(c, second, index_of(sectors_unit(c), offset - (second ? sectors_bank2(c) : 0)), s);
}

bool sector_by_snb(const struct chip *c, unsigned int snb, struct sector *s)
{
	if (has_third_mib(c) && snb >= MIB3_SNB && snb < BANK2_SNB)
		return in_third_mib(c, snb - MIB3_SNB, s);
	if (!sectors_dual(c))
		return in_bank(c, 0, snb, s);
	return in_bank(c, snb >= BANK2_SNB, snb & (BANK2_SNB - 1), s);
}

uint32_t sectors_locate(const struct chip *c, uint32_t addr)
{
	const uint32_t offset = addr - FLASH_BASE, half = sectors_bank2(c);

	if (!(c->line->traits & LINE_DUAL_BANK) || !(periph_word(c, c->family->mem_mode) & MEMRMP_UFB_MODE))
		return addr;
	if (offset >= c->part->flash_size || !sectors_dual(c))
		return addr;
	return offset < half ? addr + half : addr - half;
}
