/* SPDX-License-Identifier: MIT */
/* Writing an image: look at what is there, plan, save what is to be kept, erase and program, prove. */
#include "flash/engine/write.h"
#include "flash/controllers/procedure.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/failure.h"
#include "flash/boot.h"
#include "flash/engine/gaps.h"
#include "flash/engine/survey.h"
#include "flash/engine/torn.h"
#include "flash/engine/vectors.h"
#include "flash/map.h"

#define VECTOR_LEN 4u

/* How often a cancellation is looked for while a person may think again. The agent gets a job that often, too: it ends
 * when none comes for a while. */
#define THINKING_MS 50u

static const char partly_written[] = "the flash is only partly written: run the command again to complete it";
/* The link failed as the first job was sent: whether the chip took it nobody knows. */
static const char maybe_written[] = "the flash may be only partly written: run the command again to complete it";

/* Erased stretches shorter than this are sent along: a new command would take longer. */
#define BLANK_WORTH_SKIPPING 128u

/* One SWD transfer is 46 bit times, and a full-speed probe adds 7.8 us of its own (timing model). */
static uint32_t link_ns_per_word(const struct flash *f)
{
	return f->speed_khz ? 46000000u / f->speed_khz + 7800u : 0;
}

/* Where nothing is to be kept, the partly covered words of erased units are not kept either. */
static int drop_edge(struct plan *p, uint32_t addr, void *unused)
{
	uint8_t erased[PROGRAM_UNIT_MAX];

	(void)unused;
	memset(erased, flash_erased(p->flash), sizeof(erased));
	if (p->unit[plan_unit_at(p, addr)] == UNIT_ERASE)
		plan_set(p, addr, erased, flash_program_unit(p->flash));
	return 0;
}

static bool in_changed_unit(const struct plan *p, const struct span *s)
{
	const enum unit_action unit = p->unit[plan_unit_at(p, s->addr)];

	return unit == UNIT_ERASE || unit == UNIT_PROGRAM;
}

static bool unit_changes(const void *plan, size_t unit)
{
	const struct plan *p = plan;

	return p->unit[unit] == UNIT_ERASE || p->unit[unit] == UNIT_PROGRAM;
}

/* What was met of it before anything was changed; an erase mends its page. */
static void tell_torn(struct flash *f)
{
	char text[TORN_TEXT_MAX];

	if (f->torn.n_runs)
		log_doubt(
			f->ctx,
			"a write or an erase was cut off at %s before, and the ECC does not fit there: what the image "
			"has of it is written anew, and the rest of a %s that is erased is kept as it was read",
			torn_text(f, text), f->chip->controller->unit_name);
}

static int make_plan(struct engine *e, struct plan *p, const struct stflash_write_options *o)
{
	int err;

	err = survey_pcrop(p, false);
	if (!err)
		err = survey_edges(e, p);
	if (!err)
		err = survey(e, p, survey_touched);
	if (err)
		return err;
	plan_decide_units(p, o->force_erase);
	if (!o->force_erase && !o->discard_rest)
		err = survey_overwrites(e, p);
	if (!err)
		err = flash_check_writable(p->flash, unit_changes, p);
	if (err)
		return err;
	if (plan_may_mass_erase(p) && !flash_refuses_mass_erase(p->flash)) {
		err = survey_rest(e, p);
		if (err)
			return err;
		plan_choose_mass_erase(p, !o->discard_rest, link_ns_per_word(p->flash), e->worker.ring_bytes);
	}
	if (o->discard_rest)
		err = plan_each_edge(p, drop_edge, NULL);
	if (!err)
		plan_tell(p, o->plan, o->plan_user);
	return err;
}

/* The next stretch of [*at, end) worth programming: from its first program unit that is not erased to the last before a
 * long gap. */
static bool next_content(const struct flash *f, const uint8_t *want, uint32_t *at, uint32_t end, uint32_t *stop)
{
	const uint32_t step = flash_program_unit(f);
	uint32_t pos = *at, blank = 0;

	while (pos < end && flash_bytes_erased(f, want + pos, step))
		pos += step;
	if (pos == end)
		return false;
	*at = pos;
	while (pos < end && blank < BLANK_WORTH_SKIPPING) {
		blank = flash_bytes_erased(f, want + pos, step) ? blank + step : 0;
		pos += step;
	}
	*stop = pos - blank;
	return true;
}

/*
 * Program a unit with data, which has a byte for each of its; with w NULL only count the bytes. Erased words among
 * them are left out by whoever programs: what flash holds there stays.
 */
