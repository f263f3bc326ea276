/* SPDX-License-Identifier: MIT */
/*
 * Option bytes that are registers, which OPTSTRT makes permanent all at once:
 * what F2, F4 and F7 (RM0090 3.6.2) and L4, G0, G4, WB, WL, C0 and U0 (RM0351
 * 3.4.2) have in common. Their files say the rest: sectors_options.c,
 * dword_options.c.
 */
#ifndef FLASH_OPTION_REGISTERS_H
#define FLASH_OPTION_REGISTERS_H

#include "flash/options/options.h"

/* Words of the registers that the rows name, as they read. */
int option_registers_read(struct flash *f, struct option_words *o) MUST_CHECK;

/* What opens them: bit, OPTLOCK, is in reg. */
struct flash_lock option_registers_lock(const char *reg_name, uint32_t keyr, uint32_t reg, uint32_t bit);

/* The controller is idle, at most after timeout_ms, and shows no old error. */
int option_registers_prepare(struct flash *f, unsigned int timeout_ms) MUST_CHECK;

/* SR after OPTSTRT; errors: those of it that count. */
int option_registers_judge(struct flash *f, uint32_t sr, uint32_t errors) MUST_CHECK;

/* The failure err of a write of option bytes, as the session's error; pcrop: the write would have removed PCROP. */
int option_registers_explain(struct flash *f, int err, uint32_t sr, bool pcrop) MUST_CHECK;

/* For option_access.needs_power_cycle: a level that is raised while a debugger is connected waits for a power-on. */
int option_registers_need_power_cycle(struct flash *f, const struct option_words *old, const struct option_words *now,
				      bool *needed);

#endif
