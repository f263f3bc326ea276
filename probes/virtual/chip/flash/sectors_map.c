/* SPDX-License-Identifier: MIT */
/*
 * Sectors of the F4 (RM0090 3.4 tables 5 to 8, RM0430 3.3 for the F413): each
 * bank is 4 of 16 KiB, 1 of 64 KiB, the rest of 128 KiB.
 */
#include "chip/flash/sectors.h"

#define KIB 1024u

#define SECTORS_IN_FRONT 5u
#define FRONT_SIZE       (128 * KIB)
#define BANK2_NUMBER     12u /* the first sector of bank 2, whatever bank 1 has */
#define BANK2_SNB        0x10u

bool sectors_dual(const struct chip *c)
{
	if (!(c->line->traits & LINE_DUAL_BANK))
		return false;
	if (c->part->flash_size == 2048 * KIB)
		return true;
	return c->part->flash_size == 1024 * KIB && (c->sectors.stored & OPTCR_DB1M);
}

uint32_t sectors_bank2(const struct chip *c)
{
	return c->part->flash_size / 2;
}

static void place(unsigned int index, struct sector *s)
{
	if (index < 4) {
		s->offset = index * 16 * KIB;
		s->size = 16 * KIB;
	} else if (index == 4) {
		s->offset = 64 * KIB;
		s->size = 64 * KIB;
	} else {
		s->offset = FRONT_SIZE + (index - SECTORS_IN_FRONT) * 128 * KIB;
		s->size = 128 * KIB;
	}
}

static unsigned int index_of(uint32_t offset)
{
	if (offset < 64 * KIB)
		return offset / (16 * KIB);
	return offset < FRONT_SIZE ? 4 : SECTORS_IN_FRONT + (offset - FRONT_SIZE) / (128 * KIB);
}

static bool in_bank(const struct chip *c, unsigned int bank, unsigned int index, struct sector *s)
{
	const uint32_t size = sectors_dual(c) ? sectors_bank2(c) : c->part->flash_size;

	place(index, s);
	if (s->offset + s->size > size)
		return false;
	s->number = bank ? BANK2_NUMBER + index : index;
	s->snb = bank ? BANK2_SNB + index : index;
	s->offset += bank ? size : 0;
	return true;
}

bool sector_at(const struct chip *c, uint32_t offset, struct sector *s)
{
	const bool second = sectors_dual(c) && offset >= sectors_bank2(c);

	return in_bank(c, second, index_of(offset - (second ? sectors_bank2(c) : 0)), s);
}

bool sector_by_snb(const struct chip *c, unsigned int snb, struct sector *s)
{
	if (!sectors_dual(c))
		return in_bank(c, 0, snb, s);
	return in_bank(c, snb >= BANK2_SNB, snb & (BANK2_SNB - 1), s);
}
