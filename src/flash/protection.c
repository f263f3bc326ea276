/* SPDX-License-Identifier: MIT */
/* What the option bytes in force forbid: reading, writing, and of which sectors. */
#include <stdio.h>

#include "base/bytes.h"
#include "flash/flash.h"
#include "flash/options/options.h"

/* Do the option bytes let the boot loader choose the bank that starts? */
static int read_bank_choice(struct flash *f)
{
	const struct bank_choice *banks = f->chip->banks;
	uint32_t options;
	int err;

	f->boots_banks = false;
	if (!banks || !banks->asked.reg)
		return 0;
	err = dap_read32(f->core->dap, banks->asked.reg, &options);
	if (!err)
		f->boots_banks = (options >> banks->asked.bit & 1) == banks->asked.is;
	return err;
}

int flash_choose_options(struct flash *f, const struct option_set *other)
{
	return f->options->access->choose(f, other);
}

int flash_launch(struct flash *f)
{
	return f->options->access->launch(f);
}

int flash_read_level(struct flash *f, enum stflash_protection *rdp)
{
	const uint32_t reg = f->options->level.reg ? f->options->level.reg : f->options->in_force[0];
	struct option_words o = { .damaged = false };
	int err;

	err = dap_read32(f->core->dap, reg, &o.word[0]);
	if (!err)
		*rdp = f->options->level.reg ? option_level_shown(f, o.word[0]) : option_rdp_level(f, &o);
	return err;
}

int flash_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	int err;

	err = flash_read_level(f, rdp);
	if (err)
		return err;
	f->rdp = *rdp;
	return read_bank_choice(f);
}

/* A chip that cannot make sense of its option bytes takes the safe values, and those are level 1 (RM0351 3.4.2). */
static int look_whether_lost(struct flash *f, bool *lost)
{
	*lost = false;
	return f->options->access->look_lost ? f->options->access->look_lost(f, lost) : 0;
}

int flash_refuse_lost(struct flash *f, int err)
{
	return fail(f->ctx, err,
		    "the chip has lost its option bytes, as by a write of them that was cut short, and is read-out "
		    "protected since (RDP level 1): `" HINT_UNPROTECT
		    "` sets them as they are delivered, and erases the flash; then look at `" HINT_OPTIONS "`");
}

int flash_check_readable(struct flash *f)
{
	enum stflash_protection rdp;
	bool lost = false;
	int err;

	err = flash_read_protection(f, &rdp);
	if (!err && rdp == STFLASH_RDP_LEVEL_1)
		err = look_whether_lost(f, &lost);
	if (err)
		return err;
	if (lost)
		return flash_refuse_lost(f, STFLASH_E_PROTECTED);
	if (rdp == STFLASH_RDP_LEVEL_1 && !f->options->access->write)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "the chip is read-out protected (RDP level 1): its flash can neither be read nor written; "
			    "the vendor's tool removes the protection, and erases the flash");
	if (rdp == STFLASH_RDP_LEVEL_1)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "the chip is read-out protected (RDP level 1): its flash can neither be read nor written; "
			    "`" HINT_UNPROTECT "` removes the protection, and erases the flash%s",
			    f->options->rdp_waits ? "; if that was done already, power the board off and on" : "");
	if (rdp == STFLASH_RDP_LEVEL_2)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "the chip is read-out protected permanently (RDP level 2): nothing removes that");
	return 0;
}

int flash_check_supported(struct flash *f)
{
	if (!f->chip->controller->read_only)
		return 0;
	return fail(f->ctx, STFLASH_E_UNSUPPORTED, "this is an %s: %s; nothing was changed: use the vendor's tool",
		    f->chip->name, f->chip->controller->read_only);
}

static bool protects_sectors(const struct option_field *field)
{
	return field->kind == OPTION_WRP || field->kind == OPTION_SPRMOD || field->kind == OPTION_PCROP ||
	       field->kind == OPTION_FIRST || field->kind == OPTION_LAST || option_is_secure(field);
}

static bool is_securable(const struct flash *f, const struct option_words *o)
{
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (option_is_secure(&field) && option_get(o, &field))
			return true;
	return false;
}

/* The words of option bytes in force that say which sectors are protected. */
static int read_wrp_in_force(struct flash *f, struct option_words *o)
{
	const struct option_set *set = f->options;
	bool was_read[OPTION_WORDS] = { false };
	struct option_field field;
	int err = 0;

	*o = (struct option_words){ .damaged = false };
	for (size_t i = 0; !err && option_field(f, i, &field); i++) {
		if (!protects_sectors(&field) || was_read[field.word])
			continue;
		err = dap_read32(f->core->dap, set->in_force[field.word], &o->word[field.word]);
		was_read[field.word] = true;
	}
	return err;
}

