/* SPDX-License-Identifier: MIT */
/*
 * The agent: a small program in target RAM that hashes, erases and programs
 * while the host feeds it through a ring of frames. The core is started once
 * and never stopped between frames; the host learns progress from the mailbox.
 *
 * In RAM, from agent.base:
 *
 *	mailbox	AGENT_MAILBOX_LEN bytes
 *	code	position-independent Thumb, no stack
 *	frames	n_frames of frame_len bytes: data, then a descriptor of
 *		AGENT_DESC_LEN bytes whose last word is the sequence number,
 *		so that one ascending write posts data and job together
 *
 * Started with r0 = mailbox, r1 = first frame, r2 = frame_len, r3 = n_frames.
 * Job number k (from 1) goes into frame (k - 1) % n_frames with seq = k. The
 * agent waits for that seq, does ERASE, PROGRAM, HASH as op asks, in this
 * order, and stores done = k. On any error it fills the mailbox, locks the
 * controller, sets done = AGENT_FAILED and stops at a BKPT. It reloads the
 * IWDG while it waits and works, and gives up when the controller stays busy
 * for more than busy_limit polls or no job comes for idle_limit polls.
 */
#ifndef FLASH_AGENT_H
#define FLASH_AGENT_H

#include "flash/hash.h"
#include "swd/cortexm.h"

/* Mailbox: offsets */
#define AGENT_MB_DONE       0x00u /* jobs completed, or AGENT_FAILED */
#define AGENT_MB_UNITS      0x04u /* units hashed so far by the current HASH */
#define AGENT_MB_ERROR      0x08u /* AGENT_ERR_* */
#define AGENT_MB_SR         0x0cu /* FLASH_SR at the failure */
#define AGENT_MB_ADDR       0x10u /* address at the failure */
#define AGENT_MB_BUSY_LIMIT 0x14u /* set by the host */
#define AGENT_MB_IDLE_LIMIT 0x18u /* set by the host */
#define AGENT_MB_SPARE      0x1cu
#define AGENT_MAILBOX_LEN   0x20u

#define AGENT_FAILED     0xffffffffu
#define AGENT_ERR_FLAGS  1u /* the controller set an error flag */
#define AGENT_ERR_BUSY   2u /* still busy after busy_limit polls */
#define AGENT_ERR_IDLE   3u /* no job within idle_limit polls: the host is gone */
#define AGENT_ERR_VERIFY 4u /* a programmed unit read back differently */

/* Descriptor: offsets from its start, which is frame_len - AGENT_DESC_LEN into the frame */
#define AGENT_D_OP     0x00u
#define AGENT_D_ADDR   0x04u /* flash address: of PROGRAM and HASH; F1: any address in the page of ERASE */
#define AGENT_D_LEN    0x08u /* PROGRAM: bytes of data. HASH: words in a unit */
#define AGENT_D_ERASE  0x0cu /* ERASE: the bits for CR without STRT (PER, MER, SER | SNB | PSIZE...) */
#define AGENT_D_CTRL   0x10u /* base of the controller's registers (F1 XL bank 2: +0x40) */
#define AGENT_D_SEQ    0x14u
#define AGENT_DESC_LEN 0x18u

#define AGENT_OP_ERASE   (1u << 0)
#define AGENT_OP_PROGRAM (1u << 1)
#define AGENT_OP_HASH    (1u << 2)
#define AGENT_OP_UNITS(n) \
	((uint32_t)(n) << 16) /* HASH: units; unit i leaves its 8 bytes at 8 * i of the frame's data */

/* A program for one kind of controller; the arrays are generated from agent/ *.S. */
struct agent_program {
	const uint8_t *code;
	size_t len;
};

extern const struct agent_program agent_hash_only; /* for reading: small, knows HASH alone */
extern const struct agent_program agent_fpec;      /* F0, F1, F3: half-words */
extern const struct agent_program agent_sectors;   /* F2, F4, F7: width by CR.PSIZE */

struct agent {
	struct ctx *ctx;
	struct core *core;
	uint32_t base;
	uint32_t len; /* RAM in use */
	uint32_t frames;
	uint32_t frame_len;
	uint32_t n_frames;
	uint32_t posted;    /* jobs given so far */
	uint32_t done;      /* jobs known to be completed */
	uint8_t *saved_ram; /* NULL: not to be restored */
	bool running;
};

/* One job. data/data_len: what goes into the frame (PROGRAM); NULL for others. */
struct agent_job {
	uint32_t op;
	uint32_t addr;
	uint32_t len;
	uint32_t erase;
	uint32_t ctrl;
	const uint8_t *data;
	size_t data_len;
};

/* How to lay it out. */
struct agent_setup {
	const struct agent_program *program;
	uint32_t ram;        /* first byte of RAM to use */
	uint32_t ram_len;    /* bytes that may be used */
	uint32_t frame_data; /* bytes of data in a frame, multiple of 4 */
	uint32_t max_frames;
	uint32_t core_khz;      /* clock of the core, for the limits; 0: unknown, be generous */
	uint32_t busy_limit_ms; /* longest wait for the controller */
	bool save_ram;          /* read what is there first, agent_stop() puts it back */
};

/* Load and start. The core must be halted. STFLASH_E_UNSUPPORTED when the RAM does not do. */
int agent_start(struct agent *a, struct core *core, const struct agent_setup *setup) MUST_CHECK;

/* Post a job; waits for a free frame. *seq (may be NULL) receives its number. */
int agent_post(struct agent *a, const struct agent_job *job, uint32_t *seq) MUST_CHECK;

/* Look once: updates a->done; a failed agent is STFLASH_E_FLASH with flag and address in words. */
int agent_poll(struct agent *a) MUST_CHECK;

/* Wait until job seq is done, at most timeout_ms without any progress. */
int agent_wait(struct agent *a, uint32_t seq, unsigned int timeout_ms) MUST_CHECK;

/* Results of the HASH job seq, units first..first+n-1. They stay until the frame is used again. */
int agent_hashes(struct agent *a, uint32_t seq, uint32_t first, size_t n, struct hash *out) MUST_CHECK;

/* Units hashed so far by the running HASH job. */
int agent_units(struct agent *a, uint32_t *units) MUST_CHECK;

/* Halt the core and put RAM back if it was saved. Best effort, returns the first error; safe when not started. */
int agent_stop(struct agent *a);

#endif
