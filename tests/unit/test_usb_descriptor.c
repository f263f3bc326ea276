/* SPDX-License-Identifier: MIT */
/* Serial numbers and endpoints out of the descriptors of healthy, old and odd probes; and what the kernel knows. */
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "usb/descriptor.h"
#include "usb/system/holder.h"

/* A string descriptor of the units' low bytes. */
static size_t make_string(uint8_t *desc, const char *text, size_t n)
{
	desc[0] = (uint8_t)(2 + 2 * n);
	desc[1] = 3;
	for (size_t i = 0; i < n; i++) {
		desc[2 + 2 * i] = (uint8_t)text[i];
		desc[3 + 2 * i] = 0;
	}
	return desc[0];
}

static void a_healthy_serial_is_kept(void **state)
{
	uint8_t desc[256];
	char serial[64];
	const size_t len = make_string(desc, "57FF72067265575742132067", 24);

	(void)state;
	assert_int_equal(desc[0], 0x32);
	serial_from_descriptor(serial, sizeof(serial), desc, len);
	assert_string_equal(serial, "57FF72067265575742132067");
}

/* stlink-protocol fact sheet section 2: bLength 1a, "1A 03 57 00 FF 00 72 00" */
static void a_raw_serial_of_an_old_v2_becomes_24_digits(void **state)
{
	static const uint8_t desc[] = { 0x1a, 0x03, 0x57, 0,    0xff, 0,    0x72, 0,    0x06, 0,    0x72, 0,    0x65,
					0,    0x57, 0,    0x57, 0,    0x42, 0,    0x13, 0,    0x20, 0,    0x67, 0 };
	char serial[64];

	(void)state;
	serial_from_descriptor(serial, sizeof(serial), desc, sizeof(desc));
	assert_string_equal(serial, "57FF72067265575742132067");
}

/* stlink #545: clones whose twelve characters are readable are shown the same way by every tool */
static void the_clones_serial_is_shown_as_other_tools_show_it(void **state)
{
	uint8_t desc[256];
	char serial[64];

	(void)state;
	serial_from_descriptor(serial, sizeof(serial), desc, make_string(desc, "000000000001", 12));
	assert_string_equal(serial, "303030303030303030303031");
}

static void odd_serials_are_made_of_what_is_there(void **state)
{
	uint8_t desc[256];
	char serial[64], small[8];

	(void)state;
	serial_from_descriptor(serial, sizeof(serial), desc, make_string(desc, "ABC", 3));
	assert_string_equal(serial, "ABC");
	serial_from_descriptor(serial, sizeof(serial), desc, make_string(desc, "A\x01\xfe", 3));
	assert_string_equal(serial, "4101FE");
	serial_from_descriptor(serial, sizeof(serial), desc, make_string(desc, "", 0));
	assert_string_equal(serial, "");
	serial_from_descriptor(small, sizeof(small), desc, make_string(desc, "0123456789", 10));
	assert_string_equal(small, "0123456");
	serial_from_descriptor(small, sizeof(small), desc, make_string(desc, "\x01\x02\x03\x04", 4));
	assert_string_equal(small, "010203");
}

static void broken_string_descriptors_give_no_more_than_came(void **state)
{
	static const uint8_t zero_length[] = { 0, 3, 'A', 0 }, no_string[] = { 4, 2, 'A', 0 },
			     odd[] = { 5, 3, 'A', 0, 'B' };
	uint8_t desc[256];
	char serial[64];

	(void)state;
	serial_from_descriptor(serial, sizeof(serial), zero_length, sizeof(zero_length));
	assert_string_equal(serial, "");
	serial_from_descriptor(serial, sizeof(serial), no_string, sizeof(no_string));
	assert_string_equal(serial, "");
	serial_from_descriptor(serial, sizeof(serial), odd, sizeof(odd));
	assert_string_equal(serial, "A");
	serial_from_descriptor(serial, sizeof(serial), odd, 1);
	assert_string_equal(serial, "");
	make_string(desc, "57FF72067265575742132067", 24);
	serial_from_descriptor(serial, sizeof(serial), desc, 8); /* cut short on the way */
	assert_string_equal(serial, "57F");
}

