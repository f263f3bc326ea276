/* SPDX-License-Identifier: MIT */
/*
 * Option bytes and protection of the F4 (RM0090 3.7 and 3.9.10): the registers
 * OPTCR and OPTCR1 are what is stored once OPTSTRT has programmed them.
 */
#include "chip/flash/sectors.h"

#include <string.h>

#define OPTCR_FACTORY   0x0fffaaedu
#define OPTCR_FACTORY15 0x7fffaaedu
#define OPTCR1_FACTORY  0x0fff0000u

#define BANK2_NUMBER 12u

#define COPY_USER  0x1fffc000u
#define COPY_NWRP  0x1fffc008u
#define COPY_NWRP2 0x1ffec008u

static bool is_dual_line(const struct chip *c)
{
	return c->line->traits & LINE_DUAL_BANK;
}

static uint32_t factory_optcr(const struct chip *c)
{
	return c->line->traits & LINE_WRP15 ? OPTCR_FACTORY15 : OPTCR_FACTORY;
}

void sectors_factory_options(struct chip *c)
{
	c->sectors.stored = factory_optcr(c) & ~OPTCR_OPTLOCK;
	c->sectors.stored1 = OPTCR1_FACTORY;
}

/* Bits that exist: BFB2 and DB1M on dual-bank lines, SPRMOD where PCROP is. */
static uint32_t implemented(const struct chip *c)
{
	uint32_t mask = 0x0fffffecu;

	if (is_dual_line(c))
		mask |= OPTCR_DB1M | OPTCR_BFB2;
	if (c->line->traits & LINE_WRP15)
		mask |= 0x70000000u;
	if (c->line->traits & LINE_PCROP)
		mask |= OPTCR_SPRMOD;
	return mask;
}

static unsigned int level_of(uint32_t optcr)
{
	const uint32_t rdp = (optcr >> 8) & 0xff;

	return rdp == RDP_LEVEL_0 ? 0 : rdp == RDP_LEVEL_2 ? 2 : 1;
}

static bool nwrp_bit(const struct chip *c, const struct sector *s, uint32_t optcr, uint32_t optcr1)
{
	const bool second = sectors_dual(c) && s->number >= BANK2_NUMBER;
	const unsigned int last = c->line->traits & LINE_WRP15 ? 14 : 11;
	unsigned int bit = second ? s->number - BANK2_NUMBER : s->number;

	/* F413: sectors 14 and 15 share the last bit (RM0430 3.5.1). */
	if (bit > last)
		bit = last;
	return (second ? optcr1 : optcr) >> (16 + bit) & 1;
}

/* RM0090 3.7.5: with SPRMOD the active value of nWRP is 1. */
bool sector_pcrop(const struct chip *c, const struct sector *s)
{
	return (c->sectors.stored & OPTCR_SPRMOD) && nwrp_bit(c, s, c->sectors.stored, c->sectors.stored1);
}

bool sector_protected(const struct chip *c, const struct sector *s)
{
	if (c->sectors.stored & OPTCR_SPRMOD)
		return sector_pcrop(c, s);
	return !nwrp_bit(c, s, c->sectors.optcr, c->sectors.optcr1);
}

bool sectors_any_protected(const struct chip *c, unsigned int banks)
{
	const uint32_t start = banks & BANK_1 ? 0 : sectors_bank2(c);
	const uint32_t end = banks & BANK_2 || !sectors_dual(c) ? c->part->flash_size : sectors_bank2(c);
	struct sector s;

	for (uint32_t offset = start; offset < end && sector_at(c, offset, &s); offset = s.offset + s.size)
		if (sector_protected(c, &s))
			return true;
	return false;
}

/* A higher level set under a debugger's eyes comes into force with the next power-on (RM0090 3.7.3). */
void sectors_load_options(struct chip *c, enum reset_cause cause)
{
	const unsigned int level = level_of(c->sectors.stored);

	c->sectors.optcr = c->sectors.stored | OPTCR_OPTLOCK;
	c->sectors.optcr1 = c->sectors.stored1;
	if (cause == RESET_POWER || !c->intrusion || level < c->sectors.rdp_level)
		c->sectors.rdp_level = level;
}

static bool is_locked(struct chip *c, const char *reg, uint32_t value)
{
	if (!(c->sectors.optcr & OPTCR_OPTLOCK))
		return false;
	monitor_anomaly(c->mon, "%s written (0x%08x) while locked", reg, (unsigned int)value);
	return true;
}

