/* SPDX-License-Identifier: MIT */
#include "flash/engine/torn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define ECC_UNIT 8u

static int look_at_eccr(struct flash *f, uint8_t offset, bool *flagged)
{
	const struct controller *c = f->chip->controller;
	uint32_t value;
	int err;

	err = dap_read32(f->core->dap, c->base + offset, &value);
	if (err || !(value & c->eccd))
		return err;
	*flagged = true;
	return dap_write32(f->core->dap, c->base + offset, value); /* cleared by writing 1 */
}

int torn_flagged(struct flash *f, bool *flagged)
{
	const struct controller *c = f->chip->controller;
	int err = 0;

	*flagged = false;
	if (c->eccr)
		err = look_at_eccr(f, c->eccr, flagged);
	if (!err && c->ecc2r)
		err = look_at_eccr(f, c->ecc2r, flagged);
	return err;
}

static void note_torn(struct flash *f, uint32_t addr, uint32_t end)
{
	struct torn *t = &f->torn;
	size_t i = 0;

	while (i < t->n_runs && (addr < t->run[i].addr || addr > t->run[i].end))
		i++;
	if (i == ARRAY_SIZE(t->run)) {
		t->more = true;
		return;
	}
	if (i == t->n_runs)
		t->run[t->n_runs++] = (struct torn_run){ addr, addr };
	if (end > t->run[i].end)
		t->run[i].end = end;
}

/* *doubt: the bus refused it, which is noted in *refused too, or the chip says that its ECC did not fit. */
static int read_flagged(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, bool *refused, bool *doubt)
{
	int err;

	err = dap_read(f->core->dap, addr, buf, len);
	*refused = err == STFLASH_E_FAULT;
	if (*refused)
		ctx_clear_error(f->ctx);
	else if (err)
		return err;
	err = torn_flagged(f, doubt);
	*doubt |= *refused;
	return err;
}

/*
 * The whole of it, and where it is torn by halves down to double words, so that each is named and the others are read.
 * The chip may have said it of another before, as of the vectors that a reset reads: what it says again counts.
 */
static int read_by_halves(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, bool *torn)
{
	const uint32_t start = addr & ~(ECC_UNIT - 1), end = (addr + (uint32_t)len + ECC_UNIT - 1) & ~(ECC_UNIT - 1);
	const uint32_t middle = start + (end - start) / 2 / ECC_UNIT * ECC_UNIT;
	bool refused, doubt;
	int err;

	err = read_flagged(f, addr, buf, len, &refused, &doubt);
	if (err || !doubt)
		return err;
	if (middle > addr) {
		err = read_by_halves(f, addr, buf, middle - addr, torn);
		return err ? err : read_by_halves(f, middle, buf + (middle - addr), len - (middle - addr), torn);
	}
	err = read_flagged(f, addr, buf, len, &refused, &doubt);
	if (err || !doubt)
		return err;
	note_torn(f, start, end);
	*torn = true;
	if (refused)
		memset(buf, flash_erased(f), len);
	f->torn.refused |= refused;
	return 0;
}

int torn_read(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, bool *torn)
{
	bool any = false;
	int err;

	if (!f->chip->controller->eccr)
		return dap_read(f->core->dap, addr, buf, len);
	err = read_by_halves(f, addr, buf, len, &any);
	if (torn)
		*torn |= any;
	return err;
}

const char *torn_text(const struct flash *f, char text[TORN_TEXT_MAX])
{
	const struct torn *t = &f->torn;
	size_t used = 0;

	for (size_t i = 0; i < t->n_runs && used < TORN_TEXT_MAX; i++) {
		const struct torn_run *r = &t->run[i];

		used += (size_t)snprintf(text + used, TORN_TEXT_MAX - used, "%s0x%08x", i ? ", " : "",
					 (unsigned int)r->addr);
		if (r->end - r->addr > ECC_UNIT && used < TORN_TEXT_MAX)
			used += (size_t)snprintf(text + used, TORN_TEXT_MAX - used, "..0x%08x",
						 (unsigned int)r->end - 1);
	}
	if (t->more && used < TORN_TEXT_MAX)
		snprintf(text + used, TORN_TEXT_MAX - used, " and more");
	return text;
}

int torn_explain(struct flash *f, uint32_t addr, uint32_t len, int err)
{
	const struct sector *unit = flash_sector_at(f, addr);
	char text[TORN_TEXT_MAX];
	bool torn = false;
	uint8_t *bytes;

	if (err != STFLASH_E_FAULT || !f->chip->controller->eccr || !unit)
		return err;
	bytes = malloc(len);
	if (bytes && !torn_read(f, addr, bytes, len, &torn) && torn)
		err = fail(f->ctx, STFLASH_E_FLASH,
			   "a write or an erase was cut off at %s, so it cannot be read, and it is to be kept beside "
			   "the image; nothing was changed: " HINT_READ " 0x%08x 0x%x FILE saves the rest of that %s, "
			   "then " HINT_WRITE " FILE 0x%08x writes it anew",
			   torn_text(f, text), (unsigned int)unit->addr, (unsigned int)unit->size,
			   f->chip->controller->unit_name, (unsigned int)unit->addr);
	free(bytes);
	return err;
}
