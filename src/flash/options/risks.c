/* SPDX-License-Identifier: MIT */
/* What a change of the option bytes may do that nobody wants: bits that lock debuggers out, and bits with a warning. */
#include "flash/options/options.h"

/* The first lock of the boot address that is set; NULL: none. */
static const char *boot_lock_set(const struct flash *f, const struct option_words *o)
{
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (field.kind == OPTION_BOOT_LOCK && option_get(o, &field))
			return field.name;
	return NULL;
}

static bool sets_boot_lock(const struct flash *f, const struct option_words *now, const struct option_words *want,
			   const char **name)
{
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++) {
		*name = field.name;
		if (field.kind == OPTION_BOOT_LOCK && option_get(want, &field) && !option_get(now, &field))
			return true;
	}
	return false;
}

/* STM32G4 and G0 with both set answer no debugger any more (stlink issue 1194; RM0440 3.4.2). */
int option_check_boot_lock(struct flash *f, const struct option_words *now, const struct option_words *want,
			   unsigned int allow)
{
	const char *name;

	if (allow & STFLASH_ALLOW_BOOT_LOCK)
		return 0;
	if (sets_boot_lock(f, now, want, &name))
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "%s makes the chip start flash whatever else is set, and together with RDP level 1 it "
			    "closes the debug port: no tool opens that again; nothing was changed "
			    "(" HINT_BOOT_LOCK " does it all the same)",
			    name);
	name = boot_lock_set(f, want);
	if (name && option_rdp_level(f, want) > option_rdp_level(f, now))
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "%s is set, and read-out protection closes the debug port together with it: no tool opens "
			    "that again; nothing was changed: first clear it with `" HINT_OPTIONS_SET " %s=0` "
			    "(" HINT_BOOT_LOCK " with " HINT_OPTIONS_SET " does it all the same)",
			    name, name);
	return 0;
}

/* RM0503 3.5.1: what is erased then is asked for with the key, which goes in by the debug port. */
int option_check_rdp_key(struct flash *f, const struct option_words *now)
{
	struct option_field key;

	if (!option_find_rdp_key(f, &key) || !option_get(now, &key))
		return 0;
	return fail(f->ctx, STFLASH_E_PROTECTED,
		    "this chip removes read-out protection only with its OEM1 key, and one is set (%s); stflash "
		    "sends no passwords; nothing was changed: whoever has the key can send it with ST's "
		    "STM32CubeProgrammer",
		    key.name);
}

void option_each_risk(const struct flash *f, const struct option_words *now, const struct option_words *want,
		      void (*tell)(const char *words, void *user), void *user)
{
	struct option_field key;

	if (!now && option_find_rdp_key(f, &key) && option_get(want, &key))
		tell("an OEM1 key is set: read-out protection is removed only with it, and stflash sends no passwords",
		     user);
	for (const struct option_risk *r = f->options->risks; r && r->mask; r++)
		if ((want->word[r->word] & r->mask) == r->value && (!now || (now->word[r->word] & r->mask) != r->value))
			tell(r->words, user);
}
