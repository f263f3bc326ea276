/* SPDX-License-Identifier: MIT */
/* From a chip's geometry, the size of its flash and its option bytes to banks and sectors. */
#include "base/bytes.h"
#include "flash/map.h"

static int read_when(struct flash *f, const struct when *when, bool *holds)
{
	uint32_t options;
	const int err = dap_read32(f->core->dap, when->reg, &options);

	*holds = !err && (options >> when->bit & 1) == when->is;
	return err;
}

/* Is the flash laid out by this row, with the size and the option bytes that the chip has? */
static int geometry_holds(struct flash *f, const struct geometry *g, bool *holds)
{
	*holds = f->size >= g->least;
	return *holds && g->when.reg ? read_when(f, &g->when, holds) : 0;
}

/* The last row of a geometry holds whatever the chip says. */
static int find_geometry(struct flash *f, const struct geometry **found)
{
	bool holds = false;
	int err = 0;

	for (*found = f->chip->geometry; !err; ++*found) {
		err = geometry_holds(f, *found, &holds);
		if (holds)
			break;
	}
	return err;
}

/* A bank, and its sectors as far as they fit whole into size bytes; select: of the first one. */
static void lay_out_bank(struct flash *f, const struct bank *row, uint16_t select, uint32_t size)
{
	struct flash_bank *bank = &f->bank[f->n_banks];
	unsigned int n = 0;

	*bank = (struct flash_bank){ .addr = row->addr, .regs = row->regs };
	for (const struct sector_run *run = row->runs; run->count; run++)
		for (unsigned int i = 0; i < run->count; i++, n++) {
			if (run->size > size - bank->size || f->n_sectors == FLASH_MAX_SECTORS)
				return;
			f->sectors[f->n_sectors++] = (struct sector){
				.addr = bank->addr + bank->size,
				.size = run->size,
				.number = (uint16_t)(row->number + n),
				.select = (uint16_t)(select + n),
				.bank = (uint8_t)f->n_banks,
				.in_halves = row->in_halves,
			};
			bank->size += run->size;
		}
}

/* A size that ends inside of a sector counts only whole ones; what a radio core has is no part of the map. */
int map_make(struct flash *f)
{
	const struct geometry *g;
	uint32_t left;
	int err;

	f->n_sectors = 0;
	f->n_banks = 0;
	f->protection_known = false;
	err = find_geometry(f, &g);
	if (!err)
		err = flash_leave_radio(f, g->bank[0].addr);
	if (err)
		return err;
	f->banks_swapped = false;
	if (g->swapped.reg)
		err = read_when(f, &g->swapped, &f->banks_swapped);
	if (err)
		return err;
	f->bank[0] = (struct flash_bank){ .addr = g->bank[0].addr };
	left = f->size;
	f->size = 0;
	for (size_t i = 0; left && i < ARRAY_SIZE(g->bank) && g->bank[i].runs; i++) {
		const uint32_t size = g->bank[i].size ? min_u32(g->bank[i].size, left) : left;

		lay_out_bank(f, &g->bank[i], g->bank[f->banks_swapped ? 1 - i : i].select, size);
		left -= size;
		f->size += f->bank[f->n_banks].size;
		f->n_banks += f->bank[f->n_banks].size != 0;
	}
	f->n_mass_erases = f->n_banks > 1 && f->bank[1].regs != f->bank[0].regs ? 2 : 1;
	return 0;
}
