/* SPDX-License-Identifier: MIT */
#include "flash/engine/areas.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

/* Peripherals and the private peripheral bus, the same on every Cortex-M (ARMv7-M B3.1) */
#define PERIPHERALS_FIRST 0x40000000u
#define PERIPHERALS_LAST  0x5fffffffu
#define PPB_FIRST         0xe0000000u
#define PPB_LAST          0xe00fffffu

#define MAX_AREAS 16u

static void add_area(struct area *areas, size_t *n, const char *name, uint32_t addr, uint32_t size)
{
	if (*n < MAX_AREAS)
		areas[(*n)++] = (struct area){ name, addr, addr + (size - 1) };
}

/* Banks that follow one another are one area. */
static void add_bank(struct area *areas, size_t *n, const struct flash_bank *bank)
{
	if (*n && areas[*n - 1].last + 1 == bank->addr)
		areas[*n - 1].last += bank->size;
	else
		add_area(areas, n, "flash", bank->addr, bank->size);
}

/* What the chip has, flash first, by name. Returns how many there are. */
static size_t list_areas(const struct flash *f, struct area areas[MAX_AREAS])
{
	const struct chip *chip = f->chip;
	size_t n = 0;

	for (unsigned int i = 0; i < f->n_banks; i++)
		add_bank(areas, &n, &f->bank[i]);
	if (f->radio_size)
		add_area(areas, &n, "flash of the radio core", f->radio, f->radio_size);
	for (const struct region *r = chip->regions; r->size; r++)
		if (r->kind != STFLASH_REGION_BACKUP_RAM) /* among the peripherals */
			add_area(areas, &n, r->name, r->addr, r->size);
	add_area(areas, &n, "unique id", chip->family->uid, 12);
	add_area(areas, &n, "peripherals", PERIPHERALS_FIRST, PERIPHERALS_LAST - PERIPHERALS_FIRST + 1);
	add_area(areas, &n, "core registers", PPB_FIRST, PPB_LAST - PPB_FIRST + 1);
	return n;
}

static bool holds(const struct area *area, uint32_t addr)
{
	return addr >= area->first && addr <= area->last;
}

static int outside(const struct flash *f, uint32_t addr, const struct area *areas, size_t n)
{
	char list[400] = "";

	for (size_t i = 0; i < n; i++) {
		const size_t used = strlen(list);

		snprintf(list + used, sizeof(list) - used, "%s%s 0x%08x..0x%08x", i ? ", " : "", areas[i].name,
			 (unsigned int)areas[i].first, (unsigned int)areas[i].last);
	}
	return fail(f->ctx, STFLASH_E_ARG, "0x%08x is outside of all memory of this chip (%s)", (unsigned int)addr,
		    list);
}

/* Flash may go on behind a hole, which no file of bytes shows: then each part is a range of its own. */
static int past_the_end(const struct flash *f, uint32_t addr, size_t len, const struct area *areas, size_t i)
{
	const struct area *next = &areas[i + 1];

	if (i || strcmp(next->name, areas[0].name) != 0)
		return fail(f->ctx, STFLASH_E_ARG,
			    "0x%zx bytes from 0x%08x run past the end of %s: its last byte is at 0x%08x", len,
			    (unsigned int)addr, areas[i].name, (unsigned int)areas[i].last);
	return fail(f->ctx, STFLASH_E_ARG,
		    "flash has a hole from 0x%08x to 0x%08x, because the option bytes divide it into two banks: read "
		    "0x%08x..0x%08x and 0x%08x..0x%08x one after the other",
		    (unsigned int)areas[0].last + 1, (unsigned int)next->first - 1, (unsigned int)areas[0].first,
		    (unsigned int)areas[0].last, (unsigned int)next->first, (unsigned int)next->last);
}

int area_check(const struct flash *f, uint32_t addr, size_t len)
{
	struct area areas[MAX_AREAS];
	const size_t n = list_areas(f, areas);

	if (!len)
		return fail(f->ctx, STFLASH_E_ARG, "nothing to read at 0x%08x: the size is 0", (unsigned int)addr);

	for (size_t i = 0; i < n; i++) {
		if (!holds(&areas[i], addr))
			continue;
		if (len - 1 <= areas[i].last - addr)
			return 0;
		return past_the_end(f, addr, len, areas, i);
	}
	return outside(f, addr, areas, n);
}
