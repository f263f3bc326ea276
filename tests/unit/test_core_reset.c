/* SPDX-License-Identifier: MIT */
/* Resets: by SYSRESETREQ and by the pin, caught or let run, and what is put back after them. */
#include "core_script.h"

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
		/* detach: it runs on from the reset */
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

/* FP_CTRL and the comparators of the DWT outlive a reset: a program of ours is not to stop at them. */
static void a_clean_reset_clears_what_another_debugger_armed(void **state)
{
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		WR(DEMCR, 0x01000001u),
		WR(DFSR, 8u),
		RD(DHCSR, HALTED),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, HALTED | RESET_ST),
		RD(DHCSR, HALTED),
		RD(DFSR, 8u),
		RD(0xe0002000u, 0x00000261u),
		WR(0xe0002000u, 2u),
		OUT(0xf2, 0x07, B4(0xe0001020u), 64, 0),
		IN([24] = 5, [63] = 0),
		STATUS2(0x80, 0),
		WR(0xe0001038u, 0u),
		WR(DFSR, 0x1fu),
		WR(DEMCR, 0x400u), /* VC_HARDERR: the handler is the firmware's */
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_reset_clean(&core), 0);
	assert_true(core.at_reset);
	script_finished(&b);
}

/* Two comparators; there is nothing behind them (ARMv6-M ARM C1.8.3). */
static void a_cortex_m0_is_asked_for_two_comparators(void **state)
{
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		WR(DEMCR, 0x01000001u),
		WR(DFSR, 8u),
		RD(DHCSR, HALTED),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, HALTED | RESET_ST),
		RD(DHCSR, HALTED),
		RD(DFSR, 8u),
		RD(0xe0002000u, 0x00000040u),
		OUT(0xf2, 0x07, B4(0xe0001020u), 32, 0),
		IN([24] = 5, [31] = 0),
		STATUS2(0x80, 0),
		WR(0xe0001038u, 0u),
		WR(DFSR, 0x1fu),
		WR(DEMCR, 0x400u),
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	core.cpuid = 0x410cc200;
	assert_int_equal(core_reset_clean(&core), 0);
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

