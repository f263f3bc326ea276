/* SPDX-License-Identifier: MIT */
/* Where no /sys and /proc tell who has a device, nothing is known of that; and nobody hides a device in a container. */
#include <stdio.h>

#include "usb/system/container.h"

const struct kernel_files kernel_files = { .sysfs = NULL };

void holder_serial(const struct kernel_files *k, const char *name, char *serial, size_t size)
{
	(void)k;
	(void)name;
	(void)size;
	serial[0] = '\0';
}

void holder_product(const struct kernel_files *k, const char *name, char *product, size_t size)
{
	holder_serial(k, name, product, size);
}

bool holder_is_claimed(const struct kernel_files *k, const char *name)
{
	(void)k;
	(void)name;
	return false;
}

void holder_name(const struct kernel_files *k, unsigned int bus, unsigned int address, char *name, size_t size)
{
	(void)k;
	(void)bus;
	(void)address;
	(void)size;
	name[0] = '\0';
}

void holder_cure(const struct kernel_files *k, unsigned int bus, unsigned int address, char *text, size_t size)
{
	(void)k;
	(void)bus;
	(void)address;
	snprintf(text, size, "another program uses it: end that first");
}

bool holder_node(const struct kernel_files *k, const char *name, char *path, size_t size)
{
	(void)k;
	(void)name;
	(void)path;
	(void)size;
	return false;
}

void holder_permission(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	(void)k;
	(void)name;
	(void)size;
	text[0] = '\0';
}

bool container_blocks(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	(void)k;
	(void)name;
	(void)text;
	(void)size;
	return false;
}

int container_list(const struct kernel_files *k, struct ctx *ctx, const struct usb_ids *ids, struct usb_probe **list,
		   size_t *n)
{
	(void)k;
	(void)ctx;
	(void)ids;
	*list = NULL;
	*n = 0;
	return 0;
}
