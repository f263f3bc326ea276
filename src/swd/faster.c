/* SPDX-License-Identifier: MIT */
/* A clock above the usual one: it has to show first that it carries what is known already. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "swd/dap.h"

/* Each piece once: what has to be repeated at this clock is no reason to keep it. */
static int arrives_right(struct dap *dap, uint32_t addr, const uint8_t *known, size_t len, bool *right)
{
	const size_t max = stlink_max_read(dap->probe, 4);
	uint8_t *got = malloc(max);
	int err = 0;

	if (!got)
		return fail(dap->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	*right = true;
	for (size_t at = 0, n; !err && *right && at < len; at += n) {
		n = min_size(len - at, max);
		err = stlink_read_mem(dap->probe, 4, addr + (uint32_t)at, got, n);
		*right = !err && !memcmp(got, known + at, n);
	}
	free(got);
	return err;
}

/* Back to the clock that was proven. A failure that a lower clock mends is none. */
static int go_back(struct dap *dap, uint32_t khz, int err)
{
	const uint32_t tried = dap->probe->speed_khz;

	if (err == STFLASH_E_UNPLUGGED || err == STFLASH_E_NO_MEMORY || dap->probe->lost)
		return err;
	log_info(dap->ctx, "what was read at %u kHz arrived wrong: going on at %u kHz", (unsigned int)tried,
		 (unsigned int)khz);
	ctx_clear_error(dap->ctx);
	if (stlink_set_speed(dap->probe, khz))
		return dap_recover(dap);
	return err ? dap_recover(dap) : 0;
}

int dap_go_faster(struct dap *dap, uint32_t addr, const uint8_t *known, size_t len)
{
	const uint32_t usual = dap->probe->asked_khz;
	const uint32_t fast = dap->may_go_faster ? stlink_faster(dap->probe) : 0;
	bool right = false;
	int err;

	dap->may_go_faster = false;
	if (!fast)
		return 0;
	err = stlink_set_speed(dap->probe, fast);
	if (!err)
		err = arrives_right(dap, addr, known, len, &right);
	if (!right)
		return go_back(dap, usual, err);
	dap->proven_khz = usual;
	log_info(dap->ctx, "SWD at %u kHz: %zu bytes that are known arrived right at it",
		 (unsigned int)dap->probe->speed_khz, len);
	return 0;
}

int dap_doubt_clock(struct dap *dap)
{
	const uint32_t usual = dap->proven_khz;

	if (!usual)
		return 0;
	dap->proven_khz = 0;
	return go_back(dap, usual, 0);
}
