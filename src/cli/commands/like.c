/* SPDX-License-Identifier: MIT */
#include "cli/commands/like.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/backup.h"
#include "cli/commands/memory.h"
#include "cli/commands/stored.h"
#include "cli/folder.h"
#include "cli/input.h"
#include "cli/jobs/names.h"
#include "cli/ledger.h"
#include "cli/words.h"

/* A dump may hold anything, so that a name for raw bytes is believed, and elsewhere the contents decide. */
static enum stflash_format like_format(const char *name, const uint8_t *data, size_t len)
{
	return stflash_format_of_name(name) == STFLASH_FORMAT_BIN ? STFLASH_FORMAT_BIN
								  : stflash_image_detect(data, len);
}

/* given: the address behind the @, or NULL; addr: where a binary is without one */
static int like_load(struct cli *cli, struct like_file *like, const uint8_t *data, size_t len, const uint32_t *given,
		     uint32_t addr)
{
	const enum stflash_format format = like_format(like->name, data, len);

	ledger_add_file(cli, like->name, format_name(format), data, len, false, given);
	like->image = stflash_image_new();
	if (!like->image)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	return stflash_image_load(cli->session, like->image, like->name, data, len, format,
				  given || format != STFLASH_FORMAT_BIN ? given : &addr);
}

int like_open(struct cli *cli, struct like_file *like, uint32_t addr)
{
	uint8_t *data = NULL;
	const char *name;
	char *bare = NULL;
	uint32_t given = 0;
	bool placed = false;
	size_t len = 0;
	int err;

	*like = (struct like_file){ .name = NULL };
	if (!cli->opt.like)
		return 0;
	if (cli->opt.given & OPTION_BIT(OPTION_NO_LIKE))
		return cli_usage(cli, "--like takes from a file what is equal, --no-like forbids it: choose one");
	err = memory_split_name(cli, cli->opt.like, &bare, &placed, &given);
	name = bare;
	if (!err)
		err = name_fill_in(cli, &name); /* an older one of each board, or one for all */
	if (!err)
		err = name == bare ? shared_read_file(cli, name, &data, &len) : input_read(cli, name, &data, &len);
	like->name = err ? NULL : strdup(name);
	if (!err && !like->name)
		err = cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	free(bare);
	if (!err)
		err = like_load(cli, like, data, len, placed ? &given : NULL, addr);
	free(data);
	return err;
}

/* The search for the newest. */
struct search {
	struct cli *cli;
	const struct stflash_target_info *target;
	const char *parent; /* with its slash, or "" */
	char uid[UID_TEXT_MAX];
	char before[STORED_VALUE_LEN]; /* older than that, or of that date and with a smaller name; "": any */
	char *before_name;
	char *best; /* path of a folder; owned */
	char best_date[STORED_VALUE_LEN];
};

static char *joined(const char *a, const char *b, const char *c)
{
	const size_t len = strlen(a) + strlen(b) + strlen(c) + 1;
	char *text = malloc(len);

	if (text)
		snprintf(text, len, "%s%s%s", a, b, c);
	return text;
}

/* Is the backup in this folder to be tried before the one at (date, path)? */
static bool is_newer(const char *date, const char *path, const char *than_date, const char *than_path)
{
	const int order = strcmp(date, than_date);

	return order > 0 || (order == 0 && strcmp(path, than_path) > 0);
}

static void consider(struct search *s, char *path, const char *date)
{
	const bool late = s->before_name && !is_newer(s->before, s->before_name, date, path);

	if (late || (s->best && !is_newer(date, path, s->best_date, s->best))) {
		free(path);
		return;
	}
	free(s->best);
	s->best = path;
	snprintf(s->best_date, sizeof(s->best_date), "%s", date);
}

static void look_at_folder(const char *name, void *user)
{
	struct search *s = user;
	char uid[STORED_VALUE_LEN], date[STORED_VALUE_LEN];
	char *path;

	if (name[0] == '.') /* . and .., and what is being made */
		return;
	path = joined(s->parent, name, "");
	if (path && stored_identity(s->cli, path, uid, date) && !strcmp(uid, s->uid))
		consider(s, path, date);
	else
		free(path);
}

/* All of it is there and as it was made, and it is of this size. */
static bool like_take_backup(struct search *search, struct like_file *like)
{
	struct cli *cli = search->cli;
	const uint32_t base = search->target->flash_base;
	struct stored s = { .path = search->best };
	int err;

	err = stored_open(cli, &s);
	if (!err && (s.flash_size != search->target->flash_size || s.flash_base != base))
		err = STFLASH_E_FILE;
	if (!err) {
		like->name = joined(search->best, "/", BACKUP_FLASH);
		like->image = stflash_image_new();
		err = like->name && like->image ? stored_image(cli, &s, like->image) : STFLASH_E_NO_MEMORY;
	}
	if (!err)
		ledger_add_file(cli, like->name, "bin", s.flash.data, s.flash.len, false, NULL);
	else
		like_close(like);
	stored_close(&s);
	*cli->message = '\0'; /* whatever is wrong with it, the new backup does without */
	return !err;
}

void like_find(struct cli *cli, struct like_file *like, const char *path, const struct stflash_target_info *target)
{
	struct search s = { .cli = cli, .target = target };
	char *parent = folder_parent(path);

	*like = (struct like_file){ .name = NULL };
	uid_text(s.uid, target->uid);
	if (!parent || !*s.uid || (cli->opt.given & OPTION_BIT(OPTION_NO_LIKE))) {
		free(parent);
		return;
	}
	s.parent = parent;
	do {
		free(s.before_name);
		s.before_name = s.best;
		memcpy(s.before, s.best_date, sizeof(s.before));
		s.best = NULL;
		folder_list(*parent ? parent : ".", look_at_folder, &s);
	} while (s.best && !like_take_backup(&s, like));
	free(s.before_name);
	free(s.best);
	free(parent);
}

void like_say(struct cli *cli, const struct like_file *like, const struct stflash_dump_report *r)
{
	char size[SIZE_TEXT_MAX];

	if (!like->name)
		return;
	size_text(size, r->like);
	if (r->proof == STFLASH_PROOF_NONE)
		cli_note(cli, "only flash can be compared with %s: everything was transferred", like->name);
	else if (!r->like)
		cli_note(cli, "no part of flash is equal to %s: everything was transferred", like->name);
	else if (r->proof == STFLASH_PROOF_HASH)
		cli_note(cli,
			 "%s came from %s, not over the wire: verified by the chip's 64-bit hash, which is that of the "
			 "file",
			 size, like->name);
	else
		cli_note(cli, "%s: read once, and equal to %s, which counts as the second reading", size, like->name);
}

void like_json(struct json *j, const struct like_file *like, const struct stflash_dump_report *r)
{
	json_uint(j, "like_bytes", r->like);
	if (like->name)
		json_string(j, "like", like->name);
	else
		json_null(j, "like");
}

void like_close(struct like_file *like)
{
	free(like->name);
	stflash_image_free(like->image);
	*like = (struct like_file){ .name = NULL };
}
