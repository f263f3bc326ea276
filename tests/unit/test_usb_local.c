/* SPDX-License-Identifier: MIT */
/* Finding and opening the probes on this machine, and saying why one cannot be used. */
#include "fake_libusb.h"

#ifndef _WIN32
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "usb/usbip.h"
#endif

static struct transport *t;
static struct ctx ctx;

/* The library's malloc() and calloc(), which lead through here: there is memory for so many more of them. */
static size_t allocations = SIZE_MAX;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_malloc(size_t size)
{
	return allocations && allocations-- ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
	const size_t left = allocations - 1;
	void *p;

	if (!allocations)
		return NULL;
	allocations = SIZE_MAX; /* musl's calls malloc(): that is no other one */
	p = __real_calloc(n, size);
	allocations = left;
	return p;
}

static void a_probe_is_known_by_its_path_its_serial_and_the_endpoints_of_interface_0(void **state)
{
	(void)state;
	plug_in(1);
	assert_int_equal(open_by(&t, &ctx, NULL), 0);
	assert_int_equal(t->vid, 0x0483);
	assert_int_equal(t->pid, 0x3748);
	assert_string_equal(t->path, "usb:201-4.2");
	assert_string_equal(t->serial, "57FF72067265575742132067"); /* raw bytes above 0x7f are in it */
	assert_int_equal(t->ep_out, 0x02);
	assert_int_equal(t->ep_in, 0x81);
	assert_int_equal(usb.claims, 1);
	transport_close(t);
	all_given_back();
}

/* Setting it again would disturb whoever uses another interface of the probe. */
static void configuration_1_is_set_only_where_another_is_active(void **state)
{
	(void)state;
	plug_in(1);
	assert_int_equal(open_by(&t, &ctx, NULL), 0);
	assert_int_equal(usb.devices[1].configured, 0);
	transport_close(t);
	usb.devices[1].active = 0;
	assert_int_equal(open_by(&t, &ctx, NULL), 0);
	assert_int_equal(usb.devices[1].configured, 1);
	transport_close(t);
	all_given_back();
}

static void a_probe_named_by_its_place_is_the_only_one_that_is_touched(void **state)
{
	(void)state;
	plug_in(2);
	assert_int_equal(open_by(&t, &ctx, "usb:201-5"), 0);
	assert_string_equal(t->serial, "ABCD");
	assert_int_equal(usb.devices[1].opened, 0);
	assert_int_equal(usb.devices[2].opened, 1);
	transport_close(t);
	all_given_back();
}

static void of_several_probes_the_serial_decides(void **state)
{
	(void)state;
	plug_in(2);
	assert_int_equal(open_by(&t, &ctx, ""), STFLASH_E_SEVERAL);
	says(&ctx, "usb:201-4.2 (serial 57FF72067265575742132067), usb:201-5 (serial ABCD)");
	all_given_back();
	assert_int_equal(open_by(&t, &ctx, "abc"), 0);
	assert_string_equal(t->path, "usb:201-5");
	assert_int_equal(usb.devices[2].asked, 2); /* for each of the two searches, but not again to open it */
	transport_close(t);
	all_given_back();
}

#define IN_USE "openocd uses bus 201 address 17: end that first"

/* Windows opens a device for one program alone, and denies access to the next; what has no driver is not found. */
#ifdef _WIN32
#define DRIVER         "install ST's driver package, STSW-LINK009, or give that interface the WinUSB driver with Zadig"
#define NO_DRIVER      STFLASH_E_ACCESS
#define DENIED         STFLASH_E_BUSY
#define DENIED_CURE    IN_USE
#define NOT_FOUND      NO_DRIVER
#define NOT_FOUND_CURE DRIVER
#else
#define DRIVER         "the libusb of this system cannot open USB devices: update libusb and the system"
#define NO_DRIVER      STFLASH_E_PROBE
#define DENIED         STFLASH_E_ACCESS
#define DENIED_CURE    "install the udev rule"
#define NOT_FOUND      STFLASH_E_UNPLUGGED
#define NOT_FOUND_CURE "it was unplugged just now: plug it in again"
#endif