static int mark_sectors(struct flash *f)
{
	struct option_words o;
	int err;

	err = read_wrp_in_force(f, &o);
	if (!err)
		option_note_lacked(f, &o);
	f->securable = !err && is_securable(f, &o);
	for (size_t i = 0; !err && i < f->n_sectors; i++) {
		struct sector *sec = &f->sectors[i];

		sec->write_protected = option_unit_protected(f, &o, sec);
		sec->pcrop = option_unit_pcrop(f, &o, sec);
		sec->securable = option_unit_securable(f, &o, sec);
	}
	return err;
}

int flash_read_write_protection(struct flash *f)
{
	int err = 0;

	if (!f->protection_known)
		err = mark_sectors(f);
	f->protection_known = !err;
	return err;
}

int flash_count_pcrop(struct flash *f, unsigned int *n)
{
	int err;

	*n = 0;
	if (!option_has_pcrop(f))
		return 0;
	err = flash_read_write_protection(f);
	for (size_t i = 0; !err && i < f->n_sectors; i++)
		*n += f->sectors[i].pcrop;
	return err;
}

static int refuse_pcrop(struct flash *f, const struct sector *first, unsigned int n, bool reading)
{
	char others[24] = "";

	if (n > 1)
		snprintf(others, sizeof(others), " and %u more", n - 1);
	if (reading)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "%s %u (0x%08x..0x%08x)%s cannot be read: PCROP lets the core execute it and nobody "
			    "read it; `" HINT_READ "` takes ADDR and SIZE of what lies around it, `" HINT_MAP "` "
			    "shows where",
			    f->chip->controller->unit_name, first->number, (unsigned int)first->addr,
			    (unsigned int)(first->addr + first->size - 1), others);
	return fail(f->ctx, STFLASH_E_PROTECTED,
		    "sector %u (0x%08x..0x%08x)%s can be neither read nor written nor erased (PCROP); nothing was "
		    "changed: only " PCROP_CURE,
		    first->number, (unsigned int)first->addr, (unsigned int)(first->addr + first->size - 1), others);
}

static bool flash_overlaps(const struct sector *sec, uint32_t addr, size_t len)
{
	return (uint64_t)addr < (uint64_t)sec->addr + sec->size && sec->addr < (uint64_t)addr + len;
}

int flash_check_pcrop(struct flash *f, uint32_t addr, size_t len, bool reading)
{
	const struct sector *first = NULL;
	unsigned int n;
	int err;

	err = flash_count_pcrop(f, &n);
	if (err || n == 0)
		return err;
	n = 0;
	for (size_t i = 0; i < f->n_sectors; i++) {
		const struct sector *sec = &f->sectors[i];

		if (!sec->pcrop || !flash_overlaps(sec, addr, len))
			continue;
		first = first ? first : sec;
		n++;
	}
	return n ? refuse_pcrop(f, first, n, reading) : 0;
}

bool flash_refuses_mass_erase(const struct flash *f)
{
	if (f->radio_size)
		return true;
	for (size_t i = 0; i < f->n_sectors; i++)
		if (f->sectors[i].write_protected)
			return true;
	return f->securable;
}

const char *flash_wrp_remedy(const struct flash *f)
{
	return f->options->access->write ? "`" HINT_OPTIONS_SET " WRP=none`" : "the vendor's tool";
}

int flash_check_writable(struct flash *f, bool (*chosen)(const void *user, size_t unit), const void *user)
{
	const struct sector *first = NULL, *last = NULL;
	unsigned int n = 0;
	int err;

	err = flash_read_write_protection(f);
	if (err)
		return err;
	for (size_t i = 0; i < f->n_sectors; i++) {
		if (!f->sectors[i].write_protected || !chosen(user, i))
			continue;
		first = first ? first : &f->sectors[i];
		last = &f->sectors[i];
		n++;
	}
	if (n == 0)
		return 0;
	return fail(f->ctx, STFLASH_E_PROTECTED,
		    "%u of the %ss to be changed %s write-protected by the option bytes, from %s %u (0x%08x) to %u "
		    "(0x%08x); nothing was changed: %s removes the protection",
		    n, f->chip->controller->unit_name, n == 1 ? "is" : "are", f->chip->controller->unit_name,
		    first->number, (unsigned int)first->addr, last->number, (unsigned int)(last->addr + last->size - 1),
		    flash_wrp_remedy(f));
}
