/* SPDX-License-Identifier: MIT */
/* Protection by ranges: WRP and PCROP of a double-word controller (RM0351 3.4.2, 3.5.2; RM0444 3.5.4). */
#include <stdio.h>

#include "base/bytes.h"
#include "flash/options/options.h"

/* Ranges of a bank that one list can fill */
#define AREAS_MAX 4u

uint32_t option_granule(const struct flash *f, const struct option_range *r)
{
	if (r->granule_one_bank && f->n_banks == 1)
		return r->granule_one_bank;
	if (r->granule)
		return r->granule;
	/* A radio core may have all of flash. */
	return f->n_sectors ? f->sectors[0].size : f->chip->geometry->bank[0].runs->size;
}

/*
 * Numbers are as wide as the largest part of the line needs: what is above reads as 0 on some chips, and as 1 on others
 * (openocd goes by the same).
 */
uint32_t option_range_mask(const struct flash *f, const struct option_range *r)
{
	uint32_t bytes = 1;

	while (bytes < f->chip->max_flash / (f->n_banks ? f->n_banks : 1))
		bytes *= 2;
	return min_u32(bytes / option_granule(f, r) - 1, (1u << r->width) - 1);
}

const struct option_range *option_range_of(const struct flash *f, const struct option_field *field)
{
	for (const struct option_range *r = f->options->ranges; r && r->first; r++)
		if ((field->kind == OPTION_FIRST && field->word == r->first_word) ||
		    (field->kind == OPTION_LAST && field->word == r->last_word))
			return r;
	return NULL;
}

/* Two banks that are one now leave the ranges of the second without a meaning, or counting from the start as well. */
bool option_range_counts(const struct flash *f, const struct option_range *r)
{
	return (r->bank < f->n_banks || r->in_one_bank) && !(f->options_lacked >> r->first_word & 1);
}

/* Where a bank of the manual is seen; all of flash while it is one bank. */
static const struct flash_bank *bank_seen(const struct flash *f, unsigned int bank)
{
	if (f->n_banks < 2)
		return &f->bank[0];
	return &f->bank[f->banks_swapped ? 1 - bank : bank];
}

static const struct flash_bank *bank_of(const struct flash *f, const struct option_range *r)
{
	return bank_seen(f, r->bank);
}

/* With the pages of a radio core, which ranges can hold as well */
static uint32_t bytes_of_bank(const struct flash *f, const struct flash_bank *bank)
{
	return bank->size + f->radio_size;
}

bool option_range_on(const struct flash *f, const struct option_words *o, const struct option_range *r,
		     struct option_span *span)
{
	const struct flash_bank *bank = bank_of(f, r);
	const uint32_t mask = option_range_mask(f, r), granule = option_granule(f, r), size = bytes_of_bank(f, bank);
	const uint32_t first = o->word[r->first_word] & mask, last = o->word[r->last_word] >> r->last_bit & mask;

	span->addr = span->end = bank->addr;
	if (!option_range_counts(f, r) || first > last || (uint64_t)first * granule >= size)
		return false;
	span->addr += first * granule;
	span->end += last >= size / granule ? size : (last + 1) * granule;
	return true;
}

void option_range_put(const struct flash *f, struct option_words *o, const struct option_range *r,
		      const struct option_span *span)
{
	const uint32_t at = span->addr - bank_of(f, r)->addr, granule = option_granule(f, r);
	const uint32_t all = (1u << r->width) - 1;
	/* Off as the factory leaves it: the first number above the last one. */
	const uint32_t first = span->addr == span->end ? all : at / granule;
	const uint32_t last = span->addr == span->end ? 0 : (at + (span->end - span->addr)) / granule - 1;

	o->word[r->first_word] = (o->word[r->first_word] & ~all) | first;
	o->word[r->last_word] = (o->word[r->last_word] & ~(all << r->last_bit)) | last << r->last_bit;
}

bool option_in_ranges(const struct flash *f, const struct option_words *o, const struct sector *unit, bool pcrop)
{
	struct option_span span;

	for (const struct option_range *r = f->options->ranges; r->first; r++)
		if (r->pcrop == pcrop && option_range_on(f, o, r, &span) && unit->addr < span.end &&
		    unit->addr + unit->size > span.addr)
			return true;
	return false;
}

void option_clear_ranges(const struct flash *f, struct option_words *o, bool pcrop)
{
	static const struct option_span none = { 0, 0 };

	for (const struct option_range *r = f->options->ranges; r && r->first; r++)
		if (r->pcrop == pcrop && !(f->options_lacked >> r->first_word & 1))
			option_range_put(f, o, r, &none);
}

/* --- filling them ------------------------------------------------------------------- */

/* The ranges of a kind that count in a bank. */
static size_t areas_of_bank(const struct flash *f, unsigned int bank, bool pcrop, const struct option_range **area)
{
	size_t n = 0;

	for (const struct option_range *r = f->options->ranges; r->first && n < AREAS_MAX; r++)
		if (r->pcrop == pcrop && option_range_counts(f, r) && bank_of(f, r) == &f->bank[bank])
			area[n++] = r;
	return n;
}

/* The next run of units that are asked for, from *i on, in a bank. */
static bool next_asked(const struct flash *f, const bool *asked, unsigned int bank, size_t *i, struct option_span *run)
{
	while (*i < f->n_sectors && (!asked[*i] || f->sectors[*i].bank != bank))
		++*i;
	if (*i == f->n_sectors)
		return false;
	run->addr = f->sectors[*i].addr;
	while (*i < f->n_sectors && asked[*i] && f->sectors[*i].bank == bank)
		run->end = f->sectors[*i].addr + f->sectors[*i].size, ++*i;
	return true;
}

