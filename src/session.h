/* SPDX-License-Identifier: MIT */
/*
 * Inside of a session: the whole stack of one probe and one chip. Only the
 * session_*.c files see this.
 */
#ifndef SESSION_H
#define SESSION_H

#include "base/bytes.h"
#include "flash/flash.h"

#define SESSION_MAX_PIDS 16u

/* How far up the stack a session has got. Each stage is undone before the one above it in this list. */
enum session_stage {
	SESSION_CLOSED,
	SESSION_TRANSPORT, /* the USB device is open and claimed */
	SESSION_PROBE,     /* the probe answers */
	SESSION_LINK,      /* the probe is in SWD mode */
	SESSION_RESET,     /* NRST is low if the session connects under reset */
	SESSION_CORE,      /* debug bits may be set in the target */
	SESSION_CONNECTED, /* the chip is known */
};

struct stflash {
	struct ctx ctx;
	unsigned int speed_khz;
	unsigned int flash_kib;   /* to be believed instead of the announced size; 0: the announced one */
	enum stflash_connect how; /* as asked for */
	enum session_stage stage;
	bool holds_nrst; /* low, and to be released */
	struct transport *tr;
	struct stlink probe;
	struct dap dap;
	struct core core;
	struct flash flash;
};

/* 0 when connected, else STFLASH_E_ARG with its text. */
int session_require(struct stflash *s) MUST_CHECK;

/* For a job that changes flash or option bytes: connected, not cancelled, watchdogs frozen, the supply known. */
int session_prepare_to_change(struct stflash *s) MUST_CHECK;

/* Freeze the watchdogs before the core is halted: once, and only by jobs that halt it. */
int session_hold_watchdogs(struct stflash *s) MUST_CHECK;

#endif
