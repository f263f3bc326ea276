/* SPDX-License-Identifier: MIT */
/* "NAME=VALUE" applied to option bytes: numbers, levels of RDP, lists of pages and sectors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "flash/options/options.h"

#define NAME_LEN 24u

/* Ranges of PCROP that any chip has */
#define PCROP_MAX 4u

static bool parse_is_hex(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

bool option_parse_number(const char *text, const char *stop, uint32_t *value, const char **end)
{
	const char *digits = parse_is_hex(text) ? text + 2 : text;
	unsigned long long v;
	char *after;

	if (!strchr("0123456789abcdefABCDEF", digits[0]) || !digits[0])
		return false;
	v = strtoull(digits, &after, parse_is_hex(text) ? 16 : 10);
	if (after == digits || v > UINT32_MAX || (*after && !strchr(stop, *after)))
		return false;
	*value = (uint32_t)v;
	if (end)
		*end = after;
	return true;
}

static int no_such_name(struct flash *f, const char *name)
{
	struct option_field field;
	char names[1024] = "WRP";

	for (size_t i = 0; option_field(f, i, &field); i++) {
		const size_t used = strlen(names);

		if (!option_is_fixed(f, &field))
			snprintf(names + used, sizeof(names) - used, ", %s", field.name);
	}
	return fail(f->ctx, STFLASH_E_ARG, "this chip has no option '%s'; it has %s", name, names);
}

/* ---------------------------------------------------------------------- RDP */

static int apply_rdp(struct flash *f, struct option_words *o, const struct option_field *field, const char *text)
{
	const struct option_set *set = f->options;
	const uint8_t bytes[] = { set->rdp_level_0, set->rdp_level_1, set->rdp_level_2 };
	uint32_t value;

	if (!option_parse_number(text, "", &value, NULL) || (parse_is_hex(text) && value > 0xff) ||
	    (!parse_is_hex(text) && value > 2))
		return fail(f->ctx, STFLASH_E_ARG,
			    "RDP takes a level, 0 to 2, or a byte in hexadecimal such as 0x%02x, not '%s'",
			    set->rdp_level_0, text);
	if (!parse_is_hex(text) && value == 2 && !set->rdp_level_2)
		return fail(f->ctx, STFLASH_E_ARG, "this chip has no RDP level 2");
	option_put(o, field, parse_is_hex(text) ? value : bytes[value]);
	return 0;
}

/* ---------------------------------------------------------------------- WRP */

static int bad_list(struct flash *f, const char *text)
{
	const struct sector *last = &f->sectors[f->n_sectors - 1];

	return fail(f->ctx, STFLASH_E_ARG,
		    "WRP takes none, all, or numbers of %ss from 0 to %u such as 0-7,12, or their addresses such as "
		    "0x%08x-0x%08x: not '%s'",
		    f->chip->controller->unit_name, last->number, (unsigned int)f->sectors[0].addr,
		    (unsigned int)(f->sectors[0].addr + f->sectors[0].size - 1), text);
}

/* "FIRST" or "FIRST-LAST" at *at, which is left behind it. */
static bool parse_pair(const char **at, uint32_t *first, uint32_t *last)
{
	if (!option_parse_number(*at, "-,", first, at))
		return false;
	*last = *first;
	return **at != '-' || option_parse_number(*at + 1, ",", last, at);
}

/* The first byte of a unit to the last of another one. False: these are none. */
static bool units_at(const struct flash *f, uint32_t *first, uint32_t *last)
{
	const struct sector *a = flash_sector_at(f, *first), *b = flash_sector_at(f, *last);

	if (!a || !b || a->addr != *first || (*last != *first && b->addr + b->size - 1 != *last))
		return false;
	*first = a->number;
	*last = b->number;
	return true;
}

/* first and last must exist; where a bank of sectors is missing between them that is no matter. */
static bool ask_for(const struct flash *f, uint32_t first, uint32_t last, bool *asked)
{
	bool saw_first = false, saw_last = false;

	if (first >= flash_first(f) && !units_at(f, &first, &last))
		return false;
	for (size_t i = 0; i < f->n_sectors; i++) {
		const struct sector *unit = &f->sectors[i];

		saw_first |= unit->number == first;
		saw_last |= unit->number == last;
		asked[i] |= unit->number >= first && unit->number <= last;
	}
	return saw_first && saw_last && first <= last;
}

/* The bits stand for groups: which units come along unasked? */
static void tell_of_groups(struct flash *f, const struct option_words *o, const bool *asked)
{
	unsigned int more = 0;

	for (size_t i = 0; i < f->n_sectors; i++)
		more += !asked[i] && option_unit_protected(f, o, &f->sectors[i]);
	if (more)
		log_warn(f->ctx,
			 "write protection goes by groups of %ss on this chip: %u more than asked for are protected",
			 f->chip->controller->unit_name, more);
}

static int parse_list(struct flash *f, const char *text, bool *asked)
{
	const char *at = text;

	for (;;) {
		uint32_t first, last;

		if (!parse_pair(&at, &first, &last) || !ask_for(f, first, last, asked))
			return bad_list(f, text);
		if (!*at)
			return 0;
		at++;
	}
}

static int protect_asked(struct flash *f, struct option_words *o, const bool *asked)
{
	if (f->options->ranges)
		return option_protect_units(f, o, asked);
	for (size_t i = 0; i < f->n_sectors; i++) {
		const unsigned int place = option_wrp_place(f, &f->sectors[i]);

		if (asked[i])
			o->word[place / 32] &= ~(1u << place % 32);
	}
	return 0;
}

static int apply_wrp(struct flash *f, struct option_words *o, const char *text, bool tell)
{
	bool *asked;
	int err = 0;

	if (option_sprmod(f, o))
		return fail(f->ctx, STFLASH_E_ARG,
			    "SPRMOD is set: the bits of nWRP mean PCROP, not write protection; give nWRP itself");
	option_clear_wrp(f, o);
	if (!strcasecmp(text, "none"))
		return 0;
	asked = calloc(f->n_sectors, sizeof(*asked));
	if (!asked)
		return fail(f->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	if (!strcasecmp(text, "all"))
		ask_for(f, 0, f->sectors[f->n_sectors - 1].number, asked);
	else
		err = parse_list(f, text, asked);
	if (!err)
		err = protect_asked(f, o, asked);
	if (!err && tell)
		tell_of_groups(f, o, asked);
	free(asked);
	return err;
}

/* --------------------------------------------------------------------- PCROP */

static int bad_pcrop(struct flash *f, uint32_t granule, const char *text)
{
	return fail(f->ctx, STFLASH_E_ARG,
		    "PCROP takes none, or addresses of flash in whole %u bytes such as 0x%08x-0x%08x: not '%s'",
		    (unsigned int)granule, (unsigned int)flash_first(f),
		    (unsigned int)(flash_first(f) + 2 * granule - 1), text);
}

/* Both in one bank, from the first byte of a granule to the last one of another. */
static bool spans_granules(const struct flash *f, uint32_t granule, uint32_t first, uint32_t last)
{
	const struct sector *a = flash_sector_at(f, first), *b = flash_sector_at(f, last);

	return a && b && a->bank == b->bank && first < last && first % granule == 0 && (last + 1) % granule == 0;
}

static int apply_pcrop(struct flash *f, struct option_words *o, const char *text)
{
	const struct option_range *r = f->options->ranges;
	struct option_span span[PCROP_MAX];
	const char *at = text;
	size_t n = 0;

	while (!r->pcrop)
		r++;
	if (!strcasecmp(text, "none"))
		return option_put_pcrop(f, o, NULL, 0);
	for (;; at++) {
		const uint32_t granule = option_granule(f, r);
		uint32_t first, last;

		if (n == PCROP_MAX || !parse_pair(&at, &first, &last) || !spans_granules(f, granule, first, last))
			return bad_pcrop(f, granule, text);
		span[n++] = (struct option_span){ first, last + 1 };
		if (!*at)
			return option_put_pcrop(f, o, span, n);
	}
}

/* -------------------------------------------------------------------- fields */

/* The address itself, in place of the bits of it that the option bytes have. */
static bool apply_address(struct option_words *o, const struct option_field *field, const char *text)
{
	uint32_t addr;

	if (!option_parse_number(text, "", &addr, NULL) || !(addr >> field->width) ||
	    addr & ((1u << OPTION_ADDRESS_SHIFT) - 1) || addr >> OPTION_ADDRESS_SHIFT >> field->width)
		return false;
	option_put(o, field, addr >> OPTION_ADDRESS_SHIFT);
	return true;
}

static int apply_field(struct flash *f, struct option_words *o, const struct option_field *field, const char *text)
{
	const uint32_t max = (uint32_t)((1ull << field->width) - 1);
	uint32_t value;

	if (field->kind == OPTION_RDP)
		return apply_rdp(f, o, field, text);
	if (field->kind == OPTION_BOOT_ADDRESS && apply_address(o, field, text))
		return 0;
	if (!option_parse_number(text, "", &value, NULL) || value > max)
		return fail(f->ctx, STFLASH_E_ARG, "%s takes a number from 0 to 0x%x, not '%s'", field->name,
			    (unsigned int)max, text);
	if (option_is_fixed(f, field) && value != option_get(o, field))
		return fail(f->ctx, STFLASH_E_ARG,
			    "%s is set by the chip's maker or its radio core: it is 0x%x, and cannot be changed",
			    field->name, (unsigned int)option_get(o, field));
	option_put(o, field, value);
	return 0;
}

int option_apply(struct flash *f, struct option_words *o, const char *setting, bool tell)
{
	const size_t len = strcspn(setting, "=");
	struct option_field field;
	char name[NAME_LEN];

	if (!setting[len] || len == 0 || len >= sizeof(name))
		return fail(f->ctx, STFLASH_E_ARG, "'%s' is not of the form NAME=VALUE", setting);
	memcpy(name, setting, len);
	name[len] = '\0';
	if (!strcasecmp(name, "WRP") && (f->options->n_wrp || f->options->ranges))
		return apply_wrp(f, o, setting + len + 1, tell);
	if (!strcasecmp(name, "PCROP") && f->options->ranges && option_has_pcrop(f))
		return apply_pcrop(f, o, setting + len + 1);
	for (size_t i = 0; option_field(f, i, &field); i++)
		if (!strcasecmp(name, field.name))
			return apply_field(f, o, &field, setting + len + 1);
	return no_such_name(f, name);
}
