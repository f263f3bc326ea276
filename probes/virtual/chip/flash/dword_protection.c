/* SPDX-License-Identifier: MIT */
/*
 * What the option bytes in force keep from being read, programmed or erased,
 * and what they start (flash-l4g0g4 fact sheet sections 6, 7, 9.1 and 10).
 */
#include "chip/flash/dword.h"

/* Level 1 with a debugger there */
bool dword_is_shut(const struct chip *c)
{
	return c->dword.rdp_level != 0 && c->intrusion;
}

/* Where areas of bank 2 count: in one bank of two joined to one they count from the beginning. */
static bool bank_counts(const struct chip *c, const struct dword_option *o, uint32_t *offset)
{
	const uint32_t bank2 = dword_bank2(c);

	if (!dword_dual(c))
		return o->bank == 1 || dword_variant(c)->wrp2_in_single;
	if ((*offset >= bank2) != (o->bank == 2))
		return false;
	*offset -= o->bank == 2 ? bank2 : 0;
	return true;
}

bool dword_write_protected(const struct chip *c, uint32_t offset)
{
	const struct dword_option *o = dword_variant(c)->options;

	for (unsigned int i = 0; o[i].off; i++) {
		const uint32_t value = c->dword.in_force[i], mask = o[i].bits & 0xffff;
		uint32_t in_bank = offset, page;

		if (o[i].kind != OPTION_WRP || !bank_counts(c, &o[i], &in_bank))
			continue;
		page = in_bank / dword_page_size(c);
		if (page >= (value & mask) && page <= (value >> OPTION_END_SHIFT & mask))
			return true;
	}
	return dword_pcrop(c, offset);
}

static uint32_t granule(const struct chip *c)
{
	const struct dword_variant *v = dword_variant(c);

	return v->pcrop_single && !dword_dual(c) ? v->pcrop_single : v->pcrop_granule;
}

bool dword_pcrop(const struct chip *c, uint32_t offset)
{
	const struct dword_option *o = dword_variant(c)->options;

	for (unsigned int i = 0; o[i].off; i++) {
		const uint32_t mask = o[i].bits & ~PCROP_RDP;
		uint32_t in_bank = offset, at;

		if (o[i].kind != OPTION_PCROP_START || !bank_counts(c, &o[i], &in_bank))
			continue;
		at = in_bank / granule(c);
		if (at >= (c->dword.in_force[i] & mask) && at <= (c->dword.in_force[i + 1] & mask))
			return true;
	}
	return false;
}

/* Bytes at the beginning of a bank that SEC_PROT hides */
static uint32_t secure_bytes(const struct chip *c, bool second)
{
	const struct dword_variant *v = dword_variant(c);
	const struct dword_option *o = v->options;

	for (unsigned int i = 0; o[i].off; i++) {
		const uint32_t value = c->dword.in_force[i];

		if (o[i].kind != OPTION_SECURE)
			continue;
		if (second && o[i].bank == 1 && v->sec_size2)
			return ((value & v->sec_size2) >> SEC2_SHIFT) * dword_page_size(c);
		if (o[i].bank == (second ? 2 : 1))
			return (value & v->sec_size) * dword_page_size(c);
	}
	return 0;
}

bool dword_secret(const struct chip *c, uint32_t offset)
{
	const uint32_t first = dword_variant(c)->sec_prot & (~dword_variant(c)->sec_prot + 1);
	const bool second = offset >= dword_bank2(c);

	if (!c->dword.secure)
		return false;
	if (second ? !(c->dword.secure & ~first) : !(c->dword.secure & first))
		return false;
	return offset - (second ? dword_bank2(c) : 0) < secure_bytes(c, second);
}

bool dword_of_cpu2(const struct chip *c, uint32_t offset)
{
	const struct dword_variant *v = dword_variant(c);
	unsigned int i = 0;

	if (!v->cpu2_is_in_charge)
		return false;
	while (v->options[i].kind != OPTION_CPU2)
		i++;
	return !(c->dword.in_force[i] & v->fsd) && offset / v->page >= (c->dword.in_force[i] & v->sfsa);
}

bool dword_keeps(const struct chip *c, unsigned int banks)
{
	for (uint32_t offset = 0; offset < c->part->flash_size; offset += DWORD)
		if ((flash_bank_of(c, FLASH_BASE + offset) & banks) && dword_write_protected(c, offset))
			return true;
	return (banks & BANK_1 && secure_bytes(c, false)) || (banks & BANK_2 && secure_bytes(c, true));
}

bool dword_boot_lock(const struct chip *c)
{
	const struct dword_variant *v = dword_variant(c);

	if (v->optr_boot_lock)
		return dword_optr(c) & v->optr_boot_lock;
	for (unsigned int i = 0; v->options[i].off; i++)
		if (v->options[i].kind == OPTION_SECURE)
			return c->dword.in_force[i] & v->boot_lock;
	return false;
}

/* Section 10: SRAM2 or CCM, on C0 and U0 all of it */
bool dword_ram_is_open(const struct chip *c, const struct access *a)
{
	const struct area *closed = &c->line->closed_ram;

	return a->master != MASTER_DEBUG || !dword_is_shut(c) || a->addr - closed->base >= closed->size;
}

static bool boot0(const struct chip *c)
{
	const struct dword_variant *v = dword_variant(c);

	if (!v->boot.sel || !!(dword_optr(c) & v->boot.sel) != v->boot.sel_takes_bit)
		return c->faults.boot0;
	return !(dword_optr(c) & v->boot.nboot0);
}

enum mem_mode dword_boot_mode(const struct chip *c)
{
	const struct dword_variant *v = dword_variant(c);

	if (c->dword.rdp_level == 2 || dword_boot_lock(c))
		return MEM_MODE_FLASH;
	if (boot0(c))
		return dword_optr(c) & v->boot.nboot1 ? MEM_MODE_SYSTEM : MEM_MODE_SRAM;
	/* The ROM looks for a program in bank 2. */
	if (dword_dual(c) && (dword_optr(c) & v->bfb2))
		return MEM_MODE_SYSTEM;
	return c->dword.empty ? MEM_MODE_SYSTEM : MEM_MODE_FLASH;
}
