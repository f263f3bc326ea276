/* SPDX-License-Identifier: MIT */
/*
 * The USB/IP client against servers that lie, stop, trickle or die. Whatever
 * they do, a call ends in time with an error, the buffers beside ours are
 * untouched, and the connection is not used again.
 */
#include "usbip_server.h"

#include <fcntl.h>

#define TIMEOUT_MS 40u

static void says(const struct ctx *ctx, const char *words)
{
	if (!strstr(ctx->errmsg, words))
		fail_msg("'%s' lacks '%s'", ctx->errmsg, words);
}

/* The exchange fails as expected, in time; after that nothing is sent any more. */
static void ends_the_connection(void (*script)(struct server *s), int expected, const char *words)
{
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;
	uint64_t begin;

	assert_int_equal(import_over(&t, &ctx, start_server(&s, script)), 0);
	begin = now_ms();
	assert_int_equal(run_exchange(&e, t, TIMEOUT_MS), expected);
	assert_in_range(now_ms() - begin, 0, PATIENCE_MS);
	says(&ctx, words);
	says(&ctx, ": the connection to the probe is given up, connect again");
	check_canary(&e);

	begin = now_ms();
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), STFLASH_E_UNPLUGGED);
	assert_in_range(now_ms() - begin, 0, PATIENCE_MS / 2);
	says(&ctx, words); /* for who did not hear of the first */
	transport_close(t);
	end_server(&s);
}

static bool enumerated_and_asked(struct server *s, struct seen *out, struct seen *in)
{
	return serve_enumeration(s) && take_exchange(s, out, in);
}

static void script_more_than_asked(struct server *s)
{
	static const uint8_t flood[4096];
	static struct seen out, in;

	if (!enumerated_and_asked(s, &out, &in))
		return;
	answer_out(s, &out);
	answer_claiming(s, in.seqnum, 0, sizeof(flood), flood, sizeof(flood));
}

static void more_bytes_than_asked_for_are_not_taken(void **state)
{
	(void)state;
	ends_the_connection(script_more_than_asked, STFLASH_E_PROBE, "answered with more bytes than were asked for");
}

static void script_huge_length(struct server *s)
{
	static struct seen out, in;

	if (!enumerated_and_asked(s, &out, &in))
		return;
	answer_out(s, &out);
	answer_claiming(s, in.seqnum, 0, 0xffffffffu, NULL, 0);
}

static void a_length_of_4_gib_is_not_believed(void **state)
{
	(void)state;
	ends_the_connection(script_huge_length, STFLASH_E_PROBE, "answered with more bytes than were asked for");
}

static void script_out_took_more(struct server *s)
{
	static struct seen out, in;

	if (enumerated_and_asked(s, &out, &in))
		answer_claiming(s, out.seqnum, 0, 17, NULL, 0);
}

static void an_output_that_took_more_than_was_sent_is_not_believed(void **state)
{
	(void)state;
	ends_the_connection(script_out_took_more, STFLASH_E_PROBE, "answered with more bytes than were asked for");
}

static void script_unknown_seqnum(struct server *s)
{
	static struct seen out, in;

	if (enumerated_and_asked(s, &out, &in))
		answer_claiming(s, in.seqnum + 1, 0, 0, NULL, 0);
}

static void an_answer_to_nothing_ends_the_connection(void **state)
{
	(void)state;
	ends_the_connection(script_unknown_seqnum, STFLASH_E_PROBE, "a transfer that was not asked for");
}

static void script_twice(struct server *s)
{
	static struct seen out, in;

	if (!enumerated_and_asked(s, &out, &in))
		return;
	answer_out(s, &out);
	answer_out(s, &out);
}

static void the_same_answer_twice_ends_the_connection(void **state)
{
	(void)state;
	ends_the_connection(script_twice, STFLASH_E_PROBE, "a transfer that was not asked for");
}

/* Late answers to what was unlinked are forgiven, but not with more than was asked for. */
static void script_late_flood(struct server *s)
{
	static struct seen out, in, unlink;

	if (!enumerated_and_asked(s, &out, &in))
		return;
	answer_out(s, &out);
	if (!next_message(s, &unlink))
		return;
	confirm_unlink(s, &unlink, 0);
	answer_claiming(s, in.seqnum, 0, REPLY_LEN + 1, NULL, 0);
}

static void a_late_answer_with_more_bytes_than_were_asked_for_ends_the_connection(void **state)
{
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;

	(void)state;
	assert_int_equal(import_over(&t, &ctx, start_server(&s, script_late_flood)), 0);
	assert_int_equal(run_exchange(&e, t, TIMEOUT_MS), STFLASH_E_TIMEOUT);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), STFLASH_E_PROBE);
	says(&ctx, "the USB/IP server answered a transfer that was not asked for");
	transport_close(t);
	end_server(&s);
}

