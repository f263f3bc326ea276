/* SPDX-License-Identifier: MIT */
/* What transport.c adds to every backend: checks, the wire log, and listing on a machine without probes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "usb/transport.h"

/* After the house's headers: cmocka makes a macro of fail. */
#include <cmocka.h>

/* A backend that does what the test says. */
struct fake {
	struct transport base;
	size_t out_takes;
	size_t in_gives;
	int err;
	unsigned int calls;
};

static int fake_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	struct fake *f = (struct fake *)t;

	(void)timeout_ms;
	f->calls++;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(xfers[i].actual, 0);
		xfers[i].actual = xfers[i].ep & USB_DIR_IN ? f->in_gives : f->out_takes;
		if (xfers[i].ep & USB_DIR_IN)
			memset(xfers[i].buf, 0x80, f->in_gives);
	}
	return f->err;
}

static int fake_clear_halt(struct transport *t, uint8_t ep)
{
	(void)t;
	return ep == 0x81 ? 0 : STFLASH_E_PROBE;
}

static int fake_reset(struct transport *t)
{
	return ((struct fake *)t)->err;
}

static void fake_close(struct transport *t)
{
	((struct fake *)t)->calls = 1000;
}

static const struct transport_ops fake_ops = {
	.transfer = fake_transfer,
	.clear_halt = fake_clear_halt,
	.reset = fake_reset,
	.close = fake_close,
};

static char logged[1024];

static void keep_log(enum stflash_log_level level, const char *line, void *user)
{
	const size_t at = strlen(logged);

	(void)user;
	if (level == STFLASH_LOG_WIRE)
		snprintf(logged + at, sizeof(logged) - at, "%s\n", line);
}

static struct ctx ctx;

static struct fake make_fake(void)
{
	memset(&ctx, 0, sizeof(ctx));
	logged[0] = '\0';
	ctx.log = keep_log;
	ctx.log_level = STFLASH_LOG_WIRE;
	return (struct fake){ .base = { .ops = &fake_ops, .ctx = &ctx }, .out_takes = 3, .in_gives = 2 };
}

static int run(struct fake *f, size_t n)
{
	static uint8_t command[3] = { 0xf2, 0x07, 0x00 }, reply[4];
	struct usb_xfer x[] = {
		{ .ep = 0x02, .buf = command, .len = 3, .actual = 77 },
		{ .ep = 0x81, .buf = reply, .len = 4, .actual = 77 },
		{ .ep = 0x81, .buf = reply, .len = 4, .actual = 77 },
	};

	return transport_transfer(&f->base, x, n, 100);
}

static void every_transfer_is_logged_with_its_direction(void **state)
{
	struct fake f = make_fake();

	(void)state;
	assert_int_equal(run(&f, 2), 0);
	assert_string_equal(logged, "> f2 07 00\n< 80 80\n");
}

static void a_short_output_is_an_error_a_short_input_is_not(void **state)
{
	struct fake f = make_fake();

	(void)state;
	f.out_takes = 2;
	assert_int_equal(run(&f, 2), STFLASH_E_PROBE);
	assert_string_equal(ctx.errmsg, "the probe took only 2 of 3 bytes: unplug it and plug it in again");
	f.out_takes = 3;
	f.in_gives = 0;
	assert_int_equal(run(&f, 2), 0);
}

static void the_error_of_the_backend_is_passed_on(void **state)
{
	struct fake f = make_fake();

	(void)state;
	f.err = STFLASH_E_TIMEOUT;
	f.out_takes = 0;
	assert_int_equal(run(&f, 2), STFLASH_E_TIMEOUT);
	assert_int_equal(transport_reset(&f.base), STFLASH_E_TIMEOUT);
	assert_int_equal(transport_clear_halt(&f.base, 0x81), 0);
	assert_int_equal(transport_clear_halt(&f.base, 0x02), STFLASH_E_PROBE);
}

static void no_more_than_the_queue_holds_is_accepted(void **state)
{
	struct fake f = make_fake();

	(void)state;
	assert_int_equal(run(&f, USB_QUEUE_MAX + 1), STFLASH_E_ARG);
	assert_string_equal(ctx.errmsg, "3 USB transfers cannot be queued together");
	assert_int_equal(run(&f, 0), STFLASH_E_ARG);
	assert_int_equal(f.calls, 0);
}

static void close_takes_null(void **state)
{
	struct fake f = make_fake();

	(void)state;
	transport_close(NULL);
	transport_close(&f.base);
	assert_int_equal(f.calls, 1000);
}

/* A product id that no device has: the machine of the test may have probes. */
static void listing_without_probes_is_an_empty_list_and_opening_says_what_to_check(void **state)
{
	static const uint16_t pids[] = { 0x0000 };
	struct usb_probe *list = NULL;
	struct transport *t;
	size_t n = 9;

	(void)state;
	memset(&ctx, 0, sizeof(ctx));
	assert_int_equal(transport_list(&ctx, NULL, 0x0000, pids, 1, &list, &n), 0);
	assert_null(list);
	assert_int_equal(n, 0);
	assert_int_equal(transport_open(&t, &ctx, "", 0x0000, pids, 1), STFLASH_E_NO_PROBE);
	assert_null(t);
	assert_true(strlen(ctx.errmsg) > 40);
	assert_int_equal(transport_open(&t, &ctx, "57FF", 0x0000, pids, 1), STFLASH_E_NO_PROBE);
	assert_int_equal(transport_open(&t, &ctx, "usb:x", 0x0000, pids, 1), STFLASH_E_ARG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_transfer_is_logged_with_its_direction),
		cmocka_unit_test(a_short_output_is_an_error_a_short_input_is_not),
		cmocka_unit_test(the_error_of_the_backend_is_passed_on),
		cmocka_unit_test(no_more_than_the_queue_holds_is_accepted),
		cmocka_unit_test(close_takes_null),
		cmocka_unit_test(listing_without_probes_is_an_empty_list_and_opening_says_what_to_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
