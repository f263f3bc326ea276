/* SPDX-License-Identifier: MIT */
/* Memory of any shape, and the way back after a fault. */
#include "swd/dap.h"

#include "scripted.h"

#define V2 0x3748

#define CLEAR_STICKY        OUT(0xf2, 0x46, 0xff, 0xff, 0x00, 0x00, B4(0x1eu)), OK
#define CTRL_STAT(v)        OUT(0xf2, 0x45, 0xff, 0xff, 0x04, 0x00), IN(0x80, 0, 0, 0, B4(v))
#define RECOVERED           CLEAR_STICKY, CTRL_STAT(0xf0000040u)
#define LEAVE               OUT(0xf2, 0x4c, 0x00), OK, OUT(0xf2, 0x21)
#define ENTER               OUT(0xf2, 0x30, 0xa3), OK, OUT(0xf2, 0x4b, 0x00), OK
#define DPIDR               OUT(0xf2, 0x31), IN(0x80, 0, 0, 0, B4(0x1ba01477u), 0, 0, 0, 0)
#define RD_MEM(addr, v, st) OUT(0xf2, 0x07, B4(addr), 0x04, 0x00), IN(B4(v)), STATUS2(st, 0)
#define SPEED(div)          OUT(0xf2, 0x43, div, 0x00), OK

static struct bench b;
static struct dap dap;
static uint8_t buf[16384];

static void dap_bench(const uint8_t *version, const struct exchange *script)
{
	bench_open(&b, V2, version, script);
	b.probe.speed_khz = 4000;
	b.probe.ap_open = b.probe.features & STLINK_HAS_AP_INIT;
	dap = (struct dap){ .ctx = &b.ctx, .probe = &b.probe };
	memset(buf, 0, sizeof(buf));
}

static void connect_sets_the_clock_before_it_enters(void **state)
{
	const struct exchange script[] = { SPEED(0), ENTER, DPIDR, END };

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
	assert_int_equal(dap_connect(&dap, &b.probe, 0), 0);
	assert_int_equal(dap.dpidr, 0x1ba01477);
	assert_int_equal(b.probe.speed_khz, 4000);
	script_finished(&b);
}

#define REFUSED(st) OUT(0xf2, 0x30, 0xa3), IN(st, 0), ASK_MODE(2), OUT(0xf2, 0x21)

static void connect_lowers_the_clock_until_somebody_answers(void **state)
{
	const struct exchange script[] = {
		SPEED(0), REFUSED(0x09), SPEED(1), ENTER, OUT(0xf2, 0x31), IN(0x17, [11] = 0), SPEED(3),
		LEAVE,    ENTER,         DPIDR,    END,
	};

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
	assert_int_equal(dap_connect(&dap, &b.probe, 0), 0);
	assert_int_equal(b.probe.speed_khz, 950);
	assert_int_equal(b.ctx.errmsg[0], '\0');
	script_finished(&b);
}

static void nobody_there_names_the_voltage_when_there_is_none(void **state)
{
	const struct exchange script[] = {
		SPEED(0), REFUSED(0x05), SPEED(1),  REFUSED(0x05), SPEED(3),  REFUSED(0x05),
		SPEED(7), REFUSED(0x05), SPEED(31), REFUSED(0x05), OUT(0xf7), IN(B4(1500u), B4(12u)),
		END,
	};

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
	assert_int_equal(dap_connect(&dap, &b.probe, 0), STFLASH_E_NO_TARGET);
	text_has(&b, "sees only 0.01 V");
	script_finished(&b);
}

static void nobody_there_with_power_says_what_to_check(void **state)
{
	const struct exchange script[] = {
		SPEED(7), REFUSED(0x09), SPEED(31), REFUSED(0x09), OUT(0xf7), IN(B4(1500u), B4(2062u)), END,
	};

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
	assert_int_equal(dap_connect(&dap, &b.probe, 500), STFLASH_E_NO_TARGET);
	text_has(&b, "SWD at 480 down to 125 kHz: no chip answers");
	text_has(&b, HINT_UNDER_RESET);
	script_finished(&b);
}

