/* SPDX-License-Identifier: MIT */
/* The flash program and erase controller of F0, F1 and F3 (PM0075). */
#include "flash/flash.h"

#include "flash/agent.h"
#include "flash/map.h"

/* Registers: PM0075 3 */
#define FPEC_BASE 0x40022000u
#define FPEC_OBR  (FPEC_BASE + 0x1cu)

#define FPEC_OBR_RDPRT (1u << 1)

/* XL density: the second bank of 512 KiB at most, with registers of its own (PM0068 2.1) */
#define XL_BANK_SIZE 0x80000u

/* Pages are numbered through both banks of an XL. */
static int fpec_map(struct flash *f)
{
	map_bank(f, &(struct map_bank){ .addr = CHIP_FLASH_BASE, .size = f->size });

	if (!(f->chip->traits & CHIP_XL_BANKS) || f->size <= XL_BANK_SIZE)
		return 0;
	f->n_mass_erases = 2;
	for (size_t i = 0; i < f->n_sectors; i++)
		f->sectors[i].bank = f->sectors[i].addr >= CHIP_FLASH_BASE + XL_BANK_SIZE;
	return 0;
}

static int fpec_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	uint32_t obr;
	int err;

	err = dap_read32(f->core->dap, FPEC_OBR, &obr);
	if (err)
		return err;

	*rdp = obr & FPEC_OBR_RDPRT ? STFLASH_RDP_LEVEL_1 : STFLASH_RDP_NONE;
	return 0;
}

const struct flash_driver flash_fpec = {
	.name = "FPEC",
	.agent = &agent_fpec,
	.map = fpec_map,
	.read_protection = fpec_read_protection,
};
