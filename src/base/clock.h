/* SPDX-License-Identifier: MIT */
/* Monotonic time of the host, for deadlines. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since some fixed moment. */
uint64_t now_ms(void);

/* Sleep at least this long. */
void sleep_ms(unsigned int ms);

/*
 * A wait for something that is looked at again and again. It is over when its
 * time is, but not before there were as many looks as the fastest probe has
 * in that time: a simulated target lives by the looks, not by our clock.
 * Ten times the time ends it whatever the number of looks.
 */
struct wait {
	uint64_t begin;
	uint64_t ms;
	uint64_t looks;
};

struct wait wait_begin(unsigned int ms);

/* After a look: is it time to give up? */
bool wait_over(struct wait *w);

#endif