static int program_unit(const struct flash *f, struct worker *w, const struct sector *unit, const uint8_t *data,
			uint64_t *bytes)
{
	uint32_t at = 0, stop = 0;
	int err = 0;

	for (; !err && next_content(f, data, &at, unit->size, &stop); at = stop) {
		*bytes += stop - at;
		if (w)
			log_debug(f->ctx, "programming %u bytes from 0x%08x on", (unsigned int)(stop - at),
				  (unsigned int)(unit->addr + at));
		if (w)
			err = w->ops->program(w, unit->addr + at, data + at, stop - at);
	}
	return err;
}

/* What is to be programmed of a span; over what it holds, only what is to become another. */
static void put_span(const struct plan *p, const struct span *s, uint8_t *data)
{
	const uint8_t *want = plan_want(p, s->addr), *now = p->held;
	const uint32_t step = plan_over_step(p);

	if (!p->over[plan_unit_at(p, s->addr)]) {
		memcpy(data, want, s->len);
		return;
	}
	now += map_offset(p->flash, s->addr);
	for (uint32_t at = 0; at < s->len; at += step)
		if (memcmp(now + at, want + at, step) != 0)
			memcpy(data + at, want + at, step);
}

/*
 * A unit that was blank where the image goes: the spans that do not hold it yet, with erased bytes between them, so
 * that many small pieces go along in few jobs. spans start at *n.
 */
static int program_spans(struct worker *w, struct plan *p, const struct sector *unit, size_t *n, uint64_t *bytes)
{
	uint8_t *data = malloc(unit->size);
	int err;

	if (!data)
		return fail(p->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	memset(data, flash_erased(p->flash), unit->size);
	for (; *n < p->n_spans && p->span[*n].addr < unit->addr + unit->size; (*n)++) {
		const struct span *s = &p->span[*n];

		if (s->addr >= unit->addr && plan_span_differs(p, s))
			put_span(p, s, data + (s->addr - unit->addr));
	}
	err = program_unit(p->flash, w, unit, data, bytes);
	free(data);
	return err;
}

/* From here on the units [first, end) that change may hold neither the old nor the new. */
static void note_begun(struct plan *p, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		p->begun[i] |= unit_changes(p, i);
}

/* Everything the plan says, unit by unit; with w NULL only count the bytes to be programmed. */
static int carry_out(struct worker *w, struct plan *p, uint64_t *bytes)
{
	size_t n_span = 0;
	int err = 0;

	if (w)
		note_begun(p, 0, p->mass_erase ? p->flash->n_sectors : 0);
	if (w && p->mass_erase)
		err = worker_erase(w, NULL);
	for (size_t i = 0; !err && i < p->flash->n_sectors; i++) {
		const struct sector *unit = &p->flash->sectors[i];

		if (w)
			note_begun(p, i, i + 1);
		if (p->unit[i] == UNIT_ERASE) {
			if (w && !p->mass_erase)
				err = worker_erase(w, unit);
			if (!err)
				err = program_unit(p->flash, w, unit, plan_want(p, unit->addr), bytes);
		} else if (p->unit[i] == UNIT_PROGRAM) {
			err = program_spans(w, p, unit, &n_span, bytes);
		}
	}
	if (!err && w)
		err = w->ops->finish(w);
	return err;
}

/* What there is to do in all, for the progress. */
static uint64_t total_work(const struct plan *p, uint64_t bytes)
{
	if (p->mass_erase)
		return bytes + p->flash->n_mass_erases * worker_note_erase(p->flash, NULL).weight;
	for (size_t i = 0; i < p->flash->n_sectors; i++)
		if (p->unit[i] == UNIT_ERASE)
			bytes += worker_note_erase(p->flash, &p->flash->sectors[i]).weight;
	return bytes;
}

/* The first byte of a span that is not as it should be, for the message. */
static int tell_difference(struct plan *p, const struct span *s)
{
	const uint8_t *want = plan_want(p, s->addr);
	uint8_t *got = malloc(s->len);
	uint32_t i = 0;
	int err;

	if (!got)
		return fail(p->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	err = dap_read(p->flash->core->dap, s->addr, got, s->len);
	while (!err && i < s->len && got[i] == want[i])
		i++;
	if (!err && i < s->len)
		err = fail(
			p->flash->ctx, STFLASH_E_FLASH,
			"0x%08x holds 0x%02x after programming, not 0x%02x: a worn out cell, or a supply that is too "
			"weak%s",
			(unsigned int)(s->addr + i), got[i], want[i],
			p->flash->chip->controller->has_psize && p->flash->psize ? " (try " HINT_PSIZE " 8)" : "");
	else if (!err)
		err = fail(
			p->flash->ctx, STFLASH_E_FLASH,
			"the target's own hash of 0x%08x..0x%08x is not that of the data, though it reads back right: "
			"the supply may be too weak",
			(unsigned int)s->addr, (unsigned int)(s->addr + s->len - 1));
	free(got);
	return err;
}

/*
 * What is to be hashed for the proof: a unit whole where all of it is known, as after an erase; else its spans, each
 * with what it is to hold. Returns how many.
 */
static size_t list_changed(struct plan *p, struct span *list)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_spans; i++) {
		const struct span *s = &p->span[i];
		const struct sector *unit = flash_sector_at(p->flash, s->addr);
		const bool erased = p->unit[unit - p->flash->sectors] == UNIT_ERASE;
		const uint8_t *held = plan_held(p, s->addr);

		if (!in_changed_unit(p, s))
			continue;
		if (held && !erased && s->kind == SPAN_GAP)
			plan_set(p, s->addr, held, s->len);
		if (!held && !erased)
			list[n++] = *s;
		else if (n == 0 || list[n - 1].addr != unit->addr)
			list[n++] = (struct span){ .addr = unit->addr, .len = unit->size, .kind = SPAN_IMAGE };
	}
	return n;
}

