/* SPDX-License-Identifier: MIT */
/* The run loop, reset, and the registers as the debugger sees them. ARMv7-M ARM B1.5.5, C1.4, C1.6. */
#include "core/cpu.h"

#include <string.h>

/* --- registers ------------------------------------------------------------------- */

/* REGSEL of DCRSR (C1.6.3) */
enum {
	REGSEL_SP = 13,
	REGSEL_LR = 14,
	REGSEL_DEBUG_RETURN = 15,
	REGSEL_XPSR = 16,
	REGSEL_MSP = 17,
	REGSEL_PSP = 18,
	REGSEL_CONTROL_MASKS = 20,
};

static unsigned int current_stack(const struct core *c)
{
	return !in_handler_mode(c) && (c->control & CONTROL_SPSEL);
}

void set_special_reg(struct core *c, unsigned int n, uint32_t value)
{
	if (n == 13)
		set_sp(c, value);
	else if (n == 14)
		c->lr = value;
	else
		undefined(c);
}

uint32_t core_get_reg(const struct core *c, unsigned int regsel)
{
	if (regsel < REGSEL_SP)
		return c->r[regsel];

	switch (regsel) {
	case REGSEL_SP:
		return c->stack[current_stack(c)];
	case REGSEL_LR:
		return c->lr;
	case REGSEL_DEBUG_RETURN:
		return c->pc;
	case REGSEL_XPSR:
		return c->xpsr;
	case REGSEL_MSP:
		return c->msp;
	case REGSEL_PSP:
		return c->psp;
	case REGSEL_CONTROL_MASKS:
		return c->control << 24 | (uint32_t)c->faultmask << 16 | (uint32_t)c->basepri << 8 | c->primask;
	default:
		return 0;
	}
}

/* An M0 has no unprivileged mode; ARMv6-M has of the masks PRIMASK only (B1.4.3, B1.4.4). */
static void set_control_masks(struct core *c, uint32_t value)
{
	c->primask = value & 1;
	c->control = (value >> 24) & (CONTROL_SPSEL | (c->type->unprivileged ? CONTROL_NPRIV : 0));
	if (c->type->v6m)
		return;
	c->faultmask = (value >> 16) & 1;
	c->basepri = (value >> 8) & 0xf0;
}

static uint32_t writable_xpsr(const struct core *c)
{
	if (c->type->v6m)
		return 0xf0000000u | XPSR_T | XPSR_IPSR;
	return 0xf8000000u | XPSR_IT | XPSR_T | XPSR_IPSR | (c->type->dsp ? XPSR_GE : 0);
}

void core_set_reg(struct core *c, unsigned int regsel, uint32_t value)
{
	if (regsel < REGSEL_SP) {
		c->r[regsel] = value;
		return;
	}

	switch (regsel) {
	case REGSEL_SP:
		c->stack[current_stack(c)] = value & ~3u;
		break;
	case REGSEL_LR:
		c->lr = value;
		break;
	case REGSEL_DEBUG_RETURN:
		c->pc = value & ~1u;
		break;
	case REGSEL_XPSR:
		c->xpsr = value & writable_xpsr(c);
		break;
	case REGSEL_MSP:
		c->msp = value & ~3u;
		break;
	case REGSEL_PSP:
		c->psp = value & ~3u;
		break;
	case REGSEL_CONTROL_MASKS:
		set_control_masks(c, value);
		break;
	default:
		break;
	}
}

/* --- reset ------------------------------------------------------------------------- */

static void reset_system_control(struct core *c)
{
	c->vtor = c->boot_vtor;
	c->aircr_prigroup = 0;
	c->scr = 0;
	c->ccr = c->type->ccr;
	c->shcsr = 0;
	c->cfsr = 0;
	c->hfsr = 0;
	c->cpacr = 0;
	c->mpu.ctrl = 0;
	c->demcr &= ~DEMCR_MON;
	memset(c->priority, 0, sizeof(c->priority));
	memset(c->pending, 0, sizeof(c->pending));
	memset(c->active, 0, sizeof(c->active));
	memset(c->enabled, 0, sizeof(c->enabled));
}

