/* SPDX-License-Identifier: MIT */
#include "flash/engine/worker.h"

#include "base/bytes.h"
#include "flash/controllers/procedure.h"

#include "base/clock.h"

/* The datasheets' maximum is twice the typical time of an erase, or less. */
#define SLOWEST 2u

int worker_start(struct worker *w, struct flash *f, bool writer, bool no_agent, uint32_t core_khz)
{
	*w = (struct worker){ .flash = f, .writer = writer, .twice = w->twice, .begun = w->begun };
	if (!no_agent)
		return worker_start_agent(w, writer, core_khz);
	worker_start_host(w);
	return 0;
}

int worker_stop(struct worker *w)
{
	const struct worker_ops *ops = w->ops;

	w->ops = NULL;
	return ops ? ops->stop(w) : 0;
}

int worker_keep_waiting(struct worker *w, size_t bytes)
{
	return worker_is_agent(w) ? agent_keep_waiting(&w->agent, bytes) : 0;
}

int worker_read(struct worker *w, uint32_t addr, uint8_t *buf, size_t len)
{
	int err = 0;

	for (size_t at = 0, n; !err && at < len; at += n) {
		n = min_size(len - at, WORKER_CHUNK);
		err = check_cancel(w->flash->ctx);
		if (!err)
			err = dap_read(w->flash->core->dap, addr + (uint32_t)at, buf + at, n);
		if (!err)
			err = worker_keep_waiting(w, n);
	}
	return err;
}

int worker_erase(struct worker *w, const struct sector *unit)
{
	if (unit)
		log_debug(w->flash->ctx, "erasing %u bytes from 0x%08x on", (unsigned int)unit->size,
			  (unsigned int)unit->addr);
	else
		log_debug(w->flash->ctx, "erasing the whole chip");
	return w->ops->erase(w, unit);
}

struct job_note worker_note_erase(const struct flash *f, const struct sector *unit)
{
	const uint32_t us = controller_erase_us(f, unit);

	return (struct job_note){ .erase_us = us, .weight = (uint64_t)us * 1000u * 4u / controller_program_ns(f) };
}

unsigned int worker_erase_ms(const struct worker *w)
{
	return (unsigned int)((uint64_t)w->now.erase_us * SLOWEST / 1000u);
}

/* The part of an erase that is over: by the typical time up to nine tenths, then ever slower, never all of it. */
static uint64_t erased_so_far(const struct job_note *job, uint64_t us)
{
	const uint64_t tenth = job->weight / 10;

	if (us <= job->erase_us)
		return (job->weight - tenth) * us / job->erase_us;
	return job->weight - tenth + (tenth ? tenth - 1 - (tenth - 1) * job->erase_us / us : 0);
}

int worker_report(struct worker *w)
{
	struct ctx *ctx = w->flash->ctx;
	const uint64_t us = (now_ms() - w->began_ms) * 1000u;
	int err;

	if (!w->now.erase_us)
		return progress(ctx, STFLASH_WRITING, w->done, w->total);
	err = progress(ctx, STFLASH_ERASING, w->done + erased_so_far(&w->now, us), w->total);
	if (err == STFLASH_E_CANCELLED && !w->announced) {
		w->announced = true;
		log_warn(ctx, "waiting for the running erase, up to %u s", (worker_erase_ms(w) + 999) / 1000);
	}
	return err;
}

bool worker_is_agent(const struct worker *w)
{
	return w->ring_bytes != 0;
}
