/* SPDX-License-Identifier: MIT */
/* From whatever mode a probe is in to where SWD can be entered. */
#include "base/clock.h"
#include "base/failure.h"
#include "stlink/command.h"

#define MODE_LEN 2u

/* A probe that has just been plugged in goes DFU -> mass storage; more rounds mean that it does not obey. */
#define LEAVE_ROUNDS 4u

/* Each gets this long, of which leaving DFU takes about 1 ms. */
#define LEAVE_WAIT_MS 10u

#define NO_MODE UINT8_MAX

int probe_read_mode(struct stlink *p, uint8_t *mode)
{
	uint8_t reply[MODE_LEN] = { 0 };
	const struct command c = { .bytes = { STLINK_GET_CURRENT_MODE }, .in = reply, .len = sizeof(reply), .need = 1 };
	int err;

	err = command_run(p, &c);
	if (!err)
		*mode = reply[0];
	return err;
}

/* The mode, and while it is still the one that was left, again. */
static int read_next_mode(struct stlink *p, uint8_t left, uint8_t *mode)
{
	struct wait wait = wait_begin(LEAVE_WAIT_MS);
	int err;

	do {
		err = probe_read_mode(p, mode);
	} while (!err && *mode == left && !wait_over(&wait));
	return err;
}

static int leave_mode(struct stlink *p, uint8_t mode)
{
	switch (mode) {
	case STLINK_MODE_DFU:
		return command_unanswered(p, STLINK_DFU, STLINK_DFU_EXIT);
	case STLINK_MODE_SWIM:
		return command_unanswered(p, STLINK_SWIM, STLINK_SWIM_EXIT);
	case STLINK_MODE_DEBUG:
		return command_unanswered(p, STLINK_DEBUG, STLINK_EXIT);
	default: /* bootloader, mass storage, and what nobody knows: nothing to leave (openocd) */
		return 0;
	}
}

/* A mode that nobody knows: garbage, or what this probe calls it. Twice the same is no garbage. */
static int read_odd_mode(struct stlink *p, uint8_t *mode)
{
	const uint8_t before = *mode;
	int err;

	command_drain(p);
	err = probe_read_mode(p, mode);
	if (err || *mode != before)
		return err;
	log_info(p->ctx, "the probe is in mode %u, which is unknown: going on", before);
	p->odd_mode = before;
	return 0;
}

static bool is_idle(const struct stlink *p, uint8_t mode)
{
	return mode == STLINK_MODE_MASS || mode == STLINK_MODE_BOOTLOADER || (p->odd_mode && mode == p->odd_mode);
}

/* stlink-protocol fact sheet section 8. Whether SWD can be entered is for ENTER to say: openocd does not look. */
int probe_leave_any_mode(struct stlink *p)
{
	uint8_t mode = NO_MODE;
	int err = 0;

	for (unsigned int round = 0; !err && round < LEAVE_ROUNDS; round++) {
		err = read_next_mode(p, mode, &mode);
		if (!err && mode > STLINK_MODE_BOOTLOADER && !is_idle(p, mode))
			err = read_odd_mode(p, &mode);
		if (!err && is_idle(p, mode)) {
			p->astray = false;
			return 0;
		}
		if (!err)
			err = leave_mode(p, mode);
	}
	if (err)
		return err;
	log_warn(p->ctx, "the probe does not leave mode %u: if no chip answers, unplug the probe and plug it in", mode);
	p->astray = false;
	return 0;
}
