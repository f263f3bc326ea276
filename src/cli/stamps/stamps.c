/* SPDX-License-Identifier: MIT */
#include "cli/stamps/stamps.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/commands/range.h"
#include "cli/stamps/counter.h"
#include "cli/stamps/table.h"
#include "cli/words.h"

#define STAMP_MAX   256u /* bytes of one */
#define TEXT_LEN    1100u
#define UID_LEN     12u
#define ROWS_ENDING ".next" /* of the counter beside a table */

enum stamp_kind { STAMP_U8, STAMP_U16, STAMP_U32, STAMP_HEX, STAMP_STR, STAMP_UID, STAMP_TIME, STAMP_SN, STAMP_CSV };

static const struct {
	const char *name;
	bool bare;   /* takes no value */
	size_t size; /* bytes of a number */
} kinds[] = {
	[STAMP_U8] = { "u8", false, 1 },    [STAMP_U16] = { "u16", false, 2 }, [STAMP_U32] = { "u32", false, 4 },
	[STAMP_HEX] = { "hex", false, 0 },  [STAMP_STR] = { "str", false, 0 }, [STAMP_UID] = { "uid", true, 0 },
	[STAMP_TIME] = { "time", true, 4 }, [STAMP_SN] = { "sn", false, 4 },   [STAMP_CSV] = { "csv", false, 0 },
};

struct stamp {
	uint32_t addr;
	enum stamp_kind kind;
	const char *value; /* of the command line */
	uint8_t data[STAMP_MAX];
	size_t len;
	char text[TEXT_LEN]; /* for the person and the record */
	bool numbered;       /* another number for each board */
};

/* A counter that this board has asked: it gets one number of each. */
struct ticket {
	char *path; /* owned */
	uint64_t number;
	bool taken;
};

struct stamps {
	struct stamp list[STAMPS_MAX];
	size_t n;
	struct ticket tickets[STAMPS_MAX];
	size_t n_tickets;
	bool look;  /* into files; otherwise only at the words of the command line */
	bool take;  /* numbers, and do not only look at them */
	bool tried; /* the image has values of before */
	bool taken;
	time_t now;
	uint8_t uid[UID_LEN];
	char uid_text[UID_TEXT_MAX];
};

/* ------------------------------------------------------------ the command line */

static int stamp_parse(struct cli *cli, struct stamp *stamp, const char *word)
{
	const size_t addr_len = strcspn(word, "=");
	const char *kind = word[addr_len] ? word + addr_len + 1 : "";
	const size_t kind_len = strcspn(kind, ":");
	char number[32];
	uint64_t addr;
	size_t i = 0;

	snprintf(number, sizeof(number), "%.*s", (int)addr_len, word);
	if (addr_len >= sizeof(number) || !parse_number(number, &addr) || addr > UINT32_MAX || !*kind)
		return cli_usage(cli, "--stamp takes ADDR=KIND:VALUE, not '%s'", word);
	while (i < ARRAY_SIZE(kinds) &&
	       (strlen(kinds[i].name) != kind_len || strncmp(kind, kinds[i].name, kind_len) != 0))
		i++;
	if (i == ARRAY_SIZE(kinds))
		return cli_usage(cli, "--stamp: '%.*s' is none of u8, u16, u32, hex, str, uid, time, sn and csv",
				 (int)kind_len, kind);
	if (kinds[i].bare != !kind[kind_len])
		return cli_usage(cli, "--stamp: %s takes %s value", kinds[i].name, kinds[i].bare ? "no" : "a");
	*stamp = (struct stamp){ .addr = (uint32_t)addr, .kind = (enum stamp_kind)i };
	stamp->value = kind + kind_len + (kind[kind_len] == ':');
	return 0;
}

/* ------------------------------------------------------------------ values */

/* That is no misuse, and is found with what files hold. */
static int stamp_too_long(struct cli *cli, const struct stamp *stamp)
{
	if (!cli->stamps->look)
		return 0;
	return cli_fail(cli, STFLASH_E_ARG, "--stamp: '%s' is longer than %u bytes", stamp->value, STAMP_MAX);
}

static void put_number(struct stamp *stamp, uint64_t number)
{
	stamp->len = kinds[stamp->kind].size;
	for (size_t i = 0; i < stamp->len; i++)
		stamp->data[i] = (uint8_t)(number >> 8 * i);
	snprintf(stamp->text, sizeof(stamp->text), "%" PRIu64, number);
}

