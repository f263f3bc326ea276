/* SPDX-License-Identifier: MIT */
/*
 * Window watchdog (RM0008 20, RM0090 22). Its counter goes down with
 * PCLK1 / 4096 / 2^WDGTB, once WDGA is set until a reset; at 0x3f, or when it is
 * written while above the window, it resets the chip. It stands still in debug
 * state when DBGMCU says so, and nowhere else but in Stop.
 */
#include "chip/internal.h"

#define WWDG_CR  0x00u
#define WWDG_CFR 0x04u
#define WWDG_SR  0x08u

#define CR_T     0x7fu
#define CR_T6    0x40u
#define CR_WDGA  0x80u
#define CFR_W    0x7fu
#define CFR_EWI  (1u << 9)
#define CFR_MASK 0x3ffu
#define SR_EWIF  (1u << 0)

#define ENR_WWDGEN 11u
#define IRQ_WWDG   0u

static void measure_tick(struct chip *c)
{
	const uint32_t wdgtb = (c->wwdg.cfr >> 7) & 3;

	c->wwdg.tick_ns = (4096ull << wdgtb) * 1000000000u / rcc_pclk1_hz(c);
}

static bool is_running(const struct chip *c)
{
	return c->wwdg.cr & CR_WDGA;
}

static bool is_still(const struct chip *c)
{
	return c->wwdg.frozen || c->low_power != LOW_POWER_NONE || c->nrst_low;
}

/* Below 0x40 it goes no further: the reset has come. */
static void count_down(struct chip *c)
{
	struct wwdg *w = &c->wwdg;
	const uint64_t now = chip_now(c);
	const uint64_t ticks = now > w->since_ns ? (now - w->since_ns) / w->tick_ns : 0;
	const uint32_t t = w->cr & CR_T;

	if (!is_running(c) || is_still(c)) {
		w->since_ns = now;
		return;
	}
	w->since_ns += ticks * w->tick_ns;
	w->cr = CR_WDGA | (ticks < t ? t - (uint32_t)ticks : 0);
}

/* When the counter reaches 0x40, not as long as it is there. */
static void warn_early(struct chip *c)
{
	const bool reached = (c->wwdg.cr & CR_T) <= CR_T6, again = c->wwdg.warned;

	c->wwdg.warned = reached;
	if (!reached || again)
		return;
	c->wwdg.sr |= SR_EWIF;
	if (c->wwdg.cfr & CFR_EWI)
		core_set_pending(&c->core, EXC_IRQ0 + IRQ_WWDG);
}

void wwdg_poll(struct chip *c)
{
	if (!is_running(c))
		return;
	count_down(c);
	c->wwdg.frozen = dbgmcu_frozen(c, FREEZES_WWDG);
	warn_early(c);
	if (!(c->wwdg.cr & CR_T6))
		chip_reset(c, RESET_WINDOW_WATCHDOG);
}

/* Only the early warning and the reset need to be noticed at their time. */
uint64_t wwdg_next_ns(const struct chip *c)
{
	const struct wwdg *w = &c->wwdg;
	const uint32_t t = w->cr & CR_T;

	if (!is_running(c) || is_still(c))
		return NEVER;
	return w->since_ns + (t > CR_T6 ? t - CR_T6 : 1) * w->tick_ns;
}

void wwdg_clock_changed(struct chip *c)
{
	count_down(c);
	measure_tick(c);
}

void wwdg_reset(struct chip *c, bool hardware_start)
{
	c->wwdg = (struct wwdg){ .cr = CR_T | (hardware_start ? CR_WDGA : 0), .cfr = CFR_W, .since_ns = chip_now(c) };
	measure_tick(c);
}

/* A peripheral without its clock: reads are 0, writes are lost. */
static bool has_clock(const struct chip *c)
{
	return rcc_apb1_enabled(c, ENR_WWDGEN) || is_running(c);
}

uint32_t wwdg_read(struct chip *c, uint32_t off)
{
	if (!has_clock(c))
		return 0;
	count_down(c);
	return off == WWDG_CR ? c->wwdg.cr : off == WWDG_CFR ? c->wwdg.cfr : off == WWDG_SR ? c->wwdg.sr : 0;
}

static void set_counter(struct chip *c, uint32_t value)
{
	struct wwdg *w = &c->wwdg;
	const bool too_early = is_running(c) && (w->cr & CR_T) > (w->cfr & CFR_W);

	w->cr = (w->cr & CR_WDGA) | (value & (CR_WDGA | CR_T));
	w->since_ns = chip_now(c);
	if (is_running(c) && (too_early || !(w->cr & CR_T6)))
		w->cr &= ~CR_T6; /* the next poll resets */
	core_break_off(&c->core);
}

void wwdg_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (!has_clock(c))
		return;
	count_down(c);
	if (off == WWDG_CR)
		set_counter(c, value);
	else if (off == WWDG_CFR)
		c->wwdg.cfr = (value & CFR_MASK) | (c->wwdg.cfr & CFR_EWI); /* EWI is cleared by a reset only */
	else if (off == WWDG_SR)
		c->wwdg.sr &= value;
	measure_tick(c);
}
