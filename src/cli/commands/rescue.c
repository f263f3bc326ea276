/* SPDX-License-Identifier: MIT */
#include "cli/commands/rescue.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/signals.h"
#include "cli/system/system.h"
#include "cli/words.h"

#define NAME_TRIES 9u /* FILE, FILE-2, ... in each folder */
#define NAME_MAX_  128u

/* All that is needed is made before the first erase: the second signal finds it ready, and may do little itself. */
struct rescue {
	char *path[2 * NAME_TRIES]; /* where it may go, best first: the current folder, then that for temporary files */
	size_t n_paths;
	char *text; /* Intel HEX; the library's */
	size_t len;
	uint64_t bytes;     /* of flash */
	const char *stored; /* one of path; NULL: none */
	int why;            /* errno of the current folder when it is another one */
	const char *again;  /* how to run the same command again */
	bool wanted;        /* the write has failed: something may be lost */
	struct signal_watch *watch;
};

/* stm32-UID-kept-DATE.hex; a chip may hide its UID. */
static void base_name(char name[NAME_MAX_], const uint32_t uid[3])
{
	char text[UID_TEXT_MAX], date[32];
	const time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
	snprintf(name, NAME_MAX_, "stm32-%s-kept-%s", *uid_text(text, uid) ? text : "unknown", date);
}

static const char *temporary_folder(void)
{
	static const char *const names[] = { "TMPDIR", "TMP", "TEMP" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *folder = getenv(names[i]);

		if (folder && *folder)
			return folder;
	}
	return "/tmp";
}

static void add_paths(struct rescue *r, const char *folder, const char *name)
{
	const size_t len = strlen(folder) + strlen(name) + sizeof("/-99.hex");

	for (unsigned int i = 1; i <= NAME_TRIES; i++) {
		char *path = malloc(len);

		if (!path)
			return;
		if (i == 1)
			snprintf(path, len, "%s%s%s.hex", folder, *folder ? "/" : "", name);
		else
			snprintf(path, len, "%s%s%s-%u.hex", folder, *folder ? "/" : "", name, i);
		r->path[r->n_paths++] = path;
	}
}

static uint64_t image_bytes(const struct stflash_kept *kept)
{
	return stflash_image_bytes(kept->image);
}

/* Into the first of the paths that can be made. Calls nothing that a signal handler may not. */
static bool store(struct rescue *r)
{
	for (size_t i = 0; i < r->n_paths; i++) {
		const int fd = system_create_new(r->path[i]);
		bool failed;

		if (fd >= 0) {
			signals_remove(r->watch, r->path[i]);
			failed = system_write(fd, r->text, r->len, NULL) || system_sync(fd);
			failed |= close(fd) != 0;
			if (!failed)
				r->stored = r->path[i];
			else
				unlink(r->path[i]);
			signals_remove(r->watch, NULL);
		}
		if (r->stored)
			return true;
		if (errno != EEXIST && !r->why)
			r->why = errno;
	}
	return false;
}

static void put_words(const char *words)
{
	if (system_write(STDERR_FILENO, words, strlen(words), NULL))
		return; /* nobody reads */
}

/* The process ends now, by the second signal: what only it has goes to the file first. In the signal handler. */
static void last_act(void *rescue)
{
	struct rescue *r = rescue;

	if (store(r)) {
		put_words("\nstflash: ");
		put_words(r->stored);
		put_words(" has what was to be kept beside the image: run the same command again");
		put_words(r->again);
		put_words(", then `stflash write ");
		put_words(r->stored);
		put_words("`\n");
		return;
	}
	put_words("\nstflash: no file could be made for what was to be kept beside the image; this Intel HEX is it:\n");
	if (system_write(STDERR_FILENO, r->text, r->len, NULL))
		return;
}

/* Take over what is to be kept: all of it before the erase, what may be lost of it after a failure. */
static bool rescue_take(struct cli *cli, const struct stflash_kept *kept)
{
	struct rescue *r = cli->rescue;
	char name[NAME_MAX_], *text;
	size_t len;

	if (stflash_image_text(cli->session, kept->image, &text, &len))
		return false;
	signals_last_act(r->watch, NULL, NULL);
	if (!r->n_paths) {
		base_name(name, kept->uid);
		add_paths(r, "", name);
		add_paths(r, temporary_folder(), name);
	}
	stflash_free_text(r->text);
	r->text = text;
	r->len = len;
	r->bytes = image_bytes(kept);
	r->again = cli->backup_made ? " without --backup" : "";
	signals_last_act(r->watch, last_act, r);
	return true;
}

static void on_keep(const struct stflash_kept *kept, void *cli)
{
	rescue_take(cli, kept); /* without memory for the text the first signal can still be answered */
}

static int after_failure(struct cli *cli, int err)
{
	const struct stflash_kept *lost = stflash_get_kept(cli->session);
	struct rescue *r = cli->rescue;

	if (!*cli->message)
		cli_fail(cli, err, "%s", stflash_errmsg(cli->session));
	if (lost)
		rescue_take(cli, lost);
	if (!lost || !r->text)
		return err;
	r->wanted = true;
	if (!store(r)) {
		terminal_take(cli);
		fprintf(stderr, "%.*s", (int)r->len, r->text);
		terminal_give(cli);
	}
	return err;
}

int rescue_write(struct cli *cli, const struct stflash_image *image, const struct stflash_write_options *options,
		 struct stflash_write_report *report)
{
	struct stflash_write_options o = *options;
	int err;

	rescue_free(cli);
	cli->rescue = calloc(1, sizeof(*cli->rescue));
	if (!cli->rescue)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	cli->rescue->watch = &cli->signals;
	o.keep = on_keep;
	o.keep_user = cli;
	progress_job(cli, STFLASH_WRITING, stflash_image_bytes(image));
	err = stflash_write(cli->session, image, &o, report);
	if (err)
		err = after_failure(cli, err);
	signals_last_act(&cli->signals, NULL, NULL);
	return err;
}

/* Never left out, not with -q either: it is the only copy. */
void rescue_tell(struct cli *cli)
{
	const struct rescue *r = cli->rescue;

	if (!r || !r->wanted)
		return;
	if (r->stored)
		cli_insist(cli,
			   "%s%s%s has what was erased beside the image (%" PRIu64
			   " bytes): run the same command again%s, then `stflash write %s` puts it back",
			   r->why ? strerror(r->why) : "", r->why ? " in the current folder: " : "", r->stored,
			   r->bytes, r->again, r->stored);
	else
		cli_insist(
			cli,
			"no file can be made for what was erased beside the image (%s): save the Intel HEX lines "
			"above as kept.hex, run the same command again%s, then `stflash write kept.hex` puts it back",
			strerror(r->why), r->again);
}

void rescue_json(const struct cli *cli, struct json *j)
{
	const struct rescue *r = cli->rescue;

	if (!r || !r->wanted)
		return;
	json_begin(j, "kept");
	if (r->stored)
		json_string(j, "file", r->stored);
	else
		json_null(j, "file");
	json_uint(j, "bytes", r->bytes);
	json_end(j);
}

void rescue_free(struct cli *cli)
{
	struct rescue *r = cli->rescue;

	if (!r)
		return;
	for (size_t i = 0; i < r->n_paths; i++)
		free(r->path[i]);
	stflash_free_text(r->text);
	free(r);
	cli->rescue = NULL;
}
