/* SPDX-License-Identifier: MIT */
/*
 * The flash controller of L4, G0, G4, WB, WL, C0 and U0, which programs double
 * words with ECC (flash-l4g0g4 fact sheet; RM0351 3, RM0444 3, RM0440 3, RM0434
 * 3, RM0461 3, RM0490 4). A unit is programmed once: any change of it takes an
 * erase of its page.
 */
#include "flash/controllers/dword.h"
#include "flash/agent/agent.h"
#include "flash/flash.h"

#define BASE_OF_MOST 0x40022000u
#define BASE_OF_WB   0x58004000u

/* ECCR: of a double word, and of the second one of a 128-bit line on G4 (RM0351 3.7.7, RM0440 3.7.7) */
#define ECCD  (1u << 31)
#define ECCD2 (1u << 29)

/* The datasheets have 24.5 ms for a page or for everything, 40 for a G0. */
#define ERASE_TIMEOUT_MS 500u
#define MASS_TIMEOUT_MS  1000u

/* Typical times: a page and everything take the same. */
static const struct erase_time dword_times[] = { { UINT32_MAX, { 22000 } }, { 0, { 22100 } } };

static const char *const dword_error_names[SR_NAMES] = {
	[1] = " OPERR",  [3] = " PROGERR", [4] = " WRPERR", [5] = " PGAERR",
	[6] = " SIZERR", [7] = " PGSERR",  [8] = " MISERR"
};

#define DWORD(its_base, its_busy, its_mass)                                                                            \
	.name = "double-word controller", .unit_name = "page", .agent = &agent_dword, .base = (its_base),              \
	.error_names = dword_error_names, .keyr = KEYR, .sr = SR, .cr = CR, .eccr = ECCR, .eccd = ECCD | ECCD2,        \
	.select_bit = 3, .width = 4, .program_unit = 8, .erased = 0xff, .overwrite = OVERWRITE_NEVER,                  \
	.stale_errors_block = true, .busy = (its_busy), .agent_bits = (its_busy), .errors = SR_ERRORS, .done = SR_EOP, \
	.write_protected = SR_WRPERR, .not_erased = SR_PROGERR, .pg = CR_PG, .erase = CR_PER, .mass = (its_mass),      \
	.start = CR_STRT, .cr_lock = CR_LOCK, .erase_limit_ms = ERASE_TIMEOUT_MS, .mass_limit_ms = MASS_TIMEOUT_MS,    \
	.times = dword_times, .program_ns = { 41000 }, .busy_limit_ms = MASS_TIMEOUT_MS

#define EMPTY_IN_SR  .empty_reg = SR, .empty_bit = 17
#define EMPTY_IN_ACR .empty_reg = ACR, .empty_bit = 16

/* Lines that can have two banks have the bits of both set, also while there is one: it is in both (ST's HAL). */
const struct controller flash_dword_l47 = { DWORD(BASE_OF_MOST, BSY, CR_MER1 | CR_MER2) };
const struct controller flash_dword_l4r = { DWORD(BASE_OF_MOST, BSY, CR_MER1 | CR_MER2), EMPTY_IN_SR };
const struct controller flash_dword_l43 = { DWORD(BASE_OF_MOST, BSY, CR_MER1), EMPTY_IN_SR };
const struct controller flash_dword_g47 = { DWORD(BASE_OF_MOST, BSY, CR_MER1 | CR_MER2) };
const struct controller flash_dword_g4 = { DWORD(BASE_OF_MOST, BSY, CR_MER1) };
const struct controller flash_dword_g0 = { DWORD(BASE_OF_MOST, BSY | CFGBSY, CR_MER1), EMPTY_IN_ACR };
const struct controller flash_dword_g0b = { DWORD(BASE_OF_MOST, BSY | BSY2 | CFGBSY, CR_MER1 | CR_MER2), EMPTY_IN_ACR,
					    .ecc2r = ECC2R };
const struct controller flash_dword_wb = { DWORD(BASE_OF_WB, BSY | CFGBSY | PESD, CR_MER1), EMPTY_IN_ACR };
