/* SPDX-License-Identifier: MIT */
/* Memory and register commands: golden bytes, and every way they can fail. */
#include "scripted.h"

#define V2        0x3748
#define V3S       0x374f
#define READ_WORD OUT(0xf2, 0x07, B4(0x20000000), 0x04, 0x00)

static struct bench b;
static uint8_t buf[6144];

static int read_word(void)
{
	memset(buf, 0, 4);
	return stlink_read_mem(&b.probe, 4, 0x20000000, buf, 4);
}

static void read_word_splits_command_and_data(void **state)
{
	const struct exchange script[] = { READ_WORD, IN(0x78, 0x56, 0x34, 0x12), STATUS2(0x80, 0), END };

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), 0);
	assert_int_equal(get_le32(buf), 0x12345678);
	script_finished(&b);
}

static void old_firmware_is_asked_for_its_status_the_old_way(void **state)
{
	static const uint8_t v2j14[] = { 0x23, 0x84, 0x83, 0x04, 0x48, 0x37 };
	const struct exchange script[] = {
		READ_WORD, IN(1, 2, 3, 4), OUT(0xf2, 0x3b), IN(0x11, 0x00), END,
	};

	(void)state;
	bench_open(&b, V2, v2j14, script);
	assert_int_equal(read_word(), STFLASH_E_FAULT);
	text_has(&b, "reading 0x20000000");
	assert_int_equal(b.probe.fault_addr, 0);
	script_finished(&b);
}

static void every_width_has_its_command(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x08, B4(0x20000010), 0x08, 0x00),
		DATA(1, 2, 3, 4, 5, 6, 7, 8),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x48, B4(0x20000002), 0x02, 0x00),
		DATA(1, 2),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x0d, B4(0x20000001), 0x01, 0x00),
		DATA(1),
		STATUS2(0x80, 0),
		OUT(0xf2, 0x47, B4(0x20000002), 0x02, 0x00),
		IN(9, 8),
		STATUS2(0x80, 0),
		/* one byte is answered with two */
		OUT(0xf2, 0x0c, B4(0x20000001), 0x01, 0x00),
		IN(7, 0xee),
		STATUS2(0x80, 0),
		END,
	};
	const uint8_t data[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_write_mem(&b.probe, 4, 0x20000010, data, 8), 0);
	assert_int_equal(stlink_write_mem(&b.probe, 2, 0x20000002, data, 2), 0);
	assert_int_equal(stlink_write_mem(&b.probe, 1, 0x20000001, data, 1), 0);
	assert_int_equal(stlink_read_mem(&b.probe, 2, 0x20000002, buf, 2), 0);
	buf[1] = 0x55;
	assert_int_equal(stlink_read_mem(&b.probe, 1, 0x20000001, buf, 1), 0);
	assert_int_equal(buf[0], 7);
	assert_int_equal(buf[1], 0x55);
	script_finished(&b);
}

static void what_one_command_cannot_carry_is_refused(void **state)
{
	const struct exchange script[] = { END };

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_max_read(&b.probe, 4), 6144);
	assert_int_equal(stlink_max_read(&b.probe, 1), 64);
	assert_int_equal(stlink_max_write(&b.probe, 1), 64);
	assert_int_equal(stlink_read_mem(&b.probe, 4, 0x20000002, buf, 4), STFLASH_E_ARG);
	text_has(&b, "4 bytes at 0x20000002 cannot be one access block of width 4");
	assert_int_equal(stlink_read_mem(&b.probe, 4, 0x20000000, buf, 6), STFLASH_E_ARG);
	assert_int_equal(stlink_read_mem(&b.probe, 4, 0x20000000, buf, 0), STFLASH_E_ARG);
	assert_int_equal(stlink_read_mem(&b.probe, 1, 0x20000000, buf, 65), STFLASH_E_ARG);
	assert_int_equal(stlink_read_mem(&b.probe, 3, 0x20000001, buf, 3), STFLASH_E_ARG);
	assert_int_equal(stlink_write_mem(&b.probe, 1, 0x20000000, buf, 65), STFLASH_E_ARG);
	assert_int_equal(stlink_read_debug32(&b.probe, 0x20000001, &(uint32_t){ 0 }), STFLASH_E_ARG);
	text_has(&b, "0x20000001 is not the address of a word");
	assert_int_equal(stlink_write_debug32(&b.probe, 0x20000002, 0), STFLASH_E_ARG);
	assert_int_equal(b.tr.commands, 0);

	bench_open(&b, V3S, v3j7m2, script);
	assert_int_equal(stlink_max_read(&b.probe, 1), 128);
	assert_int_equal(stlink_max_write(&b.probe, 1), 512);
}

