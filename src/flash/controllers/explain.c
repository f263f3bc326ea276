/* SPDX-License-Identifier: MIT */
#include "flash/controllers/explain.h"

#include <string.h>

int controller_explain(struct flash *f, uint32_t addr, uint32_t sr)
{
	const struct controller *c = f->chip->controller;
	const struct sector *unit = flash_sector_at(f, addr);
	char names[64] = "";

	for (unsigned int bit = SR_NAMES; bit-- > 0;)
		if (sr >> bit & 1 && c->error_names[bit])
			strcat(names, c->error_names[bit]);
	if ((sr & c->write_protected) && unit)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "%s %u (0x%08x, %u KiB) is write-protected (FLASH_SR 0x%x): "
			    "%s removes that",
			    c->unit_name, unit->number, (unsigned int)unit->addr, unit->size / 1024, (unsigned int)sr,
			    flash_wrp_remedy(f));
	if (sr & c->not_erased)
		return fail(f->ctx, STFLASH_E_FLASH,
			    "0x%08x could not be programmed: it is not erased (FLASH_SR 0x%x%s)", (unsigned int)addr,
			    (unsigned int)sr, names);
	return fail(f->ctx, STFLASH_E_FLASH, "the flash controller failed at 0x%08x (FLASH_SR 0x%x%s)",
		    (unsigned int)addr, (unsigned int)sr, names);
}
