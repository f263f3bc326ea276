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
	SESSION_LINK,      /* the probe is in SWD mode, and holds NRST if the session connects under reset */
	SESSION_CORE,      /* debug bits may be set in the target */
	SESSION_CONNECTED, /* the chip is known */
};

/* Strings that were handed out: each stays until the same is asked for again. */
struct session_words {
	char serial[64];
	char path[USB_PATH_MAX];
	char firmware[32];
	char error[SENTENCE_MAX + 512]; /* of stflash_errmsg(): with names for its marks */
	char remarks[512];
	char boot[512];
	char boot_written[512];
	char advice[SENTENCE_MAX];
	char doubt[512];
};

struct stflash {
	struct ctx ctx;
	struct session_words words;
	unsigned int speed_khz;
	unsigned int flash_kib;   /* to be believed instead of the announced size; 0: the announced one */
	enum stflash_connect how; /* as asked for */
	enum session_stage stage;
	enum stflash_way way; /* that led to the chip */
	bool left_behind;     /* a program of an earlier run is in the chip instead of its firmware */
	stflash_prompt_fn prompt;
	void *prompt_user;
	usb_observer observer; /* of the next transport that is opened; NULL: nobody */
	void *observer_user;
	struct transport *tr;
	struct stlink probe;
	struct dap dap;
	struct core core;
	struct flash flash;
	struct stflash_image *kept_image; /* owned; NULL: nothing that flash may have lost */
	struct stflash_kept kept;         /* with kept_image: what stflash_get_kept() gives */
};

/* Ask the person at the board, who has until deadline, for something; only where there is somebody. */
void session_prompt(struct stflash *s, enum stflash_prompt what, uint64_t deadline);

/*
 * Undo what the stages above down_to have done, all of it, whatever fails on
 * the way and cancelled or not. err is what went wrong before, or 0. Returns
 * the first failure of all; the session's text stays that one's.
 */
int session_let_go(struct stflash *s, enum session_stage down_to, int err) MUST_CHECK;

/* From the selector to an open USB device of ours. */
int session_open_transport(struct stflash *s, const char *selector, struct transport **tr) MUST_CHECK;

/* And on to a probe that answers. */
int session_open_probe(struct stflash *s, const char *selector) MUST_CHECK;

/* From there to an identified chip, by one way. What it leaves half-done is session_let_go()'s. */
int session_attach(struct stflash *s, enum stflash_connect how) MUST_CHECK;

/* After a normal attach has met silence: the other ways, one after the other. Takes and returns the failure. */
int session_climb(struct stflash *s, int err) MUST_CHECK;

/*
 * After a job: did the firmware take SWD away before the core was held for it?
 * Then the chip is connected by the next way, and the job is to be run again:
 * true. False: *err is what is to be told.
 */
bool session_come_back(struct stflash *s, int *err) MUST_CHECK;

/* 0 when connected, else STFLASH_E_ARG with its text. */
int session_require(struct stflash *s) MUST_CHECK;

/* For a job that changes flash or option bytes: connected, not cancelled, watchdogs frozen, the supply known. */
int session_prepare_to_change(struct stflash *s) MUST_CHECK;

/* Freeze the watchdogs for a job that reads, where it halts the core. */
int session_prepare_to_read(struct stflash *s, const struct stflash_read_options *o) MUST_CHECK;

/* Freeze the watchdogs before the core is halted: once, and only by jobs that halt it. */
int session_hold_watchdogs(struct stflash *s) MUST_CHECK;

#endif
