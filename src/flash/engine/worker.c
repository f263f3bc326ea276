/* SPDX-License-Identifier: MIT */
#include "flash/engine/worker.h"

#include "base/bytes.h"

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

bool worker_is_agent(const struct worker *w)
{
	return w->ring_bytes != 0;
}
