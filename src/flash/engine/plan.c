/* SPDX-License-Identifier: MIT */
#include "flash/engine/plan.h"
#include "flash/controllers/procedure.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "flash/map.h"

size_t plan_unit_at(const struct plan *p, uint32_t addr)
{
	return (size_t)(flash_sector_at(p->flash, addr) - p->flash->sectors);
}

/*
 * The agent feeds the watchdog between two spans: 64 KiB are hashed in 13 ms
 * at 8 MHz, which the shortest watchdog of any use allows. A unit is hashed in
 * one piece, 128 KiB at 16 MHz or more.
 */
#define REST_MAX 0x10000u

static int add_one_span(struct plan *p, uint32_t addr, uint32_t end, enum span_kind kind)
{
	if (p->n_spans == p->cap_spans) {
		const size_t cap = p->cap_spans ? 2 * p->cap_spans : 64;
		struct span *span = realloc(p->span, cap * sizeof(*span));

		if (!span)
			return fail(p->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory while planning");
		p->span = span;
		p->cap_spans = cap;
	}
	p->span[p->n_spans++] = (struct span){ .addr = addr, .len = end - addr, .kind = kind };
	return 0;
}

static int add_span(struct plan *p, uint32_t addr, uint32_t end, enum span_kind kind)
{
	int err = 0;

	for (uint32_t stop; !err && addr < end; addr = stop) {
		stop = kind == SPAN_REST ? min_u32(end, addr + REST_MAX) : end;
		err = add_one_span(p, addr, stop, kind);
	}
	return err;
}

/* From one address of flash or behind its end to another: what lies in flash of it, and no hole. */
static int add_rest(struct plan *p, uint32_t addr, uint32_t end)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < p->flash->n_banks; i++) {
		const struct flash_bank *bank = &p->flash->bank[i];
		const uint32_t first = addr > bank->addr ? addr : bank->addr;

		err = add_span(p, first, min_u32(end, bank->addr + bank->size), SPAN_REST);
	}
	return err;
}

static uint32_t round_down(const struct plan *p, uint32_t addr)
{
	return addr & ~(flash_program_unit(p->flash) - 1);
}

static uint32_t round_up(const struct plan *p, uint32_t addr)
{
	return round_down(p, addr + flash_program_unit(p->flash) - 1);
}

/* The stretch of whole program units around the segments from *n on that lie less than one apart. */
static void next_stretch(const struct plan *p, size_t *n, uint32_t *start, uint32_t *end)
{
	const struct flash_segment *seg = &p->seg[(*n)++];

	*start = round_down(p, seg->addr);
	*end = round_up(p, seg->addr + (uint32_t)seg->len);
	while (*n < p->n_seg && p->seg[*n].addr <= *end) {
		seg = &p->seg[(*n)++];
		if (seg->addr + (uint32_t)seg->len > *end)
			*end = round_up(p, seg->addr + (uint32_t)seg->len);
	}
}

/* Spans of one touched unit: what the stretch [start, end) covers of it; gaps are filled in by the caller. */
static int cut_at_units(struct plan *p, uint32_t start, uint32_t end, uint32_t *at)
{
	int err = 0;

	while (!err && start < end) {
		const struct sector *unit = flash_sector_at(p->flash, start);
		const uint32_t unit_end = unit->addr + unit->size;
		const uint32_t stop = min_u32(end, unit_end);

		p->unit[unit - p->flash->sectors] = UNIT_PROGRAM;
		/* What lies between the last span and this one: rest up to this unit, then a gap in it. */
		if (*at < unit->addr)
			err = add_rest(p, *at, unit->addr);
		if (!err)
			err = add_span(p, *at < unit->addr ? unit->addr : *at, start, SPAN_GAP);
		if (!err)
			err = add_span(p, start, stop, SPAN_IMAGE);
		*at = start = stop;
	}
	return err;
}

/* The gap at the end of the last touched unit, before the next one begins. */
static int close_unit(struct plan *p, uint32_t next, uint32_t *at)
{
	const struct sector *unit;
	uint32_t unit_end;
	int err;

	if (*at == flash_first(p->flash))
		return 0;
	unit = flash_sector_at(p->flash, *at - 1);
	unit_end = unit->addr + unit->size;
	if (unit_end == *at || next < unit_end)
		return 0;
	err = add_span(p, *at, unit_end, SPAN_GAP);
	*at = unit_end;
	return err;
}

static int plan_make_spans(struct plan *p)
{
	uint32_t at = flash_first(p->flash);
	int err = 0;

	for (size_t n = 0; !err && n < p->n_seg;) {
		uint32_t start, end;

		next_stretch(p, &n, &start, &end);
		err = close_unit(p, start, &at);
		if (!err)
			err = cut_at_units(p, start, end, &at);
	}
	if (!err)
		err = close_unit(p, flash_end(p->flash), &at);
	if (!err)
		err = add_rest(p, at, flash_end(p->flash));
	return err;
}

uint8_t *plan_want(const struct plan *p, uint32_t addr)
{
	return p->want + map_offset(p->flash, addr);
}

