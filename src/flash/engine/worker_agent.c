/* SPDX-License-Identifier: MIT */
/* Flash through the agent: jobs are queued in the target's RAM, so that the transfer hides behind the flash. */
#include <stdlib.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "flash/controllers/explain.h"
#include "flash/controllers/procedure.h"
#include "flash/engine/worker.h"
#include "flash/map.h"

/* One frame is one memory command of the probe: the longest it takes. */
#define FRAME_MAX (DAP_CHUNK - AGENT_DESC_LEN)

/* Bytes of hashes that a frame of the reading agent holds: what the smallest RAM allows, 4 KiB. */
#define HASH_FRAME 2048u
#define HASH_LEN   8u

/*
 * Bytes of the first job of an agent that waits for it: so that it begins while the rest still comes. Each that follows
 * may have twice as many, as long as that comes over the link in the time in which the one before is programmed.
 */
#define FIRST_PIECE 512u

static const struct controller *worker_controller_of(const struct worker *w)
{
	return w->flash->chip->controller;
}

/* Add what has been completed to the progress, and see which of the jobs that were noted runs now. */
static void count_done(struct worker *w)
{
	const struct agent *a = &w->agent;
	const uint32_t running = a->done < w->noted ? a->done + 1 : 0;

	for (; w->counted < a->done; w->counted++) {
		const struct job_note *job = &w->jobs[w->counted % a->n_frames];

		w->done += job->bytes + job->weight;
	}
	if (running == w->running)
		return;
	w->running = running;
	w->began_ms = now_ms();
	w->now = running ? w->jobs[(running - 1) % a->n_frames] : (struct job_note){ 0 };
}

/* What there is to know of the job that was posted last. */
static void note_job(struct worker *w, struct job_note note)
{
	count_done(w); /* the job that was in its frame before */
	w->jobs[(w->agent.posted - 1) % w->agent.n_frames] = note;
	w->noted = w->agent.posted;
	count_done(w);
}

/* While a job is waited for: only an erase takes so long that it is told of by the time. */
static int tell_while_waiting(void *worker)
{
	struct worker *w = worker;

	count_done(w);
	return w->now.erase_us ? worker_report(w) : check_cancel(w->flash->ctx);
}

/* A failed job in the words of the controller's manual. */
static int worker_explain(struct worker *w, int err)
{
	const struct agent *a = &w->agent;

	if (err != STFLASH_E_FLASH || a->failure.error != AGENT_ERR_FLAGS)
		return err;
	return controller_explain(w->flash, a->failure.addr, a->failure.sr);
}

static int post(struct worker *w, struct agent_job *job, struct job_note note)
{
	int err;

	if (w->erase_first) {
		note = worker_note_erase(w->flash, w->erase_first);
		job->op |= AGENT_OP_ERASE;
		job->erase = controller_erase_bits(w->flash, w->erase_first);
		w->erase_first = NULL;
	}
	job->erase |= worker_controller_of(w)->agent_bits;
	job->ctrl = map_registers(w->flash, job->addr);
	err = agent_post(&w->agent, job, NULL);
	if (err)
		return worker_explain(w, err);
	w->begun = true;
	note.bytes = (uint32_t)job->data_len;
	note_job(w, note);
	return worker_report(w);
}

/* Nothing to do for the agent until the next job is there. */
static bool agent_waits(const struct worker *w)
{
	return w->agent.done == w->agent.posted;
}

/* An erase that no program job followed goes alone. */
static int flush_erase(struct worker *w)
{
	struct agent_job job = { 0 };

	if (!w->erase_first)
		return 0;
	job.addr = w->erase_first->addr;
	return post(w, &job, (struct job_note){ 0 });
}

static int erase_halves(struct worker *w, const struct sector *unit)
{
	struct job_note note = worker_note_erase(w->flash, unit);
	int err = 0;

	for (uint32_t at = 0; !err && at < unit->size; at += unit->size / 2) {
		struct agent_job job = { .op = AGENT_OP_ERASE, .addr = unit->addr + at };

		job.erase = controller_erase_bits(w->flash, unit);
		err = post(w, &job, note);
		note = (struct job_note){ 0 };
	}
	return err;
}

static int agent_erase(struct worker *w, const struct sector *unit)
{
	int err;

	err = flush_erase(w);
	if (err)
		return err;
	if (unit && unit->in_halves)
		return erase_halves(w, unit);
	if (unit) {
		w->erase_first = unit;
		return agent_waits(w) ? flush_erase(w) : 0; /* the data come while flash erases */
	}
	for (unsigned int i = 0; !err && i < w->flash->n_mass_erases; i++) {
		/* Where each bank has its own registers, the last unit is in the last bank. */
		const struct sector *in_bank = &w->flash->sectors[i ? w->flash->n_sectors - 1 : 0];
		struct agent_job job = { .op = AGENT_OP_ERASE, .addr = in_bank->addr };

		job.erase = controller_erase_bits(w->flash, NULL);
		err = post(w, &job, worker_note_erase(w->flash, NULL));
	}
	return err;
}

