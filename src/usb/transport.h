/* SPDX-License-Identifier: MIT */
/*
 * The seam between the ST-LINK protocol and whatever carries its USB
 * transfers: libusb (a probe on this machine) or USB/IP (a probe elsewhere,
 * or the virtual probe). Knows nothing of the protocol above it.
 */
#ifndef USB_TRANSPORT_H
#define USB_TRANSPORT_H

#include "base/ctx.h"
#include "usb/probe.h"

#define USB_DIR_IN 0x80u

/* Most transfers that are ever queued together: a command and its data phase. */
#define USB_QUEUE_MAX 2u

/*
 * One bulk transfer. ep has USB_DIR_IN set for input. An input shorter than
 * len is not an error: actual tells. actual is set even when the call fails.
 */
struct usb_xfer {
	uint8_t ep;
	uint8_t *buf; /* written only for input */
	size_t len;
	size_t actual;
};

struct transport;

struct transport_ops {
	/*
	 * Submit all n (1 to USB_QUEUE_MAX) transfers at once, in order, and
	 * wait until each has ended. When one fails or timeout_ms runs out the
	 * others are cancelled, none is in flight afterwards, and the endpoints
	 * are left usable as far as that is possible.
	 * STFLASH_E_TIMEOUT, _STALL, _UNPLUGGED, _PROBE (overflow, bus error).
	 */
	int (*transfer)(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms);
	/* Clear a halted endpoint. */
	int (*clear_halt)(struct transport *t, uint8_t ep);
	/* Reset the device; the claim survives, or the transport reports _UNPLUGGED from then on. */
	int (*reset)(struct transport *t);
	/* The bytes of a descriptor (USB_DT_*), at most size; 0 when it does not come. NULL: none can be had. */
	size_t (*descriptor)(struct transport *t, uint8_t type, uint8_t *buf, size_t size);
	/* Release the interface and free t. */
	void (*close)(struct transport *t);
};

/* What happens between the host and the device, as it happens. */
enum usb_event_kind {
	USB_EVENT_SENT,     /* data of an output transfer, before it is submitted */
	USB_EVENT_RECEIVED, /* data of an input transfer */
	USB_EVENT_FAILED,   /* the transfers before failed with err */
	USB_EVENT_CLEARED,  /* the halt of an endpoint */
	USB_EVENT_RESET,    /* of the device */
};

struct usb_event {
	enum usb_event_kind kind;
	uint8_t ep;
	const uint8_t *data;
	size_t len;
	int err;
};

typedef void (*usb_observer)(const struct usb_event *event, void *user);

/* A backend embeds this as its first member. */
struct transport {
	const struct transport_ops *ops;
	struct ctx *ctx;
	uint16_t vid;
	uint16_t pid;
	uint8_t ep_out;          /* from the descriptor of interface 0: first bulk OUT, first bulk IN */
	uint8_t ep_in;           /* with USB_DIR_IN */
	char serial[64];         /* 24 hexadecimal digits where the quirk of old V2s is healed */
	char path[USB_PATH_MAX]; /* "usb:1-4.2", "usbip://host:port/1-1", "virtual:stm32f103c8" */
	usb_observer observer;   /* sees every bulk transfer; NULL: nobody */
	void *observer_user;
};

/*
 * Open what the selector names among devices whose VID is vid and whose PID is
 * in pids[0..n_pids-1], set configuration 1 where that is needed, claim
 * interface 0. Nothing but requests for descriptors is sent to a local probe
 * before the claim has succeeded.
 *
 *   NULL, ""                        the only probe that is plugged in
 *   57FF7206                        a serial number or a unique beginning of one
 *   usb:1-4.2                       bus 1, port 4 of the root, port 2 of the hub there
 *   usbip://HOST[:PORT][/BUSID]     over TCP; an IPv6 address stands in brackets; without BUSID the only one there
 *   usbip:///PATH/OF/SOCKET?BUSID   over a UNIX socket
 *   virtual[:CHIP[,key=value...]]   the virtual probe, started as a child: the program
 *                                   named by STFLASH_VPROBE, else stflash-vprobe beside the
 *                                   running program, where it was installed, or in PATH
 *
 * Every failure names the way out (STFLASH_E_NO_PROBE, _SEVERAL, _ACCESS, _BUSY, ...).
 */
int transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid, const uint16_t *pids,
		   size_t n_pids) MUST_CHECK;

int transport_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms) MUST_CHECK;
int transport_clear_halt(struct transport *t, uint8_t ep) MUST_CHECK;
int transport_reset(struct transport *t) MUST_CHECK;

/* Who may open a local probe, in words; "" for one that is not local, and where it cannot be known. */
void transport_permission(const char *path, char *text, size_t size);

/* A descriptor of the device as it is, at most size bytes; returns how many, 0 when there is none to be had. */
size_t transport_descriptor(struct transport *t, uint8_t type, uint8_t *buf, size_t size);

/* NULL is fine. */
void transport_close(struct transport *t);

/*
 * List the devices that a selector fits; "" or NULL means all that are local.
 * Local ones are known by their descriptors, those of a USB/IP server by what
 * it says of them, and of the virtual probe nothing is known yet; model and
 * firmware stay empty. *list is to be freed with free(); it is NULL when *n is 0.
 */
int transport_list(struct ctx *ctx, const char *selector, uint16_t vid, const uint16_t *pids, size_t n_pids,
		   struct usb_probe **list, size_t *n) MUST_CHECK;

#endif
