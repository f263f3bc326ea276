/* SPDX-License-Identifier: MIT */
/* What a USB/IP server exports, and the choice of its only ST-LINK. */
#include "usbip_server.h"

#include <stdio.h>

#define INTERFACE_LEN 4u

/* What the server has: bus id, ids, number of interfaces. A hub stands among the probes. */
struct exported {
	const char *busid;
	uint16_t vid, pid;
	uint8_t interfaces;
};

static const struct exported bench[] = {
	{ "1-1", 0x0483, 0x3748, 1 },
	{ "1-2", 0x1d6b, 0x0002, 0 },
	{ "1-4.2", 0x0483, 0x374b, 3 },
};

static bool take_question(struct server *s)
{
	static const uint8_t question[8] = { 0x01, 0x11, 0x80, 0x05 };
	uint8_t got[8];

	if (!take(s, got, sizeof(got)))
		return false;
	demand(s, !memcmp(got, question, sizeof(got)), "OP_REQ_DEVLIST differs from the document");
	return true;
}

static void give_head(struct server *s, uint16_t version, uint16_t code, uint32_t number)
{
	uint8_t head[12] = { 0 };

	put_be16(head, version);
	put_be16(head + 2, code);
	put_be32(head + 8, number);
	give(s, head, sizeof(head));
}

static void give_device(struct server *s, const struct exported *e)
{
	uint8_t device[312 + 255 * INTERFACE_LEN] = { 0 };

	memcpy(device, "/sys/devices/pci", 16);
	memcpy(device + 0x100, e->busid, strlen(e->busid));
	put_be32(device + 0x120, 1);
	put_be32(device + 0x124, 7);
	put_be32(device + 0x128, 2);
	put_be16(device + 0x12c, e->vid);
	put_be16(device + 0x12e, e->pid);
	device[0x137] = e->interfaces;
	give(s, device, 312 + e->interfaces * INTERFACE_LEN);
}

static void give_list(struct server *s, const struct exported *e, size_t n)
{
	if (!take_question(s))
		return;
	give_head(s, 0x0111, 0x0005, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		give_device(s, &e[i]);
}

static void script_bench(struct server *s)
{
	give_list(s, bench, ARRAY_SIZE(bench));
}

static void script_last_only(struct server *s)
{
	give_list(s, bench + 1, 2);
}

static void script_hub_only(struct server *s)
{
	give_list(s, bench + 1, 1);
}

static void script_old_version(struct server *s)
{
	if (take_question(s))
		give_head(s, 0x0106, 0x0005, 0);
}

static void script_import_reply(struct server *s)
{
	if (take_question(s))
		give_head(s, 0x0111, 0x0003, 0);
}

static void script_endless(struct server *s)
{
	if (take_question(s))
		give_head(s, 0x0111, 0x0005, UINT32_MAX);
}

static void script_cut(struct server *s)
{
	const uint8_t half[100] = { 0 };

	if (!take_question(s))
		return;
	give_head(s, 0x0111, 0x0005, 2);
	give_device(s, &bench[0]);
	give(s, half, sizeof(half));
	shutdown(s->fd, SHUT_RDWR);
}

static struct ctx ctx;
static struct usb_probe *list;
static size_t n;

static int list_of(void (*script)(struct server *s))
{
	struct server s;
	char selector[64];
	int err;

	memset(&ctx, 0, sizeof(ctx));
	snprintf(selector, sizeof(selector), "usbip://127.0.0.1:%u", listen_tcp(&s, script));
	err = transport_list(&ctx, selector, 0x0483, test_pids, ARRAY_SIZE(test_pids), &list, &n);
	end_server(&s);
	return err;
}

static int choose_of(void (*script)(struct server *s), struct selector *sel)
{
	struct server s;
	int err;

	memset(&ctx, 0, sizeof(ctx));
	*sel = (struct selector){ .kind = SELECT_USBIP_TCP, .text = "usbip://bench", .host = "127.0.0.1" };
	snprintf(sel->port, sizeof(sel->port), "%u", listen_tcp(&s, script));
	err = usbip_choose(&ctx, sel, &test_ids);
	end_server(&s);
	return err;
}

static void says(const char *words)
{
	if (!strstr(ctx.errmsg, words))
		fail_msg("'%s' lacks '%s'", ctx.errmsg, words);
}

static void the_probes_among_the_devices_are_listed(void **state)
{
	(void)state;
	assert_int_equal(list_of(script_bench), 0);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].vid, 0x0483);
	assert_int_equal(list[0].pid, 0x3748);
	assert_string_equal(strrchr(list[0].path, '/'), "/1-1");
	assert_int_equal(strncmp(list[0].path, "usbip://127.0.0.1:", 18), 0);
	assert_int_equal(list[1].pid, 0x374b);
	assert_string_equal(strrchr(list[1].path, '/'), "/1-4.2");
	free(list);
}