/* The proof: the target's own hash of every changed unit against the host's. */
static int prove(struct engine *e, struct plan *p)
{
	struct span *list = malloc(p->n_spans * sizeof(*list));
	struct hash *expected = malloc(p->n_spans * sizeof(*expected));
	size_t n = 0;
	int err = 0;

	if (!list || !expected)
		err = fail(p->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	if (!err)
		n = list_changed(p, list);
	for (size_t i = 0; i < n; i++)
		expected[i] = plan_expected(p, &list[i]);
	log_debug(p->flash->ctx, "proving what was written");
	if (!err)
		err = survey_hash(e, list, n, STFLASH_VERIFYING);
	for (size_t i = 0; !err && i < n; i++)
		if (!hash_equal(list[i].now, expected[i])) {
			e->unfinished = partly_written;
			err = tell_difference(p, &list[i]);
		}
	free(list);
	free(expected);
	return err;
}

static void count_units(const struct plan *p, struct stflash_write_report *r)
{
	for (size_t i = 0; i < p->flash->n_sectors; i++) {
		r->units += p->unit[i] != UNIT_UNTOUCHED;
		r->equal += p->unit[i] == UNIT_EQUAL;
		r->erased += p->unit[i] == UNIT_ERASE;
		r->programmed += p->unit[i] == UNIT_ERASE || p->unit[i] == UNIT_PROGRAM;
	}
	for (size_t i = 0; i < p->n_seg; i++)
		r->image_bytes += p->seg[i].len;
	r->mass_erase = p->mass_erase;
}

/* Erase, program, prove. */
static int work_and_prove(struct engine *e, struct plan *p, const struct stflash_write_options *o)
{
	int err;

	e->unfinished = partly_written;
	err = carry_out(&e->worker, p, &(uint64_t){ 0 });
	if (err && !e->worker.begun)
		e->unfinished = maybe_written;
	if (err || o->no_verify)
		return err;
	e->unfinished = "all of it was written, but not verified: run the command again to verify it";
	return prove(e, p);
}

/* May the same work succeed on a chip that was reset, over a link that still lives? */
static bool worth_a_second_try(int err)
{
	switch (err) {
	case STFLASH_E_FLASH:
	case STFLASH_E_MISMATCH:
	case STFLASH_E_NO_TARGET:
	case STFLASH_E_FAULT:
	case STFLASH_E_PROBE:
	case STFLASH_E_TIMEOUT:
	case STFLASH_E_STALL:
		return true;
	default:
		return false;
	}
}

static bool gap_of_begun_unit(const struct plan *p, const struct span *s)
{
	return s->kind == SPAN_GAP && p->unit[plan_unit_at(p, s->addr)] == UNIT_PROGRAM && !span_is_blank(p->flash, s);
}

/* What was begun in a blank unit may be there by half: this time it is erased, and all that it holds is put back. */
static int erase_begun_units(struct engine *e, struct plan *p, struct stflash_write_report *r)
{
	int err;

	err = gaps_save(e, p, gap_of_begun_unit, &r->kept_bytes);
	if (err)
		return err;
	for (size_t i = 0; i < p->flash->n_sectors; i++)
		if (p->unit[i] == UNIT_PROGRAM) {
			p->unit[i] = UNIT_ERASE;
			r->erased++;
		}
	return 0;
}

/*
 * Only this program still has what the erased units held beside the image, so
 * it does not give up at the first failure. The failure that is told is the
 * first one, unless all went well in the end.
 */
static int try_again(struct engine *e, struct plan *p, const struct stflash_write_options *o, bool no_agent,
		     const struct kept_owner *kept, struct stflash_write_report *r, int first)
{
	struct ctx *ctx = p->flash->ctx;
	struct failure failure = { 0 };
	uint64_t bytes = 0;
	int err;

	failure_keep(&failure, ctx, first);
	log_warn(ctx, "%s; trying once more%s", failure.text,
		 no_agent && !o->no_agent ? ", without a program in the chip" : "");
	err = engine_begin_again(e, no_agent);
	if (!err)
		err = erase_begun_units(e, p, r);
	if (!err && !o->discard_rest)
		err = kept_hand_over(p, KEPT_BEFORE, kept);
	if (!err)
		err = carry_out(NULL, p, &bytes);
	if (!err) {
		r->programmed_bytes = bytes;
		e->worker.total = total_work(p, bytes);
		err = work_and_prove(e, p, o);
	}
	if (!err) {
		ctx_clear_error(ctx);
		return 0;
	}
	return err == STFLASH_E_CANCELLED ? err : failure_tell(&failure, ctx);
}

/* Without an agent the probe's own commands program. */
static bool host_can_program(const struct flash *f)
{
	return dap_has_width(f->core->dap, controller_program_width(f));
}

/* See that whoever works can program, before anything is erased. */
static int check_width(const struct engine *e)
{
	if (worker_is_agent(&e->worker) || host_can_program(e->flash))
		return 0;
	return fail(e->flash->ctx, STFLASH_E_UNSUPPORTED,
		    "without an agent in the target's RAM this flash is programmed by 16-bit accesses, which the "
		    "probe's firmware has from V2J26 on; nothing was changed: write without " HINT_NO_AGENT
		    ", or update it "
		    "with ST's ST-LINK upgrade tool");
}

/*
 * The write has failed with err, and what it took out of flash may not be there again: hand that over. The failure
 * that is told stays the one before.
 */
static int hand_over_lost(struct plan *p, const struct kept_owner *kept, int err)
{
	struct cleanup c;

	cleanup_begin(&c, p->flash->ctx, err);
	cleanup_step(&c, kept_hand_over(p, KEPT_LOST, kept));
	return cleanup_end(&c);
}

static int let_think_again(struct engine *e, const struct plan *p, unsigned int ms)
{
	struct span any_word = { .addr = p->seg[0].addr & ~(HASH_WORD - 1), .len = HASH_WORD };
	const uint64_t end = now_ms() + ms;
	int err;

	err = check_cancel(e->flash->ctx);
	while (!err && now_ms() < end) {
		sleep_ms(THINKING_MS);
		err = check_cancel(e->flash->ctx);
		if (!err)
			err = e->worker.ops->hash(&e->worker, &any_word, 1);
	}
	return err == STFLASH_E_CANCELLED ? fail(e->flash->ctx, err, "cancelled; nothing was changed") : err;
}

/* An image for another chip is no error, but once the old firmware is gone it is too late to be told. */
static int tell_doubt(struct engine *e, const struct plan *p, const struct stflash_write_options *o)
{
	char sentence[256];

	vectors_judge(p->flash, p->seg, p->n_seg, sentence, sizeof(sentence));
	if (!*sentence)
		return 0;
	log_warn(p->flash->ctx, "%s", sentence);
	return o->doubt ? let_think_again(e, p, o->doubt(sentence, o->doubt_user)) : 0;
}

static int change_flash(struct engine *e, struct plan *p, const struct stflash_write_options *o,
			const struct kept_owner *kept, struct stflash_write_report *r)
{
	int err = 0;

	if (!o->discard_rest)
		err = gaps_save(e, p, plan_gap_at_risk, &r->kept_bytes);
	if (err)
		return err;
	tell_torn(p->flash);
	/* Counting alone cannot fail. */
	err = carry_out(NULL, p, &r->programmed_bytes);
	e->worker.total = total_work(p, r->programmed_bytes);
	if (!err)
		err = check_cancel(p->flash->ctx);
	if (err || (r->erased == 0 && r->programmed == 0))
		return err;
	err = check_width(e);
	if (!err)
		err = tell_doubt(e, p, o);
	if (!err && !o->discard_rest)
		err = kept_hand_over(p, KEPT_BEFORE, kept);
	if (err)
		return err;

	err = work_and_prove(e, p, o);
	if (worth_a_second_try(err))
		err = try_again(e, p, o, o->no_agent, kept, r, err);
	if (worth_a_second_try(err) && e->worker.agent.failed && host_can_program(p->flash))
		err = try_again(e, p, o, true, kept, r, err);
	r->by_agent = worker_is_agent(&e->worker);
	if (!err)
		e->unfinished = NULL;
	return err && !o->discard_rest ? hand_over_lost(p, kept, err) : err;
}

/* A dry run only looks: nothing is reset, unless that is allowed. */
static int begin(struct engine *e, struct flash *f, const struct stflash_write_options *o)
{
	int err;

	if (!o->dry_run)
		return engine_begin_write(e, f, o);
	*e = (struct engine){ .flash = f };
	err = flash_check_readable(f);
	return err ? err : engine_begin_look(e, f, o->may_reset, o->no_agent);
}

/* The reset vector as the image has it. False: it has none. */
static bool image_vector(const struct plan *p, uint32_t *vector)
{
	const uint32_t addr = boot_vector_addr(p->flash);

	for (size_t i = 0; i < p->n_seg; i++) {
		const struct flash_segment *seg = &p->seg[i];

		if (seg->addr > addr || (uint64_t)seg->addr + seg->len < (uint64_t)addr + VECTOR_LEN)
			continue;
		*vector = get_le32(seg->data + (addr - seg->addr));
		return true;
	}
	return false;
}

/*
 * What the reset at the end will start: it is the pins that decide, as they did at the reset before the work. What
 * firmware has mapped on an F4 since then would be no answer. Whatever fails here, the write has not.
 */
static void look_at_boot(const struct engine *e, const struct plan *p, enum stflash_afterwards then, struct boot *b)
{
	unsigned int banks = 0;
	uint32_t vector;

	*b = (struct boot){ .from = STFLASH_BOOT_UNKNOWN };
	for (size_t i = 0; i < p->n_seg; i++)
		banks |= boot_banks_of(p->flash, p->seg[i].addr, p->seg[i].len);
	if (!e->fresh && p->flash->chip->family->memrmp)
		return;
	if (boot_look_after_reset(p->flash, banks, image_vector(p, &vector) ? &vector : NULL, then == STFLASH_THEN_RUN,
				  b))
		ctx_clear_error(p->flash->ctx);
}

static int end_write(struct engine *e, int err, enum stflash_afterwards then, struct boot *b,
		     struct stflash_write_report *r)
{
	err = engine_end(e, err, then);
	if (err)
		return err;
	if (then == STFLASH_THEN_RUN)
		boot_follow(e->flash, b);
	r->boot = b->from;
	memcpy(e->flash->boot_remark, b->remark, sizeof(e->flash->boot_remark));
	r->boot_remark = e->flash->boot_remark;
	return 0;
}

int flash_write(struct flash *f, const struct flash_segment *seg, size_t n, const struct stflash_write_options *o,
		const struct kept_owner *kept, struct stflash_write_report *r)
{
	struct boot boot = { .from = STFLASH_BOOT_UNKNOWN };
	struct engine e;
	struct plan p;
	int err;

	err = flash_check_range(f, seg, n);
	if (!err)
		err = plan_create(&p, f, seg, n);
	if (err)
		return err;
	err = begin(&e, f, o);
	if (!err)
		err = make_plan(&e, &p, o);
	if (err && !(err = engine_without_agent(&e, err)))
		err = make_plan(&e, &p, o);
	if (!err) {
		count_units(&p, r);
		r->by_agent = worker_is_agent(&e.worker);
		r->unit = f->chip->controller->unit_name;
		r->was_reset = e.hold == STFLASH_HOLD_RESET;
	}
	if (!err && o->dry_run)
		err = carry_out(NULL, &p, &r->programmed_bytes);
	else if (!err)
		err = change_flash(&e, &p, o, kept, r);
	r->verified = !err && !o->dry_run && !o->no_verify;
	if (!err && !o->dry_run)
		err = engine_look_whether_empty(&e);
	if (!err && !o->dry_run)
		look_at_boot(&e, &p, o->then, &boot);
	plan_free(&p);
	return end_write(&e, err, o->then, &boot, r);
}
