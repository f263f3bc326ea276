/* SPDX-License-Identifier: MIT */
/* USB/IP messages as bytes (usb-ip fact sheet): what is asked, what is answered. No sockets here. */
#ifndef VIRTUAL_SERVER_USBIP_H
#define VIRTUAL_SERVER_USBIP_H

#include <stdint.h>

#include "probe/device.h"
#include "usb/usbip_proto.h"

#define USBIP_BUSNUM 1u /* all probes sit on one bus; the device number is the port's */

/* The largest transfer that is taken; ST-LINK needs 64 KiB at most. */
#define TRANSFER_MAX (1u << 20)

/* A CMD_SUBMIT or CMD_UNLINK. */
struct usbip_request {
	uint32_t command;
	uint32_t seqnum;
	uint32_t devid;
	bool in;
	uint32_t ep;
	uint32_t target; /* CMD_UNLINK */
	uint32_t length;
	uint32_t start_frame; /* echoed */
	uint32_t packets;     /* echoed */
	uint8_t setup[SETUP_LEN];
};

/* False: no client that means well sends this. */
bool usbip_parse_request(const uint8_t raw[USBIP_URB_HEADER_LEN], struct usbip_request *request);

void usbip_ret_submit(uint8_t raw[USBIP_URB_HEADER_LEN], const struct usbip_request *request, int status,
		      uint32_t actual);
void usbip_ret_unlink(uint8_t raw[USBIP_URB_HEADER_LEN], uint32_t seqnum, int status);

/* The header of a management reply. */
void usbip_op_header(uint8_t raw[USBIP_OP_HEADER_LEN], uint16_t code, uint32_t status);

/* The record of a device at a port, from 1. */
void usbip_device_record(uint8_t raw[USBIP_DEV_LEN], const struct usb_identity *id, unsigned int port);

/* "1-1": into busid, NUL padded */
void usbip_busid(char busid[USBIP_BUSID_LEN], unsigned int port);
uint32_t usbip_devid(unsigned int port);

#endif
