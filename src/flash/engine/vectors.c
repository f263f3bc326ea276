/* SPDX-License-Identifier: MIT */
#include "flash/engine/vectors.h"

#include <stdio.h>

#include "base/bytes.h"

#define VECTORS_LEN 8u
#define THUMB       1u

static const struct flash_segment *find_segment(const struct flash_segment *seg, size_t n, uint32_t addr)
{
	for (size_t i = 0; i < n; i++)
		if (addr >= seg[i].addr && addr - seg[i].addr < seg[i].len)
			return &seg[i];
	return NULL;
}

/* The stack grows down from it: the end of a RAM is right, its start is not. */
static bool is_good_stack(const struct chip *chip, uint32_t sp)
{
	return sp % 4 == 0 && sp && chip_is_ram(chip, sp - 4, 4);
}

static bool is_in_flash(const struct flash *f, uint32_t addr)
{
	return addr >= CHIP_FLASH_BASE && addr - CHIP_FLASH_BASE < f->size;
}

void vectors_judge(const struct flash *f, const struct flash_segment *seg, size_t n, char *text, size_t len)
{
	const struct flash_segment *first = find_segment(seg, n, CHIP_FLASH_BASE);
	const struct chip *chip = f->chip;
	uint32_t sp, reset;

	if (len)
		text[0] = '\0';
	if (!first || first->len - (CHIP_FLASH_BASE - first->addr) < VECTORS_LEN)
		return;
	sp = get_le32(first->data + (CHIP_FLASH_BASE - first->addr));
	reset = get_le32(first->data + (CHIP_FLASH_BASE - first->addr) + 4);
	if (sp == UINT32_MAX && reset == UINT32_MAX)
		return;
	if (!is_good_stack(chip, sp))
		snprintf(text, len,
			 "the image starts with the stack pointer 0x%08x, which is not in this chip's RAM "
			 "(0x%08x..0x%08x): is it for another chip, or no firmware at all?",
			 (unsigned int)sp, CHIP_RAM_BASE, (unsigned int)(CHIP_RAM_BASE + chip->ram_max));
	else if (!(reset & THUMB))
		snprintf(text, len,
			 "the image's reset vector 0x%08x is even, and this core runs Thumb code only: it will fault "
			 "at once",
			 (unsigned int)reset);
	else if (!is_in_flash(f, reset))
		snprintf(text, len,
			 "the image's reset vector 0x%08x is outside of this chip's flash (0x%08x..0x%08x): is it for "
			 "another chip, or linked for another address?",
			 (unsigned int)reset, CHIP_FLASH_BASE, (unsigned int)(CHIP_FLASH_BASE + f->size - 1));
	else if (!find_segment(seg, n, reset - THUMB))
		snprintf(text, len, "the image's reset vector 0x%08x points to code that the image does not hold",
			 (unsigned int)reset);
}
