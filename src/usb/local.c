/* SPDX-License-Identifier: MIT */
/* Finding the probes on this machine, and saying why one cannot be used. */
#include "usb/local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usb/descriptor.h"
#include "usb/system/answer.h"
#include "usb/system/container.h"
#include "usb/system/holder.h"

/* USB 2.0 allows seven tiers: five hubs between the root and a device. */
#define PORTS_MAX 7

static void put_path(libusb_device *device, char *path, size_t size)
{
	uint8_t ports[PORTS_MAX];
	const int n = libusb_get_port_numbers(device, ports, PORTS_MAX);
	int at = snprintf(path, size, "usb:%u", libusb_get_bus_number(device));

	for (int i = 0; i < n && at > 0 && (size_t)at < size; i++)
		at += snprintf(path + at, size - (size_t)at, "%c%u", i ? '.' : '-', ports[i]);
}

/*
 * The raw descriptor, never libusb's ASCII helper: that one makes '?' of the
 * bytes above 0x7f in the serial of an old V2.
 */
static void local_read_string(libusb_device_handle *handle, uint8_t index, char *string, size_t size)
{
	uint8_t text[USB_STRING_MAX];
	int len;

	string[0] = '\0';
	if (!index)
		return;
	len = libusb_get_string_descriptor(handle, index, USB_LANG_ENGLISH_US, text, sizeof(text));
	if (len > 0)
		serial_from_descriptor(string, size, text, (size_t)len);
}

/* Others of the same vendor, serial ports and boot loaders, have another class on interface 0. */
static bool has_debug_class(libusb_device *device)
{
	struct libusb_config_descriptor *config;
	bool found = false;

	if (libusb_get_config_descriptor(device, 0, &config))
		return false;
	for (unsigned int i = 0; i < config->bNumInterfaces; i++) {
		const struct libusb_interface *interface = &config->interface[i];

		if (interface->num_altsetting && interface->altsetting[0].bInterfaceNumber == USB_INTERFACE_OF_DEBUG)
			found = interface->altsetting[0].bInterfaceClass == LIBUSB_CLASS_VENDOR_SPEC;
	}
	libusb_free_config_descriptor(config);
	return found;
}

/*
 * Is the device an ST-LINK whose id is not known yet? The kernel knows its name;
 * elsewhere the device is asked for it, which only reads a descriptor.
 */
static bool is_newer_probe(libusb_device *device, const struct usb_ids *ids,
			   const struct libusb_device_descriptor *desc, const char *path)
{
	libusb_device_handle *handle;
	char product[USB_STRING_MAX];

	if (desc->idVendor != ids->vid || !has_debug_class(device))
		return false;

	holder_product(&kernel_files, path + strlen("usb:"), product, sizeof(product));
	if (!product[0] && !libusb_open(device, &handle)) {
		local_read_string(handle, desc->iProduct, product, sizeof(product));
		libusb_close(handle);
	}
	return usb_ids_may_have(ids, desc->idVendor, product);
}

int local_collect(struct local_devices *d, struct ctx *ctx, libusb_context *usb, const struct usb_ids *ids)
{
	libusb_device **all;
	const ssize_t n = libusb_get_device_list(usb, &all);

	memset(d, 0, sizeof(*d));
	if (n < 0)
		return fail(ctx, n == LIBUSB_ERROR_NO_MEM ? STFLASH_E_NO_MEMORY : STFLASH_E_OTHER,
			    "the USB devices cannot be listed (%s)", libusb_strerror((int)n));

	d->info = calloc((size_t)n + 1, sizeof(*d->info));
	d->device = calloc((size_t)n + 1, sizeof(libusb_device *));
	if (!d->info || !d->device) {
		libusb_free_device_list(all, 1);
		local_free(d);
		return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory");
	}
	for (ssize_t i = 0; i < n; i++) {
		struct libusb_device_descriptor desc;
		struct usb_probe *info = &d->info[d->n];

		if (libusb_get_device_descriptor(all[i], &desc))
			continue;
		put_path(all[i], info->path, sizeof(info->path));
		if (!usb_ids_have(ids, desc.idVendor, desc.idProduct) &&
		    !is_newer_probe(all[i], ids, &desc, info->path)) {
			memset(info, 0, sizeof(*info));
			continue;
		}
		info->vid = desc.idVendor;
		info->pid = desc.idProduct;
		d->device[d->n++] = libusb_ref_device(all[i]);
	}
	libusb_free_device_list(all, 1);
	return 0;
}

