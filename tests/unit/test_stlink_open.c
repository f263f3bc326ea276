/* SPDX-License-Identifier: MIT */
/* Opening a probe from whatever state it is in; what its version says. */
#include <limits.h>

#include "stlink/command.h"

/* Behind the house's headers: cmocka makes a macro of fail. */
#include "scripted.h"

#define V2   0x3748
#define V2_1 0x374b

static struct bench b;

static void a_fresh_dongle_is_led_from_dfu_to_mass_storage_mode(void **state)
{
	const struct exchange script[] = {
		SILENCE, OUT(0xf1), IN(V2J29S7), ASK_MODE(0x00), OUT(0xf3, 0x07), ASK_MODE(0x01), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), 0);
	assert_string_equal(b.probe.firmware, "V2J29S7");
	script_finished(&b);
}

static void a_probe_left_in_debug_or_swim_mode_is_led_out(void **state)
{
	const struct exchange debug[] = {
		SILENCE, OUT(0xf1), IN(V2J29S7), ASK_MODE(0x02), OUT(0xf2, 0x21), ASK_MODE(0x01), END,
	};
	const struct exchange swim[] = {
		SILENCE, OUT(0xf1), IN(V2J29S7), ASK_MODE(0x03), OUT(0xf4, 0x01), ASK_MODE(0x01), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, debug), 0);
	script_finished(&b);
	assert_int_equal(bench_try_open(&b, V2, swim), 0);
	script_finished(&b);
}

/* A dongle that stays in DFU mode for so many looks after it was told to leave. */
static struct {
	unsigned int looks_left;
	unsigned int exits;
} slow;

static int slow_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	static const uint8_t version[] = { V2J29S7 };

	(void)timeout_ms;
	if (n == 1 && xfers[0].ep & USB_DIR_IN)
		return (fail)(t->ctx, STFLASH_E_TIMEOUT, "silence");
	for (size_t i = 0; i < n; i++)
		xfers[i].actual = xfers[i].len;
	if (n == 1) {
		assert_memory_equal(xfers[0].buf, ((const uint8_t[]){ 0xf3, 0x07 }), 2);
		slow.exits++;
		return 0;
	}
	if (xfers[0].buf[0] == 0xf1) {
		memcpy(xfers[1].buf, version, sizeof(version));
		return 0;
	}
	assert_int_equal(xfers[0].buf[0], 0xf5);
	xfers[1].buf[0] = slow.exits && !slow.looks_left ? 0x01 : 0x00;
	if (slow.exits && slow.looks_left)
		slow.looks_left--;
	return 0;
}

static int open_slow(unsigned int looks)
{
	static const struct transport_ops ops = { .transfer = slow_transfer };

	bench_init(&b, V2, NULL);
	watch_warnings(&b);
	b.tr.base.ops = &ops;
	slow.looks_left = looks;
	slow.exits = 0;
	return stlink_open(&b.probe, &b.ctx, &b.tr.base);
}

/* As openocd does it: ENTER decides. */
static void a_probe_that_says_it_stays_in_dfu_mode_is_used_with_a_warning(void **state)
{
	(void)state;
	assert_int_equal(open_slow(UINT_MAX), 0);
	warned_of("the probe does not leave mode 0: if no chip answers, unplug the probe and plug it in");
	assert_in_range(slow.exits, 2, 8);
}

/* The timing model gives it 1 ms: a simulated one may live by our looks alone. */
static void a_probe_that_takes_a_moment_to_leave_dfu_mode_is_waited_for(void **state)
{
	(void)state;
	assert_int_equal(open_slow(30), 0);
	assert_int_equal(slow.exits, 1);
}

static void stale_replies_are_dropped_before_the_first_command(void **state)
{
	const struct exchange script[] = {
		STALE(0x80, 0x00), STALE(1, 2, 3), SILENCE, OUT(0xf1), IN(V2J29S7), ASK_MODE(0x01), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), 0);
	script_finished(&b);
}

static void a_stale_mode_reply_is_not_taken_for_the_version(void **state)
{
	/* It comes too late for the drain: a short reply, so the mode is asked until a mode comes. */
	const struct exchange script[] = {
		SILENCE,        OUT(0xf1), IN(0x80, 0x00), STALE(V2J29S7), SILENCE,
		ASK_MODE(0x01), OUT(0xf1), IN(V2J29S7),    ASK_MODE(0x01), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), 0);
	assert_string_equal(b.probe.firmware, "V2J29S7");
	script_finished(&b);
}

