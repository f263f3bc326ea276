/* SPDX-License-Identifier: MIT */
/* Fields of the option bytes as data: which a chip has, their values, and what these mean. */
#include "flash/options/options.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "flash/map.h"

/* Sectors of a bank of the largest part of the line */
static unsigned int sectors_of_line(const struct chip *chip)
{
	unsigned int n = 0;

	for (const struct sector_run *run = chip->geometry->bank[0].runs; run->count; run++)
		n += run->count;
	return n;
}

/* Bits of a row that stand for anything on this line */
static unsigned int wrp_row_bits(const struct chip *chip, const struct option_wrp *w)
{
	const unsigned int sectors = w->sectors ? w->sectors : 1;

	return min_u32(w->width, w->bytes ? chip->max_flash / w->bytes : sectors_of_line(chip) / sectors);
}

/* In a word, the first bit above those that protect a unit of this line. */
static unsigned int wrp_end(const struct chip *chip, unsigned int word)
{
	const struct option_set *set = chip->options;
	unsigned int end = 0;

	for (const struct option_wrp *w = set->wrp; w < set->wrp + set->n_wrp; w++)
		if (w->word == word && w->bit + wrp_row_bits(chip, w) > end)
			end = w->bit + wrp_row_bits(chip, w);
	return end;
}

static bool wrp_covers(const struct flash *f, const struct option_wrp *w, const struct sector *unit)
{
	return (w->bank == OPTION_ANY_BANK || w->bank == unit->bank) && (!w->banks || w->banks == f->n_banks);
}

unsigned int option_wrp_place(const struct flash *f, const struct sector *unit)
{
	const struct option_set *set = f->options;
	const struct option_wrp *w = set->wrp;
	uint32_t n;

	while (w < set->wrp + set->n_wrp - 1 && !wrp_covers(f, w, unit))
		w++;
	n = w->bytes ? map_offset(f, unit->addr) / w->bytes
		     : ((uint32_t)unit->number - w->first) / (w->sectors ? w->sectors : 1);
	return 32u * w->word + w->bit + min_u32(n, w->width - 1u);
}

/* Of the WRP bits a line has as many as it has units, or groups of them. */
static bool trim_to_line(const struct flash *f, struct option_field *field)
{
	const unsigned int end = wrp_end(f->chip, field->word);

	if (end <= field->bit)
		return false;
	field->width = (uint8_t)min_u32(field->width, end - field->bit);
	return true;
}

static bool is_lacked(const struct flash *f, const struct option_field *field)
{
	if (!f->options_lacked)
		return false;
	return f->options_lacked >> field->word & 1 || (field->word == 0 && f->options->lacks_bits >> field->bit & 1);
}

/* The first and the last number of each range, in the order of the list. */
static bool range_field(const struct flash *f, size_t n, struct option_field *field)
{
	for (const struct option_range *r = f->options->ranges; r && r->first; r++) {
		if (f->options_lacked >> r->first_word & 1)
			continue;
		if (n < 2) {
			*field = (struct option_field){ .name = n ? r->last : r->first,
							.kind = n ? OPTION_LAST : OPTION_FIRST,
							.word = n ? r->last_word : r->first_word,
							.bit = n ? r->last_bit : 0,
							.width = r->width };
			return true;
		}
		n -= 2;
	}
	return false;
}

bool option_field(const struct flash *f, size_t n, struct option_field *field)
{
	for (const struct option_field *row = f->options->fields; row->name; row++) {
		*field = *row;
		if ((field->kind == OPTION_WRP && !trim_to_line(f, field)) || is_lacked(f, field))
			continue;
		if (n-- == 0)
			return true;
	}
	return range_field(f, n, field);
}

static uint32_t field_mask(const struct option_field *field)
{
	return field->width < 32 ? (1u << field->width) - 1 : UINT32_MAX;
}

uint32_t option_get(const struct option_words *o, const struct option_field *field)
{
	return o->word[field->word] >> field->bit & field_mask(field);
}

void option_put(struct option_words *o, const struct option_field *field, uint32_t value)
{
	o->word[field->word] &= ~(field_mask(field) << field->bit);
	o->word[field->word] |= (value & field_mask(field)) << field->bit;
	if (field->kind == OPTION_RDP)
		o->rdp_hidden = false;
}

uint32_t option_address(const struct option_words *o, const struct option_field *field)
{
	return option_get(o, field) << OPTION_ADDRESS_SHIFT;
}

