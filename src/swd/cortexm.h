/* SPDX-License-Identifier: MIT */
/*
 * The Cortex-M core behind the debug port: state, halt, run, step, reset,
 * registers, and running a piece of code in RAM.
 *
 * What is found at core_attach() is noted and put back by core_detach():
 * C_DEBUGEN, DEMCR, DFSR, the DBGMCU bits, and whether it ran. Registers and RAM
 * are changed only in a core that was reset, and that is reset again afterwards.
 */
#ifndef SWD_CORTEXM_H
#define SWD_CORTEXM_H

#include "swd/dap.h"

/* Registers by DCRSR.REGSEL (ARMv7-M ARM C1.6.3) */
enum core_reg {
	CORE_R0 = 0,
	CORE_SP = 13,
	CORE_LR = 14,
	CORE_PC = 15,
	CORE_XPSR = 16,
	CORE_MSP = 17,
	CORE_PSP = 18,
};

/*
 * Where this family keeps its DBGMCU and which bits hold watchdogs and sleep
 * while the core is halted: a row, given by the layer above once it knows the
 * chip (swd-dap-cortexm fact sheet section 6).
 */
struct core_dbgmcu {
	uint32_t cr;      /* address of DBGMCU_CR */
	uint32_t cr_bits; /* to be set there: low-power bits, on F1 the watchdog bits too */
	uint32_t apb1_fz; /* address of DBGMCU_APB1_FZ, 0 when there is none */
	uint32_t apb1_bits;
	uint32_t clock_reg; /* address of the RCC register with the clock that both need, 0 when there is none (F0) */
	uint32_t clock;     /* its bit */
};

struct core {
	struct ctx *ctx;
	struct dap *dap;
	uint32_t cpuid;
	enum stflash_core_state found; /* state at attach */
	uint32_t found_dhcsr;
	uint32_t found_demcr;
	uint32_t found_dfsr;
	bool attached;
	bool never_halt;                  /* STFLASH_CONNECT_ATTACH */
	bool nrst_wired;                  /* known after core_check_nrst() or a connect under reset */
	bool halted;                      /* by us, or found so */
	bool at_reset;                    /* halted before its first instruction, and not run since */
	bool was_held;                    /* it has stood still for us: its firmware cannot have run all the time */
	bool was_reset;                   /* the state found is gone: nothing to put back but debug bits */
	bool leave_halted;                /* the caller asked for a halted core after core_detach() */
	const struct core_dbgmcu *dbgmcu; /* NULL until core_hold_watchdogs() */
	uint32_t found_dbgmcu_cr;
	uint32_t found_apb1_fz;
	uint32_t found_clock;
	bool dhcsr_touched; /* what core_detach() has to put back */
	bool demcr_touched;
	bool cr_touched;
	bool apb1_touched;
	bool clock_touched;      /* until a reset, which turns it off */
	bool masked;             /* C_MASKINTS as found, then as we set it */
	bool ours;               /* core_start()ed and not reset since: only a reset leads back to the firmware */
	unsigned int timeout_ms; /* for the core to halt, to reset; 500 unless a test shortens it */
};

/* CPUID.ARCHITECTURE: ARMv6-M, and the baseline of ARMv8-M, which has the same instructions (ARMv6-M ARM B3.2.3). */
static inline bool core_is_v6m(uint32_t cpuid)
{
	return (cpuid >> 16 & 0xf) == 0xc;
}

/* Has it a VTOR? A Cortex-M0 takes its vectors from address 0 (ARMv6-M ARM B3.2.2). */
static inline bool core_has_vtor(const struct core *core)
{
	return (core->cpuid >> 4 & 0xfff) != 0xc20;
}

/*
 * Read CPUID and the state of the core; changes nothing that core_detach()
 * does not put back. With STFLASH_CONNECT_UNDER_RESET the core is halted
 * after reset.
 */
int core_attach(struct core *core, struct dap *dap, enum stflash_connect how) MUST_CHECK;

/*
 * For a core that core_attach() found in reset: a run that was killed leaves
 * NRST low, so it is driven high, and the core is waited for. Whoever still
 * holds the line then is somebody else: found stays STFLASH_CORE_IN_RESET.
 */
int core_leave_reset(struct core *core) MUST_CHECK;

/*
 * Put everything back and let go: DEMCR, DFSR, DBGMCU, C_DEBUGEN; a core that
 * ran runs on, one that holds a program of ours is reset. Best effort: goes on after an error, returns the
 * first. Safe to call twice, and on a core that was never attached.
 */
int core_detach(struct core *core);

/* Nobody is there any more, and for good: core_detach() has nothing to put back. */
void core_abandon(struct core *core);

/* Does anybody answer? One look, without a word about it. */
bool core_answers(struct core *core);

/*
 * After an attach in place of an earlier one that went silent: what was found
 * then is what core_detach() puts back, with whatever could not be put back.
 */
void core_inherit(struct core *core, const struct core *before);

/* Freeze the watchdogs and keep debug alive in low power, as the row says; noted for core_detach(). */
int core_hold_watchdogs(struct core *core, const struct core_dbgmcu *row) MUST_CHECK;

