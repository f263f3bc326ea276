/* SPDX-License-Identifier: MIT */
/*
 * A whole session, from the connection to the last command, against a probe
 * that mostly tells the truth: the input says which job is done, and where the
 * USB transfers fail, are cut, are garbled, or lie. Whatever it does, a
 * success is byte-exact and a failure has words.
 */
#include <string.h>

#include "base/bytes.h"
#include "fuzz.h"
#include "fuzzed_probe.h"
#include "stflash.h"

#define FLASH_BASE 0x08000000u
#define RANGE      5000u

struct bench {
	uint8_t *want; /* the whole flash as it has to be after a success */
	size_t size;
};

static void fill(uint8_t *p, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = (uint8_t)(seed >> 24);
	}
}

static int job_read(struct stflash *s, struct bench *b)
{
	uint8_t got[RANGE];
	const int err = stflash_dump(s, FLASH_BASE + 1, got, sizeof(got), NULL, NULL);

	HOLDS(err || !memcmp(got, b->want + 1, sizeof(got)));
	return err;
}

static int job_image(struct stflash *s, struct bench *b, uint32_t seed, bool write)
{
	const uint32_t base = FLASH_BASE + 3;
	struct stflash_image *image = stflash_image_new();
	uint8_t bytes[RANGE];
	int err;

	fill(bytes, sizeof(bytes), seed);
	HOLDS(image && !stflash_image_load(s, image, "image", bytes, sizeof(bytes), STFLASH_FORMAT_BIN, &base));
	err = write ? stflash_write(s, image, NULL, NULL) : stflash_verify(s, image, NULL, NULL);
	stflash_image_free(image);
	if (!err && write)
		memcpy(b->want + 3, bytes, sizeof(bytes));
	HOLDS(err || !memcmp(b->want + 3, bytes, sizeof(bytes)));
	return err;
}

static int job_write(struct stflash *s, struct bench *b)
{
	return job_image(s, b, 7, true);
}

static int job_verify(struct stflash *s, struct bench *b)
{
	return job_image(s, b, 8, false);
}

static int job_erase(struct stflash *s, struct bench *b)
{
	const size_t len = b->size > 65536 ? 16384 : 2048;
	const int err = stflash_erase(s, FLASH_BASE, (uint32_t)len, NULL, NULL);

	if (!err)
		memset(b->want, 0xff, len);
	return err;
}

static int (*const jobs[])(struct stflash *s, struct bench *b) = { job_read, job_write, job_verify, job_erase };

static const char *const parts[] = { "stm32f103c8", "stm32f103c8,probe=v2-1", "stm32f103c8,probe=v3", "stm32f407vg",
				     "stm32f103c8,fw=J17S4" };

/* Flash from before; after a verify job's pattern, so that both outcomes come up. */
static void set_up(struct bench *b, uint8_t *flash, uint8_t choice)
{
	memset(flash, 0xff, b->size);
	fill(flash, RANGE + 3000, 1);
	if (choice & 0x80)
		fill(flash + 3, RANGE, 8);
	memcpy(b->want, flash, b->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct stflash *s = stflash_new();
	struct model *model;
	struct bench b;
	uint8_t choice;
	uint8_t *flash;
	int err, late;

	choice = len ? data[0] : 0;
	model = model_new(parts[choice / 4 % ARRAY_SIZE(parts)]);
	fuzzed_begin(model, data + (len > 0), len - (len > 0));
	flash = model_flash(model, &b.size);
	b.want = malloc(b.size);
	HOLDS(s && b.want);
	set_up(&b, flash, choice);

	err = stflash_connect(s, "fuzz", STFLASH_CONNECT_AUTO);
	if (!err)
		err = jobs[choice % ARRAY_SIZE(jobs)](s, &b);
	HOLDS(!err || *stflash_errmsg(s));
	late = stflash_disconnect(s);
	HOLDS(!late || *stflash_errmsg(s));
	flash = model_flash(model, &b.size);
	HOLDS(err || !memcmp(flash, b.want, b.size));

	stflash_free(s);
	free(b.want);
	model_free(model);
	return 0;
}