void plan_set(struct plan *p, uint32_t addr, const uint8_t *data, size_t len)
{
	memcpy(plan_want(p, addr), data, len);
}

static void overlay(struct plan *p)
{
	for (size_t i = 0; i < p->n_seg; i++)
		plan_set(p, p->seg[i].addr, p->seg[i].data, p->seg[i].len);
}

int plan_create(struct plan *p, struct flash *f, const struct flash_segment *seg, size_t n)
{
	int err;

	*p = (struct plan){ .flash = f, .seg = seg, .n_seg = n };
	p->want = malloc(f->size);
	p->unit = calloc(f->n_sectors, sizeof(*p->unit));
	p->begun = calloc(f->n_sectors, sizeof(*p->begun));
	p->known = calloc(f->n_sectors, sizeof(*p->known));
	p->over = calloc(f->n_sectors, sizeof(*p->over));
	if (!p->want || !p->unit || !p->begun || !p->known || !p->over) {
		plan_free(p);
		return fail(f->ctx, STFLASH_E_NO_MEMORY, "out of memory while planning");
	}
	memset(p->want, flash_erased(f), f->size);
	overlay(p);
	err = plan_make_spans(p);
	if (err)
		plan_free(p);
	return err;
}

void plan_free(struct plan *p)
{
	free(p->want);
	free(p->unit);
	free(p->begun);
	free(p->held);
	free(p->known);
	free(p->over);
	free(p->span);
	*p = (struct plan){ .flash = p->flash };
}

int plan_each_edge(struct plan *p, int (*edge)(struct plan *p, uint32_t addr, void *user), void *user)
{
	int err = 0;

	for (size_t i = 0; !err && i < p->n_seg; i++) {
		const uint32_t start = p->seg[i].addr, end = start + (uint32_t)p->seg[i].len;
		const uint32_t first = round_down(p, start), last = round_down(p, end);

		if (start != first)
			err = edge(p, first, user);
		if (!err && end != last && (last != first || start == first))
			err = edge(p, last, user);
	}
	overlay(p);
	return err;
}

const uint8_t *plan_held(const struct plan *p, uint32_t addr)
{
	return p->known[plan_unit_at(p, addr)] ? p->held + map_offset(p->flash, addr) : NULL;
}

static struct hash wanted(const struct plan *p, const struct span *s)
{
	return hash_words(plan_want(p, s->addr), s->len / HASH_WORD);
}

bool span_is_blank(const struct flash *f, const struct span *s)
{
	return hash_equal(s->now, hash_blank(s->len / HASH_WORD, flash_erased(f)));
}

bool plan_span_differs(const struct plan *p, const struct span *s)
{
	return s->kind == SPAN_IMAGE && !hash_equal(s->now, wanted(p, s));
}

bool plan_gap_at_risk(const struct plan *p, const struct span *s)
{
	return s->kind == SPAN_GAP && p->unit[plan_unit_at(p, s->addr)] == UNIT_ERASE && !span_is_blank(p->flash, s);
}

struct hash plan_expected(const struct plan *p, const struct span *s)
{
	if (s->kind == SPAN_IMAGE)
		return wanted(p, s);
	if (s->kind == SPAN_GAP && p->unit[plan_unit_at(p, s->addr)] == UNIT_ERASE)
		return wanted(p, s);
	return s->now;
}

bool plan_may_mass_erase(const struct plan *p)
{
	uint64_t unit_by_unit_us = 0;

	for (size_t i = 0; i < p->flash->n_sectors; i++)
		if (p->unit[i] == UNIT_ERASE)
			unit_by_unit_us += controller_erase_us(p->flash, &p->flash->sectors[i]);
	return unit_by_unit_us > (uint64_t)p->flash->n_mass_erases * controller_erase_us(p->flash, NULL);
}

/* Words that would have to be programmed in units that satisfy the choice. */
struct cost {
	uint64_t erase_us;
	uint64_t words;
	uint64_t gap_words; /* to be fetched first */
};

static void add_content(const struct plan *p, struct cost *c, const struct span *s, bool erased, bool keep)
{
	const uint8_t *want = plan_want(p, s->addr);

	if (s->kind == SPAN_IMAGE && (erased || !hash_equal(s->now, wanted(p, s))))
		c->words += flash_bytes_erased(p->flash, want, s->len) ? 0 : s->len / HASH_WORD;
	if (s->kind == SPAN_GAP && erased && keep && !span_is_blank(p->flash, s)) {
		c->words += s->len / HASH_WORD;
		c->gap_words += s->len / HASH_WORD;
	}
}

/* What the write costs with an erase for each unit, or with one for all. */
static struct cost estimate(const struct plan *p, bool mass, bool keep)
{
	struct cost c = { 0 };

	if (mass)
		c.erase_us = (uint64_t)p->flash->n_mass_erases * controller_erase_us(p->flash, NULL);
	for (size_t i = 0; !mass && i < p->flash->n_sectors; i++)
		if (p->unit[i] == UNIT_ERASE)
			c.erase_us += controller_erase_us(p->flash, &p->flash->sectors[i]);
	for (size_t i = 0; i < p->n_spans; i++)
		if (p->span[i].kind != SPAN_REST)
			add_content(p, &c, &p->span[i], mass || p->unit[plan_unit_at(p, p->span[i].addr)] == UNIT_ERASE,
				    keep);
	return c;
}

