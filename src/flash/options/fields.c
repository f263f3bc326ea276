/* SPDX-License-Identifier: MIT */
/* Fields of the option bytes as data: which a chip has, where, and their values. */
#include "base/bytes.h"
#include "flash/map.h"
#include "flash/options/options.h"

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
	const uint32_t word = o->word[field->word];

	if (field->kind == OPTION_SPLIT)
		return (word >> field->bit & 1) | (word >> (field->bit - SPLIT_BELOW) & 1) << 1;
	return word >> field->bit & field_mask(field);
}

static void put_bits(uint32_t *word, unsigned int bit, uint32_t mask, uint32_t value)
{
	*word = (*word & ~(mask << bit)) | (value & mask) << bit;
}

void option_put(struct option_words *o, const struct option_field *field, uint32_t value)
{
	const bool split = field->kind == OPTION_SPLIT;

	put_bits(&o->word[field->word], field->bit, split ? 1 : field_mask(field), value);
	if (split)
		put_bits(&o->word[field->word], field->bit - SPLIT_BELOW, 1, value >> 1);
	if (field->kind == OPTION_RDP)
		o->rdp_hidden = false;
}

bool option_find_rdp_key(const struct flash *f, struct option_field *key)
{
	for (size_t i = 0; option_field(f, i, key); i++)
		if (key->kind == OPTION_RDP_KEY)
			return true;
	return false;
}

uint32_t option_address(const struct option_words *o, const struct option_field *field)
{
	return option_get(o, field) << OPTION_ADDRESS_SHIFT;
}

bool option_is_fixed(const struct flash *f, const struct option_field *field)
{
	return f->options->fixed >> field->word & 1 || (field->word == 0 && f->options->fixed_bits >> field->bit & 1);
}
