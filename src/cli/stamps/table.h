/* SPDX-License-Identifier: MIT */
/* Bytes out of a table of comma-separated values (RFC 4180; also with semicolons or tabs). */
#ifndef CLI_STAMPS_TABLE_H
#define CLI_STAMPS_TABLE_H

#include "cli/cli.h"

/* Bytes from hexadecimal digits, two each, perhaps with 0x in front and blanks or colons between; 0: it is no such
 * text. */
size_t hex_bytes(const char *text, size_t text_len, uint8_t *bytes, size_t max);

/*
 * The cell of a row, counted from 1 below the header, in a column, named as in the header, or numbered from 1: then the
 * first line is a header where its cell is not hexadecimal. *rows: how many there are.
 */
int table_cell(struct cli *cli, const char *path, const char *column, uint64_t row, uint8_t *bytes, size_t max,
	       size_t *len, uint64_t *rows) MUST_CHECK;

#endif