static void old_firmware_is_named_when_it_cannot(void **state)
{
	const struct exchange script[] = { END };
	uint32_t value;

	(void)state;
	bench_open(&b, V2, v2j17s4, script);
	assert_int_equal(stlink_read_mem(&b.probe, 2, 0x20000000, buf, 2), STFLASH_E_UNSUPPORTED);
	text_has(&b, "needs V2J26 or newer; this probe has V2J17S4; update it with ST's ST-LINK upgrade tool");
	assert_int_equal(stlink_read_dap_reg(&b.probe, 0xffff, 4, &value), STFLASH_E_UNSUPPORTED);
	text_has(&b, "reading a debug port register needs V2J24");
	assert_int_equal(stlink_write_dap_reg(&b.probe, 0xffff, 4, 0), STFLASH_E_UNSUPPORTED);
	text_has(&b, "writing a debug port register needs V2J24");
	assert_int_equal(b.tr.commands, 0);
}

static void wait_that_ends_is_waited_for(void **state)
{
	const struct exchange script[] = {
		READ_WORD,        IN(0, 0, 0, 0), STATUS2(0x10, 0), READ_WORD,        IN(0, 0, 0, 0),
		STATUS2(0x14, 0), READ_WORD,      IN(1, 2, 3, 4),   STATUS2(0x80, 0), END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), 0);
	assert_int_equal(get_le32(buf), 0x04030201);
	script_finished(&b);
}

static int endless_wait(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	(void)t;
	(void)timeout_ms;
	xfers[0].actual = xfers[0].len;
	if (n == 2) {
		memset(xfers[1].buf, 0, xfers[1].len);
		if (xfers[0].buf[1] != 0x07)
			xfers[1].buf[0] = 0x10;
		xfers[1].actual = xfers[1].len;
	}
	return 0;
}

static void wait_that_does_not_end_is_a_timeout(void **state)
{
	const struct transport_ops ops = { .transfer = endless_wait };
	uint32_t value;

	(void)state;
	bench_open(&b, V2, v2j29s7, NULL);
	b.tr.base.ops = &ops;
	assert_int_equal(read_word(), STFLASH_E_TIMEOUT);
	text_has(&b, "reading 0x20000000: the target keeps the debug port waiting");
	assert_int_equal(stlink_read_debug32(&b.probe, 0xe000edf0, &value), STFLASH_E_TIMEOUT);
}

static void a_v3_that_says_fault_after_wait_is_still_waiting(void **state)
{
	const struct exchange script[] = {
		READ_WORD,
		IN(0, 0, 0, 0),
		STATUS2(0x10, 0),
		READ_WORD,
		IN(0, 0, 0, 0),
		STATUS2(0x11, 0),
		READ_WORD,
		IN(1, 2, 3, 4),
		STATUS2(0x80, 0),
		/* without a WAIT before it is a fault */
		READ_WORD,
		IN(0, 0, 0, 0),
		STATUS2(0x11, 0),
		END,
	};

	(void)state;
	bench_open(&b, V3S, v3j7m2, script);
	assert_int_equal(read_word(), 0);
	assert_int_equal(get_le32(buf), 0x04030201);
	assert_int_equal(read_word(), STFLASH_E_FAULT);
	script_finished(&b);
}

static void a_v2_that_says_fault_after_wait_means_it(void **state)
{
	const struct exchange script[] = {
		READ_WORD, IN(0, 0, 0, 0), STATUS2(0x10, 0), READ_WORD, IN(0, 0, 0, 0), STATUS2(0x11, 0), END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), STFLASH_E_FAULT);
	script_finished(&b);
}

