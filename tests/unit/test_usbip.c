/* SPDX-License-Identifier: MIT */
/* The USB/IP client against a server that behaves: import, transfers, deadlines, stalls. */
#include "usbip_server.h"

static void connect_to(struct transport **t, struct ctx *ctx, struct server *s, void (*script)(struct server *s))
{
	const int err = import_over(t, ctx, start_server(s, script));

	if (err)
		fail_msg("import: %d %s", err, ctx->errmsg);
}

/* ------------------------------------------------------------------ import */

static void script_enumerate(struct server *s)
{
	serve_enumeration(s);
}

static void import_reads_ids_endpoints_and_the_raw_serial(void **state)
{
	struct transport *t;
	struct server s;
	struct ctx ctx;

	(void)state;
	connect_to(&t, &ctx, &s, script_enumerate);
	assert_int_equal(t->vid, 0x0483);
	assert_int_equal(t->pid, 0x3748);
	assert_int_equal(t->ep_out, 0x02);
	assert_int_equal(t->ep_in, 0x81);
	assert_string_equal(t->serial, "57FF72067265575742132067");
	assert_string_equal(t->path, "usbip://test/1-1");
	transport_close(t);
	end_server(&s);
}

static void reply_status(struct server *s, uint32_t status)
{
	uint8_t request[40], reply[8] = { 0x01, 0x11, 0x00, 0x03 };

	put_be32(reply + 4, status);
	if (take(s, request, sizeof(request)))
		give(s, reply, sizeof(reply));
}

static void script_busy(struct server *s)
{
	reply_status(s, 2);
}

static void script_no_device(struct server *s)
{
	reply_status(s, 4);
}

static void script_device_error(struct server *s)
{
	reply_status(s, 3);
}

static void import_fails(void (*script)(struct server *s), int expected, const char *words)
{
	struct transport *t = NULL;
	struct server s;
	struct ctx ctx;

	assert_int_equal(import_over(&t, &ctx, start_server(&s, script)), expected);
	assert_null(t);
	if (!strstr(ctx.errmsg, words))
		fail_msg("'%s' lacks '%s'", ctx.errmsg, words);
	end_server(&s);
}

static void a_device_in_use_is_busy(void **state)
{
	(void)state;
	import_fails(script_busy, STFLASH_E_BUSY,
		     "usbip://test/1-1 is in use by another USB/IP client: end that one first");
}

static void an_unknown_busid_is_no_probe(void **state)
{
	(void)state;
	import_fails(script_no_device, STFLASH_E_NO_PROBE, "no device 1-1");
}

static void another_import_status_is_a_fault_of_the_probe(void **state)
{
	(void)state;
	import_fails(script_device_error, STFLASH_E_PROBE, "status 3");
}

static void script_keyboard(struct server *s)
{
	uint8_t request[40], reply[320];

	put_import_reply(reply);
	put_be16(reply + 8 + 0x12c, 0x046d);
	put_be16(reply + 8 + 0x12e, 0xc31c);
	if (take(s, request, sizeof(request)))
		give(s, reply, sizeof(reply));
}

static void a_device_that_is_no_stlink_is_refused_before_any_urb(void **state)
{
	(void)state;
	import_fails(script_keyboard, STFLASH_E_NO_PROBE, "046d:c31c");
}

/* ST's vendor id with an unknown product id is judged by its name. */
static void script_serial_port(struct server *s)
{
	static const uint8_t product[] = { 16, 3, 'V', 0, 'i', 0, 'r', 0, 't', 0, 'u', 0, 'a', 0, 'l', 0 };
	static struct seen m;
	uint8_t request[40], reply[320];

	put_import_reply(reply);
	put_be16(reply + 8 + 0x12e, 0x5740);
	if (!take(s, request, sizeof(request)))
		return;
	give(s, reply, sizeof(reply));
	while (next_message(s, &m)) {
		demand(s, m.setup[1] == 6 && m.setup[3] != 2, "asked for more than its name");
		if (m.setup[3] == 3) {
			answer_in(s, &m, product, sizeof(product));
			return;
		}
		serve_control(s, &m);
	}
}

static void a_device_of_st_that_is_no_stlink_is_refused_by_its_name(void **state)
{
	(void)state;
	import_fails(script_serial_port, STFLASH_E_NO_PROBE, "0483:5740");
}

