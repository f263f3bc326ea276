/* SPDX-License-Identifier: MIT */
/* In the place of libusb.c where STFLASH_LIBUSB is off: no probe of this machine is in reach. */
#include "usb/backend.h"

int local_open(struct transport **t, struct ctx *ctx, const struct selector *sel, const struct usb_ids *ids)
{
	(void)t;
	(void)sel;
	(void)ids;
	return fail(ctx, STFLASH_E_UNSUPPORTED,
		    "this stflash was built without libusb and reaches no probe of this machine: choose one behind a "
		    "USB/IP server, " HINT_PROBE " usbip://HOST/BUSID");
}

int local_list(struct ctx *ctx, const struct usb_ids *ids, struct usb_probe **list, size_t *n)
{
	(void)ids;
	*list = NULL;
	*n = 0;
	log_warn(ctx, "this stflash was built without libusb and sees no probe of this machine");
	return 0;
}
