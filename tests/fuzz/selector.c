/* SPDX-License-Identifier: MIT */
/* The word after --probe: taken apart, and chosen by among some probes. */
#include <string.h>

#include "fuzz.h"
#include "usb/selector.h"

static const struct usb_probe probes[] = {
	{ .serial = "57FF72067265575742132067", .path = "usb:1-4.2" },
	{ .serial = "57FF72067265575742132068", .path = "usb:1-4.3" },
	{ .serial = "", .path = "usb:2-1" },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ctx ctx = { 0 };
	struct selector sel;
	char *text = malloc(len + 1);

	HOLDS(text);
	memcpy(text, data, len);
	text[len] = '\0';
	if (selector_parse(&sel, &ctx, text)) {
		HOLDS(*ctx.errmsg);
	} else {
		size_t chosen = SIZE_MAX;
		const int err = selector_choose(&sel, &ctx, probes, sizeof(probes) / sizeof(probes[0]), &chosen);

		HOLDS(err ? *ctx.errmsg != '\0' : chosen < sizeof(probes) / sizeof(probes[0]));
	}
	free(text);
	return 0;
}
