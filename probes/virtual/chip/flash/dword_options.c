/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of L4, L4+, G0, G4, WB, WL, C0 and U0 (flash-l4g0g4 fact sheet
 * section 9): a list of registers; OPTSTRT programs what they hold, and the chip
 * obeys it from the next power-on or OBL_LAUNCH on.
 */
#include "chip/flash/dword.h"

#include <string.h>

/* The option page is erased, and programmed anew. */
#define OPTIONS_NS 25000000u

#define OPTR_BOR_LEV 0x700u

static const struct dword_option *row(const struct chip *c, unsigned int i)
{
	return &dword_variant(c)->options[i];
}

unsigned int dword_option_at(const struct chip *c, uint32_t off)
{
	for (unsigned int i = 0; row(c, i)->off; i++)
		if (row(c, i)->off == off)
			return i;
	return DWORD_OPTIONS;
}

/* The first of every list */
uint32_t dword_optr(const struct chip *c)
{
	return c->dword.in_force[0];
}

/* SFR names the first page that belongs to the radio's processor, here counted from the end. */
static uint32_t factory_value(const struct chip *c, unsigned int i)
{
	const struct dword_variant *v = dword_variant(c);

	if (row(c, i)->kind != OPTION_CPU2 || !v->sfsa || (row(c, i)->factory & v->fsd))
		return row(c, i)->factory;
	return (row(c, i)->factory & ~v->sfsa) | (c->part->flash_size / v->page - (row(c, i)->factory & v->sfsa));
}

void dword_factory_options(struct chip *c)
{
	for (unsigned int i = 0; row(c, i)->off; i++)
		c->dword.stored[i] = c->dword.in_force[i] = factory_value(c, i);
	c->dword.options_torn = false;
	c->dword.order_is_dual = dword_dual(c);
	memset(c->dword.units, 0, c->part->flash_size / DWORD);
	c->dword.n_torn = c->dword.n_ff = 0;
}

/* --- loading ---------------------------------------------------------------------------- */

static unsigned int level_of(uint32_t optr)
{
	const uint32_t rdp = optr & OPTR_RDP;

	return rdp == DWORD_RDP_0 ? 0 : rdp == DWORD_RDP_2 ? 2 : 1;
}

/*
 * RM0351 3.4.2, option byte mismatch: all bits of OPTR 1 but BOR_LEV, PCROP of everything, no write protection. That a
 * lock of the boot address comes out set too is nowhere said: then no way would lead back.
 */
static uint32_t mismatched(const struct chip *c, unsigned int i)
{
	const struct dword_option *o = row(c, i);

	switch (o->kind) {
	case OPTION_USER:
		return (o->factory | o->bits) & ~(o->bits & OPTR_BOR_LEV) & ~dword_variant(c)->optr_boot_lock;
	case OPTION_PCROP_START:
		return o->factory & ~o->bits;
	case OPTION_PCROP_END:
		return o->factory | o->bits;
	default:
		return factory_value(c, i);
	}
}

/* Which checksum it is the manual does not say; of this one too some keys have 0. */
static uint32_t key_sum(const struct chip *c, unsigned int n, bool *set)
{
	uint32_t sum = 0;

	*set = false;
	for (unsigned int i = 0; row(c, i)->off; i++) {
		if (row(c, i)->kind != OPTION_KEY || row(c, i)->bank != n)
			continue;
		*set |= c->dword.stored[i] != 0;
		for (unsigned int shift = 0; shift < 32; shift += 8)
			sum = (sum << 1 ^ sum >> 7 ^ c->dword.stored[i] >> shift) & 0xff;
	}
	return sum;
}

static bool loads(enum reset_cause cause)
{
	return cause == RESET_POWER || cause == RESET_STANDBY || cause == RESET_OPTIONS;
}

static void load_keys(struct chip *c)
{
	bool first, second;

	(void)key_sum(c, 1, &first);
	(void)key_sum(c, 2, &second);
	c->dword.key_locks = (first ? SR_OEM1LOCK : 0) | (second ? SR_OEM2LOCK : 0);
}

