/* SPDX-License-Identifier: MIT */
/* The core: what is written to it, in which order, and that everything is put back. */
#include "swd/cortexm.h"

#include "scripted.h"

#define V2 0x3748

#define CPUID 0xe000ed00u
#define AIRCR 0xe000ed0cu
#define DFSR  0xe000ed30u
#define DHCSR 0xe000edf0u
#define DCRSR 0xe000edf4u
#define DCRDR 0xe000edf8u
#define DEMCR 0xe000edfcu

#define HALT      WR(DHCSR, 0xa05f0003u)
#define RUN       WR(DHCSR, 0xa05f0001u)
#define MASK      WR(DHCSR, 0xa05f000bu)
#define LET_GO    WR(DHCSR, 0xa05f0000u)
#define HALTED    0x00030003u
#define RUNNING   0x01000001u
#define UNTOUCHED 0x01000000u
#define RESET_ST  0x02000000u

#define RECOVERED                                                                                        \
	OUT(0xf2, 0x46, 0xff, 0xff, 0x00, 0x00, B4(0x1eu)), OK, OUT(0xf2, 0x45, 0xff, 0xff, 0x04, 0x00), \
		IN(0x80, 0, 0, 0, B4(0xf0000040u))
#define NRST(level) OUT(0xf2, 0x3c, level), OK
#define RDREG(n, v) OUT(0xf2, 0x33, n), IN(0x80, 0, 0, 0, B4(v))
#define WRREG(n, v) OUT(0xf2, 0x34, n, B4(v)), OK
#define RDCFBP(v)   WR(DCRSR, 20u), RD(DHCSR, HALTED), RD(DCRDR, v)
#define WRCFBP(v)   WR(DCRDR, v), WR(DCRSR, 0x10014u), RD(DHCSR, HALTED)

/* r0 = 0x100, r1 = 0x101, ..., xPSR = 0x110, MSP = 0x111, PSP = 0x112, rw, rw2; r2 and PC can be chosen */
#define ALLREGS(r2, pc)                                                                                            \
	OUT(0xf2, 0x3a),                                                                                           \
		IN(0x80, 0, 0, 0, B4(0x100u), B4(0x101u), B4(r2), B4(0x103u), B4(0x104u), B4(0x105u), B4(0x106u),  \
		   B4(0x107u), B4(0x108u), B4(0x109u), B4(0x10au), B4(0x10bu), B4(0x10cu), B4(0x111u), B4(0x10eu), \
		   B4(pc), B4(0x110u), B4(0x111u), B4(0x112u), B4(0xdeadu), B4(0xbeefu))
#define SAVE ALLREGS(0x102u, 0x10fu), RDCFBP(0x02000001u)

#define ATTACH(dhcsr, demcr, dfsr) RD(CPUID, 0x411fc231u), RD(DHCSR, dhcsr), RD(DEMCR, demcr), RD(DFSR, dfsr)

static struct bench b;
static struct dap dap;
static struct core core;

static int attach(enum stflash_connect how, const struct exchange *script)
{
	int err;

	bench_open(&b, V2, v2j29s7, script);
	dap = (struct dap){ .ctx = &b.ctx, .probe = &b.probe };
	err = core_attach(&core, &dap, how);
	core.timeout_ms = 20;
	return err;
}

/* Attach to a core with these registers, then follow the script. */
static void attached(uint32_t dhcsr, uint32_t demcr, uint32_t dfsr, const struct exchange *script)
{
	const struct exchange prologue[] = { ATTACH(dhcsr, demcr, dfsr), END };

	assert_int_equal(attach(STFLASH_CONNECT_NORMAL, prologue), 0);
	script_finished(&b);
	b.tr.next = script;
}

