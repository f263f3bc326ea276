/* SPDX-License-Identifier: MIT */
/* The window watchdog: RM0008 20, RM0090 22. */
#include "chip_fixture.h"

#define WWDG_CR  0x40002c00u
#define WWDG_CFR 0x40002c04u
#define WWDG_SR  0x40002c08u
#define WWDGEN   (1u << 11)
#define WWDGRSTF (1u << 30)

struct family {
	const char *part;
	uint32_t apb1enr, csr;
	uint32_t freeze, freeze_bit;
	uint32_t tick_us; /* 4096 cycles of HSI */
};

static const struct family families[] = {
	{ "stm32f103c8", 0x4002101c, 0x40021024, DBGMCU_CR, 1u << 9, 512 },
	{ "stm32f407vg", 0x40023840, 0x40023874, APB1_FZ, 1u << 11, 256 },
};

/* Clocked, and the core halted, so that nobody but the test is there. */
static const struct family *bench_of(size_t i)
{
	bench(families[i].part);
	halt();
	wr(families[i].apb1enr, WWDGEN);
	return &families[i];
}

static bool was_reset(const struct family *f)
{
	return rd(f->csr) & WWDGRSTF;
}

static void it_has_its_values_after_reset(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		bench_of(i);
		assert_int_equal(rd(WWDG_CR), 0x7f);
		assert_int_equal(rd(WWDG_CFR), 0x7f);
		assert_int_equal(rd(WWDG_SR), 0);
		sleep_ms(100);
		assert_int_equal(rd(WWDG_CR), 0x7f); /* not begun */
	}
}

static void without_its_clock_it_cannot_be_begun(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		bench(families[i].part);
		halt();
		wr(WWDG_CR, 0xff);
		assert_int_equal(rd(WWDG_CR), 0);
		sleep_ms(100);
		assert_false(was_reset(&families[i]));
	}
}

static void it_counts_down_and_resets_at_0x3f(void **state)
{
	(void)state;
	for (size_t n = 0; n < 4 * ARRAY_SIZE(families); n++) {
		const uint32_t wdgtb = (uint32_t)n / 2;
		const struct family *f = bench_of(n % 2);
		const uint32_t tick_us = f->tick_us << wdgtb;

		wr(WWDG_CFR, 0x7f | wdgtb << 7);
		wr(WWDG_CR, 0xff);
		sleep_us(10 * tick_us + tick_us / 2);
		assert_int_equal(rd(WWDG_CR), 0xff - 10);
		sleep_us(53 * tick_us);
		assert_int_equal(rd(WWDG_CR), 0xc0);
		assert_int_equal(rd(WWDG_SR), 1); /* EWIF */
		assert_false(was_reset(f));
		sleep_us(tick_us);
		assert_true(was_reset(f));
		assert_int_equal(rd(f->apb1enr), 0);
	}
}

static void feeding_within_the_window_keeps_it_quiet(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const struct family *f = bench_of(i);

		wr(WWDG_CFR, 0x60);
		wr(WWDG_CR, 0xff);
		for (unsigned int n = 0; n < 20; n++) {
			sleep_us(40 * f->tick_us);
			wr(WWDG_CR, 0x7f); /* WDGA stays */
		}
		assert_false(was_reset(f));
		sleep_us(65 * f->tick_us);
		assert_true(was_reset(f));
	}
}

static void feeding_too_early_or_with_t6_clear_resets_at_once(void **state)
{
	(void)state;
	for (size_t n = 0; n < 2 * ARRAY_SIZE(families); n++) {
		const bool early = n / 2;
		const struct family *f = bench_of(n % 2);

		wr(WWDG_CFR, 0x60);
		wr(WWDG_CR, 0xff);
		sleep_us((early ? 20 : 40) * f->tick_us);
		assert_false(was_reset(f));
		wr(WWDG_CR, early ? 0xff : 0xbf);
		assert_true(was_reset(f));
	}
}

static void it_warns_once_by_its_interrupt(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const struct family *f = bench_of(i);

		wr(WWDG_CFR, 0x27f); /* EWI */
		wr(WWDG_CR, 0xc1);
		assert_int_equal(rd(0xe000e200) & 1, 0);
		sleep_us(f->tick_us + f->tick_us / 2);
		assert_int_equal(rd(0xe000e200) & 1, 1); /* IRQ 0 is pending */
		wr(WWDG_SR, 0);
		assert_int_equal(rd(WWDG_SR), 0);
		wr(WWDG_CR, 0xff);
		wr(WWDG_CFR, 0x7f);
		assert_int_equal(rd(WWDG_CFR), 0x27f); /* only a reset clears EWI */
	}
}

static void the_freeze_bit_counts_in_debug_state_only(void **state)
{
	static const uint16_t spin[] = { 0xe7fe };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const struct family *f = bench_of(i);

		wr(f->freeze, f->freeze_bit);
		wr(WWDG_CR, 0xff);
		sleep_ms(1000);
		assert_int_equal(rd(WWDG_CR), 0xff);
		start_code(spin, 1);
		sleep_us(10 * f->tick_us + f->tick_us / 2);
		assert_int_equal(rd(WWDG_CR), 0xff - 10);
		halt();
		sleep_ms(1000);
		assert_in_range(rd(WWDG_CR), 0xff - 11, 0xff - 10);
		wr(f->freeze, 0);
		sleep_us(64 * f->tick_us);
		assert_true(was_reset(f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_its_values_after_reset),
		cmocka_unit_test(without_its_clock_it_cannot_be_begun),
		cmocka_unit_test(it_counts_down_and_resets_at_0x3f),
		cmocka_unit_test(feeding_within_the_window_keeps_it_quiet),
		cmocka_unit_test(feeding_too_early_or_with_t6_clear_resets_at_once),
		cmocka_unit_test(it_warns_once_by_its_interrupt),
		cmocka_unit_test(the_freeze_bit_counts_in_debug_state_only),
	};

	return cmocka_run_group_tests(tests, NULL, leave_bench);
}
