/* SPDX-License-Identifier: MIT */
#include "cli/stamps/table.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/jobs/shared.h"
#include "cli/words.h"

static int cell_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t hex_bytes(const char *text, size_t text_len, uint8_t *bytes, size_t max)
{
	size_t n = 0;

	if (text_len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		text += 2;
		text_len -= 2;
	}
	for (size_t i = 0; i < text_len;) {
		if (text[i] == ' ' || text[i] == ':') {
			i++;
			continue;
		}
		if (i + 1 >= text_len || n == max || cell_digit(text[i]) < 0 || cell_digit(text[i + 1]) < 0)
			return 0;
		bytes[n++] = (uint8_t)(cell_digit(text[i]) << 4 | cell_digit(text[i + 1]));
		i += 2;
	}
	return n;
}

/* A walk over the cells of a table. */
struct table {
	const char *at, *end;
	char separator;
};

/* A cell without its quotes and the blanks around it; quotes that are doubled inside are no hexadecimal anyway. */
struct cell {
	const char *text;
	size_t len;
	bool last; /* of its line */
};

static struct table table_begin(const uint8_t *data, size_t len)
{
	struct table t = { (const char *)data, (const char *)data + len, ',' };
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	const char *line;

	if (len >= 3 && !memcmp(data, byte_order_mark, 3))
		t.at += 3;
	for (line = t.at; line < t.end && *line != '\n'; line++)
		if (*line == ';' || *line == '\t' || *line == ',') {
			t.separator = *line;
			break;
		}
	return t;
}

static struct cell next_cell(struct table *t)
{
	struct cell cell = { .text = t->at };
	bool quoted = false;

	for (; t->at < t->end && (quoted || (*t->at != t->separator && *t->at != '\n')); t->at++)
		quoted ^= *t->at == '"';
	cell.len = (size_t)(t->at - cell.text);
	cell.last = t->at == t->end || *t->at == '\n';
	t->at += t->at < t->end;
	while (cell.len && strchr(" \r\"", cell.text[cell.len - 1]))
		cell.len--;
	for (; cell.len && strchr(" \"", *cell.text); cell.len--)
		cell.text++;
	return cell;
}

/* The cell number column, from 1 on, of the next line; len 0 where it has no such. False: there are no more lines. */
static bool next_row(struct table *t, uint64_t column, struct cell *found)
{
	struct cell cell;
	bool blank;

	do {
		if (t->at == t->end)
			return false;
		blank = true;
		*found = (struct cell){ .text = t->end };
		for (uint64_t i = 1;; i++) {
			cell = next_cell(t);
			blank = blank && !cell.len;
			if (i == column)
				*found = cell;
			if (cell.last)
				break;
		}
	} while (blank);
	return true;
}

/* The number of the column that the first line calls so; 0: none. */
static uint64_t find_column(struct table t, const char *name)
{
	struct cell cell;
	uint64_t i = 0;

	do {
		cell = next_cell(&t);
		i++;
		if (cell.len == strlen(name) && !memcmp(cell.text, name, cell.len))
			return i;
	} while (!cell.last);
	return 0;
}

static int find_cell(struct cli *cli, struct table t, const char *path, const char *name, uint64_t row,
		     struct cell *found, uint64_t *rows)
{
	struct cell cell;
	uint64_t column;
	uint8_t byte[256];
	const bool numbered = parse_number(name, &column) && column;
	bool header;

	if (!numbered)
		column = find_column(t, name);
	if (!column)
		return cli_fail(cli, STFLASH_E_FILE, "%s has no column '%s'; nothing was changed", path, name);
	*rows = 0;
	for (bool first = true; next_row(&t, column, &cell); first = false) {
		header = first && (!numbered || !hex_bytes(cell.text, cell.len, byte, sizeof(byte)));
		if (!header && ++*rows == row)
			*found = cell;
	}
	return 0;
}

int table_cell(struct cli *cli, const char *path, const char *column, uint64_t row, uint8_t *bytes, size_t max,
	       size_t *len, uint64_t *rows)
{
	struct cell cell = { .text = NULL };
	uint8_t *data;
	size_t size;
	int err;

	err = shared_read_file(cli, path, &data, &size);
	if (err)
		return err;
	err = find_cell(cli, table_begin(data, size), path, column, row, &cell, rows);
	*len = 0;
	if (!err && cell.text) {
		*len = hex_bytes(cell.text, cell.len, bytes, max);
		if (!*len)
			err = cli_fail(cli, STFLASH_E_FILE,
				       "%s: row %" PRIu64
				       " of column '%s' holds no bytes in hexadecimal, at most %zu; nothing "
				       "was changed",
				       path, row, column, max);
	}
	free(data);
	return err;
}