static void script_no_endpoints(struct server *s)
{
	static const uint8_t config[18] = { 9, 2, 18, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 0, 3, 1, 1, 0 };
	static struct seen m;

	if (!serve_import(s) || !next_message(s, &m))
		return;
	answer_out(s, &m);
	if (next_message(s, &m))
		answer_in(s, &m, config, sizeof(config));
}

static void a_device_without_bulk_endpoints_is_unsupported(void **state)
{
	(void)state;
	import_fails(script_no_endpoints, STFLASH_E_UNSUPPORTED, "no bulk endpoints");
}

static void script_stall_serial(struct server *s)
{
	static struct seen m;

	if (!serve_import(s))
		return;
	while (next_message(s, &m)) {
		if (m.setup[1] == 6 && m.setup[3] == 3) {
			answer_claiming(s, m.seqnum, -32, 0, NULL, 0);
			return;
		}
		serve_control(s, &m);
	}
}

static void a_probe_without_its_serial_is_not_skipped(void **state)
{
	struct transport *t;
	struct server s;
	struct ctx ctx;

	(void)state;
	connect_to(&t, &ctx, &s, script_stall_serial);
	assert_string_equal(t->serial, "");
	assert_string_equal(ctx.errmsg, "");
	transport_close(t);
	end_server(&s);
}

/* Descriptors of configuration alone, and nobody may configure it: what a simple server has. */
static void script_simple_server(struct server *s)
{
	static struct seen m;

	if (!serve_import(s))
		return;
	while (next_message(s, &m)) {
		if (m.setup[1] == 6 && m.setup[3] == 2) {
			serve_control(s, &m);
		} else if (m.setup[1] == 6 && m.setup[3] == 1) {
			answer_in(s, &m, v2_device, 8);
			return;
		} else {
			answer_claiming(s, m.seqnum, -32, 0, NULL, 0);
		}
	}
}

static void a_server_that_refuses_what_it_need_not_do_is_good_enough(void **state)
{
	struct transport *t;
	struct server s;
	struct ctx ctx;

	(void)state;
	connect_to(&t, &ctx, &s, script_simple_server);
	assert_int_equal(t->ep_out, 0x02);
	assert_string_equal(t->serial, "");
	assert_string_equal(ctx.errmsg, "");
	transport_close(t);
	end_server(&s);
}

/* --------------------------------------------------------------- transfers */

static void script_two_exchanges(struct server *s)
{
	static struct seen out, in;

	if (!serve_enumeration(s))
		return;
	serve_exchange(s);
	/* the second time the reply overtakes the command: order holds per endpoint only */
	if (!take_exchange(s, &out, &in))
		return;
	answer_in(s, &in, version_reply, 2);
	answer_out(s, &out);
}

static void command_and_reply_are_queued_together_and_matched_by_seqnum(void **state)
{
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;

	(void)state;
	connect_to(&t, &ctx, &s, script_two_exchanges);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	assert_int_equal(e.x[0].actual, 16);
	assert_int_equal(e.x[1].actual, REPLY_LEN);
	assert_memory_equal(e.reply, version_reply, REPLY_LEN);
	check_canary(&e);

	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	assert_int_equal(e.x[1].actual, 2); /* a short input is not an error, actual tells */
	assert_int_equal(e.reply[2], CANARY);
	transport_close(t);
	end_server(&s);
}

static void script_short_out(struct server *s)
{
	static struct seen out, in;

	if (!serve_enumeration(s) || !take_exchange(s, &out, &in))
		return;
	answer_claiming(s, out.seqnum, 0, 8, NULL, 0);
	answer_in(s, &in, version_reply, REPLY_LEN);
}

static void a_command_taken_by_half_is_a_fault_of_the_probe(void **state)
{
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;

	(void)state;
	connect_to(&t, &ctx, &s, script_short_out);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), STFLASH_E_PROBE);
	assert_non_null(strstr(ctx.errmsg, "8 of 16 bytes"));
	transport_close(t);
	end_server(&s);
}

static void script_uncounted_out(struct server *s)
{
	static struct seen out, in;

	if (!serve_enumeration(s) || !take_exchange(s, &out, &in))
		return;
	answer_claiming(s, out.seqnum, 0, 0, NULL, 0);
	answer_in(s, &in, version_reply, REPLY_LEN);
}

/* An OUT with status 0 has moved all of it: actual_length 0 is a server that counts only what it sends. */
static void an_out_that_went_well_went_whole(void **state)
{
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;

	(void)state;
	connect_to(&t, &ctx, &s, script_uncounted_out);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	assert_int_equal(e.x[0].actual, 16);
	transport_close(t);
	end_server(&s);
}

