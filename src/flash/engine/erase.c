/* SPDX-License-Identifier: MIT */
/* Erasing units, or everything, and the proof that they are blank. */
#include <stdlib.h>

#include "flash/controllers/procedure.h"
#include "flash/engine/engine.h"
#include "flash/engine/write.h"
#include "flash/map.h"

/* The units of a range, as spans of one unit each. */
struct erasing {
	struct flash *flash;
	bool skip_blank;
	struct span *span; /* one for each unit of the range; owned */
	size_t first, n;   /* units */
	bool all;
};

static const char maybe_erased[] = "the erase may be incomplete: run the command again to complete it";

static int not_a_border(struct flash *f, uint32_t addr)
{
	const struct sector *unit = flash_sector_at(f, addr);

	if (!unit)
		return fail(f->ctx, STFLASH_E_ARG, "0x%08x is not in flash (0x%08x..0x%08x)", (unsigned int)addr,
			    (unsigned int)flash_first(f), (unsigned int)(flash_end(f) - 1));
	return fail(f->ctx, STFLASH_E_ARG,
		    "0x%08x lies inside of %s %u (0x%08x..0x%08x), which can only be erased whole; nothing was erased",
		    (unsigned int)addr, f->chip->controller->unit_name, unit->number, (unsigned int)unit->addr,
		    (unsigned int)(unit->addr + unit->size - 1));
}

static int choose_range(struct erasing *r, uint32_t addr, uint32_t len)
{
	struct flash *f = r->flash;
	const struct sector *first, *last;

	r->all = addr == 0 && len == 0;
	if (r->all) {
		r->first = 0;
		r->n = f->n_sectors;
		return 0;
	}
	if (flash_has_radio(f, addr, len))
		return flash_check_radio(f, addr, len);
	first = flash_sector_at(f, addr);
	if (!first || first->addr != addr)
		return not_a_border(f, addr);
	/* A hole between the two is passed over: nothing is there to be erased. */
	last = len && len <= flash_end(f) - addr ? flash_sector_at(f, addr + len - 1) : NULL;
	if (!last && len && len <= flash_end(f) - addr)
		return fail(f->ctx, STFLASH_E_ARG,
			    "the range ends at 0x%08x, in the hole of flash from 0x%08x to 0x%08x, because the option "
			    "bytes divide it into two banks; nothing was erased",
			    (unsigned int)(addr + len - 1), (unsigned int)map_stretch_end(f, addr),
			    (unsigned int)map_next(f, map_stretch_end(f, addr)) - 1);
	if (!last)
		return fail(f->ctx, STFLASH_E_ARG, "0x%x bytes from 0x%08x on are not in flash (0x%08x..0x%08x)",
			    (unsigned int)len, (unsigned int)addr, (unsigned int)flash_first(f),
			    (unsigned int)(flash_end(f) - 1));
	if (last->addr + last->size != addr + len)
		return not_a_border(f, addr + len);

	r->first = (size_t)(first - f->sectors);
	r->n = (size_t)(last - first) + 1;
	r->all = r->n == f->n_sectors;
	return 0;
}

/* One for each unit of the range; NULL when memory is short. */
static struct span *erase_make_spans(const struct erasing *r)
{
	const struct sector *unit = &r->flash->sectors[r->first];
	struct span *span = calloc(r->n, sizeof(*span));

	for (size_t i = 0; span && i < r->n; i++) {
		span[i].addr = unit[i].addr;
		span[i].len = unit[i].size;
	}
	return span;
}

/*
 * Cells of an erase that was cut off may read blank and change later, so what
 * was asked for is erased. i counts the units of the range.
 */
static bool is_chosen(const struct erasing *r, size_t i)
{
	return !r->skip_blank || !span_is_blank(r->flash, &r->span[i]);
}

static bool to_be_erased(const void *erasing, size_t unit)
{
	const struct erasing *r = erasing;

	return unit >= r->first && unit < r->first + r->n && is_chosen(r, unit - r->first);
}

/* All of it at once, where all of it was asked for and that is not slower. */
static bool mass_erase_pays(const struct erasing *r)
{
	uint64_t unit_by_unit_us = 0;

	if (!r->all || flash_refuses_mass_erase(r->flash))
		return false;
	for (size_t i = 0; i < r->n; i++)
		if (is_chosen(r, i))
			unit_by_unit_us += controller_erase_us(r->flash, &r->flash->sectors[r->first + i]);
	return unit_by_unit_us >= (uint64_t)r->flash->n_mass_erases * controller_erase_us(r->flash, NULL);
}