static const struct refusal {
	int error, err;
	const char *cure;
} refusals[] = {
	{ LIBUSB_ERROR_ACCESS, DENIED, DENIED_CURE },
	{ LIBUSB_ERROR_BUSY, STFLASH_E_BUSY, IN_USE },
	{ LIBUSB_ERROR_NO_DEVICE, STFLASH_E_UNPLUGGED, "it was unplugged just now: plug it in again" },
	{ LIBUSB_ERROR_NOT_FOUND, NOT_FOUND, NOT_FOUND_CURE },
	{ LIBUSB_ERROR_NOT_SUPPORTED, NO_DRIVER, DRIVER },
	{ LIBUSB_ERROR_IO, STFLASH_E_PROBE, "into another port (libusb: Input/Output Error)" },
};

static void a_probe_that_cannot_be_opened_or_claimed_comes_with_the_cure(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(refusals); i++) {
		const struct refusal *r = &refusals[i / 2];

		plug_in(1);
		if (i % 2)
			usb.devices[1].claim_error = r->error;
		else
			usb.devices[1].open_error = r->error;
		assert_int_equal(open_by(&t, &ctx, NULL), r->err);
		assert_null(t);
		says(&ctx, "the probe at usb:201-4.2 cannot be opened: ");
		says(&ctx, r->cure);
		all_given_back();
	}
}

static void the_list_names_each_probe_and_what_stands_in_its_way(void **state)
{
	struct usb_probe *list;
	size_t n;

	(void)state;
	plug_in(2);
	usb.devices[1].open_error = LIBUSB_ERROR_ACCESS;
	memset(&ctx, 0, sizeof(ctx));
	assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, 2, &list, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].path, "usb:201-4.2");
	assert_string_equal(list[0].serial, "KERNEL201-4.2"); /* the kernel read it when the probe was plugged in */
	assert_int_equal(list[0].access, DENIED);
	assert_non_null(strstr(list[0].cure, DENIED_CURE));
	assert_string_equal(list[1].path, "usb:201-5");
	assert_string_equal(list[1].serial, "ABCD");
	assert_int_equal(list[1].access, 0);
	assert_string_equal(list[1].cure, "");
	free(list);
	all_given_back();
}

static void a_probe_that_another_program_talks_to_is_not_disturbed_by_the_list(void **state)
{
	struct usb_probe *list;
	size_t n;

	(void)state;
	plug_in(1);
	usb.devices[1].held = true;
	assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, 2, &list, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(usb.devices[1].opened, 0);
	assert_int_equal(list[0].access, STFLASH_E_BUSY);
	assert_string_equal(list[0].serial, "KERNEL201-4.2");
	assert_non_null(strstr(list[0].cure, "openocd uses bus 201 address 17"));
	free(list);
	all_given_back();
}

static void a_probe_without_a_serial_is_listed_and_opened_all_the_same(void **state)
{
	struct usb_probe *list;
	size_t n;

	(void)state;
	plug_in(1);
	usb.devices[1].serial = NULL;
	assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, 2, &list, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(list[0].serial, "");
	assert_int_equal(list[0].access, 0);
	free(list);
	assert_int_equal(open_by(&t, &ctx, NULL), 0);
	assert_string_equal(t->serial, "");
	assert_int_equal(usb.devices[1].asked, 0);
	transport_close(t);
	all_given_back();
}

#define PRODUCT_V4                         \
	"\x14\x03S\0T\0L\0I\0N\0K\0-\0V\0" \
	"4"
#define PRODUCT_SIGNAL            \
	"\x0e\x03S\0i\0g\0n\0a\0" \
	"l"

/* What a newer ST-LINK calls itself tells what it is; other things of the same vendor are no probes. */
static void a_probe_with_an_id_of_tomorrow_is_known_by_its_name(void **state)
{
	struct usb_probe *list;
	size_t n;

	(void)state;
	for (int in_kernel = 0; in_kernel <= 1; in_kernel++) {
		plug_in(2);
		usb.devices[1].pid = 0x3760;
		usb.devices[1].product = (const uint8_t *)PRODUCT_V4;
		usb.devices[1].product_in_kernel = in_kernel;
		usb.devices[2].pid = 0x5740;
		usb.devices[2].product = (const uint8_t *)PRODUCT_SIGNAL;
		assert_int_equal(open_by(&t, &ctx, NULL), 0);
		assert_int_equal(t->pid, 0x3760);
		assert_string_equal(t->serial, "57FF72067265575742132067");
		transport_close(t);
		assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, ARRAY_SIZE(test_pids), &list, &n), 0);
		assert_int_equal(n, 1);
		assert_int_equal(list[0].pid, 0x3760);
		free(list);
		all_given_back();
	}
}