static void garbage_for_a_version_is_asked_again(void **state)
{
	const struct exchange script[] = {
		SILENCE, OUT(0xf1), IN(9, 9, 9, 9, 9, 9), RESYNC(0x01), OUT(0xf1), IN(V2J29S7), ASK_MODE(0x01), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), 0);
	assert_string_equal(b.probe.firmware, "V2J29S7");
	script_finished(&b);
}

static void garbage_for_a_mode_is_asked_again(void **state)
{
	const struct exchange script[] = {
		SILENCE, OUT(0xf1), IN(V2J29S7), ASK_MODE(0x80), STALE(1, 2), SILENCE, ASK_MODE(0x01), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), 0);
	assert_int_equal(b.probe.odd_mode, 0);
	script_finished(&b);
}

/* openocd leaves nothing then and goes on. The same mode after a USB fault is no garbage either. */
static void a_mode_that_nobody_knows_is_nothing_to_leave(void **state)
{
	const struct exchange script[] = {
		SILENCE, OUT(0xf1), IN(V2J29S7), ASK_MODE(0x07), SILENCE, ASK_MODE(0x07), END,
	};
	const struct exchange fault[] = {
		OUT(0xf2, 0x36, B4(0xe000edf0)), IN_ERR(STFLASH_E_TIMEOUT), RESYNC(0x07), RD(0xe000edf0, 5), END,
	};
	uint32_t value;

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), 0);
	script_finished(&b);
	b.probe.in_debug = true;
	b.tr.next = fault;
	assert_int_equal(stlink_read_debug32(&b.probe, 0xe000edf0, &value), 0);
	assert_int_equal(value, 5);
	script_finished(&b);
}

/* A dongle that knows its mode and yet gives no version: openocd's cure for it. */
static void a_probe_that_never_gives_its_version_is_reset_and_asked_again(void **state)
{
#define CUT_SHORT OUT(0xf1), IN(0x27, 0x47), RESYNC(0x01)
	const struct exchange cured[] = {
		SILENCE, CUT_SHORT, CUT_SHORT,   CUT_SHORT,      USB_RESET,
		SILENCE, OUT(0xf1), IN(V2J29S7), ASK_MODE(0x01), END,
	};
	const struct exchange not_cured[] = {
		SILENCE, CUT_SHORT, CUT_SHORT, CUT_SHORT, USB_RESET, SILENCE, CUT_SHORT, CUT_SHORT, CUT_SHORT, END,
	};
	const struct exchange another_device[] = {
		SILENCE, CUT_SHORT, CUT_SHORT, CUT_SHORT, USB_RESET_FAILS(STFLASH_E_UNPLUGGED), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, cured), 0);
	assert_string_equal(b.probe.firmware, "V2J29S7");
	script_finished(&b);
	assert_int_equal(bench_try_open(&b, V2, not_cured), STFLASH_E_PROBE);
	text_has(&b, "the probe moved 2 bytes instead of 6 for GET_VERSION: plug it in anew");
	script_finished(&b);
	assert_int_equal(bench_try_open(&b, V2, another_device), STFLASH_E_UNPLUGGED);
	script_finished(&b);
}

static void a_silent_probe_is_reset_once(void **state)
{
	const struct exchange script[] = {
		SILENCE,   OUT(0xf1),   IN_ERR(STFLASH_E_TIMEOUT),
		SILENCE,   OUT(0xf5),   IN_ERR(STFLASH_E_TIMEOUT),
		SILENCE,   OUT(0xf5),   IN_ERR(STFLASH_E_TIMEOUT),
		SILENCE,   OUT(0xf5),   IN_ERR(STFLASH_E_TIMEOUT),
		USB_RESET, SILENCE,     RESYNC(0x01),
		OUT(0xf1), IN(V2J29S7), ASK_MODE(0x01),
		END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), 0);
	assert_true(b.probe.usb_was_reset);
	script_finished(&b);
}

static void a_probe_that_is_unplugged_is_not_tried_again(void **state)
{
	const struct exchange script[] = { SILENCE, OUT_ERR(STFLASH_E_UNPLUGGED, 0xf1), END };

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), STFLASH_E_UNPLUGGED);
	assert_null(b.probe.tr);
	assert_int_equal(stlink_close(&b.probe), 0);
	script_finished(&b);
}

