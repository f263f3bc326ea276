/* SPDX-License-Identifier: MIT */
/*
 * How far flash really answers. What a chip announces is what its maker tested:
 * many an F103x8 holds twice as much, and with others, clones among them, the
 * addresses behind the end are a bus fault or show the lower flash once more.
 * Nothing is written to find out, so what is blank on both sides stays open.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "flash/flash.h"

#define WORD  4u
#define BLOCK 1024u
#define CHUNK 4096u /* between two looks at a cancellation */

/* So much that is equal on both sides, and not blank, is a mirror. */
#define MIRROR_LEN 0x10000u

/* The shortest flash of all lines, and so the shortest period of a mirror. */
#define SMALLEST 0x4000u

/* Is there anything at this offset of flash? A bus fault is no failure here. */
static int look_whether_it_answers(struct flash *f, uint32_t offset, bool *answers)
{
	uint32_t word;
	int err;

	err = dap_read32(f->core->dap, flash_first(f) + offset, &word);
	*answers = !err;
	if (err != STFLASH_E_FAULT)
		return err;
	ctx_clear_error(f->ctx);
	return 0;
}

/* The first offset that does not answer, between low, which does, and limit. */
static int find_end(struct flash *f, uint32_t low, uint32_t limit, uint32_t *end)
{
	bool answers;
	int err;

	*end = limit;
	err = look_whether_it_answers(f, limit - WORD, &answers);
	if (err || answers)
		return err;
	while (!err && *end - low > BLOCK) {
		const uint32_t mid = low + (*end - low) / 2 / BLOCK * BLOCK;

		err = look_whether_it_answers(f, mid, &answers);
		if (answers)
			low = mid;
		else
			*end = mid;
	}
	return err;
}

/* Compare [0, len) of flash with [period, period + len), up to the first difference. */
static int compare_with_start(struct flash *f, uint32_t period, uint32_t len, bool *same, bool *blank)
{
	uint8_t low[BLOCK], high[BLOCK];
	int err = 0;

	*same = *blank = true;
	for (uint32_t at = 0; !err && *same && at < len; at += BLOCK) {
		err = dap_read(f->core->dap, flash_first(f) + at, low, BLOCK);
		if (!err)
			err = dap_read(f->core->dap, flash_first(f) + period + at, high, BLOCK);
		*same = !err && !memcmp(low, high, BLOCK);
		*blank = *blank && !err && flash_bytes_erased(f, high, BLOCK) && flash_bytes_erased(f, low, BLOCK);
	}
	return err;
}

static int refuse_size(struct flash *f, uint32_t size, uint32_t end)
{
	return fail(f->ctx, STFLASH_E_ARG,
		    HINT_FLASH_SIZE
		    " %u: this chip has no more than %u KiB; nothing answers from 0x%08x on, and nothing "
		    "was changed: leave " HINT_FLASH_SIZE " out, or give " HINT_FLASH_SIZE " %u",
		    (unsigned int)(size / 1024), (unsigned int)(end / 1024), (unsigned int)(flash_first(f) + end),
		    (unsigned int)(end / 1024));
}

int flash_check_given_size(struct flash *f, uint32_t size)
{
	const uint32_t announced = f->announced;
	enum stflash_protection rdp;
	bool same, blank;
	uint32_t end;
	int err;

	if (size <= announced)
		return 0;
	err = flash_read_protection(f, &rdp);
	if (err || rdp != STFLASH_RDP_NONE)
		return err;
	err = find_end(f, announced ? announced - BLOCK : 0, size, &end);
	if (!err && end < size)
		err = refuse_size(f, size, end);
	if (err || !announced)
		return err;
	err = compare_with_start(f, announced, min_u32(min_u32(size - announced, announced), MIRROR_LEN), &same,
				 &blank);
	if (err)
		return err;
	f->mirror_from = same && !blank ? announced : 0;
	if (f->mirror_from)
		log_doubt(f->ctx,
			  "0x%08x shows the same bytes as 0x%08x: the flash of this chip seems to end at %u KiB, and "
			  "what lies behind is a mirror of it",
			  (unsigned int)(flash_first(f) + announced), (unsigned int)flash_first(f),
			  (unsigned int)(announced / 1024));
	return 0;
}

int flash_check_mirror(struct flash *f)
{
	if (!f->mirror_from)
		return 0;
	return fail(f->ctx, STFLASH_E_ARG,
		    HINT_FLASH_SIZE
		    " %u: 0x%08x shows the same bytes as 0x%08x, so the flash of this chip seems to end at "
		    "%u KiB, and writing behind that would change what lies below; nothing was changed: "
		    "leave " HINT_FLASH_SIZE " out",
		    (unsigned int)(f->size / 1024), (unsigned int)(flash_first(f) + f->mirror_from),
		    (unsigned int)flash_first(f), (unsigned int)(f->mirror_from / 1024));
}

/* The shortest period with which the flash repeats itself; one word everywhere, as in blank flash, tells nothing. */
static uint32_t find_mirror(const uint8_t *flash, uint32_t len)
{
	if (!memcmp(flash, flash + WORD, len - WORD))
		return FLASH_MIRROR_UNKNOWN;
	for (uint32_t period = SMALLEST; period < len; period *= 2)
		if (!memcmp(flash, flash + period, len - period))
			return period;
	return 0;
}

static int extent_fetch(struct flash *f, uint8_t *buf, uint32_t len)
{
	int err = 0;

	for (uint32_t at = 0; !err && at < len;) {
		const uint32_t chunk = min_u32(len - at, CHUNK);

		err = dap_read(f->core->dap, flash_first(f) + at, buf + at, chunk);
		at += chunk;
		if (!err)
			err = progress(f->ctx, STFLASH_READING, at, len);
	}
	return err;
}

int flash_find_extent(struct flash *f, uint32_t *answers, uint32_t *mirror)
{
	uint32_t end;
	uint8_t *buf;
	int err;

	err = flash_check_readable(f);
	if (!err)
		err = find_end(f, 0, f->chip->max_flash, &end);
	if (err)
		return err;
	buf = malloc(end);
	if (!buf)
		return fail(f->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	err = extent_fetch(f, buf, end);
	if (!err) {
		*mirror = find_mirror(buf, end);
		*answers = end;
	}
	free(buf);
	return err;
}
