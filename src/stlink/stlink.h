/* SPDX-License-Identifier: MIT */
/*
 * The ST-LINK protocol: one function per command or per short sequence of
 * commands. Speaks to the probe; what the target's registers mean is the
 * business of the layer above.
 *
 * Every function returns 0 or a negative enum stflash_error with the text in
 * the session. Every command has a deadline; WAIT replies are retried inside
 * it. Memory commands are followed by a status fetch, always.
 */
#ifndef STLINK_STLINK_H
#define STLINK_STLINK_H

#include "stlink/models.h"
#include "usb/transport.h"

/* What the firmware can do, by version (stlink-protocol fact sheet section 7.3). */
#define STLINK_HAS_VOLTAGE     (1u << 0)  /* V2J13 */
#define STLINK_HAS_RWSTATUS2   (1u << 1)  /* V2J15 */
#define STLINK_HAS_SWD_FREQ    (1u << 2)  /* V2J22 */
#define STLINK_HAS_DAP_REG     (1u << 3)  /* V2J24 */
#define STLINK_HAS_MEM16       (1u << 4)  /* V2J26 */
#define STLINK_HAS_AP_INIT     (1u << 5)  /* V2J28 */
#define STLINK_HAS_AP_CLOSE_ST (1u << 6)  /* V2J29 */
#define STLINK_HAS_CSW         (1u << 7)  /* V2J32, V3J2 */
#define STLINK_HAS_COM_FREQ    (1u << 8)  /* V3 */
#define STLINK_HAS_FPU_REGS    (1u << 9)  /* V2J15 */
#define STLINK_HAS_MEM8_512    (1u << 10) /* V3J6 */

/* V2 firmware below sends zeros behind the first packet of a read (stlink issue 373). */
#define STLINK_WHOLE_READS_FROM_J 24u

/* Deadline of one operation, WAIT replies and retries included. */
#define STLINK_TIMEOUT_MS 1000u

/* Most clocks that GET_COM_FREQ of a V3 lists. */
#define STLINK_COM_FREQ_MAX 10u

struct stlink_version {
	unsigned int major; /* 2, 3, 4 */
	unsigned int jtag;  /* J */
	unsigned int swim;  /* S */
	unsigned int msd;   /* M */
	unsigned int bridge;
	unsigned int power;
};

/* What is known of the NRST line. */
enum stlink_nrst {
	NRST_AS_FOUND, /* never driven: an earlier run that was killed may have left it low */
	NRST_RELEASED,
	NRST_HELD,
	NRST_MAYBE_HELD, /* driven low, and perhaps not: outside of debug mode, or the answer was lost */
};

struct stlink {
	struct ctx *ctx;
	struct transport *tr;
	const struct stlink_model *model;
	struct stlink_version version;
	uint32_t features;
	uint32_t speed_khz; /* the SWD clock in use; 0 before it was set */
	uint32_t asked_khz; /* what a V3 was told to make for it: some answer more */
	bool in_debug;      /* debug mode entered, to be left */
	bool ap_open;       /* INIT_AP was done */
	enum stlink_nrst nrst;
	bool astray;         /* seems to have started anew: mode and clock are to be set again */
	bool saw_wait;       /* V3 quirk: after a WAIT, AP_FAULT means WAIT too (sheet section 6) */
	uint32_t fault_addr; /* of the last faulted memory command, 0 when unknown */
	char firmware[32];   /* "V2J29S7" */
	uint8_t last_status; /* of the last command that has one; 0 when a USB transfer failed */
	uint8_t odd_mode;    /* a mode that nobody knows, which this probe insists on; 0: it does not */
	bool usb_was_reset;  /* at most once in a session */
	bool lost;           /* a USB reset did not help: further commands fail at once */
	bool gone;           /* unplugged: every command says so from then on */
	unsigned int timeout_ms;
	uint32_t com_freq_khz[STLINK_COM_FREQ_MAX]; /* V3: the clocks it offers */
	size_t n_com_freq;
};

/*
 * Take over an opened transport: drain stale replies, read the version (USB
 * reset and one more try when that fails), leave DFU, SWIM or debug mode.
 * Refuses a V1 and a firmware without SWD with a sentence. The transport stays
 * the caller's.
 */
int stlink_open(struct stlink *p, struct ctx *ctx, struct transport *tr) MUST_CHECK;

/* Release NRST, leave debug mode and forget the transport. Best effort; reports the first error. */
int stlink_close(struct stlink *p);

