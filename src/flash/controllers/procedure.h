/* SPDX-License-Identifier: MIT */
/*
 * What every flash controller does, by its row: clear flags, CR = bits, START,
 * wait, judge, CR = 0. The functions that write work on a core that is halted
 * after reset.
 */
#ifndef FLASH_PROCEDURE_H
#define FLASH_PROCEDURE_H

#include "flash/flash.h"

int controller_unlock(struct flash *f) MUST_CHECK;

/* Wait for BSY = 0, at most timeout_ms, then set LOCK. */
int controller_lock(struct flash *f, unsigned int timeout_ms) MUST_CHECK;

/* CR bits that erase sec; NULL: everything. */
uint32_t controller_erase_bits(const struct flash *f, const struct sector *sec);

/* Without the agent: each waits for its end and judges SR. sec NULL: everything. len is a multiple of 4. */
int controller_erase(struct flash *f, const struct sector *sec) MUST_CHECK;
int controller_program(struct flash *f, uint32_t addr, const uint8_t *data, size_t len) MUST_CHECK;

/* The accesses that controller_program() makes, bytes */
unsigned int controller_program_width(const struct flash *f);

/* Typical times. sec NULL: everything, in one operation; for 32 bits. */
uint32_t controller_erase_us(const struct flash *f, const struct sector *sec);
uint32_t controller_program_ns(const struct flash *f);

#endif