bool option_is_fixed(const struct flash *f, const struct option_field *field)
{
	return f->options->fixed >> field->word & 1 || (field->word == 0 && f->options->fixed_bits >> field->bit & 1);
}

static bool option_find(const struct flash *f, enum option_kind kind, struct option_field *field)
{
	for (size_t i = 0; option_field(f, i, field); i++)
		if (field->kind == kind)
			return true;
	return false;
}

enum stflash_protection option_level_shown(const struct flash *f, uint32_t value)
{
	const struct level_bits *bits = &f->options->level;

	if (value & bits->level_2)
		return STFLASH_RDP_LEVEL_2;
	return value & bits->level_1 ? STFLASH_RDP_LEVEL_1 : STFLASH_RDP_NONE;
}

enum stflash_protection option_rdp_level(const struct flash *f, const struct option_words *o)
{
	const struct option_set *set = f->options;
	struct option_field rdp;
	uint32_t value;

	if (!option_find(f, OPTION_RDP, &rdp))
		return STFLASH_RDP_UNKNOWN;
	value = option_get(o, &rdp);
	if (o->rdp_hidden)
		return STFLASH_RDP_LEVEL_1;
	if (value == set->rdp_level_0)
		return STFLASH_RDP_NONE;
	return set->rdp_level_2 && value == set->rdp_level_2 ? STFLASH_RDP_LEVEL_2 : STFLASH_RDP_LEVEL_1;
}

bool option_has_pcrop(const struct flash *f)
{
	struct option_field field;

	for (const struct option_range *r = f->options->ranges; r && r->first; r++)
		if (r->pcrop && !(f->options_lacked >> r->first_word & 1))
			return true;
	return option_find(f, OPTION_SPRMOD, &field) || option_find(f, OPTION_PCROP, &field);
}

bool option_sprmod(const struct flash *f, const struct option_words *o)
{
	struct option_field sprmod;

	return option_find(f, OPTION_SPRMOD, &sprmod) && option_get(o, &sprmod);
}

static bool wrp_bit(const struct flash *f, const struct option_words *o, const struct sector *unit)
{
	const unsigned int place = option_wrp_place(f, unit);

	return o->word[place / 32] >> place % 32 & 1;
}

bool option_unit_pcrop(const struct flash *f, const struct option_words *o, const struct sector *unit)
{
	struct option_field pcrop;

	if (f->options->ranges)
		return option_in_ranges(f, o, unit, true);
	if (option_sprmod(f, o))
		return wrp_bit(f, o, unit);
	return option_find(f, OPTION_PCROP, &pcrop) && unit->number < pcrop.width &&
	       option_get(o, &pcrop) >> unit->number & 1;
}

bool option_unit_protected(const struct flash *f, const struct option_words *o, const struct sector *unit)
{
	if (f->options->ranges)
		return option_in_ranges(f, o, unit, true) || option_in_ranges(f, o, unit, false);
	if (!f->options->n_wrp)
		return false;
	return option_unit_pcrop(f, o, unit) || (!option_sprmod(f, o) && !wrp_bit(f, o, unit));
}

bool option_pcrop(const struct flash *f, const struct option_words *o)
{
	for (size_t i = 0; i < f->n_sectors; i++)
		if (option_unit_pcrop(f, o, &f->sectors[i]))
			return true;
	return false;
}

static void clear_ranges(const struct flash *f, struct option_words *o, bool pcrop)
{
	static const struct option_span none = { 0, 0 };

	for (const struct option_range *r = f->options->ranges; r && r->first; r++)
		if (r->pcrop == pcrop && !(f->options_lacked >> r->first_word & 1))
			option_range_put(f, o, r, &none);
}

void option_clear_wrp(const struct flash *f, struct option_words *o)
{
	struct option_field field;

	clear_ranges(f, o, false);
	for (size_t i = 0; option_field(f, i, &field); i++)
		if (field.kind == OPTION_WRP)
			option_put(o, &field, UINT32_MAX);
		else if (field.kind == OPTION_SPRMOD)
			option_put(o, &field, 0);
}

void option_clear_pcrop(const struct flash *f, struct option_words *o)
{
	struct option_field pcrop;

	if (!option_pcrop(f, o) || option_sprmod(f, o))
		return;
	clear_ranges(f, o, true);
	if (option_find(f, OPTION_PCROP, &pcrop))
		option_put(o, &pcrop, 0);
	option_let_pcrop_go(f, o);
}

