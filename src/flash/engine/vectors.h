/* SPDX-License-Identifier: MIT */
/* Does an image look like firmware for this chip? */
#ifndef FLASH_VECTORS_H
#define FLASH_VECTORS_H

#include "flash/engine/plan.h"

/*
 * Judge the first two words of flash as the image has them, which the core
 * takes for its stack pointer and its first instruction (ARMv7-M ARM B1.5.5).
 * Writes one sentence to text, or "" when nothing is odd or the image does not
 * start there. Erased words are nobody's vectors and are not judged.
 */
void vectors_judge(const struct flash *f, const struct flash_segment *seg, size_t n, char *text, size_t len);

#endif
