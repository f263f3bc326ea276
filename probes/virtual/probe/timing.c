/* SPDX-License-Identifier: MIT */
#include "probe/timing.h"

#include <time.h>

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
	const uint64_t now = real_ns();

	t->host_free_ns = t->mon->now_ns;
	t->out_from_ns = t->mon->now_ns;
	t->answered_real_ns = now;
	t->pace_base_ns = t->mon->now_ns - now; /* modulo 2^64, as is every use of it */
}

/* Spend what is left until a moment; nothing when it has passed. */
static void spend_until(struct timing *t, enum spent what, uint64_t moment)
{
	if (moment > t->mon->now_ns)
		monitor_spend(t->mon, what, moment - t->mon->now_ns);
}

static void count_sleep(struct timing *t)
{
	const uint64_t pause = real_ns() - t->answered_real_ns;

	if (t->pace_real)
		spend_until(t, SPENT_SLEEP, real_ns() + t->pace_base_ns);
	else if (t->gap_ns && pause > t->gap_ns)
		monitor_spend(t->mon, SPENT_SLEEP, pause);
}

void timing_submit(struct timing *t, bool in_flight)
{
	if (in_flight)
		return;

	count_sleep(t);
	spend_until(t, SPENT_HOST, t->host_free_ns + t->model->turnaround_ns);
	t->out_from_ns = t->mon->now_ns;
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
