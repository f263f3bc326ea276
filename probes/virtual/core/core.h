/* SPDX-License-Identifier: MIT */
/*
 * A Cortex-M core: registers, Thumb and Thumb-2 execution, exceptions, faults,
 * lockup. Written from the ARMv7-M Architecture Reference Manual, and for the
 * Cortex-M0 and M0+ from that of ARMv6-M: what it has is the same there, less is there.
 *
 * It owns the processor's state and knows nothing of the chip around it: every
 * access goes through struct core_bus, time is counted in cycles, exceptions
 * that peripherals raise come in by core_set_pending(). The system control
 * space that is part of the processor (SCB, NVIC, SysTick, debug registers)
 * lives in the room beside it (chip/ppb/scs.c), which reads and writes the fields
 * below.
 */
#ifndef VIRTUAL_CORE_H
#define VIRTUAL_CORE_H

#include <stdbool.h>
#include <stdint.h>

enum core_access { ACCESS_FETCH, ACCESS_DATA };

/* Result of a bus access by the core. */
enum core_bus_result {
	CORE_BUS_OK,
	CORE_BUS_FAULT, /* precise bus fault */
};

/*
 * The bus as the core sees it. *cycles (0 on entry) may be raised by the extra
 * cycles the access took: flash wait states, a stall on busy flash. size is 1,
 * 2 or 4 and addr is aligned to it.
 */
struct core_bus {
	enum core_bus_result (*read)(void *user, uint32_t addr, unsigned int size, enum core_access access,
				     uint32_t *value, uint64_t *cycles);
	enum core_bus_result (*write)(void *user, uint32_t addr, unsigned int size, uint32_t value, uint64_t *cycles);
	/*
	 * Optional shortcut: host memory that holds [*base, *base + *len) around
	 * addr, for fetching code without a call per instruction; NULL when
	 * there is none now (busy flash, peripheral). Valid until
	 * core_flush_fetch(). wait_cycles: extra cycles for each word
	 * of code.
	 */
	const uint8_t *(*window)(void *user, uint32_t addr, uint32_t *base, uint32_t *len, uint32_t *wait_cycles);
	/*
	 * Optional shortcut, may be NULL: the same for data in plain RAM without
	 * wait states, where neither a read nor a write has any other effect.
	 * NULL when addr is not in such memory. Valid until core_flush_fetch().
	 */
	uint8_t *(*ram)(void *user, uint32_t addr, uint32_t *base, uint32_t *len);
	/*
	 * Optional, may be NULL: until the end of the budget of core_run() a word
	 * that is read at addr stays as it is, and reading it again does nothing
	 * more; with a value, the same of writing that value again. Loops that
	 * wait are not executed to their last turn then.
	 */
	bool (*steady)(void *user, uint32_t addr, const uint32_t *value);
	void *user;
};

/* Exception numbers (ARMv7-M B1.5.2) */
enum {
	EXC_RESET = 1,
	EXC_NMI = 2,
	EXC_HARDFAULT = 3,
	EXC_MEMMANAGE = 4,
	EXC_BUSFAULT = 5,
	EXC_USAGEFAULT = 6,
	EXC_SVCALL = 11,
	EXC_DEBUGMON = 12,
	EXC_PENDSV = 14,
	EXC_SYSTICK = 15,
	EXC_IRQ0 = 16,
	EXC_N = 16 + 96,
};

#define CORE_MPU_REGIONS 8u

/* What differs between processors: one row each, in types.c. */
struct core_type {
	bool v6m;          /* ARMv6-M: no more than its instructions, registers and exceptions */
	bool unprivileged; /* has the unprivileged mode: all but an M0 */
	bool bit_bands;    /* at 0x22000000 and 0x42000000 */
	bool dsp;          /* has the DSP extension, and an FPU's registers; its instructions are not modelled: NOCP */
	unsigned int n_irqs;
	uint8_t priority_bits; /* implemented ones of a priority */
	uint32_t vtor_bits;    /* of VTOR; 0: there is none */
	uint32_t ccr;          /* after reset */
	uint32_t ccr_bits;     /* that can be written */
};

extern const struct core_type core_m0; /* r0p0 */
extern const struct core_type core_m0plus;
extern const struct core_type core_m3; /* r1p1 */
extern const struct core_type core_m3_r2;
extern const struct core_type core_m4;
extern const struct core_type core_m7;

/* Why core_run() came back before its time was up. */
enum core_stop {
	CORE_STOP_TIME,   /* ran its cycles */
	CORE_STOP_HALTED, /* entered debug state; core.dfsr says why */
	CORE_STOP_SLEEP,  /* WFI or WFE: sleeps until an exception or event */
	CORE_STOP_LOCKUP,
	CORE_STOP_RESET, /* SYSRESETREQ or VECTRESET was written; the chip resets it */
	CORE_STOP_EVENT, /* core_break_off() was called from a bus callback */
};

struct core {
	struct core_bus bus;
	const struct core_type *type;

	uint32_t r[13];
	union {
		struct {
			uint32_t msp, psp;
		};
		uint32_t stack[2];
	};
	uint32_t lr;
	uint32_t pc;      /* address of the next instruction, bit 0 clear; within a bus callback, of this one */
	uint32_t xpsr;    /* APSR | IPSR | EPSR (T, IT/ICI) */
	uint32_t control; /* bit 0 nPRIV, bit 1 SPSEL, bit 2 FPCA */
	uint8_t primask, faultmask, basepri;

