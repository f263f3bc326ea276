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
	uint64_t out_from_ns;      /* since when the next OUT packet is on its way */
	uint64_t answered_real_ns; /* real time of the last answer */
	uint64_t pace_base_ns;     /* virtual time minus real time at the import */
};

void timing_init(struct timing *t, struct monitor *mon, const struct probe_model *model);

/* The probe was imported: nothing is in flight. */
void timing_plug(struct timing *t);

/* A bulk transfer was submitted; in_flight: another one was still under way. */
void timing_submit(struct timing *t, bool in_flight);

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
