/* SPDX-License-Identifier: MIT */
/*
 * The ST-LINK USB protocol: names and encodings of API v2 and v3.
 * ST publishes no document; these are what openocd, stlink-org, probe-rs and
 * pyOCD agree on. Shared by the driver and the virtual probe; holds no
 * behaviour.
 */
#ifndef STLINK_PROTO_H
#define STLINK_PROTO_H

#define STLINK_VID     0x0483u
#define STLINK_CMD_LEN 16u
#define STLINK_MEM_MAX 6144u /* firmware buffer of 16- and 32-bit memory commands */

/* cmd[0] */
#define STLINK_GET_VERSION        0xf1u
#define STLINK_DEBUG              0xf2u
#define STLINK_DFU                0xf3u
#define STLINK_SWIM               0xf4u
#define STLINK_GET_CURRENT_MODE   0xf5u
#define STLINK_GET_TARGET_VOLTAGE 0xf7u
#define STLINK_GET_VERSION_EX     0xfbu

/* cmd[1] of STLINK_DFU and STLINK_SWIM */
#define STLINK_DFU_EXIT  0x07u
#define STLINK_SWIM_EXIT 0x01u

/* cmd[1] of STLINK_DEBUG */
#define STLINK_READMEM_32              0x07u
#define STLINK_WRITEMEM_32             0x08u
#define STLINK_READMEM_8               0x0cu
#define STLINK_WRITEMEM_8              0x0du
#define STLINK_EXIT                    0x21u
#define STLINK_ENTER                   0x30u
#define STLINK_READ_IDCODES            0x31u
#define STLINK_RESETSYS                0x32u
#define STLINK_READREG                 0x33u
#define STLINK_WRITEREG                0x34u
#define STLINK_WRITEDEBUGREG           0x35u
#define STLINK_READDEBUGREG            0x36u
#define STLINK_READALLREGS             0x3au
#define STLINK_GETLASTRWSTATUS         0x3bu
#define STLINK_DRIVE_NRST              0x3cu
#define STLINK_GETLASTRWSTATUS2        0x3eu
#define STLINK_START_TRACE_RX          0x40u
#define STLINK_STOP_TRACE_RX           0x41u
#define STLINK_GET_TRACE_NB            0x42u
#define STLINK_SWD_SET_FREQ            0x43u
#define STLINK_JTAG_SET_FREQ           0x44u
#define STLINK_READ_DAP_REG            0x45u
#define STLINK_WRITE_DAP_REG           0x46u
#define STLINK_READMEM_16              0x47u
#define STLINK_WRITEMEM_16             0x48u
#define STLINK_INIT_AP                 0x4bu
#define STLINK_CLOSE_AP_DBG            0x4cu
#define STLINK_WRITEMEM_32_NO_ADDR_INC 0x50u
#define STLINK_RW_MISC_OUT             0x51u
#define STLINK_RW_MISC_IN              0x52u
#define STLINK_READMEM_32_NO_ADDR_INC  0x54u
#define STLINK_GET_BOARD_IDENTIFIERS   0x56u
#define STLINK_SET_COM_FREQ            0x61u
#define STLINK_GET_COM_FREQ            0x62u
#define STLINK_SWITCH_STLINK_FREQ      0x63u

#define STLINK_ENTER_SWD    0xa3u
#define STLINK_NRST_LOW     0x00u
#define STLINK_NRST_HIGH    0x01u
#define STLINK_NRST_PULSE   0x02u
#define STLINK_DP_PORT      0xffffu
#define STLINK_CORE_CORTEXM 0x01u

/* First byte of the reply to STLINK_GET_CURRENT_MODE */
#define STLINK_MODE_DFU        0x00u
#define STLINK_MODE_MASS       0x01u
#define STLINK_MODE_DEBUG      0x02u
#define STLINK_MODE_SWIM       0x03u
#define STLINK_MODE_BOOTLOADER 0x04u

/* Register numbers of STLINK_READREG and STLINK_WRITEREG */
#define STLINK_REG_XPSR 16u
#define STLINK_REG_MSP  17u
#define STLINK_REG_PSP  18u
#define STLINK_REG_CFBP 19u /* CONTROL, FAULTMASK, BASEPRI, PRIMASK */

/* Status: the first byte of most replies */
#define STLINK_ST_UNKNOWN           0x01u
#define STLINK_ST_SPI_ERROR         0x02u
#define STLINK_ST_DMA_ERROR         0x03u
#define STLINK_ST_UNKNOWN_JTAG      0x04u
#define STLINK_ST_NO_DEVICE         0x05u
#define STLINK_ST_INTERNAL          0x06u
#define STLINK_ST_CMD_WAIT          0x07u
#define STLINK_ST_CMD_ERROR         0x08u
#define STLINK_ST_GET_IDCODE        0x09u
#define STLINK_ST_ALIGNMENT         0x0au
#define STLINK_ST_DBG_POWER         0x0bu
#define STLINK_ST_WRITE_ERROR       0x0cu
#define STLINK_ST_WRITE_VERIFY      0x0du
#define STLINK_ST_OTHER_MODE        0x0eu
#define STLINK_ST_AP_WAIT           0x10u
#define STLINK_ST_AP_FAULT          0x11u
#define STLINK_ST_AP_ERROR          0x12u
#define STLINK_ST_AP_PARITY         0x13u
#define STLINK_ST_DP_WAIT           0x14u
#define STLINK_ST_DP_FAULT          0x15u
#define STLINK_ST_DP_ERROR          0x16u
#define STLINK_ST_DP_PARITY         0x17u
#define STLINK_ST_AP_WDATA          0x18u
#define STLINK_ST_AP_STICKY         0x19u
#define STLINK_ST_AP_STICKY_OVERRUN 0x1au
#define STLINK_ST_BAD_AP            0x1du
#define STLINK_ST_SWV_UNAVAILABLE   0x20u
#define STLINK_ST_TOO_MANY_APS      0x29u
#define STLINK_ST_CONFIG_CHANGED    0x40u
#define STLINK_ST_FREQ_UNSUPPORTED  0x41u
#define STLINK_ST_UNKNOWN_CMD       0x42u
#define STLINK_ST_OK                0x80u
#define STLINK_ST_FAULT             0x81u

#endif
