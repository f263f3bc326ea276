/* SPDX-License-Identifier: MIT */
/*
 * What is measured while the virtual probe works: the virtual clock, split by
 * where the time went; the counts; and the anomalies, which are accesses that
 * a chip leaves undefined or that a probe would not take. Every room has one.
 */
#ifndef VIRTUAL_MONITOR_H
#define VIRTUAL_MONITOR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum spent {
	SPENT_WIRE,     /* USB packets */
	SPENT_HOST,     /* turnaround of the host */
	SPENT_FIRMWARE, /* the probe's own work */
	SPENT_SWD,      /* bits on the SWD wires */
	SPENT_STALL,    /* a debugger access that waited for busy flash */
	SPENT_SLEEP,    /* the host deliberately slept */
	SPENT_N
};

struct monitor {
	uint64_t now_ns; /* the virtual clock */
	uint64_t spent_ns[SPENT_N];

	uint64_t usb_transfers; /* bulk transfers, each direction counted */
	uint64_t usb_bytes_out;
	uint64_t usb_bytes_in;
	uint64_t usb_control;
	uint64_t commands; /* 16-byte ST-LINK commands */
	uint64_t swd_transfers;
	uint64_t page_erases; /* F1 pages, F4 sectors */
	uint64_t mass_erases;
	uint64_t programs; /* program operations of any width */
	uint64_t flash_busy_ns;
	uint64_t instructions;
	uint64_t resets;

	uint64_t n_anomalies;
	char anomaly[32][160]; /* the first ones, in words */
};

/* Let virtual time pass. */
void monitor_spend(struct monitor *m, enum spent what, uint64_t ns);

/* Record something undefined or ill-formed; the text says who did what. Returns false, for the caller's return. */
bool monitor_anomaly(struct monitor *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
