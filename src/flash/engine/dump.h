/* SPDX-License-Identifier: MIT */
/* The two proven ways to read flash; flash_dump() takes one. */
#ifndef FLASH_DUMP_H
#define FLASH_DUMP_H

#include "flash/engine/engine.h"
#include "flash/engine/like.h"
#include "flash/flash.h"

/* Bytes over the link, once. Adds them to what the report says was transferred. */
int dump_fetch(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, struct stflash_dump_report *report) MUST_CHECK;

/*
 * By the agent's hash: len bytes of flash from addr on. Fills in what the report says of the proof, of blank bytes, of
 * those that the file has, and of retries. STFLASH_E_MISMATCH when something never arrives right.
 */
int dump_hashed(struct engine *e, uint32_t addr, uint8_t *buf, size_t len, const struct like *like,
		struct stflash_dump_report *report) MUST_CHECK;

/* By two readings that agree, of which the file may be one. The report is begun anew. */
int dump_twice(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, const struct like *like,
	       struct stflash_dump_report *report) MUST_CHECK;

#endif
