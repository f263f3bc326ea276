/* SPDX-License-Identifier: MIT */
/* What stands behind transport_open(): one function to open per kind of selector. Private to this layer. */
#ifndef USB_BACKEND_H
#define USB_BACKEND_H

#include "usb/selector.h"
#include "usb/transport.h"

/* ids.c: the devices that are wanted at all */
struct usb_ids {
	uint16_t vid;
	const uint16_t *pids;
	size_t n_pids;
};

bool usb_ids_have(const struct usb_ids *ids, uint16_t vid, uint16_t pid);

/* Is one whose id is not among them, but whose vendor is, a newer probe? Its product string says so. */
bool usb_ids_may_have(const struct usb_ids *ids, uint16_t vid, const char *product);

/* libusb.c: the probes on this machine. A list is to be freed with free(); it is NULL when *n is 0. */
int local_list(struct ctx *ctx, const struct usb_ids *ids, struct usb_probe **list, size_t *n) MUST_CHECK;
int local_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids) MUST_CHECK;

/* usbip.c, usbip_list.c: the probes behind a USB/IP server. Of those in the list path, vid and pid are known. */
int usbip_list(struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids, struct usb_probe **list,
	       size_t *n) MUST_CHECK;
int usbip_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids) MUST_CHECK;

/* virtual.c: the virtual probe, started as a child */
int virtual_open(struct transport **t, struct ctx *ctx, const struct selector *sel,
		 const struct usb_ids *ids) MUST_CHECK;

#endif
