/* SPDX-License-Identifier: MIT */
/*
 * What L4, L4+, G0, G4, WB, WL, C0 and U0 keep without power beside the array,
 * from outside. Lines of a file: each option register by its name in lower
 * case; "mismatch", not 0: a cut has left these without complements that fit;
 * "torn" and "ff", the addresses of double words whose ECC does not fit, and of
 * those that were programmed with ones, counted as if there were no hole.
 */
#include "chip/flash/dword.h"

#include <ctype.h>
#include <string.h>

#define NAME_LEN 16

#define PWR_CR4    0x0cu
#define CR4_C2BOOT (1u << 15)

static const struct dword_option *row(const struct chip *c, unsigned int i)
{
	return &dword_variant(c)->options[i];
}

static void lower(const char *name, char out[NAME_LEN])
{
	size_t i = 0;

	for (; name[i] && i < NAME_LEN - 1; i++)
		out[i] = (char)tolower((unsigned char)name[i]);
	out[i] = '\0';
}

/* What the chip obeys follows with the next power-on; how its contents lie was decided when they were put there. */
static void put(struct chip *c, unsigned int i, uint32_t value)
{
	c->dword.stored[i] = c->dword.in_force[i] = value;
	c->dword.order_is_dual = dword_dual(c);
}

static bool set_unit(struct chip *c, uint32_t addr, bool is_torn)
{
	if (addr - FLASH_BASE >= c->part->flash_size || addr % DWORD)
		return false;
	if (is_torn)
		unit_tear(c, addr - FLASH_BASE);
	else
		unit_programmed(c, addr - FLASH_BASE, UINT64_MAX);
	return true;
}

static bool set(struct chip *c, const char *name, uint32_t value)
{
	char own[NAME_LEN];

	if (!strcmp(name, "torn") || !strcmp(name, "ff"))
		return set_unit(c, value, name[0] == 't');
	if (!strcmp(name, "mismatch")) {
		c->dword.options_torn = value != 0;
		return true;
	}
	for (unsigned int i = 0; row(c, i)->off; i++) {
		lower(row(c, i)->name, own);
		if (strcmp(name, own))
			continue;
		put(c, i, value);
		return true;
	}
	return otp_set(c, name, value);
}

static void print_units(const struct chip *c, FILE *out)
{
	for (uint32_t i = 0; i < c->part->flash_size / DWORD; i++)
		if (c->dword.units[i] & (UNIT_FF | UNIT_TORN))
			fprintf(out, "%s = 0x%08x\n", c->dword.units[i] & UNIT_TORN ? "torn" : "ff",
				(unsigned int)(FLASH_BASE + DWORD * i));
}

static void print(const struct chip *c, FILE *out)
{
	char own[NAME_LEN];

	for (unsigned int i = 0; row(c, i)->off; i++) {
		lower(row(c, i)->name, own);
		fprintf(out, "%s = 0x%08x\n", own, (unsigned int)c->dword.stored[i]);
	}
	if (c->dword.options_torn)
		fprintf(out, "mismatch = 0x00000001\n");
	print_units(c, out);
	otp_print(c, out);
}

/* --- presets --------------------------------------------------------------------------------- */

static bool put_bit(struct chip *c, uint32_t bit, bool on)
{
	put(c, 0, on ? c->dword.stored[0] | bit : c->dword.stored[0] & ~bit);
	return bit;
}

static void span_of(uint32_t mask, uint32_t *first, uint32_t *last)
{
	*first = 0;
	while (!(mask >> *first & 1))
		(*first)++;
	*last = *first;
	for (uint32_t i = *first; i < 32; i++)
		if (mask >> i & 1)
			*last = i;
}

/* The first row of its kind, of bank 1 */
static bool find(const struct chip *c, enum dword_option_kind kind, unsigned int *i)
{
	for (*i = 0; row(c, *i)->off; (*i)++)
		if (row(c, *i)->kind == kind)
			return true;
	return false;
}

/* Bit n stands for page n; the first area takes all from the lowest to the highest. */
static bool write_protect(struct chip *c, uint32_t mask)
{
	uint32_t first, last;
	unsigned int i;

	if (!mask || !find(c, OPTION_WRP, &i))
		return false;
	span_of(mask, &first, &last);
	put(c, i, (c->dword.stored[i] & ~row(c, i)->bits) | first | last << OPTION_END_SHIFT);
	return true;
}

static bool hide(struct chip *c, uint32_t mask)
{
	const uint32_t granules = dword_page_size(c) / dword_variant(c)->pcrop_granule;
	uint32_t first, last, bits;
	unsigned int i;

	if (!mask || !find(c, OPTION_PCROP_START, &i))
		return false;
	span_of(mask, &first, &last);
	bits = row(c, i)->bits;
	put(c, i, (c->dword.stored[i] & ~bits) | first * granules);
	put(c, i + 1, (c->dword.stored[i + 1] & ~bits) | ((last + 1) * granules - 1));
	return true;
}

static uint32_t bank_bit(const struct chip *c)
{
	const struct dword_banks *banks = dword_variant(c)->banks;

	for (size_t i = 0; i < ARRAY_SIZE(dword_variant(c)->banks); i++)
		if (c->part->flash_size / KIB >= banks[i].kib)
			return banks[i].bit == ALWAYS_DUAL ? 0 : banks[i].bit;
	return 0;
}

static bool preset(struct chip *c, enum chip_preset what, uint32_t value)
{
	static const uint8_t rdp[] = { DWORD_RDP_0, 0xbb, DWORD_RDP_2 };

	switch (what) {
	case PRESET_RDP_LEVEL:
		if (value >= sizeof(rdp))
			return false;
		put(c, 0, (c->dword.stored[0] & ~OPTR_RDP) | rdp[value]);
		return true;
	case PRESET_WRP:
		return write_protect(c, value);
	case PRESET_PCROP:
		return hide(c, value);
	case PRESET_HARDWARE_WATCHDOG:
		return put_bit(c, OPTR_IWDG_SW, !value);
	case PRESET_BOOT_BANK_2:
		return put_bit(c, dword_variant(c)->bfb2, value);
	case PRESET_BANKS:
		put_bit(c, bank_bit(c), value == 2);
		return dword_dual(c) == (value == 2);
	}
	return false;
}

/* --- the report -------------------------------------------------------------------------------- */

static void report(const struct chip *c, struct flash_report *r)
{
	r->locked = !c->dword.lock.open;
	r->options_locked = !c->dword.option_lock.open;
	r->sr = c->dword.sr;
	r->cr = c->dword.cr;
}

static void report_more(const struct chip *c, FILE *out)
{
	/* CPU2 of WB and WL was started: PWR_CR4.C2BOOT (RM0434 6.6.4) */
	if (dword_variant(c)->cpu2_is_in_charge)
		fprintf(out, "\"c2boot\": %s, ",
			periph_word(c, c->family->pwr_base + PWR_CR4) & CR4_C2BOOT ? "true" : "false");
	fprintf(out, "\"empty\": %s, \"torn\": %u, \"programmed_ff\": %u, \"options\": [",
		c->dword.empty ? "true" : "false", (unsigned int)c->dword.n_torn, (unsigned int)c->dword.n_ff);
	for (unsigned int i = 0; row(c, i)->off; i++)
		fprintf(out, "%s%u", i ? ", " : "", (unsigned int)c->dword.stored[i]);
	fprintf(out, "], ");
}

const struct flash_contents dword_contents = {
	.factory = dword_factory_options,
	.set = set,
	.print = print,
	.preset = preset,
	.report = report,
	.report_more = report_more,
};
