/* SPDX-License-Identifier: MIT */
/* A core that takes every write and always reads the same: every wait ends, in a sentence that says what stands still.
 */
#include "swd/cortexm.h"

#include "scripted.h"

/* DHCSR (ARMv7-M ARM C1.6.2) */
#define S_RESET_ST  (1u << 25)
#define S_RETIRE_ST (1u << 24)
#define S_HALT      (1u << 17)
#define S_REGRDY    (1u << 16)
#define C_DEBUGEN   (1u << 0)

static struct bench b;
static struct dap dap;
static struct core core;
static uint32_t value_read;

static int read_the_same(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	const uint8_t reply[] = { 0x80, 0, 0, 0, B4(value_read) };

	(void)t;
	(void)timeout_ms;
	assert_int_equal(n, 2);
	xfers[0].actual = xfers[0].len;
	xfers[1].actual = xfers[1].len;
	memset(xfers[1].buf, 0, xfers[1].len);
	memcpy(xfers[1].buf, reply, min_size(xfers[1].len, sizeof(reply)));
	return 0;
}

static void stuck_at(uint32_t dhcsr)
{
	static const struct transport_ops ops = { .transfer = read_the_same };
	const struct exchange script[] = { END };

	bench_open(&b, 0x3748, v2j29s7, script);
	b.tr.base.ops = &ops;
	value_read = dhcsr;
	dap = (struct dap){ .ctx = &b.ctx, .probe = &b.probe };
	core = (struct core){ .ctx = &b.ctx, .dap = &dap, .timeout_ms = 20, .halted = dhcsr & S_HALT };
}

static void a_core_that_does_not_halt_is_told(void **state)
{
	(void)state;
	stuck_at(S_RETIRE_ST | C_DEBUGEN);
	assert_int_equal(core_halt(&core), STFLASH_E_NO_TARGET);
	text_has(&b, "does not halt (DHCSR 0x01000001)");
	assert_false(core.halted);
}

static void a_core_that_does_not_reset_or_is_not_caught_is_told(void **state)
{
	(void)state;
	stuck_at(S_RETIRE_ST | C_DEBUGEN);
	assert_int_equal(core_reset_run(&core), STFLASH_E_NO_TARGET);
	text_has(&b, "the core did not reset");
	assert_int_equal(core_reset_halt(&core), STFLASH_E_NO_TARGET);
	text_has(&b, "did not stop at its reset vector");
	/* and the catch does not stay armed */
	assert_false(core.demcr_touched);
}

static void a_core_that_stays_in_reset_is_told(void **state)
{
	bool wired = false;

	(void)state;
	stuck_at(S_RESET_ST | C_DEBUGEN);
	assert_int_equal(core_halt(&core), STFLASH_E_NO_TARGET);
	text_has(&b, "the core is held in reset (DHCSR 0x02000001)");
	assert_int_equal(core_reset_run(&core), STFLASH_E_NO_TARGET);
	text_has(&b, "the core stays in reset (DHCSR 0x02000001)");
	assert_int_equal(core_check_nrst(&core, &wired), STFLASH_E_NO_TARGET);
	text_has(&b, "is the RESET button pressed, or NRST shorted?");
	assert_true(wired);
	assert_false(core.halted);
}

static void a_halt_without_a_reason_is_the_breakpoint_of_a_core_without_dfsr(void **state)
{
	bool stopped = false;

	(void)state;
	stuck_at(S_HALT | S_REGRDY);
	assert_int_equal(core_poll_stopped(&core, &stopped), 0);
	assert_true(stopped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_core_that_does_not_halt_is_told),
		cmocka_unit_test(a_core_that_does_not_reset_or_is_not_caught_is_told),
		cmocka_unit_test(a_core_that_stays_in_reset_is_told),
		cmocka_unit_test(a_halt_without_a_reason_is_the_breakpoint_of_a_core_without_dfsr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
