/* SPDX-License-Identifier: MIT */
/* RCC, IWDG, low power, and the time that all of it shares with the virtual clock. */
#include "chip_fixture.h"

#define F1_RCC  0x40021000u
#define F1_ACR  0x40022000u
#define F4_RCC  0x40023800u
#define F4_ACR  0x40023c00u
#define IWDG_KR 0x40003000u
#define IWDG_PR 0x40003004u
#define RLR     0x40003008u
#define IWDG_SR 0x4000300cu
#define PWR_CR  0x40007000u
#define PWR_CSR 0x40007004u

#define PORRSTF  (1u << 27)
#define PINRSTF  (1u << 26)
#define SFTRSTF  (1u << 28)
#define IWDGRSTF (1u << 29)

static const uint16_t spin[] = { 0x3001, 0xe7fd }; /* 1: adds r0,#1; b 1b */

/* Cycles in a millisecond by DWT_CYCCNT, which is the core's clock in kHz. */
static uint32_t core_khz(void)
{
	uint32_t before;

	wr(DEMCR, 1u << 24);
	wr(0xe0001000, 1);
	start_code(spin, ARRAY_SIZE(spin));
	before = rd(0xe0001004);
	sleep_ms(1);
	before = rd(0xe0001004) - before;
	halt();
	return before;
}

/* --- clocks --------------------------------------------------------------------------- */

static void the_core_begins_with_hsi(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	assert_in_range(core_khz(), 7990, 8010);
	bench("stm32f407vg");
	halt();
	assert_in_range(core_khz(), 15990, 16010);
	no_anomaly();
}

static void f1_pll_from_hsi_gives_64_mhz(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	assert_int_equal(rd(F1_RCC) & 3, 3);
	wr(F1_ACR, 0x12);
	wr(F1_RCC + 4, 14u << 18 | 4u << 8); /* x16 of HSI / 2; APB1 half of that */
	wr(F1_RCC, 0x01000083);
	assert_false(rd(F1_RCC) & 1u << 25);
	sleep_us(201);
	assert_true(rd(F1_RCC) & 1u << 25);
	wr(F1_RCC + 4, 14u << 18 | 4u << 8 | 2);
	assert_int_equal(rd(F1_RCC + 4) & 0xf, 0xa);
	assert_in_range(core_khz(), 63950, 64050);
	no_anomaly();
}

static void f4_pll_and_prescaler_give_the_clock_of_the_manual(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(F4_ACR, 5);
	wr(F4_RCC + 4, 16 | 336 << 6); /* 16 MHz / 16 * 336 / 2 */
	wr(F4_RCC, 0x01000083);
	sleep_us(201);
	wr(F4_RCC + 8, 2 | 5u << 10); /* APB1 / 4 */
	assert_in_range(core_khz(), 167900, 168100);
	wr(F4_RCC + 8, 2 | 9u << 4); /* HPRE / 4 */
	assert_in_range(core_khz(), 41950, 42050);
	no_anomaly();
}

static void connectivity_line_multiplies_by_6_5(void **state)
{
	(void)state;
	bench("stm32f107vc");
	halt();
	wr(F1_ACR, 0x11);
	wr(F1_RCC + 4, 13u << 18);
	wr(F1_RCC, 0x01000083);
	sleep_us(201);
	wr(F1_RCC + 4, 13u << 18 | 2);
	assert_in_range(core_khz(), 25980, 26020);
	no_anomaly();
}

static void a_crystal_is_not_fitted(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(F4_RCC, 0x00010083);
	sleep_ms(1000);
	assert_false(rd(F4_RCC) & 1u << 17);
	wr(F4_RCC + 8, 1);
	one_anomaly("not ready");
	assert_int_equal(rd(F4_RCC + 8) & 0xf, 0);
}

