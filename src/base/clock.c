/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#ifdef _WIN32
#include <windows.h>

uint64_t now_ms(void)
{
	return GetTickCount64();
}

void sleep_ms(unsigned int ms)
{
	Sleep(ms);
}
#else
#include <time.h>

uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

void sleep_ms(unsigned int ms)
{
	const struct timespec t = { .tv_sec = (time_t)(ms / 1000u), .tv_nsec = (long)(ms % 1000u) * 1000000L };

	nanosleep(&t, NULL);
}
#endif

/* A look by READDEBUGREG takes a V3 some 0.1 ms and a V2 0.3 ms; every limit is at least twice the typical time. */
#define LOOKS_PER_MS 4u
#define LONGEST      10u

struct wait wait_begin(unsigned int ms)
{
	return (struct wait){ .begin = now_ms(), .ms = ms };
}

bool wait_over(struct wait *w)
{
	const uint64_t passed = now_ms() - w->begin;

	w->looks++;
	return passed >= w->ms && (w->looks >= w->ms * LOOKS_PER_MS || passed >= w->ms * LONGEST);
}
