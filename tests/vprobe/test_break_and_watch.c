/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints of the FPB, watchpoints of the DWT (ARMv7-M C1.8, C1.11), and
 * what of the debug domain outlives which reset (C1.4.1, C1.6).
 */
#include "chip_fixture.h"

#define FP_CTRL   0xe0002000u
#define FP_COMP0  0xe0002008u
#define DWT_COMP  0xe0001020u
#define DWT_MASK  0xe0001024u
#define DWT_FUNC  0xe0001028u
#define HFSR      0xe000ed2cu
#define TRCENA    (1u << 24)
#define MON_EN    (1u << 16)
#define DEBUGEVT  (1u << 31)
#define FUNC_HIT  (1u << 24)
#define BY_BKPT   2u
#define BY_DWT    4u
#define BY_CATCH  8u
#define HARDFAULT 3u
#define MONITOR   12u

#define FLASH_CODE (FLASH + 0x1000)

static const char *const chips[] = { "stm32f103c8", "stm32f407vg" };

/* r0 = RAM + 0x300: a load, a wide load, a store, over and over; each at its address below. */
#define LOOP       (FLASH_CODE + 0)
#define NARROW_LDR (FLASH_CODE + 2)
#define WIDE_LDR   (FLASH_CODE + 4)
#define STORE      (FLASH_CODE + 8)
#define BACK       (FLASH_CODE + 10)

static void bench_with_loop(const char *name)
{
	static const uint16_t code[] = { 0x3201, 0x6801, 0xf8d0, 0x1004, 0x6082, 0xe7f9 };

	bench_without_power(name);
	for (size_t i = 0; i < ARRAY_SIZE(code); i++)
		put_le16(chip_flash(chip) + 0x1000 + 2 * i, code[i]);
	chip_power(chip, true);
	reset_halt();
	wr(DEMCR, TRCENA);
	set_core_reg(0, RAM + 0x300);
	set_core_reg(2, 0);
	set_core_reg(15, LOOP);
}

static void break_at(uint32_t addr)
{
	wr(FP_COMP0, (addr & 2 ? 2u : 1u) << 30 | (addr & 0x1ffffffc) | 1);
	wr(FP_CTRL, 3);
}

static void watch(uint32_t addr, uint32_t mask, uint32_t function)
{
	wr(DWT_COMP, addr);
	wr(DWT_MASK, mask);
	wr(DWT_FUNC, function);
}

static uint32_t run_until_stopped(void)
{
	wr(DFSR, 0x1f);
	wr(DHCSR, GO);
	sleep_us(100);
	return rd(DHCSR) & S_HALT ? rd(DFSR) : 0;
}

static void breakpoints_stop_before_either_half_word(void **state)
{
	static const uint32_t addrs[] = { LOOP, NARROW_LDR, WIDE_LDR, STORE, BACK };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(addrs); i++) {
		bench_with_loop(chips[i % 2]);
		break_at(addrs[i / 2]);
		assert_int_equal(run_until_stopped(), BY_BKPT);
		assert_int_equal(get_core_reg(15), addrs[i / 2]);
		wr(FP_CTRL, 2);
		assert_int_equal(run_until_stopped(), 0);
		no_anomaly();
	}
}

static void breakpoints_are_not_seen_by_reads(void **state)
{
	(void)state;
	bench_with_loop(chips[0]);
	break_at(LOOP);
	assert_int_equal(rd_size(LOOP, 2), 0x3201);
}

static void fp_ctrl_needs_its_key(void **state)
{
	(void)state;
	bench_with_loop(chips[0]);
	break_at(LOOP);
	wr(FP_CTRL, 0);
	assert_int_equal(run_until_stopped(), BY_BKPT);
}

static void a_breakpoint_in_ram_does_not_exist(void **state)
{
	static const uint16_t code[] = { 0x3001, 0xbe00 };

	(void)state;
	bench_with_loop(chips[0]);
	break_at(CODE_AT);
	run_code(code, 2, 100);
	assert_int_equal(get_core_reg(15), CODE_AT + 2);
}

