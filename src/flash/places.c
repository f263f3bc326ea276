/* SPDX-License-Identifier: MIT */
#include "flash/places.h"

#include "base/bytes.h"
#include "flash/map.h"

#define OTHER_CHIP "the file may be for another chip"

/* Memory on pins of the chip: its controller is set up by the firmware, nothing of it is the same on two boards. */
#define EXTERNAL "this memory is outside of the chip, and only firmware that knows the board can write it"

/* The address space where a chip has nothing of its own, in order and without gaps: ARMv7-M B3.1, RM0090 2.3 and 37. */
static const struct place stretches[] = {
	{ PLACE_OTHER, 0x07ffffff, "in the mirror that the flash has at address 0",
	  "link the firmware for 0x08000000, or give a binary that address: FILE@0x08000000" },
	{ PLACE_OTHER, 0x0fffffff, "past the end of this chip's flash",
	  "the file is for a larger chip, or belongs to another address; if this chip has more flash than it reports, "
	  "use " HINT_FLASH_SIZE " KIB" },
	{ PLACE_OTHER, 0x1000ffff, "in core-coupled RAM (CCM), which this chip does not have", OTHER_CHIP },
	{ PLACE_OTHER, 0x1ffeffff, "in a gap where this chip has no memory", OTHER_CHIP },
	{ PLACE_OTHER, 0x1fffffff, "in the part of system memory that only the factory writes",
	  "leave it out of the image" },
	{ PLACE_OTHER, 0x3fffffff, "past the end of this chip's RAM", OTHER_CHIP },
	{ PLACE_OTHER, 0x5fffffff, "in the registers of the peripherals", "leave it out of the image" },
	{ PLACE_OTHER, 0x6fffffff, "in external memory (NOR flash or SRAM on the FSMC or FMC)", EXTERNAL },
	{ PLACE_OTHER, 0x8fffffff, "in external memory (NAND flash on the FSMC or FMC)", EXTERNAL },
	{ PLACE_OTHER, 0x9fffffff, "in external memory (QUADSPI flash, or a PC Card on the FSMC or FMC)", EXTERNAL },
	{ PLACE_OTHER, 0xbfffffff, "in the registers of the FSMC, FMC and QUADSPI", "leave it out of the image" },
	{ PLACE_OTHER, 0xdfffffff, "in external memory (SDRAM on the FMC)", EXTERNAL },
	{ PLACE_OTHER, 0xffffffff, "in the registers of the core", "leave it out of the image" },
};

/* Of a chip that does not show flash at 0: on the ITCM bus, it is a place of its own. */
static const struct place nothing_below_flash = { PLACE_OTHER, 0x07ffffff, "in a gap where this chip has no memory",
						  OTHER_CHIP };

/* What an image's bytes in one of the chip's regions are, by its kind. */
static const struct place kinds[] = {
	[STFLASH_REGION_FLASH] = { PLACE_FLASH, 0, "in flash", "" },
	[STFLASH_REGION_RAM] = { PLACE_RAM, 0, "in RAM", "" },
	[STFLASH_REGION_OTP] = { PLACE_OTP, 0, "in OTP memory",
				 "what is programmed there can never be erased or changed, so it is written only "
				 "with " HINT_OTP_PERMANENT },
	[STFLASH_REGION_OPTIONS] = { PLACE_OTHER, 0, "in the option bytes",
				     "`" HINT_OPTIONS_SET " NAME=VALUE` changes them" },
	[STFLASH_REGION_SYSTEM] = { PLACE_OTHER, 0, "in system memory",
				    "it holds the boot loader, which only the factory writes" },
	[STFLASH_REGION_BACKUP_RAM] = { PLACE_OTHER, 0, "in the backup SRAM",
					"only the chip's own firmware fills it, once it has turned it on" },
};

static const struct place between_banks = {
	PLACE_OTHER, 0, "in the hole between the two banks of flash",
	"the option bytes divide it into two banks, and the image is for a chip with more flash or with one bank"
};

static bool is_in_hole(const struct flash *f, uint32_t addr)
{
	return f->n_banks && addr > flash_first(f) && addr < f->bank[f->n_banks - 1].addr;
}

/* The first address above addr at which something of the chip's own begins; a smaller *next stays. */
static void stop_at(uint32_t addr, uint32_t start, uint32_t *next)
{
	if (start > addr && start < *next)
		*next = start;
}

static struct place in_between(const struct flash *f, uint32_t addr)
{
	uint32_t next = UINT32_MAX;
	struct place place = stretches[ARRAY_SIZE(stretches) - 1];

	for (size_t i = ARRAY_SIZE(stretches); i-- > 0 && addr <= stretches[i].last;)
		place = stretches[i];
	if (addr < flash_first(f) && f->chip->alias)
		place = nothing_below_flash;
	if (is_in_hole(f, addr)) {
		place = between_banks;
		place.last = UINT32_MAX;
	}
	for (unsigned int i = 0; i < f->n_banks; i++)
		stop_at(addr, f->bank[i].addr, &next);
	for (const struct region *r = f->chip->regions; r->size; r++)
		stop_at(addr, r->addr, &next);
	if (next != UINT32_MAX && next - 1 < place.last)
		place.last = next - 1;
	return place;
}

static struct place in_region(enum stflash_region_kind kind, uint32_t addr, uint32_t size)
{
	struct place place = kinds[kind];

	place.last = addr + (size - 1);
	return place;
}

uint32_t place_written(const struct flash *f, uint32_t addr)
{
	return f->chip->alias ? chip_unalias(f->chip, addr) : addr;
}

struct place place_at(const struct flash *f, uint32_t addr)
{
	const struct region *region = chip_region_at(f->chip, addr);
	const uint32_t at = place_written(f, addr), end = map_stretch_end(f, at);

	if (end)
		return in_region(STFLASH_REGION_FLASH, addr, end - at);
	if (flash_has_radio(f, addr, 1))
		return (struct place){ PLACE_RADIO, f->radio + (f->radio_size - 1), f->radio_words,
				       "an image for this core ends before that, and only the radio core changes what "
				       "is there" };
	if (region)
		return in_region(region->kind, region->addr, region->size);
	return in_between(f, addr);
}
