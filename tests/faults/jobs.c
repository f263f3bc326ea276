/* SPDX-License-Identifier: MIT */
#include "jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a job starts from is made by stflash itself, without a fault. */
static void give(const struct job *job, const struct bench *b, const char *const *argv)
{
	struct trial t;

	trial_run(&t, b, job->target, "", argv);
	if (t.status == 0)
		return;
	fprintf(stderr, "%s: cannot be prepared: %s\n", job->name, t.said);
	abort();
}

static void prepare_protected(const struct job *job, struct bench *b)
{
	static const char *const protect[] = { "protect", "--save", "old.txt", NULL };

	give(job, b, protect);
	remove_made(b);
}

static void prepare_same(const struct job *job, struct bench *b)
{
	(void)job;
	memcpy(b->old, b->image, b->image_len);
	if (!save_file(b, "flash", b->old, b->size))
		abort();
}

/* An older dump that is nearly right: one bit of it has changed since. */
static void prepare_like(const struct job *job, struct bench *b)
{
	(void)job;
	if (!save_file(b, "like.bin", b->old, b->size))
		abort();
	b->old[b->image_len / 2] ^= 1;
	if (!save_file(b, "flash", b->old, b->size))
		abort();
}

/* The same, and it held the same again and again, so that an answer of before looks right. */
static void prepare_like_repeated(const struct job *job, struct bench *b)
{
	for (uint32_t i = 0; i < b->image_len; i++)
		b->old[i] = (uint8_t)(i % 512);
	prepare_like(job, b);
}

static void prepare_other(const struct job *job, struct bench *b)
{
	(void)job;
	memcpy(b->old, b->image, b->image_len);
	b->old[b->image_len / 2] ^= 1;
	if (!save_file(b, "flash", b->old, b->size))
		abort();
}

/* What flash holds becomes the image by clearing bits, for which nothing is erased. */
static void prepare_more_bits(const struct job *job, struct bench *b)
{
	(void)job;
	for (uint32_t i = 0; i < b->image_len; i++)
		b->old[i] |= b->image[i];
	if (!save_file(b, "flash", b->old, b->size))
		abort();
}

/* A folder of the old contents, and a chip that holds something else. */
static void prepare_folder(const struct job *job, struct bench *b)
{
	static const char *const backup[] = { "backup", "folder", NULL };
	static const char *const set[] = { "options", "set", "nRST_STOP=0", "--save", "old.txt", NULL };
	static const char *const write[] = { "write", "image.bin", "0x08000000", NULL };

	give(job, b, backup);
	give(job, b, set);
	give(job, b, write);
}

static bool is_dumped(const struct bench *b)
{
	const struct content *dump = &b->golden.file[DUMP];

	return dump->data && dump->len == b->image_len && !memcmp(dump->data, b->old, dump->len);
}

/* The first len bytes are those of head, the others as before. */
static bool flash_is(const struct bench *b, const uint8_t *head, uint32_t len)
{
	const struct content *flash = &b->golden.file[FLASH];

	return flash->data && flash->len == b->size && !memcmp(flash->data, head, len) &&
	       !memcmp(flash->data + len, b->old + len, b->size - len);
}

static bool is_written(const struct bench *b)
{
	return flash_is(b, b->image, b->image_len);
}

static bool is_unchanged(const struct bench *b)
{
	return flash_is(b, b->old, b->image_len);
}

static bool is_erased(const struct bench *b)
{
	uint8_t *blank = malloc(b->image_len);
	bool erased;

	if (!blank)
		abort();
	memset(blank, 0xff, b->image_len);
	erased = flash_is(b, blank, b->image_len);
	free(blank);
	return erased;
}

static bool is_backed_up(const struct bench *b)
{
	const struct content *copy = &b->golden.file[FOLDER_FLASH];

	return copy->data && copy->len == b->size && !memcmp(copy->data, b->old, b->size) && is_unchanged(b);
}

#define READ(size)                                     \
	{                                              \
		"read", "0x08000000", size, "dump.bin" \
	}
#define READ_NO_RESET(size)                                          \
	{                                                            \
		"read", "--no-reset", "0x08000000", size, "dump.bin" \
	}