static void without_a_debugger_a_breakpoint_is_a_hard_fault_or_the_monitors(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(chips); i++) {
		const bool monitor = i / 2;

		bench_with_loop(chips[i % 2]);
		break_at(STORE);
		wr(DEMCR, monitor ? TRCENA | MON_EN : TRCENA);
		wr(DFSR, 0x1f);
		wr(DHCSR, DETACH);
		sleep_us(100);
		assert_int_equal(rd(DFSR), BY_BKPT);
		assert_int_equal(rd(HFSR), monitor ? 0 : DEBUGEVT);
		halt();
		assert_int_equal(get_core_reg(16) & 0x1ff, monitor ? MONITOR : HARDFAULT);
	}
}

static void watchpoints_stop_behind_the_access_that_they_are_for(void **state)
{
	static const struct {
		uint32_t offset, function, behind; /* 0: nothing stops it */
	} rows[] = {
		{ 0, 5, WIDE_LDR }, { 0, 6, 0 },    { 0, 7, WIDE_LDR }, { 4, 5, STORE }, { 4, 6, 0 }, { 4, 7, STORE },
		{ 8, 5, 0 },        { 8, 6, BACK }, { 8, 7, BACK },     { 12, 7, 0 },    { 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
		const uint32_t behind = rows[i / 2].behind;

		bench_with_loop(chips[i % 2]);
		watch(RAM + 0x300 + rows[i / 2].offset, 0, rows[i / 2].function);
		assert_int_equal(run_until_stopped(), behind ? BY_DWT : 0);
		if (behind)
			assert_int_equal(get_core_reg(15), behind);
		assert_int_equal(!!(rd(DWT_FUNC) & FUNC_HIT), behind != 0);
		no_anomaly();
	}
}

static void a_mask_widens_a_watchpoint(void **state)
{
	(void)state;
	bench_with_loop(chips[0]);
	watch(RAM + 0x200, 8, 7); /* 0x200 to 0x2ff */
	assert_int_equal(run_until_stopped(), 0);
	bench_with_loop(chips[0]);
	watch(RAM + 0x200, 9, 7); /* to 0x3ff */
	assert_int_equal(run_until_stopped(), BY_DWT);
}

static void a_byte_within_the_word_that_is_read_is_watched(void **state)
{
	(void)state;
	bench_with_loop(chips[0]);
	watch(RAM + 0x303, 0, 5);
	assert_int_equal(run_until_stopped(), BY_DWT);
	assert_int_equal(get_core_reg(15), WIDE_LDR);
}

static void an_instruction_can_be_watched_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chips); i++) {
		bench_with_loop(chips[i]);
		watch(STORE, 0, 4);
		assert_int_equal(run_until_stopped(), BY_DWT);
		assert_int_equal(get_core_reg(15), BACK);
		assert_int_equal(rd(RAM + 0x308), 1);
	}
}

static void the_debugger_itself_is_not_watched(void **state)
{
	(void)state;
	bench_with_loop(chips[0]);
	watch(RAM + 0x400, 0, 7);
	wr(DFSR, 0x1f);
	wr(DHCSR, GO);
	wr(RAM + 0x400, rd(RAM + 0x400));
	sleep_us(10);
	assert_false(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(DFSR), 0);
}

static void a_watchpoint_without_a_debugger_is_the_monitors_or_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(chips); i++) {
		const bool monitor = i / 2;

		bench_with_loop(chips[i % 2]);
		watch(RAM + 0x300, 0, 7);
		wr(DEMCR, monitor ? TRCENA | MON_EN : TRCENA);
		wr(DFSR, 0x1f);
		wr(DHCSR, DETACH);
		sleep_us(100);
		assert_int_equal(rd(DFSR), monitor ? BY_DWT : 0);
		assert_int_equal(rd(HFSR), 0);
		halt();
		assert_int_equal(get_core_reg(16) & 0x1ff, monitor ? MONITOR : 0);
	}
}

static void without_trcena_nothing_is_watched(void **state)
{
	(void)state;
	bench_with_loop(chips[0]);
	watch(RAM + 0x300, 0, 7);
	wr(DEMCR, 0);
	assert_int_equal(run_until_stopped(), 0);
	wr(DEMCR, TRCENA); /* armed all the time */
	sleep_us(100);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(DFSR), BY_DWT);
}

/* --- what outlives what ------------------------------------------------------------------------- */

