/* SPDX-License-Identifier: MIT */
/*
 * What the files of this room share: the program status bits, registers, flags,
 * memory, branches and time, as every instruction uses them. Section numbers
 * are those of the ARMv7-M Architecture Reference Manual (DDI0403E).
 *
 * An instruction works on the state of struct core directly. While it executes
 * core.pc is its own address and core.next_pc where execution goes on; it ends
 * early, without having changed anything else, by raise_exception().
 */
#ifndef VIRTUAL_CORE_CPU_H
#define VIRTUAL_CORE_CPU_H

#include "base/bytes.h"
#include "core/alu.h"
#include "core/core.h"

/* B1.4.2 */
#define XPSR_N    (1u << 31)
#define XPSR_Z    (1u << 30)
#define XPSR_C    (1u << 29)
#define XPSR_V    (1u << 28)
#define XPSR_Q    (1u << 27)
#define XPSR_T    (1u << 24)
#define XPSR_GE   0x000f0000u
#define XPSR_IT   0x0600fc00u
#define XPSR_IPSR 0x000001ffu

#define CONTROL_NPRIV (1u << 0)
#define CONTROL_SPSEL (1u << 1)

/* B3.2.7 and on: SCR, CCR, SHCSR, CFSR, HFSR */
#define SCR_SLEEPONEXIT (1u << 1)
#define SCR_SEVONPEND   (1u << 4)

#define CCR_NONBASETHRDENA (1u << 0)
#define CCR_UNALIGN_TRP    (1u << 3)
#define CCR_DIV_0_TRP      (1u << 4)
#define CCR_STKALIGN       (1u << 9)

#define SHCSR_MEMFAULTENA (1u << 16)
#define SHCSR_BUSFAULTENA (1u << 17)
#define SHCSR_USGFAULTENA (1u << 18)

#define CFSR_IACCVIOL   (1u << 0)
#define CFSR_DACCVIOL   (1u << 1)
#define CFSR_MUNSTKERR  (1u << 3)
#define CFSR_MSTKERR    (1u << 4)
#define CFSR_MMARVALID  (1u << 7)
#define CFSR_IBUSERR    (1u << 8)
#define CFSR_PRECISERR  (1u << 9)
#define CFSR_UNSTKERR   (1u << 11)
#define CFSR_STKERR     (1u << 12)
#define CFSR_BFARVALID  (1u << 15)
#define CFSR_UNDEFINSTR (1u << 16)
#define CFSR_INVSTATE   (1u << 17)
#define CFSR_INVPC      (1u << 18)
#define CFSR_NOCP       (1u << 19)
#define CFSR_UNALIGNED  (1u << 24)
#define CFSR_DIVBYZERO  (1u << 25)

#define HFSR_VECTTBL  (1u << 1)
#define HFSR_FORCED   (1u << 30)
#define HFSR_DEBUGEVT (1u << 31)

/* C1.6: DFSR, DEMCR */
#define DFSR_HALTED  (1u << 0)
#define DFSR_BKPT    (1u << 1)
#define DFSR_DWTTRAP (1u << 2)
#define DFSR_VCATCH  (1u << 3)

#define DEMCR_VC_CORERESET (1u << 0)
#define DEMCR_VC_MMERR     (1u << 4)
#define DEMCR_VC_NOCPERR   (1u << 5)
#define DEMCR_VC_CHKERR    (1u << 6)
#define DEMCR_VC_STATERR   (1u << 7)
#define DEMCR_VC_BUSERR    (1u << 8)
#define DEMCR_VC_INTERR    (1u << 9)
#define DEMCR_VC_HARDERR   (1u << 10)
#define DEMCR_MON_EN       (1u << 16)
#define DEMCR_MON          (15u << 16)

#define LOCKUP_PC 0xfffffffeu

/* --- time ---------------------------------------------------------------
 * The timing model: 4 cycles for every 3 instructions, a load takes 2, a taken
 * branch 3, each further word of a multiple transfer 1. The fraction of a cycle
 * is a binary one of 32 bits, rounded so that 3 thirds make a whole.
 */
#define ONE_THIRD  0x55555556u
#define TWO_THIRDS 0xaaaaaaabu

static inline void spend(struct core *c, uint64_t cycles, uint32_t fraction)
{
	c->cycle_fraction += fraction;
	c->cycles += cycles + (c->cycle_fraction < fraction);
}