bool option_let_pcrop_go(const struct flash *f, struct option_words *o)
{
	struct option_field goes;

	if (!option_find(f, OPTION_PCROP_GOES, &goes) || option_get(o, &goes))
		return false;
	option_put(o, &goes, 1);
	return true;
}

/* --------------------------------------------------------------------- words */

/* Append to text; what does not fit is cut off. */
static void append(char *text, size_t len, const char *words)
{
	const size_t used = strlen(text);

	if (used < len)
		snprintf(text + used, len - used, "%s", words);
}

static bool covers(const struct flash *f, const struct option_field *field, const struct sector *unit)
{
	const unsigned int place = option_wrp_place(f, unit);

	return place / 32 == field->word && place % 32 >= field->bit && place % 32 - field->bit < field->width;
}

static bool is_marked(const struct flash *f, const struct option_words *o, const struct option_field *field, size_t i)
{
	const struct sector *unit = &f->sectors[i];

	if (i >= f->n_sectors)
		return false;
	if (field->kind == OPTION_PCROP)
		return option_unit_pcrop(f, o, unit);
	return covers(f, field, unit) && wrp_bit(f, o, unit) == option_sprmod(f, o);
}

/* "pages 0-7, 12-15 write-protected" */
static void describe_units(const struct flash *f, const struct option_words *o, const struct option_field *field,
			   char *text, size_t len)
{
	const char *gap = "s ";
	unsigned int marked = 0;

	for (size_t i = 0; i < f->n_sectors; i++)
		marked += is_marked(f, o, field, i);
	append(text, len, marked ? "" : "no ");
	append(text, len, f->chip->controller->unit_name);
	if (marked == 1)
		gap = " ";
	for (size_t i = 0; i < f->n_sectors; i++) {
		const size_t first = i;
		char run[40];

		if (!is_marked(f, o, field, i))
			continue;
		while (is_marked(f, o, field, i + 1))
			i++;
		snprintf(run, sizeof(run), i > first ? "%s%u-%u" : "%s%u", gap, f->sectors[first].number,
			 f->sectors[i].number);
		append(text, len, run);
		gap = ", ";
	}
	append(text, len,
	       field->kind == OPTION_PCROP || option_sprmod(f, o) ? " protected against reading (PCROP) and writing"
								  : " write-protected");
}

static const char *describe_rdp(const struct flash *f, const struct option_words *o)
{
	switch (option_rdp_level(f, o)) {
	case STFLASH_RDP_NONE:
		return "level 0: not read-out protected";
	case STFLASH_RDP_LEVEL_2:
		return "level 2: debugging is closed permanently";
	default:
		if (o->rdp_hidden)
			return "level 1: read-out protected, the byte itself is hidden";
		return o->damaged ? "level 1: read-out protected, because the option bytes were lost"
				  : "level 1: read-out protected";
	}
}

static void describe_level(const struct flash *f, const struct option_words *o, char *text, size_t len)
{
	append(text, len, describe_rdp(f, o));
	if (f->options->closes && option_rdp_level(f, o) == STFLASH_RDP_LEVEL_1) {
		append(text, len, "; a debugger gets at neither flash nor ");
		append(text, len, f->options->closes);
	}
}

static void describe_address(const struct option_words *o, const struct option_field *field, char *text, size_t len)
{
	snprintf(text, len, "starts at 0x%08x %s", (unsigned int)option_address(o, field), field->meaning[0]);
}

void option_describe(const struct flash *f, const struct option_words *o, const struct option_field *field, char *text,
		     size_t len)
{
	if (len == 0)
		return;
	text[0] = '\0';
	switch (field->kind) {
	case OPTION_RDP:
		describe_level(f, o, text, len);
		break;
	case OPTION_FIRST:
	case OPTION_LAST:
	case OPTION_SECURE:
	case OPTION_SECURE_2:
		option_describe_range(f, o, field, text, len);
		break;
	case OPTION_WRP:
	case OPTION_PCROP:
		describe_units(f, o, field, text, len);
		break;
	case OPTION_BOOT_ADDRESS:
		describe_address(o, field, text, len);
		break;
	case OPTION_SPRMOD:
	case OPTION_PCROP_GOES:
	case OPTION_BOOT_LOCK:
	case OPTION_CHOICE:
		append(text, len, field->meaning[option_get(o, field)]);
		break;
	case OPTION_NUMBER:
		append(text, len, field->meaning[0]);
		break;
	case OPTION_DATA:
		append(text, len, "free for the user");
		break;
	}
}
