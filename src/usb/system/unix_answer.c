/* SPDX-License-Identifier: MIT */
/*
 * Linux, macOS and the BSDs open a device for whoever may open it, and need no driver for it. What is not found was
 * there when the devices were listed. Not supported is what libusb was built without, or what the kernel does not know.
 */
#include <libusb.h>
#include <stdio.h>

#include "stflash.h"
#include "usb/system/answer.h"

enum obstacle answer_means(int error)
{
	switch (error) {
	case LIBUSB_ERROR_ACCESS:
		return OBSTACLE_PERMISSION;
	case LIBUSB_ERROR_NOT_FOUND:
		return OBSTACLE_GONE;
	case LIBUSB_ERROR_NOT_SUPPORTED:
		return OBSTACLE_DRIVER;
	default:
		return OBSTACLE_OTHER;
	}
}

int answer_driver_advice(char *text, size_t size)
{
	snprintf(text, size, "the libusb of this system cannot open USB devices: update libusb and the system");
	return STFLASH_E_PROBE;
}