static inline void spend_instruction(struct core *c)
{
	spend(c, 1, ONE_THIRD);
}

static inline void spend_load(struct core *c)
{
	spend(c, 0, TWO_THIRDS);
}

static inline void spend_branch(struct core *c)
{
	spend(c, 1, TWO_THIRDS);
}

/* --- registers ------------------------------------------------------------ */

static inline uint32_t get_sp(const struct core *c)
{
	return c->stack[c->psp_used];
}

static inline void set_sp(struct core *c, uint32_t value)
{
	c->stack[c->psp_used] = value & ~3u;
}

/* R[n] as an operand; R[15] is the address of this instruction + 4 (A5.1.2). */
static inline uint32_t get_reg(const struct core *c, unsigned int n)
{
	if (n < 13)
		return c->r[n];
	if (n == 13)
		return get_sp(c);
	return n == 14 ? c->lr : c->pc + 4;
}

void set_special_reg(struct core *c, unsigned int n, uint32_t value);

/* R[n] as a result. R[15] is UNPREDICTABLE wherever this is used: taken as UNDEFINED. */
static inline void set_reg(struct core *c, unsigned int n, uint32_t value)
{
	if (n < 13)
		c->r[n] = value;
	else
		set_special_reg(c, n, value);
}

static inline bool in_handler_mode(const struct core *c)
{
	return c->xpsr & XPSR_IPSR;
}

/* CurrentModeIsPrivileged (B1.3.1) */
static inline bool is_privileged(const struct core *c)
{
	return in_handler_mode(c) || !(c->control & CONTROL_NPRIV);
}

/* After a change of CONTROL or of the mode: which stack pointer is R[13]? */
static inline void select_stack(struct core *c)
{
	c->psp_used = !in_handler_mode(c) && (c->control & CONTROL_SPSEL);
}

/* --- flags ---------------------------------------------------------------- */

static inline bool carry_flag(const struct core *c)
{
	return c->xpsr & XPSR_C;
}

/* InITBlock (A7.3.2): 16-bit data processing leaves the flags alone there. */
static inline bool in_it_block(const struct core *c)
{
	return c->xpsr & XPSR_IT;
}

static inline uint32_t nz_of(uint32_t value)
{
	return (value & XPSR_N) | (value ? 0 : XPSR_Z);
}

static inline void set_nz(struct core *c, uint32_t value)
{
	c->xpsr = (c->xpsr & ~(XPSR_N | XPSR_Z)) | nz_of(value);
}

static inline void set_nzc(struct core *c, struct shifted s)
{
	c->xpsr = (c->xpsr & ~(XPSR_N | XPSR_Z | XPSR_C)) | nz_of(s.value) | (uint32_t)s.carry << 29;
}

static inline void set_nzcv(struct core *c, struct sum s)
{
	c->xpsr = (c->xpsr & 0x0fffffffu) | nz_of(s.value) | (uint32_t)s.carry << 29 | (uint32_t)s.overflow << 28;
}

/* ConditionPassed (A7.3): for each condition, the values of NZCV under which it holds. */
static inline bool condition_passed(const struct core *c, unsigned int cond)
{
	static const uint16_t holds[16] = {
		0xf0f0, 0x0f0f, 0xcccc, 0x3333, /* EQ NE CS CC */
		0xff00, 0x00ff, 0xaaaa, 0x5555, /* MI PL VS VC */
		0x0c0c, 0xf3f3, 0xaa55, 0x55aa, /* HI LS GE LT */
		0x0a05, 0xf5fa, 0xffff, 0xffff, /* GT LE AL AL */
	};

	return (holds[cond & 15] >> (c->xpsr >> 28)) & 1;
}

/* --- exceptions that an instruction raises -------------------------------- */

/* A fault, SVC or BKPT: taken when the instruction has returned, at its own address. */
void raise_exception(struct core *c, unsigned int exception);

/* A UsageFault with this bit of CFSR. */
void usage_fault(struct core *c, uint32_t cfsr_bit);

static inline void undefined(struct core *c)
{
	usage_fault(c, CFSR_UNDEFINSTR);
}

/* --- memory: false when the access faulted, the exception is then raised --- */

bool mem_read_slow(struct core *c, uint32_t addr, unsigned int size, uint32_t *value);
bool mem_write_slow(struct core *c, uint32_t addr, unsigned int size, uint32_t value);

