/* SPDX-License-Identifier: MIT */
/*
 * Windows opens a device for one program alone, so that access is denied because another has it open. What has no
 * driver is not found: interface 0 of a composite device. A driver of another kind is not supported.
 * (os/windows_winusb.c of libusb 1.0.26)
 */
#include <libusb.h>
#include <stdio.h>

#include "stflash.h"
#include "usb/system/answer.h"

enum obstacle answer_means(int error)
{
	switch (error) {
	case LIBUSB_ERROR_ACCESS:
		return OBSTACLE_IN_USE;
	case LIBUSB_ERROR_NOT_FOUND:
	case LIBUSB_ERROR_NOT_SUPPORTED:
		return OBSTACLE_DRIVER;
	default:
		return OBSTACLE_OTHER;
	}
}

int answer_driver_advice(char *text, size_t size)
{
	snprintf(text, size,
		 "Windows has no driver for its interface 0 that stflash can use: install ST's driver package, "
		 "STSW-LINK009, or give that interface the WinUSB driver with Zadig");
	return STFLASH_E_ACCESS;
}
