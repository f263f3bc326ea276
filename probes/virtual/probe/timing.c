/* SPDX-License-Identifier: MIT */
#include "probe/timing.h"

#include <time.h>

/* The target runs through a pause of the host; nobody waits for it to run through a coffee break. */
#define PAUSE_MAX_NS 1000000000u

static uint64_t real_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void timing_init(struct timing *t, struct monitor *mon, const struct probe_model *model)
{
	*t = (struct timing){ .mon = mon, .model = model };
}

void timing_plug(struct timing *t)
{
	t->host_free_ns = t->mon->now_ns;
	t->out_from_ns = t->mon->now_ns;
	t->answered_real_ns = real_ns();
	t->pace_base_ns = t->mon->now_ns - t->answered_real_ns;
}

/* Spend what is left until a moment; nothing when it has passed. */
static void spend_until(struct timing *t, enum spent what, uint64_t moment)
{
	if (moment > t->mon->now_ns)
		monitor_spend(t->mon, what, moment - t->mon->now_ns);
}

/* The part of the host's pause that counts as a sleep. */
static uint64_t pause_ns(const struct timing *t)
{
	const uint64_t least = t->pace_real ? t->model->turnaround_ns : t->gap_ns;
	const uint64_t pause = real_ns() - t->answered_real_ns;

	if (!least || pause <= least)
		return 0;
	return pause < PAUSE_MAX_NS ? pause : PAUSE_MAX_NS;
}

uint64_t timing_wake(struct timing *t)
{
	const uint64_t pause = pause_ns(t);
	const uint64_t turnaround = t->model->turnaround_ns;

	t->submitted_ns = t->host_free_ns + (pause > turnaround ? pause : turnaround);
	return t->host_free_ns + pause;
}

void timing_submit(struct timing *t)
{
	spend_until(t, SPENT_HOST, t->submitted_ns);
	t->out_from_ns = t->mon->now_ns;
	t->pace_base_ns = t->submitted_ns - real_ns(); /* modulo 2^64, as is every use of it */
}

void timing_out_packet(struct timing *t)
{
	spend_until(t, SPENT_WIRE, t->out_from_ns + t->model->packet_ns);
	t->out_from_ns = t->mon->now_ns;
}

void timing_out_done(struct timing *t)
{
	t->host_free_ns = t->mon->now_ns;
}

void timing_in(struct timing *t, size_t len)
{
	const size_t packets = len ? (len + t->model->mps - 1) / t->model->mps : 1;

	monitor_spend(t->mon, SPENT_WIRE, (uint64_t)packets * t->model->packet_ns);
	t->host_free_ns = t->mon->now_ns;
	t->out_from_ns = t->mon->now_ns;
}

uint64_t timing_hold(const struct timing *t)
{
	const uint64_t real = real_ns() + t->pace_base_ns;

	return t->pace_real && t->host_free_ns > real ? t->host_free_ns - real : 0;
}

void timing_answered(struct timing *t)
{
	t->answered_real_ns = real_ns();
}

void timing_firmware(struct timing *t, uint64_t ns)
{
	monitor_spend(t->mon, SPENT_FIRMWARE, ns);
}