/* libusb calls it an input/output error, or a device that is gone; it is neither. */
static void a_probe_that_a_container_keeps_away_is_not_permitted(void **state)
{
	static const int errors[] = { LIBUSB_ERROR_IO, LIBUSB_ERROR_NO_DEVICE, LIBUSB_ERROR_ACCESS,
				      LIBUSB_ERROR_OTHER };
	struct usb_probe *list;
	size_t n;

	(void)state;
	in_container = "201-4.2";
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		plug_in(2);
		usb.devices[1].open_error = errors[i];
		assert_int_equal(open_by(&t, &ctx, "usb:201-4.2"), STFLASH_E_ACCESS);
		says(&ctx, "the probe at usb:201-4.2 cannot be opened: start the container with --device");
		assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, 2, &list, &n), 0);
		assert_int_equal(n, 2);
		assert_int_equal(list[0].access, STFLASH_E_ACCESS);
		assert_true(list[0].in_container);
		assert_int_equal(list[1].access, 0);
		assert_false(list[1].in_container);
		free(list);
		all_given_back();
	}
	in_container = NULL;
}

/* Without any device file libusb sees no bus at all, or an empty one. */
static void a_container_without_any_device_file_is_not_a_machine_without_probes(void **state)
{
	struct usb_probe *list;
	size_t n;

	(void)state;
	in_container = "1-4.2";
	for (int sees_a_bus = 0; sees_a_bus <= 1; sees_a_bus++) {
		plug_in(0);
		usb.init_error = sees_a_bus ? 0 : LIBUSB_ERROR_OTHER;
		assert_int_equal(open_by(&t, &ctx, NULL), STFLASH_E_ACCESS);
		says(&ctx, "the probe at usb:1-4.2 cannot be opened: start the container with --device");
		assert_int_equal(open_by(&t, &ctx, "usb:1-5"), STFLASH_E_NO_PROBE);
		assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, 2, &list, &n), 0);
		assert_int_equal(n, 1);
		assert_int_equal(list[0].access, STFLASH_E_ACCESS);
		free(list);
		all_given_back();
	}
	in_container = NULL;
}

static void a_machine_without_a_usb_bus_has_an_empty_list_and_no_probe(void **state)
{
	struct usb_probe *list;
	size_t n = 7;

	(void)state;
	plug_in(1);
	usb.init_error = LIBUSB_ERROR_OTHER;
	assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, 2, &list, &n), 0);
	assert_null(list);
	assert_int_equal(n, 0);
	assert_int_equal(open_by(&t, &ctx, NULL), STFLASH_E_NO_PROBE);
	says(&ctx, "this machine shows no USB bus (libusb: Other error)");
	all_given_back();
}

static void a_bus_that_cannot_be_listed_is_not_an_empty_one(void **state)
{
	struct usb_probe *list;
	size_t n = 7;

	(void)state;
	plug_in(1);
	usb.list_error = LIBUSB_ERROR_NO_MEM;
	assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, 2, &list, &n), STFLASH_E_NO_MEMORY);
	says(&ctx, "the USB devices cannot be listed (Insufficient memory)");
	assert_null(list);
	assert_int_equal(n, 0);
	assert_int_equal(open_by(&t, &ctx, NULL), STFLASH_E_NO_MEMORY);
	all_given_back();

	usb.list_error = LIBUSB_ERROR_IO;
	assert_int_equal(transport_list(&ctx, NULL, 0x0483, test_pids, 2, &list, &n), STFLASH_E_OTHER);
	says(&ctx, "the USB devices cannot be listed (Input/Output Error)");
	all_given_back();
}

