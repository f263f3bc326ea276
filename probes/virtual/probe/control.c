/* SPDX-License-Identifier: MIT */
/* Endpoint 0: USB 2.0 chapter 9, and what mass storage and serial port are asked. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "probe/device.h"
#include "probe/firmware.h"
#include "usb/usbip_proto.h"

/* bmRequestType and bRequest in one number */
#define GET_STATUS_DEVICE      0x8000u
#define GET_STATUS_INTERFACE   0x8100u
#define GET_STATUS_ENDPOINT    0x8200u
#define CLEAR_FEATURE_ENDPOINT 0x0201u
#define SET_FEATURE_ENDPOINT   0x0203u
#define SET_ADDRESS            0x0005u
#define GET_DESCRIPTOR         0x8006u
#define GET_CONFIGURATION      0x8008u
#define SET_CONFIGURATION      0x0009u
#define GET_INTERFACE          0x810au
#define SET_INTERFACE          0x010bu
#define PORT_RESET             0x2303u /* USB_RT_PORT SET_FEATURE, from clients that send it */
#define MSC_BULK_ONLY_RESET    0x21ffu
#define MSC_GET_MAX_LUN        0xa1feu
#define CDC_SET_LINE_CODING    0x2120u
#define CDC_GET_LINE_CODING    0xa121u
#define CDC_SET_LINE_STATE     0x2122u
#define CDC_SEND_BREAK         0x2123u

#define DESC_DEVICE    1u
#define DESC_CONFIG    2u
#define DESC_STRING    3u
#define DESC_INTERFACE 4u
#define DESC_QUALIFIER 6u
#define FEATURE_HALT   0u
#define FEATURE_RESET  4u
#define LANGUAGE_EN_US 0x0409u
#define STRING_UNITS   126u /* bLength is a byte */

/* The reply being made: what fits into wLength is sent. */
struct answer {
	uint8_t *data;
	size_t len;
};

static void put(struct answer *a, const void *bytes, size_t len)
{
	memcpy(a->data + a->len, bytes, len);
	a->len += len;
}

static void put_byte(struct answer *a, uint8_t byte)
{
	a->data[a->len++] = byte;
}

static void put_string(struct answer *a, const char *text)
{
	const size_t len = min_size(strlen(text), STRING_UNITS);

	put_byte(a, (uint8_t)(2 + 2 * len));
	put_byte(a, DESC_STRING);
	for (size_t i = 0; i < len; i++) {
		put_byte(a, (uint8_t)text[i]);
		put_byte(a, 0);
	}
}

/* The quirk of old V2s: the 12 bytes of the serial number, not their digits (stlink-protocol section 2). */
static void put_raw_serial(struct answer *a, const char *digits)
{
	put_byte(a, 2 + 2 * RAW_SERIAL_LEN);
	put_byte(a, DESC_STRING);
	for (size_t i = 0; i < RAW_SERIAL_LEN; i++) {
		const char pair[3] = { digits[2 * i], digits[2 * i + 1], '\0' };

		put_byte(a, (uint8_t)strtoul(pair, NULL, 16));
		put_byte(a, 0);
	}
}

static int get_string(struct probe *p, unsigned int index, struct answer *a)
{
	static const uint8_t languages[] = { 4, DESC_STRING, LANGUAGE_EN_US & 0xff, LANGUAGE_EN_US >> 8 };

	if (!index)
		put(a, languages, sizeof(languages));
	else if (index == STRING_SERIAL && p->spec.raw_serial)
		put_raw_serial(a, p->spec.serial);
	else if (index == STRING_SERIAL)
		put_string(a, p->spec.serial);
	else if (index <= p->model->n_strings)
		put_string(a, p->model->strings[index - 1]);
	else
		return USBIP_EPIPE;
	return USBIP_OK;
}

/* At the other speed a V3 would look the same; a full-speed device has no qualifier (USB 2.0 9.6.2). */
static int get_qualifier(struct probe *p, struct answer *a)
{
	const uint8_t *device = p->model->device;

	if (!p->model->high_speed)
		return USBIP_EPIPE;
	put_byte(a, 10);
	put_byte(a, DESC_QUALIFIER);
	put(a, device + 2, 6); /* bcdUSB to bMaxPacketSize0 */
	put_byte(a, device[17]);
	put_byte(a, 0);
	return USBIP_OK;
}

static int get_descriptor(struct probe *p, uint16_t value, struct answer *a)
{
	const unsigned int index = value & 0xffu;

	switch (value >> 8) {
	case DESC_DEVICE:
		put(a, p->model->device, p->model->device[0]);
		return USBIP_OK;
	case DESC_CONFIG:
		if (index)
			return USBIP_EPIPE;
		put(a, p->model->config, p->model->config_len);
		return USBIP_OK;
	case DESC_STRING:
		return get_string(p, index, a);
	case DESC_QUALIFIER:
		return get_qualifier(p, a);
	default:
		return USBIP_EPIPE;
	}
}

