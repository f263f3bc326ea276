/* SPDX-License-Identifier: MIT */
#include "flash/engine/survey.h"
#include "flash/engine/torn.h"
#include "flash/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* How often a word at the edge of the image is read until it is proven. */
#define EDGE_TRIES 3u

/* The part may hold more than it announces: what would fit into the largest of its line gets the option's name. */
static const char *hint_at_size(const struct flash *f, uint64_t end)
{
	if (f->size_given || end > (uint64_t)flash_first(f) + f->chip->max_flash)
		return "";
	return "; if this part holds more than it announces (`" HINT_FIND_EXTENT "` looks), give " HINT_FLASH_SIZE
	       " KIB";
}

int flash_check_range(struct flash *f, const struct flash_segment *seg, size_t n)
{
	const uint32_t flash_last = flash_end(f) - 1;

	for (size_t i = 0; i < n; i++) {
		const uint32_t end = map_stretch_end(f, seg[i].addr);

		if (flash_has_radio(f, seg[i].addr, seg[i].len))
			return flash_check_radio(f, seg[i].addr, seg[i].len);
		if (!end)
			return fail(f->ctx, STFLASH_E_ARG,
				    "0x%08x is neither in flash (0x%08x..0x%08x) nor in RAM of this chip%s",
				    (unsigned int)seg[i].addr, (unsigned int)flash_first(f), (unsigned int)flash_last,
				    seg[i].addr <= flash_last ? ""
							      : hint_at_size(f, (uint64_t)seg[i].addr + seg[i].len));
		if (seg[i].len > end - seg[i].addr && map_next(f, end))
			return fail(f->ctx, STFLASH_E_ARG,
				    "the image goes on behind 0x%08x, where flash has a hole up to 0x%08x, because the "
				    "option bytes divide it into two banks; nothing was changed: it is for a chip with "
				    "more flash, or with one bank",
				    (unsigned int)end - 1, (unsigned int)map_next(f, end) - 1);
		if (seg[i].len > end - seg[i].addr)
			return fail(f->ctx, STFLASH_E_ARG,
				    "the image ends at 0x%08x, past the end of flash at 0x%08x (%u KiB): it is for a "
				    "larger chip, or belongs to another address%s",
				    (unsigned int)(seg[i].addr + seg[i].len - 1), (unsigned int)end - 1, f->size / 1024,
				    hint_at_size(f, (uint64_t)seg[i].addr + seg[i].len));
	}
	return 0;
}

/* Each look asks the chip: once for a unit, however many pieces of the image it holds. */
int survey_pcrop(const struct plan *p, bool reading)
{
	unsigned int hidden;
	size_t looked = SIZE_MAX;
	int err;

	err = flash_count_pcrop(p->flash, &hidden);
	for (size_t i = 0; !err && hidden && i < p->n_seg; i++) {
		const struct flash_segment *seg = &p->seg[i];
		const size_t last = plan_unit_at(p, seg->addr + (uint32_t)seg->len - 1);

		if (last != looked)
			err = flash_check_pcrop(p->flash, seg->addr, seg->len, reading);
		looked = last;
	}
	return err;
}

/* One wrong bit here would be programmed, and then proven: so it is hashed before. */
static int read_edge(struct plan *p, uint32_t addr, void *user)
{
	struct worker *w = &((struct engine *)user)->worker;
	const uint32_t len = flash_program_unit(p->flash);
	struct span span = { .addr = addr, .len = len, .kind = SPAN_GAP };
	const uint8_t *held = plan_held(p, addr);
	uint8_t bytes[PROGRAM_UNIT_MAX];
	int err;

	if (held) {
		plan_set(p, addr, held, len);
		return 0;
	}
	for (unsigned int tries = 0; tries < EDGE_TRIES; tries++) {
		err = dap_read(p->flash->core->dap, addr, bytes, len);
		if (!err)
			err = w->ops->hash(w, &span, 1);
		if (err)
			return worker_is_agent(w) ? err : torn_explain(p->flash, addr, len, err);
		if (hash_equal(hash_words(bytes, len / HASH_WORD), span.now)) {
			plan_set(p, addr, bytes, len);
			return 0;
		}
		log_warn(p->flash->ctx, "the word at 0x%08x arrived wrong and is read again", (unsigned int)addr);
	}
	return fail(p->flash->ctx, STFLASH_E_MISMATCH,
		    "0x%08x, which is to be kept, arrived wrong %u times; nothing was changed: try a lower clock "
		    "with " HINT_SPEED,
		    (unsigned int)addr, EDGE_TRIES);
}