/* stlink-protocol fact sheet section 1: the genuine V2, 9 + 9 + 3 x 7 bytes */
static void endpoints_of_a_v2_are_02_and_81(void **state)
{
	static const uint8_t config[] = { 9,    2, 39, 0, 1, 1, 0, 0x80, 50, 9,  4, 0, 0, 3, 0xff, 0xff, 0xff, 0, 7, 5,
					  0x81, 2, 64, 0, 0, 7, 5, 2,    2,  64, 0, 0, 7, 5, 0x83, 2,    64,   0, 0 };
	struct endpoints e;

	(void)state;
	assert_true(endpoints_find(&e, config, sizeof(config)));
	assert_int_equal(e.out, 0x02);
	assert_int_equal(e.in, 0x81);
}

/* A composite device in another order: an association, the serial port's interfaces, then ours with SWO first. */
static void only_bulk_endpoints_of_interface_0_alternate_0_count(void **state)
{
	static const uint8_t config[] = {
		9, 2,  80,   0, 2,  1,    0, 0x80, 50, /* configuration */
		8, 11, 1,    1, 2,  2,    0, 0,        /* interface association */
		9, 4,  1,    0, 2,  10,   0, 0,    0,  /* interface 1 */
		7, 5,  0x85, 2, 64, 0,    0,           /* its bulk IN */
		7, 5,  0x05, 2, 64, 0,    0,           /* its bulk OUT */
		9, 4,  0,    1, 1,  0xff, 0, 0,    0,  /* interface 0, alternate 1 */
		7, 5,  0x86, 2, 64, 0,    0,           /* its bulk IN */
		9, 4,  0,    0, 4,  0xff, 0, 0,    0,  /* interface 0, alternate 0 */
		7, 5,  0x84, 3, 8,  0,    1,           /* interrupt IN: not bulk */
		7, 5,  0x82, 2, 0,  2,    0,           /* bulk IN of the trace */
		7, 5,  0x81, 2, 0,  2,    0,           /* bulk IN of the replies: the lower number, always (sheet) */
		7, 5,  0x01, 2, 0,  2,    0,           /* bulk OUT */
	};
	struct endpoints e;

	(void)state;
	assert_true(endpoints_find(&e, config, sizeof(config)));
	assert_int_equal(e.in, 0x81);
	assert_int_equal(e.out, 0x01);
}

static void a_configuration_cut_anywhere_is_survived(void **state)
{
	static const uint8_t config[] = { 9,    2, 39, 0, 1,    1, 0,  0x80, 50, 9, 4, 0, 0, 3,  0xff, 0xff,
					  0xff, 0, 7,  5, 0x81, 2, 64, 0,    0,  7, 5, 2, 2, 64, 0,    0 };
	static const uint8_t zero_step[] = { 9, 2, 39, 0, 1, 1, 0, 0x80, 50, 0, 0, 0, 0 };
	struct endpoints e;

	(void)state;
	for (size_t len = 0; len < sizeof(config); len++) {
		uint8_t *copy = malloc(len + 1); /* so that the address sanitizer sees a step beyond */

		assert_non_null(copy);
		memcpy(copy, config, len);
		assert_false(endpoints_find(&e, copy, len));
		free(copy);
	}
	assert_true(endpoints_find(&e, config, sizeof(config)));
	assert_false(endpoints_find(&e, zero_step, sizeof(zero_step)));
}

/* ------------------------------------------------------- the kernel's files */

#ifdef __linux__

#include "fake_system.h"

static void make_link(const char *name, const char *target)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	make_dirs(path);
	assert_int_equal(symlink(target, path), 0);
}