/* MemU (B2.3): any alignment, unless CCR.UNALIGN_TRP. size is 1, 2 or 4. */
static inline bool mem_read(struct core *c, uint32_t addr, unsigned int size, uint32_t *value)
{
	const uint32_t offset = addr - c->ram_base;

	if (offset >= c->ram_limit || (addr & (size - 1)))
		return mem_read_slow(c, addr, size, value);

	if (size == 4)
		*value = get_le32(c->ram_mem + offset);
	else if (size == 2)
		*value = get_le16(c->ram_mem + offset);
	else
		*value = c->ram_mem[offset];
	return true;
}

static inline bool mem_write(struct core *c, uint32_t addr, unsigned int size, uint32_t value)
{
	const uint32_t offset = addr - c->ram_base;

	if (offset >= c->ram_limit || (addr & (size - 1)))
		return mem_write_slow(c, addr, size, value);

	if (size == 4)
		put_le32(c->ram_mem + offset, value);
	else if (size == 2)
		put_le16(c->ram_mem + offset, (uint16_t)value);
	else
		c->ram_mem[offset] = (uint8_t)value;
	return true;
}

/* MemA: an address that is not aligned is a UsageFault. */
bool mem_is_aligned(struct core *c, uint32_t addr, unsigned int size);

/* The registers of an LDM or STM list from addr upwards. All are loaded, or none. */
bool load_multiple(struct core *c, uint32_t list, uint32_t addr);
bool store_multiple(struct core *c, uint32_t list, uint32_t addr);

/* Vectors are read and exception frames stored by these, which raise nothing and ask no MPU. */
bool bus_read_word(struct core *c, uint32_t addr, uint32_t *value);
bool bus_write_word(struct core *c, uint32_t addr, uint32_t value);

/* B3.1.1: the private peripheral bus, of which the MPU knows nothing. */
static inline bool is_private(uint32_t addr)
{
	return addr >= 0xe0000000u && addr < 0xe0100000u;
}

/* --- the MPU (mpu.c) ---------------------------------------------------------- */

enum mpu_access { MPU_READ, MPU_WRITE, MPU_FETCH };

static inline bool mpu_is_on(const struct core *c)
{
	return c->mpu.ctrl & 1;
}

bool mpu_allows(const struct core *c, uint32_t addr, enum mpu_access access, bool privileged);

/* --- branches --------------------------------------------------------------- */

/* BranchTo and BranchWritePC (A2.3.1): bit 0 is dropped. */
static inline void branch_to(struct core *c, uint32_t addr)
{
	c->next_pc = addr & ~1u;
	spend_branch(c);
}

/* BLXWritePC: bit 0 selects the instruction set, of which this processor has one. */
static inline void blx_write_pc(struct core *c, uint32_t addr)
{
	if (!(addr & 1)) {
		c->xpsr &= ~XPSR_T;
		c->attention = true;
	}
	branch_to(c, addr);
}

/* BXWritePC, LoadWritePC: in Handler mode 0xFxxxxxxx is a return from the exception. */
static inline void bx_write_pc(struct core *c, uint32_t addr)
{
	if (in_handler_mode(c) && addr >> 28 == 0xf) {
		c->exc_return = addr;
		c->attention = true;
		return;
	}
	blx_write_pc(c, addr);
}

/* --- single loads and stores ------------------------------------------------ */

static inline bool load(struct core *c, unsigned int t, uint32_t addr, unsigned int size)
{
	uint32_t value;

	if (!mem_read(c, addr, size, &value))
		return false;
	spend_load(c);
	if (t == 15)
		bx_write_pc(c, value);
	else
		set_reg(c, t, value);
	return true;
}

static inline bool load_signed(struct core *c, unsigned int t, uint32_t addr, unsigned int size)
{
	uint32_t value;

	if (!mem_read(c, addr, size, &value))
		return false;
	spend_load(c);
	set_reg(c, t, sign_extend(value, 8 * size));
	return true;
}

static inline bool store(struct core *c, unsigned int t, uint32_t addr, unsigned int size)
{
	return mem_write(c, addr, size, get_reg(c, t));
}

/* --- instructions, one function each or one per group of the manual ---------- */

typedef void thumb_fn(struct core *c, uint32_t op);

/* A5.2, indexed by bits 15:9; NULL where a 32-bit instruction begins */
extern thumb_fn *const thumb16[128];
/* A5.3, indexed by bits 12:9 of the first half-word; NULL where that begins a 16-bit instruction */
extern thumb_fn *const thumb32[16];

