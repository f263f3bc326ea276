/* SPDX-License-Identifier: MIT */
/* What the user typed to name a probe, taken apart; and which of the probes found it means. */
#ifndef USB_SELECTOR_H
#define USB_SELECTOR_H

#include "base/ctx.h"
#include "usb/probe.h"
#include "usb/usbip_proto.h"

/* The end of a sentence that says that there is no probe. */
#ifdef _WIN32
#define WITHOUT_HARDWARE ""
#else
#define WITHOUT_HARDWARE "; without hardware, try " HINT_PROBE " virtual:stm32f103c8"
#endif

enum selector_kind {
	SELECT_ONLY,       /* "": the only probe there is */
	SELECT_SERIAL,     /* a serial number or the beginning of one */
	SELECT_USB_PATH,   /* "usb:1-4.2" */
	SELECT_USBIP_TCP,  /* "usbip://host:3240/1-1", "usbip://[::1]/1-1"; "usbip://host": the only ST-LINK there */
	SELECT_USBIP_UNIX, /* "usbip:///run/probe.sock?1-1" */
	SELECT_VIRTUAL,    /* "virtual:stm32f103c8,flash=FILE" */
};

struct selector {
	enum selector_kind kind;
	const char *text; /* all of it, as it was given; the caller's */
	const char *rest; /* SERIAL: the serial; VIRTUAL: what follows "virtual:", may be "" */
	char host[256];   /* host name or address; for a UNIX socket its path */
	char port[6];
	char busid[USBIP_BUSID_LEN]; /* "": none was named */
};

/* STFLASH_E_ARG with the forms there are when text is none of them. text must outlive sel. */
int selector_parse(struct selector *sel, struct ctx *ctx, const char *text) MUST_CHECK;

/*
 * Does a probe with this serial answer to what was asked for? A unique
 * beginning is enough, case does not matter, and the 12 characters of a raw
 * serial are taken for the 24 hexadecimal digits it is shown as. In a whole
 * serial 3F, '?', stands for any byte above 0x7f, as st-info prints it.
 */
bool selector_serial_matches(const char *wanted, const char *serial);

/* May this local probe be meant? One whose serial is unknown fits no serial. */
bool selector_fits(const struct selector *sel, const struct usb_probe *probe);

/*
 * Which of the local probes is meant: its index in *which. A complete serial
 * goes before a beginning. STFLASH_E_NO_PROBE, STFLASH_E_SEVERAL (names each
 * with its usb: path), or the access error of a probe whose serial could not
 * be read and which may therefore be the one.
 */
int selector_choose(const struct selector *sel, struct ctx *ctx, const struct usb_probe *probes, size_t n,
		    size_t *which) MUST_CHECK;

#endif