static void attach_writes_nothing_and_so_does_detach(void **state)
{
	const struct exchange script[] = { ATTACH(UNTOUCHED, 0u, 0u), END };

	(void)state;
	assert_int_equal(attach(STFLASH_CONNECT_NORMAL, script), 0);
	assert_int_equal(core.cpuid, 0x411fc231);
	assert_int_equal(core.found, STFLASH_CORE_RUNNING);
	assert_int_equal(core_detach(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void a_port_without_a_core_is_no_target(void **state)
{
	const struct exchange script[] = { RD(CPUID, 0u), END };

	(void)state;
	assert_int_equal(attach(STFLASH_CONNECT_NORMAL, script), STFLASH_E_NO_TARGET);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void states_are_told_apart(void **state)
{
	static const struct {
		uint32_t dhcsr;
		enum stflash_core_state state;
	} rows[] = {
		{ UNTOUCHED, STFLASH_CORE_RUNNING },
		{ HALTED, STFLASH_CORE_HALTED },
		{ 0x00040001, STFLASH_CORE_SLEEPING },
		{ 0x00080000, STFLASH_CORE_LOCKUP },
	};
	const struct exchange reset[] = { RD(DHCSR, RESET_ST), RD(DHCSR, RESET_ST), END };
	const struct exchange was_reset[] = { RD(DHCSR, RESET_ST), RD(DHCSR, UNTOUCHED), END };
	const struct exchange halted[] = { RD(DHCSR, HALTED), RDREG(15, 0x08000130u), END };
	enum stflash_core_state found;
	uint32_t pc;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		attached(rows[i].dhcsr, 0, 0, NULL);
		assert_int_equal(core.found, rows[i].state);
	}
	attached(UNTOUCHED, 0, 0, reset);
	assert_int_equal(core_state(&core, &found, &pc), 0);
	assert_int_equal(found, STFLASH_CORE_IN_RESET);
	attached(UNTOUCHED, 0, 0, was_reset);
	assert_int_equal(core_state(&core, &found, &pc), 0);
	assert_int_equal(found, STFLASH_CORE_RUNNING);
	assert_int_equal(pc, 0);
	attached(HALTED, 0, 0, halted);
	assert_int_equal(core_state(&core, &found, &pc), 0);
	assert_int_equal(pc, 0x08000130);
	script_finished(&b);
}

static void a_halt_that_nobody_made_is_looked_at_twice(void **state)
{
	const struct exchange read_wrong[] = { RD(DHCSR, HALTED), RD(DHCSR, UNTOUCHED), END };
	const struct exchange by_itself[] = { RD(DHCSR, HALTED), RD(DHCSR, HALTED), RDREG(15, 0x08000130u), END };
	enum stflash_core_state found;
	uint32_t pc;

	(void)state;
	attached(UNTOUCHED, 0, 0, read_wrong);
	assert_int_equal(core_state(&core, &found, &pc), 0);
	assert_int_equal(found, STFLASH_CORE_RUNNING);
	assert_int_equal(pc, 0);
	attached(UNTOUCHED, 0, 0, by_itself);
	assert_int_equal(core_state(&core, &found, &pc), 0);
	assert_int_equal(found, STFLASH_CORE_HALTED);
	assert_int_equal(pc, 0x08000130);
	assert_false(core.halted);
	script_finished(&b);
}

static void a_halted_core_runs_on_as_it_was(void **state)
{
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		SAVE,
		/* detach: only what differs is written back */
		ALLREGS(0x777u, 0x888u),
		RDCFBP(0x02000001u),
		WRREG(2, 0x102u),
		WRREG(15, 0x10fu),
		RD(DFSR, 1u),
		WR(DFSR, 0x1fu),
		LET_GO,
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void control_is_put_back_before_the_stack_pointers(void **state)
{
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		SAVE,
		ALLREGS(0x777u, 0x10fu),
		RDCFBP(0u),
		WRCFBP(0x02000001u),
		WRREG(2, 0x102u),
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_restore_regs(&core), 0);
	script_finished(&b);
}

static void what_another_debugger_left_is_left(void **state)
{
	/* C_DEBUGEN set while running, DEMCR with catches, DFSR with BKPT */
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		SAVE,
		ALLREGS(0x102u, 0x10fu),
		RDCFBP(0x02000001u),
		RD(DFSR, 3u),
		WR(DFSR, 0x1du),
		RUN,
		END,
	};

	(void)state;
	attached(RUNNING, 0x01000501, 2, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

/* ARMv7-M ARM C1.6.2: C_MASKINTS must not change while the core runs, whoever has set it. */
static void a_mask_that_was_found_stays_while_the_core_runs(void **state)
{
	const struct exchange script[] = {
		MASK,         RD(DHCSR, 0x0003000bu), SAVE, ALLREGS(0x102u, 0x10fu), RDCFBP(0x02000001u),
		RD(DFSR, 0u), WR(DHCSR, 0xa05f0009u), END,
	};

	(void)state;
	attached(0x01000009u, 0, 0, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void a_core_found_halted_stays_halted(void **state)
{
	const struct exchange script[] = {
		SAVE, ALLREGS(0x777u, 0x10fu), RDCFBP(0x02000001u), WRREG(2, 0x102u), END,
	};
	const struct exchange started[] = {
		SAVE,
		WRREG(0, 1u),
		WRREG(1, 2u),
		WRREG(2, 3u),
		WRREG(3, 4u),
		WRREG(15, 0x20000020u),
		WRREG(16, 0x01000000u),
		WR(DFSR, 0x1eu),
		MASK,
		WR(DHCSR, 0xa05f0009u),
		/* detach while it runs */
		MASK,
		RD(DHCSR, HALTED),
		ALLREGS(0x102u, 0x10fu),
		RDCFBP(0x02000001u),
		RD(DFSR, 1u),
		HALT,
		END,
	};

	(void)state;
	attached(HALTED, 0, 1, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);

	attached(HALTED, 0, 1, started);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_start(&core, 0x20000021, 0, (const uint32_t[]){ 1, 2, 3, 4 }), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void attach_only_never_halts_and_never_resets(void **state)
{
	const struct exchange script[] = { ATTACH(UNTOUCHED, 0u, 0u), END };
	bool wired;

	(void)state;
	assert_int_equal(attach(STFLASH_CONNECT_ATTACH, script), 0);
	assert_int_equal(core_halt(&core), STFLASH_E_ARG);
	text_has(&b, "--connect attach");
	assert_int_equal(core_reset_halt(&core), STFLASH_E_ARG);
	assert_int_equal(core_reset_run(&core), STFLASH_E_ARG);
	assert_int_equal(core_reset_pin(&core, true), STFLASH_E_ARG);
	assert_int_equal(core_check_nrst(&core, &wired), STFLASH_E_ARG);
	script_finished(&b);
}

static void registers_of_a_running_core_are_refused(void **state)
{
	const struct exchange script[] = { END };
	uint32_t value;

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_read_reg(&core, CORE_PC, &value), STFLASH_E_ARG);
	text_has(&b, "core registers can be accessed only while the core is halted");
	assert_int_equal(core_write_reg(&core, CORE_R0, 0), STFLASH_E_ARG);
	assert_int_equal(core_start(&core, 0x20000000, 0, (const uint32_t[4]){ 0 }), STFLASH_E_ARG);
	text_has(&b, "a program can be started only on a halted core");
	assert_int_equal(core_step(&core), STFLASH_E_ARG);
	text_has(&b, "only a halted core can be stepped");
	assert_int_equal(core_restore_regs(&core), STFLASH_E_ARG);
	script_finished(&b);

	attached(HALTED, 0, 0, script);
	assert_int_equal(core_restore_regs(&core), STFLASH_E_ARG);
	text_has(&b, "no registers were saved");
}

static void step_masks_interrupts_around_one_instruction(void **state)
{
	const struct exchange script[] = {
		MASK, WR(DHCSR, 0xa05f000du), RD(DHCSR, 0x0103000bu), HALT, RDREG(15, 0x08000132u), END,
	};
	uint32_t pc;

	(void)state;
	attached(HALTED, 0, 0, script);
	assert_int_equal(core_step(&core), 0);
	assert_int_equal(core_read_reg(&core, CORE_PC, &pc), 0);
	assert_int_equal(pc, 0x08000132);
	script_finished(&b);
}

static void run_clears_dfsr_and_keeps_debug(void **state)
{
	const struct exchange script[] = { WR(DFSR, 0x1eu), RUN, END };

	(void)state;
	attached(HALTED, 0, 1, script);
	assert_int_equal(core_run(&core), 0);
	assert_int_equal(core_run(&core), 0);
	script_finished(&b);
}

#define RESET_CAUGHT(dfsr)                                                                                             \
	WR(DEMCR, 0x01000001u), WR(DFSR, 8u), RD(DHCSR, HALTED), WR(AIRCR, 0x05fa0004u), RD(DHCSR, HALTED | RESET_ST), \
		RD(DHCSR, HALTED), RD(DFSR, dfsr), WR(DFSR, 0x1fu), WR(DEMCR, 0u)
#define RESET_HALT RESET_CAUGHT(8u)

static void reset_halt_follows_the_published_sequence(void **state)
{
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		RESET_HALT,
		/* detach: no registers to put back, it runs on from the reset */
		RD(DFSR, 0u),
		LET_GO,
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_reset_halt(&core), 0);
	assert_true(core.halted);
	assert_true(core.was_reset);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void without_dfsr_only_s_reset_st_tells_that_the_reset_was_caught(void **state)
{
	const struct exchange script[] = { RESET_CAUGHT(0u), END };

	(void)state;
	attached(HALTED, 0, 0, script);
	assert_int_equal(core_reset_halt(&core), 0);
	script_finished(&b);
}

static void the_status_of_the_reset_request_is_ignored(void **state)
{
	const struct exchange script[] = {
		WR(DEMCR, 0x01000001u),
		WR(DFSR, 8u),
		RD(DHCSR, HALTED),
		WR_ST(AIRCR, 0x05fa0004u, 0x11),
		RD_ST(DHCSR, 0x11),
		RECOVERED,
		RD(DHCSR, HALTED),
		RD(DFSR, 8u),
		WR(DFSR, 0x1fu),
		WR(DEMCR, 0x01000000u),
		END,
	};

	(void)state;
	attached(HALTED, 0x01000000, 0, script);
	assert_int_equal(core_reset_halt(&core), 0);
	script_finished(&b);
}

static void reset_halt_can_leave_the_core_halted(void **state)
{
	const struct exchange script[] = { HALT, RD(DHCSR, HALTED), RESET_HALT, RD(DFSR, 0u), HALT, END };

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_reset_halt(&core), 0);
	core.leave_halted = true;
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void a_core_found_halted_is_halted_after_reset_halt_too(void **state)
{
	const struct exchange script[] = { RESET_HALT, END };

	(void)state;
	attached(HALTED, 0, 0, script);
	assert_int_equal(core_reset_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void reset_run_waits_for_the_reset_to_be_over(void **state)
{
	const struct exchange script[] = {
		RD(DHCSR, UNTOUCHED),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, UNTOUCHED | RESET_ST),
		RD(DHCSR, UNTOUCHED),
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_reset_run(&core), 0);
	assert_false(core.halted);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

/* As with a clone that has no S_RESET_ST, or when the look that saw it was lost. */
static void a_core_that_was_halted_and_runs_was_reset(void **state)
{
	const struct exchange script[] = {
		RD(DHCSR, HALTED), WR(AIRCR, 0x05fa0004u), RD(DHCSR, HALTED), RD(DHCSR, RUNNING), END,
	};

	(void)state;
	attached(HALTED, 0, 0, script);
	assert_int_equal(core_reset_run(&core), 0);
	assert_false(core.halted);
	script_finished(&b);
}

static void a_reset_without_a_sign_is_repeated_from_halt(void **state)
{
	const struct exchange script[] = {
		RD(DHCSR, RUNNING), WR(AIRCR, 0x05fa0004u), RD(DHCSR, RUNNING), HALT,
		RD(DHCSR, HALTED),  WR(AIRCR, 0x05fa0004u), RD(DHCSR, RUNNING), END,
	};

	(void)state;
	attached(RUNNING, 0, 0, script);
	core.timeout_ms = 0;
	assert_int_equal(core_reset_run(&core), 0);
	assert_false(core.halted);
	script_finished(&b);
}

static void reset_run_puts_an_armed_catch_back_and_turns_debug_off(void **state)
{
	const struct exchange script[] = {
		WR(DEMCR, 0x01000000u),
		RD(DHCSR, RUNNING),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, RUNNING | RESET_ST),
		RD(DHCSR, RUNNING),
		WR(DEMCR, 0x01000001u),
		LET_GO,
		END,
	};

	(void)state;
	attached(RUNNING, 0x01000001, 0, script);
	assert_int_equal(core_reset_run(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

/* As `reset --halt` leaves it: C_DEBUGEN would last until power-off (swd-dap-cortexm fact sheet section 8). */
static void a_core_found_halted_runs_from_a_reset_without_debug(void **state)
{
	const struct exchange script[] = {
		RD(DHCSR, HALTED),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, RUNNING | RESET_ST),
		RD(DHCSR, RUNNING),
		LET_GO,
		END,
	};

	(void)state;
	attached(HALTED, 0, 0, script);
	assert_int_equal(core_reset_run(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void the_pin_resets_when_it_is_wired(void **state)
{
	const struct exchange script[] = {
		RD(DHCSR, UNTOUCHED),
		HALT,
		RD(DHCSR, HALTED),
		WR(DEMCR, 0x01000001u),
		WR(DFSR, 8u),
		RD(DHCSR, HALTED),
		NRST(0),
		RD(DHCSR, RESET_ST | 1u),
		NRST(1),
		RD(DHCSR, HALTED),
		RD(DFSR, 8u),
		WR(DFSR, 0x1fu),
		WR(DEMCR, 0u),
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_reset_pin(&core, true), 0);
	assert_true(core.nrst_wired);
	assert_true(core.halted);
	script_finished(&b);
}

static void a_pin_that_is_not_wired_is_noticed(void **state)
{
	const struct exchange run[] = { RD(DHCSR, UNTOUCHED), NRST(0), RD(DHCSR, UNTOUCHED), NRST(1), END };
	bool wired = true;

	(void)state;
	attached(UNTOUCHED, 0, 0, run);
	assert_int_equal(core_reset_pin(&core, false), STFLASH_E_UNSUPPORTED);
	text_has(&b, "NRST does not reset the chip");
	assert_false(core.was_reset);
	script_finished(&b);
	attached(UNTOUCHED, 0, 0, run);
	assert_int_equal(core_check_nrst(&core, &wired), 0);
	assert_false(wired);
	script_finished(&b);
}

#define UNDER_RESET(dfsr)                                                                                             \
	RD(CPUID, 0x411fc231u), RD(DHCSR, RESET_ST), RD(DHCSR, RESET_ST), RD(DEMCR, 0u), RD(DFSR, 0u), NRST(0), HALT, \
		WR(DEMCR, 0x01000001u), WR(DFSR, 8u), RD(DHCSR, RESET_ST | 1u), NRST(1), HALT, RD(DHCSR, HALTED),     \
		RD(DFSR, dfsr), RESET_HALT

static void connect_under_reset_ends_halted_after_reset(void **state)
{
	const struct exchange wired[] = { UNDER_RESET(8u), END };
	const struct exchange not_wired[] = { UNDER_RESET(1u), END };

	(void)state;
	assert_int_equal(attach(STFLASH_CONNECT_UNDER_RESET, wired), 0);
	assert_true(core.halted);
	assert_true(core.nrst_wired);
	script_finished(&b);
	assert_int_equal(attach(STFLASH_CONNECT_UNDER_RESET, not_wired), 0);
	assert_true(core.halted);
	assert_false(core.nrst_wired);
	script_finished(&b);
}

static void a_failed_connect_under_reset_releases_the_pin(void **state)
{
	const struct exchange script[] = { RD(CPUID, 0xffffffffu), NRST(1), END };

	(void)state;
	assert_int_equal(attach(STFLASH_CONNECT_UNDER_RESET, script), STFLASH_E_NO_TARGET);
	text_has(&b, "no Cortex-M");
	script_finished(&b);
}

static void watchdogs_are_held_and_let_go(void **state)
{
	static const struct core_dbgmcu f1 = { .cr = 0xe0042004, .cr_bits = 0x307 };
	static const struct core_dbgmcu f4 = {
		.cr = 0xe0042004,
		.cr_bits = 7,
		.apb1_fz = 0xe0042008,
		.apb1_bits = 0x1800,
	};
	const struct exchange on_f1[] = {
		RD(0xe0042004u, 0x20u),
		WR(0xe0042004u, 0x327u),
		WR(0xe0042004u, 0x20u),
		END,
	};
	const struct exchange on_f4[] = {
		RD(0xe0042004u, 7u), RD(0xe0042008u, 0u), WR(0xe0042008u, 0x1800u), WR(0xe0042008u, 0u), END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, on_f1);
	assert_int_equal(core_hold_watchdogs(&core, &f1), 0);
	assert_int_equal(core_hold_watchdogs(&core, &f1), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
	/* bits that were set already are not written, and not taken away */
	attached(UNTOUCHED, 0, 0, on_f4);
	assert_int_equal(core_hold_watchdogs(&core, &f4), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

#define STARTED                                                                                                 \
	WRREG(0, 1u), WRREG(1, 2u), WRREG(2, 3u), WRREG(3, 4u), WRREG(13, 0x20001000u), WRREG(15, 0x20000020u), \
		WRREG(16, 0x01000000u), WR(DFSR, 0x1fu), MASK, WR(DHCSR, 0xa05f0009u)

static void started(const struct exchange *script)
{
	attached(HALTED, 0, 0, script);
	assert_int_equal(core_start(&core, 0x20000021, 0x20001000, (const uint32_t[]){ 1, 2, 3, 4 }), 0);
	assert_false(core.halted);
}

static void a_program_runs_until_its_breakpoint(void **state)
{
	const struct exchange script[] = {
		STARTED,
		RD(DHCSR, 0x01000009u),
		RD(DHCSR, 0x0003000bu),
		RD(DFSR, 2u),
		RD(DFSR, 2u),
		WR(DFSR, 0x1fu),
		HALT,
		END,
	};
	bool stopped;

	(void)state;
	started(script);
	assert_int_equal(core_poll_stopped(&core, &stopped), 0);
	assert_false(stopped);
	assert_int_equal(core_poll_stopped(&core, &stopped), 0);
	assert_true(stopped);
	assert_true(core.halted);
	/* the mask is taken away while the core is still halted */
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void a_program_that_crashes_or_is_reset_is_no_success(void **state)
{
	const struct exchange lockup[] = {
		STARTED,
		RD(DHCSR, 0x00080009u),
		MASK,
		RD(DHCSR, 0x000b000bu),
		RD(0xe000ed28u, 0x00020000u),
		RD(0xe000ed2cu, 0x40000000u),
		RDREG(15, 0xfffffffeu),
		END,
	};
	const struct exchange reset[] = { STARTED, RD(DHCSR, 0x02000009u), END };
	const struct exchange other[] = { STARTED, RD(DHCSR, 0x0003000bu), RD(DFSR, 4u), END };
	bool stopped = true;

	(void)state;
	started(lockup);
	assert_int_equal(core_poll_stopped(&core, &stopped), STFLASH_E_NO_TARGET);
	text_has(&b, "crashed (PC 0xfffffffe, CFSR 0x00020000, HFSR 0x40000000)");
	assert_false(stopped);
	script_finished(&b);
	started(reset);
	assert_int_equal(core_poll_stopped(&core, &stopped), STFLASH_E_NO_TARGET);
	text_has(&b, "was reset");
	assert_true(core.was_reset);
	script_finished(&b);
	started(other);
	assert_int_equal(core_poll_stopped(&core, &stopped), STFLASH_E_NO_TARGET);
	text_has(&b, "something else (DFSR 0x04)");
	script_finished(&b);
}

static void detach_goes_on_after_an_error_and_reports_the_first(void **state)
{
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		SAVE,
		OUT(0xf2, 0x3a),
		IN(0x05, [87] = 0),
		RECOVERED,
		OUT(0xf2, 0x3a),
		IN(0x11, [87] = 0),
		RECOVERED,

		RD(DFSR, 0u),
		LET_GO,
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), STFLASH_E_FAULT);
	script_finished(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attach_writes_nothing_and_so_does_detach),
		cmocka_unit_test(a_port_without_a_core_is_no_target),
		cmocka_unit_test(states_are_told_apart),
		cmocka_unit_test(a_halt_that_nobody_made_is_looked_at_twice),
		cmocka_unit_test(a_halted_core_runs_on_as_it_was),
		cmocka_unit_test(control_is_put_back_before_the_stack_pointers),
		cmocka_unit_test(what_another_debugger_left_is_left),
		cmocka_unit_test(a_mask_that_was_found_stays_while_the_core_runs),
		cmocka_unit_test(a_core_found_halted_stays_halted),
		cmocka_unit_test(attach_only_never_halts_and_never_resets),
		cmocka_unit_test(registers_of_a_running_core_are_refused),
		cmocka_unit_test(step_masks_interrupts_around_one_instruction),
		cmocka_unit_test(run_clears_dfsr_and_keeps_debug),
		cmocka_unit_test(reset_halt_follows_the_published_sequence),
		cmocka_unit_test(without_dfsr_only_s_reset_st_tells_that_the_reset_was_caught),
		cmocka_unit_test(the_status_of_the_reset_request_is_ignored),
		cmocka_unit_test(reset_halt_can_leave_the_core_halted),
		cmocka_unit_test(a_core_found_halted_is_halted_after_reset_halt_too),
		cmocka_unit_test(reset_run_waits_for_the_reset_to_be_over),
		cmocka_unit_test(a_core_that_was_halted_and_runs_was_reset),
		cmocka_unit_test(a_reset_without_a_sign_is_repeated_from_halt),
		cmocka_unit_test(reset_run_puts_an_armed_catch_back_and_turns_debug_off),
		cmocka_unit_test(a_core_found_halted_runs_from_a_reset_without_debug),
		cmocka_unit_test(the_pin_resets_when_it_is_wired),
		cmocka_unit_test(a_pin_that_is_not_wired_is_noticed),
		cmocka_unit_test(connect_under_reset_ends_halted_after_reset),
		cmocka_unit_test(a_failed_connect_under_reset_releases_the_pin),
		cmocka_unit_test(watchdogs_are_held_and_let_go),
		cmocka_unit_test(a_program_runs_until_its_breakpoint),
		cmocka_unit_test(a_program_that_crashes_or_is_reset_is_no_success),
		cmocka_unit_test(detach_goes_on_after_an_error_and_reports_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
