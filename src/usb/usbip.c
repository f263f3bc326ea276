/* SPDX-License-Identifier: MIT */
/*
 * A probe behind a USB/IP server, spoken to from user space: no kernel
 * module, no privilege. One TCP connection imports the device and then
 * carries its URBs (Linux Documentation/usb/usbip_protocol.rst).
 */
#include "usb/usbip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/failure.h"

#define IMPORT_TIMEOUT_MS 5000u
#define START_TIMEOUT_MS  60000u /* a program that was started for this reads its files first; its end is an event */
#define IMPORT_ATTEMPTS   3u

/* Chapter 9 gives a device 5 s for a request without data; a hub and a network may be in between. */
#define CONTROL_TIMEOUT_MS 5000u

/* Interface 0 comes first in the configuration of every ST-LINK: no need for all of a long one. */
#define CONFIG_MAX 1024u

struct usbip_transport {
	struct transport base;
	struct usbip_link link;
	uint32_t import_status; /* what the server said to the import */
	void (*closed)(void *user);
	void *user;
};

static struct usbip_transport *usbip_from_base(struct transport *t)
{
	return (struct usbip_transport *)t;
}

/* ---------------------------------------------------------------- control */

static int control(struct usbip_link *link, const uint8_t setup[USB_SETUP_LEN], uint8_t *buf, size_t *len)
{
	struct urb urb = { .ep = setup[0] & USB_DIR_IN, .buf = buf, .len = len ? *len : 0 };
	int err;

	memcpy(urb.setup, setup, USB_SETUP_LEN);
	err = usbip_run(link, &urb, 1, CONTROL_TIMEOUT_MS);
	if (!err && len)
		*len = urb.actual;
	return err;
}

static void put_setup(uint8_t setup[USB_SETUP_LEN], uint8_t type, uint8_t request, uint16_t value, uint16_t index,
		      uint16_t len)
{
	setup[0] = type;
	setup[1] = request;
	put_le16(setup + 2, value);
	put_le16(setup + 4, index);
	put_le16(setup + 6, len);
}

/* *len: room in buf, then what came, which may be less. */
static int get_descriptor(struct usbip_link *link, uint8_t type, uint8_t index, uint16_t language, uint8_t *buf,
			  size_t *len)
{
	uint8_t setup[USB_SETUP_LEN];

	put_setup(setup, USB_RT_IN_DEVICE, USB_REQ_GET_DESCRIPTOR, (uint16_t)(type << 8 | index), language,
		  (uint16_t)*len);
	return control(link, setup, buf, len);
}

/* A server that configured the device itself may refuse: the device is then as it should be. */
static int forgive_stall(struct usbip_link *link, int err)
{
	if (err != STFLASH_E_STALL)
		return err;
	ctx_clear_error(link->ctx);
	return 0;
}

static int set_configuration(struct usbip_link *link)
{
	uint8_t setup[USB_SETUP_LEN];

	put_setup(setup, USB_RT_OUT_DEVICE, USB_REQ_SET_CONFIGURATION, USB_CONFIG_OF_STLINK, 0, 0);
	return forgive_stall(link, control(link, setup, NULL, NULL));
}

static int clear_endpoint_halt(struct usbip_link *link, uint8_t ep)
{
	uint8_t setup[USB_SETUP_LEN];

	put_setup(setup, USB_RT_OUT_ENDPOINT, USB_REQ_CLEAR_FEATURE, USB_ENDPOINT_HALT, ep, 0);
	return control(link, setup, NULL, NULL);
}

/* ------------------------------------------------------------- operations */

/* After a stall: make the endpoint usable, and leave the words about the stall as they are. */
static void heal(struct usbip_transport *u, const struct urb *stalled)
{
	const struct failure stall = failure_now(u->base.ctx);

	if (clear_endpoint_halt(&u->link, stalled->ep))
		log_debug(u->base.ctx, "endpoint %02x stays halted", stalled->ep);
	failure_tell(&stall, u->base.ctx);
}

static int usbip_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	struct usbip_transport *u = usbip_from_base(t);
	struct urb urbs[USB_QUEUE_MAX] = { 0 };
	int err;

	for (size_t i = 0; i < n; i++) {
		urbs[i].ep = xfers[i].ep;
		urbs[i].buf = xfers[i].buf;
		urbs[i].len = xfers[i].len;
	}
	err = usbip_run(&u->link, urbs, n, timeout_ms);
	for (size_t i = 0; i < n; i++)
		xfers[i].actual = urbs[i].actual;
	if (err == STFLASH_E_STALL)
		heal(u, usbip_stalled(urbs, n));
	return err;
}

static int usbip_clear_halt(struct transport *t, uint8_t ep)
{
	return clear_endpoint_halt(&usbip_from_base(t)->link, ep);
}

