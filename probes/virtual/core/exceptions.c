/* SPDX-License-Identifier: MIT */
/* Exceptions: priorities, entry, return, escalation, lockup, vector catch. ARMv7-M ARM B1.5, C1.5. */
#include "core/cpu.h"

#include <string.h>

enum {
	PRIORITY_NONE = 256,
	PRIORITY_HARDFAULT = -1,
	PRIORITY_NMI = -2,
	PRIORITY_RESET = -3,

	FRAME_SIZE = 32,
	/* Cortex-M3 TRM: cycles to the first instruction of the handler, and back. */
	ENTRY_CYCLES = 12,
	RETURN_CYCLES = 10,
};

#define XPSR_STACK_ALIGN (1u << 9) /* in a stacked xPSR: 4 bytes were skipped */

#define EXC_RETURN_HANDLER 0xfffffff1u
#define EXC_RETURN_MAIN    0xfffffff9u
#define EXC_RETURN_PROCESS 0xfffffffdu

/* --- priorities (B1.5.4) ------------------------------------------------------- */

static int exception_priority(const struct core *c, unsigned int exception)
{
	switch (exception) {
	case EXC_RESET:
		return PRIORITY_RESET;
	case EXC_NMI:
		return PRIORITY_NMI;
	case EXC_HARDFAULT:
		return PRIORITY_HARDFAULT;
	default:
		return c->priority[exception] & 0xf0;
	}
}

/* The part of a priority that decides about preemption: PRIGROUP cuts the subpriority off. */
static int group_priority(const struct core *c, int priority)
{
	if (priority < 0)
		return priority;
	return priority & ~((2 << (c->aircr_prigroup & 7)) - 1);
}

static bool any_set(const bool flags[EXC_N])
{
	return memchr(flags, 1, EXC_N * sizeof(flags[0])) != NULL;
}

/* ExecutionPriority, with PRIMASK or as if it were clear */
static int execution_priority(const struct core *c, bool primask)
{
	int priority = PRIORITY_NONE;

	if (any_set(c->active)) {
		for (unsigned int i = EXC_NMI; i < EXC_N; i++)
			if (c->active[i] && exception_priority(c, i) < priority)
				priority = exception_priority(c, i);
		if (priority < PRIORITY_NONE)
			priority = group_priority(c, priority);
	}

	if (c->basepri && group_priority(c, c->basepri) < priority)
		priority = group_priority(c, c->basepri);
	if (primask && priority > 0)
		priority = 0;
	if (c->faultmask && priority > PRIORITY_HARDFAULT)
		priority = PRIORITY_HARDFAULT;
	return priority;
}

int core_execution_priority(const struct core *c)
{
	return execution_priority(c, c->primask);
}

/* The three faults with an enable bit, when it is off, go to HardFault. */
static bool fault_is_enabled(const struct core *c, unsigned int exception)
{
	switch (exception) {
	case EXC_MEMMANAGE:
		return c->shcsr & SHCSR_MEMFAULTENA;
	case EXC_BUSFAULT:
		return c->shcsr & SHCSR_BUSFAULTENA;
	case EXC_USAGEFAULT:
		return c->shcsr & SHCSR_USGFAULTENA;
	default:
		return true;
	}
}

/* C_MASKINTS: PendSV, SysTick and external interrupts stay pending (C1.6.2). */
static bool is_masked_by_debugger(const struct core *c, unsigned int exception)
{
	return c->debug_enabled && c->mask_ints && exception >= EXC_PENDSV;
}

unsigned int core_highest_pending(const struct core *c)
{
	unsigned int best = 0;

	if (!any_set(c->pending))
		return 0;
	for (unsigned int i = EXC_NMI; i < EXC_N; i++) {
		if (!c->pending[i] || !fault_is_enabled(c, i) || (i >= EXC_IRQ0 && !c->enabled[i]))
			continue;
		if (is_masked_by_debugger(c, i))
			continue;
		if (!best || exception_priority(c, i) < exception_priority(c, best))
			best = i;
	}
	return best;
}

static bool preempts(const struct core *c, unsigned int exception)
{
	return group_priority(c, exception_priority(c, exception)) < core_execution_priority(c);
}

bool pending_wakes(const struct core *c)
{
	const unsigned int exception = core_highest_pending(c);

	return exception && group_priority(c, exception_priority(c, exception)) < execution_priority(c, false);
}