static void a_server_without_a_probe_has_an_empty_list(void **state)
{
	(void)state;
	assert_int_equal(list_of(script_hub_only), 0);
	assert_int_equal(n, 0);
	assert_null(list);
}

static void what_is_no_list_is_told(void **state)
{
	static const struct {
		void (*script)(struct server *s);
		int err;
		const char *words;
	} bad[] = {
		{ script_old_version, STFLASH_E_PROBE, "does not list devices as USB/IP 1.1.1 does (0106 0005)" },
		{ script_import_reply, STFLASH_E_PROBE, "does not list devices as USB/IP 1.1.1 does (0111 0003)" },
		{ script_endless, STFLASH_E_PROBE, "does not list devices as USB/IP 1.1.1 does (0111 0005)" },
		{ script_cut, STFLASH_E_UNPLUGGED, "closed the connection instead of answering" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(list_of(bad[i].script), bad[i].err);
		says(bad[i].words);
		assert_null(list);
		assert_int_equal(n, 0);
	}
}

static void the_only_probe_of_a_server_needs_no_bus_id(void **state)
{
	struct selector sel;

	(void)state;
	assert_int_equal(choose_of(script_last_only, &sel), 0);
	assert_string_equal(sel.busid, "1-4.2");
}

static void several_probes_of_a_server_are_named(void **state)
{
	struct selector sel;

	(void)state;
	assert_int_equal(choose_of(script_bench, &sel), STFLASH_E_SEVERAL);
	says("the USB/IP server offers 2 ST-LINK probes: choose one of usbip://127.0.0.1:");
	says("/1-1, usbip://127.0.0.1:");
	says("/1-4.2");
}

static void a_server_without_a_probe_is_told_what_to_do(void **state)
{
	struct selector sel;

	(void)state;
	assert_int_equal(choose_of(script_hub_only, &sel), STFLASH_E_NO_PROBE);
	says("the USB/IP server at usbip://bench offers no ST-LINK: look at 'usbip list -l' there");
}

/* What is named in full is not asked for: the opening shows whether it is there. */
static void a_device_named_in_full_is_a_list_of_one(void **state)
{
	static const char *const named[] = { "usbip://127.0.0.1:1/1-1", "usbip:///run/probe.sock?1-1",
					     "virtual:stm32f103c8" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		assert_int_equal(transport_list(&ctx, named[i], 0x0483, test_pids, 2, &list, &n), 0);
		assert_int_equal(n, 1);
		assert_string_equal(list[0].path, named[i]);
		assert_int_equal(list[0].pid, 0);
		free(list);
	}
}

static void an_address_of_ipv6_stands_in_brackets(void **state)
{
	const struct selector sel = { .kind = SELECT_USBIP_TCP, .host = "fe80::1", .port = "3240" };
	char path[USBIP_SELECTOR_MAX];

	(void)state;
	usbip_path(path, sizeof(path), &sel, "1-1");
	assert_string_equal(path, "usbip://[fe80::1]:3240/1-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_probes_among_the_devices_are_listed),
		cmocka_unit_test(a_server_without_a_probe_has_an_empty_list),
		cmocka_unit_test(what_is_no_list_is_told),
		cmocka_unit_test(the_only_probe_of_a_server_needs_no_bus_id),
		cmocka_unit_test(several_probes_of_a_server_are_named),
		cmocka_unit_test(a_server_without_a_probe_is_told_what_to_do),
		cmocka_unit_test(a_device_named_in_full_is_a_list_of_one),
		cmocka_unit_test(an_address_of_ipv6_stands_in_brackets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
