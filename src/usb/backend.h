/* SPDX-License-Identifier: MIT */
/* What stands behind transport_open(): one function to open per kind of selector. Private to this room. */
#ifndef USB_BACKEND_H
#define USB_BACKEND_H

#include "usb/selector.h"
#include "usb/transport.h"

/* The devices that are wanted at all. */
struct usb_ids {
	uint16_t vid;
	const uint16_t *pids;
	size_t n_pids;
};

bool usb_ids_have(const struct usb_ids *ids, uint16_t vid, uint16_t pid);

/* libusb.c: a probe on this machine; transport_list() is there too */
int local_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids) MUST_CHECK;

/* usbip.c: a probe behind a USB/IP server */
int usbip_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids) MUST_CHECK;

/* virtual.c: the virtual probe, started as a child */
int virtual_open(struct transport **t, struct ctx *ctx, const struct selector *sel,
		 const struct usb_ids *ids) MUST_CHECK;

#endif
