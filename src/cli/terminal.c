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
