/* SPDX-License-Identifier: MIT */
/*
 * The debug access port: memory of any address, length and alignment, and the
 * way back after a fault.
 */
#ifndef SWD_DAP_H
#define SWD_DAP_H

#include "stlink/stlink.h"
#include "stlink/stlink_proto.h"

/* A target below this is not powered (openocd warns there), as far as the probe sees its supply. */
#define DAP_POWERED_MV 1500u

/* Bytes that one memory command carries. */
#define DAP_CHUNK STLINK_MEM_MAX

struct dap {
	struct ctx *ctx;
	struct stlink *probe;
	uint32_t dpidr;
	unsigned int link_errors; /* accesses that had to be repeated because of the wires */
	bool may_go_faster;       /* nobody asked for a clock, and none above the usual one was tried */
	uint32_t proven_khz;      /* the clock before dap_go_faster() raised it; 0: it has not */
};

/*
 * Set the clock (khz 0: up to 4000, 8000 with a V3), enter SWD and read DPIDR. On link errors
 * (DP or parity errors, no answer) the clock is lowered step by step down to
 * 125 kHz before giving up.
 */
int dap_connect(struct dap *dap, struct stlink *probe, uint32_t khz) MUST_CHECK;

/*
 * The same with NRST held low from before SWD is entered until core_attach()
 * ends the reset, or the probe is left: for chips whose firmware turns SWD off.
 * A failure has released it.
 */
int dap_connect_under_reset(struct dap *dap, struct stlink *probe, uint32_t khz) MUST_CHECK;

/* Enter SWD at the clock in use, once: for a chip that comes and goes. */
int dap_enter(struct dap *dap, struct stlink *probe) MUST_CHECK;

/* Leave debug mode. Best effort. */
int dap_disconnect(struct dap *dap);

/* Does the probe measure less on VTref than any target runs on? False when it cannot measure. */
bool dap_sees_no_power(struct dap *dap);

/*
 * Clear sticky errors; when the port does not answer, leave and enter SWD
 * again. Called by the functions below after a fault; a caller needs it only
 * after a reset of the target.
 */
int dap_recover(struct dap *dap) MUST_CHECK;

/*
 * Once where nobody asked for a clock: try the fastest one of a probe that has one above the usual (a V3). It stays
 * when len bytes at addr, which are known by then, arrive right at it; else, and at the first link error later on, the
 * clock goes down again. Fails only when the port is lost.
 */
int dap_go_faster(struct dap *dap, uint32_t addr, const uint8_t *known, size_t len) MUST_CHECK;

/* Something arrived wrong although no access failed: a clock that was raised goes down again. */
int dap_doubt_clock(struct dap *dap) MUST_CHECK;

/*
 * What to do about err of an access that may be repeated, after try number
 * tries (from 0): recovers the port, lowers the clock when the link errors do
 * not end, and returns 0 when the access shall be tried again, else err.
 */
int dap_after_failure(struct dap *dap, int err, unsigned int tries) MUST_CHECK;

/* After an access that must not be repeated: recover the port, keep the words of the failure. */
void dap_clean_up(struct dap *dap);

/*
 * Memory. A fault is STFLASH_E_FAULT with the address in the text, and the
 * port has been recovered. Output is written only as far as documented:
 * undefined after a failure. A transient link error or WAIT is retried where
 * that is safe (dap_write: RAM and registers whose rewriting has no effect).
 */
int dap_read(struct dap *dap, uint32_t addr, void *buf, size_t len) MUST_CHECK;
int dap_write(struct dap *dap, uint32_t addr, const void *buf, size_t len) MUST_CHECK;

int dap_read32(struct dap *dap, uint32_t addr, uint32_t *value) MUST_CHECK;
int dap_write32(struct dap *dap, uint32_t addr, uint32_t value) MUST_CHECK;
/* Not retried, and nothing else goes with it: a flash controller counts what it is sent. */
int dap_write32_once(struct dap *dap, uint32_t addr, uint32_t value) MUST_CHECK;
int dap_read16(struct dap *dap, uint32_t addr, uint16_t *value) MUST_CHECK;

/* Does the probe's firmware have memory commands of this width? Before V2J26 it has none for half-words. */
bool dap_has_width(const struct dap *dap, unsigned int width);

/*
 * A stream of accesses of exactly this width (1, 2, 4), not retried: what a
 * flash controller without an agent needs. STFLASH_E_UNSUPPORTED when the
 * firmware has no 16-bit command.
 */
int dap_write_width(struct dap *dap, unsigned int width, uint32_t addr, const void *buf, size_t len) MUST_CHECK;

#endif