/* Set the fastest SWD clock that is not above khz; p->speed_khz tells which. */
int stlink_set_speed(struct stlink *p, uint32_t khz) MUST_CHECK;

/* The clock to begin with where none was asked for. */
uint32_t stlink_usual_khz(const struct stlink *p);

/* The fastest that this probe has, where that is above the clock in use; 0: none, as with every V2. */
uint32_t stlink_faster(const struct stlink *p);

/* The next clock of the ladder below p->speed_khz, 0 when there is none. */
uint32_t stlink_slower(const struct stlink *p);

/*
 * Enter SWD debug mode, after leaving it where it was entered, and open AP 0.
 * STFLASH_E_NO_TARGET when nothing answers. Leaves debug mode again on failure.
 * A held NRST stays low.
 */
int stlink_enter_swd(struct stlink *p) MUST_CHECK;

/* Was the last failure one of the SWD link itself (parity, no acknowledge), which a lower clock may cure? */
bool stlink_link_error(const struct stlink *p);

/* Leave debug mode, to enter it again: a held NRST stays low. Best effort. */
int stlink_exit_debug(struct stlink *p);

/* Release NRST if it was held, and leave debug mode. Best effort; reports the first error. */
int stlink_leave(struct stlink *p);

/* DPIDR as the probe read it when it entered SWD. */
int stlink_read_dpidr(struct stlink *p, uint32_t *dpidr) MUST_CHECK;

/* Target voltage in mV; 0 when the probe cannot know, and STLINK_HAS_VOLTAGE is not set then. */
int stlink_read_voltage(struct stlink *p, uint32_t *mv) MUST_CHECK;

/*
 * Hold NRST low until stlink_release_nrst() or, whatever happens, until the
 * probe is left. Does nothing when it is held already; outside of debug mode
 * what the probe answers says nothing, and it is to be held again inside.
 */
int stlink_hold_nrst(struct stlink *p) MUST_CHECK;

/* Let NRST go high: also what an earlier run may have left low. Does nothing when it was released already. */
int stlink_release_nrst(struct stlink *p) MUST_CHECK;

/* Reset the target by the probe's own means (RESETSYS). */
int stlink_reset_system(struct stlink *p) MUST_CHECK;

/* Bytes that one memory command of this width (1, 2 or 4) can carry. */
size_t stlink_max_read(const struct stlink *p, unsigned int width);
size_t stlink_max_write(const struct stlink *p, unsigned int width);

/*
 * One memory command and its status. width is 1, 2 (STLINK_HAS_MEM16 only) or
 * 4; addr and len are multiples of it; len is at most stlink_max_*(). A fault
 * is STFLASH_E_FAULT and sets p->fault_addr; buf is then undefined. A WAIT
 * that outlasts the deadline is STFLASH_E_TIMEOUT, and what was written of a
 * block is then unknown.
 */
int stlink_read_mem(struct stlink *p, unsigned int width, uint32_t addr, uint8_t *buf, size_t len) MUST_CHECK;
int stlink_write_mem(struct stlink *p, unsigned int width, uint32_t addr, const uint8_t *buf, size_t len) MUST_CHECK;

/*
 * The same for writes that must not happen twice (a flash controller is
 * listening): sent once, neither WAIT nor a USB fault is retried.
 */
int stlink_write_mem_once(struct stlink *p, unsigned int width, uint32_t addr, const uint8_t *buf,
			  size_t len) MUST_CHECK;

/* One word by the debug register commands (35, 36): any word address, cheapest for single words. */
int stlink_read_debug32(struct stlink *p, uint32_t addr, uint32_t *value) MUST_CHECK;
int stlink_write_debug32(struct stlink *p, uint32_t addr, uint32_t value) MUST_CHECK;

/* Core registers of a halted core, by the probe's numbers (STLINK_REG_*). */
int stlink_read_reg(struct stlink *p, unsigned int reg, uint32_t *value) MUST_CHECK;
int stlink_write_reg(struct stlink *p, unsigned int reg, uint32_t value) MUST_CHECK;

/* DP (port STLINK_DP_PORT) and AP registers; STLINK_HAS_DAP_REG only. */
int stlink_read_dap_reg(struct stlink *p, uint16_t port, uint16_t reg, uint32_t *value) MUST_CHECK;
int stlink_write_dap_reg(struct stlink *p, uint16_t port, uint16_t reg, uint32_t value) MUST_CHECK;

#endif
