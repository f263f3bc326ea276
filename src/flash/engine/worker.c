/* SPDX-License-Identifier: MIT */
#include "flash/engine/worker.h"

int worker_start(struct worker *w, struct flash *f, bool writer, bool no_agent, uint32_t core_khz)
{
	int err;

	*w = (struct worker){ .flash = f, .twice = w->twice };
	if (no_agent) {
		worker_start_host(w);
		return 0;
	}
	err = worker_start_agent(w, writer, core_khz);
	if (err != STFLASH_E_UNSUPPORTED)
		return err;
	log_warn(f->ctx, "%s: working through the debug port alone, which is slower", f->ctx->errmsg);
	ctx_clear_error(f->ctx);
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

bool worker_is_agent(const struct worker *w)
{
	return w->ring_bytes != 0;
}
