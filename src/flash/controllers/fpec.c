/* SPDX-License-Identifier: MIT */
/*
 * The flash program and erase controller of F1 (F0 and F3 have the same):
 * PM0075 sections 2.3 and 3; XL-density parts have a second set of registers.
 */
#include "flash/controllers/fpec.h"
#include "flash/agent/agent.h"
#include "flash/flash.h"

/* DS5319 table 28: 20 to 40 ms for a page or all of it, 52.5 us a half-word; clones take up to ten times that. */
#define ERASE_US         20000u
#define PROGRAM_NS       105000u
#define ERASE_TIMEOUT_MS 2000u

/* Bits of SR (PM0075 3.4) */
static const char *const error_names[SR_NAMES] = { [2] = " PGERR", [4] = " WRPRTERR" };

static const struct erase_time fpec_times[] = { { UINT32_MAX, { ERASE_US } }, { 0, { ERASE_US } } };

#define FPEC(unit)                                                                                                   \
	.width = (unit), .program_unit = (unit), .name = "FPEC", .unit_name = "page", .agent = &agent_fpec,          \
	.base = FPEC_BASE, .keyr = KEYR, .sr = SR, .cr = CR, .ar = AR, .erased = 0xff, .overwrite = OVERWRITE_ZEROS, \
	.busy = SR_BSY, .errors = SR_ERRORS, .done = SR_EOP, .pg = CR_PG, .erase = CR_PER, .mass = CR_MER,           \
	.start = CR_STRT, .cr_lock = CR_LOCK, .erase_limit_ms = ERASE_TIMEOUT_MS, .mass_limit_ms = ERASE_TIMEOUT_MS, \
	.busy_limit_ms = 2 * ERASE_TIMEOUT_MS, .times = fpec_times, .program_ns = { PROGRAM_NS },                    \
	.error_names = error_names, .write_protected = SR_WRPRTERR, .not_erased = SR_PGERR

const struct controller flash_fpec = { FPEC(2) };

/* Half-words are not taken (Black Magic), or are (openocd): not known, and flash would be erased before one knew. */
const struct controller flash_fpec_words = {
	FPEC(4),
	.read_only = "whether a GD32E23x takes half-words is not known, so stflash reads it and does not write it",
};
