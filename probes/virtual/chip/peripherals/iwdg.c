/* SPDX-License-Identifier: MIT */
/*
 * Independent watchdog (RM0008 19, RM0090 21). Once started only a reset stops
 * it; it stands still in debug state when DBGMCU says so, and nowhere else.
 */
#include "chip/internal.h"

#define IWDG     0x40003000u
#define IWDG_KR  0x00u
#define IWDG_PR  0x04u
#define IWDG_RLR 0x08u
#define IWDG_SR  0x0cu

#define KEY_RELOAD 0xaaaau
#define KEY_ACCESS 0x5555u
#define KEY_START  0xccccu

#define SR_PVU (1u << 0)
#define SR_RVU (1u << 1)

/* A new prescaler or reload value takes up to 5 cycles of LSI (RM0008 19.4.4). */
#define UPDATE_LSI_CYCLES 5u

static uint64_t lsi_ns(const struct chip *c, uint64_t cycles)
{
	return cycles * 1000000000u / c->family->lsi_hz;
}

static uint64_t period_ns(const struct chip *c)
{
	const uint32_t pr = c->iwdg.pr < 6 ? c->iwdg.pr : 6;

	return lsi_ns(c, (uint64_t)(c->iwdg.rlr + 1) * (4u << pr));
}

static void reload(struct chip *c)
{
	c->iwdg.left_ns = period_ns(c);
	c->iwdg.deadline_ns = chip_now(c) + c->iwdg.left_ns;
	core_break_off(&c->core);
}

static void start(struct chip *c)
{
	if (c->iwdg.running)
		return;
	c->iwdg.running = true;
	reload(c);
}

/* Debug state came or went, or the freeze bit: stop or go on counting. */
static void update_freeze(struct chip *c)
{
	struct iwdg *w = &c->iwdg;
	const bool frozen = dbgmcu_frozen(c, FREEZES_IWDG);
	const uint64_t now = chip_now(c);

	if (frozen == w->frozen)
		return;
	w->frozen = frozen;
	if (frozen)
		w->left_ns = w->deadline_ns > now ? w->deadline_ns - now : 0;
	else
		w->deadline_ns = now + w->left_ns;
}

void iwdg_poll(struct chip *c)
{
	if (!c->iwdg.running)
		return;
	update_freeze(c);
	if (!c->iwdg.frozen && chip_now(c) >= c->iwdg.deadline_ns)
		chip_reset(c, RESET_WATCHDOG);
}

uint64_t iwdg_next_ns(const struct chip *c)
{
	return c->iwdg.running && !c->iwdg.frozen ? c->iwdg.deadline_ns : NEVER;
}

void iwdg_reset(struct chip *c, bool hardware_start)
{
	c->iwdg = (struct iwdg){ .rlr = 0xfff };
	if (hardware_start)
		start(c);
}

uint32_t iwdg_read(struct chip *c, uint32_t off)
{
	const struct iwdg *w = &c->iwdg;
	const uint64_t now = chip_now(c);

	switch (off) {
	case IWDG_PR:
		return w->pr;
	case IWDG_RLR:
		return w->rlr;
	case IWDG_SR:
		return (now < w->pr_busy_ns ? SR_PVU : 0) | (now < w->rlr_busy_ns ? SR_RVU : 0);
	default:
		return 0;
	}
}

static void key(struct chip *c, uint32_t value)
{
	c->iwdg.unlocked = value == KEY_ACCESS;
	if (value == KEY_RELOAD && c->iwdg.running)
		reload(c);
	else if (value == KEY_START)
		start(c);
}

static void set(struct chip *c, uint32_t *reg, uint64_t *busy_ns, uint32_t value)
{
	if (!c->iwdg.unlocked) {
		monitor_anomaly(c->mon, "IWDG_PR or IWDG_RLR written without the key 0x5555");
		return;
	}
	if (chip_now(c) < *busy_ns) {
		monitor_anomaly(c->mon, "IWDG_PR or IWDG_RLR written while IWDG_SR says busy");
		return;
	}
	*reg = value;
	if (c->iwdg.running)
		*busy_ns = chip_now(c) + lsi_ns(c, UPDATE_LSI_CYCLES);
}

void iwdg_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (off == IWDG_KR)
		key(c, value & 0xffff);
	else if (off == IWDG_PR)
		set(c, &c->iwdg.pr, &c->iwdg.pr_busy_ns, value & 7);
	else if (off == IWDG_RLR)
		set(c, &c->iwdg.rlr, &c->iwdg.rlr_busy_ns, value & 0xfff);
}

/* A reload while it does not run, once more */
bool iwdg_ignores(const struct chip *c, uint32_t addr, uint32_t value)
{
	return addr == IWDG + IWDG_KR && value == KEY_RELOAD && !c->iwdg.running && !c->iwdg.unlocked;
}