/* Bytes of the units before number i. */
static uint64_t bytes_until(const struct erasing *r, size_t i)
{
	return i ? r->span[i - 1].addr + r->span[i - 1].len - r->span[0].addr : 0;
}

static uint64_t work_of_erasing(const struct erasing *r, bool all)
{
	uint64_t work = all ? r->flash->n_mass_erases * worker_note_erase(r->flash, NULL).weight : 0;

	for (size_t i = 0; !all && i < r->n; i++)
		if (is_chosen(r, i))
			work += worker_note_erase(r->flash, &r->flash->sectors[r->first + i]).weight;
	return work;
}

static int erase_units(struct engine *e, struct erasing *r, struct stflash_write_report *report)
{
	struct worker *w = &e->worker;
	int err = 0;

	for (size_t i = 0; i < r->n; i++) {
		report->erased += is_chosen(r, i);
		report->blank += span_is_blank(r->flash, &r->span[i]);
	}
	report->equal = report->units - report->erased;
	if (report->erased == 0)
		return 0;
	report->mass_erase = mass_erase_pays(r);
	err = check_cancel(e->flash->ctx);
	if (err)
		return err;
	w->total = work_of_erasing(r, report->mass_erase);
	e->unfinished = maybe_erased;
	if (report->mass_erase)
		err = worker_erase(w, NULL);
	for (size_t i = 0; !err && !report->mass_erase && i < r->n; i++)
		if (is_chosen(r, i))
			err = worker_erase(w, &e->flash->sectors[r->first + i]);
	if (!err)
		err = w->ops->finish(w);
	if (!err)
		e->unfinished = "all of it was erased, but not checked: run the command again to check it";
	return err;
}

static int check_blank(struct engine *e, struct erasing *r)
{
	int err;

	err = e->worker.ops->hash(&e->worker, r->span, r->n);
	for (size_t i = 0; !err && i < r->n; i++)
		if (!span_is_blank(r->flash, &r->span[i])) {
			e->unfinished = maybe_erased;
			err = fail(e->flash->ctx, STFLASH_E_FLASH, "%s %u (0x%08x) is not blank after it was erased",
				   e->flash->chip->controller->unit_name, e->flash->sectors[r->first + i].number,
				   (unsigned int)r->span[i].addr);
		}
	return err;
}

static int erase_and_check(struct engine *e, struct erasing *r, const struct stflash_write_options *o,
			   struct stflash_write_report *report)
{
	int err;

	*report = (struct stflash_write_report){ 0 };
	err = flash_check_pcrop(e->flash, r->span[0].addr, bytes_until(r, r->n), false);
	if (!err)
		err = e->worker.ops->hash(&e->worker, r->span, r->n);
	if (!err)
		err = flash_check_writable(e->flash, to_be_erased, r);
	report->units = (unsigned int)r->n;
	report->by_agent = worker_is_agent(&e->worker);
	report->was_reset = true;
	report->unit = e->flash->chip->controller->unit_name;
	if (!err)
		err = erase_units(e, r, report);
	if (!err && !o->no_verify && report->erased)
		err = check_blank(e, r);
	if (!err)
		e->unfinished = NULL;
	/* Where nothing was erased, the look before was the check. */
	report->verified = !err && (!o->no_verify || !report->erased);
	return err;
}

int flash_erase(struct flash *f, uint32_t addr, uint32_t len, const struct stflash_write_options *o,
		struct stflash_write_report *report)
{
	struct erasing r = { .flash = f, .skip_blank = o->skip_blank };
	struct engine e;
	int err;

	err = choose_range(&r, addr, len);
	if (err)
		return err;
	if (r.all && f->radio_size)
		log_warn(f->ctx, "flash from 0x%08x on (%u KiB) belongs to the radio core and is left as it is",
			 (unsigned int)f->radio, (unsigned int)(f->radio_size / 1024));
	r.span = erase_make_spans(&r);
	if (!r.span)
		return fail(f->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	err = engine_begin_write(&e, f, o);
	if (!err)
		err = erase_and_check(&e, &r, o, report);
	if (err && !(err = engine_without_agent(&e, err)))
		err = erase_and_check(&e, &r, o, report);
	if (!err)
		err = engine_look_whether_empty(&e);
	free(r.span);
	return engine_end(&e, err, o->then);
}