static void load(struct chip *c, enum reset_cause cause)
{
	struct dword *d = &c->dword;
	unsigned int level;

	for (unsigned int i = 0; row(c, i)->off; i++)
		d->in_force[i] = d->options_torn ? mismatched(c, i) : d->stored[i];
	if (d->options_torn)
		d->sr |= SR_OPTVERR;
	level = level_of(dword_optr(c));
	/* A higher level set under a debugger's eyes comes into force with the next power-on (section 9.2). */
	if (cause == RESET_POWER || !c->intrusion || level < d->rdp_level)
		d->rdp_level = level;
	if (dword_variant(c)->joins && dword_dual(c) != d->order_is_dual)
		units_reorder(c, dword_dual(c));
	d->order_is_dual = dword_dual(c);
	load_keys(c);
	d->empty = (dword_variant(c)->sr_empty || dword_variant(c)->acr_empty) &&
		   get_le32(c->flash + (dword_locate(c, FLASH_BASE) - FLASH_BASE)) == 0xffffffff;
}

/* A system reset alone loads nothing: the registers show what is stored, the chip obeys what it did. */
void dword_load_options(struct chip *c, enum reset_cause cause)
{
	struct dword *d = &c->dword;

	if (loads(cause))
		load(c, cause);
	for (unsigned int i = 0; row(c, i)->off; i++)
		d->reg[i] = d->options_torn ? mismatched(c, i) : d->stored[i];
}

/* --- writing ---------------------------------------------------------------------------- */

void dword_write_option(struct chip *c, unsigned int i, uint32_t value)
{
	const struct dword_option *o = row(c, i);

	if (c->dword.cr & CR_OPTLOCK) {
		monitor_anomaly(c->mon, "FLASH_%s written (0x%08x) while locked", o->name, (unsigned int)value);
		return;
	}
	if (o->kind == OPTION_CPU2) {
		if (value != c->dword.reg[i])
			monitor_anomaly(c->mon, "FLASH_%s written: only the radio's processor may do that", o->name);
		return;
	}
	if ((value ^ c->dword.reg[i]) & ~o->bits)
		monitor_anomaly(c->mon, "FLASH_%s written with reserved bits changed (0x%08x)", o->name,
				(unsigned int)value);
	c->dword.reg[i] = (value & o->bits) | (c->dword.reg[i] & ~o->bits);
}

/* "PCROP areas can only grow" without RDP from level 1 to 0 (RM0444 3.5.4). */
static bool shrinks_pcrop(const struct chip *c)
{
	const struct dword *d = &c->dword;

	for (unsigned int i = 0; row(c, i)->off; i++) {
		const uint32_t mask = row(c, i)->bits & ~PCROP_RDP;

		if (row(c, i)->kind != OPTION_PCROP_START || (d->in_force[i] & mask) > (d->in_force[i + 1] & mask))
			continue;
		if ((d->reg[i] & mask) > (d->in_force[i] & mask) ||
		    (d->reg[i + 1] & mask) < (d->in_force[i + 1] & mask))
			return true;
	}
	return false;
}

static bool regresses(const struct chip *c)
{
	return c->dword.rdp_level == 1 && level_of(c->dword.reg[0]) == 0;
}

uint32_t dword_oemkeysr(const struct chip *c)
{
	bool set;

	return key_sum(c, 1, &set) | key_sum(c, 2, &set) << 16;
}

/* RM0503 3.5.1: not without OEM1KEY, which no debugger here ever sends. */
static bool lacks_key(struct chip *c)
{
	if (!regresses(c) || !(c->dword.key_locks & SR_OEM1LOCK))
		return false;
	c->dword.sr |= SR_OEMOPTWERR;
	memcpy(c->dword.reg, c->dword.stored, sizeof(c->dword.reg));
	return true;
}