/* USB/IP has no message for a port reset; SET_CONFIGURATION re-initialises a device just as well. */
static int usbip_reset(struct transport *t)
{
	struct usbip_link *link = &usbip_from_base(t)->link;
	int err;

	err = set_configuration(link);
	if (!err)
		err = forgive_stall(link, usbip_clear_halt(t, t->ep_out));
	if (!err)
		err = forgive_stall(link, usbip_clear_halt(t, t->ep_in));
	return err;
}

static size_t usbip_descriptor(struct transport *t, uint8_t type, uint8_t *buf, size_t size)
{
	if (!get_descriptor(&usbip_from_base(t)->link, type, 0, 0, buf, &size))
		return size;
	ctx_clear_error(t->ctx);
	return 0;
}

static void usbip_close_transport(struct transport *t)
{
	struct usbip_transport *u = usbip_from_base(t);

	stream_close(u->link.fd);
	if (u->closed)
		u->closed(u->user);
	free(u);
}

static const struct transport_ops usbip_ops = {
	.transfer = usbip_transfer,
	.clear_halt = usbip_clear_halt,
	.reset = usbip_reset,
	.descriptor = usbip_descriptor,
	.close = usbip_close_transport,
};

/* ----------------------------------------------------------------- import */

static int fail_import(struct ctx *ctx, const struct usbip_peer *peer, uint32_t status)
{
	switch (status) {
	case USBIP_ST_BUSY:
		return fail(ctx, STFLASH_E_BUSY, "%s is in use by another USB/IP client: end that one first",
			    peer->path);
	case USBIP_ST_NA:
		return fail(ctx, STFLASH_E_NO_PROBE,
			    "the USB/IP server does not give %s away: it is not there, or another client has it, see "
			    "'usbip list -r HOST'",
			    peer->path);
	case USBIP_ST_NODEV:
		return fail(ctx, STFLASH_E_NO_PROBE,
			    "the USB/IP server offers no device %s: see 'usbip list -r HOST', and on that host "
			    "'usbip bind -b %s'",
			    peer->busid, peer->busid);
	default:
		return fail(ctx, STFLASH_E_PROBE,
			    "the USB/IP server refused %s with status %u: plug the probe in again there", peer->path,
			    (unsigned int)status);
	}
}

static int request_import(struct usbip_transport *u, const struct usbip_peer *peer, uint8_t device[USBIP_DEV_LEN])
{
	const uint64_t deadline = now_ms() + (peer->at_work ? START_TIMEOUT_MS : IMPORT_TIMEOUT_MS);
	uint8_t request[USBIP_OP_HEADER_LEN + USBIP_BUSID_LEN] = { 0 };
	uint8_t head[USBIP_OP_HEADER_LEN];
	struct ctx *ctx = u->base.ctx;
	int err;

	put_be16(request, USBIP_VERSION);
	put_be16(request + 2, USBIP_OP_REQ_IMPORT);
	memcpy(request + USBIP_OP_HEADER_LEN, peer->busid, min_size(strlen(peer->busid), USBIP_BUSID_LEN - 1));

	err = usbip_exchange(ctx, u->link.fd, request, sizeof(request), head, sizeof(head), deadline);
	if (err)
		return err;
	if (get_be16(head) != USBIP_VERSION || get_be16(head + 2) != USBIP_OP_REP_IMPORT)
		return fail(ctx, STFLASH_E_PROBE, "what answers at %s does not speak USB/IP 1.1.1 (%04x %04x)",
			    peer->path, get_be16(head), get_be16(head + 2));
	u->import_status = get_be32(head + 4);
	if (u->import_status != USBIP_ST_OK)
		return fail_import(ctx, peer, u->import_status);
	return usbip_exchange(ctx, u->link.fd, NULL, 0, device, USBIP_DEV_LEN, deadline);
}

static int check_device(struct usbip_transport *u, const struct usbip_peer *peer, const uint8_t *device)
{
	struct transport *t = &u->base;

	if (strncmp((const char *)device + USBIP_DEV_BUSID, peer->busid, USBIP_BUSID_LEN))
		return fail(t->ctx, STFLASH_E_PROBE, "the USB/IP server gave another device than %s", peer->busid);
	t->vid = get_be16(device + USBIP_DEV_VID);
	t->pid = get_be16(device + USBIP_DEV_PID);
	u->link.devid = get_be32(device + USBIP_DEV_BUSNUM) << 16 | (get_be32(device + USBIP_DEV_DEVNUM) & 0xffffu);
	return 0;
}

/* The text of the string whose index the device descriptor has at offset; "" where there is none. */
static int usbip_read_string(struct usbip_transport *u, size_t offset, char *string, size_t size)
{
	uint8_t device[USB_DEVICE_LEN], text[USB_STRING_MAX];
	size_t len = sizeof(device);
	int err;

	string[0] = '\0';
	err = get_descriptor(&u->link, USB_DT_DEVICE, 0, 0, device, &len);
	if (err)
		return forgive_stall(&u->link, err);
	/* The ids are known from the import: a descriptor that is too short costs the string and no more. */
	if (len <= offset || !device[offset])
		return 0;

	len = sizeof(text);
	err = get_descriptor(&u->link, USB_DT_STRING, device[offset], USB_LANG_ENGLISH_US, text, &len);
	if (err) /* a clone that promises a string and has none */
		return forgive_stall(&u->link, err);
	serial_from_descriptor(string, size, text, len);
	return 0;
}

