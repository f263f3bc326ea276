/* SPDX-License-Identifier: MIT */
#include "cli/commands/options_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/commands/summary.h"
#include "cli/jobs/names.h"
#include "cli/new_file.h"
#include "cli/result.h"
#include "cli/words.h"

#define TEXT_LINE_MAX 400u

/* What cannot be set again is a comment. */
static const char *remark_of(const struct stflash_option *o)
{
	if (!o->known)
		return "# unknown: ";
	return o->writable ? "" : "# not to be changed: ";
}

char *options_text(const struct stflash_options *list, const char *title)
{
	const struct stflash_option *o;
	size_t n = 0, size, at;
	char *text;

	while (stflash_get_option(list, n))
		n++;
	size = (n + 2) * TEXT_LINE_MAX;
	text = malloc(size);
	if (!text)
		return NULL;
	at = (size_t)snprintf(text, size, "# option bytes of %.200s\n# back with: stflash options set NAME=VALUE...\n",
			      title);
	for (size_t i = 0; (o = stflash_get_option(list, i)); i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s = 0x%02" PRIx32 "  # %.300s\n", remark_of(o),
				       o->name, o->value, o->meaning);
	return text;
}

/* "  NAME = VALUE" without its comment, as NAME=VALUE. False: it is neither that nor empty. */
static bool parse_line(struct settings *s, const char *line, size_t len)
{
	char *out = s->text[s->n];
	size_t at = 0;

	for (size_t i = 0; i < len && line[i] != '#'; i++) {
		if (isspace((unsigned char)line[i]))
			continue;
		if (at + 1 == sizeof(s->text[0]))
			return false;
		out[at++] = line[i];
	}
	out[at] = '\0';
	if (!at)
		return true;
	s->list[s->n++] = out;
	return out[0] != '=' && strchr(out, '=') != NULL;
}

int options_from_text(struct cli *cli, struct settings *s, const char *name, const char *text, size_t len)
{
	unsigned int number = 1;

	s->n = 0;
	for (size_t at = 0; at < len; number++) {
		const char *end = memchr(text + at, '\n', len - at);
		const size_t line = end ? (size_t)(end - (text + at)) : len - at;

		if (s->n == SETTINGS_MAX || !parse_line(s, text + at, line))
			return cli_fail(cli, STFLASH_E_FILE, "%s, line %u: not of the form NAME = VALUE", name, number);
		at += line + 1;
	}
	return 0;
}

/* stm32-UID-options-DATE; a protected F1 hides its UID. */
static void default_stem(char *stem, size_t len, const struct stflash_target_info *target)
{
	char uid[UID_TEXT_MAX], date[32];
	const time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
	snprintf(stem, len, "stm32-%s-options-%s", *uid_text(uid, target->uid) ? uid : "unknown", date);
}

static int save_as_asked(struct cli *cli, struct output *out, const char *text)
{
	int err;

	err = output_write(cli, out, text, strlen(text));
	return err ? err : output_commit(cli, out);
}

int options_keep_open(struct cli *cli, struct output *out)
{
	const char *name = cli->opt.save;
	int err;

	*out = (struct output){ .fd = -1 };
	err = name_take(cli, &name);
	return err || !name ? err : output_open(cli, out, name, OUTPUT_KEEPS);
}

int options_keep(struct cli *cli, struct output *out)
{
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	struct stflash_options *list;
	char stem[96], name[NEW_FILE_NAME_MAX], *text;
	int err;

	err = stflash_get_target_info(cli->session, &target);
	if (!err)
		err = stflash_options_read(cli->session, &list);
	if (err)
		return err;
	text = options_text(list, target.name);
	stflash_free_options(list);
	if (!text)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	default_stem(stem, sizeof(stem), &target);
	if (out->name)
		err = save_as_asked(cli, out, text);
	else
		err = new_file_save(cli, stem, "txt", text, strlen(text), name);
	free(text);
	if (!err)
		summary_file(cli, out->name ? out->name : name, "old option bytes");
	return err;
}

/* What became of the flash when read-out protection was removed. */
static const char *erase_words(const struct stflash_options_report *r)
{
	if (r->erased_flash)
		return "the chip erased its flash: all of it is blank";
	if (r->power_cycle)
		return "the chip erases its flash with that, which can be seen after a power cycle";
	/* Protection that was set without a power cycle since. */
	return "flash was NOT erased and holds data: the protection was stored, not active";
}

void options_say_outcome(struct cli *cli, const struct stflash_options_report *r)
{
	if (r->lifted_rdp)
		cli_say(cli, "%s", erase_words(r));
	if (r->power_cycle)
		cli_note(cli, "power the board off and on: only then is the change of protection sure to be active");
}

void options_say_report(struct cli *cli, const struct stflash_options_report *r)
{
	if (!r->changed) {
		cli_say(cli, "the option bytes of %s already have these values; nothing was written", cli->chip);
		return;
	}
	cli_say(cli, "option bytes of %s written%s%s", cli->chip, r->verified ? " and read back" : "",
		r->lifted_rdp ? "" : "; reset and running");
	options_say_outcome(cli, r);
}

void options_json_report(const struct cli *cli, const struct stflash_options_report *r)
{
	struct json j;

	if (!cli->opt.json)
		return;
	result_open(cli, &j);
	json_bool(&j, "ok", true);
	json_bool(&j, "changed", r->changed);
	json_bool(&j, "verified", r->verified);
	json_bool(&j, "lifted_rdp", r->lifted_rdp);
	json_bool(&j, "erased_flash", r->erased_flash);
	json_bool(&j, "power_cycle", r->power_cycle);
	result_close(cli, &j);
}
