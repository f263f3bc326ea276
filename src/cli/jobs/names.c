/* SPDX-License-Identifier: MIT */
#include "cli/jobs/names.h"

#include <stdlib.h>
#include <string.h>

#include "cli/jobs/connect.h"

#define OWNER_MAX 512u

/* Of a job: a name that was handed out. */
struct name {
	struct name *next;
	char text[];
};

/* Of the run: which board may make which file. */
struct claim {
	struct claim *next;
	char *name; /* owned */
	char owner[OWNER_MAX];
	bool clash; /* another board wanted it */
};

static const struct {
	const char *word;
	size_t offset; /* of its text in struct board */
} places[] = {
	{ "{serial}", offsetof(struct board, serial) },
	{ "{uid}", offsetof(struct board, uid) },
	{ "{path}", offsetof(struct board, path) },
};

/* The place that text begins with; NULL: none. */
static const char *value_at(const struct board *board, const char *text, size_t *len)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *value = (const char *)board + places[i].offset;

		*len = strlen(places[i].word);
		if (!strncmp(text, places[i].word, *len))
			return *value ? value : "unknown";
	}
	return NULL;
}

static bool has_place(const char *pattern)
{
	static const struct board nobody;
	size_t len;

	for (; *pattern; pattern++)
		if (value_at(&nobody, pattern, &len))
			return true;
	return false;
}

/* What a file system of any kind takes for more than a character of a name. */
static char plain(char c)
{
	return (unsigned char)c < 0x21 || (unsigned char)c > 0x7e || strchr("/\\:*?\"<>|", c) ? '-' : c;
}

/* Into buf, which has room for size; NULL: only count. Returns the length. */
static size_t fill_in_places(char *buf, const struct board *board, const char *pattern)
{
	size_t used = 0, len;

	while (*pattern) {
		const char *value = value_at(board, pattern, &len);

		for (; value && *value; value++, used++)
			if (buf)
				buf[used] = plain(*value);
		if (!value && buf)
			buf[used] = *pattern;
		used += !value;
		pattern += value ? len : 1;
	}
	return used;
}

/* Into memory of the job's. */
static int keep_filled_in(struct cli *cli, const char **name)
{
	const size_t len = fill_in_places(NULL, &cli->board, *name);
	struct name *n = calloc(1, sizeof(*n) + len + 1);

	if (!n)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	fill_in_places(n->text, &cli->board, *name);
	n->next = cli->names;
	cli->names = n;
	*name = n->text;
	return 0;
}

static struct claim *find_claim(const struct shared *shared, const char *name)
{
	struct claim *claim = shared->claims;

	while (claim && strcmp(claim->name, name) != 0)
		claim = claim->next;
	return claim;
}

/* Entered. NULL when out of memory. */
static struct claim *make_claim(struct cli *cli, const char *name)
{
	struct claim *claim = find_claim(cli->shared, name);
	char owner[OWNER_MAX];

	/* A board that comes again may have its file again. */
	snprintf(owner, sizeof(owner), "%s %s", cli->label ? cli->label : "", cli->board.uid);
	if (claim) {
		claim->clash |= !*cli->board.uid || strcmp(claim->owner, owner) != 0;
		return claim;
	}
	claim = calloc(1, sizeof(*claim));
	if (claim)
		claim->name = strdup(name);
	if (!claim || !claim->name) {
		free(claim);
		return NULL;
	}
	memcpy(claim->owner, owner, sizeof(owner));
	claim->next = cli->shared->claims;
	cli->shared->claims = claim;
	return claim;
}

void names_settle(struct cli *cli)
{
	if (!cli->settled && cli->shared->n_jobs)
		cli->shared->n_settled++;
	cli->settled = true;
	system_monitor_wake(cli->shared->monitor);
}

/* Nobody works before it is known what each of them is to make. */
static int claim_name(struct cli *cli, const char *name)
{
	struct shared *s = cli->shared;
	const struct claim *claim;
	bool clash;

	shared_enter(cli);
	cli->reached = true;
	claim = make_claim(cli, name);
	names_settle(cli);
	while (s->n_settled < s->n_jobs)
		system_monitor_wait(s->monitor);
	clash = claim && claim->clash;
	shared_leave(cli);
	if (!claim)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	return clash ? cli_fail(cli, STFLASH_E_ARG,
				"two boards would write the file %s, which holds one: put {serial}, {uid} or {path} "
				"into its name",
				name)
		     : 0;
}

int name_fill_in(struct cli *cli, const char **name)
{
	int err;

	if (!has_place(*name))
		return 0;
	err = connect_and_know(cli);
	return err ? err : keep_filled_in(cli, name);
}

int name_take(struct cli *cli, const char **name)
{
	int err;

	if (!*name)
		return 0;
	/* In a loop the next board may not have the file of this one. */
	err = cli->opt.loop ? connect_and_know(cli) : 0;
	if (!err)
		err = name_fill_in(cli, name);
	return err || !(cli->label || cli->opt.loop) ? err : claim_name(cli, *name);
}

void names_forget(struct cli *cli)
{
	while (cli->names) {
		struct name *const next = cli->names->next;

		free(cli->names);
		cli->names = next;
	}
}

void names_forget_claims(struct shared *shared)
{
	while (shared->claims) {
		struct claim *const next = shared->claims->next;

		free(shared->claims->name);
		free(shared->claims);
		shared->claims = next;
	}
}
