/* SPDX-License-Identifier: MIT */
/*
 * What flash most likely holds, from a file: an older dump, or the image that was written. Nothing of it is believed;
 * what the chip's own hash or a reading agrees with need not come over the link (dump.c).
 */
#ifndef FLASH_LIKE_H
#define FLASH_LIKE_H

#include "flash/engine/plan.h"

/* Where two segments overlap the later one counts; bytes outside of what is read mean nothing. */
struct like {
	const struct flash_segment *seg; /* in any order */
	size_t n;
};

/* Bytes from addr on as the file has them; what it does not have is left as it is. */
void like_fill(const struct like *like, uint32_t addr, uint8_t *buf, size_t len);

/* How many of these bytes the file has. */
size_t like_covers(const struct like *like, uint32_t addr, size_t len);

#endif