#define READ_ATTACHED(size)                                            \
	{                                                              \
		"read", "-c", "attach", "0x08000000", size, "dump.bin" \
	}
#define READ_LIKE(size)                                                      \
	{                                                                    \
		"read", "--like", "like.bin", "0x08000000", size, "dump.bin" \
	}
#define READ_LIKE_ATTACHED(size)                                                         \
	{                                                                                \
		"read", "-cattach", "--like", "like.bin", "0x08000000", size, "dump.bin" \
	}
#define REPORT_FILE                    \
	{                              \
		"report", "report.txt" \
	}
#define ERASE(size)                         \
	{                                   \
		"erase", "0x08000000", size \
	}
#define WRITE                                      \
	{                                          \
		"write", "image.bin", "0x08000000" \
	}
#define VERIFY                                      \
	{                                           \
		"verify", "image.bin", "0x08000000" \
	}
#define SET                                                                     \
	{                                                                       \
		"options", "set", "nRST_STOP=0", "WRP=2-3", "--save", "old.txt" \
	}

#define UNPROTECT                                               \
	{                                                       \
		"unprotect", "--yes-erase", "--save", "old.txt" \
	}

#define F1       "stm32f103c8"
#define F1_21    "stm32f103c8,probe=v2-1"
#define F1_3     "stm32f103c8,probe=v3"
#define F0       "stm32f072rb"
#define F0_EMPTY "stm32f042k6"
#define F3       "stm32f303cb"
#define F2       "stm32f205rg"
#define F7       "stm32f746zg"
#define F2_WAITS "stm32f205rb,patience=30"
#define F7_WAITS "stm32f746zg,patience=30"
#define F4       "stm32f407vg"
#define F4_WAITS "stm32f407vg,patience=30" /* its option bytes take so long that the host sleeps meanwhile */
#define F4_3     "stm32f407vg,probe=v3"
#define L4       "stm32l476rg"
#define G0       "stm32g071rb"
#define G0_TWO   "stm32g0b1rc"
#define G4       "stm32g474re"
#define WB       "stm32wb55rg"
#define WL       "stm32wle5cc"

