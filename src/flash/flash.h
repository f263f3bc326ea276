/* SPDX-License-Identifier: MIT */
/*
 * The flash of the connected chip: what it is, a proven read, and (flash
 * engine) plan, erase, program, verify.
 */
#ifndef FLASH_FLASH_H
#define FLASH_FLASH_H

#include "flash/chips.h"

#define FLASH_MAX_SECTORS 1024u

/* One erasable unit. */
struct sector {
	uint32_t addr;
	uint32_t size;
	uint16_t number; /* the manual's number: page of F1, sector of F4 */
	uint8_t snb;     /* CR.SNB on F2/F4/F7 */
	uint8_t bank;    /* 0 or 1 */
};

struct flash {
	struct ctx *ctx;
	struct core *core;
	const struct chip *chip;
	uint32_t idcode;
	uint32_t size; /* bytes */
	bool size_guessed;
	size_t n_sectors;
	struct sector *sectors; /* owned */
};

/*
 * A flash controller: the procedures of its chapter of the manual and nothing
 * else. Range checks, order, progress, cancel and locking are flash engine.
 * All functions work on a core that is halted after reset.
 */
struct flash_driver {
	const char *name; /* "FPEC", "sector controller" */
	/* Fill in number, snb and bank of the sectors from the layout and, where it matters, OPTCR. */
	int (*map)(struct flash *f);
	int (*read_protection)(struct flash *f, enum stflash_protection *rdp);
};

/* Identify the chip on a connected core: id, size, sectors, DBGMCU row. STFLASH_E_UNSUPPORTED for an unknown id. */
int flash_probe(struct flash *f, struct core *core) MUST_CHECK;

/* Free what flash_probe() allocated. */
void flash_release(struct flash *f);

/* The sector that holds addr, NULL outside of flash. */
const struct sector *flash_sector_at(const struct flash *f, uint32_t addr);

/* Proven read, see stflash_dump(). */
int flash_dump(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, struct stflash_dump_report *report) MUST_CHECK;

int flash_read_protection(struct flash *f, enum stflash_protection *rdp) MUST_CHECK;
int flash_read_uid(struct flash *f, uint32_t uid[3]) MUST_CHECK;

#endif
