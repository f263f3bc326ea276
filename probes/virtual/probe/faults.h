/* SPDX-License-Identifier: MIT */
/* Things that go wrong on demand: where, what, and what of it is in effect. */
#ifndef VIRTUAL_PROBE_FAULTS_H
#define VIRTUAL_PROBE_FAULTS_H

#include "probe/dap.h"

enum fault_kind {
	FAULT_UNPLUG,       /* the probe is pulled out: the connection ends */
	FAULT_RESET,        /* the probe's firmware starts again; its transfer ends with a bus error */
	FAULT_STALL,        /* the transfer ends with STALL, the endpoint is halted */
	FAULT_TIMEOUT,      /* the transfer is never answered */
	FAULT_SHORT,        /* a reply arrives by half */
	FAULT_STALE,        /* two bytes of an older reply come before the reply */
	FAULT_GARBAGE,      /* a reply of the right length with other bytes */
	FAULT_WAIT,         /* an AP access that stays stalled */
	FAULT_LONG_WAIT,    /* 64 of them */
	FAULT_AP_FAULT,     /* the AP answers FAULT */
	FAULT_DP_ERROR,     /* an ACK that does not exist */
	FAULT_PARITY,       /* data with wrong parity */
	FAULT_UNKNOWN,      /* status 01 for an access that went well */
	FAULT_FLIP,         /* one bit of a word read is wrong, status OK */
	FAULT_FLIP_WRITE,   /* one bit of a word written is wrong, status OK */
	FAULT_LOST_WORD,    /* one word of a block is not transferred, status OK */
	FAULT_LOST_WRITE,   /* the next memory write is never done, status OK */
	FAULT_OLD_DATA,     /* a memory read answers with the data of the one before, status OK */
	FAULT_POWER_CUT,    /* the target loses its supply until the next import */
	FAULT_TARGET_RESET, /* somebody presses the target's reset button */
	FAULT_STUCK_BUSY,   /* the next flash operation never ends */
	FAULT_BAD_CELL,     /* a flash cell programs wrong */
	FAULT_KINDS
};

/* What the number in KIND@NUMBER counts. */
enum fault_place {
	AT_USB,     /* bulk transfers since the import, from 1 */
	AT_SWD,     /* SWD transfers since the import, from 1 */
	AT_FLASH,   /* operations of the flash controller, from 1 */
	AT_ADDRESS, /* of the bad cell */
};

struct fault {
	enum fault_kind kind;
	enum fault_place place;
	uint64_t number;
	bool fired;
};

#define FAULTS_MAX 8u

struct faults {
	struct fault list[FAULTS_MAX];
	unsigned int n;
	bool no_ack;        /* SWDIO and SWCLK are not where they should be */
	uint32_t noisy_khz; /* links errors above this clock; 0: never */

	/* In effect */
	struct monitor *mon;
	struct chip *chip;
	uint64_t swd_base;         /* SWD transfers before the import */
	uint64_t usb_number;       /* of the bulk transfer submitted last */
	bool pending[FAULT_KINDS]; /* fired, has its effect at the next occasion */
	unsigned int waits;        /* AP accesses that are still to be answered with WAIT */
	uint32_t random;           /* of the noisy link: the same in every run */
};

enum swd_access { SWD_DP, SWD_AP, SWD_AP_DATA };

/* The word of a SPEC and where the kind may be placed; NULL for a number that is no kind. */
const char *fault_name(unsigned int kind);
bool fault_allows(enum fault_kind kind, enum fault_place place);

/* Those that the chip itself carries out are handed to it. */
void faults_init(struct faults *f, struct chip *chip, struct monitor *mon);

/* The probe was plugged in: counting starts again. Faults that fired have fired. */
void faults_plug(struct faults *f);

/* Bulk transfer number was submitted. */
void faults_usb(struct faults *f, uint64_t number);

/* Take a pending fault: true once. */
bool faults_take(struct faults *f, enum fault_kind kind);

/* An SWD transfer: what the wire makes of it. */
enum dap_ack faults_swd(struct faults *f, struct dap *dap, enum swd_access access);

/* Is this access of a block lost on the way? */
bool faults_lose_access(struct faults *f);

/* The word as it is read: as it is, or with one bit wrong. */
uint32_t faults_flip(struct faults *f, bool is_data, uint32_t value);

/* The word as it is written: likewise. */
uint32_t faults_flip_write(struct faults *f, uint32_t value);

#endif