static void a_fault_names_the_address_the_probe_tells(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x07, B4(0x08000000), 0x00, 0x18),
		IN_FILL(6144, 0xff),
		STATUS2(0x11, 0x08001000),
		END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_read_mem(&b.probe, 4, 0x08000000, buf, 6144), STFLASH_E_FAULT);
	assert_int_equal(b.probe.fault_addr, 0x08001000);
	text_has(&b, "reading 0x08001000: the target refused the access");
	script_finished(&b);
}

static void every_status_has_its_class(void **state)
{
	static const struct {
		uint8_t status;
		int err;
		bool link;
	} rows[] = {
		{ 0x80, 0, false },
		{ 0x0d, 0, false },
		{ 0x40, 0, false },
		{ 0x81, STFLASH_E_FAULT, false },
		{ 0x01, STFLASH_E_FAULT, false },
		{ 0x02, STFLASH_E_PROBE, false },
		{ 0x03, STFLASH_E_PROBE, false },
		{ 0x04, STFLASH_E_NO_TARGET, false },
		{ 0x05, STFLASH_E_NO_TARGET, false },
		{ 0x06, STFLASH_E_PROBE, false },
		{ 0x07, STFLASH_E_PROBE, false },
		{ 0x08, STFLASH_E_PROBE, false },
		{ 0x09, STFLASH_E_NO_TARGET, false },
		{ 0x0a, STFLASH_E_PROBE, false },
		{ 0x0b, STFLASH_E_NO_TARGET, false },
		{ 0x0c, STFLASH_E_FAULT, false },
		{ 0x0e, STFLASH_E_PROBE, false },
		{ 0x11, STFLASH_E_FAULT, false },
		{ 0x12, STFLASH_E_NO_TARGET, true },
		{ 0x13, STFLASH_E_NO_TARGET, true },
		{ 0x15, STFLASH_E_FAULT, false },
		{ 0x16, STFLASH_E_NO_TARGET, true },
		{ 0x17, STFLASH_E_NO_TARGET, true },
		{ 0x18, STFLASH_E_FAULT, false },
		{ 0x19, STFLASH_E_FAULT, false },
		{ 0x1a, STFLASH_E_FAULT, false },
		{ 0x1d, STFLASH_E_NO_TARGET, false },
		{ 0x20, STFLASH_E_UNSUPPORTED, false },
		{ 0x29, STFLASH_E_PROBE, false },
		{ 0x41, STFLASH_E_UNSUPPORTED, false },
		{ 0x42, STFLASH_E_UNSUPPORTED, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct exchange script[] = {
			OUT(0xf2, 0x35, B4(0xe000edf0), B4(0xa05f0003)),
			IN(rows[i].status, 0x00),
			END,
		};

		bench_open(&b, V2, v2j29s7, script);
		assert_int_equal(stlink_write_debug32(&b.probe, 0xe000edf0, 0xa05f0003), rows[i].err);
		assert_int_equal(b.probe.last_status, rows[i].status);
		assert_int_equal(stlink_link_error(&b.probe), rows[i].link);
		if (rows[i].err)
			text_has(&b, "writing 0xe000edf0: ");
		script_finished(&b);
	}
}

static void an_unknown_command_is_named_with_the_firmware(void **state)
{
	const struct exchange script[] = { OUT(0xf2, 0x3c, 0x00), IN(0x42, 0x00), END };

	(void)state;
	bench_open(&b, V2, v2j17s4, script);
	assert_int_equal(stlink_hold_nrst(&b.probe), STFLASH_E_UNSUPPORTED);
	text_has(&b, "V2J17S4 does not know the command DRIVE_NRST");
	script_finished(&b);
}

static void a_stall_is_cleared_and_the_command_sent_again(void **state)
{
	const struct exchange script[] = {
		READ_WORD, IN_ERR(STFLASH_E_STALL), CLEAR_HALTS,      RESYNC(0x02), STATUS2(0x80, 0),
		READ_WORD, IN(1, 2, 3, 4),          STATUS2(0x80, 0), END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), 0);
	assert_int_equal(get_le32(buf), 0x04030201);
	assert_int_equal(b.ctx.errmsg[0], '\0');
	script_finished(&b);
}