static int make_kernel(void **state)
{
	(void)state;
	if (make_root())
		return -1;
	make_file("bus/usb/devices/1-1/serial", "57FF72067265575742132067\n");
	/* the raw serial as the kernel turns it into UTF-8: U+00FF is C3 BF */
	make_file("bus/usb/devices/1-4.2/serial", "W\xc3\xbfr\x06reWWB\x13 g\n");
	make_link("bus/usb/devices/1-1:1.0/driver", "../../../../../bus/usb/drivers/usbfs");
	make_link("bus/usb/devices/1-4.2:1.0/driver", "../../../../../bus/usb/drivers/usb-storage");
	make_file("12/comm", "bash\n");
	make_link("12/fd/0", "/dev/pts/1");
	make_file("1234/comm", "openocd\n");
	make_link("1234/fd/0", "/dev/null");
	make_link("1234/fd/7", "/dev/bus/usb/001/012");
	return 0;
}

static int remove_kernel(void **state)
{
	(void)state;
	return remove_root();
}

static void the_kernel_knows_the_serial_healthy_or_raw(void **state)
{
	const struct kernel_files k = { .sysfs = root, .proc = root };
	char serial[64];

	(void)state;
	holder_serial(&k, "1-1", serial, sizeof(serial));
	assert_string_equal(serial, "57FF72067265575742132067");
	holder_serial(&k, "1-4.2", serial, sizeof(serial));
	assert_string_equal(serial, "57FF72067265575742132067");
	holder_serial(&k, "9-9", serial, sizeof(serial));
	assert_string_equal(serial, "");
}

static void an_interface_with_the_usbfs_driver_is_claimed_by_a_program(void **state)
{
	const struct kernel_files k = { .sysfs = root, .proc = root };

	(void)state;
	assert_true(holder_is_claimed(&k, "1-1"));
	assert_false(holder_is_claimed(&k, "1-4.2"));
	assert_false(holder_is_claimed(&k, "9-9"));
}

static void the_program_that_holds_a_probe_is_named(void **state)
{
	const struct kernel_files k = { .sysfs = root, .proc = root };
	const struct kernel_files hidden = { .sysfs = root, .proc = "/nonexistent" };
	char name[96];

	(void)state;
	holder_name(&k, 1, 12, name, sizeof(name));
	assert_string_equal(name, "openocd (pid 1234)");
	holder_name(&k, 1, 13, name, sizeof(name));
	assert_string_equal(name, "");
	holder_name(&hidden, 1, 12, name, sizeof(name));
	assert_string_equal(name, "");
}

static void a_probe_in_use_is_told_with_its_holder_or_how_to_find_it(void **state)
{
	const struct kernel_files k = { .sysfs = root, .proc = root };
	const struct kernel_files hidden = { .sysfs = root, .proc = "/nonexistent" };
	char text[256];

	(void)state;
	holder_cure(&k, 1, 12, text, sizeof(text));
	assert_string_equal(text, "another program uses it, openocd (pid 1234): end that first");
	holder_cure(&hidden, 1, 12, text, sizeof(text));
	assert_string_equal(
		text,
		"a program of another user uses it, 'sudo fuser -v /dev/bus/usb/001/012' names it: end that first");
}

/* "ROOT/bus/usb/001/012 is OWNER:GROUP, mode 664; udev rule: RULE; you are in the group GROUP" */
static void permits(const struct kernel_files *k, const char *rule)
{
	const struct passwd *user = getpwuid(geteuid());
	const struct group *group = getgrgid(getegid());
	char text[1024], expected[1024];

	if (!user || !group)
		skip();
	snprintf(expected, sizeof(expected),
		 "%s/bus/usb/001/012 is %s:%s, mode 664; udev rule: %s%s; you are in the group %s", root, user->pw_name,
		 group->gr_name, rule ? root : "none installed", rule ? rule : "", group->gr_name);
	holder_permission(k, "1-1", text, sizeof(text));
	assert_string_equal(text, expected);
}

