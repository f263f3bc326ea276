/* SPDX-License-Identifier: MIT */
#include "server/usbip.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

bool usbip_parse_request(const uint8_t raw[USBIP_URB_HEADER_LEN], struct usbip_request *request)
{
	const uint32_t direction = get_be32(raw + USBIP_URB_DIRECTION);

	*request = (struct usbip_request){
		.command = get_be32(raw + USBIP_URB_COMMAND),
		.seqnum = get_be32(raw + USBIP_URB_SEQNUM),
		.devid = get_be32(raw + USBIP_URB_DEVID),
		.in = direction == USBIP_DIR_IN,
		.ep = get_be32(raw + USBIP_URB_EP),
		.target = get_be32(raw + USBIP_URB_TARGET),
		.length = get_be32(raw + USBIP_URB_LENGTH),
		.start_frame = get_be32(raw + USBIP_URB_START),
		.packets = get_be32(raw + USBIP_URB_PACKETS),
	};
	memcpy(request->setup, raw + USBIP_URB_SETUP, SETUP_LEN);

	if (request->command == USBIP_CMD_UNLINK)
		return true;
	return request->command == USBIP_CMD_SUBMIT && direction <= USBIP_DIR_IN && request->ep < 16 &&
	       request->length <= TRANSFER_MAX;
}

static void put_header(uint8_t raw[USBIP_URB_HEADER_LEN], uint32_t command, uint32_t seqnum, int status)
{
	memset(raw, 0, USBIP_URB_HEADER_LEN);
	put_be32(raw + USBIP_URB_COMMAND, command);
	put_be32(raw + USBIP_URB_SEQNUM, seqnum);
	put_be32(raw + USBIP_URB_STATUS, (uint32_t)status);
}

void usbip_ret_submit(uint8_t raw[USBIP_URB_HEADER_LEN], const struct usbip_request *request, int status,
		      uint32_t actual)
{
	put_header(raw, USBIP_RET_SUBMIT, request->seqnum, status);
	put_be32(raw + USBIP_URB_LENGTH, actual);
	put_be32(raw + USBIP_URB_START, request->start_frame);
	put_be32(raw + USBIP_URB_PACKETS, request->packets);
}

void usbip_ret_unlink(uint8_t raw[USBIP_URB_HEADER_LEN], uint32_t seqnum, int status)
{
	put_header(raw, USBIP_RET_UNLINK, seqnum, status);
}

void usbip_op_header(uint8_t raw[USBIP_OP_HEADER_LEN], uint16_t code, uint32_t status)
{
	put_be16(raw, USBIP_VERSION);
	put_be16(raw + 2, code);
	put_be32(raw + 4, status);
}

void usbip_busid(char busid[USBIP_BUSID_LEN], unsigned int port)
{
	memset(busid, 0, USBIP_BUSID_LEN);
	snprintf(busid, USBIP_BUSID_LEN, "%u-%u", USBIP_BUSNUM, port);
}

uint32_t usbip_devid(unsigned int port)
{
	return USBIP_BUSNUM << 16 | port;
}

void usbip_device_record(uint8_t raw[USBIP_DEV_LEN], const struct usb_identity *id, unsigned int port)
{
	char busid[USBIP_BUSID_LEN];

	usbip_busid(busid, port);
	memset(raw, 0, USBIP_DEV_LEN);
	snprintf((char *)raw + USBIP_DEV_PATH, USBIP_PATH_LEN, "/sys/devices/virtual/usb%u/%s", USBIP_BUSNUM, busid);
	memcpy(raw + USBIP_DEV_BUSID, busid, USBIP_BUSID_LEN);
	put_be32(raw + USBIP_DEV_BUSNUM, USBIP_BUSNUM);
	put_be32(raw + USBIP_DEV_DEVNUM, port);
	put_be32(raw + USBIP_DEV_SPEED, id->high_speed ? USBIP_SPEED_HIGH : USBIP_SPEED_FULL);
	put_be16(raw + USBIP_DEV_VID, id->vid);
	put_be16(raw + USBIP_DEV_PID, id->pid);
	put_be16(raw + USBIP_DEV_BCD, id->bcd);
	memcpy(raw + USBIP_DEV_CLASS, id->device_class, sizeof(id->device_class));
	raw[USBIP_DEV_CONFIG_VALUE] = id->configuration;
	raw[USBIP_DEV_N_CONFIGS] = 1;
	raw[USBIP_DEV_N_INTERFACES] = id->n_interfaces;
}
