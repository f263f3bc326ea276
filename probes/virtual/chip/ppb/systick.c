/* SPDX-License-Identifier: MIT */
/*
 * SysTick (ARMv7-M B3.3). It counts the core's cycles, or one in eight with
 * CLKSOURCE 0 (RM0008 10.1.2), and stands still in debug state. The value is
 * computed when it is looked at.
 */
#include "chip/internal.h"

#define SYST_CSR   0x10u
#define SYST_RVR   0x14u
#define SYST_CVR   0x18u
#define SYST_CALIB 0x1cu

#define CSR_ENABLE    (1u << 0)
#define CSR_TICKINT   (1u << 1)
#define CSR_CLKSOURCE (1u << 2)
#define CSR_COUNTFLAG (1u << 16)

uint64_t running_cycles(const struct chip *c)
{
	return c->core.cycles - c->debug_cycles;
}

static unsigned int divider(const struct systick *s)
{
	return s->csr & CSR_CLKSOURCE ? 1 : 8;
}

/* Ticks until the counter reaches 0: from 0 it reloads first. */
static uint64_t ticks_to_zero(const struct systick *s)
{
	return s->value ? s->value : (uint64_t)s->rvr + 1;
}

static bool is_counting(const struct systick *s)
{
	return (s->csr & CSR_ENABLE) && (s->value || s->rvr);
}

/* Bring value and since up to now; the counter reaching 0 is noticed here. */
void systick_poll(struct chip *c)
{
	struct systick *s = &c->scs.systick;
	uint64_t ticks, to_zero;

	if (!is_counting(s)) {
		s->since = running_cycles(c);
		return;
	}
	ticks = (running_cycles(c) - s->since) / divider(s);
	s->since += ticks * divider(s);
	to_zero = ticks_to_zero(s);
	if (ticks < to_zero) {
		s->value = ticks ? (uint32_t)(to_zero - ticks) : s->value;
		return;
	}

	s->csr |= CSR_COUNTFLAG;
	if (s->csr & CSR_TICKINT)
		core_set_pending(&c->core, EXC_SYSTICK);
	ticks = (ticks - to_zero) % ((uint64_t)s->rvr + 1);
	s->value = ticks ? (uint32_t)(s->rvr + 1 - ticks) : 0;
}

/* Only an interrupt needs to be noticed at its time. */
uint64_t systick_next_cycle(const struct chip *c)
{
	const struct systick *s = &c->scs.systick;

	if (!is_counting(s) || !(s->csr & CSR_TICKINT) || c->core.halted || c->low_power != LOW_POWER_NONE)
		return NEVER;
	return s->since + c->debug_cycles + ticks_to_zero(s) * divider(s);
}

uint32_t systick_read(struct chip *c, uint32_t off)
{
	struct systick *s = &c->scs.systick;
	uint32_t value;

	systick_poll(c);
	switch (off) {
	case SYST_CSR:
		value = s->csr;
		s->csr &= ~CSR_COUNTFLAG;
		return value;
	case SYST_RVR:
		return s->rvr;
	case SYST_CVR:
		return s->value;
	default: /* SYST_CALIB: 1 ms at 9 MHz (RM0008 10.1.1) or at 18.75 MHz (RM0090 12.1.1) */
		return c->family->ticks_calib;
	}
}

void systick_write(struct chip *c, uint32_t off, uint32_t value)
{
	struct systick *s = &c->scs.systick;

	systick_poll(c);
	if (off == SYST_CSR)
		s->csr = (s->csr & CSR_COUNTFLAG) | (value & (CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE));
	else if (off == SYST_RVR)
		s->rvr = value & 0xffffff;
	else if (off == SYST_CVR) {
		s->value = 0;
		s->csr &= ~CSR_COUNTFLAG;
	}
	core_break_off(&c->core);
}
