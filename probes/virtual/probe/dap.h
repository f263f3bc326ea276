/* SPDX-License-Identifier: MIT */
/*
 * The SW-DP and the AHB-AP of the target as the probe's wires see them
 * (ADIv5.2 chapters B2, B4 and C2): sticky errors, posted reads, the power-up
 * handshake, byte lanes. Every call is one SWD transfer and takes its time.
 */
#ifndef VIRTUAL_PROBE_DAP_H
#define VIRTUAL_PROBE_DAP_H

#include "chip/chip.h"

struct faults;

/* What came back on the wire. */
enum dap_ack {
	DAP_OK,
	DAP_WAIT,
	DAP_FAULT,
	DAP_NO_ANSWER, /* the three ACK bits read as ones */
	DAP_PROTOCOL,  /* an ACK that does not exist */
	DAP_PARITY,
};

/* Debug port registers */
#define DP_DPIDR     0x0u /* read */
#define DP_ABORT     0x0u /* write */
#define DP_CTRL_STAT 0x4u
#define DP_SELECT    0x8u /* write */
#define DP_RESEND    0x8u /* read */
#define DP_RDBUFF    0xcu

#define ABORT_DAPABORT   (1u << 0)
#define ABORT_STKCMPCLR  (1u << 1)
#define ABORT_STKERRCLR  (1u << 2)
#define ABORT_WDERRCLR   (1u << 3)
#define ABORT_ORUNERRCLR (1u << 4)
#define ABORT_STICKY     (ABORT_STKCMPCLR | ABORT_STKERRCLR | ABORT_WDERRCLR | ABORT_ORUNERRCLR)

#define CTRL_ORUNDETECT   (1u << 0)
#define CTRL_STICKYORUN   (1u << 1)
#define CTRL_STICKYCMP    (1u << 4)
#define CTRL_STICKYERR    (1u << 5)
#define CTRL_READOK       (1u << 6)
#define CTRL_WDATAERR     (1u << 7)
#define CTRL_CDBGPWRUPREQ (1u << 28)
#define CTRL_CDBGPWRUPACK (1u << 29)
#define CTRL_CSYSPWRUPREQ (1u << 30)
#define CTRL_CSYSPWRUPACK (1u << 31)
#define CTRL_POWER_UP     (CTRL_CDBGPWRUPREQ | CTRL_CSYSPWRUPREQ)

/* AHB-AP registers, bank in bits 7:4 */
#define AP_CSW  0x00u
#define AP_TAR  0x04u
#define AP_DRW  0x0cu
#define AP_BD0  0x10u
#define AP_BD3  0x1cu
#define AP_CFG  0xf4u
#define AP_BASE 0xf8u
#define AP_IDR  0xfcu

#define CSW_SIZE           0x7u
#define CSW_SIZE_8         0x0u
#define CSW_SIZE_16        0x1u
#define CSW_SIZE_32        0x2u
#define CSW_ADDRINC        0x30u
#define CSW_ADDRINC_OFF    0x00u
#define CSW_ADDRINC_SINGLE 0x10u
#define CSW_ADDRINC_PACKED 0x20u
#define CSW_DEVICE_EN      0x40u
#define CSW_PROT           0x7f000000u
#define CSW_PROT_DEFAULT   0x23000000u /* data, privileged, master is the debugger */

struct dap {
	struct chip *chip;
	struct monitor *mon;
	struct faults *faults;
	uint32_t khz;
	uint32_t firmware_ns; /* the probe's own time for a transfer */

	void (*look_up)(void *user); /* called now and then, for whoever has to answer others meanwhile; or NULL */
	void *look_up_user;

	bool selected; /* line reset and JTAG-to-SWD sequence done since the target was powered */
	uint32_t ctrl_stat;
	uint32_t select;
	uint32_t csw;
	uint32_t tar;
	uint32_t rdbuff;
};

/* A debug port that nothing was said to yet. */
void dap_init(struct dap *dap, struct chip *chip, struct monitor *mon, struct faults *faults);

/* JTAG-to-SWD sequence and line reset; costs nothing in the timing model. Clears nothing but the link's state. */
void dap_line_reset(struct dap *dap);

enum dap_ack dap_dp_read(struct dap *dap, uint8_t reg, uint32_t *value);
enum dap_ack dap_dp_write(struct dap *dap, uint8_t reg, uint32_t value);

/* AP access in the bank that SELECT names; reg is 0, 4, 8 or c. A read is posted: *value is the result before. */
enum dap_ack dap_ap_read(struct dap *dap, uint8_t reg, uint32_t *value);
enum dap_ack dap_ap_write(struct dap *dap, uint8_t reg, uint32_t value);

/*
 * Put TAR back after it has wrapped at 1 KiB. The timing model counts one
 * transfer per word of a block, this one included.
 */
void dap_reload_tar(struct dap *dap, uint32_t addr);

#endif