static void a_probe_without_a_readable_configuration_or_endpoints_is_refused(void **state)
{
	static const struct libusb_interface storage_only[] = { { &storage, 1 } };
	static const struct libusb_config_descriptor config = { .bNumInterfaces = 1, .interface = storage_only };

	(void)state;
	plug_in(1);
	usb.config_error = LIBUSB_ERROR_NOT_FOUND;
	assert_int_equal(open_by(&t, &ctx, NULL), STFLASH_E_PROBE);
	says(&ctx, "usb:201-4.2: its configuration cannot be read (Entity not found): plug the probe in again");
	all_given_back();

	plug_in(1);
	usb.config = &config;
	assert_int_equal(open_by(&t, &ctx, NULL), STFLASH_E_UNSUPPORTED);
	says(&ctx, "usb:201-4.2 has no bulk endpoints on its interface 0");
	all_given_back();
}

/* The transport, two transfers, libusb's own list, the two of ours. */
#define ALLOCATIONS_TO_FIND 6u

static void without_memory_nothing_is_opened_and_nothing_kept(void **state)
{
	(void)state;
	for (size_t there_are = 0; there_are < ALLOCATIONS_TO_FIND; there_are++) {
		int err;

		plug_in(1);
		allocations = there_are;
		err = open_by(&t, &ctx, NULL);
		allocations = SIZE_MAX;
		assert_int_equal(err, STFLASH_E_NO_MEMORY);
		if (there_are == 3)
			says(&ctx, "the USB devices cannot be listed (Insufficient memory)");
		else
			assert_string_equal(ctx.errmsg, "out of memory");
		assert_int_equal(usb.devices[1].opened, 0);
		all_given_back();
	}
}

#ifndef _WIN32 /* which has no virtual probe and no socket pairs */

static void without_memory_no_child_is_started_and_no_connection_kept(void **state)
{
	struct usbip_peer peer = { .busid = "1-1", .path = "usbip://test/1-1" };
	const struct usb_ids ids = { 0x0483, test_pids, 2 };
	int pair[2], err;

	(void)state;
	for (size_t there_are = 0; there_are < 2; there_are++) {
		allocations = there_are;
		err = open_by(&t, &ctx, "virtual");
		allocations = SIZE_MAX;
		assert_int_equal(err, STFLASH_E_NO_MEMORY);
		assert_string_equal(ctx.errmsg, "out of memory");
	}

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	peer.fd = pair[0];
	ctx_clear_error(&ctx);
	allocations = 0;
	err = usbip_import(&t, &ctx, &peer, &ids);
	allocations = SIZE_MAX;
	assert_int_equal(err, STFLASH_E_NO_MEMORY);
	assert_string_equal(ctx.errmsg, "out of memory");
	assert_int_equal(fcntl(pair[0], F_GETFD), -1); /* it was ours to close */
	close(pair[1]);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_is_known_by_its_path_its_serial_and_the_endpoints_of_interface_0),
		cmocka_unit_test(configuration_1_is_set_only_where_another_is_active),
		cmocka_unit_test(a_probe_named_by_its_place_is_the_only_one_that_is_touched),
		cmocka_unit_test(of_several_probes_the_serial_decides),
		cmocka_unit_test(a_probe_that_cannot_be_opened_or_claimed_comes_with_the_cure),
		cmocka_unit_test(the_list_names_each_probe_and_what_stands_in_its_way),
		cmocka_unit_test(a_probe_that_another_program_talks_to_is_not_disturbed_by_the_list),
		cmocka_unit_test(a_probe_without_a_serial_is_listed_and_opened_all_the_same),
		cmocka_unit_test(a_probe_with_an_id_of_tomorrow_is_known_by_its_name),
		cmocka_unit_test(a_probe_that_a_container_keeps_away_is_not_permitted),
		cmocka_unit_test(a_container_without_any_device_file_is_not_a_machine_without_probes),
		cmocka_unit_test(a_machine_without_a_usb_bus_has_an_empty_list_and_no_probe),
		cmocka_unit_test(a_bus_that_cannot_be_listed_is_not_an_empty_one),
		cmocka_unit_test(a_probe_without_a_readable_configuration_or_endpoints_is_refused),
		cmocka_unit_test(without_memory_nothing_is_opened_and_nothing_kept),
#ifndef _WIN32
		cmocka_unit_test(without_memory_no_child_is_started_and_no_connection_kept),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
