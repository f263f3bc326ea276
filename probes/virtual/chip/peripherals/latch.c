/* SPDX-License-Identifier: MIT */
/*
 * A board with a soft power switch: its regulator is on while the firmware
 * drives PB0 high. Whenever nobody does, after a reset above all, a capacitor
 * keeps it on for chip_faults.latch_ms; then the supply is gone until somebody
 * presses the power button, or a client takes the probe again.
 */
#include "chip/internal.h"

#define PORT_SIZE 0x400u

/* PB0 is an output, general purpose, push-pull, and high (RM0008 9.2, RM0090 8.4). */
static bool is_held(const struct chip *c)
{
	const uint32_t gpiob = c->family->gpio.base + PORT_SIZE;
	const uint32_t mode = periph_word(c, gpiob); /* CRL or MODER */

	if (c->nrst_low || c->low_power == LOW_POWER_STANDBY)
		return false;
	if (!c->family->gpio.moder)
		return (mode & 3) && !(mode & 0xc) && (periph_word(c, gpiob + 0x0c) & 1);
	return (mode & 3) == 1 && !(periph_word(c, gpiob + 0x04) & 1) && (periph_word(c, gpiob + 0x14) & 1);
}

static uint64_t give_up_ns(const struct chip *c)
{
	return c->faults.latch_ms ? chip_now(c) + c->faults.latch_ms * 1000000ull : NEVER;
}

/* The pin floats. What is left in the capacitor is not made more by a further reset. */
void latch_reset(struct chip *c)
{
	if (c->latch_deadline_ns == NEVER)
		c->latch_deadline_ns = give_up_ns(c);
}

void latch_poll(struct chip *c)
{
	if (!c->faults.latch_ms)
		return;
	if (is_held(c))
		c->latch_deadline_ns = NEVER;
	else if (c->latch_deadline_ns == NEVER)
		c->latch_deadline_ns = give_up_ns(c);
	else if (chip_now(c) >= c->latch_deadline_ns)
		chip_power_off(c);
}

uint64_t latch_next_ns(const struct chip *c)
{
	return c->faults.latch_ms ? c->latch_deadline_ns : NEVER;
}
