/* SPDX-License-Identifier: MIT */
/*
 * Debug registers (ARMv7-M C1.6). They belong to the debugger: what software
 * writes to DHCSR has no effect here. The manual's UNPREDICTABLE is an anomaly.
 */
#include "chip/internal.h"

#include <string.h>

#define DFSR  0xd30u
#define DHCSR 0xdf0u
#define DCRSR 0xdf4u
#define DCRDR 0xdf8u
#define DEMCR 0xdfcu

#define DBGKEY      0xa05fu
#define C_DEBUGEN   (1u << 0)
#define C_HALT      (1u << 1)
#define C_STEP      (1u << 2)
#define C_MASKINTS  (1u << 3)
#define S_REGRDY    (1u << 16)
#define S_HALT      (1u << 17)
#define S_SLEEP     (1u << 18)
#define S_LOCKUP    (1u << 19)
#define S_RETIRE_ST (1u << 24)
#define S_RESET_ST  (1u << 25)

#define DCRSR_REGWNR (1u << 16)
#define REGSEL_FPSCR 0x21u
#define REGSEL_S0    0x40u

#define DEMCR_IMPLEMENTED 0x010f07f1u
#define DEMCR_V6M         0x01000401u /* DWTENA, VC_HARDERR, VC_CORERESET */
#define DFSR_IMPLEMENTED  0x1fu

uint32_t debug_dhcsr(const struct chip *c)
{
	const struct core *core = &c->core;
	uint32_t value = S_REGRDY;

	value |= core->debug_enabled ? C_DEBUGEN : 0;
	value |= core->halt_request || core->halted ? C_HALT : 0;
	value |= core->step ? C_STEP : 0;
	value |= core->mask_ints ? C_MASKINTS : 0;
	value |= core->halted ? S_HALT : 0;
	value |= core->sleeping ? S_SLEEP : 0;
	value |= core->lockup ? S_LOCKUP : 0;
	value |= core->retired ? S_RETIRE_ST : 0;
	value |= c->scs.reset_sticky ? S_RESET_ST : 0;
	return value;
}

static uint32_t dhcsr_read(struct chip *c, enum master master)
{
	const uint32_t value = debug_dhcsr(c);

	if (master == MASTER_CORE)
		return value;
	c->core.retired = false;
	c->scs.reset_sticky = c->nrst_low;
	return value;
}

static void leave_debug_state(struct chip *c)
{
	c->core.halt_request = false;
	c->core.halted = false;
}

/* C_HALT: the core stops before its next instruction, unless it waits for the bus. */
static void request_halt(struct chip *c)
{
	c->core.halt_request = true;
	if (c->low_power != LOW_POWER_NONE)
		chip_wake(c);
	if (!c->nrst_low && c->core.cycles >= c->stall_until)
		core_run(&c->core, 1);
}

static void check_maskints(struct chip *c, uint32_t value)
{
	const struct core *core = &c->core;

	if (!(value & C_DEBUGEN) || !!(value & C_MASKINTS) == core->mask_ints)
		return;
	if (!(core->halt_request || core->halted) || !(value & C_HALT))
		monitor_anomaly(c->mon, "DHCSR 0x%08x changes C_MASKINTS while C_HALT is not 1 before and after",
				(unsigned int)value);
}

static void dhcsr_write(struct chip *c, uint32_t value)
{
	struct core *core = &c->core;

	if (value >> 16 != DBGKEY)
		return;
	check_maskints(c, value);
	if ((value & C_STEP) && (value & C_HALT) == 0 && !core->halted && (value & C_DEBUGEN))
		monitor_anomaly(c->mon, "DHCSR 0x%08x steps a core that runs", (unsigned int)value);

	core->debug_enabled = value & C_DEBUGEN;
	if (!core->debug_enabled) {
		core->step = false;
		core->mask_ints = false;
		leave_debug_state(c);
		return;
	}
	chip_note_intrusion(c);
	core->step = value & C_STEP;
	core->mask_ints = value & C_MASKINTS;
	if (value & C_HALT) {
		if (!core->halted)
			request_halt(c);
		return;
	}
	leave_debug_state(c);
	if (core->step && !c->nrst_low)
		core_run(core, 1);
}

/* --- core registers ----------------------------------------------------------------- */

static uint32_t *fp_reg(struct chip *c, unsigned int regsel)
{
	if (!c->core.type->dsp)
		return NULL;
	if (regsel == REGSEL_FPSCR)
		return &c->scs.fp_regs[32];
	return regsel >= REGSEL_S0 && regsel < REGSEL_S0 + 32 ? &c->scs.fp_regs[regsel - REGSEL_S0] : NULL;
}

static bool is_core_reg(unsigned int regsel)
{
	return regsel <= 18 || regsel == 20;
}

static void dcrsr_write(struct chip *c, uint32_t value)
{
	const unsigned int regsel = value & 0x7f;
	uint32_t *fp = fp_reg(c, regsel);

	if (!c->core.halted) {
		monitor_anomaly(c->mon, "DCRSR written while the core is not in debug state");
		return;
	}
	if (!fp && !is_core_reg(regsel)) {
		monitor_anomaly(c->mon, "DCRSR selects register 0x%02x, which does not exist", regsel);
		return;
	}
	if (value & DCRSR_REGWNR) {
		if (fp)
			*fp = c->scs.dcrdr;
		else
			core_set_reg(&c->core, regsel, c->scs.dcrdr);
		return;
	}
	c->scs.dcrdr = fp ? *fp : core_get_reg(&c->core, regsel);
}

/* --- access ---------------------------------------------------------------------------- */

uint32_t debug_read(struct chip *c, uint32_t off, enum master master)
{
	switch (off) {
	case DFSR:
		return c->core.dfsr;
	case DHCSR:
		return dhcsr_read(c, master);
	case DCRDR:
		return c->scs.dcrdr;
	case DEMCR:
		return c->core.demcr;
	default: /* DCRSR is write only */
		return 0;
	}
}

void debug_write(struct chip *c, uint32_t off, uint32_t value, enum master master)
{
	switch (off) {
	case DFSR:
		c->core.dfsr &= ~(value & DFSR_IMPLEMENTED);
		break;
	case DHCSR:
		if (master == MASTER_DEBUG)
			dhcsr_write(c, value);
		break;
	case DCRSR:
		if (master == MASTER_DEBUG)
			dcrsr_write(c, value);
		break;
	case DCRDR:
		c->scs.dcrdr = value;
		break;
	case DEMCR:
		c->core.demcr = value & (c->core.type->v6m ? DEMCR_V6M : DEMCR_IMPLEMENTED);
		dwt_arm(c);
		break;
	default:
		break;
	}
}

void debug_power_on(struct chip *c)
{
	memset(&c->scs, 0, sizeof(c->scs));
}
