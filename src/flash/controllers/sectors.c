/* SPDX-License-Identifier: MIT */
/*
 * The flash controller of F2, F4 and F7, which erases sectors of unequal size:
 * RM0090 sections 3.5 to 3.9, RM0430 for the F413, RM0386 for the F469; RM0033
 * and PM0059 for F2; RM0385, RM0410 and RM0431 section 3 for F7.
 */
#include "flash/controllers/sectors.h"

#include "flash/agent/agent.h"
#include "flash/flash.h"

#define MIB (1024u * 1024u)

#define CR_PG   (1u << 0)
#define CR_SER  (1u << 1)
#define CR_MER  (1u << 2)
#define CR_MER2 (1u << 15)
#define CR_STRT (1u << 16)
#define CR_LOCK (1u << 31)

#define ERASE_TIMEOUT_MS 8000u
#define MASS_TIMEOUT_MS  45000u

/* Bits of SR from 0 on (RM0090 3.9.5, RM0385 3.7.4) */
static const char *const error_names[SR_NAMES] = {
	[1] = " OPERR", [4] = " WRPERR", [5] = " PGAERR", [6] = " PGPERR", [7] = " PGSERR", [8] = " RDERR"
};
static const char *const f7_error_names[SR_NAMES] = {
	[1] = " OPERR", [4] = " WRPERR", [5] = " PGAERR", [6] = " PGPERR", [7] = " ERSERR", [8] = " RDERR"
};

/* DS8626 table 40, typical, by PSIZE. Of everything: 1 MiB. */
static const struct erase_time sectors_times[] = {
	{ 16 * 1024, { 400000, 300000, 250000 } },
	{ 64 * 1024, { 1200000, 700000, 550000 } },
	{ UINT32_MAX, { 2000000, 1300000, 1000000 } },
	{ 0, { 16000000, 11000000, 8000000 } },
};

/* RM0385, RM0410: DS10916 table 45, typical, by PSIZE. Of everything: 2 MiB. */
static const struct erase_time f7_times[] = {
	{ 16 * 1024, { 400000, 300000, 250000 } },     { 32 * 1024, { 400000, 300000, 250000 } },
	{ 64 * 1024, { 1200000, 700000, 550000 } },    { 128 * 1024, { 2000000, 1300000, 1000000 } },
	{ UINT32_MAX, { 2100000, 1400000, 1000000 } }, { 0, { 16000000, 11000000, 8000000 } },
};

#define SECTORS                                                                                                        \
	.name = "sector controller", .unit_name = "sector", .agent = &agent_sectors, .base = FLASH_BASE, .keyr = KEYR, \
	.sr = SR, .cr = CR, .select_bit = 3, .psize_bit = 8, .program_unit = 1, .erased = 0xff,                        \
	.overwrite = OVERWRITE_BITS, .stale_errors_block = true, .busy = SR_BSY, .done = SR_EOP, .pg = CR_PG,          \
	.erase = CR_SER, .mass = CR_MER, .start = CR_STRT, .cr_lock = CR_LOCK, .has_psize = true,                      \
	.erase_limit_ms = ERASE_TIMEOUT_MS, .mass_limit_ms = MASS_TIMEOUT_MS, .busy_limit_ms = MASS_TIMEOUT_MS,        \
	.program_ns = { 64000, 32000, 16000 }, /* 16 us an operation, whatever its width */                            \
		.write_protected = SR_WRPERR

/* Of the lines without PCROP SR.RDERR is reserved. */
#define SECTORS_F4(its_errors) \
	SECTORS, .times = sectors_times, .mass_bytes = MIB, .errors = (its_errors), .error_names = error_names
#define SECTORS_F7(its_errors) \
	SECTORS, .times = f7_times, .mass_bytes = 2 * MIB, .errors = (its_errors), .error_names = f7_error_names

const struct controller flash_sectors = { SECTORS_F4(SR_ERRORS) };
const struct controller flash_sectors_pcrop = { SECTORS_F4(SR_ERRORS | SR_RDERR) };
const struct controller flash_sectors_dual = { SECTORS_F4(SR_ERRORS | SR_RDERR), .mass_bank_2 = CR_MER2 };
const struct controller flash_sectors_f7 = { SECTORS_F7(SR_ERRORS) };
const struct controller flash_sectors_f7_pcrop = { SECTORS_F7(SR_ERRORS | SR_RDERR) };
const struct controller flash_sectors_f7_dual = { SECTORS_F7(SR_ERRORS), .mass_bank_2 = CR_MER2 };