/* --- debug state and lockup -------------------------------------------------------- */

void enter_debug_state(struct core *c, uint32_t dfsr_bit)
{
	c->halted = true;
	c->halt_request = true;
	c->lockup = false;
	c->sleeping = false;
	c->dfsr |= dfsr_bit;
	c->attention = true;
}

/* B1.5.15: the processor fetches from 0xfffffffe for ever; a reset, the debugger or an NMI gets it out. */
void enter_lockup(struct core *c)
{
	c->lockup = true;
	c->pc = LOCKUP_PC;
	c->attention = true;
}

/* C1.5: which vector catch bits of DEMCR an exception answers to. */
static uint32_t catch_bits(const struct core *c, unsigned int exception)
{
	uint32_t catches = 0;

	switch (exception) {
	case EXC_HARDFAULT:
		return DEMCR_VC_HARDERR;
	case EXC_MEMMANAGE:
		return DEMCR_VC_MMERR;
	case EXC_BUSFAULT:
		return DEMCR_VC_BUSERR;
	case EXC_USAGEFAULT:
		if (c->cfsr & (CFSR_UNDEFINSTR | CFSR_INVSTATE | CFSR_INVPC))
			catches |= DEMCR_VC_STATERR;
		if (c->cfsr & CFSR_NOCP)
			catches |= DEMCR_VC_NOCPERR;
		if (c->cfsr & (CFSR_UNALIGNED | CFSR_DIVBYZERO))
			catches |= DEMCR_VC_CHKERR;
		return catches;
	default:
		return 0;
	}
}

static void catch_vector(struct core *c, uint32_t catches)
{
	if (c->debug_enabled && (c->demcr & catches))
		enter_debug_state(c, DFSR_VCATCH);
}

/* --- entry (B1.5.6) ------------------------------------------------------------------ */

/* A word of a frame. 0, or the exception that the access derives; *fault is its bit of CFSR. */
static unsigned int push_word(struct core *c, uint32_t addr, uint32_t value, bool privileged)
{
	if (!mpu_allows(c, addr, MPU_WRITE, privileged)) {
		c->cfsr |= CFSR_MSTKERR;
		return EXC_MEMMANAGE;
	}
	if (bus_write_word(c, addr, value))
		return 0;
	c->cfsr |= CFSR_STKERR;
	return EXC_BUSFAULT;
}

static unsigned int pop_word(struct core *c, uint32_t addr, uint32_t *value, bool privileged)
{
	if (!mpu_allows(c, addr, MPU_READ, privileged)) {
		c->cfsr |= CFSR_MUNSTKERR;
		return EXC_MEMMANAGE;
	}
	if (bus_read_word(c, addr, value))
		return 0;
	c->cfsr |= CFSR_UNSTKERR;
	return EXC_BUSFAULT;
}

/* PushStack. 0, or the exception when the stack faulted; SP has moved all the same. */
static unsigned int push_stack(struct core *c)
{
	const bool privileged = is_privileged(c);
	const uint32_t sp = get_sp(c);
	const bool align = (c->ccr & CCR_STKALIGN) && (sp & 4);
	const uint32_t frame = sp - FRAME_SIZE - (align ? 4 : 0);
	const uint32_t values[8] = {
		c->r[0],  c->r[1], c->r[2], c->r[3],
		c->r[12], c->lr,   c->pc,   (c->xpsr & ~XPSR_STACK_ALIGN) | (align ? XPSR_STACK_ALIGN : 0),
	};
	unsigned int fault = 0;

	if (in_handler_mode(c))
		c->lr = EXC_RETURN_HANDLER;
	else
		c->lr = c->psp_used ? EXC_RETURN_PROCESS : EXC_RETURN_MAIN;

	set_sp(c, frame);
	for (unsigned int i = 0; !fault && i < 8; i++)
		fault = push_word(c, frame + 4 * i, values[i], privileged);
	return fault;
}

/* ExceptionTaken. False when the vector could not be read. */
static bool exception_taken(struct core *c, unsigned int exception)
{
	uint32_t vector;

	if (!bus_read_word(c, c->vtor + 4 * exception, &vector))
		return false;

	c->pending[exception] = false;
	c->active[exception] = true;
	c->pc = vector & ~1u;
	c->xpsr &= ~(XPSR_IT | XPSR_T | XPSR_IPSR);
	c->xpsr |= exception | (vector & 1 ? XPSR_T : 0);
	c->control &= ~CONTROL_SPSEL;
	select_stack(c);
	c->exclusive = false;
	c->event = true;
	c->attention = true;
	c->cycles += ENTRY_CYCLES;
	catch_vector(c, catch_bits(c, exception));
	return true;
}