/* The halt flag of an endpoint of the debug interface; NULL for one that cannot be halted here. */
static bool *halt_of(struct probe *p, uint16_t ep)
{
	if (ep == (0x80u | p->model->ep_in))
		return &p->halted_in;
	if (ep == p->model->ep_out)
		return &p->halted_out;
	return NULL;
}

static int set_halt(struct probe *p, uint16_t feature, uint16_t ep, bool halt)
{
	bool *flag = halt_of(p, ep);

	if (feature != FEATURE_HALT)
		return USBIP_EPIPE;
	if (flag)
		*flag = halt;
	return USBIP_OK;
}

/* A USB reset shows as nothing but this request: transfers start anew, mode and clock stay. */
static int set_configuration(struct probe *p, uint16_t value)
{
	if (value > 1)
		return USBIP_EPIPE;
	p->configuration = (uint8_t)value;
	p->halted_in = false;
	p->halted_out = false;
	firmware_reinit(p);
	return USBIP_OK;
}

static int class_request(struct probe *p, unsigned int request, struct answer *a)
{
	static const uint8_t line_coding[] = { 0x80, 0x25, 0, 0, 0, 0, 8 }; /* 9600 8N1 */

	if (!p->model->composite)
		return USBIP_EPIPE;
	switch (request) {
	case MSC_GET_MAX_LUN:
		put_byte(a, 0);
		return USBIP_OK;
	case CDC_GET_LINE_CODING:
		put(a, line_coding, sizeof(line_coding));
		return USBIP_OK;
	case MSC_BULK_ONLY_RESET:
	case CDC_SET_LINE_CODING:
	case CDC_SET_LINE_STATE:
	case CDC_SEND_BREAK:
		return USBIP_OK;
	default:
		return USBIP_EPIPE;
	}
}

static int get_status(struct probe *p, uint16_t ep, bool of_endpoint, struct answer *a)
{
	const bool *halted = of_endpoint ? halt_of(p, ep) : NULL;

	put_byte(a, halted && *halted);
	put_byte(a, 0);
	return USBIP_OK;
}

static int standard_request(struct probe *p, unsigned int request, uint16_t value, uint16_t index, struct answer *a)
{
	switch (request) {
	case GET_DESCRIPTOR:
		return get_descriptor(p, value, a);
	case SET_CONFIGURATION:
		return set_configuration(p, value);
	case GET_CONFIGURATION:
		put_byte(a, p->configuration);
		return USBIP_OK;
	case GET_STATUS_DEVICE:
	case GET_STATUS_INTERFACE:
	case GET_STATUS_ENDPOINT:
		return get_status(p, index, request == GET_STATUS_ENDPOINT, a);
	case CLEAR_FEATURE_ENDPOINT:
	case SET_FEATURE_ENDPOINT:
		return set_halt(p, value, index, request == SET_FEATURE_ENDPOINT);
	case GET_INTERFACE:
		put_byte(a, 0);
		return USBIP_OK;
	case SET_INTERFACE:
		return value ? USBIP_EPIPE : USBIP_OK;
	case SET_ADDRESS:
		return USBIP_OK;
	case PORT_RESET:
		return value == FEATURE_RESET ? set_configuration(p, p->configuration) : USBIP_EPIPE;
	default:
		return class_request(p, request, a);
	}
}

int device_control(struct probe *p, const uint8_t setup[SETUP_LEN], uint8_t *data, size_t len, size_t *actual)
{
	const unsigned int request = (unsigned int)setup[0] << 8 | setup[1];
	const bool in = setup[0] & 0x80u;
	struct answer a = { .data = data };
	uint8_t unused[CONTROL_IN_MAX];
	int err;

	p->mon.usb_control++;
	if (!in)
		a.data = unused;
	err = standard_request(p, request, get_le16(setup + 2), get_le16(setup + 4), &a);
	*actual = in ? min_size(min_size(a.len, get_le16(setup + 6)), len) : len;
	if (err)
		*actual = 0;
	return err;
}

void device_identify(const struct probe *p, struct usb_identity *id)
{
	const uint8_t *device = p->model->device;
	const uint8_t *config = p->model->config;

	*id = (struct usb_identity){
		.vid = get_le16(device + 8),
		.pid = get_le16(device + 10),
		.bcd = get_le16(device + 12),
		.device_class = { device[4], device[5], device[6] },
		.configuration = config[5],
		.high_speed = p->model->high_speed,
	};
	for (size_t at = 0; at < p->model->config_len; at += config[at])
		if (config[at + 1] == DESC_INTERFACE && id->n_interfaces < ARRAY_SIZE(id->interface_class))
			memcpy(id->interface_class[id->n_interfaces++], config + at + 5, 3);
}
