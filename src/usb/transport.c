/* SPDX-License-Identifier: MIT */
#include "usb/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usb/backend.h"
#include "usb/system/holder.h"

int transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid, const uint16_t *pids,
		   size_t n_pids)
{
	const struct usb_ids ids = { .vid = vid, .pids = pids, .n_pids = n_pids };
	struct selector sel;
	int err;

	*t = NULL;
	err = selector_parse(&sel, ctx, selector);
	if (err)
		return err;

	switch (sel.kind) {
	case SELECT_USBIP_TCP:
	case SELECT_USBIP_UNIX:
		err = usbip_open(t, ctx, &sel, &ids);
		break;
	case SELECT_VIRTUAL:
		err = virtual_open(t, ctx, &sel, &ids);
		break;
	default:
		err = local_open(t, ctx, &sel, &ids);
		break;
	}
	if (err)
		return err;

	log_debug(ctx, "%s: %04x:%04x, serial %s, endpoints %02x and %02x", (*t)->path, (*t)->vid, (*t)->pid,
		  (*t)->serial[0] ? (*t)->serial : "unknown", (*t)->ep_out, (*t)->ep_in);
	return 0;
}

static int list_local(struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids, struct usb_probe **list,
		      size_t *n)
{
	size_t fitting = 0;
	int err;

	err = local_list(ctx, ids, list, n);
	if (err)
		return err;
	for (size_t i = 0; i < *n; i++)
		if (selector_fits(sel, &(*list)[i]))
			(*list)[fitting++] = (*list)[i];
	*n = fitting;
	if (!fitting) {
		free(*list);
		*list = NULL;
	}
	return 0;
}

/* One that a selector names in full; whether it is there shows when it is opened. */
static int list_named(struct ctx *ctx, const struct selector *sel, struct usb_probe **list, size_t *n)
{
	*list = calloc(1, sizeof(**list));
	if (!*list)
		return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory");
	snprintf((*list)->path, sizeof((*list)->path), "%s", sel->text);
	*n = 1;
	return 0;
}

int transport_list(struct ctx *ctx, const char *selector, uint16_t vid, const uint16_t *pids, size_t n_pids,
		   struct usb_probe **list, size_t *n)
{
	const struct usb_ids ids = { .vid = vid, .pids = pids, .n_pids = n_pids };
	struct selector sel;
	int err;

	*list = NULL;
	*n = 0;
	err = selector_parse(&sel, ctx, selector);
	if (err)
		return err;
	switch (sel.kind) {
	case SELECT_USBIP_TCP:
		return sel.busid[0] ? list_named(ctx, &sel, list, n) : usbip_list(ctx, &sel, &ids, list, n);
	case SELECT_USBIP_UNIX:
	case SELECT_VIRTUAL:
		return list_named(ctx, &sel, list, n);
	default:
		return list_local(ctx, &sel, &ids, list, n);
	}
}

static void report_event(struct transport *t, enum usb_event_kind kind, uint8_t ep, const uint8_t *data, size_t len,
			 int err)
{
	const struct usb_event event = { .kind = kind, .ep = ep, .data = data, .len = len, .err = err };

	if (t->observer)
		t->observer(&event, t->observer_user);
}

/* A device that takes less of a command than it was sent has lost the rest for good. */
static int check_sent(struct ctx *ctx, const struct usb_xfer *xfers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(xfers[i].ep & USB_DIR_IN) && xfers[i].actual != xfers[i].len)
			return fail(ctx, STFLASH_E_PROBE,
				    "the probe took only %zu of %zu bytes: unplug it and plug it in again",
				    xfers[i].actual, xfers[i].len);
	return 0;
}

int transport_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	int err;

	if (n < 1 || n > USB_QUEUE_MAX)
		return fail(t->ctx, STFLASH_E_ARG, "%zu USB transfers cannot be queued together", n);
	for (size_t i = 0; i < n; i++) {
		xfers[i].actual = 0;
		if (xfers[i].ep & USB_DIR_IN)
			continue;
		log_wire(t->ctx, ">", xfers[i].buf, xfers[i].len);
		report_event(t, USB_EVENT_SENT, xfers[i].ep, xfers[i].buf, xfers[i].len, 0);
	}

	err = t->ops->transfer(t, xfers, n, timeout_ms);

	for (size_t i = 0; i < n; i++) {
		if (!(xfers[i].ep & USB_DIR_IN))
			continue;
		log_wire(t->ctx, "<", xfers[i].buf, xfers[i].actual);
		if (!err || xfers[i].actual)
			report_event(t, USB_EVENT_RECEIVED, xfers[i].ep, xfers[i].buf, xfers[i].actual, 0);
	}
	if (!err)
		err = check_sent(t->ctx, xfers, n);
	if (err)
		report_event(t, USB_EVENT_FAILED, 0, NULL, 0, err);
	return err;
}

int transport_clear_halt(struct transport *t, uint8_t ep)
{
	log_debug(t->ctx, "clear halt of endpoint %02x", ep);
	report_event(t, USB_EVENT_CLEARED, ep, NULL, 0, 0);
	return t->ops->clear_halt(t, ep);
}

int transport_reset(struct transport *t)
{
	log_debug(t->ctx, "USB reset");
	report_event(t, USB_EVENT_RESET, 0, NULL, 0, 0);
	return t->ops->reset(t);
}

size_t transport_descriptor(struct transport *t, uint8_t type, uint8_t *buf, size_t size)
{
	return t->ops->descriptor ? t->ops->descriptor(t, type, buf, size) : 0;
}

void transport_permission(const char *path, char *text, size_t size)
{
	text[0] = '\0';
	if (!strncmp(path, "usb:", 4))
		holder_permission(&kernel_files, path + 4, text, size);
}

void transport_close(struct transport *t)
{
	if (t)
		t->ops->close(t);
}
