/* SPDX-License-Identifier: MIT */
/* An image cut by what its bytes go to: flash, OTP, RAM; and what goes nowhere is refused. */
#ifndef SESSION_PARTS_H
#define SESSION_PARTS_H

#include "flash/engine/plan.h"
#include "image/image.h"
#include "session/session.h"

struct part {
	const struct flash_segment *seg; /* ascending */
	size_t n;
	uint64_t bytes;
};

struct parts {
	struct flash_segment *seg; /* owned: of all three */
	struct part flash;
	struct part otp;
	struct part ram;
};

/* STFLASH_E_ARG when the image has bytes where nothing is written; with_otp false: OTP is refused too. */
int parts_check(struct stflash *s, const struct stflash_image *image, bool with_otp) MUST_CHECK;

/* The same after whether it says that it is for another chip (STFLASH_E_FILE). */
int session_check_image(struct stflash *s, const struct stflash_image *image, bool with_otp) MUST_CHECK;

/*
 * STFLASH_E_ARG when the image is empty or has bytes that are in none of the
 * three. A segment that begins in flash is flash to its end: the flash engine
 * says how far it may go. with_otp false: OTP is refused too. Free it with
 * parts_free(), also after a failure.
 */
int parts_cut(struct parts *parts, struct stflash *s, const struct stflash_image *image, bool with_otp) MUST_CHECK;
void parts_free(struct parts *parts);

/* What of the image is in flash, in any order, and nothing is refused; the rest is left out. Free it likewise. */
int parts_in_flash(struct parts *parts, struct stflash *s, const struct stflash_image *image) MUST_CHECK;

#endif
