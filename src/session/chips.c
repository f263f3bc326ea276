/* SPDX-License-Identifier: MIT */
/* The table of chips, for those who ask what is supported. */
#include "flash/chips/chips.h"
#include "session/sized.h"

bool stflash_get_chip(size_t n, struct stflash_chip *chip)
{
	const struct chip *row = chip_row(n);
	struct stflash_chip found;

	if (!row || chip->struct_size < sizeof(size_t))
		return false;
	found = (struct stflash_chip){
		.name = row->name,
		.dev_id = row->dev_id,
		.flash_max = row->max_flash,
		.page_size = chip_unit(row),
		.ram_max = chip_ram_bytes(row, true),
	};
	sized_out(chip, &found, sizeof(found));
	return true;
}
