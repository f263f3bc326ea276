/* SPDX-License-Identifier: MIT */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/system/system.h"

#define USUAL_COLUMNS  80u
#define FEWEST_COLUMNS 20u

unsigned int terminal_columns(FILE *out)
{
	const unsigned int columns = system_columns(out);

	return columns < FEWEST_COLUMNS ? USUAL_COLUMNS : columns;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

bool terminal_colour(FILE *out)
{
	const char *term = getenv("TERM");

	return system_is_terminal(out) && !is_set("NO_COLOR") && term && strcmp(term, "dumb") != 0;
}

/* ECMA-48 8.3.117, SGR */
void terminal_paint(FILE *out, enum ink ink, const char *text)
{
	static const char *const codes[] = {
		[INK_GOOD] = "32",
		[INK_WARNING] = "33",
		[INK_ERROR] = "1;31",
	};

	if (ink != INK_NONE && terminal_colour(out))
		fprintf(out, "\033[%sm%s\033[m", codes[ink], text);
	else
		fputs(text, out);
}

/* The first of these that is set counts (POSIX 8.2). */
bool terminal_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *dot;

		if (!is_set(names[i]))
			continue;
		dot = strchr(getenv(names[i]), '.');
		return dot && (!strncasecmp(dot + 1, "UTF-8", 5) || !strncasecmp(dot + 1, "UTF8", 4));
	}
	return false;
}
