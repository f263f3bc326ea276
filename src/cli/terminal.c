/* SPDX-License-Identifier: MIT */
#include "cli/terminal.h"

#include <stdlib.h>

#include "cli/system/system.h"

#define USUAL_COLUMNS  80u
#define FEWEST_COLUMNS 20u

unsigned int terminal_columns(FILE *out)
{
	const unsigned int columns = system_columns(out);

	return columns < FEWEST_COLUMNS ? USUAL_COLUMNS : columns;
}

bool terminal_colour(FILE *out)
{
	const char *never = getenv("NO_COLOR");

	return !(never && *never) && system_paints(out);
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

bool terminal_utf8(void)
{
	return system_utf8();
}