static int put_literal(struct cli *cli, struct stamp *stamp)
{
	const unsigned int bits = 8 * (unsigned int)kinds[stamp->kind].size;
	uint64_t number;

	if (!parse_number(stamp->value, &number) || number >> bits)
		return cli_usage(cli, "--stamp: '%s' is no number of %u bits", stamp->value, bits);
	put_number(stamp, number);
	return 0;
}

static int put_hex(struct cli *cli, struct stamp *stamp)
{
	stamp->len = hex_bytes(stamp->value, strlen(stamp->value), stamp->data, sizeof(stamp->data));
	if (!stamp->len)
		return cli_usage(cli, "--stamp: '%s' is not 1 to %u bytes in hexadecimal", stamp->value, STAMP_MAX);
	snprintf(stamp->text, sizeof(stamp->text), "%s", stamp->value);
	return 0;
}

/* The number of this board out of a counter: the same one wherever it is asked for. */
static int ticket_number(struct cli *cli, const char *path, uint64_t max, uint64_t *number)
{
	struct stamps *s = cli->stamps;
	struct ticket *t = s->tickets;
	int err;

	*number = 1;
	if (!s->look)
		return 0;
	while (t < s->tickets + s->n_tickets && strcmp(t->path, path) != 0)
		t++;
	if (t == s->tickets + s->n_tickets) {
		if (s->n_tickets == ARRAY_SIZE(s->tickets))
			return cli_fail(cli, STFLASH_E_ARG, "--stamp: more than %u counters", STAMPS_MAX);
		*t = (struct ticket){ .path = strdup(path) };
		if (!t->path)
			return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
		s->n_tickets++;
	}
	if (!t->taken) {
		err = counter_next(cli, path, s->take, max, &t->number);
		if (err)
			return err;
		t->taken = s->take;
	}
	*number = t->number;
	return 0;
}

static int put_sn(struct cli *cli, struct stamp *stamp)
{
	uint64_t number;
	const int err = ticket_number(cli, stamp->value, UINT32_MAX, &number);

	if (!err)
		put_number(stamp, number);
	stamp->numbered = true;
	return err;
}

/* FILE:COLUMN */
static int put_csv(struct cli *cli, struct stamp *stamp)
{
	const char *colon = strrchr(stamp->value, ':');
	char path[TEXT_LEN - 100], next[TEXT_LEN];
	uint64_t row, rows;
	int err;

	if (!colon || colon == stamp->value || !colon[1])
		return cli_usage(cli, "--stamp: csv takes FILE:COLUMN, not '%s'", stamp->value);
	if (!cli->stamps->look)
		return 0;
	if (colon - stamp->value >= (ptrdiff_t)sizeof(path))
		return stamp_too_long(cli, stamp);
	snprintf(path, sizeof(path), "%.*s", (int)(colon - stamp->value), stamp->value);
	snprintf(next, sizeof(next), "%s" ROWS_ENDING, path);
	err = table_cell(cli, path, colon + 1, 0, stamp->data, sizeof(stamp->data), &stamp->len, &rows);
	if (!err)
		err = ticket_number(cli, next, rows, &row);
	if (!err)
		err = table_cell(cli, path, colon + 1, row, stamp->data, sizeof(stamp->data), &stamp->len, &rows);
	if (!err && !stamp->len)
		err = cli_fail(cli, STFLASH_E_FILE, "%s has no row %" PRIu64 ", which %s names; nothing was changed",
			       path, row, next);
	if (!err)
		snprintf(stamp->text, sizeof(stamp->text), "%s row %" PRIu64, path, row);
	stamp->numbered = true;
	return err;
}

/* What stands for {sn:FILE}, {uid} or {time}; brace is what is between the two. */
static int stamp_fill_in(struct cli *cli, struct stamp *stamp, const char *brace, size_t len, char *text, size_t size)
{
	const struct stamps *s = cli->stamps;
	char path[TEXT_LEN];
	uint64_t number;
	int err;

	if (len == 3 && !strncmp(brace, "uid", len)) {
		snprintf(text, size, "%s", s->uid_text);
		return 0;
	}
	if (len == 4 && !strncmp(brace, "time", len)) {
		snprintf(text, size, "%" PRIu64, (uint64_t)s->now);
		return 0;
	}
	if (len < 4 || strncmp(brace, "sn:", 3) != 0)
		return cli_usage(cli, "--stamp: {%.*s} is none of {sn:FILE}, {uid} and {time}; {{ is a brace", (int)len,
				 brace);
	*text = '\0';
	if (len >= sizeof(path))
		return stamp_too_long(cli, stamp);
	snprintf(path, sizeof(path), "%.*s", (int)len - 3, brace + 3);
	stamp->numbered = true;
	err = ticket_number(cli, path, UINT32_MAX, &number);
	if (!err)
		snprintf(text, size, "%" PRIu64, number);
	return err;
}

