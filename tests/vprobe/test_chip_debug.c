/* SPDX-License-Identifier: MIT */
/* Debug registers, reset and what outlives it, core registers, SCB, NVIC, SysTick, DBGMCU (ARMv7-M C1.6, B3.2). */
#include "chip_fixture.h"

#define BKPT 0xbe00
#define NOP  0xbf00

/* --- halt, run, step ------------------------------------------------------------------- */

static void a_running_core_is_halted_and_let_go(void **state)
{
	uint32_t ticks;

	(void)state;
	bench("stm32f103c8");
	sleep_ms(10);
	halt();
	assert_int_equal(rd(DFSR), 1);
	ticks = rd(FW_MS);
	sleep_ms(10);
	assert_int_equal(rd(FW_MS), ticks);
	wr(DHCSR, GO);
	assert_false(rd(DHCSR) & S_HALT);
	sleep_ms(10);
	assert_in_range(rd(FW_MS), ticks + 9, ticks + 11);
	no_anomaly();
}

static void dhcsr_without_its_key_is_ignored(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(DHCSR, 0x00000003);
	wr(DHCSR, 0x12340003);
	assert_int_equal(rd(DHCSR) & 0xf, 0);
}

static void c_halt_needs_c_debugen(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(DHCSR, 0xa05f0002);
	assert_int_equal(rd(DHCSR) & 0xf, 0);
	assert_false(rd(DHCSR) & S_HALT);
}

static void clearing_c_debugen_lets_a_halted_core_run(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_ms(5);
	halt();
	wr(DHCSR, DETACH);
	assert_int_equal(rd(DHCSR) & (0xf | S_HALT), 0);
	sleep_ms(5);
	assert_true(rd(FW_MS) >= 8);
}

static void a_step_is_one_instruction(void **state)
{
	static const uint16_t code[] = { 0x2001, 0x2002, NOP, BKPT }; /* movs r0,#1; movs r0,#2 */

	(void)state;
	bench("stm32f103c8");
	halt();
	load_code(code, ARRAY_SIZE(code));
	set_core_reg(15, CODE_AT);
	set_core_reg(16, 0x01000000);
	for (uint32_t i = 1; i <= 2; i++) {
		wr(DHCSR, 0xa05f000b);
		wr(DHCSR, 0xa05f000d);
		assert_true(rd(DHCSR) & S_HALT);
		wr(DHCSR, 0xa05f0003);
		assert_int_equal(get_core_reg(0), i);
		assert_int_equal(get_core_reg(15), CODE_AT + 2 * i);
	}
	no_anomaly();
}

static void s_sleep_shows_wfi_and_c_halt_ends_it(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_us(1500);
	assert_true(rd(DHCSR) & S_SLEEP);
	halt();
	assert_false(rd(DHCSR) & S_SLEEP);
}

static void lockup_is_shown_and_c_halt_ends_it(void **state)
{
	(void)state;
	bench_without_power("stm32f103c8");
	memset(chip_flash(chip), 0xff, 0x10000);
	chip_power(chip, true);
	sleep_ms(1);
	assert_true(rd(DHCSR) & S_LOCKUP);
	halt();
	assert_false(rd(DHCSR) & S_LOCKUP);
	no_anomaly();
}

static void s_retire_and_s_reset_are_cleared_by_a_read(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_ms(3);
	assert_int_equal(rd(DHCSR) & (S_RETIRE | S_RESET), S_RETIRE | S_RESET);
	assert_int_equal(rd(DHCSR) & (S_RETIRE | S_RESET), 0);
	sleep_ms(3);
	assert_int_equal(rd(DHCSR) & (S_RETIRE | S_RESET), S_RETIRE);
}

static void maskints_changed_while_running_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(DHCSR, 0xa05f0009);
	one_anomaly("C_MASKINTS");
	halt();
	mon.n_anomalies = 0;
	wr(DHCSR, 0xa05f000b);
	wr(DHCSR, 0xa05f0009);
	no_anomaly();
	wr(DHCSR, 0xa05f0001);
	one_anomaly("C_MASKINTS");
}

static void maskints_and_run_in_one_write_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(DHCSR, 0xa05f0009);
	one_anomaly("C_MASKINTS");
}

static void stepping_a_running_core_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(DHCSR, GO);
	wr(DHCSR, 0xa05f0005);
	one_anomaly("steps");
}

/* --- core registers ---------------------------------------------------------------------- */