/* The server waits for the unlink of the reply; how it confirms is what the tests differ in. */
static bool wait_for_unlink(struct server *s, struct seen *in, struct seen *unlink)
{
	static struct seen out;

	if (!serve_enumeration(s) || !take_exchange(s, &out, in))
		return false;
	answer_out(s, &out);
	if (!next_message(s, unlink))
		return false;
	demand(s, unlink->command == 2 && unlink->ep == 0 && unlink->direction == 0, "not a CMD_UNLINK");
	demand(s, unlink->flags == in->seqnum, "unlink of something else than the reply");
	demand(s, unlink->seqnum == in->seqnum + 1, "an unlink without a sequence number of its own");
	return true;
}

static void script_unlinked(struct server *s)
{
	static struct seen in, unlink;

	if (!wait_for_unlink(s, &in, &unlink))
		return;
	confirm_unlink(s, &unlink, -104);
	serve_exchange(s);
}

static void script_answered_meanwhile(struct server *s)
{
	static struct seen in, unlink;

	if (!wait_for_unlink(s, &in, &unlink))
		return;
	answer_in(s, &in, version_reply, REPLY_LEN);
	confirm_unlink(s, &unlink, 0);
	serve_exchange(s);
}

static void script_answered_late(struct server *s)
{
	static struct seen in, unlink;

	if (!wait_for_unlink(s, &in, &unlink))
		return;
	confirm_unlink(s, &unlink, 0);
	answer_in(s, &in, version_reply, REPLY_LEN);
	serve_exchange(s);
}

/* The deadline falls into the middle of the data: the rest comes after the unlink. */
static void script_answered_by_half(struct server *s)
{
	static struct seen out, in, unlink;

	if (!serve_enumeration(s) || !take_exchange(s, &out, &in))
		return;
	answer_out(s, &out);
	answer_claiming(s, in.seqnum, 0, REPLY_LEN, version_reply, 3);
	if (!next_message(s, &unlink))
		return;
	give(s, version_reply + 3, REPLY_LEN - 3);
	confirm_unlink(s, &unlink, 0);
	serve_exchange(s);
}

/* The command itself is answered late: its length is what was taken of it, and no data follows. */
static void script_command_answered_late(struct server *s)
{
	static struct seen out, in, unlink[2];

	if (!serve_enumeration(s) || !take_exchange(s, &out, &in) || !next_message(s, &unlink[0]) ||
	    !next_message(s, &unlink[1]))
		return;
	confirm_unlink(s, &unlink[0], 0);
	confirm_unlink(s, &unlink[1], 0);
	answer_out(s, &out);
	answer_in(s, &in, version_reply, REPLY_LEN);
	serve_exchange(s);
}

static void times_out_and_goes_on(void (*script)(struct server *s))
{
	const unsigned int timeout_ms = 40;
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;
	uint64_t begin;

	connect_to(&t, &ctx, &s, script);
	begin = now_ms();
	assert_int_equal(run_exchange(&e, t, timeout_ms), STFLASH_E_TIMEOUT);
	assert_true(now_ms() - begin >= timeout_ms);
	assert_string_equal(ctx.errmsg, "the probe did not answer within 40 ms");
	check_canary(&e);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	assert_memory_equal(e.reply, version_reply, REPLY_LEN);
	transport_close(t);
	end_server(&s);
}

static void a_reply_that_does_not_come_is_unlinked_and_the_next_command_works(void **state)
{
	(void)state;
	times_out_and_goes_on(script_unlinked);
}

static void a_reply_that_crosses_its_unlink_is_taken_off_the_wire(void **state)
{
	(void)state;
	times_out_and_goes_on(script_answered_meanwhile);
}

static void a_reply_after_its_unlink_is_discarded(void **state)
{
	(void)state;
	times_out_and_goes_on(script_answered_late);
	times_out_and_goes_on(script_command_answered_late);
}

static void a_deadline_in_the_middle_of_a_reply_loses_no_step(void **state)
{
	(void)state;
	times_out_and_goes_on(script_answered_by_half);
}

#define BLOCK_LEN (1024u * 1024u)

static uint8_t sent_block[BLOCK_LEN], seen_block[48 + BLOCK_LEN];

