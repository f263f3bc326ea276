/* SPDX-License-Identifier: MIT */
/* Option bytes and protection as the public header has them. */
#include <stdlib.h>

#include "flash/options/options.h"
#include "session/session.h"
#include "session/sized.h"

/* With its own words; the name is the row's. */
struct described_option {
	struct stflash_option option;
	char meaning[512];
};

struct stflash_options {
	size_t n;
	struct described_option field[];
};

static void option_bytes_describe(struct stflash *s, const struct option_words *o, const struct option_field *field,
				  struct described_option *described)
{
	struct stflash_option *option = &described->option;
	const bool hidden = field->kind == OPTION_RDP && o->rdp_hidden;

	option->name = field->name;
	option->value = hidden ? 0 : option_get(o, field);
	option->max = (uint32_t)((1ull << field->width) - 1);
	option->known = !hidden;
	option->writable = !option_is_fixed(&s->flash, field) && option_rdp_level(&s->flash, o) != STFLASH_RDP_LEVEL_2;
	option->meaning = described->meaning;
	option_describe(&s->flash, o, field, described->meaning, sizeof(described->meaning));
}

static int option_bytes_read_words(struct stflash *s, struct option_words *o)
{
	int err;

	err = session_require(s);
	if (!err)
		err = check_cancel(&s->ctx);
	return err ? err : flash_options_read(&s->flash, o);
}

int stflash_options_read(struct stflash *s, struct stflash_options **list)
{
	struct stflash_options *found;
	struct option_field field;
	struct option_words o;
	size_t count = 0;
	int err;

	*list = NULL;
	do
		err = option_bytes_read_words(s, &o);
	while (session_come_back(s, &err));
	if (err)
		return err;
	while (option_field(&s->flash, count, &field))
		count++;
	found = calloc(1, sizeof(*found) + count * sizeof(found->field[0]));
	if (!found)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (size_t i = 0; option_field(&s->flash, i, &field); i++)
		option_bytes_describe(s, &o, &field, &found->field[i]);
	found->n = count;
	*list = found;
	return 0;
}

const struct stflash_option *stflash_get_option(const struct stflash_options *list, size_t n)
{
	return list && n < list->n ? &list->field[n].option : NULL;
}

void stflash_free_options(struct stflash_options *list)
{
	free(list);
}

int stflash_options_write(struct stflash *s, const char *const *settings, size_t n, unsigned int allow,
			  struct stflash_options_report *report)
{
	struct stflash_options_report r = { 0 };
	int err;

	err = sized_check(&s->ctx, "stflash_options_report", report);
	if (err)
		return err;
	do {
		err = session_prepare_to_change(s);
		if (!err && n == 0)
			err = fail(&s->ctx, STFLASH_E_ARG, "no option byte named: NAME=VALUE");
		if (!err)
			err = flash_options_set(&s->flash, settings, n, allow, &r);
	} while (session_come_back(s, &err));
	if (!err)
		sized_out(report, &r, sizeof(r));
	return err;
}

int stflash_protect(struct stflash *s, struct stflash_options_report *report)
{
	struct stflash_options_report r = { 0 };
	int err;

	err = sized_check(&s->ctx, "stflash_options_report", report);
	if (err)
		return err;
	do {
		err = session_prepare_to_change(s);
		if (!err)
			err = flash_protect(&s->flash, &r);
	} while (session_come_back(s, &err));
	if (!err)
		sized_out(report, &r, sizeof(r));
	return err;
}

int stflash_unprotect(struct stflash *s, unsigned int allow, struct stflash_options_report *report)
{
	struct stflash_options_report r = { 0 };
	int err;

	err = sized_check(&s->ctx, "stflash_options_report", report);
	if (err)
		return err;
	do {
		err = session_prepare_to_change(s);
		if (!err)
			err = flash_unprotect(&s->flash, allow, &r);
	} while (session_come_back(s, &err));
	if (!err)
		sized_out(report, &r, sizeof(r));
	return err;
}
