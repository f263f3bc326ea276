/* SPDX-License-Identifier: MIT */
#include "flash/engine/kept.h"

#include <stdlib.h>

/* Shorter stretches of erased bytes do not cut what is kept in two. */
#define BLANK_WORTH_A_CUT 64u

struct kept {
	const struct plan *plan;
	struct flash_segment *seg; /* owned */
	size_t n, cap;
};

static int add_kept(struct kept *k, uint32_t addr, uint32_t end)
{
	if (k->n == k->cap) {
		const size_t cap = k->cap ? 2 * k->cap : 16;
		struct flash_segment *seg = realloc(k->seg, cap * sizeof(*seg));

		if (!seg)
			return fail(k->plan->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory; nothing more was erased");
		k->seg = seg;
		k->cap = cap;
	}
	k->seg[k->n++] = (struct flash_segment){ addr, end - addr, plan_want(k->plan, addr) };
	return 0;
}

/* What is not erased of [addr, end), where the image has nothing. What the plan does not keep is erased there. */
static int add_hole(struct kept *k, uint32_t addr, uint32_t end)
{
	const uint8_t *want = plan_want(k->plan, addr), erased = flash_erased(k->plan->flash);
	const uint32_t len = end - addr;
	int err = 0;

	for (uint32_t at = 0, stop; !err && at < len; at = stop) {
		uint32_t blank = 0;

		while (at < len && want[at] == erased)
			at++;
		for (stop = at; stop < len && blank < BLANK_WORTH_A_CUT; stop++)
			blank = want[stop] == erased ? blank + 1 : 0;
		if (stop > at)
			err = add_kept(k, addr + at, addr + stop - blank);
	}
	return err;
}

/* The holes between the segments in one unit. *n_seg is the first segment that ends behind the unit's start. */
static int add_unit(struct kept *k, const struct sector *unit, size_t *n_seg)
{
	const struct plan *p = k->plan;
	const uint32_t end = unit->addr + unit->size;
	uint32_t at = unit->addr;
	int err = 0;

	while (*n_seg < p->n_seg && p->seg[*n_seg].addr + p->seg[*n_seg].len <= at)
		(*n_seg)++;
	for (size_t i = *n_seg; !err && i < p->n_seg && p->seg[i].addr < end; i++) {
		if (p->seg[i].addr > at)
			err = add_hole(k, at, p->seg[i].addr);
		at = p->seg[i].addr + (uint32_t)p->seg[i].len;
	}
	return err || at >= end ? err : add_hole(k, at, end);
}

int kept_hand_over(const struct plan *p, enum kept_when when, const struct kept_owner *owner)
{
	struct kept k = { .plan = p };
	size_t n_seg = 0;
	int err = 0;

	for (size_t i = 0; !err && i < p->flash->n_sectors; i++)
		if (p->unit[i] == UNIT_ERASE && (when == KEPT_BEFORE || p->begun[i]))
			err = add_unit(&k, &p->flash->sectors[i], &n_seg);
	if (!err)
		err = owner->take(when, k.seg, k.n, owner->user);
	free(k.seg);
	return err;
}
