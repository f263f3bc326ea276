/* SPDX-License-Identifier: MIT */
/*
 * Probes that the kernel shows and that nothing here can open, not even root: a
 * container sees the host's /sys, but has neither the device files of /dev/bus/usb
 * nor, where it has them, the leave to use them. libusb calls that an input/output
 * error, a device that was unplugged, or a machine without USB. Elsewhere than on
 * Linux there are none. Private to this folder.
 */
#ifndef USB_CONTAINER_H
#define USB_CONTAINER_H

#include "usb/backend.h"
#include "usb/system/holder.h"

/*
 * Is the device that the kernel calls name ("1-4.2") kept from every program
 * here? Then text gets what to do. False for one that is gone or can be opened,
 * and where the permissions of its file keep only this user out.
 */
bool container_blocks(const struct kernel_files *k, const char *name, char *text, size_t size);

/*
 * The wanted devices that are kept from every program here, with path, ids,
 * serial, access and cure. To be freed with free(); NULL when *n is 0.
 */
int container_list(const struct kernel_files *k, struct ctx *ctx, const struct usb_ids *ids, struct usb_probe **list,
		   size_t *n) MUST_CHECK;

#endif