static void reset_state(struct core *c)
{
	memset(c->r, 0, sizeof(c->r));
	c->lr = 0xffffffffu;
	c->psp = 0;
	c->control = 0;
	c->primask = 0;
	c->faultmask = 0;
	c->basepri = 0;
	c->psp_used = 0;
	c->event = false;
	c->exclusive = false;
	c->halt_request = false;
	c->halted = false;
	c->lockup = false;
	c->sleeping = false;
	c->break_off = false;
	c->reset_request = false;
	c->raised = 0;
	c->exc_return = 0;
	c->watchpoint = false;
	core_flush_fetch(c);
}

/* TakeReset (B1.5.5) */
void core_reset(struct core *c)
{
	uint32_t sp, pc;

	reset_system_control(c);
	reset_state(c);
	if (!bus_read_word(c, c->vtor, &sp) || !bus_read_word(c, c->vtor + 4, &pc)) {
		c->xpsr = XPSR_T;
		c->hfsr |= HFSR_VECTTBL;
		enter_lockup(c);
	} else {
		c->msp = sp & ~3u;
		c->pc = pc & ~1u;
		c->xpsr = pc & 1 ? XPSR_T : 0;
	}

	if (c->debug_enabled && (c->demcr & DEMCR_VC_CORERESET))
		enter_debug_state(c, DFSR_VCATCH);
}

/* --- one instruction ------------------------------------------------------------------ */

/* ITAdvance (A7.3.2) on IT[7:0], which xPSR keeps in two pieces */
static void it_advance(struct core *c, uint32_t it)
{
	it = bits(it, 2, 0) ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	c->xpsr &= ~XPSR_IT;
	c->xpsr |= bits(it, 7, 2) << 10 | bits(it, 1, 0) << 25;
}

/* Conditional execution; a BKPT executes all the same. A fault leaves IT for the instruction to be tried again. */
static void execute_in_it_block(struct core *c, uint32_t op, thumb_fn *function)
{
	const uint32_t it = bits(c->xpsr, 15, 10) << 2 | bits(c->xpsr, 26, 25);

	if (condition_passed(c, it >> 4) || op >> 8 == 0xbe)
		function(c, op);
	if (!c->raised || c->raised == EXC_SVCALL)
		it_advance(c, it);
}

/* ARMv6-M A5.3: BL, MSR, MRS and the three barriers. */
static bool is_wide_in_v6m(uint32_t op)
{
	return (op & 0xf800d000u) == 0xf000d000u || (op & 0xfff0ff00u) == 0xf3808800u ||
	       (op & 0xfffff000u) == 0xf3ef8000u || ((op & 0xffffff00u) == 0xf3bf8f00u && bits(op, 7, 4) - 4 <= 2);
}

/* ARMv6-M A5.2: neither CBZ and CBNZ, nor IT; CPS has PRIMASK only. All else of 16 bits is as in ARMv7-M. */
static bool exists_in_v6m(uint32_t op)
{
	if (op >> 16)
		return is_wide_in_v6m(op);
	if ((op & 0xffe0u) == 0xb660u)
		return (op & 0xffefu) == 0xb662u;
	return (op & 0xf500u) != 0xb100u && ((op & 0xff00u) != 0xbf00u || !(op & 15));
}

/* One instruction. What it raised or returned from is left to complete_instruction(). */
static inline void execute(struct core *c)
{
	const uint32_t op = fetch(c);
	const bool is_wide = op >> 16;
	thumb_fn *const function = is_wide ? thumb32[bits(op, 28, 25)] : thumb16[op >> 9];

	if (c->raised)
		return;
	c->next_pc = c->pc + (is_wide ? 4 : 2);
	if (c->type->v6m && !exists_in_v6m(op))
		undefined(c);
	else if (in_it_block(c))
		execute_in_it_block(c, op, function);
	else
		function(c, op);

	c->pc = c->next_pc;
	c->instructions++;
	spend_instruction(c);
}

