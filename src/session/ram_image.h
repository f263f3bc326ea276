/* SPDX-License-Identifier: MIT */
/* The part of an image that is in RAM: loaded, compared by reading it back, and started where that makes sense. */
#ifndef SESSION_RAM_IMAGE_H
#define SESSION_RAM_IMAGE_H

#include "session/parts.h"

/* Does this part of the line have the RAM? Changes nothing; STFLASH_E_ARG when it has not. */
int ram_check(struct stflash *s, const struct stflash_image *image, const struct part *ram) MUST_CHECK;

/*
 * An image all in RAM. A program is loaded after a reset and started, or with
 * another o->then left halted with SP, PC and VTOR set; data is loaded, and the
 * core goes on as it was found, or is halted.
 */
int ram_write(struct stflash *s, const struct stflash_image *image, const struct part *ram,
	      const struct stflash_write_options *o, struct stflash_write_report *r) MUST_CHECK;

/* Load and compare, with the core halted. */
int ram_load(struct stflash *s, const struct part *ram) MUST_CHECK;

/* Compare memory over the debug port; adds to r. */
int compare_memory(struct stflash *s, const struct part *part, struct stflash_verify_report *r) MUST_CHECK;

#endif