thumb_fn thumb32_data_shifted_register;   /* A5.3.11 */
thumb_fn thumb32_data_modified_immediate; /* A5.3.1 */
thumb_fn thumb32_data_plain_immediate;    /* A5.3.3 */
thumb_fn thumb32_data_register;           /* A5.3.12 */
thumb_fn thumb32_branches_and_control;    /* A5.3.4 */
thumb_fn thumb32_multiple;                /* A5.3.5 */
thumb_fn thumb32_dual_exclusive_table;    /* A5.3.6 */
thumb_fn thumb32_load_store_single;       /* A5.3.7 to A5.3.10 */
thumb_fn thumb32_multiply;                /* A5.3.16 */
thumb_fn thumb32_long_multiply;           /* A5.3.17 */

/* The DSP extension of the Cortex-M4 (A7.7 where the manual says "DSP extension") */
thumb_fn dsp_parallel_add_subtract; /* A5.3.13, A5.3.14 */
thumb_fn dsp_saturating_arithmetic; /* QADD QDADD QSUB QDSUB */
thumb_fn dsp_select;                /* SEL */
thumb_fn dsp_extend_and_add;        /* SXTAB16 SXTAB SXTAH and unsigned */
thumb_fn dsp_pack_halfword;         /* PKHBT PKHTB */
thumb_fn dsp_saturate16;            /* SSAT16 USAT16 */
thumb_fn dsp_multiply;              /* A5.3.16 beyond MUL, MLA, MLS */
thumb_fn dsp_long_multiply;         /* A5.3.17 beyond SMULL, UMULL, SMLAL, UMLAL, SDIV, UDIV */

/* --- the fetch of code ------------------------------------------------------- */

/* Outside of the window, or at the very end of it. Raises the fault where there is no instruction. */
uint32_t fetch_slow(struct core *c);

/* Flash is read in words: each costs its wait states once, and again after a branch to it. */
static inline void spend_fetch(struct core *c, uint32_t last_halfword)
{
	const uint32_t first_word = c->pc >> 2, last_word = last_halfword >> 2;

	if (first_word != c->fetch_word)
		c->cycles += c->fetch_wait;
	if (last_word != first_word)
		c->cycles += c->fetch_wait;
	c->fetch_word = last_word;
}

static inline uint32_t fetch_from_window(struct core *c, uint32_t offset)
{
	const uint32_t raw = get_le32(c->fetch_mem + offset);
	const bool is_wide = !thumb16[(raw >> 9) & 0x7f];

	if (c->fetch_wait)
		spend_fetch(c, is_wide ? c->pc + 2 : c->pc);
	return is_wide ? raw << 16 | raw >> 16 : raw & 0xffff;
}

/* The instruction at pc: 16 bits, or 32 with the first half-word on top. */
static inline uint32_t fetch(struct core *c)
{
	const uint32_t offset = c->pc - c->fetch_base;

	return offset < c->fetch_limit ? fetch_from_window(c, offset) : fetch_slow(c);
}

/* Hints and CPS, the same in both sizes (A5.2.5, A5.3.4) */
void hint(struct core *c, unsigned int op1);
void change_processor_state(struct core *c, bool disable, bool primask, bool faultmask);

/* MRS, MSR (B5.2): SYSm */
uint32_t read_special(const struct core *c, unsigned int sysm);
void write_special(struct core *c, unsigned int sysm, unsigned int mask, uint32_t value);

/* --- exceptions (exceptions.c) -------------------------------------------------- */

/* What the instruction left to do: the fault, SVC or BKPT it raised, the return from an exception it made. */
void complete_instruction(struct core *c);

/* Take the pending exception of the highest priority if it may preempt now. */
bool take_pending_exception(struct core *c);

/* Would one wake WFI? Like preempting, but PRIMASK does not count (B1.5.19). */
bool pending_wakes(const struct core *c);

/* --- loops that wait (waiting.c) ------------------------------------------------ */

/* An instruction has accessed something else than plain RAM. */
void note_poll(struct core *c);

/* It does so in a loop: as many turns as lead nowhere before the cycle "end" are over. */
void skip_waiting(struct core *c, uint64_t end);

void execute_one(struct core *c);

/* A watchpoint matched in the instruction that has just ended. */
void take_watchpoint(struct core *c);

void enter_debug_state(struct core *c, uint32_t dfsr_bit);
void enter_lockup(struct core *c);

#endif
