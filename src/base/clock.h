/* SPDX-License-Identifier: MIT */
/* Monotonic time of the host, for deadlines. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since some fixed moment. */
uint64_t now_ms(void);

/* Sleep at least this long. */
void sleep_ms(unsigned int ms);

#endif