/* Bytes that are hashed between two reports: by the target in half a second, over the link too. */
#define REPORT_BYTES_AGENT 0x100000u
#define REPORT_BYTES_LINK  0x10000u

int survey_hash(struct engine *e, struct span *span, size_t n, enum stflash_phase phase)
{
	const uint32_t at_once = worker_is_agent(&e->worker) ? REPORT_BYTES_AGENT : REPORT_BYTES_LINK;
	uint64_t done = 0, total = 0;
	int err;

	for (size_t i = 0; i < n; i++)
		total += span[i].len;
	err = progress(e->flash->ctx, phase, 0, total);
	for (size_t i = 0; !err && i < n;) {
		uint64_t bytes = 0;
		size_t end = i;

		while (end < n && (end == i || bytes + span[end].len <= at_once))
			bytes += span[end++].len;
		err = e->worker.ops->hash(&e->worker, &span[i], end - i);
		done += bytes;
		i = end;
		if (!err)
			err = progress(e->flash->ctx, phase, done, total);
	}
	return err;
}

/*
 * A hash job takes as long as so many bytes over the link: a unit in more pieces than this allows is hashed whole,
 * and fetched when it is neither blank nor equal, so that the cost grows with the bytes and not with the pieces.
 */
#define JOB_IN_BYTES 512u

/* How often a unit is read until it is what the target has hashed. */
#define UNIT_TRIES 3u

/* The units in many pieces, as spans of a unit each. *list is the caller's. */
static int list_dense(const struct plan *p, struct span **list, size_t *n)
{
	*n = 0;
	*list = calloc(p->flash->n_sectors, sizeof(**list));
	if (!*list)
		return fail(p->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < p->n_spans;) {
		const struct sector *unit = flash_sector_at(p->flash, p->span[i].addr);
		size_t pieces = 0;

		for (; i < p->n_spans && p->span[i].addr < unit->addr + unit->size; i++)
			pieces += p->span[i].kind != SPAN_REST;
		if (pieces > 1 && pieces * JOB_IN_BYTES >= unit->size)
			(*list)[(*n)++] = (struct span){ .addr = unit->addr, .len = unit->size, .kind = SPAN_GAP };
	}
	return 0;
}