static void core_registers_are_read_and_written_while_halted(void **state)
{
	static const unsigned int regs[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 17, 18 };

	(void)state;
	bench("stm32f407vg");
	halt();
	for (size_t i = 0; i < ARRAY_SIZE(regs); i++)
		set_core_reg(regs[i], 0x11111110 * ((uint32_t)i + 1));
	for (size_t i = 0; i < ARRAY_SIZE(regs); i++)
		assert_int_equal(get_core_reg(regs[i]), 0x11111110 * ((uint32_t)i + 1));
	assert_int_equal(get_core_reg(13), get_core_reg(17));
	set_core_reg(20, 0x00000001);
	assert_int_equal(get_core_reg(20), 0x00000001);
	set_core_reg(0x21, 0x03000000);
	set_core_reg(0x45, 0x3f800000);
	assert_int_equal(get_core_reg(0x21), 0x03000000);
	assert_int_equal(get_core_reg(0x45), 0x3f800000);
	assert_true(rd(DHCSR) & 1u << 16);
	no_anomaly();
}

static void core_registers_of_a_running_core_are_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(DCRDR, 0x1234);
	wr(DCRSR, 15);
	one_anomaly("not in debug state");
	assert_int_equal(rd(DCRDR), 0x1234);
}

static void a_core_register_that_does_not_exist_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(DCRSR, 19);
	one_anomaly("does not exist");
	wr(DCRSR, 0x40); /* no FPU in an M3 */
	one_anomaly("does not exist");
}

/* --- reset and what outlives it -------------------------------------------------------------- */

static void system_reset_keeps_the_debug_domain_but_c_halt(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(DEMCR, 0x01000501);
	wr(DEMCR, 0x01000500);
	wr(DBGMCU_CR, 7);
	wr(APB1_FZ, 0x1800);
	wr(DHCSR, 0xa05f000b);
	wr(AIRCR, SYSRESET);
	assert_int_equal(rd(DHCSR) & 0xf, 0x9);
	assert_int_equal(rd(DEMCR), 0x01000500);
	assert_int_equal(rd(DFSR), 1);
	assert_int_equal(rd(DBGMCU_CR), 7);
	assert_int_equal(rd(APB1_FZ), 0x1800);
	sleep_ms(1);
	assert_int_equal(rd(RAM), 0x600df00d);
	no_anomaly();
}

static void power_on_clears_the_debug_domain(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(DEMCR, 0x01000500);
	wr(DBGMCU_CR, 7);
	wr(APB1_FZ, 0x1800);
	chip_power(chip, true);
	assert_int_equal(rd(DHCSR) & 0xf, 0);
	assert_int_equal(rd(DEMCR), 0);
	assert_int_equal(rd(DFSR), 0);
	assert_int_equal(rd(DBGMCU_CR), 0);
	assert_int_equal(rd(APB1_FZ), 0);
}

static void vc_corereset_catches_before_the_first_instruction(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_ms(2);
	halt();
	wr(DEMCR, 1);
	wr(DFSR, 0x1f);
	wr(RAM, 0);
	wr(AIRCR, SYSRESET);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(DFSR), 8);
	assert_int_equal(get_core_reg(15), get_le32(chip_flash(chip) + 4) & ~1u);
	assert_int_equal(get_core_reg(13), get_le32(chip_flash(chip)));
	sleep_ms(2);
	assert_int_equal(rd(RAM), 0);
	assert_int_equal(mon.resets, 2);
	no_anomaly();
}

static void aircr_without_its_key_does_nothing(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(AIRCR, 0x00000004);
	wr(AIRCR, 0xfa050004);
	assert_int_equal(mon.resets, 1);
	assert_int_equal(rd(AIRCR) >> 16, 0xfa05);
}

static void vectreset_needs_a_halted_core_and_spares_the_peripherals(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(AIRCR, 0x05fa0001);
	one_anomaly("VECTRESET");
	halt();
	wr(0x40000000, 0x1234); /* TIM2_CR1 */
	wr(DEMCR, 1);
	wr(AIRCR, 0x05fa0001);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(0x40000000), 0x1234);
	assert_int_equal(mon.resets, 1);
	no_anomaly();
}

static void both_resets_in_one_write_are_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(AIRCR, 0x05fa0005);
	one_anomaly("together");
	assert_int_equal(mon.resets, 2);
}