static int put_str(struct cli *cli, struct stamp *stamp)
{
	const char *at = stamp->value;
	char piece[UID_TEXT_MAX];
	int err = 0;

	for (stamp->len = 0; *at; stamp->len += strlen(piece)) {
		const char *end = *at == '{' && at[1] != '{' ? strchr(at, '}') : NULL;

		piece[0] = *at;
		piece[1] = '\0';
		if (end)
			err = stamp_fill_in(cli, stamp, at + 1, (size_t)(end - at - 1), piece, sizeof(piece));
		else if (*at == '{' && at[1] != '{')
			err = cli_usage(cli, "--stamp: '%s' has a { without its }; {{ is a brace", stamp->value);
		if (err)
			return err;
		if (stamp->len + strlen(piece) > sizeof(stamp->data)) {
			err = stamp_too_long(cli, stamp);
			if (err)
				return err;
			stamp->len = 0;
		}
		memcpy(stamp->data + stamp->len, piece, strlen(piece));
		at = end ? end + 1 : at + 1 + (*at == '{');
	}
	if (!stamp->len)
		return cli_usage(cli, "--stamp: str takes at least one character");
	snprintf(stamp->text, sizeof(stamp->text), "%.*s", (int)stamp->len, (const char *)stamp->data);
	return 0;
}

static int put_value(struct cli *cli, struct stamp *stamp)
{
	const struct stamps *s = cli->stamps;

	switch (stamp->kind) {
	case STAMP_HEX:
		return put_hex(cli, stamp);
	case STAMP_STR:
		return put_str(cli, stamp);
	case STAMP_SN:
		return put_sn(cli, stamp);
	case STAMP_CSV:
		return put_csv(cli, stamp);
	case STAMP_TIME:
		put_number(stamp, (uint64_t)s->now);
		return 0;
	case STAMP_UID:
		memcpy(stamp->data, s->uid, sizeof(s->uid));
		stamp->len = sizeof(s->uid);
		snprintf(stamp->text, sizeof(stamp->text), "%s", s->uid_text);
		return 0;
	case STAMP_U8:
	case STAMP_U16:
	case STAMP_U32:
		break;
	}
	return put_literal(cli, stamp);
}

static int check_apart(struct cli *cli, const struct stamp *a, const struct stamp *b)
{
	const uint64_t a_end = (uint64_t)a->addr + a->len, b_end = (uint64_t)b->addr + b->len;

	if (a_end <= b->addr || b_end <= a->addr)
		return 0;
	return cli_fail(cli, STFLASH_E_ARG, "--stamp: two stamps have bytes at 0x%08" PRIx32 "; nothing was changed",
			a->addr > b->addr ? a->addr : b->addr);
}

static int put_values(struct cli *cli)
{
	struct stamps *s = cli->stamps;
	int err = 0;

	for (size_t i = 0; !err && i < s->n; i++) {
		err = put_value(cli, &s->list[i]);
		for (size_t k = 0; !err && s->look && k < i; k++)
			err = check_apart(cli, &s->list[k], &s->list[i]);
	}
	return err;
}