/* Bytes of the next job: what a frame has room for, once the agent has enough to do. */
static size_t next_piece(struct worker *w)
{
	const size_t room = w->agent.frame_len - AGENT_DESC_LEN;

	if (agent_waits(w) && !w->erase_first)
		w->piece = min_size(room, FIRST_PIECE);
	else if (!w->piece || w->erase_first) /* the data come while flash erases */
		w->piece = room;
	else
		w->piece = min_size(room, 2 * w->piece);
	return w->piece;
}

static int agent_program(struct worker *w, uint32_t addr, const uint8_t *data, size_t len)
{
	int err = 0;

	for (size_t done = 0, n; !err && done < len; done += n) {
		n = min_size(len - done, next_piece(w));
		struct agent_job job = { .op = AGENT_OP_PROGRAM,
					 .addr = addr + (uint32_t)done,
					 .erase = controller_erase_bits(w->flash, flash_sector_at(w->flash, addr)),
					 .data = data + done,
					 .data_len = n };

		err = post(w, &job, (struct job_note){ 0 });
	}
	return err;
}

static int agent_finish(struct worker *w)
{
	int err;

	err = flush_erase(w);
	if (!err)
		err = worker_explain(w, agent_wait(&w->agent, w->agent.posted, 0));
	if (err)
		return err;
	count_done(w);
	return worker_report(w);
}

/* How many spans from the first on lie one behind the other with the same length: one job for the agent. */
static size_t alike(const struct span *span, size_t n, size_t max)
{
	size_t i = 1;

	while (i < n && i < max && span[i].len == span[0].len && span[i].addr == span[i - 1].addr + span[i - 1].len)
		i++;
	return i;
}

static int hash_job(struct worker *w, struct span *span, size_t n)
{
	struct agent_job job = {
		.op = AGENT_OP_HASH,
		.hash_addr = span[0].addr,
		.hash_words = span[0].len / 4 * (uint32_t)n,
		.hash_unit = span[0].len / 4,
	};
	struct hash results[FRAME_MAX / HASH_LEN];
	uint32_t seq;
	int err;

	err = agent_post(&w->agent, &job, &seq);
	if (!err)
		note_job(w, (struct job_note){ 0 });
	if (!err)
		err = agent_wait(&w->agent, seq, 0);
	if (!err)
		err = agent_hashes(&w->agent, seq, 0, n, results);
	if (err)
		return err;
	for (size_t i = 0; i < n; i++)
		span[i].now = results[i];
	count_done(w);
	return 0;
}

static int agent_hash(struct worker *w, struct span *span, size_t n)
{
	const size_t max = (w->agent.frame_len - AGENT_DESC_LEN) / HASH_LEN;
	int err = 0;

	for (size_t i = 0; !err && i < n;) {
		const size_t run = alike(&span[i], n - i, max);

		err = check_cancel(w->flash->ctx);
		if (!err)
			err = hash_job(w, &span[i], run);
		i += run;
	}
	return err;
}

static int agent_worker_stop(struct worker *w)
{
	const int err = agent_stop(&w->agent);

	free(w->jobs);
	w->jobs = NULL;
	return err;
}

static const struct worker_ops agent_ops = {
	.hash = agent_hash,
	.erase = agent_erase,
	.program = agent_program,
	.finish = agent_finish,
	.stop = agent_worker_stop,
};

/* Where the agent locks the flash when it gives up: both banks' registers where there are two. */
static void set_lock(const struct worker *w, struct agent_setup *setup)
{
	const struct controller *controller = worker_controller_of(w);
	const struct flash *f = w->flash;
	const uint32_t first = map_registers(f, f->sectors[0].addr);
	const uint32_t last = map_registers(f, f->sectors[f->n_sectors - 1].addr);

	setup->lock = controller->cr_lock;
	setup->lock_cr[0] = first + controller->cr;
	setup->lock_cr[1] = last == first ? 0 : last + controller->cr;
}

int worker_start_agent(struct worker *w, bool writer, uint32_t core_khz)
{
	const struct chip *chip = w->flash->chip;
	const struct region *ram = chip_ram(chip), *more = chip_frame_ram(chip);
	struct agent_setup setup = {
		.program = agent_build_for(writer ? chip->controller->agent : &agent_hash_only, w->flash->core->cpuid),
		.ram = ram->addr,
		.ram_len = ram->least,
		.frame_data = writer ? min_u32(w->flash->sectors[0].size, FRAME_MAX) : HASH_FRAME,
		.max_frames = writer ? UINT32_MAX : 1,
		.core_khz = core_khz,
		.busy_limit_ms = flash_limit_ms(w->flash, chip->controller->busy_limit_ms),
	};
	int err;

	setup.only_reads = !writer;
	setup.takes_vectors = chip->controller->eccr && core_has_vtor(w->flash->core);
	if (writer)
		set_lock(w, &setup);
	if (writer && more) {
		setup.more_ram = more->addr;
		setup.more_len = more->size;
	}
	err = agent_start(&w->agent, w->flash->core, &setup);
	if (err)
		return err;
	w->ops = &agent_ops;
	w->ring_bytes = w->agent.n_frames * w->agent.frame_len;
	w->jobs = calloc(w->agent.n_frames, sizeof(*w->jobs));
	if (!w->jobs) {
		agent_stop(&w->agent);
		return fail(w->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	}
	w->agent.waiting = tell_while_waiting;
	w->agent.waiting_user = w;
	return 0;
}
