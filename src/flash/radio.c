/* SPDX-License-Identifier: MIT */
/*
 * What of flash a second core has for itself (RM0434 3.10.15 and 7.2, RM0453
 * 4.10.16): to this core and to debuggers it reads as 0, an erase or a store is
 * a bus error, and so is a mass erase while there is any. Only the radio core
 * changes where it begins.
 */
#include <stdio.h>

#include "flash/flash.h"

static int bit_is_set(struct flash *f, const struct when *when, bool *set)
{
	uint32_t value;
	const int err = dap_read32(f->core->dap, when->reg, &value);

	*set = !err && (value >> when->bit & 1) == when->is;
	return err;
}

/* How many bytes of flash come before those of the radio core. */
static int radio_offset(struct flash *f, uint32_t *offset)
{
	const struct radio_flash *radio = f->chip->radio;
	uint32_t sfr;
	bool secure;
	int err;

	*offset = UINT32_MAX;
	if (!radio)
		return 0;
	err = bit_is_set(f, &radio->secure, &secure);
	if (err || !secure)
		return err;
	err = dap_read32(f->core->dap, radio->sfr, &sfr);
	if (!err && !(sfr >> radio->fsd & 1))
		*offset = (sfr & radio->sfsa) * radio->page;
	return err;
}

int flash_leave_radio(struct flash *f, uint32_t base)
{
	uint32_t offset;
	const int err = radio_offset(f, &offset);

	f->radio = f->radio_size = 0;
	if (err || offset >= f->size)
		return err;
	f->radio = base + offset;
	f->radio_size = f->size - offset;
	f->size = offset;
	snprintf(f->radio_words, sizeof(f->radio_words), "in the flash of the radio core, which begins at 0x%08x",
		 (unsigned int)f->radio);
	return 0;
}

int flash_check_radio(struct flash *f, uint32_t addr, size_t len)
{
	if (!flash_has_radio(f, addr, len))
		return 0;
	return fail(f->ctx, STFLASH_E_PROTECTED,
		    "flash from 0x%08x on (%u KiB) belongs to the radio core, which alone can change it; nothing was "
		    "changed: only what lies before it can be written and erased",
		    (unsigned int)f->radio, (unsigned int)(f->radio_size / 1024));
}
