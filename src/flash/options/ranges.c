/* SPDX-License-Identifier: MIT */
/* Protection by ranges: WRP and PCROP of a double-word controller (RM0351 3.4.2, 3.5.2; RM0444 3.5.4). */
#include "base/bytes.h"
#include "flash/map.h"
#include "flash/options/options.h"

static uint32_t granule_of(const struct flash *f, const struct option_range *r)
{
	if (r->granule_one_bank && f->n_banks == 1)
		return r->granule_one_bank;
	return r->granule ? r->granule : f->sectors[0].size;
}

/* A register that parts of an id lack reads as 0, which stands for no range there; unused bits may read as 1. */
static int read_range(struct flash *f, const struct option_range *r, uint32_t bank_bytes, uint64_t *first,
		      uint64_t *end)
{
	const uint32_t granule = granule_of(f, r), mask = bank_bytes / granule - 1;
	uint32_t start_reg, end_reg;
	int err;

	err = dap_read32(f->core->dap, r->start, &start_reg);
	end_reg = start_reg;
	if (!err && r->end != r->start)
		err = dap_read32(f->core->dap, r->end, &end_reg);
	if (err)
		return err;
	*first = (uint64_t)(start_reg & mask) * granule;
	*end = ((uint64_t)(end_reg >> r->end_bit & mask) + 1) * granule;
	if (r->pcrop && !start_reg && !end_reg)
		*end = *first;
	return 0;
}

/* The power of two from the bank's size on, so that a mask keeps all the numbers that it has; a radio core's pages
 * count. */
static uint32_t bytes_to_number(const struct flash *f, unsigned int bank)
{
	uint32_t bytes = 1;

	while (bytes < f->bank[bank].size + f->radio_size)
		bytes *= 2;
	return bytes;
}

static int apply(struct flash *f, const struct option_range *r)
{
	const unsigned int bank = f->n_banks > r->bank ? r->bank : 0;
	uint64_t first = 0, end = 0;
	int err;

	err = read_range(f, r, bytes_to_number(f, bank), &first, &end);
	for (size_t i = 0; !err && i < f->n_sectors; i++) {
		struct sector *sec = &f->sectors[i];
		const uint32_t at = sec->addr - f->bank[bank].addr;

		if (sec->bank != bank || at >= end || at + (uint64_t)sec->size <= first || first >= end)
			continue;
		sec->write_protected = true;
		sec->pcrop |= r->pcrop;
	}
	return err;
}

int option_apply_ranges(struct flash *f)
{
	int err = 0;

	for (size_t i = 0; i < f->n_sectors; i++)
		f->sectors[i].write_protected = f->sectors[i].pcrop = false;
	for (const struct option_range *r = f->options->ranges; !err && r->start; r++)
		err = apply(f, r);
	return err;
}
