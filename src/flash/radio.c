/* SPDX-License-Identifier: MIT */
/* What of flash a second core has for itself (RM0434 3.10.15 and 7.2). */
#include "flash/flash.h"

static int bit_is_set(struct flash *f, const struct when *when, bool *set)
{
	uint32_t value;
	const int err = dap_read32(f->core->dap, when->reg, &value);

	*set = !err && (value >> when->bit & 1) == when->is;
	return err;
}

int flash_radio_start(struct flash *f, uint32_t *start)
{
	const struct radio_flash *radio = f->chip->radio;
	uint32_t sfr;
	bool secure;
	int err;

	*start = 0;
	if (!radio)
		return 0;
	err = bit_is_set(f, &radio->secure, &secure);
	if (err || !secure)
		return err;
	err = dap_read32(f->core->dap, radio->sfr, &sfr);
	if (!err && !(sfr >> radio->fsd & 1))
		*start = flash_first(f) + (sfr & radio->sfsa) * radio->page;
	return err;
}

int flash_warn_of_radio(struct flash *f, uint32_t addr, size_t len)
{
	uint32_t start;
	const int err = flash_radio_start(f, &start);

	if (!err && start && addr + (uint32_t)len - 1 >= start)
		log_warn(f->ctx,
			 "flash from 0x%08x on belongs to the radio core and reads as 0: what is there cannot be saved",
			 (unsigned int)start);
	return err;
}