static void a_v1_and_a_loader_are_refused_before_anything_is_sent(void **state)
{
	const struct exchange script[] = { END };

	(void)state;
	assert_int_equal(bench_try_open(&b, 0x3744, script), STFLASH_E_UNSUPPORTED);
	text_has(&b, "this is an ST-LINK/V1, which is not supported: use an ST-LINK/V2 or newer");
	assert_int_equal(bench_try_open(&b, 0x374d, script), STFLASH_E_UNSUPPORTED);
	text_has(&b, "the probe is in its USB loader (");
	text_has(&b, "or finish the update with ST's ST-LINK upgrade tool");
	assert_int_equal(b.tr.commands, 0);
}

static void a_probe_with_an_id_of_tomorrow_is_tried_with_a_warning(void **state)
{
	const struct exchange script[] = {
		SILENCE,
		OUT(0xf1),
		IN(V3),
		OUT(0xfb),
		IN(0x03, 0x01, 0x14, 0x02, 0x00, 0x00, 0x00, 0x00, 0x83, 0x04, 0x60, 0x37),
		ASK_MODE(0x01),
		END,
	};

	(void)state;
	bench_init(&b, 0x3760, script);
	watch_warnings(&b);
	assert_int_equal(stlink_open(&b.probe, &b.ctx, &b.tr.base), 0);
	warned_of("the product id 0483:3760 is newer than this program");
	assert_true(b.probe.features & STLINK_HAS_COM_FREQ);
	script_finished(&b);
}

static void swd_is_entered_with_its_access_port_and_left_without_it(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x30, 0xa3),
		OK,
		OUT(0xf2, 0x4b, 0x00),
		OK,
		OUT(0xf2, 0x31),
		IN(0x80, 0, 0, 0, B4(0x1ba01477), 0, 0, 0, 0),
		/* V2J28 to J29: whatever CLOSE_AP_DBG says */
		OUT(0xf2, 0x4c, 0x00),
		IN(0x1d, 0x00),
		OUT(0xf2, 0x21),
		END,
	};
	uint32_t dpidr;

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	b.probe.in_debug = false;
	assert_int_equal(stlink_enter_swd(&b.probe), 0);
	assert_int_equal(stlink_read_dpidr(&b.probe, &dpidr), 0);
	assert_int_equal(dpidr, 0x1ba01477);
	assert_int_equal(stlink_close(&b.probe), 0);
	script_finished(&b);
}

static void old_firmware_knows_no_access_ports(void **state)
{
	const struct exchange script[] = { OUT(0xf2, 0x30, 0xa3), OK, OUT(0xf2, 0x21), END };

	(void)state;
	bench_open(&b, V2, v2j17s4, script);
	b.probe.in_debug = false;
	assert_int_equal(stlink_enter_swd(&b.probe), 0);
	assert_int_equal(stlink_close(&b.probe), 0);
	script_finished(&b);
}

static void a_refused_enter_that_changed_no_mode_needs_no_leave(void **state)
{
	const struct exchange script[] = { OUT(0xf2, 0x30, 0xa3), IN(0x09, 0x00), ASK_MODE(0x01), END };

	(void)state;
	bench_open(&b, V2, v2j17s4, script);
	b.probe.in_debug = false;
	assert_int_equal(stlink_enter_swd(&b.probe), STFLASH_E_NO_TARGET);
	text_has(&b, "no chip answers on SWD");
	assert_false(b.probe.in_debug);
	assert_int_equal(stlink_close(&b.probe), 0);
	script_finished(&b);
}

static void a_refused_enter_into_debug_mode_is_followed_by_leave(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x30, 0xa3), IN(0x09, 0x00), ASK_MODE(0x02), OUT(0xf2, 0x21), END,
	};

	(void)state;
	bench_open(&b, V2, v2j17s4, script);
	b.probe.in_debug = false;
	assert_int_equal(stlink_enter_swd(&b.probe), STFLASH_E_NO_TARGET);
	text_has(&b, "no chip answers on SWD");
	text_has(&b, HINT_UNDER_RESET);
	assert_false(b.probe.in_debug);
	assert_int_equal(b.probe.last_status, 0x09);
	script_finished(&b);
}

