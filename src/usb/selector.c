/* SPDX-License-Identifier: MIT */
#include "usb/selector.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "usb/descriptor.h"

/* A raw serial, as old V2s send it, has 12 characters. */
#define RAW_SERIAL_LEN 12u

static const char *skip_prefix(const char *text, const char *prefix)
{
	const size_t len = strlen(prefix);

	return strncmp(text, prefix, len) ? NULL : text + len;
}

static const char *skip_digits(const char *p)
{
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

/* BUS-PORT[.PORT]..., as Linux names a device in sysfs. */
static bool is_usb_path(const char *p)
{
	const char *end = skip_digits(p);
	char separator = '-';

	if (end == p)
		return false;
	while (*end) {
		if (*end != separator)
			return false;
		p = end + 1;
		end = skip_digits(p);
		if (end == p)
			return false;
		separator = '.';
	}
	return separator == '.';
}

static bool copy_span(char *dst, size_t size, const char *from, const char *to)
{
	const size_t len = (size_t)(to - from);

	if (!len || len >= size)
		return false;
	memcpy(dst, from, len);
	dst[len] = '\0';
	return true;
}

static bool is_port(const char *port)
{
	const unsigned long n = strtoul(port, NULL, 10);

	return *port && !*skip_digits(port) && n >= 1 && n <= 65535;
}

/* A bus id is the name of a directory in sysfs: "1-4.2", "usbip-vudc.0". */
static bool take_busid(struct selector *sel, const char *busid)
{
	for (const char *p = busid; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-._", *p))
			return false;
	return copy_span(sel->busid, sizeof(sel->busid), busid, busid + strlen(busid));
}

/* HOST[:PORT] up to slash; an IPv6 address stands in brackets. */
static bool take_host(struct selector *sel, const char *p, const char *slash)
{
	const char *end;

	if (*p == '[') {
		p++;
		end = memchr(p, ']', (size_t)(slash - p));
		if (!end || !copy_span(sel->host, sizeof(sel->host), p, end))
			return false;
		end++;
	} else {
		end = memchr(p, ':', (size_t)(slash - p));
		if (!end)
			end = slash;
		if (!copy_span(sel->host, sizeof(sel->host), p, end))
			return false;
	}
	if (end == slash) {
		snprintf(sel->port, sizeof(sel->port), "%u", USBIP_PORT);
		return true;
	}
	return *end == ':' && copy_span(sel->port, sizeof(sel->port), end + 1, slash) && is_port(sel->port);
}

static int parse_usbip_tcp(struct selector *sel, struct ctx *ctx, const char *rest)
{
	const char *slash = strchr(rest, '/');

	sel->kind = SELECT_USBIP_TCP;
	if (!slash)
		slash = rest + strlen(rest);
	if (!take_host(sel, rest, slash) || (*slash && !take_busid(sel, slash + 1)))
		return fail(ctx, STFLASH_E_ARG,
			    "'%s' is not usbip://HOST[:PORT][/BUSID] (an IPv6 address in brackets); "
			    "'" HINT_LIST " " HINT_PROBE " usbip://HOST' shows the bus ids there are",
			    sel->text);
	return 0;
}

static int parse_usbip_unix(struct selector *sel, struct ctx *ctx, const char *path)
{
	const char *mark = strrchr(path, '?');

	sel->kind = SELECT_USBIP_UNIX;
	if (!mark || !copy_span(sel->host, sizeof(sel->host), path, mark) || !take_busid(sel, mark + 1))
		return fail(ctx, STFLASH_E_ARG, "'%s' is not usbip:///PATH/OF/SOCKET?BUSID", sel->text);
	return 0;
}

int selector_parse(struct selector *sel, struct ctx *ctx, const char *text)
{
	const char *rest;

	memset(sel, 0, sizeof(*sel));
	sel->text = text ? text : "";
	sel->rest = sel->text;
	if (!*sel->text)
		return 0;
	if (strlen(sel->text) >= USB_PATH_MAX)
		return fail(ctx, STFLASH_E_ARG, "the name of the probe has %zu characters: at most %u are possible",
			    strlen(sel->text), USB_PATH_MAX - 1);

	rest = skip_prefix(text, "usbip://");
	if (rest)
		return *rest == '/' ? parse_usbip_unix(sel, ctx, rest) : parse_usbip_tcp(sel, ctx, rest);

	rest = skip_prefix(text, "usb:");
	if (rest) {
		sel->kind = SELECT_USB_PATH;
		if (!is_usb_path(rest))
			return fail(ctx, STFLASH_E_ARG,
				    "'%s' is not usb:BUS-PORT.PORT, as in usb:1-4.2; '" HINT_LIST "' shows the paths "
				    "there are",
				    text);
		return 0;
	}

	rest = skip_prefix(text, "virtual");
	if (rest && (!*rest || *rest == ':')) {
		sel->kind = SELECT_VIRTUAL;
		sel->rest = *rest ? rest + 1 : rest;
		return 0;
	}

	if (strchr(text, ':'))
		return fail(ctx, STFLASH_E_ARG,
			    "'%s' names no probe: use a serial number or the beginning of one, usb:BUS-PORT.PORT, "
			    "usbip://HOST[:PORT][/BUSID] or virtual[:CHIP[,key=value...]]",
			    text);
	sel->kind = SELECT_SERIAL;
	return 0;
}

static bool starts_with_any_case(const char *text, const char *prefix)
{
	for (; *prefix; text++, prefix++)
		if (toupper((unsigned char)*text) != toupper((unsigned char)*prefix))
			return false;
	return true;
}

static int hex_digit(char c)
{
	const char *const digits = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, toupper((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Two hexadecimal digits, -1 when they are none. */
static int hex_byte(const char *text)
{
	const int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);

	return low < 0 ? -1 : high << 4 | low;
}

/*
 * st-info and lsusb make '?', 3F, of every byte above 0x7f in the raw serial of
 * an old V2 (stlink-protocol fact sheet section 2).
 */
static bool is_serial_with_question_marks(const char *wanted, const char *serial)
{
	if (strlen(wanted) != 2 * RAW_SERIAL_LEN || strlen(serial) != 2 * RAW_SERIAL_LEN)
		return false;
	for (size_t i = 0; i < 2 * RAW_SERIAL_LEN; i += 2) {
		const int asked = hex_byte(wanted + i), has = hex_byte(serial + i);

		if (asked < 0 || has < 0 || (asked != has && (asked != '?' || has < 0x80)))
			return false;
	}
	return true;
}

bool selector_serial_matches(const char *wanted, const char *serial)
{
	char hex[2 * RAW_SERIAL_LEN + 1];

	if (starts_with_any_case(serial, wanted) || is_serial_with_question_marks(wanted, serial))
		return true;
	if (strlen(wanted) != RAW_SERIAL_LEN)
		return false;
	serial_to_hex(hex, (const uint8_t *)wanted, RAW_SERIAL_LEN);
	return is_serial_with_question_marks(hex, serial);
}

/* "usb:1-4.2 (ST-LINK serial), usb:1-3 (...)" as far as there is room. */
static int selector_fail_several(const struct selector *sel, struct ctx *ctx, const struct usb_probe *probes, size_t n)
{
	char names[320] = "";
	size_t at = 0, found = 0;

	for (size_t i = 0; i < n; i++) {
		char one[USB_PATH_MAX + 96];
		size_t len;

		if (sel->kind == SELECT_SERIAL && !selector_serial_matches(sel->rest, probes[i].serial))
			continue;
		snprintf(one, sizeof(one), "%s%s (%s%s)", found ? ", " : "", probes[i].path,
			 probes[i].serial[0] ? "serial " : "no serial known", probes[i].serial);
		found++;
		len = strlen(one);
		if (at + len >= sizeof(names))
			continue;
		memcpy(names + at, one, len + 1);
		at += len;
	}
	if (sel->kind == SELECT_SERIAL)
		return fail(ctx, STFLASH_E_SEVERAL,
			    "'%s' fits %zu probes: %s; choose one with " HINT_PROBE " usb:BUS-PORT", sel->rest, found,
			    names);
	return fail(ctx, STFLASH_E_SEVERAL,
		    "%zu ST-LINK probes are plugged in: %s; choose one with " HINT_PROBE " SERIAL or " HINT_PROBE
		    " usb:BUS-PORT",
		    found, names);
}

static int fail_none(const struct selector *sel, struct ctx *ctx, const struct usb_probe *probes, size_t n)
{
	/* The one we look for may be the one whose serial we were not allowed to read. */
	for (size_t i = 0; i < n && sel->kind == SELECT_SERIAL; i++)
		if (probes[i].access && !probes[i].serial[0])
			return fail(ctx, probes[i].access, "the probe at %s may be '%s' but cannot be asked: %s",
				    probes[i].path, sel->rest, probes[i].cure);
	if (!n)
		return fail(ctx, STFLASH_E_NO_PROBE,
			    "no ST-LINK probe is plugged in: check the cable and the port, and that a virtual "
			    "machine or container has it" WITHOUT_HARDWARE);
	return fail(ctx, STFLASH_E_NO_PROBE, "no ST-LINK probe answers to '%s': '" HINT_LIST "' shows what is there",
		    sel->text);
}

static bool is_exactly(const struct selector *sel, const struct usb_probe *probe)
{
	switch (sel->kind) {
	case SELECT_ONLY:
		return true;
	case SELECT_USB_PATH:
		return !strcmp(sel->text, probe->path);
	default:
		return strlen(probe->serial) == strlen(sel->rest) && starts_with_any_case(probe->serial, sel->rest);
	}
}

bool selector_fits(const struct selector *sel, const struct usb_probe *probe)
{
	switch (sel->kind) {
	case SELECT_SERIAL:
		return selector_serial_matches(sel->rest, probe->serial);
	case SELECT_USB_PATH:
		return !strcmp(sel->text, probe->path);
	default:
		return true;
	}
}

int selector_choose(const struct selector *sel, struct ctx *ctx, const struct usb_probe *probes, size_t n,
		    size_t *which)
{
	size_t exact = 0, alike = 0, last_exact = 0, last_alike = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_exactly(sel, &probes[i])) {
			exact++;
			last_exact = i;
		} else if (sel->kind == SELECT_SERIAL && selector_serial_matches(sel->rest, probes[i].serial)) {
			alike++;
			last_alike = i;
		}
	}
	if (exact > 1 || (!exact && alike > 1))
		return selector_fail_several(sel, ctx, probes, n);
	if (!exact && !alike)
		return fail_none(sel, ctx, probes, n);
	*which = exact ? last_exact : last_alike;
	return 0;
}