/* The vector of a HardFault cannot be read: lockup. That of another exception: HardFault (B1.5.14). */
static void enter_vector(struct core *c, unsigned int exception)
{
	if (exception_taken(c, exception))
		return;

	c->hfsr |= HFSR_VECTTBL;
	catch_vector(c, DEMCR_VC_INTERR);
	if (exception == EXC_NMI || exception == EXC_HARDFAULT || !exception_taken(c, EXC_HARDFAULT))
		enter_lockup(c);
}

/*
 * The stack faulted on the way into an exception (derived exception, B1.5.11):
 * the one of higher priority runs first, the other stays pending. A HardFault
 * that derives from the entry to a HardFault adds nothing to it.
 */
static unsigned int after_stack_error(struct core *c, unsigned int original, unsigned int derived)
{
	catch_vector(c, DEMCR_VC_INTERR);
	if (!fault_is_enabled(c, derived) || !preempts(c, derived)) {
		c->hfsr |= HFSR_FORCED;
		derived = EXC_HARDFAULT;
	}
	if (derived == original)
		return original;
	if (exception_priority(c, derived) < exception_priority(c, original)) {
		c->pending[original] = true;
		return derived;
	}
	c->pending[derived] = true;
	return original;
}

static void exception_entry(struct core *c, unsigned int exception)
{
	const unsigned int fault = push_stack(c);

	if (fault)
		exception = after_stack_error(c, exception, fault);
	enter_vector(c, exception);
}

bool take_pending_exception(struct core *c)
{
	const unsigned int exception = core_highest_pending(c);

	if (!exception || !preempts(c, exception))
		return false;
	if (c->lockup && exception != EXC_NMI)
		return false;
	c->lockup = false;
	exception_entry(c, exception);
	return true;
}

/* --- synchronous exceptions --------------------------------------------------------------- */

void raise_exception(struct core *c, unsigned int exception)
{
	c->raised = exception;
	c->fault_pc = c->pc;
	c->attention = true;
}

void usage_fault(struct core *c, uint32_t cfsr_bit)
{
	c->cfsr |= cfsr_bit;
	raise_exception(c, EXC_USAGEFAULT);
}

/* C1.4: halting debug takes a BKPT, else the monitor if it may run now, else HardFault. */
static unsigned int breakpoint_exception(struct core *c)
{
	c->dfsr |= DFSR_BKPT;
	if ((c->demcr & DEMCR_MON_EN) && preempts(c, EXC_DEBUGMON))
		return EXC_DEBUGMON;
	c->hfsr |= HFSR_DEBUGEVT;
	return EXC_HARDFAULT;
}

/* What cannot be taken at the present priority becomes a HardFault; what cannot be one is lockup. */
static void take_synchronous(struct core *c, unsigned int exception)
{
	if (exception == EXC_DEBUGMON) {
		exception = breakpoint_exception(c);
	} else if (!fault_is_enabled(c, exception) || !preempts(c, exception)) {
		c->hfsr |= HFSR_FORCED;
		exception = EXC_HARDFAULT;
	}

	if (exception == EXC_HARDFAULT && !preempts(c, EXC_HARDFAULT)) {
		enter_lockup(c);
		return;
	}
	if (exception != EXC_SVCALL)
		c->pc = c->fault_pc;
	exception_entry(c, exception);
}

/* --- return (B1.5.8) --------------------------------------------------------------------------- */

static unsigned int count_active(const struct core *c)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < EXC_N; i++)
		n += c->active[i];
	return n;
}

static void deactivate(struct core *c, unsigned int exception)
{
	c->active[exception] = false;
	if (exception != EXC_NMI)
		c->faultmask = 0;
}

/* Is this EXC_RETURN value possible from here? */
static bool is_legal_return(const struct core *c, uint32_t exc_return, unsigned int returning)
{
	const unsigned int nested = count_active(c);

	if (returning >= EXC_N || !c->active[returning])
		return false;

	switch (exc_return) {
	case EXC_RETURN_HANDLER:
		return nested != 1;
	case EXC_RETURN_MAIN:
	case EXC_RETURN_PROCESS:
		return nested == 1 || (c->ccr & CCR_NONBASETHRDENA);
	default:
		return false;
	}
}