	/* System control space, as far as execution depends on it */
	uint32_t vtor;
	uint32_t boot_vtor;      /* what a reset makes of it: 0, but where a chip says otherwise */
	uint32_t aircr_prigroup; /* the field's value, 0 to 7 */
	uint32_t scr, ccr, shcsr, cfsr, hfsr, mmfar, bfar;
	uint32_t cpacr;          /* stays 0 on a part without FPU */
	uint8_t priority[EXC_N]; /* as written, 4 bits implemented */
	bool pending[EXC_N];
	bool active[EXC_N];
	bool enabled[EXC_N]; /* IRQs; system exceptions by SHCSR */
	bool event;          /* the event register of WFE */
	struct {
		unsigned int regions; /* 0: this part has no MPU */
		uint32_t ctrl, rnr;
		uint32_t rbar[CORE_MPU_REGIONS], rasr[CORE_MPU_REGIONS];
	} mpu;

	/*
	 * Debug. The core enters debug state by itself: halted and halt_request
	 * become true and dfsr says why. The debug registers' model leaves it by
	 * clearing both.
	 */
	bool debug_enabled; /* C_DEBUGEN */
	bool halt_request;  /* C_HALT */
	bool step;          /* C_STEP */
	bool mask_ints;     /* C_MASKINTS */
	bool halted;
	bool lockup;
	bool sleeping;
	bool retired; /* S_RETIRE_ST: cleared by the reader */
	uint32_t demcr;
	uint32_t dfsr;

	uint64_t cycles; /* since power-on */
	uint64_t instructions;
	uint64_t fp_refused; /* floating-point instructions met while CPACR allowed them */
	uint64_t barriers;   /* DSB executed */

	/* Private to core/: the memory windows, what an instruction leaves behind, request flags */
	const uint8_t *fetch_mem;
	uint32_t fetch_base, fetch_limit, fetch_wait;
	uint32_t fetch_word; /* the word of code that was paid for last */
	uint8_t *ram_mem;
	uint32_t ram_base, ram_limit;
	uint32_t next_pc;
	uint32_t cycle_fraction;
	uint32_t exc_return;   /* a branch to EXC_RETURN was made; 0: none */
	uint32_t fault_pc;     /* where the synchronous exception was raised */
	unsigned int raised;   /* synchronous exception; 0: none */
	unsigned int psp_used; /* index into stack[] */
	uint32_t exclusive_addr;
	bool exclusive;
	bool sleeps_for_event; /* WFE, not WFI */
	bool as_unprivileged;  /* in an LDRT, STRT or the like */
	bool watchpoint;       /* core_watchpoint() was called */
	bool attention;        /* something to look at before the next instruction */
	bool break_off;
	bool reset_request;
	struct {
		uint32_t pc;                /* of an access that is made again and again */
		unsigned int left, strange; /* how many more until it is looked at; accesses elsewhere since the last */
		bool due;
	} poll;
};

/*
 * A system reset: registers and the system control fields above as after
 * reset, VTOR as boot_vtor, SP and PC loaded from there (the boot alias). What
 * outlives a reset stays: bus, type, debug_enabled, mask_ints, demcr but for its
 * MON bits, dfsr, the MPU's regions while it is off, counters. With C_DEBUGEN and VC_CORERESET the core is halted
 * before its first instruction.
 */
void core_reset(struct core *c);

/* Run for at least budget cycles or until something stops it. Does nothing while halted. */
enum core_stop core_run(struct core *c, uint64_t budget);

/*
 * Leave debug state, execute exactly one instruction or enter one pending
 * exception, and be halted again: what C_STEP does (core_run() does the same
 * while step is set). Only a requested reset is reported instead of the halt.
 */
enum core_stop core_step(struct core *c);

/* An exception became pending (peripheral, SysTick, ICSR). Wakes a sleeping core where the manual says so. */
void core_set_pending(struct core *c, unsigned int exception);

/* The exception that would be taken next were nothing masked (ICSR.VECTPENDING); 0: none. */
unsigned int core_highest_pending(const struct core *c);

/* The priority that execution has now: 256 thread level, 0 to 255, -1 HardFault, -2 NMI (ARMv7-M B1.5.4). */
int core_execution_priority(const struct core *c);

/* Data at addr may be cached, as far as the MPU has a say in it (ARMv7-M B3.5.8: C, or TEX 1xx). */
bool core_mpu_caches(const struct core *c, uint32_t addr);

/* Forget the memory windows: memory or its timing changed (flash started or ended being busy, remap). */
void core_flush_fetch(struct core *c);

/* From a bus callback: return from core_run() after this instruction (time-dependent state changed). */
void core_break_off(struct core *c);

/*
 * From a bus callback: a watchpoint of the DWT matched. When this instruction
 * has ended: debug state, or the monitor's exception, or nothing (ARMv7-M C1.3).
 */
void core_watchpoint(struct core *c);

/* The stack pointer in use, general register access by number 0 to 15 as the debugger's DCRSR has it. */
uint32_t core_get_reg(const struct core *c, unsigned int regsel);
void core_set_reg(struct core *c, unsigned int regsel, uint32_t value);

#endif