void local_free(struct local_devices *d)
{
	for (size_t i = 0; i < d->n; i++)
		libusb_unref_device(d->device[i]);
	free(d->device);
	free(d->info);
	memset(d, 0, sizeof(*d));
}

/* "1-4.2" of "usb:1-4.2" */
static const char *kernel_name(const struct usb_probe *info)
{
	return info->path + strlen("usb:");
}

static enum obstacle obstacle_of(int error)
{
	switch (error) {
	case LIBUSB_ERROR_BUSY:
		return OBSTACLE_IN_USE;
	case LIBUSB_ERROR_NO_DEVICE:
		return OBSTACLE_GONE;
	default:
		return answer_means(error);
	}
}

void local_explain(struct usb_probe *info, libusb_device *device, int error)
{
	/* In use it could be opened. */
	info->in_container = error != LIBUSB_ERROR_BUSY &&
			     container_blocks(&kernel_files, kernel_name(info), info->cure, sizeof(info->cure));
	if (info->in_container) {
		info->access = STFLASH_E_ACCESS;
		return;
	}
	switch (obstacle_of(error)) {
	case OBSTACLE_PERMISSION:
		info->access = STFLASH_E_ACCESS;
		holder_access_cure(&kernel_files, kernel_name(info), info->cure, sizeof(info->cure));
		break;
	case OBSTACLE_IN_USE:
		info->access = STFLASH_E_BUSY;
		holder_cure(&kernel_files, libusb_get_bus_number(device), libusb_get_device_address(device), info->cure,
			    sizeof(info->cure));
		break;
	case OBSTACLE_GONE:
		info->access = STFLASH_E_UNPLUGGED;
		snprintf(info->cure, sizeof(info->cure), "it was unplugged just now: plug it in again");
		break;
	case OBSTACLE_DRIVER:
		info->access = answer_driver_advice(info->cure, sizeof(info->cure));
		break;
	case OBSTACLE_OTHER:
		info->access = STFLASH_E_PROBE;
		snprintf(info->cure, sizeof(info->cure), "plug it in again, into another port (libusb: %s)",
			 libusb_strerror(error));
		break;
	}
}

void local_read_serial(libusb_device_handle *handle, char *serial, size_t size)
{
	struct libusb_device_descriptor desc;

	serial[0] = '\0';
	if (!libusb_get_device_descriptor(libusb_get_device(handle), &desc))
		local_read_string(handle, desc.iSerialNumber, serial, size);
}

void local_inspect(struct local_devices *d, size_t i)
{
	struct usb_probe *info = &d->info[i];
	libusb_device_handle *handle;
	int err;

	/* A probe that another program talks to is left in peace: the kernel knows its serial. */
	if (holder_is_claimed(&kernel_files, kernel_name(info))) {
		local_explain(info, d->device[i], LIBUSB_ERROR_BUSY);
		holder_serial(&kernel_files, kernel_name(info), info->serial, sizeof(info->serial));
		return;
	}
	err = libusb_open(d->device[i], &handle);
	if (err) {
		local_explain(info, d->device[i], err);
		holder_serial(&kernel_files, kernel_name(info), info->serial, sizeof(info->serial));
		return;
	}
	local_read_serial(handle, info->serial, sizeof(info->serial));
	libusb_close(handle);
}
