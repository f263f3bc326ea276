/* SPDX-License-Identifier: MIT */
/* What the user typed, and which probe it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "usb/selector.h"

/* After the house's headers: cmocka makes a macro of fail. */
#include <cmocka.h>

static const struct {
	const char *text;
	enum selector_kind kind;
	const char *rest;
	const char *host;
	const char *port;
	const char *busid;
} good[] = {
	{ "", SELECT_ONLY, "", "", "", "" },
	{ "57FF7206", SELECT_SERIAL, "57FF7206", "", "", "" },
	{ "usb:1-4", SELECT_USB_PATH, "usb:1-4", "", "", "" },
	{ "usb:12-4.2.1", SELECT_USB_PATH, "usb:12-4.2.1", "", "", "" },
	{ "usbip://bench/1-1", SELECT_USBIP_TCP, NULL, "bench", "3240", "1-1" },
	{ "usbip://bench", SELECT_USBIP_TCP, NULL, "bench", "3240", "" },
	{ "usbip://[::1]:13240", SELECT_USBIP_TCP, NULL, "::1", "13240", "" },
	{ "usbip://10.0.2.2:13240/1-1.4", SELECT_USBIP_TCP, NULL, "10.0.2.2", "13240", "1-1.4" },
	{ "usbip://[::1]/usbip-vudc.0", SELECT_USBIP_TCP, NULL, "::1", "3240", "usbip-vudc.0" },
	{ "usbip://[fe80::1%eth0]:65535/1-1", SELECT_USBIP_TCP, NULL, "fe80::1%eth0", "65535", "1-1" },
	{ "usbip:///run/a?b/probe.sock?1-1", SELECT_USBIP_UNIX, NULL, "/run/a?b/probe.sock", "", "1-1" },
	{ "virtual", SELECT_VIRTUAL, "", "", "", "" },
	{ "virtual:stm32f407vg", SELECT_VIRTUAL, "stm32f407vg", "", "", "" },
	{ "virtual:stm32f103c8,flash=C:/x,probe=v3", SELECT_VIRTUAL, "stm32f103c8,flash=C:/x,probe=v3", "", "", "" },
	{ "virtually", SELECT_SERIAL, "virtually", "", "", "" },
};

static void selectors_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct ctx ctx = { .err = 0 };
		struct selector sel;

		if (selector_parse(&sel, &ctx, good[i].text))
			fail_msg("%s: %s", good[i].text, ctx.errmsg);
		assert_int_equal(sel.kind, good[i].kind);
		if (good[i].rest)
			assert_string_equal(sel.rest, good[i].rest);
		assert_string_equal(sel.host, good[i].host);
		assert_string_equal(sel.port, good[i].port);
		assert_string_equal(sel.busid, good[i].busid);
	}
}

static void nonsense_is_refused_with_the_forms_there_are(void **state)
{
	static const char *const bad[] = {
		"usb:",
		"usb:1",
		"usb:1-",
		"usb:1-4.",
		"usb:1.4",
		"usb:-4",
		"usb:1-4-2",
		"usb:1-4x",
		"usb:a-4",
		"usbip://",
		"usbip://host/",
		"usbip://:3240/1-1",
		"usbip://host:/1-1",
		"usbip://host:0/1-1",
		"usbip://host:65536/1-1",
		"usbip://host:99999999/1-1",
		"usbip://host:3240x/1-1",
		"usbip://::1/1-1",
		"usbip://[::1/1-1",
		"usbip://[::1]x/1-1",
		"usbip://[]/1-1",
		"usbip://host/1-1/2",
		"usbip://host/../x",
		"usbip://host/12345678901234567890123456789012",
		"usbip:///run/probe.sock",
		"usbip:///run/probe.sock?",
		"usbip:///run/probe.sock?1 1",
		"tcp:host",
		"http://host/",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct ctx ctx = { .err = 0 };
		struct selector sel;

		if (selector_parse(&sel, &ctx, bad[i]) != STFLASH_E_ARG)
			fail_msg("%s was accepted", bad[i]);
		assert_non_null(strstr(ctx.errmsg, bad[i]));
		if (strncmp(bad[i], "usb", 3) != 0)
			assert_non_null(
				strstr(ctx.errmsg, "names no probe: use a serial number or the beginning of one"));
	}
}