void dword_start_options(struct chip *c)
{
	struct flash_op op = { .kind = OP_OPTIONS, .banks = BANK_1 | (dword_dual(c) ? BANK_2 : 0) };
	uint64_t duration = OPTIONS_NS;

	if (c->dword.rdp_level == 2 || (!regresses(c) && shrinks_pcrop(c))) {
		dword_raise(c, SR_WRPERR);
		return;
	}
	if (lacks_key(c))
		return;
	if (regresses(c))
		duration += dword_variant(c)->mass_ns;
	c->dword.cr |= CR_OPTSTRT;
	flash_begin(c, &op, duration);
}

/* Section 10: with PCROP_RDP 0 the pages under PCROP stay, and so do the areas. */
static bool keeps_pcrop(const struct chip *c)
{
	for (unsigned int i = 0; row(c, i)->off; i++)
		if (row(c, i)->kind == OPTION_PCROP_END && (row(c, i)->bits & PCROP_RDP))
			return !(c->dword.in_force[i] & PCROP_RDP);
	return false;
}

static bool page_has_pcrop(const struct chip *c, uint32_t page)
{
	for (uint32_t i = 0; i < dword_page_size(c); i += DWORD)
		if (dword_pcrop(c, page + i))
			return true;
	return false;
}

static void settle_pcrop(struct chip *c, bool kept)
{
	for (unsigned int i = 0; row(c, i)->off; i++)
		if (row(c, i)->kind == OPTION_PCROP_START || row(c, i)->kind == OPTION_PCROP_END)
			c->dword.reg[i] = kept ? c->dword.in_force[i] : row(c, i)->factory;
}

/* RM0351 3.5.1: the array, SRAM2 and the backup registers. */
static void erase_everything(struct chip *c)
{
	const struct area *closed = &c->line->closed_ram;
	const uint32_t size = dword_page_size(c);
	const bool kept = keeps_pcrop(c);

	for (uint32_t page = 0; page < c->part->flash_size; page += size) {
		if ((kept && page_has_pcrop(c, page)) || dword_of_cpu2(c, page))
			continue;
		memset(c->flash + page, 0xff, size);
		units_erased(c, page, size);
	}
	settle_pcrop(c, kept);
	c->mon->mass_erases++;
	if (closed->base - RAM_BASE < c->part->ram_size)
		memset(c->ram + (closed->base - RAM_BASE), 0, closed->size);
	else if (closed->size)
		memset(c->extra, 0, closed->size);
	core_flush_fetch(&c->core);
}

/* "This bit is set only", until a regression erases everything (RM0351 3.7.9). */
static void keep_pcrop_rdp(struct chip *c)
{
	for (unsigned int i = 0; row(c, i)->off; i++)
		if (row(c, i)->kind == OPTION_PCROP_END)
			c->dword.reg[i] |= c->dword.in_force[i] & row(c, i)->bits & PCROP_RDP;
}

void dword_finish_options(struct chip *c)
{
	if (regresses(c))
		erase_everything(c);
	else
		keep_pcrop_rdp(c);
	memcpy(c->dword.stored, c->dword.reg, sizeof(c->dword.stored));
	c->dword.options_torn = false;
	c->dword.cr &= ~CR_OPTSTRT;
}

/* --- the copy: a double word each, the value and its complement ------------------------------ */

bool dword_option_copy(const struct chip *c, uint32_t addr, uint32_t *value)
{
	const struct dword_variant *v = dword_variant(c);
	uint32_t at[] = { v->copy, v->copy2 };

	for (unsigned int i = 0; row(c, i)->off; i++) {
		const unsigned int second = row(c, i)->bank == 2 && v->copy2;

		if (row(c, i)->kind == OPTION_KEY || row(c, i)->kind == OPTION_KEYSR)
			continue;
		if (at[second] && addr - at[second] < DWORD) {
			*value = addr & 4 ? ~c->dword.stored[i] : c->dword.stored[i];
			return true;
		}
		at[second] += DWORD;
	}
	return false;
}