/* The core writes AIRCR itself: RAM + 0x200 is a program that does. */
static void reset_by_code(void)
{
	static const uint16_t code[] = {
		0x4801, /* ldr r0, AIRCR */
		0x4902, /* ldr r1, its value */
		0x6001, /* str r1, [r0] */
		0xe7fe, /* b . */
		0xed0c, 0xe000, 0x0004, 0x05fa,
	};

	start_code(code, ARRAY_SIZE(code));
	sleep_ms(1);
}

static void code_that_resets_is_caught_like_a_debugger_that_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chips); i++) {
		bench(chips[i]);
		reset_halt();
		wr(DEMCR, 1);
		(void)rd(DHCSR);
		reset_by_code();
		assert_int_equal(rd(DHCSR) & (S_HALT | S_RESET | 3), S_HALT | S_RESET | 3);
		assert_int_equal(rd(DFSR), BY_CATCH);
		assert_int_equal(get_core_reg(15), get_le32(chip_flash(chip) + 4) & ~1u);
		assert_int_not_equal(rd(FW_BOOTS), 1); /* it never ran */
	}
}

static void code_that_resets_without_a_catch_runs_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chips); i++) {
		bench(chips[i]);
		sleep_ms(5);
		halt();
		reset_by_code();
		sleep_ms(5);
		assert_false(rd(DHCSR) & S_HALT);
		assert_int_equal(rd(DHCSR) & 3, 1); /* C_DEBUGEN stays */
		assert_int_equal(rd(FW_BOOTS), 2);
	}
}

static void the_debug_domain_outlives_a_system_reset_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chips); i++) {
		bench(chips[i]);
		halt();
		wr(DEMCR, TRCENA | MON_EN | 0x0e0000 | 0x401);
		watch(RAM, 3, 7);
		break_at(LOOP);
		wr(DBGMCU_CR, 7);
		wr(AIRCR, SYSRESET);
		assert_int_equal(rd(DHCSR) & 1, 1);
		assert_int_equal(rd(DEMCR), TRCENA | 0x401); /* the monitor's bits are the firmware's */
		assert_int_equal(rd(DWT_COMP), RAM);
		assert_int_equal(rd(DWT_MASK), 3);
		assert_int_equal(rd(DWT_FUNC), 7);
		assert_int_equal(rd(FP_CTRL), 0x261);
		assert_int_equal(rd(FP_COMP0), 0x40000001u | LOOP);
		assert_int_equal(rd(DBGMCU_CR), 7);
		chip_nrst(chip, true);
		chip_nrst(chip, false);
		assert_int_equal(rd(DWT_FUNC), 7);
		assert_int_equal(rd(FP_CTRL), 0x261);

		chip_power(chip, false);
		chip_power(chip, true);
		assert_int_equal(rd(DHCSR) & 1, 0);
		assert_int_equal(rd(DEMCR), 0);
		wr(DEMCR, TRCENA);
		assert_int_equal(rd(DWT_FUNC), 0);
		assert_int_equal(rd(FP_CTRL), 0x260);
		assert_int_equal(rd(FP_COMP0) & 1, 0);
		assert_int_equal(rd(DBGMCU_CR), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(breakpoints_stop_before_either_half_word),
		cmocka_unit_test(breakpoints_are_not_seen_by_reads),
		cmocka_unit_test(fp_ctrl_needs_its_key),
		cmocka_unit_test(a_breakpoint_in_ram_does_not_exist),
		cmocka_unit_test(without_a_debugger_a_breakpoint_is_a_hard_fault_or_the_monitors),
		cmocka_unit_test(watchpoints_stop_behind_the_access_that_they_are_for),
		cmocka_unit_test(a_mask_widens_a_watchpoint),
		cmocka_unit_test(a_byte_within_the_word_that_is_read_is_watched),
		cmocka_unit_test(an_instruction_can_be_watched_too),
		cmocka_unit_test(the_debugger_itself_is_not_watched),
		cmocka_unit_test(a_watchpoint_without_a_debugger_is_the_monitors_or_nothing),
		cmocka_unit_test(without_trcena_nothing_is_watched),
		cmocka_unit_test(code_that_resets_is_caught_like_a_debugger_that_does),
		cmocka_unit_test(code_that_resets_without_a_catch_runs_again),
		cmocka_unit_test(the_debug_domain_outlives_a_system_reset_only),
	};

	return cmocka_run_group_tests(tests, NULL, leave_bench);
}
