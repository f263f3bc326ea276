/* SPDX-License-Identifier: MIT */
/*
 * The folder of a backup, damaged as the input says, and `restore` with it: to
 * the chip that it is of, over a probe that tells the truth. What is refused
 * was refused before the chip was touched; what succeeds is on the chip. With
 * sums that do not fit, only an undamaged folder can succeed.
 */
#include <string.h>

#include "base/bytes.h"
#include "cli/commands/backup.h"
#include "cli/commands/memory.h"
#include "cli/folder.h"
#include "cli/jobs/job.h"
#include "cli/jobs/shared.h"
#include "cli/sha256.h"
#include "fuzz.h"
#include "fuzzed_probe.h"

#define N_FILES      3u
#define FLASH_BASE   0x08000000u
#define OPTION_BYTES 0x1ffff800u
#define F4_OPTCR     0x40023c14u
#define DAMAGE_LEN   5u /* file and kind, where (24 bits), and a byte */

/* The first byte of an input. */
#define ON_F4        0x01u
#define OTHER_CHIP   0x02u
#define HONEST_SUMS  0x04u
#define SUM_KEY_TEXT "sha256 "

enum damage { FLIP, SET, CUT_OFF, INSERT, DROP, DROP_LINE, BLANK_OUT, MISSING, N_DAMAGES };

struct file {
	const char *name;
	uint8_t *data;
	size_t len;
	bool missing;
};

/* What the wrapped functions of the command line read and write. */
static struct file files[N_FILES] = { { .name = BACKUP_FLASH }, { .name = BACKUP_OPTIONS }, { .name = BACKUP_INFO } };

int __wrap_folder_check(struct cli *cli, const char *path);
int __wrap_folder_create(struct cli *cli, const char *path, const struct folder_file *from, size_t n);
int __wrap_input_read(struct cli *cli, const char *name, uint8_t **data, size_t *len);

int __wrap_folder_check(struct cli *cli, const char *path)
{
	(void)cli;
	(void)path;
	return 0;
}

static void put(struct file *file, const void *data, size_t len)
{
	free(file->data);
	file->data = malloc(len + 1);
	HOLDS(file->data);
	memcpy(file->data, data, len);
	file->len = len;
}

int __wrap_folder_create(struct cli *cli, const char *path, const struct folder_file *from, size_t n)
{
	(void)cli;
	(void)path;
	/* What is in OTP memory can never be put back: a restore does not read it. */
	HOLDS(n == N_FILES || (n == N_FILES + 1 && !strcmp(from[N_FILES].name, BACKUP_OTP)));
	for (size_t i = 0; i < N_FILES; i++) {
		HOLDS(!strcmp(from[i].name, files[i].name));
		put(&files[i], from[i].data, from[i].len);
	}
	return 0;
}

int __wrap_input_read(struct cli *cli, const char *name, uint8_t **data, size_t *len)
{
	const struct file *file = files;

	while (file < files + N_FILES - 1 && strcmp(strrchr(name, '/') + 1, file->name) != 0)
		file++;
	if (file->missing)
		return cli_fail(cli, STFLASH_E_FILE, "cannot read %s: it is missing", name);
	*data = malloc(file->len ? file->len : 1); /* so that a sanitizer sees one byte too many */
	HOLDS(*data);
	memcpy(*data, file->data, file->len);
	*len = file->len;
	return 0;
}

/* One run of a command, talking to nobody. */
static int run(int (*command)(struct cli *cli), uint32_t given)
{
	char folder[] = "folder";
	char *words[] = { folder, NULL };
	struct cli cli = { .opt = { .quiet = true, .given = given }, .words = words, .n_words = 1 };
	struct shared shared;
	int err;

	HOLDS(!shared_open(&cli, &shared));
	cli.out = stdout;
	cli.session = stflash_new();
	HOLDS(cli.session);
	err = command(&cli);
	HOLDS(!err || *cli.message || *stflash_errmsg(cli.session));
	job_close(&cli);
	shared_close(&shared);
	return err;
}

/* ------------------------------------------------------------------ the damage */

static void drop(struct file *file, size_t at, size_t n)
{
	memmove(file->data + at, file->data + at + n, file->len - at - n);
	file->len -= n;
}

static size_t line_len(const struct file *file, size_t at)
{
	const uint8_t *end = memchr(file->data + at, '\n', file->len - at);

	return end ? (size_t)(end - file->data) + 1 - at : file->len - at;
}

static void insert(struct file *file, size_t at, uint8_t byte)
{
	uint8_t *more = realloc(file->data, file->len + 2);

	HOLDS(more);
	file->data = more;
	memmove(more + at + 1, more + at, file->len - at);
	more[at] = byte;
	file->len++;
}