int stamps_parse(struct cli *cli)
{
	struct stamps *s;
	int err = 0;

	if (!cli->opt.n_stamps) {
		if (cli->opt.given & OPTION_BIT(OPTION_STAMP_OVER))
			return cli_usage(cli, "--stamp-over means nothing without --stamp");
		return 0;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	cli->stamps = s;
	s->now = time(NULL);
	memset(s->uid_text, '0', 2 * UID_LEN);
	for (size_t i = 0; !err && i < cli->opt.n_stamps; i++)
		err = stamp_parse(cli, &s->list[s->n++], cli->opt.stamps[i]);
	return err ? err : put_values(cli);
}

int stamps_look(struct cli *cli)
{
	if (!cli->stamps)
		return 0;
	cli->stamps->look = true;
	return put_values(cli);
}

/* --------------------------------------------------------------- the image */

static bool needs_uid(const struct stamp *stamp)
{
	return stamp->kind == STAMP_UID || (stamp->kind == STAMP_STR && strstr(stamp->value, "{uid}"));
}

static int learn_uid(struct cli *cli)
{
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	struct stamps *s = cli->stamps;
	bool needed = false;
	int err;

	for (size_t i = 0; i < s->n; i++)
		needed = needed || needs_uid(&s->list[i]);
	if (!needed)
		return 0;
	err = stflash_get_target_info(cli->session, &target);
	if (err)
		return err;
	for (size_t i = 0; i < UID_LEN; i++)
		s->uid[i] = (uint8_t)(target.uid[i / 4] >> 8 * (i % 4));
	uid_text(s->uid_text, target.uid);
	if (!*s->uid_text)
		return cli_fail(
			cli, STFLASH_E_UNSUPPORTED,
			"the unique id of this chip cannot be read, so that it cannot be stamped; nothing was changed");
	return 0;
}

/* Where a value of before is in the image already it gives way. */
static int put_into_image(struct cli *cli, struct stflash_image *image)
{
	const bool over = cli->opt.given & OPTION_BIT(OPTION_STAMP_OVER);
	struct stamps *s = cli->stamps;
	size_t before[STAMPS_MAX];
	int err;

	for (size_t i = 0; i < s->n; i++)
		before[i] = s->tried ? s->list[i].len : 0;
	err = put_values(cli);
	for (size_t i = 0; !err && i < s->n; i++) {
		const struct stamp *stamp = &s->list[i];
		const size_t again = stamp->len < before[i] ? stamp->len : before[i];

		err = stflash_image_put(cli->session, image, "--stamp", stamp->addr, stamp->data, again, true);
		if (!err)
			err = stflash_image_put(cli->session, image, "--stamp", stamp->addr + (uint32_t)again,
						stamp->data + again, stamp->len - again, over);
		if (err == STFLASH_E_ARG)
			err = cli_fail(cli, err, "%s; nothing was changed (--stamp-over replaces them)",
				       stflash_errmsg(cli->session));
	}
	s->tried = true;
	return err;
}

/* Where memory begins is looked at with the rest of the image; where it ends only once a number would be gone. */
static int check_end(struct cli *cli, const struct stamp *stamp)
{
	const uint32_t end = range_memory_end(cli, stamp->addr);

	if (!end || stamp->len <= end - stamp->addr)
		return 0;
	return cli_fail(cli, STFLASH_E_ARG,
			"--stamp: %zu bytes at 0x%08" PRIx32 " run past the end of memory at 0x%08" PRIx32
			"; nothing was changed",
			stamp->len, stamp->addr, end - 1);
}

int stamps_try(struct cli *cli, struct stflash_image *image)
{
	int err;

	if (!cli->stamps)
		return 0;
	err = learn_uid(cli);
	if (!err)
		err = put_into_image(cli, image);
	for (size_t i = 0; !err && i < cli->stamps->n; i++)
		err = check_end(cli, &cli->stamps->list[i]);
	return err;
}

int stamps_take(struct cli *cli, struct stflash_image *image)
{
	int err;

	if (!cli->stamps)
		return 0;
	cli->stamps->take = true;
	err = put_into_image(cli, image);
	cli->stamps->taken = true;
	return err;
}

/* ------------------------------------------------------------ what came of it */

bool stamps_get(const struct cli *cli, size_t n, struct stamp_value *value)
{
	const struct stamps *s = cli->stamps;

	if (!s || !s->tried || n >= s->n)
		return false;
	*value = (struct stamp_value){
		.addr = s->list[n].addr,
		.kind = kinds[s->list[n].kind].name,
		.text = s->list[n].text,
		.taken = s->taken,
	};
	return true;
}

void stamps_say(struct cli *cli)
{
	struct stamp_value v;

	for (size_t i = 0; stamps_get(cli, i, &v); i++)
		if (cli->stamps->list[i].numbered)
			cli_note(cli, "%s at 0x%08" PRIx32 ": %s %s", v.taken ? "stamped" : "would stamp", v.addr,
				 v.kind, v.text);
}

void stamps_json(const struct cli *cli, struct json *j)
{
	struct stamp_value v;

	if (!cli->stamps)
		return;
	json_array(j, "stamps");
	for (size_t i = 0; stamps_get(cli, i, &v); i++) {
		json_item(j);
		json_hex(j, "addr", v.addr, 8);
		json_string(j, "kind", v.kind);
		json_string(j, "value", v.text);
		json_end(j);
	}
	json_array_end(j);
}

void stamps_free(struct cli *cli)
{
	struct stamps *s = cli->stamps;

	for (size_t i = 0; s && i < s->n_tickets; i++)
		free(s->tickets[i].path);
	free(s);
	cli->stamps = NULL;
}
