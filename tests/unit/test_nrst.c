/* SPDX-License-Identifier: MIT */
/* The owner of NRST: it is driven when that changes something, and released on every way out. */
#include "scripted.h"

#define V2       0x3748
#define LOW      OUT(0xf2, 0x3c, 0x00)
#define HIGH     OUT(0xf2, 0x3c, 0x01)
#define ENTER    OUT(0xf2, 0x30, 0xa3), OK, OUT(0xf2, 0x4b, 0x00), OK
#define CLOSE_AP OUT(0xf2, 0x4c, 0x00), OK
#define EXIT     OUT(0xf2, 0x21)

static struct bench b;

static void in_debug_mode(const struct exchange *script)
{
	bench_open(&b, V2, v2j29s7, script);
	b.probe.ap_open = true;
}

static void outside(const struct exchange *script)
{
	bench_open(&b, V2, v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
}

static void it_is_driven_only_when_that_changes_something(void **state)
{
	const struct exchange script[] = { LOW, OK, HIGH, OK, LOW, OK, HIGH, OK, END };

	(void)state;
	in_debug_mode(script);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(stlink_hold_nrst(&b.probe), 0);
		assert_int_equal(stlink_hold_nrst(&b.probe), 0);
		assert_int_equal(stlink_release_nrst(&b.probe), 0);
		assert_int_equal(stlink_release_nrst(&b.probe), 0);
	}
	script_finished(&b);
}

static void what_an_earlier_run_left_low_is_released_once_and_only_when_asked_for(void **state)
{
	const struct exchange asked[] = { HIGH, OK, CLOSE_AP, EXIT, END };
	const struct exchange not_asked[] = { CLOSE_AP, EXIT, END };

	(void)state;
	in_debug_mode(asked);
	assert_int_equal(stlink_release_nrst(&b.probe), 0);
	assert_int_equal(stlink_release_nrst(&b.probe), 0);
	assert_int_equal(stlink_leave(&b.probe), 0);
	script_finished(&b);
	in_debug_mode(not_asked);
	assert_int_equal(stlink_leave(&b.probe), 0);
	script_finished(&b);
}

static void an_answer_outside_of_debug_mode_says_nothing(void **state)
{
	const struct exchange refused[] = { LOW, IN(0x08, 0x00), ENTER, LOW, OK, END };
	const struct exchange accepted[] = { LOW, OK, ENTER, LOW, OK, END };
	const struct exchange *const scripts[] = { refused, accepted };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		outside(scripts[i]);
		assert_int_equal(stlink_hold_nrst(&b.probe), 0);
		assert_string_equal(b.ctx.errmsg, "");
		assert_int_equal(stlink_enter_swd(&b.probe), 0);
		assert_int_equal(stlink_hold_nrst(&b.probe), 0);
		assert_int_equal(stlink_hold_nrst(&b.probe), 0);
		script_finished(&b);
	}
}

/* So it is when the port is recovered: the chip must not run meanwhile, and the probe may have forgotten. */
static void it_stays_low_through_debug_mode_entered_anew_and_is_driven_again(void **state)
{
	const struct exchange script[] = { LOW, OK, CLOSE_AP, EXIT, ENTER, LOW, OK, END };

	(void)state;
	in_debug_mode(script);
	assert_int_equal(stlink_hold_nrst(&b.probe), 0);
	assert_int_equal(stlink_enter_swd(&b.probe), 0);
	assert_int_equal(stlink_hold_nrst(&b.probe), 0);
	script_finished(&b);
}

static void leaving_the_probe_releases_it_first(void **state)
{
	const struct exchange script[] = { LOW, OK, HIGH, OK, CLOSE_AP, EXIT, END };

	(void)state;
	in_debug_mode(script);
	assert_int_equal(stlink_hold_nrst(&b.probe), 0);
	assert_int_equal(stlink_leave(&b.probe), 0);
	assert_int_equal(stlink_close(&b.probe), 0);
	script_finished(&b);
}

/* SWD was never entered: there is no mode to leave, but a line to release. */
static void leaving_releases_what_was_held_before_debug_mode(void **state)
{
	const struct exchange script[] = { LOW, IN(0x08, 0x00), HIGH, OK, END };

	(void)state;
	outside(script);
	assert_int_equal(stlink_hold_nrst(&b.probe), 0);
	assert_int_equal(stlink_close(&b.probe), 0);
	script_finished(&b);
}

/* The answer was lost, and the line may be low. */
static void a_hold_that_failed_is_released(void **state)
{
	const struct exchange script[] = { LOW, IN(0x77, 0), RESYNC(0x02), HIGH, OK, CLOSE_AP, EXIT, END };

	(void)state;
	in_debug_mode(script);
	assert_int_equal(stlink_hold_nrst(&b.probe), STFLASH_E_PROBE);
	assert_int_equal(stlink_leave(&b.probe), 0);
	script_finished(&b);
}

static void a_release_that_failed_is_tried_again_on_the_way_out(void **state)
{
	const struct exchange script[] = {
		LOW,          OK,       HIGH, IN(0x77, 0), RESYNC(0x02), HIGH, IN(0x77, 0),
		RESYNC(0x02), CLOSE_AP, EXIT, HIGH,        OK,           END,
	};

	(void)state;
	in_debug_mode(script);
	assert_int_equal(stlink_hold_nrst(&b.probe), 0);
	assert_int_equal(stlink_release_nrst(&b.probe), STFLASH_E_PROBE);
	assert_int_equal(stlink_leave(&b.probe), STFLASH_E_PROBE);
	text_has(&b, "0x77, which is no status");
	assert_int_equal(stlink_close(&b.probe), 0);
	script_finished(&b);
}

static void firmware_that_cannot_drive_it_is_not_asked_to_release_it(void **state)
{
	const struct exchange script[] = { LOW, IN(0x42, 0x00), CLOSE_AP, EXIT, END };

	(void)state;
	in_debug_mode(script);
	assert_int_equal(stlink_hold_nrst(&b.probe), STFLASH_E_UNSUPPORTED);
	text_has(&b, "does not know the command DRIVE_NRST");
	assert_int_equal(stlink_leave(&b.probe), 0);
	script_finished(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_driven_only_when_that_changes_something),
		cmocka_unit_test(what_an_earlier_run_left_low_is_released_once_and_only_when_asked_for),
		cmocka_unit_test(an_answer_outside_of_debug_mode_says_nothing),
		cmocka_unit_test(it_stays_low_through_debug_mode_entered_anew_and_is_driven_again),
		cmocka_unit_test(leaving_the_probe_releases_it_first),
		cmocka_unit_test(leaving_releases_what_was_held_before_debug_mode),
		cmocka_unit_test(a_hold_that_failed_is_released),
		cmocka_unit_test(a_release_that_failed_is_tried_again_on_the_way_out),
		cmocka_unit_test(firmware_that_cannot_drive_it_is_not_asked_to_release_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
