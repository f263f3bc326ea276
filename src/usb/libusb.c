/* SPDX-License-Identifier: MIT */
/* A probe on this machine, through libusb. No POSIX here: it builds on Windows too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "usb/descriptor.h"
#include "usb/local.h"
#include "usb/system/container.h"

/* A cancelled transfer comes back as soon as the host controller has been told, some milliseconds. */
#define CANCEL_TIMEOUT_MS 3000u

/* One of the transfers that are queued together. */
struct slot {
	struct libusb_transfer *transfer;
	int *wake;   /* set when any slot has ended */
	bool flying; /* submitted and not ended */
};

struct local_transport {
	struct transport base;
	libusb_context *usb;
	libusb_device_handle *handle;
	struct slot slots[USB_QUEUE_MAX];
	int wake;
	bool lost; /* a transfer never came back: nothing may touch libusb's memory of it again */
};

static struct local_transport *device_from_base(struct transport *t)
{
	return (struct local_transport *)t;
}

/* --------------------------------------------------------------- transfers */

static void LIBUSB_CALL transfer_ended(struct libusb_transfer *transfer)
{
	struct slot *slot = transfer->user_data;

	slot->flying = false;
	*slot->wake = 1;
}

static bool any_flying(const struct local_transport *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (l->slots[i].flying)
			return true;
	return false;
}

/* The first that has ended otherwise than well; NULL while all is well. */
static const struct libusb_transfer *device_first_failed(const struct local_transport *l, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct slot *slot = &l->slots[i];

		if (!slot->flying && slot->transfer->status != LIBUSB_TRANSFER_COMPLETED)
			return slot->transfer;
	}
	return NULL;
}

/* Let libusb work until a transfer has ended or the deadline is over. */
static void handle_events(struct local_transport *l, uint64_t now, uint64_t deadline)
{
	const uint64_t ms = deadline - now;
	struct timeval tv = { .tv_sec = (long)(ms / 1000u), .tv_usec = (long)(ms % 1000u) * 1000L };

	l->wake = 0;
	(void)libusb_handle_events_timeout_completed(l->usb, &tv, &l->wake);
}

/* Until all have ended, one has failed, or time is up (false). */
static bool wait_for_all(struct local_transport *l, size_t n, uint64_t deadline)
{
	while (any_flying(l, n) && !device_first_failed(l, n)) {
		const uint64_t now = now_ms();

		if (now >= deadline)
			return false;
		handle_events(l, now, deadline);
	}
	return true;
}

/* Take back what is still flying; afterwards nothing is, or the transport is lost. */
static int cancel_all(struct local_transport *l, size_t n)
{
	const uint64_t deadline = now_ms() + CANCEL_TIMEOUT_MS;
	uint64_t now;

	for (size_t i = 0; i < n; i++)
		if (l->slots[i].flying)
			(void)libusb_cancel_transfer(l->slots[i].transfer);
	for (now = now_ms(); any_flying(l, n) && now < deadline; now = now_ms())
		handle_events(l, now, deadline);
	if (!any_flying(l, n))
		return 0;
	l->lost = true;
	return fail(l->base.ctx, STFLASH_E_UNPLUGGED,
		    "a USB transfer can be neither finished nor cancelled: unplug the probe and plug it in again");
}

static int fail_submit(struct local_transport *l, int error)
{
	switch (error) {
	case LIBUSB_ERROR_NO_DEVICE:
		return fail(l->base.ctx, STFLASH_E_UNPLUGGED, "the probe was unplugged: plug it in and start again");
	case LIBUSB_ERROR_NO_MEM:
		return fail(l->base.ctx, STFLASH_E_NO_MEMORY, "out of memory for a USB transfer");
	default:
		return fail(l->base.ctx, STFLASH_E_PROBE,
			    "a USB transfer could not be started (%s): plug the probe in again",
			    libusb_strerror(error));
	}
}

static int device_fail_status(struct local_transport *l, const struct libusb_transfer *failed)
{
	struct ctx *ctx = l->base.ctx;

	switch (failed->status) {
	case LIBUSB_TRANSFER_STALL:
		(void)libusb_clear_halt(l->handle, failed->endpoint);
		return fail(ctx, STFLASH_E_STALL, "the probe refused a USB transfer (stall): plug it in again");
	case LIBUSB_TRANSFER_NO_DEVICE:
		return fail(ctx, STFLASH_E_UNPLUGGED, "the probe was unplugged: plug it in and start again");
	case LIBUSB_TRANSFER_OVERFLOW:
		return fail(ctx, STFLASH_E_PROBE,
			    "the probe sent more than was asked for (USB overflow): plug it in again");
	case LIBUSB_TRANSFER_TIMED_OUT:
		return fail(ctx, STFLASH_E_TIMEOUT, "the probe did not answer in time: plug it in again");
	default:
		return fail(ctx, STFLASH_E_PROBE, "errors on the USB bus: check the cable and the hub of the probe");
	}
}

