/* SPDX-License-Identifier: MIT */
/* What is at an address of a chip, in words for the person whose image has bytes there. */
#ifndef FLASH_PLACES_H
#define FLASH_PLACES_H

#include "flash/flash.h"

enum place_kind {
	PLACE_FLASH,
	PLACE_RAM,
	PLACE_OTP,
	PLACE_RADIO, /* flash that a radio core has for itself */
	PLACE_OTHER, /* no image is written there */
};

struct place {
	enum place_kind kind;
	uint32_t last;      /* the last address for which the same is true */
	const char *where;  /* fits behind "0x1ffff800 is": "in the option bytes" */
	const char *advice; /* what helps, one sentence without a full stop */
};

/*
 * Where a byte is written that an image has for addr: flash that is seen
 * elsewhere too, as on the ITCM bus of an F7, is written where it is. What is
 * seen at 0 depends on the BOOT pins and is no address to write to.
 */
uint32_t place_written(const struct flash *f, uint32_t addr);

/* Every address is somewhere. */
struct place place_at(const struct flash *f, uint32_t addr);

#endif
