/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#ifdef _WIN32
#include <windows.h>

uint64_t now_ms(void)
{
	return GetTickCount64();
}

uint64_t now_us(void)
{
	LARGE_INTEGER ticks, per_second;

	QueryPerformanceCounter(&ticks);
	QueryPerformanceFrequency(&per_second);
	return (uint64_t)ticks.QuadPart / (uint64_t)per_second.QuadPart * 1000000u +
	       (uint64_t)ticks.QuadPart % (uint64_t)per_second.QuadPart * 1000000u / (uint64_t)per_second.QuadPart;
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

uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

void sleep_ms(unsigned int ms)
{
	const struct timespec t = { .tv_sec = (time_t)(ms / 1000u), .tv_nsec = (long)(ms % 1000u) * 1000000L };

	nanosleep(&t, NULL);
}
#endif

/* A look by READDEBUGREG takes a V3 some 0.1 ms and a V2 0.3 ms; every limit is at least twice the typical time. */
#define LOOKS_PER_MS 4u
#define LONGEST      2u
#define GRACE_MS     4000u

/* Part of the time that has passed, so that nothing is noticed later than by that part; and a limit to that. */
#define PAUSE_PART   8u
#define PAUSE_MAX_MS 100u

struct wait wait_begin(unsigned int ms)
{
	return (struct wait){ .begin = now_ms(), .ms = ms };
}

bool wait_over(struct wait *w)
{
	const uint64_t passed = now_ms() - w->begin;

	w->looks++;
	return passed >= w->ms && (w->looks >= w->ms * LOOKS_PER_MS || passed >= w->ms * LONGEST + GRACE_MS);
}

void wait_pause(struct wait *w, unsigned int at_least_ms)
{
	const uint64_t passed = now_ms() - w->begin, part = passed / PAUSE_PART;
	const unsigned int pause = part < PAUSE_MAX_MS ? (unsigned int)part : PAUSE_MAX_MS;

	if (!pause || w->slept + pause > at_least_ms)
		return;
	sleep_ms(pause);
	w->slept += pause;
	w->looks += (uint64_t)pause * LOOKS_PER_MS; /* as many as there would have been */
}