static void a_reply_that_comes_too_late_is_not_taken_for_the_next(void **state)
{
	/* The old value arrives after the time is over: it must not become the answer to the second command. */
	const struct exchange script[] = {
		OUT(0xf2, 0x36, B4(0xe000edf0)),
		IN_ERR(STFLASH_E_TIMEOUT),
		SILENCE,
		OUT(0xf5),
		IN(0x80, 0, 0, 0, 9, 9, 9, 9), /* longer than a mode: overflow */
		STALE(0x02, 0x00),
		SILENCE,
		ASK_MODE(0x02),
		RD(0xe000edf0, 0x00030003),
		END,
	};
	uint32_t value;

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_read_debug32(&b.probe, 0xe000edf0, &value), 0);
	assert_int_equal(value, 0x00030003);
	script_finished(&b);
}

static void a_late_status_is_no_mode(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x35, B4(0xe000edf0), B4(0xa05f0001)),
		IN_ERR(STFLASH_E_TIMEOUT),
		SILENCE,
		ASK_MODE(0x80),
		STALE(0x02, 0x00),
		SILENCE,
		ASK_MODE(0x02),
		WR(0xe000edf0, 0xa05f0001),
		END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_write_debug32(&b.probe, 0xe000edf0, 0xa05f0001), 0);
	script_finished(&b);
}

/* A refusal may be its status alone; what could be a stale reply with a mode is no refusal. */
static void a_refusal_may_be_shorter_than_the_reply(void **state)
{
	const struct exchange fault[] = { OUT(0xf2, 0x36, B4(0xe000edf0u)), IN(0x11, 0x00), END };
	const struct exchange unknown[] = { OUT(0xf2, 0x33, 15), IN(0x42), END };
	const struct exchange stale[] = {
		OUT(0xf2, 0x36, B4(0xe000edf0u)), IN(0x02, 0x00), RESYNC(0x02), RD(0xe000edf0u, 7u), END,
	};
	uint32_t value;

	(void)state;
	bench_open(&b, V2, v2j29s7, fault);
	assert_int_equal(stlink_read_debug32(&b.probe, 0xe000edf0, &value), STFLASH_E_FAULT);
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, unknown);
	assert_int_equal(stlink_read_reg(&b.probe, 15, &value), STFLASH_E_UNSUPPORTED);
	text_has(&b, "does not know the command READREG");
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, stale);
	assert_int_equal(stlink_read_debug32(&b.probe, 0xe000edf0, &value), 0);
	assert_int_equal(value, 7);
	script_finished(&b);
}

static void a_short_reply_is_not_data(void **state)
{
	const struct exchange script[] = {
		READ_WORD, IN(1, 2, 3),    RESYNC(0x02),     STATUS2(0x80, 0),
		READ_WORD, IN(5, 6, 7, 8), STATUS2(0x80, 0), END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), 0);
	assert_int_equal(get_le32(buf), 0x08070605);
	script_finished(&b);
}

static void short_replies_without_end_are_an_error(void **state)
{
	const struct exchange script[] = {
		READ_WORD,    IN(1, 2, 3),      RESYNC(0x02), STATUS2(0x80, 0), READ_WORD,    IN(1, 2, 3),
		RESYNC(0x02), STATUS2(0x80, 0), READ_WORD,    IN(1, 2, 3),      RESYNC(0x02), STATUS2(0x80, 0),
		END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), STFLASH_E_PROBE);
	text_has(&b, "3 bytes instead of 4");
	script_finished(&b);
}

static void a_lost_status_is_fetched_again(void **state)
{
	const struct exchange script[] = {
		READ_WORD, IN(1, 2, 3, 4), OUT(0xf2, 0x3e), IN_ERR(STFLASH_E_TIMEOUT), RESYNC(0x02), STATUS2(0x80, 0),
		END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), 0);
	script_finished(&b);
}

