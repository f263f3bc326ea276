/* SPDX-License-Identifier: MIT */
/* A look over the whole flash: blank, used, protected. */
#include <stdlib.h>

#include "base/bytes.h"
#include "flash/engine/engine.h"
#include "flash/engine/write.h"
#include "flash/map.h"

/* Fine enough for a picture: no unit of any chip is smaller. */
#define CELL 1024u

/* Spans that are hashed between two reports of progress. */
#define RUN 64u

static int hash_all(struct engine *e, struct span *span, size_t n)
{
	int err = 0;

	for (size_t i = 0; !err && i < n; i += RUN) {
		const size_t end = min_size(i + RUN, n);

		err = e->worker.ops->hash(&e->worker, span + i, end - i);
		if (!err)
			err = progress(e->flash->ctx, STFLASH_CHECKING, (uint64_t)end * CELL, (uint64_t)n * CELL);
	}
	return err;
}

static int find_used(struct flash *f, bool may_reset, struct stflash_map_cell *cells, size_t n)
{
	struct span *span = calloc(n, sizeof(*span));
	size_t n_open = 0, seen = 0;
	struct engine e;
	int err;

	if (!span)
		return fail(f->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (!cells[i].read_protected)
			span[n_open++] = (struct span){ .addr = cells[i].addr, .len = cells[i].size };
	err = engine_begin_look(&e, f, may_reset, false);
	if (!err)
		err = hash_all(&e, span, n_open);
	if (err && !(err = engine_without_agent(&e, err)))
		err = hash_all(&e, span, n_open);
	err = engine_end(&e, err, STFLASH_THEN_RUN);
	for (size_t i = 0; i < n; i++) {
		if (cells[i].read_protected)
			continue;
		cells[i].used = !span_is_blank(f, &span[seen]);
		seen++;
	}
	free(span);
	return err;
}

/* Of the radio core's flash: neither this core nor a debugger sees what is there. */
static void cut_radio(const struct flash *f, struct stflash_map_cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cells[i] = (struct stflash_map_cell){
			.addr = f->radio + (uint32_t)i * CELL,
			.size = CELL,
			.read_protected = true,
			.write_protected = true,
			.radio = true,
		};
}

static void cut(const struct flash *f, struct stflash_map_cell *cells, size_t n, bool shut)
{
	for (size_t i = 0; i < n; i++) {
		const uint32_t addr = map_address(f, (uint32_t)i * CELL);
		const struct sector *unit = flash_sector_at(f, addr);

		cells[i].addr = addr;
		cells[i].size = min_u32(CELL, unit->addr + unit->size - addr);
		cells[i].read_protected = shut || unit->pcrop;
		cells[i].write_protected = unit->write_protected;
		cells[i].securable = unit->securable;
	}
}

int flash_look(struct flash *f, bool may_reset, struct stflash_map_cell **cells, size_t *n)
{
	enum stflash_protection rdp;
	size_t n_open;
	bool shut;
	int err;

	err = flash_read_protection(f, &rdp);
	if (!err)
		err = flash_read_write_protection(f);
	if (err)
		return err;
	shut = rdp == STFLASH_RDP_LEVEL_1 || rdp == STFLASH_RDP_LEVEL_2;

	n_open = (f->size + CELL - 1) / CELL;
	*n = n_open + f->radio_size / CELL;
	*cells = calloc(*n, sizeof(**cells));
	if (!*cells)
		return fail(f->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	cut(f, *cells, n_open, shut);
	cut_radio(f, *cells + n_open, *n - n_open);
	if (!shut)
		err = find_used(f, may_reset, *cells, n_open);
	if (err) {
		free(*cells);
		*cells = NULL;
	}
	return err;
}