/* Queue them all before waiting for any: the data phase is ready on the bus when the command has gone. */
static int submit_all(struct local_transport *l, const struct usb_xfer *xfers, size_t n)
{
	int err;

	/* All first: where submitting stops in the middle, nothing of an earlier transfer may be left in the others. */
	for (size_t i = 0; i < n; i++) {
		l->slots[i].transfer->status = LIBUSB_TRANSFER_COMPLETED;
		l->slots[i].transfer->actual_length = 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct slot *slot = &l->slots[i];

		libusb_fill_bulk_transfer(slot->transfer, l->handle, xfers[i].ep, xfers[i].buf, (int)xfers[i].len,
					  transfer_ended, slot, 0);
		err = libusb_submit_transfer(slot->transfer);
		if (err)
			return fail_submit(l, err);
		slot->flying = true;
	}
	return 0;
}

static int device_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	struct local_transport *l = device_from_base(t);
	const uint64_t deadline = now_ms() + timeout_ms;
	const struct libusb_transfer *failed = NULL;
	bool in_time = true;
	int err, lost;

	if (l->lost)
		return fail(t->ctx, STFLASH_E_UNPLUGGED,
			    "the probe does not answer any more: unplug it and plug it in again");

	err = submit_all(l, xfers, n);
	if (!err) {
		in_time = wait_for_all(l, n, deadline);
		failed = device_first_failed(l, n);
	}
	lost = cancel_all(l, n);
	if (lost)
		return lost;
	for (size_t i = 0; i < n; i++)
		xfers[i].actual = (size_t)l->slots[i].transfer->actual_length;
	if (err)
		return err;
	if (failed)
		return device_fail_status(l, failed);
	if (!in_time)
		return fail(t->ctx, STFLASH_E_TIMEOUT, "the probe did not answer within %u ms", timeout_ms);
	return 0;
}

static int device_clear_halt(struct transport *t, uint8_t ep)
{
	const int error = libusb_clear_halt(device_from_base(t)->handle, ep);

	if (error == LIBUSB_ERROR_NO_DEVICE)
		return fail(t->ctx, STFLASH_E_UNPLUGGED, "the probe was unplugged: plug it in and start again");
	if (error)
		return fail(t->ctx, STFLASH_E_PROBE, "endpoint %02x of the probe stays halted (%s): plug it in again",
			    ep, libusb_strerror(error));
	return 0;
}

/* On Linux libusb claims interface 0 again by itself. */
static int device_reset(struct transport *t)
{
	const int error = libusb_reset_device(device_from_base(t)->handle);

	if (error == LIBUSB_ERROR_NO_DEVICE || error == LIBUSB_ERROR_NOT_FOUND) {
		device_from_base(t)->lost = true;
		return fail(t->ctx, STFLASH_E_UNPLUGGED,
			    "the probe came back from a USB reset as another device: connect again");
	}
	if (error)
		return fail(t->ctx, STFLASH_E_PROBE, "the USB reset of the probe failed (%s): plug it in again",
			    libusb_strerror(error));
	return 0;
}

static void device_close_transport(struct transport *t)
{
	struct local_transport *l = device_from_base(t);
	const bool flying = any_flying(l, USB_QUEUE_MAX);

	if (l->handle) {
		(void)libusb_release_interface(l->handle, USB_INTERFACE_OF_DEBUG);
		libusb_close(l->handle);
	}
	/* The kernel may still write to a transfer that never came back: that memory is given up, not freed. */
	for (size_t i = 0; i < USB_QUEUE_MAX; i++)
		if (!l->slots[i].flying)
			libusb_free_transfer(l->slots[i].transfer);
	if (!flying)
		libusb_exit(l->usb);
	free(l);
}

static size_t local_descriptor(struct transport *t, uint8_t type, uint8_t *buf, size_t size)
{
	const int len = libusb_get_descriptor(device_from_base(t)->handle, type, 0, buf, (int)size);

	return len > 0 ? (size_t)len : 0;
}

static const struct transport_ops local_ops = {
	.transfer = device_transfer,
	.clear_halt = device_clear_halt,
	.reset = device_reset,
	.descriptor = local_descriptor,
	.close = device_close_transport,
};

/* -------------------------------------------------------------------- open */

static int device_find_endpoints(struct local_transport *l)
{
	struct libusb_config_descriptor *config;
	struct endpoints e = { 0, 0 };
	int error;

	error = libusb_get_active_config_descriptor(libusb_get_device(l->handle), &config);
	if (error)
		return fail(l->base.ctx, STFLASH_E_PROBE,
			    "%s: its configuration cannot be read (%s): plug the probe in again", l->base.path,
			    libusb_strerror(error));
	for (unsigned int i = 0; i < config->bNumInterfaces; i++) {
		const struct libusb_interface_descriptor *alt = config->interface[i].altsetting;

		if (!config->interface[i].num_altsetting || alt->bInterfaceNumber != USB_INTERFACE_OF_DEBUG)
			continue;
		for (unsigned int k = 0; k < alt->bNumEndpoints; k++)
			endpoints_note(&e, alt->endpoint[k].bEndpointAddress, alt->endpoint[k].bmAttributes);
	}
	libusb_free_config_descriptor(config);
	if (!e.out || !e.in)
		return fail(l->base.ctx, STFLASH_E_UNSUPPORTED,
			    "%s has no bulk endpoints on its interface 0: this is no ST-LINK that stflash can use",
			    l->base.path);
	l->base.ep_out = e.out;
	l->base.ep_in = e.in;
	return 0;
}