static void a_crystal_that_is_fitted_feeds_core_and_pll(void **state)
{
	(void)state;
	bench("stm32f103c8");
	chip_faults(chip)->hse_hz = 8000000;
	halt();
	wr(F1_ACR, 0x12);
	wr(F1_RCC, 0x00010083);
	assert_false(rd(F1_RCC) & 1u << 17);
	sleep_ms(3);
	assert_true(rd(F1_RCC) & 1u << 17);
	wr(F1_RCC + 4, 7u << 18 | 1u << 16); /* x9 of HSE */
	wr(F1_RCC, 0x01010083);
	sleep_us(201);
	wr(F1_RCC + 4, 7u << 18 | 1u << 16 | 4u << 8 | 2);
	assert_in_range(core_khz(), 71950, 72050);
	wr(F1_RCC + 4, 7u << 18 | 1u << 16 | 1);
	assert_in_range(core_khz(), 7990, 8010);

	bench("stm32f407vg");
	chip_faults(chip)->hse_hz = 25000000;
	halt();
	wr(F4_ACR, 5);
	wr(F4_RCC, 0x00010083);
	sleep_ms(3);
	wr(F4_RCC + 4, 25 | 336 << 6 | 1u << 22);
	wr(F4_RCC, 0x01010083);
	sleep_us(201);
	wr(F4_RCC + 8, 2 | 5u << 10); /* APB1 / 4 */
	assert_in_range(core_khz(), 167900, 168100);
	no_anomaly();
}

static void flash_wants_hsi_and_1_mhz(void **state)
{
	(void)state;
	bench("stm32f103c8");
	chip_faults(chip)->hse_hz = 8000000;
	halt();
	wr(F1_RCC, 0x00010083);
	sleep_ms(3);
	wr(F1_RCC + 4, 1);
	wr(F1_RCC, 0x00010082);
	assert_int_equal(rd(F1_RCC) & 3, 0);
	wr(F1_ACR + 4, 0x45670123);
	wr(F1_ACR + 4, 0xcdef89ab);
	wr(F1_ACR + 0x10, 4);
	wr(F1_ACR + 0x10, 0x44);
	one_anomaly("HSI off");

	bench("stm32f407vg");
	halt();
	wr(F4_RCC + 8, 15u << 4); /* HPRE / 512 */
	wr(F4_ACR + 4, 0x45670123);
	wr(F4_ACR + 4, 0xcdef89ab);
	wr(F4_ACR + 0x10, 0x202);
	wr(F4_ACR + 0x10, 0x10202);
	one_anomaly("1 MHz");
}

static void an_unlocked_pll_cannot_be_the_clock(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(F1_RCC, 0x01000083);
	wr(F1_RCC + 4, 2);
	one_anomaly("not ready");
	assert_int_equal(rd(F1_RCC + 4) & 0xf, 0);
}

static void a_pll_that_is_on_cannot_be_changed(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(F1_RCC, 0x01000083);
	wr(F1_RCC + 4, 5u << 18);
	one_anomaly("while it is on");
	assert_int_equal(rd(F1_RCC + 4), 0);
	bench("stm32f407vg");
	halt();
	wr(F4_RCC, 0x01000083);
	wr(F4_RCC + 4, 16 | 336 << 6);
	one_anomaly("while the PLL is on");
	assert_int_equal(rd(F4_RCC + 4), 0x24003010);
}

static void a_clock_too_fast_for_the_flash_or_the_part_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(F1_RCC + 4, 14u << 18);
	wr(F1_RCC, 0x01000083);
	sleep_us(201);
	wr(F1_RCC + 4, 14u << 18 | 4u << 8 | 2);
	one_anomaly("latency");
	bench("stm32f401ce");
	halt();
	wr(F4_ACR, 3);
	wr(F4_RCC + 4, 16 | 200 << 6); /* 100 MHz */
	wr(F4_RCC, 0x01000083);
	sleep_us(201);
	wr(F4_RCC + 8, 2 | 5u << 10);
	one_anomaly("more than the part's");
}

static void apb1_too_fast_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(F4_ACR, 2);
	wr(F4_RCC + 4, 16 | 192 << 6 | 1u << 16); /* 48 MHz */
	wr(F4_RCC, 0x01000083);
	sleep_us(201);
	wr(F4_RCC + 8, 2);
	one_anomaly("PCLK1 48000000 Hz is more than the part's 42000000");
	bench("stm32f103c8");
	halt();
	wr(F1_ACR, 0x11);
	wr(F1_RCC + 4, 8u << 18); /* 40 MHz */
	wr(F1_RCC, 0x01000083);
	sleep_us(201);
	wr(F1_RCC + 4, 8u << 18 | 2);
	one_anomaly("PCLK1 40000000 Hz");
}

static void a_vco_out_of_range_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(F4_ACR, 5);
	wr(F4_RCC + 4, 16 | 60 << 6 | 3u << 16); /* VCO 60 MHz */
	wr(F4_RCC, 0x01000083);
	sleep_us(201);
	wr(F4_RCC + 8, 2);
	one_anomaly("VCO");
}

