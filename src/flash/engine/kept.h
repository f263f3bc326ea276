/* SPDX-License-Identifier: MIT */
/*
 * What a write takes out of the flash and puts back: the bytes beside the
 * image in units that are erased. Until they are there again this program
 * alone has them, so whoever called is given them before the first erase.
 */
#ifndef FLASH_KEPT_H
#define FLASH_KEPT_H

#include "flash/engine/plan.h"

enum kept_when {
	KEPT_BEFORE, /* nothing of it is erased yet; also before a second try, with what that erases besides */
	KEPT_LOST,   /* the write has failed: this is what flash may have lost */
};

/* Who takes care of them. The segments ascend; they and their bytes are valid during the call only. */
struct kept_owner {
	int (*take)(enum kept_when when, const struct flash_segment *seg, size_t n, void *user);
	void *user;
};

/*
 * Hand over what the plan keeps: of all units that are to be erased, or, once
 * the write has failed, of those that were begun.
 */
int kept_hand_over(const struct plan *p, enum kept_when when, const struct kept_owner *owner) MUST_CHECK;

#endif
