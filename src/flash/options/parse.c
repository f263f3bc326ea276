/* SPDX-License-Identifier: MIT */
/* "NAME=VALUE" applied to option bytes: numbers, levels of RDP, lists of pages and sectors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "flash/options/options.h"

#define NAME_LEN 24u

static bool parse_is_hex(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

/* Decimal or 0x, up to a character of stop or the end. */
static bool parse_number(const char *text, const char *stop, uint32_t *value, const char **end)
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
	char names[256] = "WRP";

	for (size_t i = 0; option_field(f, i, &field); i++) {
		const size_t used = strlen(names);

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

	if (!parse_number(text, "", &value, NULL) || (parse_is_hex(text) && value > 0xff) ||
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
		    "WRP takes none, all, or numbers of %ss from 0 to %u such as 0-7,12: not '%s'",
		    f->chip->controller->unit_name, last->number, text);
}

static void protect_unit(const struct flash *f, struct option_words *o, const struct sector *unit)
{
	const unsigned int place = option_wrp_place(f, unit);

	o->word[place / 32] &= ~(1u << place % 32);
}

/* first and last must exist; where a bank of sectors is missing between them that is no matter. */
static bool protect_range(const struct flash *f, struct option_words *o, uint32_t first, uint32_t last, bool *asked)
{
	bool saw_first = false, saw_last = false;

	for (size_t i = 0; i < f->n_sectors; i++) {
		const struct sector *unit = &f->sectors[i];

		saw_first |= unit->number == first;
		saw_last |= unit->number == last;
		if (unit->number < first || unit->number > last)
			continue;
		protect_unit(f, o, unit);
		asked[i] = true;
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

static int apply_list(struct flash *f, struct option_words *o, const char *text, bool *asked)
{
	const char *at = text;

	for (;;) {
		uint32_t first, last;

		if (!parse_number(at, "-,", &first, &at))
			return bad_list(f, text);
		last = first;
		if (*at == '-' && !parse_number(at + 1, ",", &last, &at))
			return bad_list(f, text);
		if (!protect_range(f, o, first, last, asked))
			return bad_list(f, text);
		if (!*at)
			return 0;
		at++;
	}
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
		protect_range(f, o, 0, f->sectors[f->n_sectors - 1].number, asked);
	else
		err = apply_list(f, o, text, asked);
	if (!err && tell)
		tell_of_groups(f, o, asked);
	free(asked);
	return err;
}

/* -------------------------------------------------------------------- fields */

/* The address itself, in place of the bits of it that the option bytes have. */
static bool apply_address(struct option_words *o, const struct option_field *field, const char *text)
{
	uint32_t addr;

	if (!parse_number(text, "", &addr, NULL) || !(addr >> field->width) ||
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
	if (!parse_number(text, "", &value, NULL) || value > max)
		return fail(f->ctx, STFLASH_E_ARG, "%s takes a number from 0 to 0x%x, not '%s'", field->name,
			    (unsigned int)max, text);
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
	if (!strcasecmp(name, "WRP") && f->options->n_wrp)
		return apply_wrp(f, o, setting + len + 1, tell);
	for (size_t i = 0; option_field(f, i, &field); i++)
		if (!strcasecmp(name, field.name))
			return apply_field(f, o, &field, setting + len + 1);
	return no_such_name(f, name);
}