static void a_status_that_is_none_is_garbage(void **state)
{
	const struct exchange once[] = {
		READ_WORD, IN(1, 2, 3, 4), STATUS2(0x77, 0), RESYNC(0x02), STATUS2(0x80, 0), END,
	};
	const struct exchange always[] = {
		READ_WORD,    IN(1, 2, 3, 4),   STATUS2(0x77, 0), RESYNC(0x02),     STATUS2(0x77, 0),
		RESYNC(0x02), STATUS2(0x00, 0), RESYNC(0x02),     STATUS2(0x00, 0), END,
	};
	const struct exchange in_reply[] = {
		OUT(0xf2, 0x36, B4(0xe000edf0)), IN(0x77, 0, 0, 0, 0, 0, 0, 0), RESYNC(0x02), RD(0xe000edf0, 5), END,
	};
	uint32_t value;

	(void)state;
	bench_open(&b, V2, v2j29s7, once);
	assert_int_equal(read_word(), 0);
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, always);
	assert_int_equal(read_word(), STFLASH_E_PROBE);
	text_has(&b, "0x77, which is no status");
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, in_reply);
	assert_int_equal(stlink_read_debug32(&b.probe, 0xe000edf0, &value), 0);
	assert_int_equal(value, 5);
	script_finished(&b);
}

/* It may have been done: a second RESETSYS, a second edge of NRST or a second write would be one too many. */
static void what_changes_something_is_not_sent_again_after_a_status_that_is_none(void **state)
{
	const struct exchange reset[] = { OUT(0xf2, 0x32), IN(0x77, 0), RESYNC(0x02), END };
	const struct exchange nrst[] = { OUT(0xf2, 0x3c, 0x01), IN(0x77, 0), RESYNC(0x02), END };
	const struct exchange reg[] = { OUT(0xf2, 0x34, 15, B4(0x20000001)), IN(0x77, 0), RESYNC(0x02), END };
	const struct exchange word[] = {
		OUT(0xf2, 0x35, B4(0xe000edf0), B4(1)),
		IN(0x77, 0),
		RESYNC(0x02),
		END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, reset);
	assert_int_equal(stlink_reset_system(&b.probe), STFLASH_E_PROBE);
	text_has(&b, "RESETSYS with 0x77, which is no status");
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, nrst);
	assert_int_equal(stlink_release_nrst(&b.probe), STFLASH_E_PROBE);
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, reg);
	assert_int_equal(stlink_write_reg(&b.probe, 15, 0x20000001), STFLASH_E_PROBE);
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, word);
	assert_int_equal(stlink_write_debug32(&b.probe, 0xe000edf0, 1), STFLASH_E_PROBE);
	script_finished(&b);
}

static void replies_of_another_length_do_as_long_as_what_is_used_is_there(void **state)
{
	const struct exchange script[] = {
		/* a status with more behind it, and of one byte */
		OUT(0xf2, 0x32),
		IN(0x80, 0, 0, 0),
		OUT(0xf2, 0x32),
		IN(0x80),
		/* a word with more behind it */
		OUT(0xf2, 0x36, B4(0xe000edf0)),
		IN(0x80, 0, 0, 0, B4(7), 1, 2, 3, 4),
		/* the ids without those of a second TAP */
		OUT(0xf2, 0x31),
		IN(0x80, 0, 0, 0, B4(0x2ba01477)),
		END,
	};
	const struct exchange status[] = { READ_WORD, IN(1, 2, 3, 4), OUT(0xf2, 0x3e), IN(0x80, 0), END };
	const struct exchange cut[] = {
		OUT(0xf2, 0x36, B4(0xe000edf0)), IN(0x80, 0, 0, 0, 1, 2), RESYNC(0x02), RD(0xe000edf0, 5), END,
	};
	uint32_t value;

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_reset_system(&b.probe), 0);
	assert_int_equal(stlink_reset_system(&b.probe), 0);
	assert_int_equal(stlink_read_debug32(&b.probe, 0xe000edf0, &value), 0);
	assert_int_equal(value, 7);
	assert_int_equal(stlink_read_dpidr(&b.probe, &value), 0);
	assert_int_equal(value, 0x2ba01477);
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, status);
	assert_int_equal(read_word(), 0);
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, cut);
	assert_int_equal(stlink_read_debug32(&b.probe, 0xe000edf0, &value), 0);
	assert_int_equal(value, 5);
	script_finished(&b);
}

/* stlink issue 373: what comes behind the first packet is zeros. */
static void firmware_below_j24_is_read_in_single_packets(void **state)
{
	(void)state;
	bench_open(&b, V2, v2j17s4, (const struct exchange[]){ END });
	assert_int_equal(stlink_max_read(&b.probe, 4), 64);
	assert_int_equal(stlink_max_read(&b.probe, 1), 64);
	assert_int_equal(stlink_max_write(&b.probe, 4), 6144);
	bench_open(&b, V2, v2j29s7, (const struct exchange[]){ END });
	assert_int_equal(stlink_max_read(&b.probe, 4), 6144);
}

