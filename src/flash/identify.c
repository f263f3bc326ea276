/* SPDX-License-Identifier: MIT */
/* Which chip is connected: its id, its row, the size of its flash. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/failure.h"
#include "flash/flash.h"
#include "flash/map.h"

/* Firmware that sleeps between its ticks wakes every millisecond or so. */
#define AWAKE_MS 100u

/* What DBGMCU has no clock for it refuses, or reads as 0 (flash-f0f3f2f7 fact sheet section 6.2). */
static bool tells_no_id(const struct flash *f, int err)
{
	return err == STFLASH_E_FAULT || (!err && !(f->id.idcode & IDCODE_DEV_ID));
}

/* Of a core that must not be halted: between two sleeps, if it wakes at all. */
static int read_between_sleeps(struct flash *f, uint32_t addr)
{
	struct wait wait = wait_begin(AWAKE_MS);
	int err;

	do {
		ctx_clear_error(f->ctx);
		err = dap_read32(f->core->dap, addr, &f->id.idcode);
	} while (tells_no_id(f, err) && !wait_over(&wait));
	if (err != STFLASH_E_FAULT)
		return err;
	return fail(f->ctx, STFLASH_E_NO_TARGET,
		    "the chip does not tell its device id (0x%08x): a core that sleeps may have to be halted for that, "
		    "which " HINT_ATTACH " forbids; use another way to connect",
		    (unsigned int)addr);
}

/* With the clock that the id may need, which is put back at once. */
static int read_with_clock(struct flash *f, uint32_t addr, const struct idcode_clock *clock)
{
	uint32_t before;
	struct cleanup c;
	int err;

	err = dap_read32(f->core->dap, clock->reg, &before);
	if (err || before & clock->bits)
		return err;
	err = dap_write32(f->core->dap, clock->reg, before | clock->bits);
	if (!err)
		err = dap_read32(f->core->dap, addr, &f->id.idcode);
	cleanup_begin(&c, f->ctx, err);
	cleanup_step(&c, dap_write32(f->core->dap, clock->reg, before));
	return cleanup_end(&c);
}

/* The DBGMCU of an F7 sleeps with the core, and answers once that is halted. */
static int read_awake(struct flash *f, uint32_t addr)
{
	const struct idcode_clock *clock = chip_idcode_clock(f->core->cpuid);
	struct cleanup c;
	bool woken;
	int err, first;

	first = dap_read32(f->core->dap, addr, &f->id.idcode);
	if (!first && tells_no_id(f, first) && clock)
		first = read_with_clock(f, addr, clock);
	if (!tells_no_id(f, first))
		return first;
	if (f->core->never_halt)
		return read_between_sleeps(f, addr);
	if (!first)
		ctx_clear_error(f->ctx); /* of before: it is none of this access */
	err = core_wake(f->core, &woken);
	if (!woken)
		return err;
	cleanup_begin(&c, f->ctx, dap_read32(f->core->dap, addr, &f->id.idcode));
	cleanup_step(&c, core_run(f->core));
	return cleanup_end(&c);
}

/* The id, asked for again after a reset where there is none: some clones tell it then (chips fact sheet section 4). */
static int read_idcode(struct flash *f, uint32_t addr)
{
	int err;

	err = read_awake(f, addr);
	if (err || f->id.idcode & IDCODE_DEV_ID || f->core->never_halt)
		return err;
	log_warn(f->ctx, "the chip does not tell its device id: it is reset and asked again");
	err = core_reset_halt(f->core);
	return err ? err : dap_read32(f->core->dap, addr, &f->id.idcode);
}

/* The processor's ROM table, and its peripheral id registers (ADIv5 D2; ARMv7-M ARM table C1-3) */
#define ROM_PIDR4 0xe00fffd0u
#define ROM_PIDR0 0xe00fffe0u

/* A table that cannot be read leaves it unknown: there are clones with a broken one (clones fact sheet section 1). */
static int read_designer(struct flash *f)
{
	uint8_t pidr[12];
	uint32_t pidr4;
	int err;

	err = dap_read32(f->core->dap, ROM_PIDR4, &pidr4);
	if (!err)
		err = dap_read(f->core->dap, ROM_PIDR0, pidr, sizeof(pidr));
	if (err == STFLASH_E_FAULT) {
		ctx_clear_error(f->ctx);
		return 0;
	}
	if (err)
		return err;
	f->id.designer = (uint16_t)((pidr4 & 0xf) << 8 | (pidr[8] & 7u) << 4 | pidr[4] >> 4);
	f->id.rom_part = (uint16_t)((pidr[4] & 0xfu) << 8 | pidr[0]);
	log_debug(f->ctx, "ROM table: designer 0x%03x, part 0x%03x", f->id.designer, f->id.rom_part);
	return 0;
}

static int find_options(struct flash *f)
{
	bool perhaps;
	const struct option_set *other = chip_options(f->chip, &f->id, &perhaps);

	f->options = perhaps ? f->chip->options : other;
	return perhaps ? flash_choose_options(f, other) : 0;
}

