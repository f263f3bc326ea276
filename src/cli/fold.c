/* SPDX-License-Identifier: MIT */
#include "cli/fold.h"

#include <string.h>

#include "cli/terminal.h"

#define USUAL_WIDTH 79u

unsigned int fold_width(FILE *out)
{
	const unsigned int columns = terminal_columns(out);

	return columns > USUAL_WIDTH ? USUAL_WIDTH : columns - 1;
}

void fold_print(FILE *out, const char *text, unsigned int column, unsigned int indent, unsigned int width)
{
	unsigned int start = column; /* of this line: a word that is too long for any line is not moved to the next */

	while (*text) {
		const unsigned int len = (unsigned int)strcspn(text, " \n");
		const unsigned int blank = column > start;

		if (blank && column + blank + len > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = start = indent;
		} else if (blank) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)len, text);
		column += len;
		text += len;
		if (*text == '\n' && text[1]) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = start = indent;
		}
		text += *text != '\0';
	}
	fputc('\n', out);
}