static void nobody_there_says_nothing_of_a_voltage_that_is_not_known(void **state)
{
	const struct exchange script[] = {
		SPEED(7), REFUSED(0x09), SPEED(31), REFUSED(0x09), OUT(0xf7), IN(B4(0u), B4(0u)), END,
	};

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
	assert_int_equal(dap_connect(&dap, &b.probe, 500), STFLASH_E_NO_TARGET);
	text_has(&b, "no chip answers on SWD: check its power");
	script_finished(&b);
}

static void an_id_of_zeros_is_no_answer(void **state)
{
	const struct exchange script[] = {
		SPEED(0), ENTER, OUT(0xf2, 0x31), IN(0x80, [11] = 0), SPEED(1), LEAVE, ENTER, DPIDR, END,
	};

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
	assert_int_equal(dap_connect(&dap, &b.probe, 0), 0);
	assert_int_equal(b.probe.speed_khz, 1800);
	script_finished(&b);
}

static void connect_under_reset_holds_nrst_before_and_after_entering(void **state)
{
	/* before debug mode the result of DRIVE_NRST says nothing */
	const struct exchange script[] = {
		SPEED(0), OUT(0xf2, 0x3c, 0x00), IN(0x08, 0x00), ENTER, OUT(0xf2, 0x3c, 0x00), OK, DPIDR, END,
	};

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
	assert_int_equal(dap_connect_under_reset(&dap, &b.probe, 0), 0);
	script_finished(&b);
}

static void connect_under_reset_releases_nrst_when_it_fails(void **state)
{
	const struct exchange script[] = {
		SPEED(31),
		OUT(0xf2, 0x3c, 0x00),
		OK,
		REFUSED(0x09),
		OUT(0xf7),
		IN(B4(1500u), B4(2062u)),
		OUT(0xf2, 0x3c, 0x01),
		OK,
		END,
	};

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.in_debug = b.probe.ap_open = false;
	assert_int_equal(dap_connect_under_reset(&dap, &b.probe, 125), STFLASH_E_NO_TARGET);
	text_has(&b, "no chip answers");
	script_finished(&b);
}

static void unaligned_reads_have_a_head_a_body_and_a_tail(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x0c, B4(0x20000003u), 1, 0),
		IN(1, 0xee),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x07, B4(0x20000004u), 8, 0),
		IN(2, 3, 4, 5, 6, 7, 8, 9),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x0c, B4(0x2000000cu), 3, 0),
		IN(10, 11, 12),
		STATUS2(0x80, 0),
		END,
	};
	const uint8_t expected[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0 };

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read(&dap, 0x20000003, buf, 12), 0);
	assert_memory_equal(buf, expected, sizeof(expected));
	script_finished(&b);
}

static void unaligned_writes_have_a_head_a_body_and_a_tail(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x0d, B4(0x20000002u), 2, 0), DATA(1, 2), STATUS2(0x80, 0), WR(0x20000004u, 0x06050403u),
		OUT(0xf2, 0x0d, B4(0x20000008u), 1, 0), DATA(7),    STATUS2(0x80, 0), END,
	};
	const uint8_t data[] = { 1, 2, 3, 4, 5, 6, 7 };

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_write(&dap, 0x20000002, data, sizeof(data)), 0);
	script_finished(&b);
}

