/* SPDX-License-Identifier: MIT */
/*
 * The agent: a small program in target RAM that hashes, erases and programs
 * while the host feeds it through a ring of frames. The core is started once
 * and never stopped between frames; the host learns progress from the mailbox.
 *
 * In RAM, from agent.base:
 *
 *	mailbox	AGENT_MAILBOX_LEN bytes, see agent/layout.h
 *	code	position-independent Thumb, no stack
 *	frames	n_frames of frame_len bytes, those from n_first on in more
 *		RAM elsewhere: data, then a descriptor of
 *		AGENT_DESC_LEN bytes whose words add up and whose last
 *		one is the sequence number.
 *		Data to be programmed ends where the descriptor begins, so
 *		that one ascending write posts data and job together. Hashes
 *		of unit i are left at 8 * i from the start of the frame.
 *
 * Started with r0 = mailbox. It clears the sequence numbers, sets DONE to 0
 * and thereby shows that it runs.
 *
 * Job number k (from 1) goes into frame (k - 1) % n_frames with SEQ = k. The
 * agent waits for that SEQ, does ERASE, PROGRAM, HASH as OP asks, in this
 * order, and stores DONE = k. On any error it fills the mailbox, sets DONE to
 * AGENT_BOOTING less the reason, locks the controller (unless that is still
 * busy) and stops at a BKPT. It reloads the IWDG while it waits and works, and gives up when the
 * controller stays busy for more than BUSY_LIMIT polls or neither a job nor
 * another value of PING comes for IDLE_LIMIT polls. Then the host is dead: the
 * agent resets the chip, so that the firmware runs, unless a job has begun to
 * change the flash.
 *
 * Where flash whose ECC does not fit gives the core an NMI, which nothing masks, the mailbox is the core's table of
 * vectors and the end of the ring its stack: an NMI, as any failure, ends in the agent and never in the firmware.
 *
 * The agent for reading may be asked to SCAN beside HASH: behind the hashes, from 8 * n units on, it leaves a bit for
 * each piece that says whether all of it is erased.
 *
 * The controller must be unlocked before a job that erases or programs. The
 * sectors agent takes PSIZE for PROGRAM from bits 9:8 of the ERASE word, the
 * double-word agent takes from bits 18:16 which bits of SR mean busy.
 */
#ifndef FLASH_AGENT_H
#define FLASH_AGENT_H

#include "flash/agent/hash.h"
#include "flash/agent/layout.h"
#include "swd/cortexm.h"

/* A program for one kind of controller; the arrays are generated from the .S files in agent/. */
struct agent_program {
	const uint8_t *code;
	size_t len; /* multiple of 4 */
};

/* One source, built for a Cortex-M3 and later, and for a Cortex-M0; len 0: no core of that kind has the controller. */
struct agent_builds {
	struct agent_program v7m, v6m;
};

extern const struct agent_builds agent_hash_only; /* for reading: small, knows HASH and SCAN */
extern const struct agent_builds agent_fpec;      /* F0, F1, F3: half-words */
extern const struct agent_builds agent_sectors;   /* F2, F4, F7: width by CR.PSIZE */
extern const struct agent_builds agent_dword;     /* L4, G0, G4, C0, U0: double words */

/* The build for a core. */
const struct agent_program *agent_build_for(const struct agent_builds *builds, uint32_t cpuid);

/* No agent but a plain program, for any core: rewrites the option bytes of an FPEC, see agent/fpec_options.S. */
extern const struct agent_program loader_fpec_options;

/* How to lay it out. */
struct agent_setup {
	const struct agent_program *program;
	uint32_t ram;           /* first byte of RAM to use, multiple of 4 */
	uint32_t ram_len;       /* bytes that may be used */
	uint32_t more_ram;      /* where more frames may be; used if it works */
	uint32_t more_len;      /* bytes of that; 0: none */
	uint32_t frame_data;    /* bytes of data in a frame, multiple of 4 */
	uint32_t max_frames;    /* at least 1; fewer are made when the RAM ends */
	uint32_t core_khz;      /* clock of the core, for the limits; 0: unknown, be generous */
	uint32_t busy_limit_ms; /* longest wait for the controller */
	uint32_t lock_cr[2];    /* addresses of FLASH_CR to lock after a failure; 0: none, lock_cr[1] 0: one bank */
	uint32_t lock;          /* the value that locks */
	bool only_reads;        /* the flash is locked, and is to stay so */
	bool takes_vectors;     /* an NMI ends in the agent; ram is aligned as a VTOR needs it */
};

#define AGENT_IDLE_LIMIT_MS 2000u

/* What a failed agent left in the mailbox, for the caller's own words. */
struct agent_failure {
	uint32_t error; /* AGENT_ERR_*; 0: none */
	uint32_t sr;
	uint32_t addr;
};