static void reserved_factors_are_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f107vc");
	halt();
	wr(F1_RCC, 0x01000083);
	sleep_us(201);
	wr(F1_RCC + 4, 2); /* PLLMUL 0 */
	one_anomaly("reserved");
	bench("stm32f407vg");
	halt();
	wr(F4_RCC + 4, 1 | 336 << 6);
	wr(F4_RCC, 0x01000083);
	sleep_us(201);
	wr(F4_RCC + 8, 2);
	one_anomaly("out of range");
}

static void reset_flags_say_why_and_rmvf_clears_them(void **state)
{
	(void)state;
	bench("stm32f103c8");
	assert_int_equal(rd(F1_RCC + 0x24) & 0xfe000000, PORRSTF | PINRSTF);
	wr(F1_RCC + 0x24, 1u << 24);
	assert_int_equal(rd(F1_RCC + 0x24) & 0xfe000000, 0);
	halt();
	reset_halt();
	assert_int_equal(rd(F1_RCC + 0x24) & 0xfe000000, SFTRSTF | PINRSTF);
	wr(F1_RCC + 0x24, 1u << 24);
	chip_nrst(chip, true);
	chip_nrst(chip, false);
	assert_int_equal(rd(F1_RCC + 0x24) & 0xfe000000, PINRSTF);
	no_anomaly();
}

/* --- watchdog ----------------------------------------------------------------------------- */

static void start_watchdog(uint32_t pr, uint32_t reload)
{
	wr(IWDG_KR, 0x5555);
	wr(IWDG_PR, pr);
	wr(RLR, reload);
	wr(IWDG_KR, 0xcccc);
}

static void the_watchdog_bites_after_its_period(void **state)
{
	(void)state;
	bench("stm32f103c8");
	start_watchdog(2, 999); /* 16 * 1000 / 40 kHz = 400 ms */
	sleep_ms(399);
	assert_int_equal(mon.resets, 1);
	sleep_ms(2);
	assert_int_equal(mon.resets, 2);
	assert_true(rd(F1_RCC + 0x24) & IWDGRSTF);
	sleep_ms(1000);
	assert_int_equal(mon.resets, 2);
	no_anomaly();
}

static void a_reload_in_time_keeps_it_away(void **state)
{
	(void)state;
	bench("stm32f407vg");
	start_watchdog(0, 799); /* 4 * 800 / 32 kHz = 100 ms */
	for (int i = 0; i < 20; i++) {
		sleep_ms(90);
		wr(IWDG_KR, 0xaaaa);
	}
	assert_int_equal(mon.resets, 1);
	sleep_ms(101);
	assert_int_equal(mon.resets, 2);
	no_anomaly();
}

