/* SPDX-License-Identifier: MIT */
/* Probes that the kernel shows and nobody here can open, in folders that stand for /sys and /dev of a container. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "usb/system/container.h"

/* After our own headers: cmocka makes a macro of fail. */
#include <cmocka.h>

#ifdef __linux__

#include "fake_system.h"

#define CURE_SIZE sizeof(((struct usb_probe *)NULL)->cure)

static const uint16_t pids[] = { 0x3748, 0x374b };
static const struct usb_ids ids = { .vid = 0x0483, .pids = pids, .n_pids = ARRAY_SIZE(pids) };

/* What the kernel answers to whoever opens a device file, and which one that was. */
static int answer;
static char opened[256];

static int stand_in(const char *path)
{
	snprintf(opened, sizeof(opened), "%s", path);
	return answer;
}

static void device(const char *name, const char *vid, const char *pid, const char *device_number, const char *serial)
{
	static const char *const files[] = { "idVendor", "idProduct", "busnum", "devnum", "serial" };
	const char *const texts[] = { vid, pid, "1", device_number, serial };
	char path[128], line[64];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (!texts[i])
			continue;
		snprintf(path, sizeof(path), "bus/usb/devices/%s/%s", name, files[i]);
		snprintf(line, sizeof(line), "%s\n", texts[i]);
		make_file(path, line);
	}
}

static int plug_in(void **state)
{
	(void)state;
	if (make_root())
		return -1;
	device("1-1", "0483", "3748", "12", "57FF72067265575742132067");
	device("1-1:1.0", NULL, NULL, NULL, NULL);
	device("usb1", "1d6b", "0002", "1", NULL);
	return 0;
}

static int unplug(void **state)
{
	(void)state;
	return remove_root();
}

static bool blocks(const struct kernel_files *k, const char *name, char text[CURE_SIZE])
{
	memset(text, 0, CURE_SIZE);
	return container_blocks(k, name, text, CURE_SIZE);
}

static void a_device_without_its_file_names_the_option(void **state)
{
	const struct kernel_files k = { .sysfs = root, .dev = "/nonexistent" };
	char text[CURE_SIZE];

	(void)state;
	assert_true(blocks(&k, "1-1", text));
	assert_non_null(strstr(text, "its device file /nonexistent/bus/usb/001/012 is not there"));
	assert_non_null(strstr(text, "--device=/dev/bus/usb (docker, podman), with the probe plugged in before"));
}

/* The folder is there, the file is not: the probe was plugged in after the container was started. */
static void a_device_that_came_later_is_without_its_file_too(void **state)
{
	const struct kernel_files k = { .sysfs = root, .dev = root };
	char text[CURE_SIZE];

	(void)state;
	make_file("bus/usb/001/011", "");
	assert_true(blocks(&k, "1-1", text));
	assert_non_null(strstr(text, "--device=/dev/bus/usb"));
}

static void a_control_group_that_refuses_the_device_names_the_option(void **state)
{
	const struct kernel_files k = { .sysfs = root, .dev = "/dev", .try_open = stand_in };
	char text[CURE_SIZE];

	(void)state;
	answer = EPERM;
	assert_true(blocks(&k, "1-1", text));
	assert_string_equal(opened, "/dev/bus/usb/001/012");
	assert_non_null(strstr(text, "/dev/bus/usb/001/012 (EPERM)"));
	assert_non_null(strstr(text, "--device=/dev/bus/usb (docker, podman)"));
}

/* Without a container that is a matter of the udev rule. To root no file is closed but in a container. */
static void file_permissions_are_the_containers_only_where_there_is_one(void **state)
{
	struct kernel_files k = { .sysfs = root, .dev = "/dev", .try_open = stand_in };
	char marker[64], text[CURE_SIZE];

	(void)state;
	answer = EACCES;
	assert_int_equal(blocks(&k, "1-1", text), geteuid() == 0);
	make_file("run/.containerenv", "");
	snprintf(marker, sizeof(marker), "%s/run/.containerenv", root);
	k.container[0] = "/nonexistent";
	k.container[1] = marker;
	assert_true(blocks(&k, "1-1", text));
	assert_non_null(strstr(text,
			       "this container may not open /dev/bus/usb/001/012: start it with "
			       "--device=/dev/bus/usb (docker, podman), as root or with stflash's udev rule on the "
			       "host (podman without root: and --group-add keep-groups)"));
}