/* EXIT met a USB fault, but the mode tells that it got through: nobody is troubled with it. */
static void a_leave_that_got_through_has_not_failed(void **state)
{
	const struct exchange got_through[] = {
		OUT_ERR(STFLASH_E_STALL, 0xf2, 0x21),
		CLEAR_HALTS,
		RESYNC(0x01),
		END,
	};
	const struct exchange unplugged[] = { OUT_ERR(STFLASH_E_UNPLUGGED, 0xf2, 0x21), END };

	(void)state;
	bench_open(&b, V2, v2j17s4, got_through);
	assert_int_equal(stlink_leave(&b.probe), 0);
	assert_string_equal(b.ctx.errmsg, "");
	assert_false(b.probe.in_debug);
	script_finished(&b);

	bench_open(&b, V2, v2j17s4, unplugged);
	assert_int_equal(stlink_enter_swd(&b.probe), STFLASH_E_UNPLUGGED); /* it leaves what it is in first */
	assert_false(b.probe.in_debug);
	script_finished(&b);
}

/* st-flash never sends INIT_AP, and works. */
static void a_probe_that_does_not_know_init_ap_is_used_without(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x30, 0xa3), OK, OUT(0xf2, 0x4b, 0x00), IN(0x42, 0x00), OUT(0xf2, 0x21), END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	b.probe.in_debug = false;
	assert_int_equal(stlink_enter_swd(&b.probe), 0);
	assert_int_equal(b.ctx.errmsg[0], '\0');
	assert_int_equal(stlink_leave(&b.probe), 0);
	script_finished(&b);
}

/* Newer firmware on chips that are not ST's: 0x1d from V2J37 on (pyOCD issue 918), 0x05 (heystack issue 9). */
static void an_access_port_that_is_refused_does_not_matter_when_the_core_answers(void **state)
{
	static const uint8_t refusals[] = { 0x1d, 0x05, 0x11, 0x15, 0x01 };

	(void)state;
	for (size_t i = 0; i < sizeof(refusals); i++) {
		const struct exchange script[] = {
			OUT(0xf2, 0x30, 0xa3),
			OK,
			OUT(0xf2, 0x4b, 0x00),
			IN(refusals[i], 0x00),
			RD(0xe000ed00, 0x412fc231),
			OUT(0xf2, 0x21),
			END,
		};

		bench_open(&b, V2, v2j29s7, script);
		b.probe.in_debug = false;
		assert_int_equal(stlink_enter_swd(&b.probe), 0);
		assert_int_equal(b.ctx.errmsg[0], '\0');
		assert_int_equal(stlink_leave(&b.probe), 0);
		script_finished(&b);
	}
}

static void an_access_port_that_is_refused_by_a_silent_core_keeps_its_status(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x30, 0xa3), OK,  OUT(0xf2, 0x4b, 0x00), IN(0x1d, 0x00), RD(0xe000ed00, 0), ASK_MODE(0x02),
		OUT(0xf2, 0x21),       END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	b.probe.in_debug = false;
	assert_int_equal(stlink_enter_swd(&b.probe), STFLASH_E_NO_TARGET);
	text_has(&b, "INIT_AP, status 0x1d");
	assert_int_equal(b.probe.last_status, 0x1d);
	script_finished(&b);
}

static void a_probe_that_started_anew_gets_its_clock_before_swd_is_entered(void **state)
{
	const struct exchange script[] = {
		ASK_MODE(0x00),
		OUT(0xf3, 0x07),
		ASK_MODE(0x01),
		OUT(0xf2, 0x43, 0x01, 0x00),
		OK,
		OUT(0xf2, 0x30, 0xa3),
		OK,
		OUT(0xf2, 0x4b, 0x00),
		OK,
		END,
	};
	const struct exchange gone[] = { OUT_ERR(STFLASH_E_UNPLUGGED, 0xf5), END };

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	b.probe.in_debug = false;
	b.probe.astray = true;
	b.probe.speed_khz = 1800;
	assert_int_equal(stlink_enter_swd(&b.probe), 0);
	assert_false(b.probe.astray);
	assert_true(b.probe.in_debug);
	script_finished(&b);

	bench_open(&b, V2, v2j29s7, gone);
	b.probe.in_debug = false;
	b.probe.astray = true;
	b.probe.speed_khz = 1800;
	assert_int_equal(stlink_enter_swd(&b.probe), STFLASH_E_UNPLUGGED);
	assert_false(b.probe.in_debug);
	script_finished(&b);
}

