/* SPDX-License-Identifier: MIT */
/*
 * What libusb's answer to opening or claiming a device means, where systems differ: Windows in windows_answer.c, all
 * others in unix_answer.c. Private to this layer.
 */
#ifndef USB_ANSWER_H
#define USB_ANSWER_H

#include <stddef.h>

/* Why a device cannot be opened. */
enum obstacle {
	OBSTACLE_PERMISSION,
	OBSTACLE_IN_USE,
	OBSTACLE_GONE,
	OBSTACLE_DRIVER, /* what the system or libusb has for it cannot be used */
	OBSTACLE_OTHER,
};

/* Of LIBUSB_ERROR_ACCESS and other answers; OBSTACLE_OTHER where the answer means nothing more than its name. */
enum obstacle answer_means(int error);

/* OBSTACLE_DRIVER: what to do, into text. Returns the error that it is, an enum stflash_error. */
int answer_driver_advice(char *text, size_t size);

#endif
