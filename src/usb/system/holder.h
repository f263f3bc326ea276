/* SPDX-License-Identifier: MIT */
/*
 * What Linux knows about a USB device without asking the device: its serial,
 * whether a program has claimed it, and which. Elsewhere, and where files may
 * not be read, nothing is known. Private to this layer.
 */
#ifndef USB_HOLDER_H
#define USB_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* The group that our udev rule names, as it is on this system. */
struct group_facts {
	bool exists;
	bool listed;     /* the user is a member, as the system's list has it */
	bool in_session; /* and was one when the session began */
	unsigned int id;
};

/* Where the kernel shows its files; the tests have folders of their own. */
struct kernel_files {
	const char *sysfs;                        /* "/sys" */
	const char *proc;                         /* "/proc" */
	const char *dev;                          /* "/dev" */
	const char *rules[5];                     /* the folders of udev's rules, the first wins; NULL: fewer */
	const char *container[3];                 /* files that are there in containers alone; NULL: fewer */
	int (*try_open)(const char *path);        /* 0, or why a device file cannot be opened, an errno; NULL: open() */
	void (*find_group)(struct group_facts *); /* of the group of our rule; NULL: getgrnam() */
};

extern const struct kernel_files kernel_files;

/* The serial number as the kernel read it when the probe was plugged in; "" when unknown. name is "1-4.2". */
void holder_serial(const struct kernel_files *k, const char *name, char *serial, size_t size);

/* Its product string, likewise. */
void holder_product(const struct kernel_files *k, const char *name, char *product, size_t size);

/* Has a program claimed interface 0? */
bool holder_is_claimed(const struct kernel_files *k, const char *name);

/* The program that has the device open, "openocd (pid 1234)"; "" when it cannot be known. */
void holder_name(const struct kernel_files *k, unsigned int bus, unsigned int address, char *name, size_t size);

/* What to do about a device that is in use: who it is that has it, or how that is found out. */
void holder_cure(const struct kernel_files *k, unsigned int bus, unsigned int address, char *text, size_t size);

/* The file by which the device is opened, "/dev/bus/usb/001/012"; there or not. False: the kernel knows no such device.
 */
bool holder_node(const struct kernel_files *k, const char *name, char *path, size_t size);

/* What a user does who may not open the device: where udev has our rule, and where not. */
void holder_access_cure(const struct kernel_files *k, const char *name, char *text, size_t size);

/*
 * Who may open the device, in words: its node, owner and group, the udev rule
 * for it, and whether the user is in the group. "" when it cannot be known.
 */
void holder_permission(const struct kernel_files *k, const char *name, char *text, size_t size);

#endif