const struct job jobs[] = {
	/* First those that wait for a minute where the flash stays busy: others run meanwhile. */
	{ "unprotect-f4", F4_WAITS, 1024, 16384, 0, false, false, UNPROTECT, prepare_protected, NULL, 0 },
	{ "unprotect-f2", F2_WAITS, 128, 16384, 0, false, false, UNPROTECT, prepare_protected, NULL, 1 },
	{ "unprotect-f7", F7_WAITS, 1024, 16384, 0, false, false, UNPROTECT, prepare_protected, NULL, 2 },
	{ "read", F1, 64, 20000, 0, true, false, READ("20000"), NULL, is_dumped, 0 },
	{ "write", F1, 64, 5001, 0, false, true, WRITE, NULL, is_written, 0 },
	{ "verify", F1, 64, 9000, 0, true, false, VERIFY, prepare_same, is_unchanged, 0 },
	{ "verify-other", F1, 64, 9000, 10, true, false, VERIFY, prepare_other, is_unchanged, 3 },
	{ "erase", F1, 64, 4096, 0, false, false, ERASE("4096"), NULL, is_erased, 0 },
	{ "options", F1, 64, 4096, 0, false, false, SET, NULL, is_unchanged, 0 },
	{ "protect", F1, 64, 4096, 0, false, false, { "protect", "--save", "old.txt" }, NULL, is_unchanged, 4 },
	{ "unprotect", F1, 64, 4096, 0, false, false, UNPROTECT, prepare_protected, NULL, 0 },
	{ "backup", F1, 64, 4096, 0, true, false, { "backup", "folder" }, NULL, is_backed_up, 5 },
	{ "restore", F1, 64, 4096, 0, false, true, { "restore", "folder" }, prepare_folder, is_unchanged, 0 },
	{ "read-f4", F4, 1024, 40000, 0, true, false, READ("40000"), NULL, is_dumped, 0 },
	{ "write-f4", F4, 1024, 30003, 0, false, true, WRITE, NULL, is_written, 0 },
	{ "gap-f4", F4, 1024, 3001, 0, false, true, WRITE, NULL, is_written, 6 },
	{ "clear-f4", F4, 1024, 203, 0, false, true, WRITE, prepare_more_bits, is_written, 1 },
	{ "verify-f4", F4, 1024, 30003, 0, true, false, VERIFY, prepare_same, is_unchanged, 2 },
	{ "erase-f4", F4, 1024, 16384, 0, false, false, ERASE("16k"), NULL, is_erased, 3 },
	{ "options-f4", F4_WAITS, 1024, 16384, 0, false, false, SET, NULL, is_unchanged, 0 },
	{ "protect-f4", F4, 1024, 16384, 0, false, false, { "protect", "--save", "old.txt" }, NULL, is_unchanged, 4 },
	{ "backup-f4", F4, 1024, 16384, 0, true, false, { "backup", "folder" }, NULL, is_backed_up, 5 },
	{ "restore-f4", F4, 1024, 16384, 0, false, true, { "restore", "folder" }, prepare_folder, is_unchanged, 6 },
	{ "read-no-reset", F1, 64, 20000, 0, true, false, READ_NO_RESET("20000"), NULL, is_dumped, 1 },
	{ "read-no-reset-f4", F4, 1024, 40000, 0, true, false, READ_NO_RESET("40000"), NULL, is_dumped, 2 },
	{ "read-attached", F1, 64, 20000, 0, true, false, READ_ATTACHED("20000"), NULL, is_dumped, 3 },
	{ "read-attached-f4", F4, 1024, 40000, 0, true, false, READ_ATTACHED("40000"), NULL, is_dumped, 4 },
	{ "like", F1, 64, 20000, 0, true, false, READ_LIKE("20000"), prepare_like, is_dumped, 5 },
	{ "like-f4", F4, 1024, 200000, 0, true, false, READ_LIKE("200000"), prepare_like, is_dumped, 6 },
	{ "like-repeated", F1, 64, 20000, 0, true, false, READ_LIKE("20000"), prepare_like_repeated, is_dumped, 1 },
	{ "like-attached", F1, 64, 20000, 0, true, false, READ_LIKE_ATTACHED("20000"), prepare_like_repeated, is_dumped,
	  5 },
	{ "report", F1, 64, 4096, 0, true, false, REPORT_FILE, NULL, is_unchanged, 2 },
	{ "report-f4", F4, 1024, 16384, 0, true, false, REPORT_FILE, NULL, is_unchanged, 3 },
	{ "read-v2-1", F1_21, 64, 20000, 0, true, false, READ("20000"), NULL, is_dumped, 4 },
	{ "write-v2-1", F1_21, 64, 5001, 0, false, true, WRITE, NULL, is_written, 5 },
	{ "read-v3", F4_3, 1024, 70000, 0, true, false, READ("70000"), NULL, is_dumped, 6 },
	{ "write-v3", F1_3, 64, 5001, 0, false, true, WRITE, NULL, is_written, 1 },
	{ "read-f0", F0, 128, 20000, 0, true, false, READ("20000"), NULL, is_dumped, 2 },
	{ "write-f0", F0, 128, 5001, 0, false, true, WRITE, NULL, is_written, 3 },
	{ "write-empty-f0", F0_EMPTY, 32, 3001, 0, false, true, WRITE, NULL, is_written, 4 },
	{ "options-f0", F0, 128, 4096, 0, false, false, SET, NULL, is_unchanged, 5 },
	{ "unprotect-f0", F0, 128, 4096, 0, false, false, UNPROTECT, prepare_protected, NULL, 6 },
	{ "read-f3", F3, 128, 20000, 0, true, false, READ("20000"), NULL, is_dumped, 1 },
	{ "write-f3", F3, 128, 5001, 0, false, true, WRITE, NULL, is_written, 2 },
	{ "options-f3", F3, 128, 4096, 0, false, false, SET, NULL, is_unchanged, 3 },
	{ "unprotect-f3", F3, 128, 4096, 0, false, false, UNPROTECT, prepare_protected, NULL, 4 },
	{ "read-f2", F2, 1024, 40000, 0, true, false, READ("40000"), NULL, is_dumped, 5 },
	{ "write-f2", F2, 1024, 30003, 0, false, true, WRITE, NULL, is_written, 6 },
	{ "options-f2", F2_WAITS, 128, 16384, 0, false, false, SET, NULL, is_unchanged, 1 },
	{ "read-f7", F7, 1024, 40000, 0, true, false, READ("40000"), NULL, is_dumped, 2 },
	{ "write-f7", F7, 1024, 30003, 0, false, true, WRITE, NULL, is_written, 3 },
	{ "options-f7", F7_WAITS, 1024, 16384, 0, false, false, SET, NULL, is_unchanged, 4 },
	{ "read-l4", L4, 1024, 20000, 0, true, false, READ("20000"), NULL, is_dumped, 5 },
	{ "write-l4", L4, 1024, 5001, 0, false, true, WRITE, NULL, is_written, 6 },
	{ "verify-l4", L4, 1024, 9000, 0, true, false, VERIFY, prepare_same, is_unchanged, 1 },
	{ "erase-l4", L4, 1024, 4096, 0, false, false, ERASE("4096"), NULL, is_erased, 2 },
	{ "read-g0", G0, 128, 20000, 0, true, false, READ("20000"), NULL, is_dumped, 3 },
	{ "write-g0", G0, 128, 5001, 0, false, true, WRITE, NULL, is_written, 4 },
	{ "verify-g0", G0, 128, 9000, 0, true, false, VERIFY, prepare_same, is_unchanged, 5 },
	{ "erase-g0", G0, 128, 4096, 0, false, false, ERASE("4096"), NULL, is_erased, 6 },
	{ "read-g4", G4, 512, 20000, 0, true, false, READ("20000"), NULL, is_dumped, 1 },
	{ "write-g4", G4, 512, 5001, 0, false, true, WRITE, NULL, is_written, 2 },
	{ "verify-g4", G4, 512, 9000, 0, true, false, VERIFY, prepare_same, is_unchanged, 3 },
	{ "erase-g4", G4, 512, 4096, 0, false, false, ERASE("4096"), NULL, is_erased, 4 },
	{ "options-l4", L4, 1024, 4096, 0, false, false, SET, NULL, is_unchanged, 5 },
	{ "options-g0", G0_TWO, 256, 4096, 0, false, false, SET, NULL, is_unchanged, 6 },
	{ "options-g4", G4, 512, 4096, 0, false, false, SET, NULL, is_unchanged, 1 },
	{ "options-wb", WB, 1024, 4096, 0, false, false, SET, NULL, is_unchanged, 2 },
	{ "protect-l4", L4, 1024, 4096, 0, false, false, { "protect", "--save", "old.txt" }, NULL, is_unchanged, 3 },
	{ "unprotect-l4", L4, 1024, 4096, 0, false, false, UNPROTECT, prepare_protected, NULL, 4 },
	{ "unprotect-g0", G0, 128, 4096, 0, false, false, UNPROTECT, prepare_protected, NULL, 5 },
	{ "restore-g4", G4, 512, 4096, 0, false, true, { "restore", "folder" }, prepare_folder, is_unchanged, 6 },
	{ "write-full-l4", L4, 1024, 4096, 0, false, true, WRITE, NULL, is_written, 1 },
	{ "write-full-g0", G0_TWO, 256, 4096, 0, false, true, WRITE, NULL, is_written, 2 },
	{ "write-full-g4", G4, 512, 4096, 0, false, true, WRITE, NULL, is_written, 3 },
	{ "read-wb", WB, 1024, 20000, 0, true, false, READ("20000"), NULL, is_dumped, 4 },
	{ "write-wb", WB, 1024, 5001, 0, false, true, WRITE, NULL, is_written, 5 },
	{ "verify-wb", WB, 1024, 9000, 0, true, false, VERIFY, prepare_same, is_unchanged, 6 },
	{ "erase-wb", WB, 1024, 4096, 0, false, false, ERASE("4096"), NULL, is_erased, 1 },
	{ "write-full-wb", WB, 1024, 4096, 0, false, true, WRITE, NULL, is_written, 2 },
	{ "write-wl", WL, 256, 5001, 0, false, true, WRITE, NULL, is_written, 3 },
};

const size_t n_jobs = ARRAY_SIZE(jobs);
