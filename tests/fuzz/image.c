/* SPDX-License-Identifier: MIT */
/*
 * A file as an image, in the format that FUZZ_FORMAT names; any file, as its
 * contents and a name have it, where that is STFLASH_FORMAT_AUTO. What loads has
 * segments in order that do not touch, and survives being written and loaded
 * again. What does not load changes nothing.
 */
#include <string.h>

#include "fuzz.h"
#include "stflash.h"

static void check_order(const struct stflash_image *image)
{
	const uint8_t *data;
	uint64_t end = 0, bytes = 0;
	uint32_t addr;
	size_t len;

	for (size_t n = 0; stflash_image_segment(image, n, &addr, &data, &len); n++) {
		HOLDS(len > 0 && (n == 0 || addr > end));
		end = (uint64_t)addr + len;
		HOLDS(end <= (uint64_t)UINT32_MAX + 1);
		bytes += len;
	}
	HOLDS(bytes == stflash_image_bytes(image));
}

/* One segment as text of a format, and back. */
static void check_round_trip(struct stflash *s, enum stflash_format format, uint32_t addr, const uint8_t *data,
			     size_t len)
{
	struct stflash_image *again = stflash_image_new();
	const uint8_t *back;
	uint32_t back_addr;
	size_t text_len, back_len;
	char *text;

	HOLDS(again);
	HOLDS(!stflash_format_text(s, format, addr, data, len, &text, &text_len));
	HOLDS(stflash_image_detect(text, text_len) == format);
	HOLDS(!stflash_image_load(s, again, "again", text, text_len, format, NULL));
	HOLDS(stflash_image_segment(again, 0, &back_addr, &back, &back_len));
	HOLDS(back_addr == addr && back_len == len && !memcmp(back, data, len));
	stflash_free_text(text);
	stflash_image_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t input_len)
{
	struct stflash *s = stflash_new();
	struct stflash_image *image = stflash_image_new();
	const uint32_t base = 0x08000000;
	const bool binary =
		FUZZ_FORMAT == STFLASH_FORMAT_AUTO && stflash_image_detect(input, input_len) == STFLASH_FORMAT_BIN;
	const uint8_t *data;
	uint32_t addr;
	size_t len;

	HOLDS(s && image);
	if (stflash_image_load(s, image, "input", input, input_len, FUZZ_FORMAT, binary ? &base : NULL)) {
		HOLDS(*stflash_errmsg(s));
		HOLDS(!stflash_image_bytes(image));
	} else {
		check_order(image);
		if (stflash_image_segment(image, 0, &addr, &data, &len)) {
			check_round_trip(s, STFLASH_FORMAT_IHEX, addr, data, len);
			check_round_trip(s, STFLASH_FORMAT_SREC, addr, data, len);
		}
	}
	stflash_image_free(image);
	stflash_free(s);
	return 0;
}
