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

#define N_AREAS 9u

/* The chip's areas, flash first; those that a chip has not are left out. Returns how many there are. */
static size_t list_areas(const struct flash *f, struct area areas[N_AREAS])
{
	const struct chip *chip = f->chip;
	const struct {
		const char *name;
		struct chip_area at;
	} all[N_AREAS] = {
		{ "flash", { CHIP_FLASH_BASE, f->size } },
		{ "RAM", { CHIP_RAM_BASE, chip->ram_max } },
		{ "CCM RAM", chip->ccm },
		{ "system memory", chip->system },
		{ "option bytes", chip->options },
		{ "OTP", chip->otp },
		{ "unique id", { chip->uid_reg, 12 } },
		{ "peripherals", { PERIPHERALS_FIRST, PERIPHERALS_LAST - PERIPHERALS_FIRST + 1 } },
		{ "core registers", { PPB_FIRST, PPB_LAST - PPB_FIRST + 1 } },
	};
	size_t n = 0;

	for (size_t i = 0; i < N_AREAS; i++)
		if (all[i].at.size)
			areas[n++] =
				(struct area){ all[i].name, all[i].at.addr, all[i].at.addr + (all[i].at.size - 1) };
	return n;
}

static bool holds(const struct area *area, uint32_t addr)
{
	return addr >= area->first && addr <= area->last;
}

bool area_is_flash(const struct flash *f, uint32_t addr, size_t len)
{
	return addr >= CHIP_FLASH_BASE && addr - CHIP_FLASH_BASE < f->size && len <= f->size - (addr - CHIP_FLASH_BASE);
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

int area_check(const struct flash *f, uint32_t addr, size_t len)
{
	struct area areas[N_AREAS];
	const size_t n = list_areas(f, areas);

	if (!len)
		return fail(f->ctx, STFLASH_E_ARG, "nothing to read at 0x%08x: the size is 0", (unsigned int)addr);

	for (size_t i = 0; i < n; i++) {
		if (!holds(&areas[i], addr))
			continue;
		if (len - 1 <= areas[i].last - addr)
			return 0;
		return fail(f->ctx, STFLASH_E_ARG,
			    "0x%zx bytes from 0x%08x run past the end of %s: its last byte is at 0x%08x", len,
			    (unsigned int)addr, areas[i].name, (unsigned int)areas[i].last);
	}
	return outside(f, addr, areas, n);
}
