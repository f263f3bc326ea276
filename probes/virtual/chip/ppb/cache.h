/* SPDX-License-Identifier: MIT */
/*
 * The L1 caches of a Cortex-M7: cache.c. They hold copies, and say so: what is
 * answered from a line that is older than the memory, or from memory that a
 * line is newer than, is an anomaly, and is answered as the chip would.
 */
#ifndef VIRTUAL_CHIP_CACHE_H
#define VIRTUAL_CHIP_CACHE_H

#include "chip/bus.h"

#define CACHE_LINE  32u
#define CACHE_LINES 512u /* of 16 KiB */

struct cache_line {
	bool valid, dirty;
	bool known; /* invalidated since the last reset */
	bool reported;
	uint32_t addr;
	uint8_t data[CACHE_LINE];
};

struct cache {
	unsigned int sets, ways;
	unsigned int turn; /* the way that is given up next */
	struct cache_line line[CACHE_LINES];
};

struct l1 {
	struct cache i, d;
	unsigned int n_dirty;
	uint32_t csselr;
};

void cache_reset(struct chip *c);
/* CCR was written. */
void cache_switched(struct chip *c);
/* By offset in the system control space: identification and maintenance. */
bool cache_has(const struct chip *c, uint32_t off);
uint32_t cache_read(struct chip *c, uint32_t off);
void cache_write(struct chip *c, uint32_t off, uint32_t value);

/* Nothing that the core reads, fetches or writes at addr may go past the caches. */
bool cache_concerns(const struct chip *c, uint32_t addr, bool fetch);
/* The access was answered by a cache, *ok or not. False: it goes to the bus. */
bool cache_core_access(struct chip *c, struct access *a, bool *ok);
bool cache_debug_access(struct chip *c, struct access *a);

#endif
