/* SPDX-License-Identifier: MIT */
/* The probes on this machine as libusb sees them. Private to libusb.c and local.c. */
#ifndef USB_LOCAL_H
#define USB_LOCAL_H

#include <libusb.h>

#include "usb/backend.h"

/* All wanted devices that are plugged in: who they are, and libusb's handle on each. */
struct local_devices {
	struct usb_probe *info;
	libusb_device **device; /* a reference of each is held */
	size_t n;
};

/* Collect them. Nothing is opened and nothing sent; serial and access are not known yet. */
int local_collect(struct local_devices *d, struct ctx *ctx, libusb_context *usb, const struct usb_ids *ids) MUST_CHECK;
void local_free(struct local_devices *d);

/* Find out the serial and the access state of one, by its string descriptor unless it is in use. */
void local_inspect(struct local_devices *d, size_t i);

/* The serial of an opened device, "" when it has none. */
void local_read_serial(libusb_device_handle *handle, char *serial, size_t size);

/* What stands in the way when libusb answered error to opening or claiming: code and cure of info. */
void local_explain(struct usb_probe *info, libusb_device *device, int error);

#endif
