/* SPDX-License-Identifier: MIT */
/* The table of chips, for those who ask what is supported. */
#include "flash/chips/chips.h"

bool stflash_get_chip(size_t n, struct stflash_chip *chip)
{
	const struct chip *row = chip_row(n);

	if (!row)
		return false;
	*chip = (struct stflash_chip){
		.name = row->name,
		.dev_id = row->dev_id,
		.flash_max = row->max_flash,
		.page_size = row->layout->size,
		.ram_max = chip_ram(row)->size,
	};
	for (const struct sector_run *run = row->layout; run->count; run++)
		if (run->size < chip->page_size)
			chip->page_size = run->size;
	return true;
}
