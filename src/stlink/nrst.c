/* SPDX-License-Identifier: MIT */
/*
 * The one owner of the NRST line. Whoever wants it low or high asks here, where
 * it is known what the line is: it is driven when that changes something, and a
 * probe that is left, for whatever reason, has released it.
 */
#include "stlink/command.h"

static int drive_nrst(struct stlink *p, uint8_t level)
{
	uint8_t reply[2];
	const struct command c = {
		.bytes = { STLINK_DEBUG, STLINK_DRIVE_NRST, level },
		.status = STATUS_IN_REPLY,
		.in = reply,
		.len = sizeof(reply),
		.need = 1,
	};

	return command_run(p, &c);
}

int stlink_hold_nrst(struct stlink *p)
{
	int err;

	if (p->nrst == NRST_HELD)
		return 0;
	err = drive_nrst(p, STLINK_NRST_LOW);
	p->nrst = !err && p->in_debug ? NRST_HELD : NRST_MAYBE_HELD;
	if (p->in_debug && err == STFLASH_E_UNSUPPORTED)
		p->nrst = NRST_AS_FOUND; /* this firmware cannot drive it */
	if (p->in_debug)
		return err;
	/*
	 * Before debug mode was entered the firmware may not know its NRST pin, so what it
	 * answers says nothing (openocd ignores it too). Whoever enters holds it once more.
	 */
	if (err)
		ctx_clear_error(p->ctx);
	return 0;
}

/* When it fails, the line counts as held, and the way out tries again. */
int stlink_release_nrst(struct stlink *p)
{
	int err;

	if (p->nrst == NRST_RELEASED)
		return 0;
	err = drive_nrst(p, STLINK_NRST_HIGH);
	if (!err)
		p->nrst = NRST_RELEASED;
	return err;
}

int stlink_leave_nrst(struct stlink *p)
{
	return p->nrst == NRST_HELD || p->nrst == NRST_MAYBE_HELD ? stlink_release_nrst(p) : 0;
}

void stlink_doubt_nrst(struct stlink *p)
{
	if (p->nrst == NRST_HELD)
		p->nrst = NRST_MAYBE_HELD;
}
