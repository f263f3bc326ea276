/* SPDX-License-Identifier: MIT */
/* Without an agent: until two readings agree. What a file has already (like.h) may be one of them. */
#include "flash/engine/dump.h"

#include <string.h>

#include "base/bytes.h"
#include "flash/engine/torn.h"
#include "swd/scs.h"

/*
 * The answer of before would pass for this one where both hold the same: something else comes in between in the same
 * way, so that an old answer shows.
 */
static int tell_apart(struct flash *f, const uint8_t *before, const uint8_t *expected, size_t len)
{
	uint8_t words[8]; /* a single one is asked for in another way */

	if (!before || memcmp(before, expected, len) != 0)
		return 0;
	return dap_read(f->core->dap, SCS_CPUID, words, sizeof(words));
}

/*
 * Read until two readings agree, of which the file is one where it has all of these bytes: *known tells whether it was
 * needed. before: the bytes that came last, at least as many, or NULL.
 */
static int read_with_file(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, const struct like *like,
			  const uint8_t *before, unsigned int *retries, bool *known)
{
	uint8_t other[WORKER_CHUNK];
	int err;

	*known = false;
	if (like_covers(like, addr, len) < len)
		return worker_read_twice(f, addr, buf, len, retries, NULL);
	like_fill(like, addr, other, len);
	err = tell_apart(f, before, other, len);
	if (!err)
		err = torn_read(f, addr, buf, len, NULL);
	*known = !err && !memcmp(buf, other, len);
	if (err || *known)
		return err;
	err = torn_read(f, addr, other, len, NULL);
	if (err || !memcmp(buf, other, len))
		return err;
	++*retries;
	return worker_read_twice(f, addr, buf, len, retries, NULL);
}

int dump_twice(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, const struct like *like,
	       struct stflash_dump_report *report)
{
	size_t done = 0;
	int err = 0;

	*report = (struct stflash_dump_report){
		.proof = STFLASH_PROOF_TWICE,
		.bytes = len,
		.was_reset = report->was_reset,
	};
	while (!err && done < len) {
		const size_t n = min_size(len - done, WORKER_CHUNK);
		const uint8_t *before = done ? buf + done - WORKER_CHUNK : NULL;
		bool known;

		err = read_with_file(f, addr + (uint32_t)done, buf + done, n, like, before, &report->retries, &known);
		if (err)
			return err;
		done += n;
		report->like += known ? n : 0;
		report->transferred = 2 * (done + (uint64_t)report->retries * WORKER_CHUNK) - report->like;
		err = progress(f->ctx, STFLASH_READING, done, len);
	}
	return err;
}