/* PopStack. 0, or the exception when the stack faulted; nothing is restored then. */
static unsigned int pop_stack(struct core *c, bool privileged)
{
	const uint32_t frame = get_sp(c);
	unsigned int fault = 0;
	uint32_t values[8];

	for (unsigned int i = 0; !fault && i < 8; i++)
		fault = pop_word(c, frame + 4 * i, &values[i], privileged);
	if (fault)
		return fault;

	memcpy(c->r, values, 4 * sizeof(values[0]));
	c->r[12] = values[4];
	c->lr = values[5];
	c->pc = values[6] & ~1u;
	c->xpsr = values[7] & ~XPSR_STACK_ALIGN;
	set_sp(c, frame + FRAME_SIZE + ((values[7] & XPSR_STACK_ALIGN) && (c->ccr & CCR_STKALIGN) ? 4 : 0));
	return 0;
}

/* A fault found while returning: its handler runs on the frame that is still there, LR as it was. */
static void fault_on_return(struct core *c, uint32_t exc_return, unsigned int exception)
{
	catch_vector(c, DEMCR_VC_INTERR);
	if (!fault_is_enabled(c, exception) || !preempts(c, exception)) {
		c->hfsr |= HFSR_FORCED;
		exception = EXC_HARDFAULT;
		if (!preempts(c, EXC_HARDFAULT)) {
			enter_lockup(c);
			return;
		}
	}
	c->lr = exc_return;
	enter_vector(c, exception);
}

static void exception_return(struct core *c, uint32_t exc_return)
{
	const unsigned int returning = c->xpsr & XPSR_IPSR;
	const bool legal = is_legal_return(c, exc_return, returning);
	const bool to_handler = exc_return == EXC_RETURN_HANDLER;
	unsigned int fault;

	if (returning < EXC_N)
		deactivate(c, returning);
	if (!legal) {
		c->cfsr |= CFSR_INVPC;
		fault_on_return(c, exc_return, EXC_USAGEFAULT);
		return;
	}

	if (!to_handler) {
		c->control &= ~CONTROL_SPSEL;
		c->control |= exc_return == EXC_RETURN_PROCESS ? CONTROL_SPSEL : 0;
		c->psp_used = exc_return == EXC_RETURN_PROCESS;
	}
	fault = pop_stack(c, to_handler || !(c->control & CONTROL_NPRIV));
	if (fault) {
		fault_on_return(c, exc_return, fault);
		return;
	}
	c->cycles += RETURN_CYCLES;
	c->exclusive = false;
	c->event = true;
	c->attention = true;

	/* The mode of the restored IPSR must be the one that EXC_RETURN names: B1.5.8's integrity check. */
	if (to_handler != in_handler_mode(c)) {
		c->cfsr |= CFSR_INVPC;
		c->fault_pc = c->pc;
		take_synchronous(c, EXC_USAGEFAULT);
		return;
	}
	c->sleeping = !to_handler && count_active(c) == 0 && (c->scr & SCR_SLEEPONEXIT);
	c->sleeps_for_event = false;
}

/* C1.3: a watchpoint that neither halts nor finds the monitor ready is as if it had not been. */
void take_watchpoint(struct core *c)
{
	if (!c->watchpoint)
		return;
	c->watchpoint = false;
	if (c->debug_enabled)
		enter_debug_state(c, DFSR_DWTTRAP);
	else if ((c->demcr & DEMCR_MON_EN) && preempts(c, EXC_DEBUGMON)) {
		c->dfsr |= DFSR_DWTTRAP;
		c->pending[EXC_DEBUGMON] = true;
	}
}

void complete_instruction(struct core *c)
{
	const uint32_t exc_return = c->exc_return;
	const unsigned int raised = c->raised;

	c->exc_return = 0;
	c->raised = 0;
	if (exc_return) {
		exception_return(c, exc_return);
	} else if (raised == EXC_DEBUGMON && c->debug_enabled) {
		c->pc = c->fault_pc;
		enter_debug_state(c, DFSR_BKPT);
	} else if (raised) {
		take_synchronous(c, raised);
	}
}
