/* SPDX-License-Identifier: MIT */
/*
 * Power, reset and low power. A system reset (SYSRESETREQ, pin, watchdog) puts
 * everything back but the debug domain: DHCSR.C_DEBUGEN, C_MASKINTS, DEMCR but
 * for its MON bits, DFSR, FPB, DWT and DBGMCU go with the supply only (ARMv7-M
 * C1.4.1, RM0008 31.16). C_HALT goes with every reset of the core.
 */
#include "chip/internal.h"

#include <string.h>

/* CR1 of the PWR that families with a pwr_base have: LPMS (RM0351 5.4.1) */
#define PWR_LPMS      7u
#define LPMS_STANDBY  3u
#define LPMS_SHUTDOWN 4u

/* PWR_CR (RM0008 5.4.1, RM0090 5.4.1) */
#define PWR_CR_OFFSET  0x7000u
#define PWR_CSR_OFFSET 0x7004u
#define PWR_CR_PDDS    (1u << 1)
#define PWR_CSR_SBF    (1u << 1)

#define SCR_SLEEPDEEP (1u << 2)

/* Contents of SRAM after power-on: neither zero nor the same in two words. */
static void fill_with_noise(uint8_t *p, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = (uint8_t)(seed >> 24);
	}
}

void chip_core_reset(struct chip *c)
{
	c->vectreset_wanted = false;
	c->started = false;
	c->stall_until = 0;
	scs_reset(c);
	core_reset(&c->core);
	c->scs.reset_sticky = true;
	c->reset_at_instruction = c->core.instructions;
}

static void reset_system(struct chip *c, enum reset_cause cause)
{
	uint32_t pwr_csr = 0;

	flash_abort(c);
	if (cause == RESET_STANDBY || c->low_power == LOW_POWER_STANDBY)
		pwr_csr = PWR_CSR_SBF;
	c->low_power = LOW_POWER_NONE;
	c->reset_wanted = false;
	c->launch_wanted = false;
	chip_set_hclk(c, c->family->reset_hz);
	periph_reset(c);
	if (!c->family->pwr_base)
		put_le32(c->periph + PWR_CSR_OFFSET, pwr_csr);
	rcc_reset(c, cause);
	c->ctl->reset(c, cause);
	c->boot_mode = rom_boot_mode(c);
	periph_boot(c);
	iwdg_reset(c, c->ctl->hardware_watchdog(c));
	wwdg_reset(c, c->ctl->hardware_window_watchdog && c->ctl->hardware_window_watchdog(c));
	dma_reset(c);
	latch_reset(c);
	cache_reset(c);
	c->flash_stored = false;
	core_flush_fetch(&c->core);
}

void chip_reset(struct chip *c, enum reset_cause cause)
{
	const uint32_t dfsr = c->core.dfsr;

	c->n_resets++;
	c->mon->resets++;
	reset_system(c, cause);
	if (c->faults.forgets_debug) {
		c->core.debug_enabled = false;
		c->core.demcr = 0;
		dwt_arm(c);
	}
	chip_core_reset(c);
	if (c->nrst_low) {
		/* It neither starts nor is caught before the pin is released. */
		c->core.halted = false;
		c->core.lockup = false;
		c->core.dfsr = dfsr;
	}
}

static void power_on(struct chip *c)
{
	const struct core_bus bus = c->core.bus;
	const struct core_type *type = c->core.type;
	const unsigned int regions = c->core.mpu.regions;
	const uint64_t instructions = c->core.instructions;

	memset(&c->core, 0, sizeof(c->core));
	c->core.bus = bus;
	c->core.type = type;
	c->core.mpu.regions = regions;
	c->core.instructions = instructions;
	c->powered = true;
	c->intrusion = false;
	c->debug_cycles = 0;
	c->hclk_hz = c->family->reset_hz;
	c->base_ns = c->mon->now_ns;
	c->base_cycles = 0;
	c->dbgmcu = (struct dbgmcu){ 0 };
	c->latch_deadline_ns = NEVER;
	fill_with_noise(c->ram, c->part->ram_size, 1);
	fill_with_noise(c->extra, c->line->extra.area.size, 2);
	debug_power_on(c);
	chip_reset(c, RESET_POWER);
}

void chip_power_off(struct chip *c)
{
	flash_abort(c);
	c->powered = false;
	c->debug_powered = false;
}

void chip_power(struct chip *c, bool on)
{
	chip_sync(c);
	if (c->powered)
		chip_power_off(c);
	if (on && !c->faults.no_power)
		power_on(c);
}

void chip_nrst(struct chip *c, bool low)
{
	chip_sync(c);
	if (c->faults.nrst_not_wired || low == c->nrst_low)
		return;
	c->nrst_low = low;
	if (!c->powered)
		return;
	if (low)
		chip_reset(c, RESET_PIN);
	else
		/* The vector table is read when the core comes out of reset; a catch armed meanwhile counts. */
		chip_core_reset(c);
}

/* A debugger uses the bus: read protection shuts flash until the next power-on (PM0075 2.4.1, RM0090 3.7.3). */
void chip_note_intrusion(struct chip *c)
{
	if (c->intrusion)
		return;
	c->intrusion = true;
	core_flush_fetch(&c->core);
}

/* --- low power (RM0008 5.3, RM0090 5.3) --------------------------------------- */

static bool is_for_standby(const struct chip *c)
{
	const uint32_t lpms = c->family->pwr_base ? periph_word(c, c->family->pwr_base) & PWR_LPMS : 0;

	if (c->family->pwr_base)
		return lpms == LPMS_STANDBY || lpms >= LPMS_SHUTDOWN;
	return get_le32(c->periph + PWR_CR_OFFSET) & PWR_CR_PDDS;
}

void chip_fall_asleep(struct chip *c)
{
	if (!(c->core.scr & SCR_SLEEPDEEP))
		return;
	if (is_for_standby(c)) {
		c->low_power = LOW_POWER_STANDBY;
		if (!(c->dbgmcu.cr & DBG_STANDBY)) {
			fill_with_noise(c->ram, c->part->ram_size, 3);
			fill_with_noise(c->extra, c->line->extra.area.size, 4);
		}
	} else {
		c->low_power = LOW_POWER_STOP;
	}
}

/* C_HALT wakes from Sleep, and from Stop where DBG_STOP keeps the clocks; HSI is then the clock (RM0008 5.3.4). */
void chip_wake(struct chip *c)
{
	if (c->low_power == LOW_POWER_STANDBY) {
		chip_reset(c, RESET_STANDBY);
		return;
	}
	if (c->low_power == LOW_POWER_STOP)
		rcc_after_stop(c);
	c->low_power = LOW_POWER_NONE;
}