static void a_host_name_that_is_too_long_is_refused(void **state)
{
	struct ctx ctx = { .err = 0 };
	struct selector sel;
	char text[600] = "usbip://";

	(void)state;
	memset(text + 8, 'h', 400);
	memcpy(text + 408, "/1-1", 5);
	assert_int_equal(selector_parse(&sel, &ctx, text), STFLASH_E_ARG);
}

static void no_selector_is_the_only_probe(void **state)
{
	struct ctx ctx = { .err = 0 };
	struct selector sel;

	(void)state;
	assert_int_equal(selector_parse(&sel, &ctx, NULL), 0);
	assert_int_equal(sel.kind, SELECT_ONLY);
}

static void a_serial_matches_by_its_beginning_and_in_its_raw_form(void **state)
{
	(void)state;
	assert_true(selector_serial_matches("57FF72067265575742132067", "57FF72067265575742132067"));
	assert_true(selector_serial_matches("57ff", "57FF72067265575742132067"));
	assert_false(selector_serial_matches("7FF", "57FF72067265575742132067"));
	assert_false(selector_serial_matches("57FF720672655757421320670", "57FF72067265575742132067"));
	assert_true(selector_serial_matches("W\xffr\x06reWWB\x13 g", "57FF72067265575742132067"));
	assert_true(selector_serial_matches("000000000001", "303030303030303030303031"));
	assert_false(selector_serial_matches("000000000002", "303030303030303030303031"));
	/* st-info's spelling of a raw serial: '?' for every byte above 0x7f, in hexadecimal or as it is */
	assert_true(selector_serial_matches("573F72067265575742132067", "57FF72067265575742132067"));
	assert_true(selector_serial_matches("573f72067265575742132067", "578072067265575742132067"));
	assert_true(selector_serial_matches("W?r\x06reWWB\x13 g", "57FF72067265575742132067"));
	assert_false(selector_serial_matches("573F72067265575742132067", "577F72067265575742132067"));
	assert_false(selector_serial_matches("573F720672655757421320", "57FF72067265575742132067"));
	assert_false(selector_serial_matches("573F7206726557574213206X", "57FF72067265575742132067"));
}

static const struct usb_probe two[] = {
	{ .path = "usb:1-1", .serial = "57FF72067265575742132067" },
	{ .path = "usb:1-4.2", .serial = "57FF55060000000000000000" },
};

static const struct usb_probe clones[] = {
	{ .path = "usb:1-1", .serial = "303030303030303030303031" },
	{ .path = "usb:1-2", .serial = "303030303030303030303031" },
	{ .path = "usb:1-3", .serial = "3030" },
};

static const struct usb_probe forbidden[] = {
	{ .path = "usb:1-1", .serial = "AA" },
	{ .path = "usb:1-2", .serial = "", .access = STFLASH_E_ACCESS, .cure = "install the udev rule" },
};

static int choose(struct ctx *ctx, const char *text, const struct usb_probe *probes, size_t n, size_t *which)
{
	struct selector sel;

	memset(ctx, 0, sizeof(*ctx));
	assert_int_equal(selector_parse(&sel, ctx, text), 0);
	return selector_choose(&sel, ctx, probes, n, which);
}

static void the_probe_that_is_meant_is_chosen(void **state)
{
	struct ctx ctx;
	size_t which = 9;

	(void)state;
	assert_int_equal(choose(&ctx, "", two, 1, &which), 0);
	assert_int_equal(which, 0);
	assert_int_equal(choose(&ctx, "57FF55", two, 2, &which), 0);
	assert_int_equal(which, 1);
	assert_int_equal(choose(&ctx, "usb:1-1", two, 2, &which), 0);
	assert_int_equal(which, 0);
	assert_int_equal(choose(&ctx, "3030", clones, 3, &which), 0); /* complete goes before a beginning */
	assert_int_equal(which, 2);
	assert_int_equal(choose(&ctx, "usb:1-2", clones, 3, &which), 0);
	assert_int_equal(which, 1);
	assert_int_equal(choose(&ctx, "aa", forbidden, 2, &which), 0);
	assert_int_equal(which, 0);
}