static void script_seqnum_zero(struct server *s)
{
	static struct seen out, in;

	if (enumerated_and_asked(s, &out, &in))
		answer_claiming(s, 0, 0, 0, NULL, 0);
}

static void sequence_number_0_matches_no_empty_slot(void **state)
{
	(void)state;
	ends_the_connection(script_seqnum_zero, STFLASH_E_PROBE, "a transfer that was not asked for");
}

static void script_unknown_command(struct server *s)
{
	static struct seen out, in;
	uint8_t head[48] = { 0 };

	if (!enumerated_and_asked(s, &out, &in))
		return;
	put_be32(head, 7);
	put_be32(head + 4, in.seqnum);
	give(s, head, sizeof(head));
}

static void an_unknown_command_ends_the_connection(void **state)
{
	(void)state;
	ends_the_connection(script_unknown_command, STFLASH_E_PROBE, "sent something that is no answer");
}

static void script_unlink_unasked(struct server *s)
{
	static struct seen out, in;

	if (enumerated_and_asked(s, &out, &in))
		confirm_unlink(s, &in, -104);
}

static void an_unlink_nobody_asked_for_ends_the_connection(void **state)
{
	(void)state;
	ends_the_connection(script_unlink_unasked, STFLASH_E_PROBE, "an unlink that was not asked for");
}

static void script_wrong_unlink(struct server *s)
{
	static struct seen out, in, unlink;

	if (!enumerated_and_asked(s, &out, &in))
		return;
	answer_out(s, &out);
	if (!next_message(s, &unlink))
		return;
	unlink.seqnum = in.seqnum; /* the target's number instead of the unlink's own */
	confirm_unlink(s, &unlink, -104);
}

static void an_unlink_confirmed_under_another_number_ends_the_connection(void **state)
{
	(void)state;
	ends_the_connection(script_wrong_unlink, STFLASH_E_PROBE, "an unlink that was not asked for");
}

/* Keep the connection open until the client gives up. */
static void wait_for_hang_up(struct server *s)
{
	static struct seen m;

	while (next_message(s, &m))
		;
}

static void script_silent(struct server *s)
{
	if (serve_enumeration(s))
		wait_for_hang_up(s);
}

static void a_server_that_confirms_no_unlink_is_given_up(void **state)
{
	(void)state;
	ends_the_connection(script_silent, STFLASH_E_UNPLUGGED, "its USB/IP server is stuck");
}

static void script_deaf(struct server *s)
{
	static struct seen out, in;

	if (!enumerated_and_asked(s, &out, &in))
		return;
	shutdown(s->fd, SHUT_RD);
	sleep_ms(5 * TIMEOUT_MS);
}

static void an_unlink_that_cannot_be_sent_ends_the_connection(void **state)
{
	(void)state;
	ends_the_connection(script_deaf, STFLASH_E_UNPLUGGED, "unplugged or its USB/IP server has ended");
}

static void script_hang_up(struct server *s)
{
	static struct seen out, in;

	if (enumerated_and_asked(s, &out, &in))
		shutdown(s->fd, SHUT_RDWR);
}

static void a_server_that_dies_is_an_unplugged_probe(void **state)
{
	(void)state;
	ends_the_connection(script_hang_up, STFLASH_E_UNPLUGGED, "unplugged or its USB/IP server has ended");
}

static void script_die_in_data(struct server *s)
{
	static struct seen out, in;

	if (!enumerated_and_asked(s, &out, &in))
		return;
	answer_out(s, &out);
	answer_claiming(s, in.seqnum, 0, REPLY_LEN, version_reply, 2);
	shutdown(s->fd, SHUT_RDWR);
}

static void a_server_that_dies_in_the_middle_of_data_is_an_unplugged_probe(void **state)
{
	(void)state;
	ends_the_connection(script_die_in_data, STFLASH_E_UNPLUGGED, "unplugged or its USB/IP server has ended");
}

/* One byte now and then: each is progress, together they are none. */
static void script_trickle(struct server *s)
{
	static struct seen out, in;
	uint8_t head[48] = { 0, 0, 0, 3 };

	if (!enumerated_and_asked(s, &out, &in))
		return;
	answer_out(s, &out);
	put_be32(head + 4, in.seqnum);
	for (size_t i = 0; i < 400; i++) {
		if (send(s->fd, head + i % 48, 1, MSG_NOSIGNAL) != 1 || i == 46)
			break;
		sleep_ms(40);
	}
	wait_for_hang_up(s);
}