/*
 * The link fills the ring while flash erases, so unit by unit nearly all of
 * the transfer hides behind the flash; one long erase hides only a ring full.
 */
static uint64_t time_us(const struct plan *p, struct cost c, bool mass, uint32_t ns_per_word, uint32_t ring_bytes)
{
	const uint64_t program_us = c.words * controller_program_ns(p->flash) / 1000u;
	const uint64_t link_us = c.words * ns_per_word / 1000u;
	const uint64_t hidden_us = (uint64_t)(ring_bytes / HASH_WORD) * ns_per_word / 1000u;
	const uint64_t gap_us = c.gap_words * ns_per_word / 1000u;
	uint64_t flash_us = c.erase_us + program_us;

	if (mass && link_us > hidden_us && link_us - hidden_us > program_us)
		flash_us = c.erase_us + link_us - hidden_us;
	return gap_us + (flash_us > link_us ? flash_us : link_us);
}

static bool rest_is_blank(const struct plan *p)
{
	for (size_t i = 0; i < p->n_spans; i++)
		if (p->span[i].kind == SPAN_REST && !span_is_blank(p->flash, &p->span[i]))
			return false;
	return true;
}

void plan_decide_units(struct plan *p, bool force)
{
	for (size_t i = 0; i < p->flash->n_sectors; i++)
		if (p->unit[i] != UNIT_UNTOUCHED)
			p->unit[i] = force ? UNIT_ERASE : UNIT_EQUAL;
	for (size_t i = 0; !force && i < p->n_spans; i++) {
		const struct span *s = &p->span[i];
		enum unit_action *unit = &p->unit[plan_unit_at(p, s->addr)];

		if (!plan_span_differs(p, s))
			continue;
		if (!span_is_blank(p->flash, s))
			*unit = UNIT_ERASE;
		else if (*unit == UNIT_EQUAL)
			*unit = UNIT_PROGRAM;
	}
}

uint32_t plan_over_step(const struct plan *p)
{
	return p->flash->chip->controller->width ? p->flash->chip->controller->width : HASH_WORD;
}

static bool goes_over(const struct flash *f, const uint8_t *now, const uint8_t *want, uint32_t len)
{
	const enum overwrite rule = f->chip->controller->overwrite;
	bool zeros = true, bits = true;

	for (uint32_t i = 0; i < len; i++) {
		zeros = zeros && want[i] == 0;
		bits = bits && (now[i] & want[i]) == want[i];
	}
	if (!memcmp(now, want, len) || flash_bytes_erased(f, now, len))
		return true;
	return rule == OVERWRITE_ZEROS ? zeros : bits;
}

bool plan_goes_over(const struct plan *p, const struct span *s, const uint8_t *now)
{
	const uint32_t step = plan_over_step(p);
	const uint8_t *want = plan_want(p, s->addr);

	for (uint32_t at = 0; at < s->len; at += step)
		if (!goes_over(p->flash, now + at, want + at, step))
			return false;
	return true;
}

void plan_choose_mass_erase(struct plan *p, bool keep, uint32_t ns_per_word, uint32_t ring_bytes)
{
	p->mass_erase =
		rest_is_blank(p) && time_us(p, estimate(p, true, keep), true, ns_per_word, ring_bytes) <
					    time_us(p, estimate(p, false, keep), false, ns_per_word, ring_bytes);
	if (!p->mass_erase)
		return;
	/* Everything goes: what was equal or had room is to be written again. */
	for (size_t i = 0; i < p->flash->n_sectors; i++)
		if (p->unit[i] != UNIT_UNTOUCHED)
			p->unit[i] = UNIT_ERASE;
}

size_t plan_tell(const struct plan *p, stflash_plan_fn tell, void *user)
{
	static const enum stflash_action actions[] = {
		[UNIT_EQUAL] = STFLASH_KEEP_EQUAL, [UNIT_PROGRAM] = STFLASH_PROGRAM, [UNIT_ERASE] = STFLASH_ERASE
	};
	size_t steps = 0;

	for (size_t i = 0; i < p->flash->n_sectors;) {
		const struct sector *first = &p->flash->sectors[i];
		const enum unit_action action = p->unit[i];
		size_t end = i + 1;

		while (end < p->flash->n_sectors && p->unit[end] == action)
			end++;
		if (action != UNIT_UNTOUCHED) {
			const struct sector *last = &p->flash->sectors[end - 1];
			const struct stflash_step step = {
				.action = actions[action],
				.addr = first->addr,
				.size = last->addr + last->size - first->addr,
				.first = first->number,
				.count = (unsigned int)(end - i),
				.mass_erase = p->mass_erase && action == UNIT_ERASE,
				.unit = p->flash->chip->controller->unit_name,
			};

			if (tell)
				tell(&step, user);
			steps++;
		}
		i = end;
	}
	return steps;
}
