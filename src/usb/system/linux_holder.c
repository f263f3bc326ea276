/* SPDX-License-Identifier: MIT */
#include "usb/system/holder.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "usb/descriptor.h"

const struct kernel_files kernel_files = {
	.sysfs = "/sys",
	.proc = "/proc",
	.dev = "/dev",
	.rules = { "/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d",
		   "/lib/udev/rules.d" },
	.container = { "/.dockerenv", "/run/.containerenv", "/run/systemd/container" },
};

#define PATH_SIZE 512

/* As programs open it, wherever the tests have theirs. */
#define NODE_FORMAT "/dev/bus/usb/%03u/%03u"

/*
 * The kernel makes UTF-8 of the descriptor's UTF-16. All units of an ST-LINK's
 * serial are below 0x100, so one or two bytes each; give back the units.
 */
static size_t units_from_utf8(uint8_t *units, size_t max, const char *text)
{
	size_t n = 0;

	for (; *text && *text != '\n' && n < max; n++) {
		const unsigned int lead = (unsigned char)*text++;
		const unsigned int next = (unsigned char)*text;

		units[n] = (uint8_t)lead;
		if ((lead & 0xe0u) == 0xc0u && (next & 0xc0u) == 0x80u) {
			units[n] = (uint8_t)(lead << 6 | (next & 0x3fu));
			text++;
		}
	}
	return n;
}

/* A string of the device as the kernel read it when it was plugged in. */
static void sysfs_string(const struct kernel_files *k, const char *name, const char *attribute, char *text, size_t size)
{
	char path[PATH_SIZE], line[2 * USB_STRING_MAX];
	uint8_t units[USB_STRING_MAX / 2];
	FILE *f;

	text[0] = '\0';
	if (snprintf(path, sizeof(path), "%s/bus/usb/devices/%s/%s", k->sysfs, name, attribute) >= PATH_SIZE)
		return;
	f = fopen(path, "r");
	if (!f)
		return;
	if (fgets(line, sizeof(line), f))
		serial_from_units(text, size, units, units_from_utf8(units, sizeof(units), line));
	fclose(f);
}

void holder_serial(const struct kernel_files *k, const char *name, char *serial, size_t size)
{
	sysfs_string(k, name, "serial", serial, size);
}

void holder_product(const struct kernel_files *k, const char *name, char *product, size_t size)
{
	sysfs_string(k, name, "product", product, size);
}

bool holder_is_claimed(const struct kernel_files *k, const char *name)
{
	char path[PATH_SIZE], driver[PATH_SIZE];
	ssize_t len;

	if (snprintf(path, sizeof(path), "%s/bus/usb/devices/%s:%u.%u/driver", k->sysfs, name, USB_CONFIG_OF_STLINK,
		     USB_INTERFACE_OF_DEBUG) >= PATH_SIZE)
		return false;
	len = readlink(path, driver, sizeof(driver) - 1);
	if (len < 0)
		return false;
	driver[len] = '\0';
	return len >= 6 && !strcmp(driver + len - 6, "/usbfs");
}

/* Does this process have the node open? Those of other users may not be looked into. */
static bool has_open(const char *fds, const char *node)
{
	DIR *dir = opendir(fds);
	const struct dirent *e;
	bool found = false;

	if (!dir)
		return false;
	while (!found && (e = readdir(dir)) != NULL) {
		char path[PATH_SIZE], target[64];
		ssize_t len;

		if (snprintf(path, sizeof(path), "%s/%s", fds, e->d_name) >= PATH_SIZE)
			continue;
		len = readlink(path, target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = '\0';
		found = !strcmp(target, node);
	}
	closedir(dir);
	return found;
}

static void name_process(const char *proc, long pid, char *name, size_t size)
{
	char path[PATH_SIZE], comm[64] = "a program";
	FILE *f = NULL;

	if (snprintf(path, sizeof(path), "%s/%ld/comm", proc, pid) < PATH_SIZE)
		f = fopen(path, "r");
	if (f) {
		if (fgets(comm, sizeof(comm), f))
			comm[strcspn(comm, "\n")] = '\0';
		fclose(f);
	}
	snprintf(name, size, "%s (pid %ld)", comm, pid);
}

void holder_name(const struct kernel_files *k, unsigned int bus, unsigned int address, char *name, size_t size)
{
	char node[64], fds[PATH_SIZE];
	const struct dirent *e;
	DIR *dir;

	name[0] = '\0';
	snprintf(node, sizeof(node), NODE_FORMAT, bus, address);
	dir = opendir(k->proc);
	if (!dir)
		return;
	while ((e = readdir(dir)) != NULL) {
		const long pid = strtol(e->d_name, NULL, 10);

		if (pid <= 0 || pid == (long)getpid() ||
		    snprintf(fds, sizeof(fds), "%s/%ld/fd", k->proc, pid) >= PATH_SIZE)
			continue;
		if (has_open(fds, node)) {
			name_process(k->proc, pid, name, size);
			break;
		}
	}
	closedir(dir);
}

/* Only root may look into the programs of others: without a name it is one of theirs. */
void holder_cure(const struct kernel_files *k, unsigned int bus, unsigned int address, char *text, size_t size)
{
	char name[96];

	holder_name(k, bus, address, name, sizeof(name));
	if (name[0])
		snprintf(text, size, "another program uses it, %s: end that first", name);
	else
		snprintf(text, size,
			 "a program of another user uses it, 'sudo fuser -v " NODE_FORMAT "' names it: end that first",
			 bus, address);
}
