/* SPDX-License-Identifier: MIT */
/*
 * What a double word is beyond its 8 bytes (flash-l4g0g4 fact sheet section 5):
 * whether it was programmed, be it with ones, and whether its ECC fits. Only an
 * erase, or zeros over it, heals one that was torn.
 */
#include "chip/flash/dword.h"

#include <string.h>

/* FLASH_ECCR */
#define ECCR_ECCD   (1u << 31)
#define ECCR_ECCC   (1u << 30)
#define ECCR_ECCCIE (1u << 24)

static uint8_t *flags(const struct chip *c, uint32_t offset)
{
	return c->dword.units + offset / DWORD;
}

static uint64_t content(const struct chip *c, uint32_t offset)
{
	const uint8_t *p = c->flash + offset;

	return get_le32(p) | (uint64_t)get_le32(p + 4) << 32;
}

bool unit_is_blank(const struct chip *c, uint32_t offset)
{
	return content(c, offset) == UINT64_MAX && !(*flags(c, offset) & (UNIT_FF | UNIT_TORN));
}

/*
 * RM0351 3.3.7: "not previously erased (except if the value to program is full
 * zero)". Errata of G0 and WB: not even that where ones were programmed.
 */
bool unit_takes(const struct chip *c, uint32_t offset, uint64_t value)
{
	return unit_is_blank(c, offset) || (value == 0 && !(*flags(c, offset) & UNIT_FF));
}

static void set_flags(struct chip *c, uint32_t offset, uint8_t value)
{
	uint8_t *f = flags(c, offset);

	c->dword.n_torn += (value & UNIT_TORN ? 1u : 0u) - (*f & UNIT_TORN ? 1u : 0u);
	c->dword.n_ff += (value & UNIT_FF ? 1u : 0u) - (*f & UNIT_FF ? 1u : 0u);
	*f = value | (*f & UNIT_CACHED ? UNIT_CACHED | UNIT_STALE : 0);
}

void unit_programmed(struct chip *c, uint32_t offset, uint64_t value)
{
	set_flags(c, offset, value == UINT64_MAX ? UNIT_FF : 0);
}

void units_erased(struct chip *c, uint32_t offset, uint32_t len)
{
	for (uint32_t i = offset; i < offset + len; i += DWORD)
		set_flags(c, i, 0);
}

void unit_tear(struct chip *c, uint32_t offset)
{
	set_flags(c, offset, UNIT_TORN);
}

/* ADDR_ECC counts from the beginning of the bank. */
static void note_error(struct chip *c, uint32_t offset)
{
	const struct dword_variant *v = dword_variant(c);
	const bool second = offset >= dword_bank2(c);
	const uint32_t in_bank = (second ? offset - dword_bank2(c) : offset) & ~(DWORD - 1);
	uint32_t *eccr = &c->dword.eccr[second && !v->ecc.bank];

	if (*eccr & ECCR_ECCD)
		return; /* the address of the first one stays */
	*eccr = (*eccr & (ECCR_ECCC | ECCR_ECCCIE)) | ECCR_ECCD | (v->ecc.bytes ? in_bank : in_bank / DWORD) |
		(second ? v->ecc.bank : 0);
}

bool unit_read(struct chip *c, const struct access *a)
{
	const uint32_t offset = a->addr - FLASH_BASE;

	if (!c->dword.n_torn || !(*flags(c, offset) & UNIT_TORN) || dword_variant(c)->ecc.none)
		return true;
	note_error(c, offset);
	if (c->faults.torn_faults)
		return false;
	/* Whether an access that is not the core's gives it an NMI the manuals do not say. */
	if (a->master == MASTER_CORE || !c->faults.torn_is_quiet)
		core_set_pending(&c->core, EXC_NMI);
	return true;
}

/* A line is 128 bits (RM0351 3.3.4). That one makes place for another is not simulated: nothing is forgotten. */
bool units_cache(struct chip *c, uint32_t offset)
{
	uint8_t *line = flags(c, offset & ~(2 * DWORD - 1));
	const bool stale = (line[0] | line[1]) & UNIT_STALE;

	c->dword.caches = true;
	for (unsigned int i = 0; i < 2; i++)
		line[i] = (uint8_t)((line[i] | UNIT_CACHED) & ~UNIT_STALE);
	return !stale;
}

void units_forget_cache(struct chip *c)
{
	if (!c->dword.caches)
		return;
	c->dword.caches = false;
	for (uint32_t i = 0; i < c->part->flash_size / DWORD; i++)
		c->dword.units[i] &= UNIT_FF | UNIT_TORN;
}

/* Two banks joined to one lie side by side in lines of 128 bits: a double word of each. */
void units_reorder(struct chip *c, bool to_dual)
{
	flash_interleave(c, c->flash, c->part->flash_size, DWORD, to_dual);
	flash_interleave(c, c->dword.units, c->part->flash_size / DWORD, 1, to_dual);
}