static void lone_registers_are_accessed_in_their_own_width(void **state)
{
	const struct exchange script[] = {
		RD(0xe0042000u, 0x20036410u),
		WR(0x40022004u, 0x45670123u),
		OUT(0xf2, 0x47, B4(0x1ffff7e0u), 2, 0),
		IN(0x40, 0x00),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x48, B4(0x40003000u), 2, 0),
		DATA(0xaa, 0xaa),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x0c, B4(0x40000001u), 1, 0),
		IN(5, 0),
		STATUS2(0x80, 0),
		END,
	};
	uint32_t word;
	uint16_t half;

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read32(&dap, 0xe0042000, &word), 0);
	assert_int_equal(word, 0x20036410);
	assert_int_equal(dap_write32(&dap, 0x40022004, 0x45670123), 0);
	assert_int_equal(dap_read16(&dap, 0x1ffff7e0, &half), 0);
	assert_int_equal(half, 64);
	assert_int_equal(dap_write(&dap, 0x40003000, "\xaa\xaa", 2), 0);
	assert_int_equal(dap_read(&dap, 0x40000001, buf, 1), 0);
	assert_int_equal(buf[0], 5);
	script_finished(&b);
}

static void old_firmware_reads_a_half_word_out_of_its_word(void **state)
{
	const struct exchange script[] = { RD(0x1fff7a20u, 0x0400abcdu), END };
	uint16_t half;

	(void)state;
	dap_bench(v2j17s4, script);
	assert_int_equal(dap_read16(&dap, 0x1fff7a22, &half), 0);
	assert_int_equal(half, 0x0400);
	script_finished(&b);
}

static void long_reads_are_split_at_the_firmware_buffer(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x07, B4(0x08000000u), 0x00, 0x18),
		IN_FILL(6144, 1),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x07, B4(0x08001800u), 0x00, 0x18),
		IN_FILL(6144, 2),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x07, B4(0x08003000u), 0x08, 0x00),
		IN_FILL(8, 3),
		STATUS2(0x80, 0),
		END,
	};

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read(&dap, 0x08000000, buf, 12296), 0);
	assert_int_equal(buf[6143], 1);
	assert_int_equal(buf[6144], 2);
	assert_int_equal(buf[12295], 3);
	assert_int_equal(buf[12296], 0);
	script_finished(&b);
}

static void the_end_of_the_address_space_is_the_end(void **state)
{
	const struct exchange script[] = { RD(0xfffffffcu, 7u), END };

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read(&dap, 0xfffffffc, buf, 4), 0);
	assert_int_equal(dap_read(&dap, 0xfffffffc, buf, 5), STFLASH_E_ARG);
	text_has(&b, "5 bytes from 0xfffffffc go beyond the end of the address space");
	assert_int_equal(dap_write(&dap, 0xffffffff, buf, 2), STFLASH_E_ARG);
	assert_int_equal(dap_read(&dap, 0, buf, 0), 0);
	script_finished(&b);
}

static void a_fault_is_told_after_one_more_try_with_a_clean_port(void **state)
{
	const struct exchange script[] = {
		RD_ST(0xe0030000u, 0x11), RECOVERED, RD_ST(0xe0030000u, 0x11), RECOVERED, END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read32(&dap, 0xe0030000, &value), STFLASH_E_FAULT);
	text_has(&b, "reading 0xe0030000: the target refused the access");
	script_finished(&b);
}

/* Some probe may take "debug register" at its word: the second try goes by the memory commands. */
static void a_word_outside_of_the_core_is_tried_the_other_way_too(void **state)
{
	const struct exchange read[] = { RD_ST(0x30000000u, 0x11), RECOVERED, RD_MEM(0x30000000u, 5u, 0x80), END };
	const struct exchange write[] = {
		WR_ST(0x30000000u, 5u, 0x0c),
		RECOVERED,
		OUT(0xf2, 0x08, B4(0x30000000u), 0x04, 0x00),
		DATA(B4(5u)),
		STATUS2(0x80, 0),
		END,
	};
	const struct exchange neither[] = {
		RD_ST(0x30000000u, 0x11), RECOVERED, RD_MEM(0x30000000u, 0u, 0x11), RECOVERED, END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, read);
	assert_int_equal(dap_read32(&dap, 0x30000000, &value), 0);
	assert_int_equal(value, 5);
	script_finished(&b);
	dap_bench(v2j29s7, write);
	assert_int_equal(dap_write32(&dap, 0x30000000, 5), 0);
	script_finished(&b);
	dap_bench(v2j29s7, neither);
	assert_int_equal(dap_read32(&dap, 0x30000000, &value), STFLASH_E_FAULT);
	text_has(&b, "reading 0x30000000: the target refused the access");
	script_finished(&b);
}

