/* SPDX-License-Identifier: MIT */
/* Flash through the debug port alone: every word over the link, every register written by the host. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "flash/controllers/procedure.h"
#include "flash/engine/worker.h"

/* Enough to hide the cost of a command, little enough to stay responsive to a cancel. */
#define CHUNK 4096u

/* How often a block is read again. */
#define MAX_RETRIES 3u

int worker_read_twice(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, unsigned int *retries)
{
	uint8_t again[WORKER_CHUNK];
	int err;

	for (unsigned int retry = 0; retry <= MAX_RETRIES; retry++) {
		err = dap_read(f->core->dap, addr, buf, len);
		if (!err)
			err = dap_read(f->core->dap, addr, again, len);
		if (err || !memcmp(buf, again, len))
			return err;
		if (retry < MAX_RETRIES)
			++*retries;
	}
	return fail(f->ctx, STFLASH_E_MISMATCH,
		    "the flash at 0x%08x arrived wrong %u times: check the wires to the target or lower " HINT_SPEED,
		    (unsigned int)addr, MAX_RETRIES + 1);
}

/*
 * Flash with ECC may refuse to be read where a program or an erase was cut off, and only an erase mends that. To a
 * writer such a stretch holds something else than it wants, and nothing that could be kept: no bytes have this hash.
 */
static int forgive_torn(struct worker *w, struct span *s, int err)
{
	if (err != STFLASH_E_FAULT || !w->writer || w->flash->chip->controller->overwrite != OVERWRITE_NEVER)
		return err;
	log_debug(w->flash->ctx, "0x%08x..0x%08x cannot be read whole", (unsigned int)s->addr,
		  (unsigned int)(s->addr + s->len - 1));
	ctx_clear_error(w->flash->ctx);
	s->now = HASH_INIT;
	return 0;
}

static int hash_span(struct worker *w, struct span *s, uint8_t *buf)
{
	struct hash h = HASH_INIT;
	unsigned int retries = 0;
	int err;

	for (uint32_t done = 0; done < s->len; done += CHUNK) {
		const size_t n = min_u32(s->len - done, CHUNK);

		err = check_cancel(w->flash->ctx);
		if (!err && w->twice)
			err = worker_read_twice(w->flash, s->addr + done, buf, n, &retries);
		else if (!err)
			err = dap_read(w->flash->core->dap, s->addr + done, buf, n);
		if (err)
			return forgive_torn(w, s, err);
		h = hash_more(h, buf, n / 4);
	}
	s->now = h;
	return 0;
}

static int host_hash(struct worker *w, struct span *span, size_t n)
{
	uint8_t *buf = malloc(CHUNK);
	int err = 0;

	if (!buf)
		return fail(w->flash->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (size_t i = 0; !err && i < n; i++)
		err = hash_span(w, &span[i], buf);
	free(buf);
	return err;
}

/* It cannot be stopped: a cancellation ends the session once it is over. */
static void tell_of_erase(void *worker)
{
	if (worker_report(worker))
		return;
}

static int host_erase(struct worker *w, const struct sector *unit)
{
	int err;

	w->now = worker_note_erase(w->flash, unit);
	if (!unit)
		w->now.weight *= w->flash->n_mass_erases;
	w->began_ms = now_ms();
	w->begun = true;
	w->flash->waiting = tell_of_erase;
	w->flash->waiting_user = w;
	err = controller_erase(w->flash, unit);
	w->flash->waiting = NULL;
	w->done += w->now.weight;
	w->now = (struct job_note){ 0 };
	return err ? err : worker_report(w);
}

static int host_program(struct worker *w, uint32_t addr, const uint8_t *data, size_t len)
{
	int err = 0;

	for (size_t done = 0; !err && done < len; done += CHUNK) {
		const size_t n = min_size(len - done, CHUNK);

		w->begun = true;
		err = controller_program(w->flash, addr + (uint32_t)done, data + done, n);
		w->done += n;
		if (!err)
			err = worker_report(w);
	}
	return err;
}

static int host_nothing(struct worker *w)
{
	(void)w;
	return 0;
}

static const struct worker_ops host_ops = {
	.hash = host_hash,
	.erase = host_erase,
	.program = host_program,
	.finish = host_nothing,
	.stop = host_nothing,
};

void worker_start_host(struct worker *w)
{
	w->ops = &host_ops;
	w->ring_bytes = 0;
}
