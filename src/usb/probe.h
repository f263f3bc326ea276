/* SPDX-License-Identifier: MIT */
/* A probe that was found. */
#ifndef USB_PROBE_H
#define USB_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/* A selector is no longer than that, so that no path is cut. */
#define USB_PATH_MAX 1024u

/* A probe that was found, as its descriptors have it: struct stflash_probe_info. */
struct usb_probe {
	char serial[64];
	char model[32];
	char firmware[32];
	char path[USB_PATH_MAX];
	uint16_t vid;
	uint16_t pid;
	int access;
	char cure[512];
	bool in_container;
};

#endif