/* What the socket holds is less than the block: the rest waits for a reader. */
static void script_pause(struct server *s)
{
	if (!serve_enumeration(s))
		return;
	sleep_ms(100);
	if (!take(s, seen_block, sizeof(seen_block)))
		return;
	demand(s, !memcmp(seen_block + 48, sent_block, BLOCK_LEN), "other bytes than were sent");
	answer_claiming(s, get_be32(seen_block + 4), 0, BLOCK_LEN, NULL, 0);
}

static void a_server_that_pauses_in_the_middle_of_a_block_gets_all_of_it(void **state)
{
	struct usb_xfer x = { .ep = 0x02, .buf = sent_block, .len = BLOCK_LEN };
	struct transport *t;
	struct server s;
	struct ctx ctx;

	(void)state;
	for (size_t i = 0; i < BLOCK_LEN; i++)
		sent_block[i] = (uint8_t)(i * 7 + i / 256);
	connect_to(&t, &ctx, &s, script_pause);
	assert_int_equal(transport_transfer(t, &x, 1, PATIENCE_MS), 0);
	assert_int_equal(x.actual, BLOCK_LEN);
	transport_close(t);
	end_server(&s);
}

static void script_stall(struct server *s)
{
	static const uint8_t clear_halt[8] = { 0x02, 0x01, 0, 0, 0x02, 0, 0, 0 };
	static struct seen out, in, m;

	if (!serve_enumeration(s) || !take_exchange(s, &out, &in))
		return;
	answer_claiming(s, out.seqnum, -32, 0, NULL, 0);
	if (!next_message(s, &m))
		return;
	demand(s, m.command == 2 && m.flags == in.seqnum, "the reply of a stalled command is not unlinked");
	confirm_unlink(s, &m, -104);
	if (!next_message(s, &m))
		return;
	demand(s, !memcmp(m.setup, clear_halt, 8), "no CLEAR_FEATURE(ENDPOINT_HALT) for endpoint 02");
	answer_out(s, &m);
	serve_exchange(s);
}

static void a_stall_takes_back_the_reply_and_clears_the_endpoint(void **state)
{
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;
	uint64_t begin;

	(void)state;
	connect_to(&t, &ctx, &s, script_stall);
	begin = now_ms();
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), STFLASH_E_STALL);
	assert_in_range(now_ms() - begin, 0, PATIENCE_MS / 2); /* the reply that will not come is not waited for */
	assert_string_equal(ctx.errmsg, "the probe refused a USB transfer (stall): plug it in again");
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	transport_close(t);
	end_server(&s);
}

/* The device refuses to clear the endpoint, too. */
static void script_stall_that_stays(struct server *s)
{
	static struct seen out, in, m;

	if (!serve_enumeration(s) || !take_exchange(s, &out, &in))
		return;
	answer_out(s, &out);
	answer_claiming(s, in.seqnum, -32, 0, NULL, 0);
	if (next_message(s, &m))
		answer_claiming(s, m.seqnum, -71, 0, NULL, 0);
	serve_exchange(s);
}

static void what_cannot_be_healed_after_a_stall_is_still_a_stall(void **state)
{
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;

	(void)state;
	connect_to(&t, &ctx, &s, script_stall_that_stays);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), STFLASH_E_STALL);
	assert_string_equal(ctx.errmsg, "the probe refused a USB transfer (stall): plug it in again");
	assert_int_equal(ctx.err, STFLASH_E_STALL);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	transport_close(t);
	end_server(&s);
}

static void script_after_the_last_number(struct server *s)
{
	static struct seen m;

	if (!next_message(s, &m))
		return;
	demand(s, m.seqnum == 1, "the number after the last is not 1");
	answer_out(s, &m);
}

/* 0 means "no message" in the lists of both sides; a session of 4 thousand million transfers gets there. */
static void the_sequence_number_after_the_last_is_1(void **state)
{
	struct ctx ctx = { .err = 0 };
	struct usbip_link link = { .ctx = &ctx, .seqnum = UINT32_MAX };
	struct urb urb = { .ep = 0, .setup = { 0, 9, 1 } };
	struct server s;

	(void)state;
	link.fd = start_server(&s, script_after_the_last_number);
	assert_int_equal(stream_adopt(&ctx, link.fd), 0);
	assert_int_equal(usbip_run(&link, &urb, 1, PATIENCE_MS), 0);
	stream_close(link.fd);
	end_server(&s);
}

