/* SPDX-License-Identifier: MIT */
/*
 * Files for USB bootloaders. DfuSe is ST's: elements by address (UM0391). A
 * plain DFU file is a binary with a suffix behind it (USB Device Firmware
 * Upgrade 1.1, appendix B).
 */
#ifndef IMAGE_DFUSE_H
#define IMAGE_DFUSE_H

#include "image/image.h"

/* Is it one of them, complete or damaged? */
bool dfuse_is(const uint8_t *data, size_t len);

/* The elements of all targets. A plain DFU file has no addresses and goes to *base, which must be given then. */
int dfuse_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len,
		const uint32_t *base) MUST_CHECK;

#endif
