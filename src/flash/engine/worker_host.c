/* SPDX-License-Identifier: MIT */
/* Flash through the debug port alone: every word over the link, every register written by the host. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "flash/controllers/procedure.h"
#include "flash/engine/torn.h"
#include "flash/engine/worker.h"

/* Enough to hide the cost of a command, little enough to stay responsive to a cancel. */
#define CHUNK 4096u

/* How often a block is read again. */
#define MAX_RETRIES 3u

int worker_read_twice(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, unsigned int *retries, bool *torn)
{
	uint8_t again[WORKER_CHUNK];
	int err;

	for (unsigned int retry = 0; retry <= MAX_RETRIES; retry++) {
		err = torn_read(f, addr, buf, len, torn);
		if (!err)
			err = torn_read(f, addr, again, len, torn);
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
 * Where a program or an erase was cut off only an erase mends flash with ECC: an image is not there, whatever is read,
 * and no bytes have this hash. What is to be kept beside it has the hash of what was read, if the bus let it through.
 */
static bool holds_nothing(const struct worker *w, const struct span *s)
{
	return s->kind == SPAN_IMAGE || w->flash->torn.refused;
}

static int hash_span(struct worker *w, struct span *s, uint8_t *buf)
{
	struct hash h = HASH_INIT;
	unsigned int retries = 0;
	bool torn = false;
	int err;

	for (uint32_t done = 0; done < s->len; done += CHUNK) {
		const size_t n = min_u32(s->len - done, CHUNK);

		err = check_cancel(w->flash->ctx);
		if (!err && w->twice)
			err = worker_read_twice(w->flash, s->addr + done, buf, n, &retries, &torn);
		else if (!err)
			err = torn_read(w->flash, s->addr + done, buf, n, &torn);
		if (err)
			return err;
		h = hash_more(h, buf, n / 4);
	}
	s->now = torn && holds_nothing(w, s) ? HASH_INIT : h;
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
