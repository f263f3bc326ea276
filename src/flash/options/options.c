/* SPDX-License-Identifier: MIT */
/* What the values of the fields mean: levels, protected units, words for people. */
#include "flash/options/options.h"

#include <stdio.h>
#include <string.h>

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

bool option_unit_securable(const struct flash *f, const struct option_words *o, const struct sector *unit)
{
	const struct sector *first = unit;
	struct option_field size;

	if (!option_find(f, unit->bank ? OPTION_SECURE_2 : OPTION_SECURE, &size))
		return false;
	while (first > f->sectors && first[-1].bank == unit->bank)
		first--;
	return (uint32_t)(unit - first) < option_get(o, &size);
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

void option_clear_wrp(const struct flash *f, struct option_words *o)
{
	struct option_field field;

	option_clear_ranges(f, o, false);
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
	option_clear_ranges(f, o, true);
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
	case OPTION_SPLIT:
	case OPTION_KEY:
	case OPTION_RDP_KEY:
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