/* The row of the chip behind the core. */
static int flash_identify(struct flash *f)
{
	const uint32_t idcode_addr = chip_idcode_addr(f->core->cpuid);
	char families[160];
	uint16_t dev_id;
	int err;

	err = read_idcode(f, idcode_addr);
	if (err)
		return err;

	f->id.dpidr = f->core->dap->dpidr;
	f->id.cpuid = f->core->cpuid;
	err = chip_asks_designer(&f->id) ? read_designer(f) : 0;
	if (err)
		return err;

	dev_id = f->id.idcode & IDCODE_DEV_ID;
	f->chip = chip_find(&f->id);
	if (f->chip) {
		f->slow = chip_is_slow(f->chip, &f->id);
		return find_options(f);
	}
	if (dev_id == 0)
		return fail(
			f->ctx, STFLASH_E_UNSUPPORTED,
			"the chip does not tell its device id (DBGMCU_IDCODE at 0x%08x reads 0x%08x, CPUID 0x%08x): "
			"try " HINT_UNDER_RESET,
			(unsigned int)idcode_addr, (unsigned int)f->id.idcode, (unsigned int)f->core->cpuid);
	return fail(f->ctx, STFLASH_E_UNSUPPORTED,
		    "unknown chip: device id 0x%03x (DBGMCU_IDCODE 0x%08x, CPUID 0x%08x) is of none of the "
		    "supported families, %s",
		    dev_id, (unsigned int)f->id.idcode, (unsigned int)f->core->cpuid,
		    chip_families(families, sizeof(families)));
}

/*
 * The size word; 0 where it faults, as it does on an F1 with read-out
 * protection (swd-dap-cortexm fact sheet section 7).
 */
static int read_size_word(struct flash *f, uint16_t *size_word)
{
	const uint32_t addr = f->chip->family->size_word;
	uint32_t word;
	int err;

	err = dap_read32(f->core->dap, addr & ~3u, &word);
	if (err == STFLASH_E_FAULT) {
		ctx_clear_error(f->ctx);
		*size_word = 0;
		return 0;
	}
	if (!err)
		*size_word = (uint16_t)(word >> 8 * (addr & 2));
	return err;
}

static int find_size(struct flash *f)
{
	enum stflash_protection rdp;
	uint16_t size_word;
	int err;

	err = read_size_word(f, &size_word);
	if (err)
		return err;

	f->size = chip_flash_size(f->chip, size_word, &f->size_guessed);
	f->announced = f->size_guessed ? 0 : f->size;
	if (!f->size_guessed)
		return 0;
	err = flash_read_level(f, &rdp);
	if (!err && rdp != STFLASH_RDP_NONE)
		log_info(f->ctx, "the chip is read-out protected and hides its flash size: assuming %u KiB",
			 (unsigned int)(f->size / 1024));
	else if (!err)
		log_doubt(f->ctx,
			  "the chip does not tell its flash size (the word at 0x%08x is unreadable or absurd, 0x%04x): "
			  "assuming the most of its line, %u KiB",
			  (unsigned int)f->chip->family->size_word, size_word, (unsigned int)(f->size / 1024));
	return err;
}

int flash_map(struct flash *f)
{
	int err = 0;

	if (f->size_given)
		f->size += f->radio_size;
	else
		err = find_size(f);
	return err ? err : map_make(f);
}

int flash_believe_size(struct flash *f, uint32_t size)
{
	int err;

	if (size == 0 || size > f->chip->max_flash || size % chip_unit(f->chip) != 0)
		return fail(f->ctx, STFLASH_E_ARG, "%s has at most %u KiB of flash, in %ss of %u KiB: not %u KiB",
			    f->chip->name, (unsigned int)(f->chip->max_flash / 1024), f->chip->controller->unit_name,
			    (unsigned int)(chip_unit(f->chip) / 1024), (unsigned int)(size / 1024));
	err = flash_check_given_size(f, size);
	if (err)
		return err;
	log_warn(f->ctx, "taking the flash as %u KiB as asked for, though the chip announces %u KiB%s",
		 (unsigned int)(size / 1024), (unsigned int)(f->size / 1024),
		 size > f->size ? ": what lies beyond is untested by its maker" : "");
	f->size = size;
	f->size_guessed = false;
	f->size_given = true;
	return map_make(f);
}

int flash_probe(struct flash *f, struct core *core)
{
	char ram[CHIP_RAM_TEXT_MAX];
	int err;

	*f = (struct flash){ .ctx = core->ctx, .core = core };

	err = flash_identify(f);
	if (!err)
		err = find_size(f);
	if (err)
		return err;

	f->sectors = calloc(FLASH_MAX_SECTORS, sizeof(*f->sectors));
	if (!f->sectors)
		return fail(f->ctx, STFLASH_E_NO_MEMORY, "out of memory for the table of sectors");
	err = map_make(f);
	if (err) {
		flash_release(f);
		return err;
	}

	log_info(f->ctx, "%s, %u KiB flash in %zu %s%s, %s RAM", f->chip->name, (unsigned int)(f->size / 1024),
		 f->n_sectors, f->chip->controller->unit_name, f->n_sectors == 1 ? "" : "s",
		 chip_ram_text(f->chip, ram));
	return 0;
}

void flash_release(struct flash *f)
{
	free(f->sectors);
	f->sectors = NULL;
	f->n_sectors = 0;
}

int flash_read_uid(struct flash *f, uint32_t uid[3])
{
	uint8_t raw[12];
	int err;

	err = dap_read(f->core->dap, f->chip->family->uid, raw, sizeof(raw));
	if (err == STFLASH_E_FAULT) { /* read-out protection hides it: unknown is all 0 */
		ctx_clear_error(f->ctx);
		memset(raw, 0, sizeof(raw));
	} else if (err) {
		return err;
	}

	for (size_t i = 0; i < 3; i++)
		uid[i] = get_le32(raw + 4 * i);
	return 0;
}
