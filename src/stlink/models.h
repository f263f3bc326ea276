/* SPDX-License-Identifier: MIT */
/*
 * The probes we know, one row each. The code, `stflash list` and the udev rule
 * agree with this table; a test says so.
 */
#ifndef STLINK_MODELS_H
#define STLINK_MODELS_H

#include <stddef.h>
#include <stdint.h>

enum stlink_kind {
	STLINK_V1,     /* recognised and refused */
	STLINK_V2,     /* full speed, clock by divisor */
	STLINK_V2_1,   /* the same with mass storage and a serial port beside it */
	STLINK_V3,     /* high speed, clock in kHz */
	STLINK_LOADER, /* the USB loader of a V3: no debug there */
};

struct stlink_model {
	uint16_t pid;
	enum stlink_kind kind;
	const char *name;
};

extern const struct stlink_model stlink_models[];
extern const size_t stlink_n_models;

/* Of a probe whose product id is newer than this table. Its firmware tells what it can do. */
extern const struct stlink_model stlink_newer_model;

/* NULL when unknown. */
const struct stlink_model *stlink_model_find(uint16_t pid);

/* All product ids of the table into pids[]; returns how many there are (at most max are stored). */
size_t stlink_model_pids(uint16_t *pids, size_t max);

#endif
