/* SPDX-License-Identifier: MIT */
/* Reading USB descriptors (USB 2.0 chapter 9), as bytes from an untrusted device. */
#ifndef USB_DESCRIPTOR_H
#define USB_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Setup packets, USB 2.0 table 9-3 and 9-4 */
#define USB_SETUP_LEN             8u
#define USB_RT_OUT_DEVICE         0x00u
#define USB_RT_OUT_ENDPOINT       0x02u
#define USB_RT_IN_DEVICE          0x80u
#define USB_REQ_CLEAR_FEATURE     1u
#define USB_REQ_GET_DESCRIPTOR    6u
#define USB_REQ_SET_CONFIGURATION 9u
#define USB_ENDPOINT_HALT         0u

/* Descriptor types, USB 2.0 table 9-5 */
#define USB_DT_DEVICE    1u
#define USB_DT_CONFIG    2u
#define USB_DT_STRING    3u
#define USB_DT_INTERFACE 4u
#define USB_DT_ENDPOINT  5u

#define USB_DEVICE_LEN         18u
#define USB_DEVICE_PRODUCT     15u /* iProduct */
#define USB_DEVICE_SERIAL      16u /* iSerialNumber */
#define USB_STRING_MAX         255u
#define USB_LANG_ENGLISH_US    0x0409u /* the one language of every ST-LINK */
#define USB_ENDPOINT_TYPE      0x03u   /* of bmAttributes */
#define USB_ENDPOINT_BULK      2u
#define USB_CONFIG_OF_STLINK   1u
#define USB_INTERFACE_OF_DEBUG 0u

/* The two endpoints of the debug interface; 0 while not found. */
struct endpoints {
	uint8_t out;
	uint8_t in;
};

/* Look at one endpoint descriptor's fields; the first bulk endpoint of each direction is kept. */
void endpoints_note(struct endpoints *e, uint8_t address, uint8_t attributes);

/* Find them in a configuration descriptor, in interface 0, alternate setting 0. False when one is missing. */
bool endpoints_find(struct endpoints *e, const uint8_t *config, size_t len);

/*
 * The serial number in a string descriptor, healed: the bootloader of old V2s
 * sends 12 raw bytes where 24 hexadecimal digits belong (bLength 0x1a), and
 * clones send anything. Printable text is kept, other text becomes
 * hexadecimal; "" when there is none. At most size - 1 characters.
 */
void serial_from_descriptor(char *serial, size_t size, const uint8_t *desc, size_t len);

/* The same from the low bytes of the UTF-16 units alone. */
void serial_from_units(char *serial, size_t size, const uint8_t *units, size_t n);

/* 2 * n upper-case digits and a NUL. */
void serial_to_hex(char *hex, const uint8_t *raw, size_t n);

#endif