/* Configuration 1, only where it is not active: setting it again would disturb whoever uses the probe. */
static int configure_and_claim(libusb_device_handle *handle)
{
	int active = 0;
	int error;

	error = libusb_get_configuration(handle, &active);
	if (!error && active != (int)USB_CONFIG_OF_STLINK)
		error = libusb_set_configuration(handle, USB_CONFIG_OF_STLINK);
	if (!error)
		error = libusb_claim_interface(handle, USB_INTERFACE_OF_DEBUG);
	return error;
}

static int open_device(struct local_transport *l, struct usb_probe *info, libusb_device *device)
{
	int error;

	error = libusb_open(device, &l->handle);
	if (error)
		l->handle = NULL;
	else
		error = configure_and_claim(l->handle);
	if (error) {
		local_explain(info, device, error);
		return fail(l->base.ctx, info->access, "the probe at %s cannot be opened: %s", info->path, info->cure);
	}
	if (!info->serial[0])
		local_read_serial(l->handle, info->serial, sizeof(info->serial));

	l->base.vid = info->vid;
	l->base.pid = info->pid;
	memcpy(l->base.serial, info->serial, sizeof(l->base.serial));
	memcpy(l->base.path, info->path, sizeof(l->base.path));
	return device_find_endpoints(l);
}

/* A probe that libusb does not see at all because a container keeps it out of reach; 0 where there is none. */
static int refuse_hidden(struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids)
{
	struct usb_probe *list;
	size_t n, which;
	int err;

	err = container_list(&kernel_files, ctx, ids, &list, &n);
	if (!err && n)
		err = selector_choose(sel, ctx, list, n, &which);
	if (!err && n)
		err = fail(ctx, STFLASH_E_ACCESS, "the probe at %s cannot be opened: %s", list[which].path,
			   list[which].cure);
	free(list);
	return err;
}

static int find_and_open(struct local_transport *l, const struct selector *sel, const struct usb_ids *ids)
{
	struct local_devices d;
	size_t which;
	int err;

	err = local_collect(&d, l->base.ctx, l->usb, ids);
	if (!err && d.n == 0)
		err = refuse_hidden(l->base.ctx, sel, ids);
	if (err) {
		local_free(&d);
		return err;
	}
	/* Where one device is all there is, or its place is named, no other is asked anything. */
	if (sel->kind == SELECT_SERIAL || (sel->kind == SELECT_ONLY && d.n > 1))
		for (size_t i = 0; i < d.n; i++)
			local_inspect(&d, i);

	err = selector_choose(sel, l->base.ctx, d.info, d.n, &which);
	if (!err)
		err = open_device(l, &d.info[which], d.device[which]);
	local_free(&d);
	return err;
}

int local_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids)
{
	struct local_transport *l = calloc(1, sizeof(*l));
	int error, err;

	if (!l)
		return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory");
	l->base.ops = &local_ops;
	l->base.ctx = ctx;

	error = libusb_init(&l->usb);
	if (error) {
		free(l);
		err = refuse_hidden(ctx, sel, ids);
		if (err)
			return err;
		return fail(ctx, STFLASH_E_NO_PROBE,
			    "no ST-LINK probe can be reached: this machine shows no USB bus (libusb: %s); in a "
			    "container or a virtual machine pass the probe through" WITHOUT_HARDWARE,
			    libusb_strerror(error));
	}
	for (size_t i = 0; i < USB_QUEUE_MAX; i++) {
		l->slots[i].wake = &l->wake;
		l->slots[i].transfer = libusb_alloc_transfer(0);
		if (!l->slots[i].transfer) {
			device_close_transport(&l->base);
			return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory");
		}
	}
	err = find_and_open(l, sel, ids);
	if (err) {
		device_close_transport(&l->base);
		return err;
	}
	*t = &l->base;
	return 0;
}

int local_list(struct ctx *ctx, const struct usb_ids *ids, struct usb_probe **list, size_t *n)
{
	struct local_devices d;
	libusb_context *usb;
	int error, err;

	*list = NULL;
	*n = 0;
	error = libusb_init(&usb);
	if (error) {
		log_info(ctx, "this machine shows no USB bus (libusb: %s)", libusb_strerror(error));
		return container_list(&kernel_files, ctx, ids, list, n);
	}
	err = local_collect(&d, ctx, usb, ids);
	if (!err && d.n == 0) {
		local_free(&d);
		err = container_list(&kernel_files, ctx, ids, list, n);
	} else if (!err) {
		for (size_t i = 0; i < d.n; i++)
			local_inspect(&d, i);
		if (d.n) {
			*list = d.info;
			*n = d.n;
			d.info = NULL;
		}
		local_free(&d);
	}
	libusb_exit(usb);
	return err;
}
