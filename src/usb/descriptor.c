/* SPDX-License-Identifier: MIT */
#include "usb/descriptor.h"

#include <string.h>

#include "base/bytes.h"

#define ENDPOINT_IN 0x80u

/* A healthy serial has 24 digits; the buggy one 12 units of one raw byte each. */
#define RAW_UNITS 12u

/* Shortest descriptors that hold the fields we look at */
#define INTERFACE_LEN 9u
#define ENDPOINT_LEN  7u

void endpoints_note(struct endpoints *e, uint8_t address, uint8_t attributes)
{
	uint8_t *slot = address & ENDPOINT_IN ? &e->in : &e->out;

	/* In whatever order they are listed: the higher number is that of the trace (protocol sheet section 1). */
	if ((attributes & USB_ENDPOINT_TYPE) == USB_ENDPOINT_BULK && (!*slot || address < *slot))
		*slot = address;
}

bool endpoints_find(struct endpoints *e, const uint8_t *config, size_t len)
{
	bool inside = false;

	memset(e, 0, sizeof(*e));
	for (size_t at = 0; at + 2 <= len && config[at] >= 2 && config[at] <= len - at; at += config[at]) {
		const uint8_t *d = config + at;

		if (d[1] == USB_DT_INTERFACE && d[0] >= INTERFACE_LEN)
			inside = d[2] == USB_INTERFACE_OF_DEBUG && d[3] == 0;
		else if (d[1] == USB_DT_ENDPOINT && d[0] >= ENDPOINT_LEN && inside)
			endpoints_note(e, d[2], d[3]);
	}
	return e->out && e->in;
}

void serial_to_hex(char *hex, const uint8_t *raw, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digits[raw[i] >> 4];
		hex[2 * i + 1] = digits[raw[i] & 15];
	}
	hex[2 * n] = '\0';
}

static bool is_printable(const uint8_t *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return false;
	return true;
}

void serial_from_units(char *serial, size_t size, const uint8_t *units, size_t n)
{
	if (n == RAW_UNITS || !is_printable(units, n)) {
		serial_to_hex(serial, units, min_size(n, (size - 1) / 2));
		return;
	}
	n = min_size(n, size - 1);
	memcpy(serial, units, n);
	serial[n] = '\0';
}

void serial_from_descriptor(char *serial, size_t size, const uint8_t *desc, size_t len)
{
	uint8_t units[USB_STRING_MAX / 2];
	size_t n;

	serial[0] = '\0';
	if (len < 2 || desc[1] != USB_DT_STRING)
		return;
	len = min_size(len, desc[0]);
	n = len < 2 ? 0 : min_size((len - 2) / 2, sizeof(units));
	for (size_t i = 0; i < n; i++)
		units[i] = desc[2 + 2 * i];
	serial_from_units(serial, size, units, n);
}
