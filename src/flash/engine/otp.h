/* SPDX-License-Identifier: MIT */
/*
 * One-time programmable memory (RM0090 3.4, "One-time programmable bytes",
 * RM0385 3.5): 16 blocks of 32 or 64 bytes, and behind them a byte for each that
 * locks it. Programmed like flash, never erased.
 */
#ifndef FLASH_OTP_H
#define FLASH_OTP_H

#include "flash/engine/plan.h"

/* Of the largest OTP of all chips. */
#define OTP_MAX 1040u

struct otp {
	struct flash *flash;
	const struct region *region;
	uint8_t now[OTP_MAX];  /* what it holds */
	uint8_t want[OTP_MAX]; /* and what it is to hold */
	size_t image_bytes;
	size_t to_program; /* bytes */
};

/*
 * See what OTP holds and what of the segments, which lie in it, is missing.
 * STFLASH_E_PROTECTED when a block would have to change that is locked, or that
 * holds something else than the image has there; STFLASH_E_ARG for a lock byte
 * that is neither 0x00 nor 0xff. Changes nothing.
 */
int otp_plan(struct otp *otp, struct flash *f, const struct flash_segment *seg, size_t n) MUST_CHECK;

/* Program what is missing, byte by byte, and read it back. The core is halted after a reset. */
int otp_program(struct otp *otp) MUST_CHECK;

#endif
