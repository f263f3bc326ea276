/* SPDX-License-Identifier: MIT */
/* What a USB/IP server exports: the management phase before an import. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "usb/usbip.h"

#define CONNECT_TIMEOUT_MS 5000u
#define LIST_TIMEOUT_MS    5000u

/* More than a host has ports for: whoever announces more is no USB/IP server. */
#define DEVICES_MAX 1024u

/* The wanted ones among what a server exports. */
struct exports {
	struct usb_probe *list;
	size_t n;
	char busid[USBIP_BUSID_LEN]; /* of the last: a path may be cut */
};

void usbip_path(char *path, size_t size, const struct selector *sel, const char *busid)
{
	char whole[sizeof("usbip://[]:/") + sizeof(sel->host) + sizeof(sel->port) + USBIP_BUSID_LEN];

	if (sel->kind == SELECT_USBIP_UNIX)
		snprintf(whole, sizeof(whole), "usbip://%s?%s", sel->host, busid);
	else
		snprintf(whole, sizeof(whole), strchr(sel->host, ':') ? "usbip://[%s]:%s%s%s" : "usbip://%s:%s%s%s",
			 sel->host, sel->port, *busid ? "/" : "", busid);
	snprintf(path, size, "%.*s", (int)size - 1, whole);
}

int usbip_connect(int *fd, struct ctx *ctx, const struct selector *sel)
{
	const uint64_t deadline = now_ms() + CONNECT_TIMEOUT_MS;

	if (sel->kind == SELECT_USBIP_UNIX)
		return stream_connect_unix(fd, ctx, sel->host, deadline);
	return stream_connect_tcp(fd, ctx, sel->host, sel->port, deadline);
}

int usbip_exchange(struct ctx *ctx, int fd, const uint8_t *request, size_t request_len, uint8_t *reply,
		   size_t reply_len, uint64_t deadline)
{
	const struct stream_part part = { request, request_len };
	size_t got = 0;
	int err = 0;

	if (request_len)
		err = stream_send(fd, &part, 1, deadline);
	if (!err)
		err = stream_recv(fd, reply, reply_len, &got, deadline);
	if (err == STFLASH_E_TIMEOUT)
		return fail(ctx, err, "the USB/IP server accepts connections but does not answer: restart it");
	if (err)
		return fail(ctx, err,
			    "the USB/IP server closed the connection instead of answering: look at its own messages");
	return 0;
}

/* The device's record; those of its interfaces follow and are of no interest. */
static int read_device(struct ctx *ctx, int fd, uint8_t device[USBIP_DEV_LEN], uint64_t deadline)
{
	uint8_t interfaces[UINT8_MAX * USBIP_INTERFACE_LEN];
	int err;

	err = usbip_exchange(ctx, fd, NULL, 0, device, USBIP_DEV_LEN, deadline);
	if (err || !device[USBIP_DEV_N_INTERFACES])
		return err;
	return usbip_exchange(ctx, fd, NULL, 0, interfaces,
			      (size_t)device[USBIP_DEV_N_INTERFACES] * USBIP_INTERFACE_LEN, deadline);
}

/* Keep it if it is wanted. */
static void note_device(struct exports *e, const struct selector *sel, const struct usb_ids *ids, const uint8_t *device)
{
	struct usb_probe *info = &e->list[e->n];
	char busid[USBIP_BUSID_LEN];

	snprintf(busid, sizeof(busid), "%.*s", (int)USBIP_BUSID_LEN - 1, (const char *)device + USBIP_DEV_BUSID);
	info->vid = get_be16(device + USBIP_DEV_VID);
	info->pid = get_be16(device + USBIP_DEV_PID);
	if (!usb_ids_have(ids, info->vid, info->pid))
		return;
	usbip_path(info->path, sizeof(info->path), sel, busid);
	memcpy(e->busid, busid, sizeof(busid));
	e->n++;
}

static int ask_number(struct ctx *ctx, int fd, const struct selector *sel, uint32_t *number, uint64_t deadline)
{
	uint8_t request[USBIP_OP_HEADER_LEN] = { 0 };
	uint8_t reply[USBIP_OP_HEADER_LEN + 4];
	int err;

	put_be16(request, USBIP_VERSION);
	put_be16(request + 2, USBIP_OP_REQ_DEVLIST);
	err = usbip_exchange(ctx, fd, request, sizeof(request), reply, sizeof(reply), deadline);
	if (err)
		return err;
	*number = get_be32(reply + USBIP_OP_HEADER_LEN);
	if (get_be16(reply) == USBIP_VERSION && get_be16(reply + 2) == USBIP_OP_REP_DEVLIST && *number <= DEVICES_MAX)
		return 0;
	return fail(ctx, STFLASH_E_PROBE, "what answers at %s does not list devices as USB/IP 1.1.1 does (%04x %04x)",
		    sel->text, get_be16(reply), get_be16(reply + 2));
}

static int receive_list(struct exports *e, struct ctx *ctx, int fd, const struct selector *sel,
			const struct usb_ids *ids)
{
	const uint64_t deadline = now_ms() + LIST_TIMEOUT_MS;
	uint8_t device[USBIP_DEV_LEN];
	uint32_t number;
	int err;

	err = ask_number(ctx, fd, sel, &number, deadline);
	if (err)
		return err;
	e->list = calloc(number + 1, sizeof(*e->list)); /* one more, to look at the next device in */
	if (!e->list)
		return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (uint32_t i = 0; !err && i < number; i++) {
		err = read_device(ctx, fd, device, deadline);
		if (!err)
			note_device(e, sel, ids, device);
	}
	return err;
}

/* e->list is to be freed, and NULL after a failure. */
static int ask_for_exports(struct exports *e, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids)
{
	int fd, err;

	memset(e, 0, sizeof(*e));
	err = usbip_connect(&fd, ctx, sel);
	if (err)
		return err;
	err = receive_list(e, ctx, fd, sel, ids);
	stream_close(fd);
	if (err) {
		free(e->list);
		e->list = NULL;
	}
	return err;
}

int usbip_list(struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids, struct usb_probe **list,
	       size_t *n)
{
	struct exports e;
	int err;

	err = ask_for_exports(&e, ctx, sel, ids);
	if (err)
		return err;
	*n = e.n;
	*list = e.n ? e.list : NULL;
	if (!e.n)
		free(e.list);
	return 0;
}

/* "usbip://host:3240/1-1, usbip://host:3240/1-2" as far as there is room. */
static int usbip_list_fail_several(struct ctx *ctx, const struct usb_probe *list, size_t n)
{
	char names[320] = "";
	size_t at = 0;

	for (size_t i = 0; i < n && at + strlen(list[i].path) + 2 < sizeof(names); i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s", i ? ", " : "", list[i].path);
	return fail(ctx, STFLASH_E_SEVERAL, "the USB/IP server offers %zu ST-LINK probes: choose one of %s", n, names);
}

int usbip_choose(struct ctx *ctx, struct selector *sel, const struct usb_ids *ids)
{
	struct exports e;
	int err;

	err = ask_for_exports(&e, ctx, sel, ids);
	if (err)
		return err;
	if (e.n > 1)
		err = usbip_list_fail_several(ctx, e.list, e.n);
	else if (!e.n)
		err = fail(
			ctx, STFLASH_E_NO_PROBE,
			"the USB/IP server at %s offers no ST-LINK: look at 'usbip list -l' there, and 'usbip bind' it",
			sel->text);
	else
		memcpy(sel->busid, e.busid, sizeof(sel->busid));
	free(e.list);
	return err;
}