static void the_permission_of_a_probe_is_that_of_its_node_with_the_rule_for_it(void **state)
{
	struct kernel_files k = { .sysfs = root, .dev = root };
	char path[256], rules[2][64];

	(void)state;
	make_file("bus/usb/devices/1-1/busnum", "1\n");
	make_file("bus/usb/devices/1-1/devnum", "12\n");
	make_file("bus/usb/001/012", "");
	snprintf(path, sizeof(path), "%s/bus/usb/001/012", root);
	assert_int_equal(chmod(path, 0664), 0);
	permits(&k, NULL);

	/* neither a comment nor a file that udev does not read is a rule */
	make_file("etc/1.rules", "  # ATTRS{idVendor}==\"0483\"\nATTRS{idVendor}==\"1366\"\n");
	make_file("etc/2.rules.old", "ATTRS{idVendor}==\"0483\"\n");
	make_file("lib/70-stflash.rules", "# a probe\nATTRS{idVendor}==\"0483\", MODE=\"0664\"\n");
	snprintf(rules[0], sizeof(rules[0]), "%s/etc", root);
	snprintf(rules[1], sizeof(rules[1]), "%s/lib", root);
	k.rules[0] = rules[0];
	k.rules[1] = "/nonexistent";
	permits(&k, NULL);
	k.rules[1] = rules[1];
	permits(&k, "/lib/70-stflash.rules");
}

static void one_who_is_not_in_the_group_of_the_node_is_told(void **state)
{
	const struct kernel_files k = { .sysfs = root, .dev = root };
	char path[256], text[1024];

	(void)state;
	snprintf(path, sizeof(path), "%s/bus/usb/001/012", root);
	if (chown(path, (uid_t)-1, 54321)) /* a group that nobody has; root alone may give a file away */
		skip();
	holder_permission(&k, "1-1", text, sizeof(text));
	assert_non_null(
		strstr(text, ":unknown, mode 664; udev rule: none installed; you are not in the group unknown"));
}

static void of_a_probe_that_is_gone_no_permission_is_known(void **state)
{
	const struct kernel_files k = { .sysfs = root, .dev = root };
	const struct kernel_files no_nodes = { .sysfs = root, .dev = "/nonexistent" };
	char text[64] = "old";

	(void)state;
	holder_permission(&k, "9-9", text, sizeof(text));
	assert_string_equal(text, "");
	make_file("bus/usb/devices/1-4.2/busnum", "1\n");
	make_file("bus/usb/devices/1-4.2/devnum", "not a number\n");
	holder_permission(&k, "1-4.2", text, sizeof(text));
	assert_string_equal(text, "");
	holder_permission(&no_nodes, "1-1", text, sizeof(text));
	assert_string_equal(text, "");
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_serial_is_kept),
		cmocka_unit_test(a_raw_serial_of_an_old_v2_becomes_24_digits),
		cmocka_unit_test(the_clones_serial_is_shown_as_other_tools_show_it),
		cmocka_unit_test(odd_serials_are_made_of_what_is_there),
		cmocka_unit_test(broken_string_descriptors_give_no_more_than_came),
		cmocka_unit_test(endpoints_of_a_v2_are_02_and_81),
		cmocka_unit_test(only_bulk_endpoints_of_interface_0_alternate_0_count),
		cmocka_unit_test(a_configuration_cut_anywhere_is_survived),
#ifdef __linux__
		cmocka_unit_test(the_kernel_knows_the_serial_healthy_or_raw),
		cmocka_unit_test(an_interface_with_the_usbfs_driver_is_claimed_by_a_program),
		cmocka_unit_test(the_program_that_holds_a_probe_is_named),
		cmocka_unit_test(a_probe_in_use_is_told_with_its_holder_or_how_to_find_it),
		cmocka_unit_test(the_permission_of_a_probe_is_that_of_its_node_with_the_rule_for_it),
		cmocka_unit_test(one_who_is_not_in_the_group_of_the_node_is_told),
		cmocka_unit_test(of_a_probe_that_is_gone_no_permission_is_known),
#endif
	};

#ifdef __linux__
	return cmocka_run_group_tests(tests, make_kernel, remove_kernel);
#else
	return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}