static void it_stands_still_in_debug_state_only_with_its_bit(void **state)
{
	static const struct {
		const char *part;
		uint32_t addr, value;
	} cases[] = { { "stm32f103c8", DBGMCU_CR, 0x100 }, { "stm32f407vg", APB1_FZ, 0x1000 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		wr(cases[i].addr, cases[i].value);
		start_watchdog(0, 799);
		halt();
		sleep_ms(5000);
		assert_int_equal(mon.resets, 1);
		wr(DHCSR, GO);
		sleep_ms(150);
		assert_int_equal(mon.resets, 2);

		bench(cases[i].part);
		start_watchdog(0, 799);
		halt();
		sleep_ms(150);
		assert_int_equal(mon.resets, 2);
		no_anomaly();
	}
}

static void its_registers_need_the_key_and_time(void **state)
{
	(void)state;
	bench("stm32f103c8");
	wr(IWDG_PR, 3);
	assert_int_equal(rd(IWDG_PR), 0);
	one_anomaly("0x5555");
	wr(IWDG_KR, 0xcccc);
	wr(IWDG_KR, 0x5555);
	wr(IWDG_PR, 3);
	assert_int_equal(rd(IWDG_SR), 1);
	wr(IWDG_PR, 4);
	one_anomaly("busy");
	sleep_us(130);
	assert_int_equal(rd(IWDG_SR), 0);
	wr(IWDG_KR, 0xaaaa); /* protects again */
	wr(IWDG_PR, 4);
	one_anomaly("0x5555");
}

static void the_hardware_watchdog_starts_with_every_reset(void **state)
{
	static const char *const names[] = { "stm32f103c8", "stm32f407vg" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		bench_without_power(names[i]);
		assert_true(chip_preset(chip, PRESET_HARDWARE_WATCHDOG, 1));
		chip_power(chip, true);
		sleep_ms(i ? 511 : 409);
		assert_int_equal(mon.resets, 1);
		sleep_ms(2);
		assert_int_equal(mon.resets, 2);
		sleep_ms(i ? 513 : 411);
		assert_int_equal(mon.resets, 3);
	}
}

static void it_bites_through_a_core_that_waits_for_flash(void **state)
{
	/* r0 = 0x40023c00; ldr r1,[pc,#8]; str r1,[r0,#16]; mov.w r2,#0x08000000; ldr r3,[r2]; b . */
	static const uint16_t code[] = { 0xf643, 0x4000, 0xf2c4, 0x0002, 0x4902, 0x6101,
					 0xf04f, 0x6200, 0x6813, 0xe7fe, 0x022a, 0x0001 };

	(void)state;
	bench("stm32f407vg");
	halt();
	wr(F4_ACR + 4, 0x45670123);
	wr(F4_ACR + 4, 0xcdef89ab);
	start_watchdog(0, 799);
	start_code(code, ARRAY_SIZE(code));
	sleep_ms(95);
	assert_int_equal(mon.page_erases, 1);
	assert_int_equal(mon.resets, 1);
	sleep_ms(10);
	assert_int_equal(mon.resets, 2);
	assert_int_equal(rd(F4_ACR + 0x0c), 0);
}

/* --- low power -------------------------------------------------------------------------------- */

#define WFI 0xbf30

static void fall_asleep(const char *name, uint32_t pwr_cr, uint32_t dbgmcu_cr)
{
	static const uint16_t code[] = { WFI, 0xe7fd };

	bench(name);
	halt();
	wr(0xe000e010, 0); /* no SysTick */
	wr(PWR_CR, pwr_cr);
	wr(DBGMCU_CR, dbgmcu_cr);
	wr(0xe000ed10, 4); /* SLEEPDEEP */
	start_code(code, ARRAY_SIZE(code));
	sleep_ms(1);
}

static void stop_mode_ends_swd_unless_dbg_stop(void **state)
{
	uint32_t value;

	(void)state;
	fall_asleep("stm32f103c8", 0, 0);
	assert_false(chip_swd_answers(chip));
	assert_int_equal(chip_ahb_read(chip, RAM, 4, &value), AHB_FAULT);
	chip_nrst(chip, true);
	assert_true(chip_swd_answers(chip));
	chip_nrst(chip, false);
	assert_true(chip_swd_answers(chip));

	fall_asleep("stm32f103c8", 0, 2);
	assert_true(chip_swd_answers(chip));
	assert_true(rd(DHCSR) & S_SLEEP);
	halt();
	assert_in_range(get_core_reg(15), CODE_AT, CODE_AT + 2);
	no_anomaly();
}

static void standby_ends_swd_and_loses_sram(void **state)
{
	uint32_t before;

	(void)state;
	fall_asleep("stm32f407vg", 2, 0);
	assert_false(chip_swd_answers(chip));
	chip_nrst(chip, true);
	chip_nrst(chip, false);
	assert_int_not_equal(rd(CODE_AT), 0xe7fdbf30);
	assert_int_equal(rd(PWR_CSR) & 2, 2);

	fall_asleep("stm32f407vg", 2, 4);
	assert_true(chip_swd_answers(chip));
	before = rd(CODE_AT);
	assert_int_equal(before, 0xe7fdbf30);
	no_anomaly();
}

static void sleep_leaves_swd_alone(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_us(1500);
	assert_true(rd(DHCSR) & S_SLEEP);
	assert_true(chip_swd_answers(chip));
}

/* --- pins and supply ------------------------------------------------------------------------------ */

static void remapped_pins_end_swd_until_reset(void **state)
{
	static const struct {
		const char *part;
		uint32_t addr, value;
	} cases[] = {
		{ "stm32f103c8", 0x40010004, 0x04000000 }, /* AFIO_MAPR.SWJ_CFG */
		{ "stm32f407vg", 0x40020000, 0x00000000 }, /* GPIOA_MODER */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		wr(cases[i].addr, cases[i].value);
		assert_false(chip_swd_answers(chip));
		chip_nrst(chip, true);
		assert_true(chip_swd_answers(chip));
		chip_nrst(chip, false);
		assert_true(chip_swd_answers(chip));
	}
}

static void firmware_switches_swd_off_some_instructions_after_reset(void **state)
{
	(void)state;
	bench("stm32f103c8");
	chip_faults(chip)->swd_off_by_firmware = true;
	chip_faults(chip)->swd_off_after = 100;
	assert_true(chip_swd_answers(chip));
	sleep_ms(100);
	assert_false(chip_swd_answers(chip));
	chip_nrst(chip, true);
	assert_true(chip_swd_answers(chip));
	wr(DHCSR, HALT);
	wr(DEMCR, 1);
	chip_nrst(chip, false);
	sleep_ms(100);
	assert_true(chip_swd_answers(chip)); /* caught before it could */
}

static void without_supply_nothing_answers(void **state)
{
	uint32_t value;

	(void)state;
	bench_without_power("stm32f103c8");
	chip_faults(chip)->no_power = true;
	chip_power(chip, true);
	assert_false(chip_powered(chip));
	assert_false(chip_swd_answers(chip));
	assert_int_equal(chip_ahb_read(chip, RAM, 4, &value), AHB_FAULT);

	bench("stm32f103c8");
	chip_faults(chip)->no_power = true;
	sleep_ms(1);
	assert_false(chip_powered(chip));
}

static void power_on_fills_sram_with_noise(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(RAM + 0x1000, 0x12345678);
	reset_halt();
	assert_int_equal(rd(RAM + 0x1000), 0x12345678);
	chip_power(chip, true);
	assert_int_not_equal(rd(RAM + 0x1000), 0x12345678);
}

static void a_long_wait_is_caught_up_with(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_ms(3000);
	halt();
	sleep_ms(24ull * 3600 * 1000);
	wr(DHCSR, GO);
	sleep_ms(1000);
	assert_in_range(rd(FW_MS), 3998, 4001);
	no_anomaly();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_core_begins_with_hsi, leave_bench),
		cmocka_unit_test_teardown(f1_pll_from_hsi_gives_64_mhz, leave_bench),
		cmocka_unit_test_teardown(f4_pll_and_prescaler_give_the_clock_of_the_manual, leave_bench),
		cmocka_unit_test_teardown(connectivity_line_multiplies_by_6_5, leave_bench),
		cmocka_unit_test_teardown(a_crystal_is_not_fitted, leave_bench),
		cmocka_unit_test_teardown(a_crystal_that_is_fitted_feeds_core_and_pll, leave_bench),
		cmocka_unit_test_teardown(flash_wants_hsi_and_1_mhz, leave_bench),
		cmocka_unit_test_teardown(reserved_factors_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(an_unlocked_pll_cannot_be_the_clock, leave_bench),
		cmocka_unit_test_teardown(a_pll_that_is_on_cannot_be_changed, leave_bench),
		cmocka_unit_test_teardown(a_clock_too_fast_for_the_flash_or_the_part_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(apb1_too_fast_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_vco_out_of_range_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(reset_flags_say_why_and_rmvf_clears_them, leave_bench),
		cmocka_unit_test_teardown(the_watchdog_bites_after_its_period, leave_bench),
		cmocka_unit_test_teardown(a_reload_in_time_keeps_it_away, leave_bench),
		cmocka_unit_test_teardown(it_stands_still_in_debug_state_only_with_its_bit, leave_bench),
		cmocka_unit_test_teardown(its_registers_need_the_key_and_time, leave_bench),
		cmocka_unit_test_teardown(the_hardware_watchdog_starts_with_every_reset, leave_bench),
		cmocka_unit_test_teardown(it_bites_through_a_core_that_waits_for_flash, leave_bench),
		cmocka_unit_test_teardown(stop_mode_ends_swd_unless_dbg_stop, leave_bench),
		cmocka_unit_test_teardown(standby_ends_swd_and_loses_sram, leave_bench),
		cmocka_unit_test_teardown(sleep_leaves_swd_alone, leave_bench),
		cmocka_unit_test_teardown(remapped_pins_end_swd_until_reset, leave_bench),
		cmocka_unit_test_teardown(firmware_switches_swd_off_some_instructions_after_reset, leave_bench),
		cmocka_unit_test_teardown(without_supply_nothing_answers, leave_bench),
		cmocka_unit_test_teardown(power_on_fills_sram_with_noise, leave_bench),
		cmocka_unit_test_teardown(a_long_wait_is_caught_up_with, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
