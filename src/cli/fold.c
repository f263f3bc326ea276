/* SPDX-License-Identifier: MIT */
#include "cli/fold.h"

#include <stdbool.h>
#include <string.h>

#include "cli/system/system.h"
#include "cli/terminal.h"

#define USUAL_WIDTH   79u
#define NARROW        60u /* columns: no place for a deep indent */
#define NARROW_INDENT 4u

unsigned int fold_width(FILE *out)
{
	const unsigned int columns = terminal_columns(out);

	return columns > USUAL_WIDTH ? USUAL_WIDTH : columns - 1;
}

void fold_print(FILE *out, const char *text, unsigned int column, unsigned int indent, unsigned int width)
{
	unsigned int start = column; /* of this line: a word that is too long for any line is not moved to the next */

	while (*text) {
		const unsigned int blanks = (unsigned int)strspn(text, " ");
		const unsigned int len = (unsigned int)strcspn(text + blanks, " \n");

		const bool moves = column > start || (column > indent && indent + len <= width);

		if (moves && column + blanks + len > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = start = indent;
		} else if (column > start && len) {
			fprintf(out, "%*s", (int)blanks, "");
			column += blanks;
		}
		text += blanks;
		fprintf(out, "%.*s", (int)len, text);
		column += len;
		text += len;
		if (*text == '\n' && text[1]) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = start = indent;
		}
		text += *text == '\n';
	}
	fputc('\n', out);
}

void fold_line(FILE *out, const char *text, unsigned int column, unsigned int indent)
{
	const unsigned int width = fold_width(out);

	if (system_is_terminal(out))
		fold_print(out, text, column, width < NARROW && indent > NARROW_INDENT ? NARROW_INDENT : indent, width);
	else
		fprintf(out, "%s\n", text);
}
