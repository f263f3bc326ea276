/* SPDX-License-Identifier: MIT */
/* UF2, the format of USB drives that flash what is copied to them: github.com/microsoft/uf2, README. */
#ifndef IMAGE_UF2_H
#define IMAGE_UF2_H

#include "image/image.h"

bool uf2_is(const uint8_t *data, size_t len);

/*
 * The blocks of one family, which the image gets as its own. Where several
 * families stand in one file, those of the only STM32 among them.
 */
int uf2_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len) MUST_CHECK;

#endif
