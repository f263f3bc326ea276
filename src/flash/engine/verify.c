/* SPDX-License-Identifier: MIT */
/* Comparing an image with flash: exactly its span, and what else flash holds. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "flash/engine/survey.h"
#include "flash/engine/torn.h"
#include "flash/engine/write.h"

/* Fine enough to say where the rest of flash is used, coarse enough to be quick. */
#define REST_GRAIN 1024u
#define CHUNK      4096u

static int refuse_torn(struct flash *f)
{
	char text[TORN_TEXT_MAX];

	return fail(f->ctx, STFLASH_E_FLASH,
		    "a write or an erase was cut off at %s: the ECC does not fit there, and firmware that reads it "
		    "fails; " HINT_WRITE " of the firmware mends it",
		    torn_text(f, text));
}

/* Count the bytes of a segment that lie in this span and differ. */
static int compare_span(struct engine *e, struct plan *p, const struct span *s, struct stflash_verify_report *r)
{
	uint8_t got[CHUNK];
	bool torn = false;
	int err;

	for (uint32_t at = s->addr; at < s->addr + s->len; at += CHUNK) {
		const uint32_t n = min_u32(s->addr + s->len - at, CHUNK);
		const uint8_t *want = plan_want(p, at), *held = plan_held(p, at);

		err = check_cancel(p->flash->ctx);
		if (held)
			memcpy(got, held, n);
		else if (!err)
			err = torn_read(p->flash, at, got, n, &torn);
		if (!err)
			err = worker_keep_waiting(&e->worker, n);
		if (!err && torn)
			err = refuse_torn(p->flash);
		if (err)
			return err;
		for (uint32_t i = 0; i < n; i++) {
			if (got[i] == want[i])
				continue;
			if (r->differing++ == 0) {
				r->first_addr = at + i;
				r->expected = want[i];
				r->found = got[i];
			}
		}
	}
	return 0;
}

/* Which kilobytes of a span that is not blank are used. */
static int locate_used(struct engine *e, const struct plan *p, const struct span *s, struct stflash_verify_report *r)
{
	const uint8_t *held = plan_held(p, s->addr);
	const size_t n = (s->len + REST_GRAIN - 1) / REST_GRAIN;
	struct span *grain = calloc(n, sizeof(*grain));
	int err = 0;

	if (!grain)
		return fail(e->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < n; i++) {
		grain[i].addr = s->addr + (uint32_t)i * REST_GRAIN;
		grain[i].len = min_u32(s->len - (uint32_t)i * REST_GRAIN, REST_GRAIN);
		if (held)
			grain[i].now = hash_words(held + i * REST_GRAIN, grain[i].len / HASH_WORD);
	}
	if (!held)
		err = e->worker.ops->hash(&e->worker, grain, n);
	for (size_t i = 0; !err && i < n; i++) {
		if (span_is_blank(e->flash, &grain[i]))
			continue;
		if (r->rest_used_bytes == 0)
			r->rest_first_addr = grain[i].addr;
		r->rest_used_bytes += grain[i].len;
	}
	free(grain);
	return err;
}

static int look_at_rest(struct engine *e, struct plan *p, struct stflash_verify_report *r)
{
	int err = 0;

	for (size_t i = 0; !err && i < p->n_spans; i++) {
		const struct span *s = &p->span[i];

		if (s->kind != SPAN_IMAGE && !span_is_blank(e->flash, s))
			err = locate_used(e, p, s, r);
	}
	r->rest_known = !err;
	r->rest_bytes = p->flash->size - r->bytes;
	r->rest_blank = r->rest_used_bytes == 0;
	return err;
}

/* Beside a sector that cannot be read nothing is said of the rest. */
static int verify_compare(struct engine *e, struct plan *p, struct stflash_verify_report *r)
{
	unsigned int hidden = 0;
	int err;

	err = survey_edges(e, p);
	if (!err)
		err = flash_count_pcrop(p->flash, &hidden);
	if (!err)
		err = survey(e, p, hidden ? survey_touched : survey_all);
	for (size_t i = 0; !err && i < p->n_spans; i++)
		if (p->span[i].kind == SPAN_IMAGE && !hash_equal(p->span[i].now, plan_expected(p, &p->span[i])))
			err = compare_span(e, p, &p->span[i], r);
	if (!err && !hidden)
		err = look_at_rest(e, p, r);
	return err;
}

/* Where the agent fails on the way, once more from the start without it. */
static int compare_somehow(struct engine *e, struct plan *p, struct stflash_verify_report *r)
{
	const struct stflash_verify_report before = *r;
	int err;

	err = verify_compare(e, p, r);
	if (err && !(err = engine_without_agent(e, err))) {
		*r = before;
		err = verify_compare(e, p, r);
	}
	r->proof = worker_is_agent(&e->worker) ? STFLASH_PROOF_HASH : STFLASH_PROOF_TWICE;
	return err;
}

int flash_verify(struct flash *f, const struct flash_segment *seg, size_t n, const struct stflash_read_options *o,
		 struct stflash_verify_report *r)
{
	struct engine e;
	struct plan p;
	int err;

	for (size_t i = 0; i < n; i++)
		r->bytes += seg[i].len;
	err = flash_check_range(f, seg, n);
	if (!err)
		err = plan_create(&p, f, seg, n);
	if (err)
		return err;
	err = flash_check_readable(f);
	if (!err)
		err = survey_pcrop(&p, true);
	if (err) {
		plan_free(&p);
		return err;
	}
	err = engine_begin_read(&e, f, o->hold, true);
	r->was_reset = e.hold == STFLASH_HOLD_RESET;
	if (!err)
		err = compare_somehow(&e, &p, r);
	plan_free(&p);
	return engine_end(&e, err, o->then);
}