void execute_one(struct core *c)
{
	execute(c);
}

/* --- the run loop ----------------------------------------------------------------------- */

/* WFI and WFE end with an exception that would be taken were PRIMASK clear; WFE also with an event. */
static bool still_sleeps(struct core *c)
{
	const bool woken_by_event = c->sleeps_for_event && c->event;

	if (!c->sleeping)
		return false;
	if (!woken_by_event && !pending_wakes(c))
		return true;
	if (woken_by_event)
		c->event = false;
	c->sleeping = false;
	return false;
}

/*
 * Between two instructions: finish the last one, then everything that may keep
 * the next one from being executed. CORE_STOP_TIME: go on.
 */
static enum core_stop attend(struct core *c)
{
	c->attention = false;
	complete_instruction(c);
	take_watchpoint(c);

	if (c->reset_request) {
		c->reset_request = false;
		return CORE_STOP_RESET;
	}
	if (c->halt_request && c->debug_enabled && !c->halted)
		enter_debug_state(c, DFSR_HALTED);
	if (c->halted)
		return CORE_STOP_HALTED;
	if (still_sleeps(c))
		return CORE_STOP_SLEEP;

	take_pending_exception(c);
	if (c->halted)
		return CORE_STOP_HALTED;
	if (c->lockup)
		return CORE_STOP_LOCKUP;
	if (!(c->xpsr & XPSR_T)) {
		usage_fault(c, CFSR_INVSTATE);
		return attend(c);
	}
	if (c->break_off) {
		c->break_off = false;
		return CORE_STOP_EVENT;
	}
	return CORE_STOP_TIME;
}

/* The fields may have been written from outside since the last run. */
static void prepare(struct core *c)
{
	select_stack(c);
	c->attention = true;
	c->break_off = false;
}

/* C_STEP (C1.4): an exception that is pending and not masked is entered instead of an instruction executed. */
static enum core_stop step(struct core *c)
{
	enum core_stop stop;
	const uint32_t exception = c->xpsr & XPSR_IPSR;

	prepare(c);
	stop = attend(c);
	if (stop != CORE_STOP_TIME)
		return stop;

	if ((c->xpsr & XPSR_IPSR) == exception) {
		execute(c);
		c->retired = true;
		complete_instruction(c);
		take_watchpoint(c);
	}
	if (!c->halted) /* a WFI that was stepped over ends here too */
		enter_debug_state(c, DFSR_HALTED);
	return c->reset_request ? attend(c) : CORE_STOP_HALTED;
}

enum core_stop core_step(struct core *c)
{
	c->halted = false;
	c->halt_request = false;
	return step(c);
}

enum core_stop core_run(struct core *c, uint64_t budget)
{
	const uint64_t start = c->cycles;
	const uint64_t executed = c->instructions;
	enum core_stop stop = CORE_STOP_TIME;

	if (c->halted)
		return CORE_STOP_HALTED;
	if (c->step && c->debug_enabled)
		return step(c);

	prepare(c);
	for (;;) {
		if (c->attention)
			stop = attend(c);
		if (stop != CORE_STOP_TIME || c->cycles - start >= budget)
			break;
		if (c->poll.due)
			skip_waiting(c, start + budget);
		execute(c);
	}
	if (c->instructions != executed)
		c->retired = true;
	return stop;
}

void core_set_pending(struct core *c, unsigned int exception)
{
	if (exception == 0 || exception >= EXC_N)
		return;
	if (!c->pending[exception] && (c->scr & SCR_SEVONPEND))
		c->event = true;
	c->pending[exception] = true;
	c->attention = true;
}

void core_flush_fetch(struct core *c)
{
	c->fetch_limit = 0;
	c->ram_limit = 0;
	c->fetch_word = 0xffffffffu;
}

void core_watchpoint(struct core *c)
{
	c->watchpoint = true;
	c->attention = true;
}

void core_break_off(struct core *c)
{
	c->break_off = true;
	c->attention = true;
}
