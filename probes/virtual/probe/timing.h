/* SPDX-License-Identifier: MIT */
/*
 * When things happen on the wire (timing-model): packets, the host's
 * turnaround, sleeps of the host. Whatever the probe does in the meantime goes
 * on meanwhile; the clock moves by what is left.
 */
#ifndef VIRTUAL_PROBE_TIMING_H
#define VIRTUAL_PROBE_TIMING_H

#include <stddef.h>

#include "monitor.h"
#include "probe/model.h"

struct timing {
	struct monitor *mon;
	const struct probe_model *model;
	uint64_t gap_ns;           /* a longer pause of the host is a sleep; 0: never */
	bool pace_real;            /* the virtual clock keeps to the real one */
	uint64_t host_free_ns;     /* when the host learned that its last transfer had ended */
	uint64_t submitted_ns;     /* when it submitted what it began last */
	uint64_t out_from_ns;      /* since when the next OUT packet is on its way */
	uint64_t answered_real_ns; /* real time of the last answer */
	uint64_t pace_base_ns;     /* virtual time minus real time when the host began what is in flight */
};

void timing_init(struct timing *t, struct monitor *mon, const struct probe_model *model);

/* The probe was imported: nothing is in flight. */
void timing_plug(struct timing *t);

/*
 * The host begins something while nothing is in flight: first, the moment until
 * which it slept, in virtual time. What the simulation itself took is not in it:
 * a slow machine would never catch up. Then, when that moment has come, it submits.
 */
uint64_t timing_wake(struct timing *t);
void timing_submit(struct timing *t);

/* The next OUT packet has arrived, at the earliest a packet's time after the one before. */
void timing_out_packet(struct timing *t);

/* The host knows that its OUT transfer has ended. */
void timing_out_done(struct timing *t);

/* A reply of len bytes has gone out. */
void timing_in(struct timing *t, size_t len);

/* How long the answer to the transfer that has just ended is to be held back, in real ns; 0 unless the pace is real. */
uint64_t timing_hold(const struct timing *t);

/* An answer was sent: the host's pause begins. */
void timing_answered(struct timing *t);

/* The firmware worked for so long. */
void timing_firmware(struct timing *t, uint64_t ns);

#endif