static void what_can_be_opened_or_is_gone_or_broken_is_not_blocked(void **state)
{
	static const int answers[] = { 0, ENODEV, EIO, EBUSY };
	const struct kernel_files k = { .sysfs = root, .dev = "/dev", .try_open = stand_in };
	const struct kernel_files no_sysfs = { .sysfs = "/nonexistent", .dev = "/nonexistent" };
	struct kernel_files real = { .sysfs = root, .dev = root };
	char text[CURE_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		answer = answers[i];
		assert_false(blocks(&k, "1-1", text));
		assert_string_equal(text, "");
	}
	answer = EPERM;
	assert_false(blocks(&k, "9-9", text));
	assert_false(blocks(&no_sysfs, "1-1", text));
	make_file("bus/usb/001/012", "");
	assert_false(blocks(&real, "1-1", text));
}

static const struct usb_probe *entry(const struct usb_probe *list, size_t n, const char *path)
{
	size_t i = 0;

	while (i < n && strcmp(list[i].path, path) != 0)
		i++;
	assert_true(i < n);
	return &list[i];
}

/* Of several probes each has its row; a keyboard, another device of ST, a hub and an interface are none. */
static void the_list_has_the_wanted_devices_that_are_out_of_reach(void **state)
{
	const struct kernel_files k = { .sysfs = root, .dev = "/dev", .try_open = stand_in };
	struct usb_probe *list;
	struct ctx ctx = { 0 };
	size_t n;

	(void)state;
	device("1-4.2", "0483", "374b", "13", "ABCD");
	device("1-5", "046d", "c31c", "14", NULL);
	device("1-6", "0483", "5740", "15", NULL);
	device("1-7", "0483", "3760", "16", NULL); /* an ST-LINK of tomorrow */
	make_file("bus/usb/devices/1-7/product", "STLINK-V4\n");
	answer = EPERM;
	assert_int_equal(container_list(&k, &ctx, &ids, &list, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(entry(list, n, "usb:1-1")->serial, "57FF72067265575742132067");
	assert_int_equal(entry(list, n, "usb:1-1")->pid, 0x3748);
	assert_int_equal(entry(list, n, "usb:1-4.2")->access, STFLASH_E_ACCESS);
	assert_true(entry(list, n, "usb:1-4.2")->in_container);
	assert_non_null(strstr(entry(list, n, "usb:1-4.2")->cure, "--device=/dev/bus/usb"));
	assert_int_equal(entry(list, n, "usb:1-7")->vid, 0x0483);
	free(list);

	answer = 0;
	assert_int_equal(container_list(&k, &ctx, &ids, &list, &n), 0);
	assert_int_equal(n, 0);
	assert_null(list);
}

static void without_sysfs_the_list_is_empty(void **state)
{
	const struct kernel_files k = { .sysfs = "/nonexistent", .dev = "/nonexistent" };
	struct usb_probe *list;
	struct ctx ctx = { 0 };
	size_t n = 7;

	(void)state;
	assert_int_equal(container_list(&k, &ctx, &ids, &list, &n), 0);
	assert_int_equal(n, 0);
	assert_null(list);
}

#endif

int main(void)
{
#ifdef __linux__
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_without_its_file_names_the_option),
		cmocka_unit_test(a_device_that_came_later_is_without_its_file_too),
		cmocka_unit_test(a_control_group_that_refuses_the_device_names_the_option),
		cmocka_unit_test(file_permissions_are_the_containers_only_where_there_is_one),
		cmocka_unit_test(what_can_be_opened_or_is_gone_or_broken_is_not_blocked),
		cmocka_unit_test(the_list_has_the_wanted_devices_that_are_out_of_reach),
		cmocka_unit_test(without_sysfs_the_list_is_empty),
	};

	return cmocka_run_group_tests(tests, plug_in, unplug);
#else
	return 0;
#endif
}
