/* SPDX-License-Identifier: MIT */
/* The sector controller of F2, F4 and F7 (RM0090 section 3). */
#include "flash/flash.h"

#include "flash/agent.h"
#include "flash/map.h"

/* Registers: RM0090 3.9 */
#define FLASH_BASE  0x40023c00u
#define FLASH_OPTCR (FLASH_BASE + 0x14u)

#define FLASH_OPTCR_DB1M (1u << 30)

/* OPTCR[15:8]: anything but these two is level 1 */
#define RDP_LEVEL_0 0xaau
#define RDP_LEVEL_2 0xccu

/* Dual bank: sectors of the second bank are numbered from 12, SNB from 16 (RM0090 3.9.7, table of SNB) */
#define BANK2_NUMBER 12u
#define BANK2_SNB    0x10u

#define MIB (1024u * 1024u)

/* 2 MiB parts always have two banks; of the 1 MiB ones those with DB1M set; smaller ones have one (RM0090 3.4). */
static int has_two_banks(struct flash *f, bool *two)
{
	uint32_t optcr;
	int err;

	*two = (f->chip->traits & CHIP_DUAL_BANK) && f->size > MIB;
	if (!(f->chip->traits & CHIP_DUAL_BANK) || f->size != MIB)
		return 0;

	err = dap_read32(f->core->dap, FLASH_OPTCR, &optcr);
	if (!err)
		*two = optcr & FLASH_OPTCR_DB1M;
	return err;
}

static int sectors_map(struct flash *f)
{
	struct map_bank bank = { .addr = CHIP_FLASH_BASE, .size = f->size };
	bool two;
	int err;

	err = has_two_banks(f, &two);
	if (err)
		return err;

	if (two)
		bank.size /= 2;
	map_bank(f, &bank);
	if (!two)
		return 0;

	bank.addr += bank.size;
	bank.first_number = BANK2_NUMBER;
	bank.first_snb = BANK2_SNB;
	bank.bank = 1;
	map_bank(f, &bank);
	return 0;
}

static int sectors_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	uint32_t optcr;
	int err;

	err = dap_read32(f->core->dap, FLASH_OPTCR, &optcr);
	if (err)
		return err;

	switch (optcr >> 8 & 0xff) {
	case RDP_LEVEL_0:
		*rdp = STFLASH_RDP_NONE;
		break;
	case RDP_LEVEL_2:
		*rdp = STFLASH_RDP_LEVEL_2;
		break;
	default:
		*rdp = STFLASH_RDP_LEVEL_1;
		break;
	}
	return 0;
}

const struct flash_driver flash_sectors = {
	.name = "sector controller",
	.agent = &agent_sectors,
	.map = sectors_map,
	.read_protection = sectors_read_protection,
};
