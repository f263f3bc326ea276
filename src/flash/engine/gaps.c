/* SPDX-License-Identifier: MIT */
#include "flash/engine/gaps.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "flash/engine/torn.h"

/* How often a stretch that is to be kept is read until it is proven. */
#define GAP_TRIES 3u

static bool arrived(const struct plan *p, const struct span *s)
{
	return hash_equal(hash_words(plan_want(p, s->addr), s->len / HASH_WORD), s->now);
}

/* Most of the rest of a large sector is blank: that is hashed once more in pieces, and only what holds something
 * fetched. */
#define GAP_PIECE 2048u

/* n pieces that hold something and follow one another, in one go. */
static int fetch_pieces(struct engine *e, struct plan *p, const struct span *piece, size_t n)
{
	const struct span *last = &piece[n - 1];

	return worker_read(&e->worker, piece->addr, plan_want(p, piece->addr), last->addr + last->len - piece->addr);
}

static int fetch_used_pieces(struct engine *e, struct plan *p, struct span *piece, size_t n)
{
	int err;

	err = e->worker.ops->hash(&e->worker, piece, n);
	for (size_t i = 0, end; !err && i < n; i = end) {
		const bool blank = span_is_blank(p->flash, &piece[i]);

		for (end = i + 1; end < n && span_is_blank(p->flash, &piece[end]) == blank;)
			end++;
		if (!blank)
			err = fetch_pieces(e, p, &piece[i], end - i);
	}
	return err;
}

/* What is blank of a gap is in the plan already. What comes of it all is proven by the hash of the whole. */
static int fetch_gap_in_pieces(struct engine *e, struct plan *p, const struct span *s)
{
	const size_t n = (s->len + GAP_PIECE - 1) / GAP_PIECE;
	struct span *piece = calloc(n, sizeof(*piece));
	int err;

	if (!piece)
		return fail(p->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < n; i++) {
		piece[i].addr = s->addr + (uint32_t)i * GAP_PIECE;
		piece[i].len = min_u32(GAP_PIECE, s->len - (uint32_t)i * GAP_PIECE);
	}
	err = fetch_used_pieces(e, p, piece, n);
	free(piece);
	return err;
}

/* What a gap holds, proven by the hash that the target made of it. */
static int fetch_gap(struct engine *e, struct plan *p, const struct span *s)
{
	const bool in_pieces = s->len > 2 * GAP_PIECE && worker_is_agent(&e->worker);
	uint8_t *want = plan_want(p, s->addr);
	const uint8_t *held = plan_held(p, s->addr);
	int err;

	if (held) {
		memcpy(want, held, s->len);
		return 0;
	}
	log_debug(p->flash->ctx, "keeping 0x%08x..0x%08x", (unsigned int)s->addr, (unsigned int)(s->addr + s->len - 1));
	for (unsigned int tries = 0; tries < GAP_TRIES; tries++) {
		err = in_pieces && tries == 0 ? fetch_gap_in_pieces(e, p, s)
					      : worker_read(&e->worker, s->addr, want, s->len);
		if (err || arrived(p, s))
			return torn_explain(p->flash, s->addr, s->len, err);
	}
	return fail(p->flash->ctx, STFLASH_E_MISMATCH,
		    "0x%08x..0x%08x, which is to be kept, could not be read back reliably; nothing was "
		    "changed: try a lower clock with " HINT_SPEED,
		    (unsigned int)s->addr, (unsigned int)(s->addr + s->len - 1));
}

int gaps_save(struct engine *e, struct plan *p, bool (*at_risk)(const struct plan *p, const struct span *s),
	      uint64_t *kept)
{
	int err = 0;

	for (size_t i = 0; !err && i < p->n_spans; i++) {
		const struct span *s = &p->span[i];

		if (!at_risk(p, s))
			continue;
		err = check_cancel(p->flash->ctx);
		if (!err)
			err = fetch_gap(e, p, s);
		*kept += s->len;
	}
	return err;
}