static void several_that_fit_are_each_named_with_their_path(void **state)
{
	struct ctx ctx;
	size_t which = 9;

	(void)state;
	assert_int_equal(choose(&ctx, "", two, 2, &which), STFLASH_E_SEVERAL);
	assert_non_null(strstr(ctx.errmsg, "usb:1-1 (serial 57FF72067265575742132067)"));
	assert_non_null(strstr(ctx.errmsg, "usb:1-4.2 (serial 57FF55060000000000000000)"));
	assert_int_equal(choose(&ctx, "57", two, 2, &which), STFLASH_E_SEVERAL);

	/* clones that share a serial */
	assert_int_equal(choose(&ctx, "303030303030303030303031", clones, 3, &which), STFLASH_E_SEVERAL);
	assert_non_null(strstr(ctx.errmsg, "fits 2 probes"));
	assert_non_null(strstr(ctx.errmsg, "usb:1-1"));
	assert_non_null(strstr(ctx.errmsg, "usb:1-2"));
	assert_null(strstr(ctx.errmsg, "usb:1-3"));
	assert_int_equal(which, 9);
}

static void more_probes_than_fit_into_a_sentence_are_still_counted(void **state)
{
	struct usb_probe many[20];
	struct ctx ctx;
	size_t which;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = two[0];
	assert_int_equal(choose(&ctx, "", many, ARRAY_SIZE(many), &which), STFLASH_E_SEVERAL);
	assert_non_null(strstr(ctx.errmsg, "20 ST-LINK probes"));
	assert_non_null(strstr(ctx.errmsg, HINT_PROBE " usb:BUS-PORT"));
}

static void a_name_that_no_path_could_hold_is_refused(void **state)
{
	struct ctx ctx = { .err = 0 };
	char name[USB_PATH_MAX + 1];
	struct selector sel;

	(void)state;
	memset(name, '5', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(selector_parse(&sel, &ctx, name), STFLASH_E_ARG);
	assert_string_equal(ctx.errmsg, "the name of the probe has 1024 characters: at most 1023 are possible");
	name[sizeof(name) - 2] = '\0';
	assert_int_equal(selector_parse(&sel, &ctx, name), 0);
}

static void no_probe_says_what_to_check(void **state)
{
	struct ctx ctx;
	size_t which;

	(void)state;
	assert_int_equal(choose(&ctx, "", NULL, 0, &which), STFLASH_E_NO_PROBE);
	assert_non_null(strstr(ctx.errmsg, "check the cable"));
	assert_int_equal(choose(&ctx, "usb:3-3", two, 2, &which), STFLASH_E_NO_PROBE);
	assert_non_null(strstr(ctx.errmsg, HINT_LIST));
	assert_int_equal(choose(&ctx, "BB", two, 2, &which), STFLASH_E_NO_PROBE);
}

static void a_probe_whose_serial_may_not_be_read_is_not_taken_for_absent(void **state)
{
	struct ctx ctx;
	size_t which;

	(void)state;
	assert_int_equal(choose(&ctx, "BB", forbidden, 2, &which), STFLASH_E_ACCESS);
	assert_string_equal(ctx.errmsg, "the probe at usb:1-2 may be 'BB' but cannot be asked: install the udev rule");
	assert_int_equal(choose(&ctx, "usb:9-9", forbidden, 2, &which), STFLASH_E_NO_PROBE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selectors_are_taken_apart),
		cmocka_unit_test(nonsense_is_refused_with_the_forms_there_are),
		cmocka_unit_test(a_host_name_that_is_too_long_is_refused),
		cmocka_unit_test(no_selector_is_the_only_probe),
		cmocka_unit_test(a_serial_matches_by_its_beginning_and_in_its_raw_form),
		cmocka_unit_test(the_probe_that_is_meant_is_chosen),
		cmocka_unit_test(several_that_fit_are_each_named_with_their_path),
		cmocka_unit_test(more_probes_than_fit_into_a_sentence_are_still_counted),
		cmocka_unit_test(a_name_that_no_path_could_hold_is_refused),
		cmocka_unit_test(no_probe_says_what_to_check),
		cmocka_unit_test(a_probe_whose_serial_may_not_be_read_is_not_taken_for_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
