/* SPDX-License-Identifier: MIT */
#include "cli/commands/stored.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/backup.h"
#include "cli/commands/memory.h"
#include "cli/input.h"
#include "cli/sha256.h"
#include "cli/system/system.h"
#include "cli/words.h"

#define PATH_LEN 4096u

static int stored_load(struct cli *cli, const char *folder, const char *name, struct stored_file *file)
{
	char path[PATH_LEN];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return cli_fail(cli, STFLASH_E_FILE, "the name of the folder is too long: %s", folder);
	return input_read(cli, path, &file->data, &file->len);
}

/* The value behind "key = " at the start of a line of info.txt. */
static bool stored_has(const struct stored *s, const char *key, char value[STORED_VALUE_LEN])
{
	const char *text = (const char *)s->info.data, *end = text + s->info.len;
	const size_t len = strlen(key);

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		if ((size_t)(stop - text) >= len + 3 && !memcmp(text, key, len) && !memcmp(text + len, " = ", 3)) {
			snprintf(value, STORED_VALUE_LEN, "%.*s", (int)(stop - text - (int)len - 3), text + len + 3);
			return true;
		}
		text = stop + 1;
	}
	return false;
}

static int stored_find(struct cli *cli, const struct stored *s, const char *key, char value[STORED_VALUE_LEN])
{
	if (stored_has(s, key, value))
		return 0;
	return cli_fail(cli, STFLASH_E_FILE, "%s/%s has no line '%s = ...': it is no backup of stflash", s->path,
			BACKUP_INFO, key);
}

static int find_number(struct cli *cli, const struct stored *s, const char *key, uint64_t *number)
{
	char value[STORED_VALUE_LEN];
	int err;

	err = stored_find(cli, s, key, value);
	if (!err && !parse_number(value, number))
		err = cli_fail(cli, STFLASH_E_FILE, "%s/%s: %s is no number: '%s'", s->path, BACKUP_INFO, key, value);
	return err;
}

static int check_hash(struct cli *cli, const struct stored *s, const char *name, const struct stored_file *file)
{
	char key[32], expected[STORED_VALUE_LEN], found[SHA256_TEXT_LEN];
	int err;

	snprintf(key, sizeof(key), "sha256 %s", name);
	err = stored_find(cli, s, key, expected);
	if (!err && strcmp(expected, sha256_text(found, file->data, file->len)) != 0)
		err = cli_fail(
			cli, STFLASH_E_FILE,
			"%s/%s is not what was backed up: its SHA-256 differs from the one in %s; nothing was written",
			s->path, name, BACKUP_INFO);
	return err;
}

/* It is checked like the other files, though it is not written: a backup that is damaged says so. */
static int check_otp(struct cli *cli, struct stored *s)
{
	struct stored_file otp = { .data = NULL };
	char sum[STORED_VALUE_LEN];
	int err;

	s->has_otp = stored_has(s, "sha256 " BACKUP_OTP, sum);
	if (!s->has_otp)
		return 0;
	err = stored_load(cli, s->path, BACKUP_OTP, &otp);
	if (!err)
		err = check_hash(cli, s, BACKUP_OTP, &otp);
	free(otp.data);
	return err;
}

/* A line that not every backup has. */
static int find_more(struct cli *cli, const struct stored *s, const char *key, uint64_t *number)
{
	char value[STORED_VALUE_LEN];

	*number = 0;
	return stored_has(s, key, value) ? find_number(cli, s, key, number) : 0;
}

/* What a radio core had of the flash was not saved. */
static int check_size(struct cli *cli, struct stored *s)
{
	uint64_t radio = 0;
	int err;

	err = find_more(cli, s, "radio_size", &radio);
	if (!err)
		err = find_more(cli, s, "bank2_base", &s->bank2_base);
	if (!err)
		err = find_more(cli, s, "bank2_size", &s->bank2_size);
	if (err)
		return err;
	if (s->flash.len + radio == s->flash_size && s->bank2_size <= s->flash.len && s->bank2_base <= UINT32_MAX)
		return 0;
	return cli_fail(cli, STFLASH_E_FILE,
			"%s/" BACKUP_FLASH " has %zu bytes, not the %" PRIu64 " of the flash that " BACKUP_INFO
			" tells of: it is no backup of a whole chip; nothing was written",
			s->path, s->flash.len, s->flash_size);
}

int stored_image(struct cli *cli, const struct stored *s, struct stflash_image *image)
{
	const size_t second = (size_t)s->bank2_size, first = s->flash.len - second;
	int err = 0;

	if (first)
		err = stflash_image_put(cli->session, image, BACKUP_FLASH, (uint32_t)s->flash_base, s->flash.data,
					first, false);
	if (!err && second)
		err = stflash_image_put(cli->session, image, BACKUP_FLASH, (uint32_t)s->bank2_base,
					s->flash.data + first, second, false);
	return err;
}

int stored_open(struct cli *cli, struct stored *s)
{
	int err;

	err = stored_load(cli, s->path, BACKUP_INFO, &s->info);
	if (!err)
		err = stored_load(cli, s->path, BACKUP_FLASH, &s->flash);
	if (!err)
		err = stored_load(cli, s->path, BACKUP_OPTIONS, &s->options);
	if (!err)
		err = check_hash(cli, s, BACKUP_FLASH, &s->flash);
	if (!err)
		err = check_hash(cli, s, BACKUP_OPTIONS, &s->options);
	if (!err)
		err = check_otp(cli, s);
	if (!err)
		err = find_number(cli, s, "dev_id", &s->dev_id);
	if (!err)
		err = find_number(cli, s, "flash_base", &s->flash_base);
	if (!err)
		err = find_number(cli, s, "flash_size", &s->flash_size);
	if (!err)
		err = stored_find(cli, s, "uid", s->uid);
	if (!err)
		err = options_from_text(cli, &s->settings, BACKUP_OPTIONS, (const char *)s->options.data,
					s->options.len);
	return err ? err : check_size(cli, s);
}

bool stored_identity(struct cli *cli, const char *path, char uid[STORED_VALUE_LEN], char date[STORED_VALUE_LEN])
{
	struct stored s = { .path = path };
	char name[PATH_LEN];
	enum system_kind kind;
	bool there;

	/* Whatever else lies beside backups: a pipe would be waited for. */
	if (snprintf(name, sizeof(name), "%s/%s", path, BACKUP_INFO) >= (int)sizeof(name) ||
	    system_kind(name, true, &kind) || kind != SYSTEM_FILE)
		return false;
	there = !stored_load(cli, path, BACKUP_INFO, &s.info) && stored_has(&s, "uid", uid) &&
		stored_has(&s, "date", date);
	*cli->message = '\0';
	stored_close(&s);
	return there;
}

void stored_close(struct stored *s)
{
	free(s->flash.data);
	free(s->options.data);
	free(s->info.data);
}
