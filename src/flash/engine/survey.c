/* SPDX-License-Identifier: MIT */
#include "flash/engine/survey.h"

#include "base/bytes.h"

#define WORD 4u

/* How often a word at the edge of the image is read until it is proven. */
#define EDGE_TRIES 3u

/* Over the wire this takes a fraction of a second: the progress bar moves as often. */
#define AT_ONCE 0x10000u

int flash_check_range(struct flash *f, const struct flash_segment *seg, size_t n)
{
	const uint32_t end = CHIP_FLASH_BASE + f->size;

	for (size_t i = 0; i < n; i++) {
		if (seg[i].addr < CHIP_FLASH_BASE || seg[i].addr >= end)
			return fail(f->ctx, STFLASH_E_ARG,
				    "0x%08x is neither in flash (0x%08x..0x%08x) nor in RAM of this chip",
				    (unsigned int)seg[i].addr, CHIP_FLASH_BASE, (unsigned int)end - 1);
		if (seg[i].len > end - seg[i].addr)
			return fail(f->ctx, STFLASH_E_ARG,
				    "the image ends at 0x%08x, past the end of flash at 0x%08x (%u KiB): it is for a "
				    "larger chip, or belongs to another address",
				    (unsigned int)(seg[i].addr + seg[i].len - 1), (unsigned int)end - 1,
				    f->size / 1024);
	}
	return 0;
}

int survey_pcrop(const struct plan *p, bool reading)
{
	int err = 0;

	for (size_t i = 0; !err && i < p->n_seg; i++)
		err = flash_check_pcrop(p->flash, p->seg[i].addr, p->seg[i].len, reading);
	return err;
}

/* One wrong bit here would be programmed, and then proven: so it is hashed before. */
static int read_edge(struct plan *p, uint32_t addr, void *user)
{
	struct worker *w = &((struct engine *)user)->worker;
	struct span span = { .addr = addr, .len = WORD };
	uint8_t word[WORD];
	int err;

	for (unsigned int tries = 0; tries < EDGE_TRIES; tries++) {
		err = dap_read(p->flash->core->dap, addr, word, sizeof(word));
		if (!err)
			err = w->ops->hash(w, &span, 1);
		if (err)
			return err;
		if (hash_equal(hash_words(word, 1), span.now)) {
			plan_set(p, addr, word, sizeof(word));
			return 0;
		}
		log_warn(p->flash->ctx, "the word at 0x%08x arrived wrong and is read again", (unsigned int)addr);
	}
	return fail(p->flash->ctx, STFLASH_E_MISMATCH,
		    "0x%08x, which is to be kept, arrived wrong %u times; nothing was changed: try a lower clock with "
		    "--speed",
		    (unsigned int)addr, EDGE_TRIES);
}

int survey_edges(struct engine *e, struct plan *p)
{
	return plan_each_edge(p, read_edge, e);
}

/* Bytes of flash up to the span number i. */
static uint64_t bytes_until(const struct plan *p, size_t i)
{
	return i < p->n_spans ? p->span[i].addr - CHIP_FLASH_BASE : p->flash->size;
}

/* Look at all spans for which wanted() is true, in runs that lie together in the plan. */
int survey(struct engine *e, struct plan *p, bool (*wanted)(const struct plan *p, const struct span *s))
{
	const uint64_t most = worker_is_agent(&e->worker) ? UINT64_MAX : AT_ONCE;
	int err = 0;

	for (size_t i = 0; !err && i < p->n_spans;) {
		size_t end = i;

		while (end < p->n_spans && wanted(p, &p->span[end]) &&
		       (end == i || bytes_until(p, end) - bytes_until(p, i) < most))
			end++;
		if (end > i)
			err = e->worker.ops->hash(&e->worker, &p->span[i], end - i);
		i = end > i ? end : i + 1;
		if (!err)
			err = progress(p->flash->ctx, STFLASH_CHECKING, bytes_until(p, i), p->flash->size);
	}
	return err;
}

bool survey_touched(const struct plan *p, const struct span *s)
{
	(void)p;
	return s->kind != SPAN_REST;
}

bool survey_rest(const struct plan *p, const struct span *s)
{
	(void)p;
	return s->kind == SPAN_REST;
}

bool survey_all(const struct plan *p, const struct span *s)
{
	(void)p;
	(void)s;
	return true;
}
