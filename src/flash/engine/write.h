/* SPDX-License-Identifier: MIT */
/* What the flash engine does, see stflash_write(), stflash_erase(), stflash_verify() and stflash_map(). */
#ifndef FLASH_WRITE_H
#define FLASH_WRITE_H

#include "flash/engine/kept.h"

/*
 * Segments ascend, do not overlap, and are not empty; all of them are to be in flash. kept is given what the write
 * puts back, see kept.h. report is zeroed by the caller.
 */
int flash_write(struct flash *f, const struct flash_segment *seg, size_t n, const struct stflash_write_options *options,
		const struct kept_owner *kept, struct stflash_write_report *report) MUST_CHECK;

/* len 0 and addr 0: the whole flash. */
int flash_erase(struct flash *f, uint32_t addr, uint32_t len, const struct stflash_write_options *options,
		struct stflash_write_report *report) MUST_CHECK;

/* Fills in the report, which the caller zeroed; differing bytes are no error here. */
int flash_verify(struct flash *f, const struct flash_segment *seg, size_t n, const struct stflash_read_options *options,
		 struct stflash_verify_report *report) MUST_CHECK;

/*
 * Cut the flash into cells of a kibibyte (less at the end) and find out which
 * are blank and which protected. *cells is owned by the caller.
 */
int flash_look(struct flash *f, bool may_reset, struct stflash_map_cell **cells, size_t *n) MUST_CHECK;

#endif
