/* SPDX-License-Identifier: MIT */
/* How long a job took, for the sentence about it and for the bar. */
#include <time.h>

#include "cli/cli.h"

uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
