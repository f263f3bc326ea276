/* SPDX-License-Identifier: MIT */
/* Text that is broken at blanks, so that no terminal breaks it inside a word. */
#ifndef CLI_FOLD_H
#define CLI_FOLD_H

#include <stdio.h>

/* Columns to fold for: those of the terminal but one, and 79 where it is wider or none. */
unsigned int fold_width(FILE *out);

/*
 * Print text from this column on, its further lines indented, none longer than
 * width where a blank allows it. Ends with a newline. Lines of text stay lines.
 */
void fold_print(FILE *out, const char *text, unsigned int column, unsigned int indent, unsigned int width);

/*
 * Print a line that began with column columns: broken at blanks where out is a terminal, whole elsewhere, as programs
 * read it. Ends with a newline.
 */
void fold_line(FILE *out, const char *text, unsigned int column, unsigned int indent);

#endif
