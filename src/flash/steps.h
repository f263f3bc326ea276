/* SPDX-License-Identifier: MIT */
/* What is to be done to a chip's registers, as rows. */
#ifndef FLASH_STEPS_H
#define FLASH_STEPS_H

#include "flash/flash.h"

/* Take the steps of a list, up to the first that fails. What a step waits for takes some ms: STFLASH_E_FLASH if not. */
int steps_take(struct flash *f, const struct step *step) MUST_CHECK;

#endif
