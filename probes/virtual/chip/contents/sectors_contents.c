/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of F2, F4 and F7 from outside: as lines of a file (optcr; optcr1
 * and optcr2 where they are), as somebody else has left them, and in the report.
 */
#include "chip/flash/sectors.h"

#include <string.h>

/* F2, F4, F7: fields of FLASH_OPTCR and OPTCR1 (RM0090 3.9.10) */
#define F4_RDP            0x0000ff00u
#define F4_LEVEL_1        0x55u
#define F4_NWRP_SHIFT     16u
#define F4_SECTORS_A_WORD 12u

static bool set(struct chip *c, const char *name, uint32_t value)
{
	if (strcmp(name, "optcr") == 0)
		c->sectors.stored = value & ~(OPTCR_OPTLOCK | OPTCR_OPTSTRT);
	else if (strcmp(name, "optcr1") == 0)
		c->sectors.stored1 = value;
	else if (strcmp(name, "optcr2") == 0)
		c->sectors.stored2 = value;
	else
		return otp_set(c, name, value);
	return true;
}

static void print(const struct chip *c, FILE *out)
{
	fprintf(out, "optcr = 0x%08x\n", (unsigned int)c->sectors.stored);
	if (c->line->sectors->optcr1_bits)
		fprintf(out, "optcr1 = 0x%08x\n", (unsigned int)c->sectors.stored1);
	if (c->line->sectors->optcr2_bits)
		fprintf(out, "optcr2 = 0x%08x\n", (unsigned int)c->sectors.stored2);
	otp_print(c, out);
}

static uint32_t sectors_rdp(uint32_t level)
{
	return (level == 0 ? RDP_LEVEL_0 : level == 1 ? F4_LEVEL_1 : RDP_LEVEL_2) << 8;
}

static void write_protect(struct chip *c, uint32_t mask)
{
	const bool wide = c->line->traits & LINE_WRP15;
	const uint32_t first = wide ? 0x7fffu : (1u << F4_SECTORS_A_WORD) - 1;

	c->sectors.stored &= ~(((mask & first) << F4_NWRP_SHIFT) & c->line->sectors->optcr_bits);
	if (c->line->traits & LINE_DUAL_BANK)
		c->sectors.stored1 &= ~((mask >> F4_SECTORS_A_WORD & first) << F4_NWRP_SHIFT);
}

/* RM0090 3.7.5: SPRMOD turns nWRP round. F72x, F73x have bits for PCROP. */
static bool hide(struct chip *c, uint32_t mask)
{
	if (c->line->sectors->optcr2_bits) {
		c->sectors.stored2 |= mask & 0xff;
		return true;
	}
	if (!(c->line->traits & LINE_PCROP))
		return false;
	c->sectors.stored |= OPTCR_SPRMOD;
	write_protect(c, ~mask);
	return true;
}

static void put_bit(struct chip *c, uint32_t bit, bool set)
{
	c->sectors.stored = set ? c->sectors.stored | bit : c->sectors.stored & ~bit;
}

static bool divide(struct chip *c, unsigned int banks)
{
	if (c->line->traits & LINE_NDBANK)
		put_bit(c, OPTCR_NDBANK, banks == 1);
	else if (c->line->traits & LINE_DUAL_BANK)
		put_bit(c, OPTCR_DB1M, banks == 2);
	return sectors_dual(c) == (banks == 2);
}

static bool preset(struct chip *c, enum chip_preset what, uint32_t value)
{
	switch (what) {
	case PRESET_RDP_LEVEL:
		c->sectors.stored = (c->sectors.stored & ~F4_RDP) | sectors_rdp(value);
		return value <= 2;
	case PRESET_WRP:
		write_protect(c, value);
		return true;
	case PRESET_PCROP:
		return hide(c, value);
	case PRESET_HARDWARE_WATCHDOG:
		put_bit(c, OPTCR_WDG_SW, !value);
		return true;
	case PRESET_BOOT_BANK_2:
		if (!(c->line->traits & LINE_DUAL_BANK))
			return false;
		put_bit(c, OPTCR_BFB2, value);
		return true;
	case PRESET_BANKS:
		return divide(c, value);
	}
	return false;
}

static void report(const struct chip *c, struct flash_report *r)
{
	r->locked = !c->sectors.lock.open;
	r->options_locked = !c->sectors.option_lock.open;
	r->sr = c->sectors.sr;
	r->cr = c->sectors.cr;
}

static void report_more(const struct chip *c, FILE *out)
{
	fprintf(out, "\"options\": [%u, %u", (unsigned int)c->sectors.stored, (unsigned int)c->sectors.stored1);
	if (c->line->sectors->optcr2_bits)
		fprintf(out, ", %u", (unsigned int)c->sectors.stored2);
	fprintf(out, "], ");
}

const struct flash_contents sectors_contents = {
	.factory = sectors_factory_options,
	.set = set,
	.print = print,
	.preset = preset,
	.report = report,
	.report_more = report_more,
};
