/* SPDX-License-Identifier: MIT */
/* What the terminal behind a stream can show. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Columns of the terminal; 80 when it is none. */
unsigned int terminal_columns(FILE *out);

/* Only on a terminal that is not dumb, and never with NO_COLOR (no-color.org). */
bool terminal_colour(FILE *out);

/* What a word in colour says. */
enum ink {
	INK_NONE,
	INK_GOOD,    /* green */
	INK_WARNING, /* yellow */
	INK_ERROR,   /* bold and red */
};

/* Print text, in colour where terminal_colour() says so. */
void terminal_paint(FILE *out, enum ink ink, const char *text);

/* Does the locale say UTF-8? */
bool terminal_utf8(void);

#endif
