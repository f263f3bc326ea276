/* SPDX-License-Identifier: MIT */
/* Does an image look like firmware for this chip? */
#ifndef FLASH_VECTORS_H
#define FLASH_VECTORS_H

#include "flash/engine/plan.h"

/*
 * Judge the vectors of an image: the first two words of flash, which the core
 * takes for its stack pointer and its first instruction (ARMv7-M ARM B1.5.5),
 * and whether a table fits the address that it is written to, there and behind
 * a boot loader. Segments are ascending and do not overlap. Writes one sentence
 * to text, or "" when nothing is odd. Erased words are nobody's vectors, and
 * what does not look like vectors behind the start of flash is data.
 */
void vectors_judge(const struct flash *f, const struct flash_segment *seg, size_t n, char *text, size_t len);

#endif