static void a_trickle_does_not_stretch_the_deadline(void **state)
{
	(void)state;
	ends_the_connection(script_trickle, STFLASH_E_UNPLUGGED, "its USB/IP server is stuck");
}

/* ------------------------------------------------------- blocked in sending */

static void script_stop_reading(struct server *s)
{
	if (serve_enumeration(s))
		sleep_ms(600);
}

static void a_server_that_stops_reading_is_given_up_and_raises_no_sigpipe(void **state)
{
	static uint8_t block[1024 * 1024];
	struct usb_xfer x = { .ep = 0x02, .buf = block, .len = sizeof(block) };
	struct transport *t;
	struct server s;
	struct ctx ctx;

	(void)state;
	assert_int_equal(import_over(&t, &ctx, start_server(&s, script_stop_reading)), 0);
	assert_int_equal(transport_transfer(t, &x, 1, 200), STFLASH_E_UNPLUGGED);
	assert_non_null(strstr(ctx.errmsg, "stopped reading"));
	end_server(&s); /* closes the other end: a write now would raise SIGPIPE */
	assert_int_equal(transport_transfer(t, &x, 1, 200), STFLASH_E_UNPLUGGED);
	transport_close(t);
}

static void script_enumerate(struct server *s)
{
	serve_enumeration(s);
}

static void writing_to_a_closed_connection_raises_no_sigpipe(void **state)
{
	struct transport *t;
	struct exchange e;
	struct server s;
	struct ctx ctx;

	(void)state;
	assert_int_equal(import_over(&t, &ctx, start_server(&s, script_enumerate)), 0);
	end_server(&s);
	assert_int_equal(run_exchange(&e, t, 1000), STFLASH_E_UNPLUGGED);
	transport_close(t);
}

/* -------------------------------------- canned streams: cut short and spoilt */

#define STREAM_MAX 1024u

static size_t append_answer(uint8_t *stream, size_t at, uint32_t seqnum, uint32_t actual, const uint8_t *data,
			    size_t len)
{
	memset(stream + at, 0, 48);
	put_be32(stream + at, 3);
	put_be32(stream + at + 4, seqnum);
	put_be32(stream + at + 24, actual);
	if (len)
		memcpy(stream + at + 48, data, len);
	return at + 48 + len;
}

/* All that a good server says, from the import to the end of one exchange. */
static size_t good_stream(uint8_t stream[STREAM_MAX], size_t *import_end)
{
	size_t at = 320;

	put_import_reply(stream);
	at = append_answer(stream, at, 1, 0, NULL, 0);
	at = append_answer(stream, at, 2, sizeof(v2_config), v2_config, sizeof(v2_config));
	at = append_answer(stream, at, 3, sizeof(v2_device), v2_device, sizeof(v2_device));
	at = append_answer(stream, at, 4, sizeof(v2_serial), v2_serial, sizeof(v2_serial));
	*import_end = at;
	at = append_answer(stream, at, 5, 16, NULL, 0);
	return append_answer(stream, at, 6, REPLY_LEN, version_reply, REPLY_LEN);
}

/* Let a client read this and then the end of the stream. 0 when import and exchange went well. */
static int play(const uint8_t *stream, size_t len)
{
	struct server s = { .wrong = NULL };
	struct transport *t = NULL;
	struct exchange e;
	struct ctx ctx;
	int pair[2];
	int err;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	s.fd = pair[1];
	give(&s, stream, len);
	shutdown(s.fd, SHUT_WR);
	err = import_over(&t, &ctx, pair[0]);
	if (!err) {
		err = run_exchange(&e, t, TIMEOUT_MS);
		check_canary(&e);
		transport_close(t);
	}
	if (err)
		assert_true(strlen(ctx.errmsg) > 10);
	close(s.fd);
	return err;
}

static void every_stream_that_is_cut_short_ends_in_an_error(void **state)
{
	uint8_t stream[STREAM_MAX];
	size_t import_end;
	const size_t len = good_stream(stream, &import_end);

	(void)state;
	assert_int_equal(play(stream, len), 0);
	for (size_t cut = 0; cut < len; cut++)
		if (play(stream, cut) >= 0)
			fail_msg("the first %zu of %zu bytes were enough", cut, len);
}

static void any_spoilt_stream_is_survived(void **state)
{
	uint8_t good[STREAM_MAX], bad[STREAM_MAX];
	size_t import_end;
	const size_t len = good_stream(good, &import_end);
	uint32_t random = 12345;
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		memcpy(bad, good, len);
		for (size_t k = 0; k <= i % 3; k++) {
			random = random * 1664525u + 1013904223u;
			bad[(random >> 8) % len] ^= (uint8_t)(1u << (random >> 29));
		}
		refused += play(bad, len) < 0;
	}
	assert_in_range(refused, 500, 4900); /* some spoil what nobody reads, many do not */
}

