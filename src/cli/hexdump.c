/* SPDX-License-Identifier: MIT */
#include "cli/hexdump.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define WIDE_BYTES   16u
#define WIDE_COLUMNS 78u /* "08000000  00 ..  |................|" */
#define SLIM_BYTES   8u
#define SLIM_COLUMNS 45u /* with the characters */

static void hexdump_line(FILE *out, unsigned int per_line, bool with_text, uint32_t addr, const uint8_t *data,
			 size_t len)
{
	fprintf(out, "%08" PRIx32 " ", addr);
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%s%02x", i % 8 ? " " : i ? "  " : " ", data[i]);
	if (!with_text) {
		putc('\n', out);
		return;
	}
	for (size_t i = len; i < per_line; i++)
		fputs(i % 8 ? "   " : "    ", out);
	fputs("  |", out);
	for (size_t i = 0; i < len; i++)
		putc(data[i] >= 0x20 && data[i] < 0x7f ? data[i] : '.', out);
	fputs("|\n", out);
}

void hexdump(FILE *out, unsigned int columns, uint32_t addr, const uint8_t *data, size_t len)
{
	const unsigned int per_line = columns >= WIDE_COLUMNS ? WIDE_BYTES : SLIM_BYTES;
	bool starred = false;

	for (size_t at = 0; at < len; at += per_line) {
		const size_t n = len - at < per_line ? len - at : per_line;
		const bool last = at + n == len;

		if (at && !last && !memcmp(data + at, data + at - per_line, n)) {
			if (!starred)
				fputs("*\n", out);
			starred = true;
			continue;
		}
		starred = false;
		hexdump_line(out, per_line, columns >= SLIM_COLUMNS, addr + (uint32_t)at, data + at, n);
	}
}