int option_protect_units(struct flash *f, struct option_words *o, const bool *asked)
{
	const struct option_range *area[AREAS_MAX];

	option_clear_ranges(f, o, false);
	for (unsigned int bank = 0; bank < f->n_banks; bank++) {
		const size_t n = areas_of_bank(f, bank, false, area);
		struct option_span run;
		size_t used = 0;

		for (size_t i = 0; next_asked(f, asked, bank, &i, &run); used++) {
			if (used == n)
				return fail(
					f->ctx, STFLASH_E_ARG,
					"this chip has %zu ranges of write protection for %s, and more stretches of "
					"%ss were named: name them with what lies between",
					n, f->n_banks > 1 ? "each bank" : "its flash", f->chip->controller->unit_name);
			option_range_put(f, o, area[used], &run);
		}
	}
	return 0;
}

static unsigned int bank_at(const struct flash *f, uint32_t addr)
{
	const struct sector *sec = flash_sector_at(f, addr);

	return sec ? sec->bank : 0;
}

static bool span_holds(const struct option_span *outer, const struct option_span *inner)
{
	return outer->addr <= inner->addr && inner->end <= outer->end;
}

/*
 * An area that is on already can only grow, so the one that lies inside of the span takes it, or else a free one. What
 * is left then would make another area smaller, which is refused with its own words.
 */
static const struct option_range *area_for(const struct flash *f, const struct option_words *old,
					   const struct option_span *span, uint32_t taken)
{
	const struct option_range *area[AREAS_MAX], *spare = NULL, *other = NULL;
	const size_t n = areas_of_bank(f, bank_at(f, span->addr), true, area);
	struct option_span is;

	for (size_t i = 0; i < n; i++) {
		if (taken >> (area[i] - f->options->ranges) & 1)
			continue;
		if (!option_range_on(f, old, area[i], &is))
			spare = spare ? spare : area[i];
		else if (span_holds(span, &is))
			return area[i];
		else
			other = area[i];
	}
	return spare ? spare : other;
}

int option_put_pcrop(struct flash *f, struct option_words *o, const struct option_span *span, size_t n)
{
	static const struct option_span none = { 0, 0 };
	const struct option_words old = *o;
	uint32_t taken = 0;

	for (const struct option_range *r = f->options->ranges; r->first; r++)
		if (r->pcrop && option_range_counts(f, r))
			option_range_put(f, o, r, &none);
	for (size_t i = 0; i < n; i++) {
		const struct option_range *r = area_for(f, &old, &span[i], taken);

		if (!r)
			return fail(f->ctx, STFLASH_E_ARG,
				    "this chip has no range of PCROP left for 0x%08x-0x%08x: name stretches that lie "
				    "apart with what lies between",
				    (unsigned int)span[i].addr, (unsigned int)(span[i].end - 1));
		option_range_put(f, o, r, &span[i]);
		taken |= 1u << (r - f->options->ranges);
	}
	return 0;
}

/* --- words, and what a part has ------------------------------------------------------- */

static void describe_span(const struct flash *f, const struct option_range *r, const struct option_span *span,
			  char *text, size_t len)
{
	const struct sector *first = flash_sector_at(f, span->addr), *last = flash_sector_at(f, span->end - 1);
	const char *unit = f->chip->controller->unit_name;
	char units[48] = "";

	if (first && last && first == last)
		snprintf(units, sizeof(units), " (%s %u)", unit, first->number);
	else if (first && last)
		snprintf(units, sizeof(units), " (%ss %u-%u)", unit, first->number, last->number);
	snprintf(text, len, "0x%08x to 0x%08x%s %s", (unsigned int)span->addr, (unsigned int)(span->end - 1), units,
		 r->pcrop ? "neither read nor written (PCROP)" : "write-protected");
}

static void describe_secure(const struct flash *f, const struct option_words *o, const struct option_field *field,
			    char *text, size_t len)
{
	const unsigned int bank = field->kind == OPTION_SECURE_2;
	const uint32_t bytes = bank < f->n_banks ? option_get(o, field) * f->sectors[0].size : 0;

	if (bytes)
		snprintf(text, len, "firmware can hide 0x%08x to 0x%08x until the next reset",
			 (unsigned int)bank_seen(f, bank)->addr, (unsigned int)(bank_seen(f, bank)->addr + bytes - 1));
	else
		snprintf(text, len, "no securable area");
}

void option_describe_range(const struct flash *f, const struct option_words *o, const struct option_field *field,
			   char *text, size_t len)
{
	const struct option_range *r = option_range_of(f, field);
	struct option_span span;

	if (!r)
		describe_secure(f, o, field, text, len);
	else if (!option_range_on(f, o, r, &span))
		snprintf(text, len, option_range_counts(f, r) ? "off" : "not used while flash is one bank");
	else if (field->kind == OPTION_FIRST)
		describe_span(f, r, &span, text, len);
	else
		snprintf(text, len, "the end of that");
}

void option_note_lacked(struct flash *f, const struct option_words *o)
{
	const struct option_set *set = f->options;
	bool all_zero = set->lacks_if != 0;

	for (unsigned int n = 0; n < OPTION_WORDS; n++)
		if (set->lacks_if >> n & 1)
			all_zero &= o->word[n] == 0;
	f->options_lacked = all_zero ? set->lacks : 0;
}
