/* SPDX-License-Identifier: MIT */
#include "flash/chips/chips.h"

#include <stdio.h>
#include <string.h>

#include "flash/chips/rows.h"

static const struct chip *const families[] = {
	chips_f0, chips_f1, chips_f2, chips_f3, chips_f4, chips_f7, chips_gd32f4, chips_at32,
	chips_l4, chips_g4, chips_g0, chips_c0, chips_u0, chips_wb, chips_wl,
};

static unsigned int cpu_part(uint32_t cpuid)
{
	return cpuid >> 4 & 0xfff;
}

const struct chip *chip_row(size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		for (const struct chip *row = families[i]; row->name; row++)
			if (n-- == 0)
				return row;
	return NULL;
}

const char *chip_families(char *text, size_t len)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(families) && used < len; i++)
		if (!strstr(text, families[i]->family->name)) /* of a clone, perhaps */
			used += (size_t)snprintf(text + used, len - used, "%s%s", used ? ", " : "",
						 families[i]->family->name);
	return text;
}

static const struct chip *row_of(uint16_t dev_id, enum chip_maker maker)
{
	const struct chip *row;

	for (size_t n = 0; (row = chip_row(n)) != NULL; n++)
		if (row->dev_id == dev_id && row->maker == maker)
			return row;
	return NULL;
}

static bool core_matches(const struct chip_alias *alias, uint32_t cpuid)
{
	if (alias->cpu && alias->cpu != cpu_part(cpuid))
		return false;
	if (alias->not_cpu && alias->not_cpu == cpu_part(cpuid))
		return false;
	return !alias->not_cpuid || (cpuid && cpuid != alias->not_cpuid);
}

/* ST's are 0x1000 and 0x2000 and a little more (openocd has them all). */
static bool is_odd_revision(uint32_t idcode)
{
	const uint32_t rev = idcode >> 16 & 0xffc0;

	return rev != 0x1000 && rev != 0x2000;
}

/* But for who designed it, which is asked for where this holds. */
static bool seems_to_be(const struct chip_alias *alias, const struct chip_identity *id)
{
	if (alias->dev_id && alias->dev_id != (id->idcode & IDCODE_DEV_ID))
		return false;
	if (alias->rev_id && alias->rev_id != id->idcode >> 16)
		return false;
	if (alias->odd_rev && !is_odd_revision(id->idcode))
		return false;
	if (alias->dpidr && alias->dpidr != id->dpidr)
		return false;
	return core_matches(alias, id->cpuid);
}

static bool alias_is(const struct chip_alias *alias, const struct chip_identity *id)
{
	if (alias->designer && alias->designer != id->designer)
		return false;
	if (alias->rom_part && alias->rom_part != id->rom_part)
		return false;
	return seems_to_be(alias, id);
}

const struct chip *chip_find(const struct chip_identity *id)
{
	for (const struct chip_alias *alias = chip_aliases; alias < chip_aliases + n_chip_aliases; alias++)
		if (alias->is && alias_is(alias, id))
			return row_of(alias->is, alias->maker);
	return row_of(id->idcode & IDCODE_DEV_ID, MAKER_ST);
}

bool chip_asks_designer(const struct chip_identity *id)
{
	const struct chip *chip = chip_find(id);

	for (const struct chip_alias *alias = chip_aliases; chip && alias < chip_aliases + n_chip_aliases; alias++)
		if (alias->designer && seems_to_be(alias, id) && (!alias->family || alias->family == chip->family))
			return true;
	return !chip;
}

uint32_t chip_idcode_addr(uint32_t cpuid)
{
	switch (cpu_part(cpuid)) {
	case PART_M0:
	case PART_M0P:
	case PART_M23:
		return 0x40015800;
	case PART_M33:
		return 0xe0044000;
	default:
		return 0xe0042000;
	}
}

const struct idcode_clock *chip_idcode_clock(uint32_t cpuid)
{
	for (const struct idcode_clock *clock = idcode_clocks; clock->cpu; clock++)
		if (clock->cpu == cpu_part(cpuid))
			return clock;
	return NULL;
}

/* The last row of a geometry holds whatever the chip says. */
static bool is_last(const struct geometry *g)
{
	return !g->least && !g->when.reg;
}

uint32_t chip_unit(const struct chip *chip)
{
	uint32_t least = UINT32_MAX;

	for (const struct geometry *g = chip->geometry;; g++) {
		for (const struct sector_run *run = g->bank[0].runs; run->count; run++)
			least = min_u32(least, run->size);
		if (is_last(g))
			return least;
	}
}

uint32_t chip_flash_size(const struct chip *chip, uint16_t size_word, bool *guessed)
{
	const uint32_t size = size_word * KIB;

	*guessed = size == 0 || size > chip->max_flash || size % chip_unit(chip) != 0;
	return *guessed ? chip->max_flash : size;
}

/* Append a sentence; what does not fit is left out whole. */
static void remark(char *text, size_t len, const char *sentence)
{
	const size_t used = strlen(text);
	const char *gap = used ? " " : "";

	if (used + strlen(gap) + strlen(sentence) < len)
		snprintf(text + used, len - used, "%s%s", gap, sentence);
}

static bool is_alias_of(const struct chip_alias *alias, const struct chip *chip, const struct chip_identity *id)
{
	return (!alias->family || alias->family == chip->family) && alias_is(alias, id);
}

const struct option_set *chip_options(const struct chip *chip, const struct chip_identity *id, bool *perhaps)
{
	*perhaps = false;
	for (const struct chip_alias *alias = chip_aliases; alias < chip_aliases + n_chip_aliases; alias++)
		if (alias->options && is_alias_of(alias, chip, id)) {
			*perhaps = alias->perhaps;
			return alias->options;
		}
	return chip->options;
}

bool chip_is_slow(const struct chip *chip, const struct chip_identity *id)
{
	for (const struct chip_alias *alias = chip_aliases; alias < chip_aliases + n_chip_aliases; alias++)
		if (alias->slow && is_alias_of(alias, chip, id))
			return true;
	return false;
}

void chip_remarks(const struct chip *chip, const struct chip_identity *id, char *text, size_t len)
{
	if (len == 0)
		return;
	text[0] = '\0';
	for (const struct chip_alias *alias = chip_aliases; alias < chip_aliases + n_chip_aliases; alias++)
		if (alias->remark && is_alias_of(alias, chip, id))
			remark(text, len, alias->remark);
}