static void nrst_holds_the_core_while_the_debug_port_answers(void **state)
{
	uint32_t value;

	(void)state;
	bench("stm32f103c8");
	sleep_ms(2);
	chip_nrst(chip, true);
	wr(DHCSR, HALT);
	assert_true(chip_swd_answers(chip));
	assert_true(rd(DHCSR) & S_RESET);
	assert_true(rd(DHCSR) & S_RESET); /* it is still in reset */
	assert_false(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(0xe000ed00), 0x411fc231);
	no_anomaly();
	assert_int_equal(chip_ahb_read(chip, RAM, 4, &value), AHB_FAULT);
	one_anomaly("NRST is low");
	sleep_ms(2);
	chip_nrst(chip, false);
	sleep_ms(2);
	assert_false(rd(DHCSR) & S_HALT); /* C_HALT did not outlive the reset */
	assert_int_equal(rd(RAM), 0x600df00d);
}

static void a_catch_armed_under_reset_counts(void **state)
{
	(void)state;
	bench("stm32f103c8");
	chip_nrst(chip, true);
	wr(DHCSR, HALT);
	wr(DEMCR, 0x01000001);
	assert_int_equal(rd(DFSR), 0);
	chip_nrst(chip, false);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(DFSR), 8);
	no_anomaly();
}

static void nrst_that_is_not_wired_does_nothing(void **state)
{
	(void)state;
	bench("stm32f103c8");
	chip_faults(chip)->nrst_not_wired = true;
	chip_nrst(chip, true);
	chip_nrst(chip, false);
	assert_int_equal(mon.resets, 1);
}

static void a_hardfault_is_caught_when_armed(void **state)
{
	static const uint16_t code[] = { 0x2000, 0x43c0, 0x6800, BKPT }; /* r0 = 0xffffffff; ldr r0,[r0] */

	(void)state;
	bench("stm32f103c8");
	halt();
	wr(DEMCR, 0x00000400);
	start_code(code, ARRAY_SIZE(code));
	sleep_us(100);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(DFSR), 8);
	assert_int_equal(rd(0xe000ed2c), 0x40000000); /* HFSR.FORCED */
	wr(0xe000ed2c, 0x40000000);
	assert_int_equal(rd(0xe000ed2c), 0);
	no_anomaly();
}

static void software_cannot_use_dhcsr_but_may_reset(void **state)
{
	/* ldr r0,[pc,#12] DHCSR; ldr r1,[pc,#16]; str r1,[r0]; ldr r2,[r0]; ldr r0,[pc,#12]; ldr r1,[pc,#12]; str
	 * r1,[r0]; b . */
	static const uint16_t code[] = { 0x4803, 0x4904, 0x6001, 0x6802, 0x4803, 0x4904, 0x6001, 0xe7fe,
					 0xedf0, 0xe000, 0x0003, 0xa05f, 0xed0c, 0xe000, 0x0004, 0x05fa };

	(void)state;
	bench("stm32f103c8");
	halt();
	load_code(code, ARRAY_SIZE(code));
	set_core_reg(15, CODE_AT);
	set_core_reg(16, 0x01000000);
	wr(DHCSR, DETACH);
	sleep_us(20);
	assert_int_equal(mon.resets, 2);
	assert_int_equal(rd(DHCSR) & 0xf, 0);
	assert_true(rd(0x40021024) & 1u << 28); /* SFTRSTF */
	no_anomaly();
}

/* --- SCB, NVIC, SysTick, DWT, FPB ------------------------------------------------------------ */

