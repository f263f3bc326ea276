/* SPDX-License-Identifier: MIT */
#include "image/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

bool text_next(struct text_lines *lines, const uint8_t **line, size_t *len)
{
	while (lines->at < lines->len) {
		const uint8_t *start = lines->data + lines->at;
		const uint8_t *nl = memchr(start, '\n', lines->len - lines->at);
		size_t n = nl ? (size_t)(nl - start) : lines->len - lines->at;

		lines->at += n + (nl ? 1 : 0);
		lines->number++;
		while (n && is_blank(start[n - 1]))
			n--;
		while (n && is_blank(*start)) {
			start++;
			n--;
		}
		if (n) {
			*line = start;
			*len = n;
			return true;
		}
	}
	return false;
}

static int digit(uint8_t c)
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
		const int high = digit(digits[2 * i]), low = digit(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return fail(ctx, STFLASH_E_FILE, "line %u has a character that is no hexadecimal digit",
				    line_number);
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	*n_bytes = n_digits / 2;
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
