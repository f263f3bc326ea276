/* SPDX-License-Identifier: MIT */
#include "cli/commands/map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"
#include "cli/words.h"

#define CELL        1024u
#define LABEL_WIDTH 12u /* "0x08000000  " */
#define ROWS_MAX    16u
#define WIDEST_ROW  128u

static const struct look {
	const char *ascii;
	const char *utf8;
	const char *colour; /* SGR parameter; NULL: none */
	const char *word;
} looks[MAP_MARKS] = {
	[MAP_ERASED] = { "E", "E", "31", "erased and programmed" },
	[MAP_PROGRAM] = { "P", "P", "32", "programmed" },
	[MAP_EQUAL] = { "=", "=", NULL, "equal already" },
	[MAP_HIDDEN] = { "?", "?", "33", "read-out protected" },
	[MAP_LOCKED] = { "W", "W", "33", "used, write-protected" },
	[MAP_SECURE] = { "S", "S", "33", "used, securable" },
	[MAP_USED] = { "#", "█", NULL, "used" },
	[MAP_LOCKED_BLANK] = { "w", "w", "33", "blank, write-protected" },
	[MAP_SECURE_BLANK] = { "s", "s", "33", "blank, securable" },
	[MAP_BLANK] = { ".", "·", NULL, "blank" },
	[MAP_RADIO] = { "R", "R", "33", "of the radio core" },
	[MAP_OTHER] = { ".", "·", NULL, "not changed" },
	[MAP_HOLE] = { " ", " ", NULL, "(space) no flash" },
};

/* Flash may go on behind a hole. */
static uint32_t flash_span(const struct cli *cli, const struct stflash_target_info *t)
{
	struct stflash_region region = { .struct_size = sizeof(region) };
	uint32_t end = t->flash_base;

	for (size_t n = 0; stflash_get_region(cli->session, n, &region) && region.kind == STFLASH_REGION_FLASH; n++)
		end = region.addr + region.size;
	return end - t->flash_base + t->radio_size;
}

bool map_init(struct map *m, struct cli *cli, const struct stflash_target_info *t, enum map_mark mark)
{
	struct stflash_region region = { .struct_size = sizeof(region) };
	const uint32_t size = flash_span(cli, t);

	*m = (struct map){ .base = t->flash_base, .cell = CELL, .n = (size + CELL - 1) / CELL };
	m->mark = malloc(m->n);
	if (!m->mark)
		return false;
	memset(m->mark, MAP_HOLE, m->n);
	for (size_t n = 0; stflash_get_region(cli->session, n, &region) && region.kind == STFLASH_REGION_FLASH; n++)
		map_put(m, region.addr, region.size, mark);
	map_put(m, t->flash_base + size - t->radio_size, t->radio_size, mark);
	return true;
}

void map_free(struct map *m)
{
	free(m->mark);
	m->mark = NULL;
}

void map_put(struct map *m, uint32_t addr, uint32_t size, enum map_mark mark)
{
	for (uint32_t at = addr - m->base; at < addr - m->base + size; at += m->cell)
		if (at / m->cell < m->n)
			m->mark[at / m->cell] = (uint8_t)mark;
}

static void put_mark(FILE *out, enum map_mark mark, bool utf8, bool colour)
{
	const struct look *look = &looks[mark];
	const char *text = utf8 ? look->utf8 : look->ascii;

	if (colour && look->colour)
		fprintf(out, "\033[%sm%s\033[m", look->colour, text);
	else
		fputs(text, out);
}

/* The most telling of the marks that share a character. */
static enum map_mark worst(const struct map *m, size_t first, size_t count)
{
	enum map_mark mark = MAP_HOLE;

	for (size_t i = first; i < first + count && i < m->n; i++)
		if (m->mark[i] < mark)
			mark = (enum map_mark)m->mark[i];
	return mark;
}

static void draw_legend(const struct map *m, uint32_t bytes, unsigned int columns, FILE *out, bool utf8, bool colour)
{
	char size[SIZE_TEXT_MAX];
	unsigned int at;
	bool used[MAP_MARKS] = { false };

	for (size_t i = 0; i < m->n; i++)
		used[m->mark[i]] = true;
	at = (unsigned int)fprintf(out, "one character is %s", size_text(size, bytes));
	for (unsigned int i = 0; i < MAP_MARKS; i++) {
		const unsigned int wide = 4 + (unsigned int)strlen(looks[i].word);

		if (!used[i])
			continue;
		fputs(at + wide > columns ? "\n" : "  ", out);
		at = at + wide > columns ? wide - 2 : at + wide;
		put_mark(out, (enum map_mark)i, utf8, colour);
		fprintf(out, " %s", looks[i].word);
	}
	fputc('\n', out);
}

void map_draw(const struct map *m, FILE *out)
{
	const bool utf8 = terminal_utf8(), colour = terminal_colour(out);
	const unsigned int columns = terminal_columns(out);
	unsigned int row = 8;
	size_t step = 1;

	while (2 * row + LABEL_WIDTH <= columns && row < WIDEST_ROW)
		row *= 2;
	while ((m->n + step * row - 1) / (step * row) > ROWS_MAX)
		step *= 2;

	for (size_t i = 0; i < m->n; i += step * row) {
		fprintf(out, "0x%08" PRIx32 "  ", m->base + (uint32_t)i * m->cell);
		for (size_t c = i; c < i + step * row && c < m->n; c += step)
			put_mark(out, worst(m, c, step), utf8, colour);
		fputc('\n', out);
	}
	draw_legend(m, (uint32_t)step * m->cell, columns, out, utf8, colour);
}

static enum map_mark mark_of(const struct stflash_map_cell *cell)
{
	if (cell->radio)
		return MAP_RADIO;
	if (cell->read_protected)
		return MAP_HIDDEN;
	if (cell->write_protected)
		return cell->used ? MAP_LOCKED : MAP_LOCKED_BLANK;
	if (cell->securable)
		return cell->used ? MAP_SECURE : MAP_SECURE_BLANK;
	return cell->used ? MAP_USED : MAP_BLANK;
}

void map_put_cells(struct map *m, const struct stflash_cells *cells)
{
	const struct stflash_map_cell *cell;

	for (size_t n = 0; (cell = stflash_get_cell(cells, n)); n++)
		map_put(m, cell->addr, cell->size, mark_of(cell));
}

static bool are_alike(const struct stflash_map_cell *a, const struct stflash_map_cell *b)
{
	return mark_of(a) == mark_of(b) && a->securable == b->securable;
}

void map_json(struct json *j, const struct stflash_cells *cells)
{
	const struct stflash_map_cell *first, *next;
	size_t n = 0;

	json_array(j, "map");
	while ((first = stflash_get_cell(cells, n))) {
		uint32_t size = 0;

		for (next = first; next && are_alike(next, first); next = stflash_get_cell(cells, ++n))
			size += next->size;
		json_item(j);
		json_hex(j, "addr", first->addr, 8);
		json_uint(j, "size", size);
		json_bool(j, "used", first->used);
		json_bool(j, "read_protected", first->read_protected);
		json_bool(j, "write_protected", first->write_protected);
		json_bool(j, "radio", first->radio);
		json_bool(j, "securable", first->securable);
		json_end(j);
	}
	json_array_end(j);
}
