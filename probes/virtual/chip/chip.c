/* SPDX-License-Identifier: MIT */
/*
 * The chip as a whole: making one, letting it catch up with the virtual clock,
 * and the debugger's accesses.
 *
 * Time is the core's cycle counter. base_cycles happened at base_ns, and since
 * then the clock is hclk_hz; the counter goes on while the core does not run.
 */
#include "chip/internal.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000u

/* Longest stretch run at once: keeps the products of times and clocks within 64 bits. */
#define SLICE_NS NS_PER_S

/* timing-model fact sheet: a debugger access stalled longer ends in AP_WAIT. */
#define AHB_PATIENCE_US 8000u

#define CSW_CACHEABLE (1u << 27) /* HPROT[3] */

uint64_t chip_now(const struct chip *c)
{
	return c->base_ns + (c->core.cycles - c->base_cycles) * NS_PER_S / c->hclk_hz;
}

/* The first cycle that is not before ns. ns is at most a minute or so ahead. */
uint64_t chip_cycle_at(const struct chip *c, uint64_t ns)
{
	if (ns <= c->base_ns)
		return c->base_cycles;
	return c->base_cycles + ((ns - c->base_ns) * c->hclk_hz + NS_PER_S - 1) / NS_PER_S;
}

/* Whole seconds are whole numbers of cycles: nothing is rounded. */
static void rebase(struct chip *c)
{
	const uint64_t seconds = (c->core.cycles - c->base_cycles) / c->hclk_hz;

	c->base_ns += seconds * NS_PER_S;
	c->base_cycles += seconds * c->hclk_hz;
}

void chip_set_hclk(struct chip *c, uint32_t hz)
{
	const uint64_t now = chip_now(c);

	if (hz == c->hclk_hz)
		return;
	c->base_ns = now;
	c->base_cycles = c->core.cycles;
	c->hclk_hz = hz;
	flash_clock_changed(c);
	core_flush_fetch(&c->core);
	core_break_off(&c->core);
}

static const struct core_type *core_type_of(const struct part *part)
{
	const uint32_t variant = part->cpuid >> 20 & 15;

	switch (part->cpuid >> 4 & 0xfff) {
	case 0xc20:
		return &core_m0;
	case 0xc60:
		return &core_m0plus;
	case 0xc23:
		return variant >= 2 ? &core_m3_r2 : &core_m3;
	case 0xc27:
		return &core_m7;
	default:
		return &core_m4;
	}
}

struct chip *chip_new(const struct part *part, struct monitor *mon)
{
	struct chip *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;

	c->part = part;
	c->line = part->traits;
	c->family = c->line->family;
	c->ctl = c->family->ctl;
	c->mon = mon;
	c->hclk_hz = 1;
	c->core.type = core_type_of(part);
	c->core.mpu.regions = c->line->traits & LINE_MPU ? CORE_MPU_REGIONS : 0;
	c->flash = malloc(part->flash_size);
	c->ram = malloc(part->ram_size);
	c->extra = malloc(c->line->extra.area.size + 1u);
	c->periph = malloc(PERIPH_STORAGE);
	c->dword.units = calloc(part->flash_size / 8, 1);
	if (!c->flash || !c->ram || !c->extra || !c->periph || !c->dword.units) {
		chip_free(c);
		return NULL;
	}
	bus_connect(c);
	chip_factory(c);
	return c;
}

void chip_free(struct chip *c)
{
	if (!c)
		return;
	chip_free_flash(c);
	free(c->ram);
	free(c->extra);
	free(c->periph);
	free(c->dword.units);
	free(c);
}

const struct part *chip_part(const struct chip *c)
{
	return c->part;
}

struct chip_faults *chip_faults(struct chip *c)
{
	return &c->faults;
}

uint8_t *chip_flash(struct chip *c)
{
	core_flush_fetch(&c->core);
	return c->flash;
}

bool chip_powered(const struct chip *c)
{
	return c->powered;
}

/* --- running ------------------------------------------------------------------ */

/* The clock goes on, the core does not. */
static void skip_to(struct chip *c, uint64_t cycle)
{
	if (cycle <= c->core.cycles)
		return;
	if (c->core.halted)
		c->debug_cycles += cycle - c->core.cycles;
	c->core.cycles = cycle;
}

/* Sleep and lockup are not here: the core itself knows what ends them. */
static bool core_waits(const struct chip *c)
{
	return c->nrst_low || c->core.halted || c->core.cycles < c->stall_until || c->low_power != LOW_POWER_NONE;
}

/* Only a program in flash counts as one: a tool's runs in RAM. */
static void note_start(struct chip *c)
{
	if (c->started || bus_unalias(c, c->core.pc) - FLASH_BASE >= c->part->flash_size)
		return;
	c->started = true;
	c->n_starts++;
}

static void run_core(struct chip *c, uint64_t end)
{
	struct core *core = &c->core;
	const uint64_t start = core->cycles;
	const uint64_t executed = core->instructions;

	if (core_waits(c)) {
		if (start < c->stall_until && c->stall_until < end)
			end = c->stall_until;
		skip_to(c, end);
		return;
	}
	note_start(c);
	if (core_run(core, end - start) == CORE_STOP_SLEEP)
		chip_fall_asleep(c);
	/* What runs in RAM is a tool's, the boot loader keeps the pins: only the firmware counts for swdoff=. */
	if (core->pc >= c->line->system.base)
		c->reset_at_instruction += core->instructions - executed;
	if (core->cycles == start && !c->reset_wanted)
		skip_to(c, end);
}