static int hold_memory(struct plan *p)
{
	if (!p->held)
		p->held = malloc(p->flash->size);
	return p->held ? 0 : fail(p->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
}

/* What a unit holds, given the target's hash of it. */
static int hold_unit(struct engine *e, struct plan *p, const struct span *unit)
{
	uint8_t *held = p->held + map_offset(p->flash, unit->addr);
	const uint8_t *want = plan_want(p, unit->addr);
	int err;

	if (span_is_blank(p->flash, unit)) {
		memset(held, flash_erased(p->flash), unit->len);
		return 0;
	}
	if (hash_equal(unit->now, hash_words(want, unit->len / HASH_WORD))) {
		memcpy(held, want, unit->len);
		return 0;
	}
	for (unsigned int tries = 0; tries < UNIT_TRIES; tries++) {
		err = worker_read(&e->worker, unit->addr, held, unit->len);
		if (err || hash_equal(unit->now, hash_words(held, unit->len / HASH_WORD)))
			return err;
		log_warn(p->flash->ctx, "0x%08x..0x%08x arrived wrong and is read again", (unsigned int)unit->addr,
			 (unsigned int)(unit->addr + unit->len - 1));
	}
	return fail(p->flash->ctx, STFLASH_E_MISMATCH,
		    "0x%08x..0x%08x arrived wrong %u times; nothing was changed: try a lower clock with " HINT_SPEED,
		    (unsigned int)unit->addr, (unsigned int)(unit->addr + unit->len - 1), UNIT_TRIES);
}

static int survey_dense(struct engine *e, struct plan *p)
{
	struct span *unit;
	size_t n;
	int err;

	err = list_dense(p, &unit, &n);
	if (!err && n) {
		err = hold_memory(p);
		if (!err)
			err = survey_hash(e, unit, n, STFLASH_CHECKING);
	}
	for (size_t i = 0; !err && i < n; i++) {
		err = hold_unit(e, p, &unit[i]);
		p->known[plan_unit_at(p, unit[i].addr)] = !err;
	}
	free(unit);
	for (size_t i = 0; !err && i < p->n_spans; i++) {
		struct span *s = &p->span[i];
		const uint8_t *held = plan_held(p, s->addr);

		if (held)
			s->now = hash_words(held, s->len / HASH_WORD);
	}
	return err;
}

int survey_edges(struct engine *e, struct plan *p)
{
	const int err = survey_dense(e, p);

	return err ? err : plan_each_edge(p, read_edge, e);
}

/*
 * Reading so many bytes costs next to nothing beside the erase that it may
 * spare: a flag that is cleared, a serial number in a place that was left for
 * it. More than that is hardly ever cleared bits alone.
 */
#define OVER_MAX 256u

/* The spans [first, end) are those of a unit that would be erased: is programming over what it holds enough? */
static int look_for_overwrite(struct engine *e, struct plan *p, size_t first, size_t end)
{
	const size_t unit = plan_unit_at(p, p->span[first].addr);
	bool over = true;
	int err;

	err = hold_memory(p);
	for (size_t i = first; !err && over && i < end; i++) {
		const struct span *s = &p->span[i];

		if (!plan_span_differs(p, s))
			continue;
		if (!p->known[unit])
			err = hold_unit(e, p, s);
		over = !err && plan_goes_over(p, s, p->held + map_offset(p->flash, s->addr));
	}
	p->over[unit] = !err && over;
	if (p->over[unit])
		p->unit[unit] = UNIT_PROGRAM;
	return err;
}

/* Of all units that would be erased. */
static uint64_t differing_bytes(const struct plan *p)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < p->n_spans; i++)
		if (p->unit[plan_unit_at(p, p->span[i].addr)] == UNIT_ERASE && plan_span_differs(p, &p->span[i]))
			bytes += p->span[i].len;
	return bytes;
}

int survey_overwrites(struct engine *e, struct plan *p)
{
	int err = 0;

	if (p->flash->chip->controller->overwrite == OVERWRITE_NEVER || differing_bytes(p) > OVER_MAX)
		return 0;
	for (size_t i = 0, end; !err && i < p->n_spans; i = end) {
		const struct sector *unit = flash_sector_at(p->flash, p->span[i].addr);

		for (end = i + 1; end < p->n_spans && p->span[end].addr - unit->addr < unit->size;)
			end++;
		if (p->unit[unit - p->flash->sectors] == UNIT_ERASE)
			err = look_for_overwrite(e, p, i, end);
	}
	return err;
}

int survey(struct engine *e, struct plan *p, bool (*wanted)(const struct plan *p, const struct span *s))
{
	struct span *list = malloc(p->n_spans * sizeof(*list));
	size_t n = 0;
	int err;

	if (!list)
		return fail(p->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < p->n_spans; i++)
		if (wanted(p, &p->span[i]) && !plan_held(p, p->span[i].addr))
			list[n++] = p->span[i];
	err = survey_hash(e, list, n, STFLASH_CHECKING);
	for (size_t i = 0, k = 0; !err && k < n; i++)
		if (p->span[i].addr == list[k].addr)
			p->span[i].now = list[k++].now;
	free(list);
	return err;
}

bool survey_touched(const struct plan *p, const struct span *s)
{
	(void)p;
	return s->kind != SPAN_REST;
}

static bool is_rest(const struct plan *p, const struct span *s)
{
	(void)p;
	return s->kind == SPAN_REST;
}

/* A word says it as well as a hash of all, if it is not blank; read wrong, it costs some time and nothing else. */
static int begins_written(struct engine *e, const struct span *s, bool *written)
{
	uint32_t word = 0;
	const int err = dap_read32(e->flash->core->dap, s->addr, &word);

	*written = !err && word != flash_erased(e->flash) * 0x01010101u;
	return err;
}

int survey_rest(struct engine *e, struct plan *p)
{
	bool written = false;
	int err = 0;

	for (size_t i = 0; i < p->n_spans; i++)
		if (is_rest(p, &p->span[i])) {
			err = begins_written(e, &p->span[i], &written);
			break;
		}
	return err || written ? err : survey(e, p, is_rest);
}

bool survey_all(const struct plan *p, const struct span *s)
{
	(void)p;
	(void)s;
	return true;
}