/* One of the known ids, or a newer ST-LINK by its name. */
static int check_kind(struct usbip_transport *u, const struct usb_ids *ids)
{
	struct transport *t = &u->base;
	char product[USB_STRING_MAX];
	int err;

	if (usb_ids_have(ids, t->vid, t->pid))
		return 0;
	err = t->vid == ids->vid ? usbip_read_string(u, USB_DEVICE_PRODUCT, product, sizeof(product)) : 0;
	if (err)
		return err;
	if (t->vid == ids->vid && usb_ids_may_have(ids, t->vid, product))
		return 0;
	return fail(t->ctx, STFLASH_E_NO_PROBE, "%s is no ST-LINK but %04x:%04x: choose another bus id", t->path,
		    t->vid, t->pid);
}

static int usbip_find_endpoints(struct usbip_transport *u)
{
	uint8_t config[CONFIG_MAX];
	size_t len = sizeof(config);
	struct endpoints e;
	int err;

	err = get_descriptor(&u->link, USB_DT_CONFIG, 0, 0, config, &len);
	if (err)
		return err;
	if (!endpoints_find(&e, config, len))
		return fail(u->base.ctx, STFLASH_E_UNSUPPORTED,
			    "%s has no bulk endpoints on its interface 0: this is no ST-LINK that stflash can use",
			    u->base.path);
	u->base.ep_out = e.out;
	u->base.ep_in = e.in;
	return 0;
}

/*
 * The kernel's server leaves a device unconfigured after "usbip bind" and then
 * never answers for its endpoints, not even to an unlink: configure it first.
 */
static int enumerate(struct usbip_transport *u, const struct usbip_peer *peer, const struct usb_ids *ids)
{
	uint8_t device[USBIP_DEV_LEN] = { 0 };
	int err;

	err = request_import(u, peer, device);
	if (!err)
		err = check_device(u, peer, device);
	if (!err)
		err = check_kind(u, ids);
	if (!err)
		err = set_configuration(&u->link);
	if (!err)
		err = usbip_find_endpoints(u);
	if (!err)
		err = usbip_read_string(u, USB_DEVICE_SERIAL, u->base.serial, sizeof(u->base.serial));
	return err;
}

/* *status: what the server said, USBIP_ST_OK when it said nothing. */
static int import_once(struct transport **t, struct ctx *ctx, const struct usbip_peer *peer, const struct usb_ids *ids,
		       uint32_t *status)
{
	struct usbip_transport *u = calloc(1, sizeof(*u));
	int err;

	if (!u) {
		stream_close(peer->fd);
		return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory");
	}
	u->base.ops = &usbip_ops;
	u->base.ctx = ctx;
	u->link.ctx = ctx;
	u->link.fd = peer->fd;
	u->link.at_work = peer->at_work;
	u->link.user = peer->user;
	snprintf(u->base.path, sizeof(u->base.path), "%s", peer->path);

	err = enumerate(u, peer, ids);
	*status = u->import_status;
	if (err) {
		usbip_close_transport(
			&u->base); /* closed() is not set yet: the caller still has what belongs to the peer */
		return err;
	}
	u->closed = peer->closed;
	u->user = peer->user;
	*t = &u->base;
	return 0;
}

int usbip_import(struct transport **t, struct ctx *ctx, const struct usbip_peer *peer, const struct usb_ids *ids)
{
	uint32_t status = USBIP_ST_OK;

	return import_once(t, ctx, peer, ids, &status);
}

static int connect_and_import(struct transport **t, struct ctx *ctx, const struct selector *sel,
			      const struct usb_ids *ids, uint32_t *status)
{
	struct selector named = *sel;
	char path[USBIP_SELECTOR_MAX];
	struct usbip_peer peer = { .busid = named.busid, .path = path };
	int err = 0;

	if (!sel->busid[0])
		err = usbip_choose(ctx, &named, ids);
	if (err)
		return err;
	usbip_path(path, sizeof(path), sel, named.busid);
	err = usbip_connect(&peer.fd, ctx, sel);
	return err ? err : import_once(t, ctx, &peer, ids, status);
}

/*
 * usbipd looks whether a device is free, and then gives it away. When another client got it in between, the kernel
 * refuses, and usbipd says "not available" where it would have said "busy" a moment later: so it is asked again.
 */
int usbip_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids)
{
	unsigned int attempts = 0;
	uint32_t status;
	int err;

	do {
		ctx_clear_error(ctx);
		status = USBIP_ST_OK;
		err = connect_and_import(t, ctx, sel, ids, &status);
	} while (status == USBIP_ST_NA && ++attempts < IMPORT_ATTEMPTS);
	return err;
}