/* The state now. *pc is read only when halted, else 0; may be NULL. */
int core_state(struct core *core, enum stflash_core_state *state, uint32_t *pc) MUST_CHECK;

/*
 * Where a core executes that is not halted for it: the program counter, 0 when
 * that cannot be known, and VTOR. Changes nothing; TRCENA of DEMCR, which this
 * needs, is put back at once.
 */
int core_sample(struct core *core, uint32_t *pc, uint32_t *vtor) MUST_CHECK;

/* VTOR, where the core takes its vectors from: after a reset where it starts, on cores that can choose (Cortex-M7). */
int core_read_vtor(struct core *core, uint32_t *vtor) MUST_CHECK;

/* Look at a core for that long and count the resets that are not ours; more than a few are as good as many. */
int core_count_resets(struct core *core, unsigned int ms, unsigned int *resets) MUST_CHECK;

/* Halt it where it is. Refused with STFLASH_CONNECT_ATTACH. */
int core_halt(struct core *core) MUST_CHECK;

/*
 * After an access that the chip refused (STFLASH_E_FAULT), or answered with 0:
 * on some chips what is outside of the core, as DBGMCU, has no clock while that
 * sleeps (F7). Halt a core that does, for another try; with *woken core_run()
 * lets it go again. Else the same failure again, or none.
 */
int core_wake(struct core *core, bool *woken) MUST_CHECK;

/* Let it run with debug still enabled. */
int core_run(struct core *core) MUST_CHECK;

int core_step(struct core *core) MUST_CHECK;

/*
 * Reset by SYSRESETREQ, halted before the first instruction by vector catch,
 * or running.
 */
int core_reset_halt(struct core *core) MUST_CHECK;
int core_reset_run(struct core *core) MUST_CHECK;

/* As core_reset_halt(), where a write to a register of the chip resets it. That is sent once, and may not be answered.
 */
int core_reset_halt_by(struct core *core, uint32_t reg, uint32_t value) MUST_CHECK;

/*
 * As core_reset_halt(), for a program of ours: no break- or watchpoint of
 * another debugger is armed afterwards, and a HardFault halts the core, until
 * the next reset.
 */
int core_reset_clean(struct core *core) MUST_CHECK;

/*
 * Let a core that core_reset_halt() stopped run as if nobody had been there:
 * all is put back before its first instructions, which may turn SWD off. A
 * core that is not halted is left alone.
 */
int core_let_run(struct core *core) MUST_CHECK;

/*
 * Exceptions go by the table from now on, until the next reset, and onto this
 * stack: of a core that core_reset_halt() stopped, and that has a VTOR. What
 * nothing masks, an NMI, never runs the firmware's handler then.
 */
int core_take_exceptions(struct core *core, uint32_t table, uint32_t sp) MUST_CHECK;

/* Where a program is to start. */
struct core_program {
	uint32_t pc;
	uint32_t sp;
	uint32_t table; /* of its vectors, for VTOR */
	bool has_table; /* else VTOR stays as the reset left it */
};

/* Point a core that core_reset_halt() stopped at a program in RAM; core_let_run() starts it. */
int core_point_at(struct core *core, const struct core_program *program) MUST_CHECK;

/* core_reset_halt() and core_let_run(); where the reset cannot be caught, core_reset_run(). */
int core_restart(struct core *core) MUST_CHECK;

/* By the NRST pin. STFLASH_E_UNSUPPORTED when no wire can be seen. */
int core_reset_pin(struct core *core, bool halt) MUST_CHECK;

/* Is NRST wired? Resets the target to find out. */
int core_check_nrst(struct core *core, bool *wired) MUST_CHECK;

/* What a look at a chip shows while a person resets it by hand. */
enum core_catch {
	CORE_CATCH_SILENT, /* nobody answers on SWD */
	CORE_CATCH_HELD,   /* it is held in reset, and armed to halt when that ends */
	CORE_CATCH_HALTED, /* caught */
};

/*
 * One round of a reset by hand: enter SWD unless that was done, note what is
 * found as core_attach() does, arm, and look. core and dap are all zero before
 * the first round. Silence is no failure.
 */
int core_catch_reset(struct core *core, struct dap *dap, struct stlink *probe, enum core_catch *seen) MUST_CHECK;

int core_read_reg(struct core *core, enum core_reg reg, uint32_t *value) MUST_CHECK;
int core_write_reg(struct core *core, enum core_reg reg, uint32_t value) MUST_CHECK;

/*
 * Run code in RAM: the core must be halted. xPSR becomes 0x01000000, PC is
 * set, and r0 and so on to n args. Right after a reset no interrupt is
 * enabled; else they are masked by C_MASKINTS, which would outlast a reset that
 * the code makes.
 * Returns at once; core_wait_stopped() waits for BKPT.
 */
int core_start(struct core *core, uint32_t pc, const uint32_t *args, size_t n) MUST_CHECK;

/* *stopped tells whether the core has stopped at a BKPT; a lockup or a reset is STFLASH_E_NO_TARGET. One look, no wait.
 */
int core_poll_stopped(struct core *core, bool *stopped) MUST_CHECK;

#endif
