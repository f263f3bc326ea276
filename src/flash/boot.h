/* SPDX-License-Identifier: MIT */
/*
 * What a reset starts, and whether that or something else runs: the firmware in
 * flash, the boot loader in system memory, or a program in RAM. The BOOT pins
 * decide (RM0008 3.4, RM0090 2.4), and BFB2 of the option bytes on parts with
 * two banks (AN2606, "dual bank boot"). No register has the pins: what they
 * have mapped to 0 tells.
 */
#ifndef FLASH_BOOT_H
#define FLASH_BOOT_H

#include "flash/flash.h"

struct boot {
	enum stflash_boot from;
	bool no_firmware;   /* the firmware does not run, or would not after a reset */
	bool found_no_bank; /* BFB2: neither bank begins as firmware does */
	char remark[256];   /* what is odd about it, in words and without a full stop; "" when nothing is */
};

/*
 * Look at a core in this state, halted at pc, with one access where nothing speaks against firmware in flash. always:
 * look where it runs all the same, and find out what a reset starts whatever flash holds.
 */
int boot_look(struct flash *f, enum stflash_core_state state, uint32_t pc, bool always, struct boot *b) MUST_CHECK;

#define BOOT_BANK_1 1u
#define BOOT_BANK_2 2u

/* Which of them hold the bytes from addr on. */
unsigned int boot_banks_of(const struct flash *f, uint32_t addr, size_t len);

/*
 * Look at a core that was reset and has executed none of the chip's own programs since. written: the banks that hold
 * what is to start now; in_flash: the reset vector that flash holds, NULL: not known; runs: another reset follows,
 * after which the core runs.
 */
int boot_look_after_reset(struct flash *f, unsigned int written, const uint32_t *in_flash, bool runs,
			  struct boot *b) MUST_CHECK;

/* Where the reset vector is in flash. */
static inline uint32_t boot_vector_addr(const struct flash *f)
{
	return flash_first(f) + 4;
}

/* With STFLASH_BOOT_BANKS, once the core runs: see what the boot loader has made of it. Never fails. */
void boot_follow(struct flash *f, struct boot *b);

#endif