/* ---------------------------------------------------------- import that lies */

static void refuses_import(const uint8_t *reply, size_t len, int expected, const char *words)
{
	struct server s = { .wrong = NULL };
	struct transport *t = NULL;
	struct ctx ctx;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	s.fd = pair[1];
	give(&s, reply, len);
	shutdown(s.fd, SHUT_WR);
	assert_int_equal(import_over(&t, &ctx, pair[0]), expected);
	says(&ctx, words);
	assert_null(t);
	assert_int_equal(fcntl(pair[0], F_GETFD), -1); /* closed by the client */
	close(s.fd);
}

static void an_import_reply_of_another_protocol_is_refused(void **state)
{
	static const uint8_t http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	uint8_t reply[320];

	(void)state;
	refuses_import(http, sizeof(http) - 1, STFLASH_E_PROBE, "does not speak USB/IP 1.1.1 (4854 5450)");

	put_import_reply(reply);
	put_be16(reply, 0x0106); /* an older version */
	refuses_import(reply, sizeof(reply), STFLASH_E_PROBE, "does not speak USB/IP 1.1.1 (0106 0003)");

	put_import_reply(reply);
	put_be16(reply + 2, 0x0005); /* the answer to OP_REQ_DEVLIST */
	refuses_import(reply, sizeof(reply), STFLASH_E_PROBE, "does not speak USB/IP 1.1.1 (0111 0005)");

	put_import_reply(reply);
	memset(reply + 8 + 0x100, 'x', 32); /* another bus id, without an end */
	refuses_import(reply, sizeof(reply), STFLASH_E_PROBE, "the USB/IP server gave another device than 1-1");
}

static void a_server_that_hangs_up_in_the_import_is_told_from_one_that_is_silent(void **state)
{
	uint8_t reply[320];
	struct transport *t = NULL;
	struct ctx ctx;
	uint64_t begin;
	int pair[2];

	(void)state;
	put_import_reply(reply);
	refuses_import(reply, 0, STFLASH_E_UNPLUGGED, "closed the connection instead of answering: look at its own");
	refuses_import(reply, 100, STFLASH_E_UNPLUGGED, "closed the connection instead of answering: look at its own");

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	begin = now_ms();
	assert_int_equal(import_over(&t, &ctx, pair[0]), STFLASH_E_TIMEOUT);
	assert_in_range(now_ms() - begin, 4000, PATIENCE_MS);
	says(&ctx, "the USB/IP server accepts connections but does not answer: restart it");
	assert_null(t);
	close(pair[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_bytes_than_asked_for_are_not_taken),
		cmocka_unit_test(a_length_of_4_gib_is_not_believed),
		cmocka_unit_test(an_output_that_took_more_than_was_sent_is_not_believed),
		cmocka_unit_test(an_answer_to_nothing_ends_the_connection),
		cmocka_unit_test(the_same_answer_twice_ends_the_connection),
		cmocka_unit_test(a_late_answer_with_more_bytes_than_were_asked_for_ends_the_connection),
		cmocka_unit_test(sequence_number_0_matches_no_empty_slot),
		cmocka_unit_test(an_unknown_command_ends_the_connection),
		cmocka_unit_test(an_unlink_nobody_asked_for_ends_the_connection),
		cmocka_unit_test(an_unlink_confirmed_under_another_number_ends_the_connection),
		cmocka_unit_test(a_server_that_confirms_no_unlink_is_given_up),
		cmocka_unit_test(an_unlink_that_cannot_be_sent_ends_the_connection),
		cmocka_unit_test(a_server_that_dies_is_an_unplugged_probe),
		cmocka_unit_test(a_server_that_dies_in_the_middle_of_data_is_an_unplugged_probe),
		cmocka_unit_test(a_trickle_does_not_stretch_the_deadline),
		cmocka_unit_test(a_server_that_stops_reading_is_given_up_and_raises_no_sigpipe),
		cmocka_unit_test(writing_to_a_closed_connection_raises_no_sigpipe),
		cmocka_unit_test(every_stream_that_is_cut_short_ends_in_an_error),
		cmocka_unit_test(any_spoilt_stream_is_survived),
		cmocka_unit_test(an_import_reply_of_another_protocol_is_refused),
		cmocka_unit_test(a_server_that_hangs_up_in_the_import_is_told_from_one_that_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
