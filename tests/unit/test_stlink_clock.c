/* SPDX-License-Identifier: MIT */
/* The clock is never above the request. */
#include "scripted.h"

#define V2  0x3748
#define V3S 0x374f

static struct bench b;

static void a_v2_takes_the_largest_step_up_to_the_request(void **state)
{
	static const struct {
		uint32_t ask, khz;
		uint16_t divisor;
	} rows[] = {
		{ 24000, 4000, 0 }, { 4000, 4000, 0 }, { 3999, 1800, 1 }, { 1800, 1800, 1 }, { 1799, 1200, 2 },
		{ 1000, 950, 3 },   { 650, 650, 5 },   { 500, 480, 7 },   { 400, 400, 9 },   { 399, 360, 10 },
		{ 240, 240, 15 },   { 150, 150, 25 },  { 149, 125, 31 },  { 100, 100, 40 },  { 50, 50, 79 },
		{ 25, 25, 158 },    { 15, 15, 265 },   { 5, 5, 798 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct exchange script[] = {
			OUT(0xf2, 0x43, (uint8_t)rows[i].divisor, (uint8_t)(rows[i].divisor >> 8)),
			OK,
			END,
		};

		bench_open(&b, V2, v2j29s7, script);
		assert_int_equal(stlink_set_speed(&b.probe, rows[i].ask), 0);
		assert_int_equal(b.probe.speed_khz, rows[i].khz);
		script_finished(&b);
	}
}

static void a_clock_below_the_slowest_is_refused(void **state)
{
	const struct exchange script[] = { END };

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_set_speed(&b.probe, 4), STFLASH_E_ARG);
	text_has(&b, "slowest is 5 kHz");
}

static void old_firmware_stays_at_1800(void **state)
{
	const struct exchange script[] = { END };

	(void)state;
	bench_open(&b, V2, v2j17s4, script);
	assert_int_equal(stlink_set_speed(&b.probe, 4000), 0);
	assert_int_equal(b.probe.speed_khz, 1800);
	assert_int_equal(stlink_slower(&b.probe), 0);
	assert_int_equal(stlink_set_speed(&b.probe, 1000), STFLASH_E_UNSUPPORTED);
	text_has(&b, "needs V2J22 or newer; this probe has V2J17S4");
}

static void the_ladder_of_a_v2_goes_down_in_five_steps(void **state)
{
	static const uint32_t ladder[] = { 4000, 1800, 950, 480, 125, 0 };

	(void)state;
	bench_open(&b, V2, v2j29s7, NULL);
	assert_int_equal(stlink_slower(&b.probe), 0);
	for (size_t i = 0; i + 1 < ARRAY_SIZE(ladder); i++) {
		b.probe.speed_khz = ladder[i];
		assert_int_equal(stlink_slower(&b.probe), ladder[i + 1]);
	}
	b.probe.speed_khz = 1200;
	assert_int_equal(stlink_slower(&b.probe), 950);
}

#define V3_LIST                                                                                                     \
	OUT(0xf2, 0x62, 0x00), IN(0x80, 0, 0, 0, B4(3300), B4(7), B4(24000), B4(8000), B4(3300), B4(1000), B4(200), \
				  B4(50), B4(5), B4(0), B4(0), B4(0))

static void a_v3_takes_the_largest_of_its_list_up_to_the_request(void **state)
{
	const struct exchange script[] = {
		V3_LIST,
		OUT(0xf2, 0x61, 0x00, 0x00, B4(3300)),
		IN(0x80, 0, 0, 0, B4(3300)),
		OUT(0xf2, 0x61, 0x00, 0x00, B4(24000)),
		IN(0x80, 0, 0, 0, B4(24000)),
		END,
	};

	(void)state;
	bench_open(&b, V3S, v3j7m2, script);
	assert_int_equal(stlink_set_speed(&b.probe, 4000), 0);
	assert_int_equal(b.probe.speed_khz, 3300);
	assert_int_equal(stlink_slower(&b.probe), 1000);
	assert_int_equal(stlink_set_speed(&b.probe, 30000), 0);
	assert_int_equal(b.probe.speed_khz, 24000);
	assert_int_equal(stlink_set_speed(&b.probe, 4), STFLASH_E_ARG);
	text_has(&b, "a clock of 4 kHz is not possible: the probe has no slower one");
	script_finished(&b);
}

static void a_v3_that_lists_nothing_is_an_error(void **state)
{
	const struct exchange nothing[] = { OUT(0xf2, 0x62, 0x00), IN(0x80, [51] = 0), END };

	(void)state;
	bench_open(&b, V3S, v3j7m2, nothing);
	assert_int_equal(stlink_set_speed(&b.probe, 4000), STFLASH_E_PROBE);
	text_has(&b, "the probe lists no SWD clock: update its firmware");
	script_finished(&b);
}

/* Every peer goes on; the number is no measurement. The ladder goes by what was asked for, so it still ends. */
static void a_v3_that_says_more_than_was_asked_for_is_used_with_a_warning(void **state)
{
	const struct exchange script[] = {
		V3_LIST,
		OUT(0xf2, 0x61, 0x00, 0x00, B4(3300)),
		IN(0x80, 0, 0, 0, B4(8000)),
		END,
	};

	(void)state;
	bench_open(&b, V3S, v3j7m2, script);
	watch_warnings(&b);
	assert_int_equal(stlink_set_speed(&b.probe, 4000), 0);
	assert_int_equal(b.probe.speed_khz, 8000);
	warned_of("says that it runs SWD at 8000 kHz, although 3300 were asked for");
	assert_int_equal(stlink_slower(&b.probe), 1000);
	script_finished(&b);
}

static void a_v3_that_is_unplugged_is_not_taken_for_one_without_clocks(void **state)
{
	const struct exchange at_list[] = { OUT_ERR(STFLASH_E_UNPLUGGED, 0xf2, 0x62, 0x00), END };
	const struct exchange at_setting[] = {
		V3_LIST,
		OUT_ERR(STFLASH_E_UNPLUGGED, 0xf2, 0x61, 0x00, 0x00, B4(3300)),
		END,
	};

	(void)state;
	bench_open(&b, V3S, v3j7m2, at_list);
	assert_int_equal(stlink_set_speed(&b.probe, 4000), STFLASH_E_UNPLUGGED);
	script_finished(&b);
	bench_open(&b, V3S, v3j7m2, at_setting);
	assert_int_equal(stlink_set_speed(&b.probe, 4000), STFLASH_E_UNPLUGGED);
	assert_int_equal(b.probe.speed_khz, 0);
	script_finished(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_v2_takes_the_largest_step_up_to_the_request),
		cmocka_unit_test(a_clock_below_the_slowest_is_refused),
		cmocka_unit_test(old_firmware_stays_at_1800),
		cmocka_unit_test(the_ladder_of_a_v2_goes_down_in_five_steps),
		cmocka_unit_test(a_v3_takes_the_largest_of_its_list_up_to_the_request),
		cmocka_unit_test(a_v3_that_lists_nothing_is_an_error),
		cmocka_unit_test(a_v3_that_says_more_than_was_asked_for_is_used_with_a_warning),
		cmocka_unit_test(a_v3_that_is_unplugged_is_not_taken_for_one_without_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
