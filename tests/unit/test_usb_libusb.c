/* SPDX-License-Identifier: MIT */
/* Transfers to a probe on this machine, and every way in which libusb may say that one failed. */
#include "fake_libusb.h"

#define REPLY_LEN  6u
#define TIMEOUT_MS 40u

static struct transport *t;
static struct ctx ctx;
static uint8_t command[16], reply[REPLY_LEN];
static struct usb_xfer x[2];

static void open_probe(void)
{
	plug_in(1);
	assert_int_equal(open_by(&t, &ctx, "usb:201-4.2"), 0);
}

static void close_probe(void)
{
	transport_close(t);
	all_given_back();
}

/* A command and its reply, whose transfers fare as told. */
static int run(struct fate out, struct fate in)
{
	usb.fates[0] = out;
	usb.fates[1] = in;
	x[0] = (struct usb_xfer){ .ep = 0x02, .buf = command, .len = sizeof(command) };
	x[1] = (struct usb_xfer){ .ep = 0x81, .buf = reply, .len = sizeof(reply) };
	return transport_transfer(t, x, 2, TIMEOUT_MS);
}

static const struct fate taken = { .actual = sizeof(command) }, given = { .actual = REPLY_LEN };
static const struct fate silence = { .never = true };

static void command_and_reply_are_queued_before_either_is_waited_for(void **state)
{
	(void)state;
	open_probe();
	assert_int_equal(run(taken, given), 0);
	assert_int_equal(usb.most_flying, 2);
	assert_int_equal(x[0].actual, sizeof(command));
	assert_int_equal(x[1].actual, REPLY_LEN);
	assert_int_equal(reply[REPLY_LEN - 1], 0x80);
	assert_int_equal(run(taken, (struct fate){ .actual = 2 }), 0); /* a short input is none */
	assert_int_equal(x[1].actual, 2);
	close_probe();
}

static void a_command_taken_by_half_is_a_fault_of_the_probe(void **state)
{
	(void)state;
	open_probe();
	assert_int_equal(run((struct fate){ .actual = 8 }, given), STFLASH_E_PROBE);
	says(&ctx, "the probe took only 8 of 16 bytes");
	close_probe();
}

static void each_status_of_a_transfer_has_its_sentence(void **state)
{
	static const struct {
		enum libusb_transfer_status status;
		int err;
		const char *sentence;
	} rows[] = {
		{ LIBUSB_TRANSFER_STALL, STFLASH_E_STALL,
		  "the probe refused a USB transfer (stall): plug it in again" },
		{ LIBUSB_TRANSFER_NO_DEVICE, STFLASH_E_UNPLUGGED, "the probe was unplugged: plug it in" },
		{ LIBUSB_TRANSFER_OVERFLOW, STFLASH_E_PROBE,
		  "the probe sent more than was asked for (USB overflow): plug it in again" },
		{ LIBUSB_TRANSFER_TIMED_OUT, STFLASH_E_TIMEOUT, "the probe did not answer in time: plug it in again" },
		{ LIBUSB_TRANSFER_ERROR, STFLASH_E_PROBE, "errors on the USB bus: check the cable and the hub" },
	};

	(void)state;
	open_probe();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* The reply will not come once the command has failed: it is taken back at once. */
		const uint64_t begin = usb.now;

		assert_int_equal(run((struct fate){ .status = rows[i].status }, silence), rows[i].err);
		says(&ctx, rows[i].sentence);
		assert_int_equal(usb.n_flying, 0);
		assert_int_equal(usb.now, begin);
		assert_int_equal(run(taken, (struct fate){ .status = rows[i].status, .actual = 1 }), rows[i].err);
		assert_int_equal(x[1].actual, 1);
	}
	close_probe();
}

static void a_stall_clears_the_endpoint_that_stalled(void **state)
{
	(void)state;
	open_probe();
	assert_int_equal(run((struct fate){ .status = LIBUSB_TRANSFER_STALL }, silence), STFLASH_E_STALL);
	assert_int_equal(usb.halt_cleared, 0x02);
	assert_int_equal(run(taken, (struct fate){ .status = LIBUSB_TRANSFER_STALL }), STFLASH_E_STALL);
	assert_int_equal(usb.halt_cleared, 0x81);
	close_probe();
}

static void a_transfer_that_cannot_be_submitted_takes_back_the_one_before(void **state)
{
	static const struct {
		int error, err;
		const char *sentence;
	} rows[] = {
		{ LIBUSB_ERROR_NO_DEVICE, STFLASH_E_UNPLUGGED, "the probe was unplugged: plug it in and start again" },
		{ LIBUSB_ERROR_NO_MEM, STFLASH_E_NO_MEMORY, "out of memory for a USB transfer" },
		{ LIBUSB_ERROR_IO, STFLASH_E_PROBE, "a USB transfer could not be started (Input/Output Error)" },
	};

	(void)state;
	open_probe();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(run(silence, (struct fate){ .submit = rows[i].error }), rows[i].err);
		says(&ctx, rows[i].sentence);
		assert_int_equal(usb.n_flying, 0);
		assert_int_equal(run(taken, given), 0);
	}
	close_probe();
}

