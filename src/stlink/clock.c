/* SPDX-License-Identifier: MIT */
/* The SWD clock: stlink-protocol fact sheet section 9. Never above what was asked for. */
#include "base/bytes.h"
#include "stlink/command.h"

#define STATUS_LEN       2u
#define SET_COM_FREQ_LEN 8u
#define GET_COM_FREQ_LEN 52u
#define COM_FREQ_COUNT   8u  /* offset in the reply to GET_COM_FREQ */
#define COM_FREQ_LIST    12u /* offset, 32-bit words in kHz */
#define COM_FREQ_SWD     0u

/* What a V2 runs at after power-up, and always does where the firmware has no SWD_SET_FREQ. */
#define V2_DEFAULT_KHZ 1800u

/* The divisor is a count of a delay loop, not a divider; the names are ST's. Fastest first. */
static const struct v2_clock {
	uint16_t khz;
	uint16_t divisor;
} v2_clocks[] = {
	{ 4000, 0 }, { 1800, 1 }, { 1200, 2 }, { 950, 3 },  { 650, 5 }, { 480, 7 },  { 400, 9 },  { 360, 10 },
	{ 240, 15 }, { 150, 25 }, { 125, 31 }, { 100, 40 }, { 50, 79 }, { 25, 158 }, { 15, 265 }, { 5, 798 },
};

/* What any wires of a hand's length carry; and the fastest, which takes short and good ones (CubeProgrammer too goes
 * back from 24 to 8 MHz, zephyr issue 42351). */
#define V2_USUAL_KHZ   4000u
#define V3_USUAL_KHZ   8000u
#define V3_FASTEST_KHZ 24000u

/* Where link errors lead: each step is worth a try, more of them only cost time. */
static const uint32_t v2_ladder[] = { 4000, 1800, 950, 480, 125 };

static int set_v2(struct stlink *p, uint32_t khz)
{
	uint8_t reply[STATUS_LEN];
	struct command c = {
		.bytes = { STLINK_DEBUG, STLINK_SWD_SET_FREQ },
		.status = STATUS_IN_REPLY,
		.in = reply,
		.len = sizeof(reply),
		.need = 1,
	};
	size_t i = 0;
	int err;

	while (i < ARRAY_SIZE(v2_clocks) && v2_clocks[i].khz > khz)
		i++;
	if (i == ARRAY_SIZE(v2_clocks))
		return fail(p->ctx, STFLASH_E_ARG, "a clock of %u kHz is not possible: the probe's slowest is %u kHz",
			    (unsigned int)khz, (unsigned int)v2_clocks[i - 1].khz);

	put_le16(c.bytes + 2, v2_clocks[i].divisor);
	err = command_run(p, &c);
	if (!err)
		p->speed_khz = v2_clocks[i].khz;
	return err;
}

static int keep_v2_default(struct stlink *p, uint32_t khz)
{
	if (khz < V2_DEFAULT_KHZ)
		return version_require(p, STLINK_HAS_SWD_FREQ, "a clock below 1800 kHz");

	log_info(p->ctx, "probe firmware %s cannot set the clock (V2J22 can): SWD at %u kHz", p->firmware,
		 V2_DEFAULT_KHZ);
	p->speed_khz = V2_DEFAULT_KHZ;
	return 0;
}

/* The clocks a V3 offers depend on its own; ask once. */
static int read_com_freqs(struct stlink *p)
{
	uint8_t reply[GET_COM_FREQ_LEN];
	const struct command c = {
		.bytes = { STLINK_DEBUG, STLINK_GET_COM_FREQ, COM_FREQ_SWD },
		.status = STATUS_IN_REPLY,
		.in = reply,
		.len = sizeof(reply),
		.need = COM_FREQ_LIST + 4,
	};
	uint32_t n;
	int err;

	if (p->n_com_freq)
		return 0;
	err = command_run(p, &c);
	if (err)
		return err;

	n = min_u32(get_le32(reply + COM_FREQ_COUNT), STLINK_COM_FREQ_MAX);
	if (!n)
		return fail(p->ctx, STFLASH_E_PROBE, "the probe lists no SWD clock: update its firmware");
	for (uint32_t i = 0; i < n; i++)
		p->com_freq_khz[i] = get_le32(reply + COM_FREQ_LIST + 4 * i);
	p->n_com_freq = n;
	return 0;
}

/* The largest clock of the V3's list that is at most khz, 0 when there is none. */
static uint32_t largest_up_to(const struct stlink *p, uint32_t khz)
{
	uint32_t best = 0;

	for (size_t i = 0; i < p->n_com_freq; i++)
		if (p->com_freq_khz[i] <= khz && p->com_freq_khz[i] > best)
			best = p->com_freq_khz[i];
	return best;
}

static int set_v3(struct stlink *p, uint32_t khz)
{
	uint8_t reply[SET_COM_FREQ_LEN];
	struct command c = {
		.bytes = { STLINK_DEBUG, STLINK_SET_COM_FREQ, COM_FREQ_SWD },
		.status = STATUS_IN_REPLY,
		.in = reply,
		.len = sizeof(reply),
		.need = 1, /* without the clock that it made, the one it was asked for is believed */
	};
	uint32_t best;
	int err;

	err = read_com_freqs(p);
	if (err)
		return err;
	best = largest_up_to(p, khz);
	if (!best)
		return fail(p->ctx, STFLASH_E_ARG, "a clock of %u kHz is not possible: the probe has no slower one",
			    (unsigned int)khz);

	put_le32(c.bytes + 4, best);
	err = command_run(p, &c);
	if (err)
		return err;
	p->asked_khz = best;
	p->speed_khz = get_le32(reply + 4) ? get_le32(reply + 4) : best;
	/* pyOCD logs it, the others do not look: the number is no measurement (pyOCD issue 1276). */
	if (p->speed_khz > khz)
		log_warn(p->ctx, "the probe says that it runs SWD at %u kHz, although %u were asked for",
			 (unsigned int)p->speed_khz, (unsigned int)best);
	return 0;
}

int stlink_set_speed(struct stlink *p, uint32_t khz)
{
	if (p->astray) {
		const int err = probe_leave_any_mode(p);

		if (err)
			return err;
	}
	if (p->features & STLINK_HAS_COM_FREQ)
		return set_v3(p, khz);
	if (p->features & STLINK_HAS_SWD_FREQ)
		return set_v2(p, khz);
	return keep_v2_default(p, khz);
}

uint32_t stlink_usual_khz(const struct stlink *p)
{
	return p->features & STLINK_HAS_COM_FREQ ? V3_USUAL_KHZ : V2_USUAL_KHZ;
}

uint32_t stlink_faster(const struct stlink *p)
{
	const uint32_t best = p->features & STLINK_HAS_COM_FREQ ? largest_up_to(p, V3_FASTEST_KHZ) : 0;

	return best > p->asked_khz && best > p->speed_khz ? best : 0;
}

uint32_t stlink_slower(const struct stlink *p)
{
	if (!p->speed_khz)
		return 0;
	if (p->features & STLINK_HAS_COM_FREQ)
		return largest_up_to(p, min_u32(p->asked_khz, p->speed_khz) - 1);
	if (!(p->features & STLINK_HAS_SWD_FREQ))
		return 0;

	for (size_t i = 0; i < ARRAY_SIZE(v2_ladder); i++)
		if (v2_ladder[i] < p->speed_khz)
			return v2_ladder[i];
	return 0;
}
