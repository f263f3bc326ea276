/* SPDX-License-Identifier: MIT */
/*
 * The one place where commands go out. Inside the ST-LINK layer only.
 *
 * A command and its data phase are queued together, as openocd does; there is
 * never more than one command in flight.
 */
#ifndef STLINK_COMMAND_H
#define STLINK_COMMAND_H

#include "stlink/stlink.h"
#include "stlink/stlink_proto.h"

/* Where a command has its status. */
enum command_status {
	STATUS_NONE,     /* it has none */
	STATUS_IN_REPLY, /* first byte of the reply */
	STATUS_FETCHED,  /* memory commands: GETLASTRWSTATUS2, or GETLASTRWSTATUS on old firmware */
};

struct command {
	uint8_t bytes[STLINK_CMD_LEN];
	enum command_status status;
	uint8_t *in;        /* receives len bytes, at least 2; NULL: no reply */
	const uint8_t *out; /* len bytes of data for the probe; NULL: none */
	size_t len;
	size_t need;           /* bytes of a reply that are looked at: a shorter one does too; 0: all of len */
	unsigned int extra_ms; /* time the SWD link needs for the data, added to the deadline */
	bool once;             /* must not reach the target twice: no retry of any kind */
};

/*
 * Send a command, with its data phase, and judge its status. Within one
 * deadline WAIT is retried; so is, a few times, a command that met a USB
 * fault or a short reply, after command_resync(). After a status that nobody
 * knows only a read is sent again: what writes may have been done.
 *
 * A reply, but for the data of a memory read, may be longer than len: what is
 * behind len is dropped.
 */
int command_run(struct stlink *p, const struct command *c) MUST_CHECK;

/* A command that is not answered at all. */
int command_unanswered(struct stlink *p, uint8_t top, uint8_t op) MUST_CHECK;

/* Throw away replies that nobody waited for. */
void command_drain(struct stlink *p);

/*
 * After a USB fault: make sure that no stale reply can be taken for the next
 * one. usb_err is the fault. Resets the probe's USB once in a session when it
 * does not come to its senses otherwise.
 */
int command_resync(struct stlink *p, int usb_err) MUST_CHECK;

/* Reset the probe's USB, unless that has been done before. */
int command_usb_reset(struct stlink *p) MUST_CHECK;

/* mode.c: the mode that the probe is in, STLINK_MODE_... */
int probe_read_mode(struct stlink *p, uint8_t *mode) MUST_CHECK;

/* mode.c: from whatever mode the probe is in to where SWD can be entered; p->astray is over then. */
int probe_leave_any_mode(struct stlink *p) MUST_CHECK;

/* nrst.c: release NRST, if anybody held it. */
int stlink_leave_nrst(struct stlink *p) MUST_CHECK;

/* nrst.c: debug mode is entered anew, and a held NRST may be high since. */
void stlink_doubt_nrst(struct stlink *p);

/* status.c */

enum verdict {
	VERDICT_OK,
	VERDICT_WAIT,
	VERDICT_ERROR,
	VERDICT_UNKNOWN, /* no such status: the reply is garbage */
};

/* What a status means, the V3 quirk included (p->saw_wait). */
enum verdict status_verdict(const struct stlink *p, uint8_t code);

/* Describe a status other than OK; returns its error code. */
int status_fail(struct stlink *p, const uint8_t *cmd, uint8_t code);

/* The protocol's name of a command, for texts. */
const char *command_name(const uint8_t *cmd);

/* Refuse what this firmware is too old for: "... needs V2J24 or newer; this probe has V2J17; ...". */
int version_require(struct stlink *p, uint32_t feature, const char *what) MUST_CHECK;

/* Fill in p->version, p->features and p->firmware from the probe. */
int version_read(struct stlink *p) MUST_CHECK;

#endif