static void scb_registers_keep_what_exists(void **state)
{
	static const struct {
		uint32_t addr, write, read;
	} cases[] = {
		{ 0xe000ed08, 0x20000123, 0x20000100 }, /* VTOR */
		{ 0xe000ed10, 0xffffffff, 0x00000016 }, /* SCR */
		{ 0xe000ed14, 0x00000008, 0x00000008 }, /* CCR */
		{ 0xe000ed18, 0xffffffff, 0x00f0f0f0 }, /* SHPR1 */
		{ 0xe000ed24, 0x00070000, 0x00070000 }, /* SHCSR */
		{ 0xe000ed88, 0xffffffff, 0x00f00000 }, /* CPACR */
		{ 0xe000ed0c, 0x05fa0300, 0xfa050300 }, /* AIRCR.PRIGROUP */
		{ 0xe000e400, 0x12345678, 0x10305070 }, /* IPR0 */
		{ 0xe000e100, 0x00000011, 0x00000011 }, /* ISER0 */
		{ 0xe0002000, 0x00000001, 0x00000260 }, /* FP_CTRL without key */
		{ 0xe0002000, 0x00000003, 0x00000261 }, /* and with it */
		{ 0xe0002008, 0x48000101, 0x48000101 }, /* FP_COMP0 */
		{ 0xe0001020, 0x12345678, 0x12345678 }, /* DWT_COMP0 */
	};

	(void)state;
	bench("stm32f407vg");
	halt();
	wr(0xe0001020, 0x12345678);
	assert_int_equal(rd(0xe0001020), 0); /* the DWT has no clock without TRCENA */
	wr(DEMCR, 1u << 24);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		wr(cases[i].addr, cases[i].write);
		assert_int_equal(rd(cases[i].addr), cases[i].read);
	}
	wr(0xe000e180, 0x00000001);
	assert_int_equal(rd(0xe000e100), 0x00000010);
	wr(0xe000e200, 0x00000006);
	assert_int_equal(rd(0xe000e280), 0x00000006);
	wr(0xe000e280, 0x00000002);
	assert_int_equal(rd(0xe000e200), 0x00000004);
	assert_true(rd(0xe000ed04) & 1u << 22); /* ISRPENDING */
	no_anomaly();
}

static void priorities_take_bytes_and_other_registers_do_not(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr_size(0xe000e401, 1, 0x80);
	assert_int_equal(rd(0xe000e400), 0x00008000);
	wr_size(0xe000ed23, 1, 0x40); /* SysTick */
	assert_int_equal(rd(0xe000ed20), 0x40000000);
	no_anomaly();
	wr_size(0xe000ed10, 1, 4);
	one_anomaly("in 1 bytes");
}

static void systick_counts_core_cycles_and_stands_still_in_debug_state(void **state)
{
	uint32_t value;

	(void)state;
	bench("stm32f103c8");
	sleep_us(1500);
	halt();
	value = rd(0xe000e018);
	sleep_us(700);
	assert_int_equal(rd(0xe000e018), value);
	wr(DHCSR, GO);
	sleep_us(100);
	assert_in_range((value + 8000 - rd(0xe000e018)) % 8000, 795, 805);
}

static void systick_countflag_is_cleared_by_a_read(void **state)
{
	static const uint16_t spin[] = { 0xe7fe };

	(void)state;
	bench("stm32f103c8");
	halt();
	wr(0xe000e014, 99);
	wr(0xe000e018, 0);
	wr(0xe000e010, 5);
	start_code(spin, 1);
	sleep_us(20);
	assert_int_equal(rd(0xe000e010), 0x10005);
	assert_int_equal(rd(0xe000e010), 0x5);
	wr(0xe000e010, 1); /* one in eight */
	wr(0xe000e018, 0);
	sleep_us(90);
	assert_int_equal(rd(0xe000e010), 0x1);
	sleep_us(20);
	assert_int_equal(rd(0xe000e010), 0x10001);
}

static void cyccnt_counts_while_enabled(void **state)
{
	static const uint16_t spin[] = { 0xe7fe };
	uint32_t count;

	(void)state;
	bench("stm32f103c8");
	halt();
	wr(DEMCR, 1u << 24);
	wr(0xe0001000, 1);
	wr(0xe0001004, 0);
	start_code(spin, 1);
	sleep_us(100);
	assert_in_range(rd(0xe0001004), 795, 810);
	halt();
	count = rd(0xe0001004);
	sleep_us(100);
	assert_int_equal(rd(0xe0001004), count);
}

/* --- identity and DBGMCU ------------------------------------------------------------------------ */

static void rom_table_names_its_components_and_st(void **state)
{
	(void)state;
	bench("stm32f103c8");
	assert_int_equal(rd(0xe00ff000), 0xfff0f003);
	assert_int_equal(rd(0xe00ff018), 0);
	assert_int_equal(rd(0xe00fffe0), 0x10);
	assert_int_equal(rd(0xe00fffe4), 0x04);
	assert_int_equal(rd(0xe00fffe8) & 0xf, 0x0a); /* JEP106 used, designer 0x20 */
	assert_int_equal(rd(0xe00ffff4), 0x10);
	assert_int_equal(rd(0xe000eff0), 0x0d);
	no_anomaly();
}

