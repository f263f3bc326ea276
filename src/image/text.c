/* SPDX-License-Identifier: MIT */
#include "image/text.h"

#include <stdlib.h>
#include <string.h>

#define CTRL_Z 0x1au /* what CP/M and MS-DOS end a text with */

static bool text_is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static bool is_line_end(uint8_t c)
{
	return c == '\n' || c == '\r';
}

void text_begin(struct text_lines *lines, const uint8_t *data, size_t len)
{
	static const uint8_t byte_order_mark[3] = { 0xef, 0xbb, 0xbf };
	const bool marked = len >= sizeof(byte_order_mark) && !memcmp(data, byte_order_mark, sizeof(byte_order_mark));

	while (len && (data[len - 1] == 0 || data[len - 1] == CTRL_Z || text_is_blank(data[len - 1]) ||
		       is_line_end(data[len - 1])))
		len--;
	*lines = (struct text_lines){ .data = data, .len = len };
	if (marked && len >= sizeof(byte_order_mark))
		lines->at = sizeof(byte_order_mark);
}

/* A line may end with LF, with CR, or with both. */
static size_t take_line(struct text_lines *lines)
{
	const size_t start = lines->at;
	size_t end = start;

	while (end < lines->len && !is_line_end(lines->data[end]))
		end++;
	lines->at = end;
	if (lines->at < lines->len)
		lines->at += lines->data[end] == '\r' && end + 1 < lines->len && lines->data[end + 1] == '\n' ? 2 : 1;
	lines->number++;
	return end - start;
}

bool text_next(struct text_lines *lines, const uint8_t **line, size_t *len)
{
	while (lines->at < lines->len) {
		const uint8_t *start = lines->data + lines->at;
		size_t n = take_line(lines);

		while (n && text_is_blank(start[n - 1]))
			n--;
		while (n && text_is_blank(*start)) {
			start++;
			n--;
		}
		if (n && *start != ';' && *start != '#' && !(n > 1 && start[0] == '/' && start[1] == '/')) {
			*line = start;
			*len = n;
			return true;
		}
	}
	return false;
}

int text_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int text_bytes(struct ctx *ctx, unsigned int line_number, const uint8_t *digits, size_t n_digits, uint8_t *bytes,
	       size_t *n_bytes)
{
	if (n_digits % 2)
		return fail(ctx, STFLASH_E_FILE, "line %u is cut off in the middle of a byte", line_number);
	if (n_digits / 2 > RECORD_MAX_BYTES)
		return fail(ctx, STFLASH_E_FILE, "line %u is longer than any record", line_number);
	for (size_t i = 0; i < n_digits / 2; i++) {
		const int high = text_digit(digits[2 * i]), low = text_digit(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return fail(ctx, STFLASH_E_FILE, "line %u has a character that is no hexadecimal digit",
				    line_number);
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	*n_bytes = n_digits / 2;
	return 0;
}

int text_ignore_rest(struct ctx *ctx, const struct stflash_image *img, unsigned int line_number)
{
	log_doubt(ctx, "%s: line %u and what follows come after the end record: ignored", img->name, line_number);
	return 0;
}

int text_put_record(struct ctx *ctx, struct image_text *out, const char *prefix, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	const size_t head = strlen(prefix);
	const size_t need = out->len + head + 2 * n + 1;
	char *p;

	if (need > out->cap) {
		const size_t cap = need < 4096 ? 4096 : need * 2;
		char *text = realloc(out->text, cap);

		if (!text)
			return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory while writing an image");
		out->text = text;
		out->cap = cap;
	}
	p = out->text + out->len;
	memcpy(p, prefix, head);
	p += head;
	for (size_t i = 0; i < n; i++) {
		*p++ = digits[bytes[i] >> 4];
		*p++ = digits[bytes[i] & 15];
	}
	*p = '\n';
	out->len = need;
	return 0;
}