static void spoil(struct file *file, enum damage damage, size_t at, uint8_t byte)
{
	if (damage == MISSING)
		file->missing = true;
	if (damage == INSERT)
		insert(file, at % (file->len + 1), byte);
	if (!file->len)
		return;
	at %= file->len;
	if (damage == FLIP)
		file->data[at] ^= (uint8_t)(1u << (byte & 7));
	if (damage == SET)
		file->data[at] = byte;
	if (damage == CUT_OFF)
		file->len = at;
	if (damage == DROP)
		drop(file, at, min_size(byte, file->len - at));
	if (damage == DROP_LINE)
		drop(file, at, line_len(file, at));
	if (damage == BLANK_OUT)
		memset(file->data + at, 0xff, min_size(byte, file->len - at));
}

/* The sum of a file in the information, where there still is one. */
static void make_honest(const struct file *file, struct file *info)
{
	char key[48], sum[SHA256_TEXT_LEN];
	const size_t key_len = (size_t)snprintf(key, sizeof(key), SUM_KEY_TEXT "%s = ", file->name);

	sha256_text(sum, file->data, file->len);
	for (size_t at = 0; at + key_len + strlen(sum) <= info->len; at++)
		if (!memcmp(info->data + at, key, key_len))
			memcpy(info->data + at + key_len, sum, strlen(sum));
}

static void spoil_all(const uint8_t *data, size_t len, bool honest)
{
	for (; len >= DAMAGE_LEN; data += DAMAGE_LEN, len -= DAMAGE_LEN)
		spoil(&files[data[0] % N_FILES], data[0] / N_FILES % N_DAMAGES, get_le32(data + 1) & 0xffffff, data[4]);
	for (size_t i = 0; honest && i < N_FILES - 1; i++)
		make_honest(&files[i], &files[N_FILES - 1]);
}

/* -------------------------------------------------------------------- the chip */

struct chip_state {
	uint32_t options[4];
	uint8_t *flash; /* owned */
	size_t size;
};

static struct chip_state look(struct model *model, bool f4)
{
	struct chip_state c = { .size = 0 };
	const uint8_t *flash = model_flash(model, &c.size);

	c.flash = malloc(c.size);
	HOLDS(c.flash);
	memcpy(c.flash, flash, c.size);
	for (size_t i = 0; i < ARRAY_SIZE(c.options); i++)
		c.options[i] = f4 ? model_word(model, F4_OPTCR) | 1 : model_word(model, OPTION_BYTES + 4 * (uint32_t)i);
	return c;
}

static bool same_chip(const struct chip_state *a, const struct chip_state *b)
{
	return !memcmp(a->flash, b->flash, a->size) && !memcmp(a->options, b->options, sizeof(a->options));
}

/* The chip has changed since the backup was made, so that there is something to restore. */
static void change(struct model *model)
{
	size_t size;
	uint8_t *flash = model_flash(model, &size);

	memset(flash + 0x400, 0x5a, 64);
}

/* The files anew as `backup` makes them of the chip, which it is asked once. Kept until the end of the process. */
static const struct file *fresh_folder(bool f4)
{
	static struct file good[2][N_FILES];

	if (!good[f4][0].data) {
		HOLDS(!run(cmd_backup, 0));
		for (size_t i = 0; i < N_FILES; i++)
			put(&good[f4][i], files[i].data, files[i].len);
	}
	for (size_t i = 0; i < N_FILES; i++) {
		put(&files[i], good[f4][i].data, good[f4][i].len);
		files[i].missing = false;
	}
	return good[f4];
}

static bool is_intact(const struct file *good)
{
	for (size_t i = 0; i < N_FILES - 1; i++)
		if (files[i].len != good[i].len || memcmp(files[i].data, good[i].data, good[i].len) != 0)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t choice = len ? data[0] : 0;
	const bool f4 = choice & ON_F4;
	struct model *model = model_new(f4 ? "stm32f401cb" : "stm32f103c8");
	struct chip_state before, after;
	const struct file *good;
	int err;

	fuzzed_begin(model, NULL, 0);
	good = fresh_folder(f4);
	change(model);
	before = look(model, f4);
	spoil_all(data + (len > 0), len - (len > 0), choice & HONEST_SUMS);
	err = run(cmd_restore, choice & OTHER_CHIP ? OPTION_BIT(OPTION_OTHER_CHIP) : 0);
	after = look(model, f4);

	HOLDS(!err || same_chip(&before, &after));
	HOLDS(err || files[0].len == after.size || (choice & OTHER_CHIP && files[0].len < after.size));
	HOLDS(err || !memcmp(after.flash, files[0].data, files[0].len));
	HOLDS(err || choice & HONEST_SUMS || is_intact(good));

	free(before.flash);
	free(after.flash);
	model_free(model);
	return 0;
}