static void f1_software_reads_dbgmcu_as_zero_unless_debugged(void **state)
{
	/* ldr r0,[pc,#8] DBGMCU; ldr r1,[r0]; mov.w r2,#0x20000000; str r1,[r2]; b . */
	static const uint16_t code[] = { 0x4802, 0x6801, 0xf04f, 0x5200, 0x6011, 0xe7fe, 0x2000, 0xe004 };

	(void)state;
	bench("stm32f103c8");
	halt();
	start_code(code, ARRAY_SIZE(code));
	sleep_us(50);
	assert_int_equal(rd(RAM), 0x20036410);
	halt();
	wr(RAM, 0x55);
	set_core_reg(15, CODE_AT);
	wr(DHCSR, DETACH);
	sleep_us(50);
	assert_int_equal(rd(RAM), 0);
}

static void f40x_revision_a_gives_the_id_of_an_f2(void **state)
{
	(void)state;
	bench("stm32f407vg-a");
	assert_int_equal(rd(0xe0042000), 0x20006411);
	assert_int_equal(rd(0xe000ed00), 0x410fc241);
}

static void f1_has_no_apb1_fz(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(APB1_FZ, 0x1800);
	assert_int_equal(rd(APB1_FZ), 0);
	wr(DBGMCU_CR, 0x307);
	assert_int_equal(rd(DBGMCU_CR), 0x307);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_running_core_is_halted_and_let_go, leave_bench),
		cmocka_unit_test_teardown(dhcsr_without_its_key_is_ignored, leave_bench),
		cmocka_unit_test_teardown(c_halt_needs_c_debugen, leave_bench),
		cmocka_unit_test_teardown(clearing_c_debugen_lets_a_halted_core_run, leave_bench),
		cmocka_unit_test_teardown(a_step_is_one_instruction, leave_bench),
		cmocka_unit_test_teardown(s_sleep_shows_wfi_and_c_halt_ends_it, leave_bench),
		cmocka_unit_test_teardown(lockup_is_shown_and_c_halt_ends_it, leave_bench),
		cmocka_unit_test_teardown(s_retire_and_s_reset_are_cleared_by_a_read, leave_bench),
		cmocka_unit_test_teardown(maskints_changed_while_running_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(maskints_and_run_in_one_write_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(stepping_a_running_core_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(core_registers_are_read_and_written_while_halted, leave_bench),
		cmocka_unit_test_teardown(core_registers_of_a_running_core_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_core_register_that_does_not_exist_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(system_reset_keeps_the_debug_domain_but_c_halt, leave_bench),
		cmocka_unit_test_teardown(power_on_clears_the_debug_domain, leave_bench),
		cmocka_unit_test_teardown(vc_corereset_catches_before_the_first_instruction, leave_bench),
		cmocka_unit_test_teardown(aircr_without_its_key_does_nothing, leave_bench),
		cmocka_unit_test_teardown(vectreset_needs_a_halted_core_and_spares_the_peripherals, leave_bench),
		cmocka_unit_test_teardown(both_resets_in_one_write_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(nrst_holds_the_core_while_the_debug_port_answers, leave_bench),
		cmocka_unit_test_teardown(a_catch_armed_under_reset_counts, leave_bench),
		cmocka_unit_test_teardown(nrst_that_is_not_wired_does_nothing, leave_bench),
		cmocka_unit_test_teardown(a_hardfault_is_caught_when_armed, leave_bench),
		cmocka_unit_test_teardown(software_cannot_use_dhcsr_but_may_reset, leave_bench),
		cmocka_unit_test_teardown(scb_registers_keep_what_exists, leave_bench),
		cmocka_unit_test_teardown(priorities_take_bytes_and_other_registers_do_not, leave_bench),
		cmocka_unit_test_teardown(systick_counts_core_cycles_and_stands_still_in_debug_state, leave_bench),
		cmocka_unit_test_teardown(systick_countflag_is_cleared_by_a_read, leave_bench),
		cmocka_unit_test_teardown(cyccnt_counts_while_enabled, leave_bench),
		cmocka_unit_test_teardown(rom_table_names_its_components_and_st, leave_bench),
		cmocka_unit_test_teardown(f1_software_reads_dbgmcu_as_zero_unless_debugged, leave_bench),
		cmocka_unit_test_teardown(f40x_revision_a_gives_the_id_of_an_f2, leave_bench),
		cmocka_unit_test_teardown(f1_has_no_apb1_fz, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
