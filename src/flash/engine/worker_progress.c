/* SPDX-License-Identifier: MIT */
/* How far the two kinds of worker have come. */
#include "base/clock.h"
#include "flash/controllers/procedure.h"
#include "flash/engine/worker.h"

/* The datasheets' maximum is twice the typical time of an erase, or less. */
#define SLOWEST 2u

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