struct agent {
	struct ctx *ctx;
	struct core *core;
	uint32_t base;
	uint32_t len;    /* RAM in use */
	uint32_t frames; /* where they begin */
	uint32_t more;   /* likewise in more RAM */
	uint32_t frame_len;
	uint32_t n_first; /* in the first RAM */
	uint32_t n_frames;
	uint32_t posted;      /* jobs given so far */
	uint32_t done;        /* jobs known to be completed */
	uint32_t max_wait_ms; /* longest time without progress that is not a failure */
	struct agent_failure failure;
	bool failed;    /* the program itself, and neither the flash nor the way to it */
	uint8_t *frame; /* a frame on its way, and room for hashes on theirs */
	uint32_t pings;
	uint64_t heard_ms; /* when the agent last heard of us */
	uint64_t carried;  /* bytes over the link since, by other accesses */
	bool running;
	int (*waiting)(void *user); /* called while a job is waited for; what it returns ends the wait. NULL: nothing */
	void *waiting_user;
};

/* One job. */
struct agent_job {
	uint32_t op;
	uint32_t erase;
	uint32_t ctrl;
	uint32_t addr;
	const uint8_t *data; /* PROGRAM; padded with 0xff to whole words, which changes nothing in flash */
	size_t data_len;
	uint32_t hash_addr; /* HASH: multiple of 4 */
	uint32_t hash_words;
	uint32_t hash_unit;
	uint32_t scan_piece; /* SCAN, with HASH and without data: bytes in a piece, multiple of 4 */
};

/* Bytes of RAM that a program takes with this many frames. */
uint32_t agent_ram_needed(const struct agent_program *program, uint32_t frame_data, uint32_t n_frames);

/*
 * Where a program on the target feeds the independent watchdog, fed once to
 * find out: *reload is its IWDG_KR, or spare where no such thing answers.
 */
int agent_watchdog(struct core *core, uint32_t spare, uint32_t *reload) MUST_CHECK;

/*
 * Load and start. The core must have been reset and halted before its first
 * instruction: no MPU, DMA, interrupt or watchdog of a firmware disturbs then,
 * and nothing of it has to be put back. STFLASH_E_UNSUPPORTED when the RAM is
 * too small or the agent does not run in it; the core is then halted.
 */
int agent_start(struct agent *a, struct core *core, const struct agent_setup *setup) MUST_CHECK;

/* Post a job; waits for a free frame. *seq (may be NULL) receives its number. */
int agent_post(struct agent *a, const struct agent_job *job, uint32_t *seq) MUST_CHECK;

/*
 * Look once: updates a->done. A failed agent is STFLASH_E_FLASH
 * with flag and address in words, and a->failure has the numbers.
 */
int agent_poll(struct agent *a) MUST_CHECK;

/* Wait until job seq is done; STFLASH_E_FLASH after timeout_ms (0: what the setup implies) without any progress. */
int agent_wait(struct agent *a, uint32_t seq, unsigned int timeout_ms) MUST_CHECK;

/*
 * Results of the HASH job seq, units first..first+n-1, of those that are
 * hashed. They stay until the frame is used again, by job seq + n_frames.
 */
int agent_hashes(struct agent *a, uint32_t seq, uint32_t first, size_t n, struct hash *out) MUST_CHECK;

/*
 * The same of a job that has SCAN too and is done: n is how many units there are from first on, and blank says of each
 * piece of the whole job whether it is.
 */
int agent_scanned(struct agent *a, uint32_t seq, uint32_t first, size_t n, struct hash *out, size_t pieces,
		  bool *blank) MUST_CHECK;

/* Units that the HASH job seq has hashed so far, of total. One look, no wait. */
int agent_units(struct agent *a, uint32_t seq, uint32_t total, uint32_t *units) MUST_CHECK;

/* Wait until more than known units are hashed; known is less than total. */
int agent_wait_units(struct agent *a, uint32_t seq, uint32_t total, uint32_t known, uint32_t *units) MUST_CHECK;

/*
 * Between jobs, after so many bytes over the link by other accesses, and now
 * and then while nothing happens: keeps an agent waiting that would take the
 * host for dead. Nothing on an agent that is not started.
 */
int agent_keep_waiting(struct agent *a, size_t bytes) MUST_CHECK;

/* What an earlier run that was cut off has left in the chip. */
enum agent_left {
	AGENT_LEFT_NOTHING,
	AGENT_LEFT_AT_WORK, /* an agent still runs, or has stopped, and the firmware does not run */
	AGENT_LEFT_WRITING, /* likewise, and had begun to change the flash */
};

/* Look for one at ram; core not started by us. Changes nothing. */
int agent_find_left(struct core *core, uint32_t ram, uint32_t ram_len, enum agent_left *left) MUST_CHECK;

/* Halt the core. Best effort, returns the first error; safe when not started. */
int agent_stop(struct agent *a);

#endif