/* RM0090 3.7.5: neither SPRMOD nor a bit of nWRP that it makes active goes without RDP from level 1 to 0. */
static bool lifts_pcrop(const struct chip *c)
{
	const uint32_t kept = OPTCR_SPRMOD | (c->line->traits & LINE_WRP15 ? 0x7fff0000u : 0x0fff0000u);

	if (!(c->sectors.stored & OPTCR_SPRMOD))
		return false;
	return (c->sectors.stored & ~c->sectors.optcr & kept) ||
	       (is_dual_line(c) && (c->sectors.stored1 & ~c->sectors.optcr1 & OPTCR1_FACTORY));
}

static void start(struct chip *c)
{
	/* RM0090 3.7.3: going from level 1 to 0 erases everything first. */
	const bool regression = c->sectors.rdp_level == 1 && level_of(c->sectors.optcr) == 0;
	struct flash_op op = { .kind = OP_OPTIONS, .banks = BANK_1 | (sectors_dual(c) ? BANK_2 : 0) };
	uint64_t duration = SECTORS_OPTION_NS;

	if (c->sectors.rdp_level == 2) {
		monitor_anomaly(c->mon, "option bytes programmed at protection level 2");
		return;
	}
	/* The change is cancelled; the registers show what was asked for until the next reset. */
	if (!regression && lifts_pcrop(c)) {
		sectors_raise_errors(c, SR_WRPERR);
		return;
	}
	if (regression)
		duration += (uint64_t)MASS_ERASE_X32_NS * (c->part->flash_size / 1024) / 1024;
	c->sectors.optcr |= OPTCR_OPTSTRT;
	flash_begin(c, &op, duration);
}

void sectors_write_optcr(struct chip *c, uint32_t value)
{
	const uint32_t mask = implemented(c), reserved = factory_optcr(c) & ~mask & ~OPTCR_OPTLOCK;

	if (value == (c->sectors.optcr | OPTCR_OPTLOCK) && (c->sectors.optcr & OPTCR_OPTLOCK))
		return;
	if (is_locked(c, "FLASH_OPTCR", value))
		return;
	if ((value & ~mask & ~(OPTCR_OPTLOCK | OPTCR_OPTSTRT)) != reserved)
		monitor_anomaly(c->mon, "FLASH_OPTCR written with reserved bits changed (0x%08x)", (unsigned int)value);
	c->sectors.optcr = (value & mask) | reserved;
	if (value & OPTCR_OPTSTRT)
		start(c);
	if (value & OPTCR_OPTLOCK) {
		c->sectors.optcr |= OPTCR_OPTLOCK;
		c->sectors.option_lock.open = false;
	}
}

void sectors_write_optcr1(struct chip *c, uint32_t value)
{
	if (!is_dual_line(c)) {
		monitor_anomaly(c->mon, "FLASH_OPTCR1 written on a line that has none");
		return;
	}
	if (is_locked(c, "FLASH_OPTCR1", value))
		return;
	c->sectors.optcr1 = value & OPTCR1_FACTORY;
}

void sectors_finish_options(struct chip *c)
{
	const uint32_t optcr = c->sectors.optcr & ~(OPTCR_OPTSTRT | OPTCR_OPTLOCK);

	if (c->sectors.rdp_level == 1 && level_of(optcr) == 0) {
		memset(c->flash, 0xff, c->part->flash_size);
		c->mon->mass_erases++;
	}
	c->sectors.stored = optcr;
	c->sectors.stored1 = c->sectors.optcr1;
	c->sectors.optcr &= ~OPTCR_OPTSTRT;
}

/* RM0090 3.6.1 table 14: RDP and USER, nWRP and modes, as programmed. */
bool sectors_option_copy(const struct chip *c, uint32_t addr, uint32_t *value)
{
	const uint32_t optcr = c->sectors.stored;

	switch (addr) {
	case COPY_USER:
		*value = optcr & 0xfffcu;
		return true;
	case COPY_NWRP:
		*value = (optcr >> 16) & 0xffffu;
		return true;
	case COPY_NWRP2:
		*value = (c->sectors.stored1 >> 16) & 0xfffu;
		return is_dual_line(c);
	case COPY_USER + 4:
	case COPY_NWRP + 4:
		*value = 0xffffffff;
		return true;
	default:
		return false;
	}
}