static void a_sticky_error_of_before_costs_one_try(void **state)
{
	const struct exchange script[] = {
		RD_ST(0x20000000u, 0x19),
		RECOVERED,
		RD_MEM(0x20000000u, 5u, 0x80),
		END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read32(&dap, 0x20000000, &value), 0);
	assert_int_equal(value, 5);
	assert_int_equal(b.ctx.errmsg[0], '\0');
	script_finished(&b);
}

static void a_port_that_lost_its_power_is_entered_again(void **state)
{
	const struct exchange script[] = {
		RD_ST(0x20000000u, 0x11),      CLEAR_STICKY, CTRL_STAT(0x00000040u), LEAVE, ENTER,
		RD_MEM(0x20000000u, 5u, 0x80), END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read32(&dap, 0x20000000, &value), 0);
	script_finished(&b);
}

static void old_firmware_recovers_by_leaving_and_entering(void **state)
{
	const struct exchange script[] = {
		RD_ST(0x20000000u, 0x11),      OUT(0xf2, 0x21),
		OUT(0xf2, 0x30, 0xa3),         OK,
		RD_MEM(0x20000000u, 5u, 0x80), END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j17s4, script);
	assert_int_equal(dap_read32(&dap, 0x20000000, &value), 0);
	script_finished(&b);
}

static void link_errors_lower_the_clock_at_the_second_try(void **state)
{
	const struct exchange script[] = {
		RD_ST(0x20000000u, 0x17), RECOVERED, RD_ST(0x20000000u, 0x16), SPEED(1), RECOVERED,
		RD(0x20000000u, 5u),      END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read32(&dap, 0x20000000, &value), 0);
	assert_int_equal(b.probe.speed_khz, 1800);
	script_finished(&b);
}

static void link_errors_at_the_slowest_clock_are_told(void **state)
{
	const struct exchange script[] = {
		RD_ST(0x20000000u, 0x17), RECOVERED, RD_ST(0x20000000u, 0x17), RECOVERED, END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, script);
	b.probe.speed_khz = 125;
	assert_int_equal(dap_read32(&dap, 0x20000000, &value), STFLASH_E_NO_TARGET);
	text_has(&b, "lower the clock");
	assert_true(stlink_link_error(&b.probe));
	script_finished(&b);
}

static void a_target_that_went_away_is_told_when_it_does_not_come_back(void **state)
{
	const struct exchange script[] = {
		RD_ST(0x20000000u, 0x05),
		OUT(0xf2, 0x46, 0xff, 0xff, 0, 0, B4(0x1eu)),
		IN(0x05, 0),
		LEAVE,
		REFUSED(0x09),
		END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read32(&dap, 0x20000000, &value), STFLASH_E_NO_TARGET);
	text_has(&b, "reading 0x20000000: no chip answers");
	script_finished(&b);
}

static void a_probe_that_started_anew_is_brought_back_with_its_clock(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x36, B4(0x20000000u)),
		IN_ERR(STFLASH_E_STALL),
		CLEAR_HALTS,
		RESYNC(0x00),
		ASK_MODE(0x00),
		OUT(0xf3, 0x07),
		ASK_MODE(0x01),
		SPEED(0),
		ENTER,
		RD(0x20000000u, 5u),
		END,
	};
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read32(&dap, 0x20000000, &value), 0);
	script_finished(&b);
}

static void an_unplugged_probe_is_left_alone(void **state)
{
	const struct exchange script[] = { OUT_ERR(STFLASH_E_UNPLUGGED, 0xf2, 0x36, B4(0x20000000u)), END };
	uint32_t value;

	(void)state;
	dap_bench(v2j29s7, script);
	assert_int_equal(dap_read32(&dap, 0x20000000, &value), STFLASH_E_UNPLUGGED);
	script_finished(&b);
}