/* What the time brought: in this order, for a supply that fails wins over everything. */
static void handle_events(struct chip *c)
{
	flash_handle_cut(c);
	if (!c->powered)
		return;
	flash_poll(c);
	systick_poll(c);
	dma_poll(c);
	iwdg_poll(c);
	wwdg_poll(c);
	latch_poll(c);
	if (!c->powered)
		return;
	if (c->launch_wanted) {
		c->n_launches++;
		chip_reset(c, RESET_OPTIONS);
	}
	if (c->reset_wanted)
		chip_reset(c, RESET_SOFTWARE);
	if (c->vectreset_wanted)
		chip_core_reset(c);
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void advance(struct chip *c, uint64_t until_ns)
{
	uint64_t end;

	until_ns = min_u64(until_ns, chip_now(c) + SLICE_NS);
	until_ns = min_u64(until_ns, flash_next_ns(c));
	until_ns = min_u64(until_ns, iwdg_next_ns(c));
	until_ns = min_u64(until_ns, wwdg_next_ns(c));
	until_ns = min_u64(until_ns, dma_next_ns(c));
	until_ns = min_u64(until_ns, latch_next_ns(c));
	end = min_u64(chip_cycle_at(c, until_ns), systick_next_cycle(c));
	if (end > c->core.cycles)
		run_core(c, end);
	handle_events(c);
}

void chip_sync(struct chip *c)
{
	if (c->faults.no_power && c->powered)
		chip_power_off(c);
	while (c->powered && chip_now(c) < c->mon->now_ns) {
		rebase(c);
		advance(c, c->mon->now_ns);
	}
	c->mon->instructions += c->core.instructions - c->n_instructions_seen;
	c->n_instructions_seen = c->core.instructions;
}

/* --- the debugger -------------------------------------------------------------- */

/* By an instruction, so at the earliest by the first: a core that is caught before it has SWD. */
static bool firmware_turned_swd_off(const struct chip *c)
{
	const uint64_t executed = c->core.instructions - c->reset_at_instruction;

	return c->faults.swd_off_by_firmware && executed && executed >= c->faults.swd_off_after;
}

bool chip_swd_answers(struct chip *c)
{
	chip_sync(c);
	if (!c->powered || c->ctl->rdp_level(c) == 2 || (c->ctl->debug_is_off && c->ctl->debug_is_off(c)))
		return false;
	if (c->nrst_low)
		return true;
	if (c->low_power == LOW_POWER_STOP && !(c->dbgmcu.cr & DBG_STOP))
		return false;
	if (c->low_power == LOW_POWER_STANDBY && !(c->dbgmcu.cr & DBG_STANDBY))
		return false;
	return !firmware_turned_swd_off(c) && !swd_pins_remapped(c);
}

/* Wait for busy flash as the bus does. False: the probe's patience ended first. */
static bool wait_for_flash(struct chip *c, uint32_t addr)
{
	const uint32_t patience_us = c->faults.ahb_patience_us ? c->faults.ahb_patience_us : AHB_PATIENCE_US;
	const uint64_t give_up = chip_now(c) + patience_us * 1000ull;
	uint64_t end;

	while (c->powered && (end = flash_stall(c, addr)) != 0) {
		const uint64_t now = chip_now(c);

		if (now >= give_up)
			return false;
		if (end > chip_cycle_at(c, give_up))
			end = chip_cycle_at(c, give_up);
		monitor_spend(c->mon, SPENT_STALL, (end - c->core.cycles) * NS_PER_S / c->hclk_hz + 1);
		chip_sync(c);
	}
	return true;
}

static enum ahb_result ahb_access(struct chip *c, struct access *a)
{
	const unsigned int launches = c->n_launches;

	chip_sync(c);
	if (!chip_swd_answers(c))
		return AHB_FAULT;
	if (a->addr & (a->size - 1)) {
		monitor_anomaly(c->mon, "debugger access of %u bytes at 0x%08x is not aligned", a->size,
				(unsigned int)a->addr);
		return AHB_FAULT;
	}
	if (!wait_for_flash(c, a->addr))
		return AHB_WAIT;
	if (!c->powered || (!cache_debug_access(c, a) && !bus_access(c, a)))
		return AHB_FAULT;
	handle_events(c);
	/* The answer to the write of OBL_LAUNCH "may be lost" (flash-f0f3f2f7 section 2.4): every other one is, the
	 * first too. */
	return c->n_launches != launches && c->n_launches % 2 ? AHB_FAULT : AHB_OK;
}

enum ahb_result chip_ahb_read(struct chip *c, uint32_t addr, unsigned int size, uint32_t *value)
{
	struct access a = { .master = MASTER_DEBUG, .size = size, .addr = addr };
	const enum ahb_result result = ahb_access(c, &a);

	if (result == AHB_OK)
		*value = a.value;
	return result;
}

enum ahb_result chip_ahb_write(struct chip *c, uint32_t addr, unsigned int size, uint32_t value)
{
	struct access a = { .master = MASTER_DEBUG, .write = true, .size = size, .addr = addr, .value = value };

	return ahb_access(c, &a);
}

/* An M0, M0+ or M7 counts what ADIv5 says, an M3 or M4 more (flash-f0f3f2f7 fact sheet section 6.2). */
uint32_t chip_tar_bits(const struct chip *c)
{
	return c->core.type->v6m || c->core.type == &core_m7 ? 0x3ff : 0xfff;
}

void chip_ahb_prot(struct chip *c, uint32_t csw)
{
	c->debugger_caches = csw & CSW_CACHEABLE;
}

void chip_debug_power(struct chip *c, bool up)
{
	chip_sync(c);
	c->debug_powered = up;
}