static void voltage_is_measured_against_the_reference(void **state)
{
	const struct exchange script[] = {
		OUT(0xf7), IN(B4(1500), B4(2062)), OUT(0xf7), IN(B4(0), B4(2062)), END,
	};
	uint32_t mv;

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_read_voltage(&b.probe, &mv), 0);
	assert_int_equal(mv, 2400u * 2062u / 1500u);
	assert_true(b.probe.features & STLINK_HAS_VOLTAGE);
	/* not "no voltage" but "not known" */
	assert_int_equal(stlink_read_voltage(&b.probe, &mv), 0);
	assert_int_equal(mv, 0);
	assert_false(b.probe.features & STLINK_HAS_VOLTAGE);
	script_finished(&b);
}

static void a_voltage_that_does_not_come_is_unknown(void **state)
{
	const struct exchange script[] = {
		OUT(0xf7),    IN(1, 2),  RESYNC(0x02), OUT(0xf7),    IN(1, 2),
		RESYNC(0x02), OUT(0xf7), IN(1, 2),     RESYNC(0x02), END,
	};
	uint32_t mv = 1;

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	watch_warnings(&b);
	assert_int_equal(stlink_read_voltage(&b.probe, &mv), 0);
	assert_int_equal(mv, 0);
	assert_false(b.probe.features & STLINK_HAS_VOLTAGE);
	warned_of("the probe does not say the target's voltage: the probe moved 2 bytes instead of 8");
	script_finished(&b);
}

static void a_probe_that_cannot_measure_says_0_without_being_asked(void **state)
{
	static const uint8_t v2j12[] = { 0x23, 0x07, 0x83, 0x04, 0x48, 0x37 };
	const struct exchange script[] = { END };
	uint32_t mv = 7;

	(void)state;
	bench_open(&b, V2, v2j12, script);
	assert_int_equal(stlink_read_voltage(&b.probe, &mv), 0);
	assert_int_equal(mv, 0);
	assert_int_equal(b.tr.commands, 0);
}

static void resetsys_is_golden(void **state)
{
	const struct exchange script[] = { OUT(0xf2, 0x32), OK, END };

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_reset_system(&b.probe), 0);
	script_finished(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_dongle_is_led_from_dfu_to_mass_storage_mode),
		cmocka_unit_test(a_probe_left_in_debug_or_swim_mode_is_led_out),
		cmocka_unit_test(a_probe_that_says_it_stays_in_dfu_mode_is_used_with_a_warning),
		cmocka_unit_test(a_probe_that_takes_a_moment_to_leave_dfu_mode_is_waited_for),
		cmocka_unit_test(stale_replies_are_dropped_before_the_first_command),
		cmocka_unit_test(a_stale_mode_reply_is_not_taken_for_the_version),
		cmocka_unit_test(garbage_for_a_version_is_asked_again),
		cmocka_unit_test(garbage_for_a_mode_is_asked_again),
		cmocka_unit_test(a_mode_that_nobody_knows_is_nothing_to_leave),
		cmocka_unit_test(a_probe_that_never_gives_its_version_is_reset_and_asked_again),
		cmocka_unit_test(a_silent_probe_is_reset_once),
		cmocka_unit_test(a_probe_that_is_unplugged_is_not_tried_again),
		cmocka_unit_test(a_v1_and_a_loader_are_refused_before_anything_is_sent),
		cmocka_unit_test(a_probe_with_an_id_of_tomorrow_is_tried_with_a_warning),
		cmocka_unit_test(a_probe_that_does_not_know_init_ap_is_used_without),
		cmocka_unit_test(an_access_port_that_is_refused_does_not_matter_when_the_core_answers),
		cmocka_unit_test(an_access_port_that_is_refused_by_a_silent_core_keeps_its_status),
		cmocka_unit_test(swd_is_entered_with_its_access_port_and_left_without_it),
		cmocka_unit_test(old_firmware_knows_no_access_ports),
		cmocka_unit_test(a_refused_enter_that_changed_no_mode_needs_no_leave),
		cmocka_unit_test(a_refused_enter_into_debug_mode_is_followed_by_leave),
		cmocka_unit_test(a_leave_that_got_through_has_not_failed),
		cmocka_unit_test(a_probe_that_started_anew_gets_its_clock_before_swd_is_entered),
		cmocka_unit_test(voltage_is_measured_against_the_reference),
		cmocka_unit_test(a_voltage_that_does_not_come_is_unknown),
		cmocka_unit_test(a_probe_that_cannot_measure_says_0_without_being_asked),
		cmocka_unit_test(resetsys_is_golden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
