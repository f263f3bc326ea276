/* SPDX-License-Identifier: MIT */
/* An input as a command line: one word a line. */
#ifndef TESTS_FUZZ_LINE_H
#define TESTS_FUZZ_LINE_H

#include <string.h>

#include "fuzz.h"

#define LINE_WORDS 32

struct line {
	char *text; /* owned; the words lie in it */
	int argc;
	char *argv[LINE_WORDS + 2]; /* the program's name, the words, NULL */
};

static inline void line_split(struct line *line, const uint8_t *data, size_t len)
{
	static char name[] = "stflash";
	char *next;

	line->text = malloc(len + 1);
	HOLDS(line->text);
	memcpy(line->text, data, len);
	line->text[len] = '\0';
	line->argv[0] = name;
	line->argc = 1;
	next = line->text;
	while (line->argc <= LINE_WORDS && next) {
		char *end = strchr(next, '\n');

		if (end)
			*end++ = '\0';
		line->argv[line->argc++] = next;
		next = end;
	}
	line->argv[line->argc] = NULL;
}

#endif