/* A run that was killed leaves NRST low, and the catch armed: the core runs when we go. */
static void a_core_found_in_reset_is_let_out_of_it(void **state)
{
	const struct exchange killed[] = { NRST(1), RD(DHCSR, RESET_ST | 1u), RD(DHCSR, RESET_ST | 1u),
					   RD(DHCSR, HALTED), END };
	const struct exchange leave[] = { WR(DEMCR, 0x01000000u), RD(DFSR, 8u), WR(DFSR, 0x1fu), WR(DHCSR, 0xa05f0000u),
					  END };
	const struct exchange found[] = { RD(CPUID, 0x411fc231u),
					  RD(DHCSR, RESET_ST | 1u),
					  RD(DHCSR, RESET_ST | 1u),
					  RD(DEMCR, 0x01000001u),
					  RD(DFSR, 0u),
					  END };

	(void)state;
	assert_int_equal(attach(STFLASH_CONNECT_NORMAL, found), 0);
	script_finished(&b);
	assert_int_equal(core.found, STFLASH_CORE_IN_RESET);
	b.tr.next = killed;
	assert_int_equal(core_leave_reset(&core), 0);
	script_finished(&b);
	assert_true(core.halted);
	b.tr.next = leave;
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

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

/* What is held stays with the probe, which releases it when it is left. */
static void a_failed_connect_under_reset_releases_the_pin(void **state)
{
	const struct exchange no_core[] = { RD(CPUID, 0xffffffffu), NRST(1), OUT(0xf2, 0x21), END };
	const struct exchange lost[] = {
		ATTACH(UNTOUCHED, 0u, 0u),
		NRST(0),
		OUT(0xf2, 0x35, B4(DHCSR), B4(0xa05f0003u)),
		IN(0x77, 0),
		RESYNC(0x02),
		RECOVERED,
		RD(DFSR, 0u),
		LET_GO,
		NRST(1),
		OUT(0xf2, 0x21),
		END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, no_core);
	b.probe.nrst = NRST_HELD;
	dap = (struct dap){ .ctx = &b.ctx, .probe = &b.probe };
	assert_int_equal(core_attach(&core, &dap, STFLASH_CONNECT_UNDER_RESET), STFLASH_E_NO_TARGET);
	text_has(&b, "no Cortex-M");
	assert_int_equal(core_detach(&core), 0);
	assert_int_equal(dap_disconnect(&dap), 0);
	script_finished(&b);

	assert_int_equal(attach(STFLASH_CONNECT_UNDER_RESET, lost), STFLASH_E_PROBE);
	assert_int_equal(core_detach(&core), 0);
	assert_int_equal(dap_disconnect(&dap), 0);
	script_finished(&b);
}

/* What was found is put back before the first instruction: firmware that turns SWD off leaves no time after it. */
static void a_restart_puts_all_back_before_the_core_runs(void **state)
{
	static const struct core_dbgmcu f1 = { .cr = 0xe0042004, .cr_bits = 0x307 };
	const struct exchange script[] = {
		RD(0xe0042004u, 0x20u),
		WR(0xe0042004u, 0x327u),
		HALT,
		RD(DHCSR, HALTED),
		RESET_HALT,
		WR(0xe0042004u, 0x20u),
		RD(DFSR, 0u),
		LET_GO,
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_hold_watchdogs(&core, &f1), 0);
	assert_int_equal(core_restart(&core), 0);
	assert_false(core.halted);
	assert_int_equal(core_detach(&core), 0); /* and writes nothing more */
	script_finished(&b);
}

static void a_core_that_goes_silent_when_it_is_let_run_was_let_run(void **state)
{
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		RESET_HALT,
		RD(DFSR, 0u),
		WR_ST(DHCSR, 0xa05f0000u, 0x05),
		OUT(0xf2, 0x46, 0xff, 0xff, 0, 0, B4(0x1eu)),
		IN(0x05, 0),
		OUT(0xf2, 0x21),
		OUT(0xf2, 0x30, 0xa3),
		IN(0x09, 0),
		ASK_MODE(2),
		OUT(0xf2, 0x21),
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	assert_int_equal(core_restart(&core), 0);
	assert_int_equal(core_detach(&core), 0);
	script_finished(&b);
}

static void a_restart_without_a_catch_is_a_reset(void **state)
{
	const struct exchange script[] = {
		HALT,
		RD(DHCSR, HALTED),
		WR(DEMCR, 0x01000001u),
		WR(DFSR, 8u),
		RD(DHCSR, HALTED),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, RUNNING),
		WR(DEMCR, 0u),
		/* and now without */
		RD(DHCSR, RUNNING),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, RUNNING),
		HALT,
		RD(DHCSR, HALTED),
		WR(AIRCR, 0x05fa0004u),
		RD(DHCSR, RUNNING),
		END,
	};

	(void)state;
	attached(UNTOUCHED, 0, 0, script);
	core.timeout_ms = 0;
	assert_int_equal(core_restart(&core), 0);
	assert_false(core.halted);
	script_finished(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reset_halt_follows_the_published_sequence),
		cmocka_unit_test(without_dfsr_only_s_reset_st_tells_that_the_reset_was_caught),
		cmocka_unit_test(the_status_of_the_reset_request_is_ignored),
		cmocka_unit_test(a_clean_reset_clears_what_another_debugger_armed),
		cmocka_unit_test(a_cortex_m0_is_asked_for_two_comparators),
		cmocka_unit_test(reset_halt_can_leave_the_core_halted),
		cmocka_unit_test(a_core_found_halted_is_halted_after_reset_halt_too),
		cmocka_unit_test(reset_run_waits_for_the_reset_to_be_over),
		cmocka_unit_test(a_core_that_was_halted_and_runs_was_reset),
		cmocka_unit_test(a_reset_without_a_sign_is_repeated_from_halt),
		cmocka_unit_test(reset_run_puts_an_armed_catch_back_and_turns_debug_off),
		cmocka_unit_test(a_core_found_halted_runs_from_a_reset_without_debug),
		cmocka_unit_test(the_pin_resets_when_it_is_wired),
		cmocka_unit_test(a_pin_that_is_not_wired_is_noticed),
		cmocka_unit_test(a_core_found_in_reset_is_let_out_of_it),
		cmocka_unit_test(connect_under_reset_ends_halted_after_reset),
		cmocka_unit_test(a_failed_connect_under_reset_releases_the_pin),
		cmocka_unit_test(a_restart_puts_all_back_before_the_core_runs),
		cmocka_unit_test(a_core_that_goes_silent_when_it_is_let_run_was_let_run),
		cmocka_unit_test(a_restart_without_a_catch_is_a_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