/* The wire log shows so many bytes of a buffer as the transfer moved: those of an earlier one would lie behind it. */
static void what_was_not_submitted_has_moved_nothing(void **state)
{
	(void)state;
	open_probe();
	assert_int_equal(run(taken, given), 0);
	assert_int_equal(run((struct fate){ .submit = LIBUSB_ERROR_NO_DEVICE }, given), STFLASH_E_UNPLUGGED);
	assert_int_equal(x[0].actual, 0);
	assert_int_equal(x[1].actual, 0);
	close_probe();
}

static void no_answer_is_waited_for_to_the_deadline_and_then_taken_back(void **state)
{
	uint64_t begin;

	(void)state;
	open_probe();
	begin = usb.now;
	assert_int_equal(run(taken, silence), STFLASH_E_TIMEOUT);
	says(&ctx, "the probe did not answer within 40 ms");
	assert_int_equal(usb.now - begin, TIMEOUT_MS);
	assert_int_equal(x[0].actual, sizeof(command));
	assert_int_equal(x[1].actual, 0);
	assert_int_equal(run(taken, given), 0);
	close_probe();
}

/* The kernel may still write to it: it is not given back, nor the context that would end it. */
static void a_transfer_that_cannot_be_cancelled_ends_the_use_of_the_probe(void **state)
{
	(void)state;
	open_probe();
	assert_int_equal(run(taken, (struct fate){ .never = true, .stubborn = true }), STFLASH_E_UNPLUGGED);
	says(&ctx, "a USB transfer can be neither finished nor cancelled: unplug the probe");
	assert_int_equal(run(taken, given), STFLASH_E_UNPLUGGED);
	says(&ctx, "the probe does not answer any more: unplug it and plug it in again");
	assert_int_equal(usb.n_flying, 1);

	transport_close(t);
	assert_int_equal(usb.transfers, 1);
	assert_int_equal(usb.contexts, 1);
	assert_int_equal(usb.handles, 0);
	assert_int_equal(usb.claims, 0);
	free(usb.flying[0]);
}

static void an_endpoint_that_stays_halted_is_named(void **state)
{
	(void)state;
	open_probe();
	assert_int_equal(transport_clear_halt(t, 0x81), 0);
	assert_int_equal(usb.halt_cleared, 0x81);
	usb.halt_error = LIBUSB_ERROR_NO_DEVICE;
	assert_int_equal(transport_clear_halt(t, 0x81), STFLASH_E_UNPLUGGED);
	says(&ctx, "the probe was unplugged: plug it in and start again");
	usb.halt_error = LIBUSB_ERROR_PIPE;
	assert_int_equal(transport_clear_halt(t, 0x81), STFLASH_E_PROBE);
	says(&ctx, "endpoint 81 of the probe stays halted (Pipe error)");
	close_probe();
}

static void a_reset_keeps_the_probe_or_says_that_it_is_gone(void **state)
{
	static const int gone[] = { LIBUSB_ERROR_NOT_FOUND, LIBUSB_ERROR_NO_DEVICE };

	(void)state;
	open_probe();
	assert_int_equal(transport_reset(t), 0);
	assert_int_equal(run(taken, given), 0);
	usb.reset_error = LIBUSB_ERROR_OTHER;
	assert_int_equal(transport_reset(t), STFLASH_E_PROBE);
	says(&ctx, "the USB reset of the probe failed (Other error): plug it in again");
	assert_int_equal(run(taken, given), 0);
	close_probe();

	for (size_t i = 0; i < ARRAY_SIZE(gone); i++) {
		open_probe();
		usb.reset_error = gone[i];
		assert_int_equal(transport_reset(t), STFLASH_E_UNPLUGGED);
		says(&ctx, "the probe came back from a USB reset as another device: connect again");
		assert_int_equal(run(taken, given), STFLASH_E_UNPLUGGED);
		close_probe();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_and_reply_are_queued_before_either_is_waited_for),
		cmocka_unit_test(a_command_taken_by_half_is_a_fault_of_the_probe),
		cmocka_unit_test(each_status_of_a_transfer_has_its_sentence),
		cmocka_unit_test(a_stall_clears_the_endpoint_that_stalled),
		cmocka_unit_test(a_transfer_that_cannot_be_submitted_takes_back_the_one_before),
		cmocka_unit_test(what_was_not_submitted_has_moved_nothing),
		cmocka_unit_test(no_answer_is_waited_for_to_the_deadline_and_then_taken_back),
		cmocka_unit_test(a_transfer_that_cannot_be_cancelled_ends_the_use_of_the_probe),
		cmocka_unit_test(an_endpoint_that_stays_halted_is_named),
		cmocka_unit_test(a_reset_keeps_the_probe_or_says_that_it_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
