/* SPDX-License-Identifier: MIT */
/* The USB/IP client in user space, and its engine that runs the URBs. Private to this layer. */
#ifndef USB_USBIP_H
#define USB_USBIP_H

#include "usb/backend.h"
#include "usb/descriptor.h"
#include "usb/stream.h"

/* One transfer on its way. A control transfer has a setup packet and ep 0 or USB_DIR_IN. */
struct urb {
	uint8_t ep;
	uint8_t setup[USB_SETUP_LEN];
	uint8_t *buf;
	size_t len;
	size_t actual;
	int32_t status; /* USBIP_OK or a negated Linux errno, when answered */
	uint32_t seqnum;
	uint32_t unlink; /* seqnum of the CMD_UNLINK that still wants an answer, 0 when none does */
	bool pending;    /* neither answered nor unlinked yet */
};

/* An unlinked transfer whose answer may still come late, to be thrown away. */
struct orphan {
	uint32_t seqnum; /* 0: none */
	size_t len;      /* most bytes that it may have moved */
	bool in;         /* they follow the answer */
};

/* The message that is being received; survives a deadline in its middle. */
struct incoming {
	uint8_t head[USBIP_URB_HEADER_LEN];
	size_t head_got;
	bool known;      /* the header is complete and was judged */
	struct urb *urb; /* whose answer it is; NULL: throw it away */
	uint8_t *body;   /* where the next byte of data goes; NULL: nowhere */
	size_t left;     /* bytes of data still to come */
};

#define USBIP_ORPHANS 4u

struct usbip_link {
	struct ctx *ctx;
	int fd;
	uint32_t devid;
	uint32_t seqnum;  /* of the last message sent */
	const char *dead; /* why nothing can be sent any more: out of step, or gone; NULL while alive */
	struct incoming in;
	struct orphan orphans[USBIP_ORPHANS];
	size_t next_orphan;
	bool (*at_work)(void *user); /* as in struct usbip_peer */
	void *user;
};

/*
 * Submit all n URBs (1 to USB_QUEUE_MAX) at once and wait until each is
 * answered. What has not been answered when one fails or timeout_ms is over
 * is unlinked; while at_work() says so, a minute more is waited. A server that breaks the rules or does not confirm the
 * unlink ends the connection. Codes as in transport_ops.transfer; the text names what went wrong.
 */
int usbip_run(struct usbip_link *link, struct urb *urbs, size_t n, unsigned int timeout_ms) MUST_CHECK;

/* The URB that made the last usbip_run() fail with STFLASH_E_STALL; NULL when none stalled. */
const struct urb *usbip_stalled(const struct urb *urbs, size_t n);

/* Who is at the other end of a socket that is connected already. */
struct usbip_peer {
	int fd; /* taken over, closed on failure too */
	const char *busid;
	const char *path;            /* for transport.path */
	bool (*at_work)(void *user); /* a server on this machine that is seen at work is waited for; may be NULL */
	void (*closed)(void *user);  /* called after the socket was closed by transport_close(); may be NULL */
	void *user;
};

/* Room for a whole selector: host, port and bus id. */
#define USBIP_SELECTOR_MAX (sizeof(((struct selector *)NULL)->host) + USBIP_BUSID_LEN + 32)

/* The selector of one device of the server that sel names; busid "": that of the server. */
void usbip_path(char *path, size_t size, const struct selector *sel, const char *busid);

int usbip_connect(int *fd, struct ctx *ctx, const struct selector *sel) MUST_CHECK;

/* Ask in the management phase, or (request_len 0) go on reading the answer; 0, or a failure in words. */
int usbip_exchange(struct ctx *ctx, int fd, const uint8_t *request, size_t request_len, uint8_t *reply,
		   size_t reply_len, uint64_t deadline) MUST_CHECK;

/* Fill in sel->busid with the only one of the wanted devices that the server exports. */
int usbip_choose(struct ctx *ctx, struct selector *sel, const struct usb_ids *ids) MUST_CHECK;

/* Import a device over a connected socket and make a transport of it. */
int usbip_import(struct transport **t, struct ctx *ctx, const struct usbip_peer *peer,
		 const struct usb_ids *ids) MUST_CHECK;

#endif