static const struct {
	int32_t status;
	int err;
	const char *sentence;
} statuses[] = {
	{ -75, STFLASH_E_PROBE, "the probe sent more than was asked for (USB overflow): plug it in again" },
	{ -71, STFLASH_E_PROBE, "errors on the USB bus of the probe: check its cable and hub" },
	{ -84, STFLASH_E_PROBE, "errors on the USB bus of the probe: check its cable and hub" },
	{ -19, STFLASH_E_UNPLUGGED, "the probe was unplugged from the machine of the USB/IP server" },
	{ -108, STFLASH_E_UNPLUGGED, "the probe was unplugged from the machine of the USB/IP server" },
	{ -110, STFLASH_E_TIMEOUT, "the probe did not answer in time, says the USB/IP server: plug it in again there" },
	{ -5, STFLASH_E_PROBE, "the USB/IP server reported error -5 for a transfer: plug the probe in again there" },
};

static size_t status_under_test;

static void script_status(struct server *s)
{
	static struct seen out, in;

	if (!serve_enumeration(s) || !take_exchange(s, &out, &in))
		return;
	answer_out(s, &out);
	answer_claiming(s, in.seqnum, statuses[status_under_test].status, 0, NULL, 0);
}

static void statuses_are_translated_by_their_linux_numbers(void **state)
{
	(void)state;
	for (status_under_test = 0; status_under_test < ARRAY_SIZE(statuses); status_under_test++) {
		struct transport *t;
		struct exchange e;
		struct server s;
		struct ctx ctx;

		connect_to(&t, &ctx, &s, script_status);
		assert_int_equal(run_exchange(&e, t, PATIENCE_MS), statuses[status_under_test].err);
		assert_ptr_equal(strstr(ctx.errmsg, statuses[status_under_test].sentence), ctx.errmsg);
		transport_close(t);
		end_server(&s);
	}
}

static void script_reset(struct server *s)
{
	static const uint8_t expected[3][8] = {
		{ 0x00, 0x09, 1, 0, 0, 0, 0, 0 },
		{ 0x02, 0x01, 0, 0, 0x02, 0, 0, 0 },
		{ 0x02, 0x01, 0, 0, 0x81, 0, 0, 0 },
	};
	static struct seen m;

	if (!serve_enumeration(s))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(expected) && next_message(s, &m); i++) {
		demand(s, !memcmp(m.setup, expected[i], 8), "another control request than the reset has");
		answer_out(s, &m);
	}
}

static void reset_configures_again_and_clears_both_endpoints(void **state)
{
	struct transport *t;
	struct server s;
	struct ctx ctx;

	(void)state;
	connect_to(&t, &ctx, &s, script_reset);
	assert_int_equal(transport_reset(t), 0);
	transport_close(t);
	end_server(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(import_reads_ids_endpoints_and_the_raw_serial),
		cmocka_unit_test(a_device_in_use_is_busy),
		cmocka_unit_test(an_unknown_busid_is_no_probe),
		cmocka_unit_test(another_import_status_is_a_fault_of_the_probe),
		cmocka_unit_test(a_device_that_is_no_stlink_is_refused_before_any_urb),
		cmocka_unit_test(a_device_of_st_that_is_no_stlink_is_refused_by_its_name),
		cmocka_unit_test(a_device_without_bulk_endpoints_is_unsupported),
		cmocka_unit_test(a_probe_without_its_serial_is_not_skipped),
		cmocka_unit_test(a_server_that_refuses_what_it_need_not_do_is_good_enough),
		cmocka_unit_test(command_and_reply_are_queued_together_and_matched_by_seqnum),
		cmocka_unit_test(an_out_that_went_well_went_whole),
		cmocka_unit_test(a_command_taken_by_half_is_a_fault_of_the_probe),
		cmocka_unit_test(a_reply_that_does_not_come_is_unlinked_and_the_next_command_works),
		cmocka_unit_test(a_reply_that_crosses_its_unlink_is_taken_off_the_wire),
		cmocka_unit_test(a_reply_after_its_unlink_is_discarded),
		cmocka_unit_test(a_deadline_in_the_middle_of_a_reply_loses_no_step),
		cmocka_unit_test(a_server_that_pauses_in_the_middle_of_a_block_gets_all_of_it),
		cmocka_unit_test(a_stall_takes_back_the_reply_and_clears_the_endpoint),
		cmocka_unit_test(what_cannot_be_healed_after_a_stall_is_still_a_stall),
		cmocka_unit_test(the_sequence_number_after_the_last_is_1),
		cmocka_unit_test(statuses_are_translated_by_their_linux_numbers),
		cmocka_unit_test(reset_configures_again_and_clears_both_endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
