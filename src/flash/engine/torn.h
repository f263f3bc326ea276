/* SPDX-License-Identifier: MIT */
/*
 * Double words whose ECC does not fit, because a program or an erase was cut
 * off. The core gets an NMI that reads one; a debugger gets what is there, and
 * FLASH_ECCR says that it was wrong, or a bus error: the manuals do not say
 * which. Only an erase mends it (flash-l4g0g4 fact sheet section 5).
 */
#ifndef FLASH_TORN_H
#define FLASH_TORN_H

#include "flash/flash.h"

#define TORN_TEXT_MAX 120u

/* Has the chip met one since this was asked last? False on chips that do not say it. */
int torn_flagged(struct flash *f, bool *flagged) MUST_CHECK;

/*
 * As dap_read(), of flash: each is noted in f->torn, and one that is a bus
 * error reads as erased. *torn, which may be NULL, becomes true when one is
 * among them.
 */
int torn_read(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, bool *torn) MUST_CHECK;

/* Those that were noted, by their addresses: "the double word 0x08001238". */
const char *torn_text(const struct flash *f, char text[TORN_TEXT_MAX]);

/*
 * A range that is to be kept cannot be read, which err says: where that is torn flash, the sentence names it and the
 * way to write it all the same. Nothing was changed.
 */
int torn_explain(struct flash *f, uint32_t addr, uint32_t len, int err);

#endif