static void a_stream_of_one_width_is_never_repeated(void **state)
{
	const struct exchange good[] = {
		OUT(0xf2, 0x48, B4(0x08000000u), 0x00, 0x18),
		DATA_FILL(6144, 0x5a),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x48, B4(0x08001800u), 0x02, 0x00),
		DATA_FILL(2, 0x5a),
		STATUS2(0x80, 0),
		END,
	};
	const struct exchange fault[] = {
		OUT(0xf2, 0x48, B4(0x08000000u), 0x02, 0x00),
		DATA(0x5a, 0x5a),
		STATUS2(0x11, 0x08000000u),
		RECOVERED,
		END,
	};

	(void)state;
	dap_bench(v2j29s7, good);
	memset(buf, 0x5a, sizeof(buf));
	assert_int_equal(dap_write_width(&dap, 2, 0x08000000, buf, 6146), 0);
	script_finished(&b);

	dap_bench(v2j29s7, fault);
	memset(buf, 0x5a, sizeof(buf));
	assert_int_equal(dap_write_width(&dap, 2, 0x08000000, buf, 2), STFLASH_E_FAULT);
	text_has(&b, "writing 0x08000000");
	script_finished(&b);
}

static void a_stream_of_half_words_needs_the_command_for_it(void **state)
{
	const struct exchange script[] = { END };

	(void)state;
	dap_bench(v2j17s4, script);
	assert_int_equal(dap_write_width(&dap, 2, 0x08000000, buf, 2), STFLASH_E_UNSUPPORTED);
	text_has(&b, "16-bit access needs V2J26");
	assert_int_equal(b.tr.commands, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connect_sets_the_clock_before_it_enters),
		cmocka_unit_test(connect_lowers_the_clock_until_somebody_answers),
		cmocka_unit_test(nobody_there_names_the_voltage_when_there_is_none),
		cmocka_unit_test(nobody_there_says_nothing_of_a_voltage_that_is_not_known),
		cmocka_unit_test(nobody_there_with_power_says_what_to_check),
		cmocka_unit_test(an_id_of_zeros_is_no_answer),
		cmocka_unit_test(connect_under_reset_holds_nrst_before_and_after_entering),
		cmocka_unit_test(connect_under_reset_releases_nrst_when_it_fails),
		cmocka_unit_test(unaligned_reads_have_a_head_a_body_and_a_tail),
		cmocka_unit_test(unaligned_writes_have_a_head_a_body_and_a_tail),
		cmocka_unit_test(lone_registers_are_accessed_in_their_own_width),
		cmocka_unit_test(old_firmware_reads_a_half_word_out_of_its_word),
		cmocka_unit_test(long_reads_are_split_at_the_firmware_buffer),
		cmocka_unit_test(the_end_of_the_address_space_is_the_end),
		cmocka_unit_test(a_fault_is_told_after_one_more_try_with_a_clean_port),
		cmocka_unit_test(a_word_outside_of_the_core_is_tried_the_other_way_too),
		cmocka_unit_test(a_sticky_error_of_before_costs_one_try),
		cmocka_unit_test(a_port_that_lost_its_power_is_entered_again),
		cmocka_unit_test(old_firmware_recovers_by_leaving_and_entering),
		cmocka_unit_test(link_errors_lower_the_clock_at_the_second_try),
		cmocka_unit_test(link_errors_at_the_slowest_clock_are_told),
		cmocka_unit_test(a_target_that_went_away_is_told_when_it_does_not_come_back),
		cmocka_unit_test(a_probe_that_started_anew_is_brought_back_with_its_clock),
		cmocka_unit_test(an_unplugged_probe_is_left_alone),
		cmocka_unit_test(a_stream_of_one_width_is_never_repeated),
		cmocka_unit_test(a_stream_of_half_words_needs_the_command_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
