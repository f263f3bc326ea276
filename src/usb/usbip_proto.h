/* SPDX-License-Identifier: MIT */
/*
 * USB/IP 1.1.1 names and encodings (Linux Documentation/usb/usbip_protocol.rst).
 * Shared by the client in src/usb and the server of the virtual probe; holds
 * no behaviour. All fields are big-endian on the wire.
 */
#ifndef USB_USBIP_PROTO_H
#define USB_USBIP_PROTO_H

#define USBIP_VERSION 0x0111u
#define USBIP_PORT    3240u

/* Management phase: u16 version, u16 code, u32 status */
#define USBIP_OP_REQ_IMPORT  0x8003u
#define USBIP_OP_REP_IMPORT  0x0003u
#define USBIP_OP_REQ_DEVLIST 0x8005u
#define USBIP_OP_REP_DEVLIST 0x0005u
#define USBIP_OP_HEADER_LEN  8u
#define USBIP_BUSID_LEN      32u
#define USBIP_PATH_LEN       256u

#define USBIP_ST_OK    0u
#define USBIP_ST_NA    1u
#define USBIP_ST_BUSY  2u
#define USBIP_ST_ERROR 3u
#define USBIP_ST_NODEV 4u

/* Device record: offsets of its fields */
#define USBIP_DEV_LEN          312u
#define USBIP_DEV_PATH         0x000u
#define USBIP_DEV_BUSID        0x100u
#define USBIP_DEV_BUSNUM       0x120u
#define USBIP_DEV_DEVNUM       0x124u
#define USBIP_DEV_SPEED        0x128u
#define USBIP_DEV_VID          0x12cu
#define USBIP_DEV_PID          0x12eu
#define USBIP_DEV_BCD          0x130u
#define USBIP_DEV_CLASS        0x132u
#define USBIP_DEV_CONFIG_VALUE 0x135u
#define USBIP_DEV_N_CONFIGS    0x136u
#define USBIP_DEV_N_INTERFACES 0x137u
#define USBIP_INTERFACE_LEN    4u

#define USBIP_SPEED_FULL 2u
#define USBIP_SPEED_HIGH 3u

/* URB phase: every message starts with a header of 48 bytes */
#define USBIP_URB_HEADER_LEN 48u
#define USBIP_CMD_SUBMIT     1u
#define USBIP_CMD_UNLINK     2u
#define USBIP_RET_SUBMIT     3u
#define USBIP_RET_UNLINK     4u
#define USBIP_DIR_OUT        0u
#define USBIP_DIR_IN         1u

/* Offsets in the header */
#define USBIP_URB_COMMAND   0x00u
#define USBIP_URB_SEQNUM    0x04u
#define USBIP_URB_DEVID     0x08u
#define USBIP_URB_DIRECTION 0x0cu
#define USBIP_URB_EP        0x10u
#define USBIP_URB_FLAGS     0x14u /* CMD_SUBMIT */
#define USBIP_URB_STATUS    0x14u /* RET_SUBMIT, RET_UNLINK */
#define USBIP_URB_TARGET    0x14u /* CMD_UNLINK: the seqnum to unlink */
#define USBIP_URB_LENGTH    0x18u /* buffer length, actual length */
#define USBIP_URB_START     0x1cu
#define USBIP_URB_PACKETS   0x20u
#define USBIP_URB_INTERVAL  0x24u
#define USBIP_URB_SETUP     0x28u

#define USBIP_FLAG_DIR_IN 0x200u

/* Status values: Linux errno numbers, negated, whatever the host calls them */
#define USBIP_OK         0
#define USBIP_ENOENT     (-2)
#define USBIP_ENODEV     (-19)
#define USBIP_EPIPE      (-32) /* STALL */
#define USBIP_EPROTO     (-71)
#define USBIP_EOVERFLOW  (-75) /* the device sent more than asked */
#define USBIP_EILSEQ     (-84)
#define USBIP_ECONNRESET (-104) /* unlinked */
#define USBIP_ESHUTDOWN  (-108)
#define USBIP_ETIMEDOUT  (-110)
#define USBIP_EREMOTEIO  (-121)

#endif
