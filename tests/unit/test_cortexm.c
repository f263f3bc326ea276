/* SPDX-License-Identifier: MIT */
/* The core: what is written to it, in which order, and that everything is put back. */
#include "core_script.h"

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
	const struct exchange script[] = { HALT, RD(DHCSR, HALTED), RD(DFSR, 1u), WR(DFSR, 0x1fu), LET_GO, END };

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

/* But for C_DEBUGEN in a core that runs: with it the next fault would be a silent halt. */
static void what_another_debugger_left_is_left(void **state)
{
	/* C_DEBUGEN set while running, DEMCR with catches, DFSR with BKPT */
	const struct exchange script[] = { HALT, RD(DHCSR, HALTED), RD(DFSR, 3u), WR(DFSR, 0x1du), LET_GO, END };
	const struct exchange only_looked[] = { LET_GO, END };

	(void)state;
	attached(RUNNING, 0x01000501, 2, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
	attached(RUNNING, 0, 0, only_looked);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

/* ARMv7-M ARM C1.6.2: C_MASKINTS must not change while the core runs, whoever has set it. */
static void a_mask_that_was_found_goes_while_the_core_is_halted(void **state)
{
	const struct exchange script[] = {
		MASK, RD(DHCSR, 0x0003000bu), RD(DFSR, 0u), HALT, WR(DFSR, 0x1fu), LET_GO, END,
	};
	const struct exchange nothing[] = { ATTACH(0x01000009u, 0u, 0u), END };

	(void)state;
	attached(0x01000009u, 0, 0, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
	assert_int_equal(attach(STFLASH_CONNECT_ATTACH, nothing), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void a_core_found_halted_stays_halted(void **state)
{
	const struct exchange script[] = { END };

	(void)state;
	attached(HALTED, 0, 1, script);
	assert_int_equal(core_halt(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

#define START_PROGRAM \
	WRREG(0, 1u), WRREG(1, 2u), WRREG(2, 3u), WRREG(3, 4u), WRREG(15, 0x20000020u), WRREG(16, 0x01000000u)

/* What a program of ours ran over starts anew, and nothing of the debugger outlasts that. */
static void a_core_that_runs_a_program_of_ours_is_reset(void **state)
{
	const struct exchange script[] = {
		START_PROGRAM,
		WR(DFSR, 0x1eu),
		MASK,
		WR(DHCSR, 0xa05f0009u),
		/* detach while it runs */
		MASK,
		RD(DHCSR, HALTED),
		HALT,
		WR(DEMCR, 0x01000001u),
		WR(DFSR, 8u),
		RD(DHCSR, HALTED),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, HALTED),
		RD(DFSR, 8u),
		WR(DFSR, 0x1eu),
		WR(DEMCR, 0u),
		RD(DFSR, 0u),
		LET_GO,
		END,
	};

	(void)state;
	attached(HALTED, 0, 1, script);
	assert_int_equal(core_start(&core, 0x20000021, (const uint32_t[]){ 1, 2, 3, 4 }, 4), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

/* After a reset no interrupt is enabled, and C_MASKINTS would outlast the reset that a program of ours may make. */
static void a_program_after_a_reset_runs_without_a_mask(void **state)
{
	const struct exchange script[] = { START_PROGRAM, RUN, END };

	(void)state;
	attached(HALTED, 0, 1, script);
	core.at_reset = true;
	assert_int_equal(core_start(&core, 0x20000021, (const uint32_t[]){ 1, 2, 3, 4 }, 4), 0);
	assert_false(core.at_reset);
	script_finished(&b);
}

static void attach_only_never_halts_and_never_resets(void **state)
{
	const struct exchange script[] = { ATTACH(UNTOUCHED, 0u, 0u), END };
	bool wired;

	(void)state;
	assert_int_equal(attach(STFLASH_CONNECT_ATTACH, script), 0);
	assert_int_equal(core_halt(&core), STFLASH_E_ARG);
	text_has(&b, HINT_ATTACH);
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
	assert_int_equal(core_start(&core, 0x20000000, (const uint32_t[]){ 0 }, 1), STFLASH_E_ARG);
	text_has(&b, "a program can be started only on a halted core");
	assert_int_equal(core_step(&core), STFLASH_E_ARG);
	text_has(&b, "only a halted core can be stepped");
	script_finished(&b);
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
	const struct exchange kept[] = { RD(0xe0042004u, 0x307u), END };
	const struct exchange go[] = {
		RD(0xe0042004u, 0x327u), WR(DFSR, 0x1fu), RUN, WR(0xe0042004u, 0x20u), RD(DFSR, 0u), LET_GO, END,
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
	/* one that stays halted keeps them, and of one that was left so they go with the halt */
	attached(HALTED, 0, 0, kept);
	assert_int_equal(core_hold_watchdogs(&core, &f1), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
	attached(HALTED, 0, 0, go);
	assert_int_equal(core_hold_watchdogs(&core, &f1), 0);
	assert_int_equal(core_run(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
	/* bits that were set already are not written, and not taken away */
	attached(UNTOUCHED, 0, 0, on_f4);
	assert_int_equal(core_hold_watchdogs(&core, &f4), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

/* RM0091 6.4.7: DBGMCU of an F0 has a clock of its own, which goes off again. */
static void the_clock_of_dbgmcu_is_put_back(void **state)
{
	static const struct core_dbgmcu f0 = {
		.cr = 0x40015804,
		.cr_bits = 6,
		.apb1_fz = 0x40015808,
		.apb1_bits = 0x1800,
		.clock_reg = 0x40021018,
		.clock = 0x400000,
	};
	const struct exchange on_f0[] = {
		RD(0x40021018u, 0x1u),
		WR(0x40021018u, 0x400001u),
		RD(0x40015804u, 0u),
		WR(0x40015804u, 6u),
		RD(0x40015808u, 0u),
		WR(0x40015808u, 0x1800u),
		RD(0x40021018u, 0x400005u),
		WR(0x40015804u, 0u),
		WR(0x40015808u, 0u),
		WR(0x40021018u, 0x5u),
		END,
	};
	const struct exchange on_f0_after_reset[] = {
		RD(0x40021018u, 0x1u), WR(0x40021018u, 0x400001u), RD(0x40015804u, 0u), WR(0x40015804u, 6u),
		RD(0x40015808u, 0u),   WR(0x40015808u, 0x1800u),   RD(0x40021018u, 0u), WR(0x40021018u, 0x400000u),
		WR(0x40015804u, 0u),   WR(0x40015808u, 0u),        WR(0x40021018u, 0u), END,
	};
	const struct exchange on_clocked_f0[] = {
		RD(0x40021018u, 0x400000u),
		RD(0x40015804u, 6u),
		RD(0x40015808u, 0u),
		WR(0x40015808u, 0x1800u),
		RD(0x40021018u, 0x400000u),
		WR(0x40015808u, 0u),
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, on_f0);
	assert_int_equal(core_hold_watchdogs(&core, &f0), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
	/* one that a reset has turned off since is on only for that */
	attached(UNTOUCHED, 0, 0, on_f0_after_reset);
	assert_int_equal(core_hold_watchdogs(&core, &f0), 0);
	core.clock_touched = false;
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
	/* that of the firmware stays on */
	attached(UNTOUCHED, 0, 0, on_clocked_f0);
	assert_int_equal(core_hold_watchdogs(&core, &f0), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

#define STARTED                                                                                                 \
	WRREG(0, 1u), WRREG(1, 2u), WRREG(2, 3u), WRREG(3, 4u), WRREG(15, 0x20000020u), WRREG(16, 0x01000000u), \
		WR(DFSR, 0x1fu), MASK, WR(DHCSR, 0xa05f0009u)

static void started(const struct exchange *script)
{
	attached(HALTED, 0, 0, script);
	assert_int_equal(core_start(&core, 0x20000021, (const uint32_t[]){ 1, 2, 3, 4 }, 4), 0);
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
	core.leave_halted = true;
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
		HALT, RD(DHCSR, HALTED), RD_ST(DFSR, 0x05), RECOVERED, RD_ST(DFSR, 0x11), RECOVERED, LET_GO, END,
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
		cmocka_unit_test(what_another_debugger_left_is_left),
		cmocka_unit_test(a_mask_that_was_found_goes_while_the_core_is_halted),
		cmocka_unit_test(a_core_found_halted_stays_halted),
		cmocka_unit_test(a_core_that_runs_a_program_of_ours_is_reset),
		cmocka_unit_test(a_program_after_a_reset_runs_without_a_mask),
		cmocka_unit_test(attach_only_never_halts_and_never_resets),
		cmocka_unit_test(registers_of_a_running_core_are_refused),
		cmocka_unit_test(step_masks_interrupts_around_one_instruction),
		cmocka_unit_test(run_clears_dfsr_and_keeps_debug),
		cmocka_unit_test(watchdogs_are_held_and_let_go),
		cmocka_unit_test(the_clock_of_dbgmcu_is_put_back),
		cmocka_unit_test(a_program_runs_until_its_breakpoint),
		cmocka_unit_test(a_program_that_crashes_or_is_reset_is_no_success),
		cmocka_unit_test(detach_goes_on_after_an_error_and_reports_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