static void a_disconnect_in_the_middle_ends_at_once(void **state)
{
	const struct exchange script[] = {
		READ_WORD,
		IN(1, 2, 3, 4),
		OUT_ERR(STFLASH_E_UNPLUGGED, 0xf2, 0x3e),
		END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), STFLASH_E_UNPLUGGED);
	script_finished(&b);
}

/* Whatever is on its way when the cable is pulled: nothing more is sent, and no reset is tried. */
static void a_disconnect_while_the_order_is_restored_ends_at_once(void **state)
{
	const struct exchange at_halt[] = {
		READ_WORD,
		IN_ERR(STFLASH_E_STALL),
		{ .kind = X_CLEAR_HALT, .err = STFLASH_E_UNPLUGGED },
		END,
	};
	const struct exchange at_mode[] = {
		READ_WORD, IN_ERR(STFLASH_E_TIMEOUT), SILENCE, OUT_ERR(STFLASH_E_UNPLUGGED, 0xf5), END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, at_halt);
	assert_int_equal(read_word(), STFLASH_E_UNPLUGGED);
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, at_mode);
	assert_int_equal(read_word(), STFLASH_E_UNPLUGGED);
	script_finished(&b);
}

static void a_probe_that_stays_dumb_is_asked_nothing_more(void **state)
{
#define DUMB SILENCE, OUT(0xf5), IN_ERR(STFLASH_E_TIMEOUT)
	const struct exchange script[] = {
		READ_WORD, IN_ERR(STFLASH_E_TIMEOUT), DUMB, DUMB, DUMB, USB_RESET, SILENCE, DUMB, DUMB, DUMB, END,
	};
	unsigned int commands;

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(read_word(), STFLASH_E_TIMEOUT);
	assert_true(b.probe.lost);
	script_finished(&b);
	commands = b.tr.commands;
	assert_int_equal(read_word(), STFLASH_E_PROBE);
	text_has(&b, "the probe does not come back from a USB fault: unplug it and plug it in");
	(void)stlink_close(&b.probe);
	assert_int_equal(b.tr.commands, commands);
}

static void a_probe_that_fell_out_of_debug_mode_is_asked_nothing_there(void **state)
{
	const struct exchange at_data[] = { READ_WORD, IN_ERR(STFLASH_E_TIMEOUT), RESYNC(0x01), END };
	const struct exchange at_status[] = {
		READ_WORD, IN(1, 2, 3, 4), OUT(0xf2, 0x3e), IN_ERR(STFLASH_E_PROBE), RESYNC(0x00), END,
	};

	(void)state;
	bench_open(&b, V2, v2j29s7, at_data);
	assert_int_equal(read_word(), STFLASH_E_TIMEOUT);
	assert_false(b.probe.in_debug);
	assert_int_equal(read_word(), STFLASH_E_NO_TARGET);
	text_has(&b, "does not answer any more");
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, at_status);
	assert_int_equal(read_word(), STFLASH_E_PROBE);
	text_has(&b, "reading 0x20000000: ");
	text_has(&b, "the probe fell out of debug mode: check its USB cable and start again");
	assert_true(b.probe.astray);
	script_finished(&b);
}

static void a_write_that_must_happen_once_is_sent_once(void **state)
{
	const struct exchange stall[] = {
		OUT(0xf2, 0x48, B4(0x08000000), 0x02, 0x00),
		DATA(1, 2),
		OUT(0xf2, 0x3e),
		IN_ERR(STFLASH_E_STALL),
		CLEAR_HALTS,
		RESYNC(0x02),
		STATUS2(0x80, 0),
		OUT_ERR(STFLASH_E_STALL, 0xf2, 0x48, B4(0x08000000), 0x02, 0x00),
		CLEAR_HALTS,
		RESYNC(0x02),
		STATUS2(0x80, 0),
		END,
	};
	const struct exchange wait[] = {
		OUT(0xf2, 0x48, B4(0x08000000), 0x02, 0x00),
		DATA(1, 2),
		STATUS2(0x10, 0),
		END,
	};
	const uint8_t data[] = { 1, 2 };

	(void)state;
	bench_open(&b, V2, v2j29s7, stall);
	assert_int_equal(stlink_write_mem_once(&b.probe, 2, 0x08000000, data, 2), 0);
	assert_int_equal(stlink_write_mem_once(&b.probe, 2, 0x08000000, data, 2), STFLASH_E_STALL);
	script_finished(&b);
	bench_open(&b, V2, v2j29s7, wait);
	assert_int_equal(stlink_write_mem_once(&b.probe, 2, 0x08000000, data, 2), STFLASH_E_TIMEOUT);
	script_finished(&b);
}

