/* SPDX-License-Identifier: MIT */
/* Monotonic time of the host, for deadlines. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since some fixed moment. */
uint64_t now_ms(void);

/* Microseconds since some other fixed moment. */
uint64_t now_us(void);

/* Sleep at least this long. */
void sleep_ms(unsigned int ms);

/*
 * A wait for something that is looked at again and again. It is over when its
 * time is, but not before there were as many looks as the fastest probe has
 * in that time: a simulated target lives by the looks, not by our clock.
 * Twice the time and four seconds end it whatever the number of looks.
 */
struct wait {
	uint64_t begin;
	uint64_t ms;
	uint64_t looks;
	uint64_t slept;
};

struct wait wait_begin(unsigned int ms);

/* After a look: is it time to give up? */
bool wait_over(struct wait *w);

/*
 * And before the next one, at something that takes at_least_ms: a pause that
 * grows with the time that has passed and leaves the wire alone meanwhile.
 * All pauses together last no longer than that: a target that lives by the
 * looks, not by our clock, gets its looks all the same.
 */
void wait_pause(struct wait *w, unsigned int at_least_ms);

#endif
