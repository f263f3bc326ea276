/* SPDX-License-Identifier: MIT */
/*
 * What a file holds, judged by its bytes, and what its name says it holds. A
 * firmware is never taken for something else by chance: every known beginning
 * is one that no vector table has, and text is judged over its whole beginning.
 */
#ifndef IMAGE_CONTENT_H
#define IMAGE_CONTENT_H

#include "base/ctx.h"

struct content {
	enum stflash_format format; /* never STFLASH_FORMAT_AUTO; binary where no format was recognised */
	const char *foreign; /* "a web page (HTML)": what it is instead of a firmware; NULL: nothing else is known */
	const char *advice;  /* what to do about that */
};

struct content content_judge(const uint8_t *data, size_t len);

/* By the ending of a file's name, in any case of letters. STFLASH_FORMAT_AUTO: the name does not say. */
enum stflash_format content_of_name(const char *name);

/* "Intel HEX": what a sentence calls a format. */
const char *content_format_name(enum stflash_format format);

/* May the bytes be text, in ASCII, UTF-8 or a Latin code page? */
bool content_is_text(const uint8_t *data, size_t len);

#endif