static void registers_are_golden(void **state)
{
	const struct exchange script[] = {
		OUT(0xf2, 0x33, 15),
		IN(0x80, 0, 0, 0, B4(0x08000130)),
		OUT(0xf2, 0x34, 15, B4(0x20000020)),
		OK,
		OUT(0xf2, 0x45, 0xff, 0xff, 0x04, 0x00),
		IN(0x80, 0, 0, 0, B4(0xf0000040)),
		OUT(0xf2, 0x46, 0xff, 0xff, 0x00, 0x00, B4(0x0000001e)),
		OK,
		END,
	};
	uint32_t value;

	(void)state;
	bench_open(&b, V2, v2j29s7, script);
	assert_int_equal(stlink_read_reg(&b.probe, 15, &value), 0);
	assert_int_equal(value, 0x08000130);
	assert_int_equal(stlink_write_reg(&b.probe, 15, 0x20000020), 0);
	assert_int_equal(stlink_read_dap_reg(&b.probe, STLINK_DP_PORT, 4, &value), 0);
	assert_int_equal(value, 0xf0000040);
	assert_int_equal(stlink_write_dap_reg(&b.probe, STLINK_DP_PORT, 0, 0x1e), 0);
	script_finished(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_word_splits_command_and_data),
		cmocka_unit_test(old_firmware_is_asked_for_its_status_the_old_way),
		cmocka_unit_test(every_width_has_its_command),
		cmocka_unit_test(what_one_command_cannot_carry_is_refused),
		cmocka_unit_test(old_firmware_is_named_when_it_cannot),
		cmocka_unit_test(wait_that_ends_is_waited_for),
		cmocka_unit_test(wait_that_does_not_end_is_a_timeout),
		cmocka_unit_test(a_v3_that_says_fault_after_wait_is_still_waiting),
		cmocka_unit_test(a_v2_that_says_fault_after_wait_means_it),
		cmocka_unit_test(a_fault_names_the_address_the_probe_tells),
		cmocka_unit_test(every_status_has_its_class),
		cmocka_unit_test(an_unknown_command_is_named_with_the_firmware),
		cmocka_unit_test(a_stall_is_cleared_and_the_command_sent_again),
		cmocka_unit_test(a_reply_that_comes_too_late_is_not_taken_for_the_next),
		cmocka_unit_test(a_late_status_is_no_mode),
		cmocka_unit_test(a_refusal_may_be_shorter_than_the_reply),
		cmocka_unit_test(a_short_reply_is_not_data),
		cmocka_unit_test(short_replies_without_end_are_an_error),
		cmocka_unit_test(a_lost_status_is_fetched_again),
		cmocka_unit_test(a_status_that_is_none_is_garbage),
		cmocka_unit_test(what_changes_something_is_not_sent_again_after_a_status_that_is_none),
		cmocka_unit_test(replies_of_another_length_do_as_long_as_what_is_used_is_there),
		cmocka_unit_test(firmware_below_j24_is_read_in_single_packets),
		cmocka_unit_test(a_disconnect_in_the_middle_ends_at_once),
		cmocka_unit_test(a_disconnect_while_the_order_is_restored_ends_at_once),
		cmocka_unit_test(a_probe_that_stays_dumb_is_asked_nothing_more),
		cmocka_unit_test(a_probe_that_fell_out_of_debug_mode_is_asked_nothing_there),
		cmocka_unit_test(a_write_that_must_happen_once_is_sent_once),
		cmocka_unit_test(registers_are_golden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
