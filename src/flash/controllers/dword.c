/* SPDX-License-Identifier: MIT */
/*
 * The flash controller of L4, G0, G4, WB, WL, C0 and U0, which programs double
 * words with ECC (flash-l4g0g4 fact sheet; RM0351 3, RM0444 3, RM0440 3, RM0434
 * 3, RM0461 3, RM0490 4). It is only read.
 */
#include "base/bytes.h"
#include "flash/flash.h"
#include "flash/options/options.h"

#define KEYR 0x08u
#define SR   0x10u
#define CR   0x14u

/* Typical times of the datasheets: a page and everything take the same. Here they serve estimates alone. */
static const struct erase_time dword_times[] = { { UINT32_MAX, { 22000 } }, { 0, { 22100 } } };

#define DWORD(its_base)                                                                                              \
	{                                                                                                            \
		.name = "double-word controller", .unit_name = "page",                                               \
		.read_only = "its flash takes double words with ECC, which stflash reads and does not write yet",    \
		.base = (its_base), .keyr = KEYR, .sr = SR, .cr = CR, .width = 4, .program_unit = 8, .erased = 0xff, \
		.times = dword_times, .program_ns = { 41000 },                                                       \
	}

const struct controller flash_dword = DWORD(0x40022000);
const struct controller flash_dword_wb = DWORD(0x58004000);

/* FLASH_OPTR shows what is in force, and what was written since as well, until OBL_LAUNCH (RM0432 3.4.2). */
static int dword_read_options(struct flash *f, struct option_words *o)
{
	uint8_t bytes[4];
	int err;

	*o = (struct option_words){ .damaged = false };
	err = option_read_proven(f, f->options->in_force[0], bytes, sizeof(bytes));
	o->word[0] = get_le32(bytes);
	return err;
}

/* The controller is only read: nothing comes further. */
const struct option_access options_dword = { .read = dword_read_options };
