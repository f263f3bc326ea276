/* SPDX-License-Identifier: MIT */
/* Reading and writing lines of hexadecimal digits: what Intel HEX and S-record have in common. */
#ifndef IMAGE_TEXT_H
#define IMAGE_TEXT_H

#include "image/image.h"

/* The longest record of either format: 255 bytes and what frames them. */
#define RECORD_MAX_BYTES 260u

/* Walks over the lines of a text file. */
struct text_lines {
	const uint8_t *data;
	size_t len;
	size_t at;
	unsigned int number; /* of the line that text_next() gave, from 1 */
};

/*
 * From the first line on. Not part of the text: a byte order mark in front, and
 * behind it NULs and a Ctrl-Z, which end a text on older systems.
 */
void text_begin(struct text_lines *lines, const uint8_t *data, size_t len);

/*
 * The next line that is neither blank nor a comment (behind ; or # or //),
 * without its end (LF, CR, or both) and surrounding blanks. False at the end of
 * the file.
 */
bool text_next(struct text_lines *lines, const uint8_t **line, size_t *len);

/* The value of a hexadecimal digit, -1 for anything else. */
int text_digit(uint8_t c);

/*
 * Bytes from pairs of hexadecimal digits. STFLASH_E_FILE when a character is
 * none, their number is odd, or there are more than RECORD_MAX_BYTES.
 */
int text_bytes(struct ctx *ctx, unsigned int line_number, const uint8_t *digits, size_t n_digits, uint8_t *bytes,
	       size_t *n_bytes) MUST_CHECK;

/* Words behind the end of an image, no records any more: a warning and 0. */
int text_ignore_rest(struct ctx *ctx, const struct stflash_image *img, unsigned int line_number);

/* Append prefix and the bytes as digits, then a line end. */
int text_put_record(struct ctx *ctx, struct image_text *out, const char *prefix, const uint8_t *bytes,
		    size_t n) MUST_CHECK;

#endif
