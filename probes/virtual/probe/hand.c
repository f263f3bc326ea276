/* SPDX-License-Identifier: MIT */
/*
 * A hand at the board's RESET button, and what it makes of the NRST line: the
 * button works whether or not the probe's own wire is there, and a line that
 * one of the two holds low is low.
 */
#include "probe/firmware.h"

static void set_line(struct probe *p)
{
	struct chip_faults *wiring = chip_faults(p->chip);

	wiring->nrst_not_wired = false;
	chip_nrst(p->chip, p->hand.pressed || (p->hand.probe_low && !p->spec.nrst_not_wired));
	wiring->nrst_not_wired = p->spec.nrst_not_wired;
}

void hand_plug(struct probe *p)
{
	p->hand = (struct hand){ 0 };
}

void hand_probe_drives(struct probe *p, bool low)
{
	p->hand.probe_low = low;
	set_line(p);
}

void hand_sees_enter(struct probe *p)
{
	if (++p->hand.n_enters != p->spec.button_enter)
		return;
	p->hand.pressed = true;
	p->hand.until_ns = p->mon.now_ns + (uint64_t)p->spec.button_ms * 1000000u;
	set_line(p);
}

void hand_sees_time(struct probe *p)
{
	if (!p->hand.pressed || p->mon.now_ns < p->hand.until_ns)
		return;
	p->hand.pressed = false;
	set_line(p);
}
